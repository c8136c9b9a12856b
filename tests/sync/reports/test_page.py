"""The page with its charts: one file, the same bytes wherever it is made, charts that say what the figures say."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from tests.rules.build import DONE, closed, comment, moves, ticket
from tests.sync.reports.worlds import LIVELY, view

from hypercare_sync.record import RecordView
from hypercare_sync.record.charts import MOST_INCIDENTS, draw
from hypercare_sync.record.html import record_html
from hypercare_sync.record.page import record_page
from hypercare_sync.record.periods import periods
from hypercare_sync.record.sheet import Picture

pytestmark = pytest.mark.slow

_SVG = "{http://www.w3.org/2000/svg}"
MADE = """
from hashlib import sha256
from tests.sync.reports.worlds import LIVELY, view
from hypercare_sync.record.html import record_html
print(sha256(record_html(view(*LIVELY)).encode()).hexdigest())
"""


def pictures(known: RecordView) -> dict[str, Picture]:
    parts = (part for section in record_page(known).sections for part in section.parts)
    return {part.chart: part for part in parts if isinstance(part, Picture)}


def bars(known: RecordView, chart: str) -> list[str]:
    """The shapes of a chart's bars."""
    svg = draw(pictures(known)[chart], known, "wide")
    assert svg is not None
    groups = [one for one in ET.fromstring(svg).iter(f"{_SVG}g") if "mark-rect" in one.attrib.get("class", "")]
    return [path.attrib["d"] for group in groups for path in group.iter(f"{_SVG}path")]


def _high(paths: list[str], height: int) -> list[str]:
    """The bars of a height."""
    return [path for path in paths if f"v{height}h" in path]


def test_page_is_the_same_in_every_process_and_zone_of_the_machine() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", MADE], capture_output=True, text=True, timeout=120, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }  # fmt: skip
    assert len(made) == 1


def test_page_holds_nothing_that_is_fetched_and_each_id_once() -> None:
    page = record_html(view(*LIVELY))
    assert record_html(view(*LIVELY)) == page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    for used in re.findall(r"url\(#([^)]+)\)", page):
        assert used in ids
    assert not re.search(
        r"<(?:img|link|iframe|object|embed|image|use|base|form)\b|@import|url\((?!#)|\bsrc=|\sstyle=", page
    )
    assert set(re.findall(r"https?://[^\s\"'<>]+", page)) == {
        "http://www.w3.org/2000/svg",
        *(f"https://shop.atlassian.net/browse/SHOP-{number}" for number in (1, 3, 4)),
        "https://github.com/acme/web/issues/7",
    }


def test_every_chart_is_there_twice_each_with_a_name_and_a_description() -> None:
    known = view(*LIVELY)
    for chart, picture in pictures(known).items():
        for size in ("wide", "narrow"):
            svg = draw(picture, known, size)
            assert svg is not None
            root = ET.fromstring(svg)
            assert (root.attrib["role"], root.attrib["class"]) == ("img", size)
            named = {one.attrib["id"]: one.text for one in root if "id" in one.attrib}
            told = [named[name] for name in root.attrib["aria-labelledby"].split()]
            assert told == [picture.title, picture.description], chart
            assert not [one for one in root.iter() if one is not root and "role" in one.attrib]


def test_nothing_to_draw_is_no_chart() -> None:
    known = view()
    drawn = {chart: draw(picture, known, "wide") for chart, picture in pictures(known).items()}
    assert drawn.pop("flow") is not None
    assert set(drawn.values()) == {None}


def test_bars_are_as_many_as_the_figures() -> None:
    known = view(*LIVELY)
    assert len(bars(known, "flow")) == 2 * len(known.days)
    assert len(bars(known, "resolve")) == 3
    assert len(_high(bars(known, "incidents"), 8)) == len(known.incidents) == 3
    assert len(_high(bars(known, "incidents"), 14)) == 1  # the one incident that was answered


def test_chart_of_incidents_is_kept_readable_and_the_table_has_them_all() -> None:
    known = view(*(ticket(f"SHOP-{number}") for number in range(1, 41)))
    assert len(_high(bars(known, "incidents"), 8)) == MOST_INCIDENTS
    assert len(pictures(known)["incidents"].sheet.rows) == 40


@pytest.mark.parametrize(("resolved", "unit"), [("240h", "day"), ("4000h", "week"), ("24000h", "four weeks")])
def test_release_that_is_long_past_is_told_in_longer_periods(resolved: str, unit: str) -> None:
    one = closed(comments=(comment("2h"),), history=moves((resolved, DONE)), resolved=resolved)
    known = view(one, now="30000h")
    flow = periods(known)
    assert flow.unit == unit
    assert len(flow.periods) <= 62
    assert (sum(day.new for day in flow.periods), sum(day.resolved for day in flow.periods)) == (1, 1)
    assert flow.periods[-1].open == 0


def test_hostile_key_stays_a_word_in_a_chart() -> None:
    known = view(ticket("</svg><script>x</script>"))
    svg = draw(pictures(known)["incidents"], known, "wide")
    assert svg is not None
    assert "<script" not in svg
