"""Mermaid's charts as pictures on the sandbox's pages."""

import re
from xml.etree import ElementTree as ET

import pytest

from hypercare_sync.sandbox.pages import chart, markdown
from hypercare_sync.text.document import Chart, Document, Series
from hypercare_sync.text.markdown import render

DAYS = Chart(
    "Day",
    ("16 Nov", "17 Nov", "18 Nov"),
    ((Series("New", (18, 9, 0), "bar"), Series("Resolved", (6, 7, 9))), (Series("Open", (12, 14, 5)),)),
)


def drawn(source: str) -> ET.Element:
    """The figure that a block becomes."""
    figure = chart.draw(source)
    assert figure is not None
    return ET.fromstring(figure)


def block(*lines: str) -> str:
    """A chart's block."""
    return "\n    ".join(("xychart-beta", *lines))


def percent(element: ET.Element, name: str) -> float:
    """A length that is told in percent."""
    return float(element.attrib[name].removesuffix("%"))


def test_every_chart_of_ours_is_drawn() -> None:
    html = markdown.render(render(Document((DAYS,))))
    assert html.count('<figure class="chart">') == 2
    assert "xychart" not in html
    assert "<figcaption>New (bars), Resolved (line)</figcaption>" in html


def test_picture_has_its_data_for_the_eye_and_in_words() -> None:
    figure = drawn(
        block('title "New, Resolved"', 'x-axis ["16 Nov", "17 Nov"]', "y-axis 0 --> 20", "bar [20, 5]", "line [10, 0]")
    )
    bars, spots = list(figure.iter("rect")), list(figure.iter("circle"))
    heights = [float(bar.attrib["height"]) for bar in bars]
    assert heights == pytest.approx([180, 45])
    middle = [percent(bar, "x") + percent(bar, "width") / 2 for bar in bars]
    assert [percent(spot, "cx") for spot in spots] == pytest.approx(middle) == [25, 75]
    floor = float(bars[0].attrib["y"]) + heights[0]
    assert [float(spot.attrib["cy"]) for spot in spots] == pytest.approx([floor - heights[0] / 2, floor])
    assert [title.text for title in figure.iter("title")] == ["16 Nov: 20", "17 Nov: 5", "16 Nov: 10", "17 Nov: 0"]
    (picture,) = (one for one in figure.iter() if one.get("role") == "img")
    assert picture.attrib["aria-label"] == "New, Resolved: 16 Nov 20, 10; 17 Nov 5, 0"


def test_scale_holds_all_numbers_even_those_beyond_the_range_that_is_told() -> None:
    figure = drawn(block("x-axis [a, b, c]", "y-axis 0 --> 10", "bar [-5, 30, 3]"))
    assert all(0 <= float(one.attrib["y"]) <= 220 for one in figure.iter("rect"))
    assert {one.text for one in figure.iter("text")} >= {"0", "10", "30"}


def test_few_points_names_fit_on_a_phone_and_not_all_of_many_anywhere() -> None:
    names = ", ".join(f"d{number}" for number in range(40))
    figure = drawn(block(f"x-axis [{names}]", f"line [{', '.join('1' * 40)}]"))
    shown = [one for one in figure.iter("text") if re.fullmatch(r"d\d+", one.text or "")]
    assert len(shown) == 14
    assert len([one for one in shown if one.get("class") != "wide"]) <= 7


def test_all_zero_is_a_flat_line() -> None:
    assert len(list(drawn(block("x-axis [a, b]", "y-axis 0 --> 0", "line [0, 0]")).iter("circle"))) == 2


@pytest.mark.parametrize(
    "source",
    [
        "",
        "graph TD\n  A --> B",
        block("x-axis [a, b]", "bar [1]"),
        block("x-axis [a, b]"),
        block("x-axis [a]", "bar [1.2.3]"),
        block("x-axis [a]", "bar [1]", "<script>alert(1)</script>"),
        block("x-axis [" + ", ".join("a" * 1001) + "]", "bar [" + ", ".join("1" * 1001) + "]"),
    ],
)
def test_any_other_block_stays_code(source: str) -> None:
    assert chart.draw(source) is None
    assert "<pre" in markdown.render(f"```mermaid\n{source}\n```")


def test_words_of_people_in_a_chart_are_escaped() -> None:
    figure = chart.draw(block('title "<script>x</script>"', 'x-axis ["<b>", "&"]', "bar [1, 2]"))
    assert figure is not None
    assert "<script>" not in figure
    assert "<b>" not in figure
