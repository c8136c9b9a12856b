"""The report as a lead opens it: in a browser, at a desk and on a phone, in the light and in the dark, with a keyboard only."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from tests.e2e.browser.chromium import DESK, PHONE, Scheme
from tests.e2e.browser.conftest import Visitor
from tests.rules.build import ticket
from tests.sync.reports.worlds import LIVELY, view

from hypercare_sync.record.html import record_html

pytestmark = pytest.mark.slow

LONG = ticket("SHOP-5", title="A title without any space: " + "x" * 300, created="4h", votes=2)
HOSTILE = ticket(
    "SHOP-10", title='<script>alert(1)</script><img src="https://evil.example/x.png" onerror="alert(2)">', created="4h"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a lively release."""
    path = tmp_path_factory.mktemp("report") / "index.html"
    path.write_text(record_html(view(*LIVELY, LONG, HOSTILE)), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_whole_asks_nobody_and_shuts_nobody_out(
    visit: Visitor, report: Path, width: int, scheme: Scheme
) -> None:
    seen = visit(report, width, scheme)
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Hypercare record: Shop 5.2")
    assert seen.fits()
    for details in seen.page.locator("details").all():
        details.evaluate("one => { one.open = true }")
    assert seen.fits()
    assert seen.faults() == []
    assert (seen.console, seen.asked) == ([], [])


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_charts_have_their_data_a_name_and_a_table_beside_them(visit: Visitor, report: Path, width: int) -> None:
    seen = visit(report, width)
    for title in ("Tickets by day", "Time to resolve by priority", "Targets by priority", "Incidents in time"):
        figure = seen.page.locator("figure").filter(has_text=title)
        image = figure.get_by_role("img", name=title)
        expect(image).to_have_count(1)
        expect(image).to_be_visible()
        sizes = image.locator(".mark-rect path").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().width)"
        )
        assert sizes
        assert max(sizes) > 1
        assert (
            figure.evaluate(
                "one => one.nextElementSibling.querySelectorAll('tbody tr, :scope > table tbody tr').length"
            )
            > 0
        )


def test_check_for_accessibility_finds_what_shuts_people_out(visit: Visitor, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        '<html><body><img src="x.png"><p style="color:#eee;background:#fff">faint</p><select></select></body></html>'
    )
    found = "\n".join(visit(page).faults())
    for fault in ("image-alt", "color-contrast", "select-name", "html-has-lang"):
        assert fault in found


def test_charts_follow_the_scheme(visit: Visitor, report: Path) -> None:
    colours = {
        scheme: visit(report, DESK, scheme)
        .page.locator("figure svg.wide text")
        .first.evaluate("one => getComputedStyle(one).fill")
        for scheme in ("light", "dark")
    }
    assert colours["light"] != colours["dark"]


def first_column(table: Locator) -> list[str]:
    """The words of a table's first column."""
    cells: list[str] = table.locator("tbody tr > :first-child").all_inner_texts()
    return cells


def test_table_sorts_by_click_and_by_keyboard(visit: Visitor, report: Path) -> None:
    seen = visit(report)
    table = seen.page.get_by_role("table", name="Incidents, the most urgent first")
    head = table.get_by_role("columnheader", name="Priority")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert first_column(table) == ["P1", "P2", "P3", "P3", "P3"]
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert first_column(table) == ["P3", "P3", "P3", "P2", "P1"]
    came_up = table.get_by_role("columnheader", name="Came up")
    came_up.get_by_role("button").press(" ")
    expect(came_up).to_have_attribute("aria-sort", "ascending")
    assert head.get_attribute("aria-sort") is None
    times = table.locator("tbody tr > :nth-child(6)").evaluate_all("all => all.map(one => Number(one.dataset.key))")
    assert times == sorted(times)


def test_every_column_of_every_table_sorts_both_ways(visit: Visitor, report: Path) -> None:
    seen = visit(report)
    for details in seen.page.locator("details").all():
        details.evaluate("one => { one.open = true }")
    sorted_by_value = 0
    for table in seen.page.locator("table:has(thead button)").all():
        rows = sorted(table.locator("tbody tr").all_inner_texts())
        for column, head in enumerate(table.locator("thead th").all(), start=1):
            for way in ("ascending", "descending"):
                head.get_by_role("button").click()
                expect(head).to_have_attribute("aria-sort", way)
                cells = table.locator(f"tbody tr > :nth-child({column})")
                keys = cells.evaluate_all("all => all.map(one => one.dataset.key)")
                if all(key is not None for key in keys):
                    values = [float(key) for key in keys]
                    assert values == sorted(values, reverse=way == "descending")
                    sorted_by_value += len(set(values)) > 1
            assert sorted(table.locator("tbody tr").all_inner_texts()) == rows
    assert sorted_by_value > 20
    assert seen.faults() == []


def test_keys_of_tickets_sort_by_their_numbers_and_what_is_missing_comes_last(visit: Visitor, report: Path) -> None:
    table = visit(report).page.get_by_role("table", name="Incidents, the most urgent first")
    table.get_by_role("columnheader", name="Tickets").get_by_role("button").click()
    tickets = table.locator("tbody tr > :nth-child(2)").all_inner_texts()
    assert tickets == ["acme/web#7", "SHOP-1, SHOP-3", "SHOP-4", "SHOP-5", "SHOP-10"]
    table.get_by_role("columnheader", name="Acknowledged").get_by_role("button").click()
    acknowledged = table.locator("tbody tr > :nth-child(7)").all_inner_texts()
    assert acknowledged[0] == "Fri 20 Nov 09:00"
    assert set(acknowledged[1:]) == {"\u2013"}


def test_keyboard_reaches_the_content_and_opens_what_is_folded(visit: Visitor, report: Path) -> None:
    seen = visit(report)
    seen.page.keyboard.press("Tab")
    expect(seen.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("() => document.activeElement.id") == "content"
    story = seen.page.locator("details.story").first
    story.locator("summary").first.press("Enter")
    expect(story.locator("li").first).to_be_visible()
    expect(story).to_contain_text("Escalated by p1 to ana")


def test_page_says_the_same_without_its_script(visit: Visitor, report: Path) -> None:
    seen = visit(report, script=False)
    expect(seen.page.get_by_role("table", name="Incidents, the most urgent first")).to_be_visible()
    assert seen.page.locator("thead button").count() == 0
    seen.page.locator("details.story summary").first.click()
    expect(seen.page.locator("details.story li").first).to_be_visible()


def test_what_people_wrote_is_shown_and_not_run(visit: Visitor, report: Path) -> None:
    seen = visit(report)
    expect(seen.page.get_by_role("row").filter(has_text="<script>alert(1)</script>").first).to_be_visible()
    assert (seen.console, seen.asked) == ([], [])


def test_own_rules_keep_out_even_what_would_get_in(visit: Visitor, report: Path, tmp_path: Path) -> None:
    text = report.read_text(encoding="utf-8")
    worse = tmp_path / "worse.html"
    worse.write_text(
        text.replace("<h1>", '<img src="https://evil.example/x.png"><script>document.title = "run"</script><h1>')
    )
    seen = visit(worse)
    assert seen.page.title() == "Hypercare record: Shop 5.2"
    assert seen.asked == []
    assert seen.console


def test_print_opens_every_story(visit: Visitor, report: Path) -> None:
    seen = visit(report)
    assert seen.page.locator("details.story[open]").count() == 0
    seen.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert seen.page.locator("details.story:not([open])").count() == 0
    seen.page.emulate_media(media="print")
    expect(seen.page.get_by_role("navigation")).to_be_hidden()
    seen.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("details.story[open]").count() == 0
