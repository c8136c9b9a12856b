"""Charts: a picture where GitHub draws one, the same numbers as a table everywhere."""

from typing import Any

import pytest

from hypercare_sync.text import adf, html, markdown, wiki
from hypercare_sync.text.document import Chart, Document, Series
from hypercare_sync.text.shorten import fit

FLOW = Chart(
    "Day",
    ("Fri 20 Nov", "Sat 21 Nov", "Sun 22 Nov"),
    (
        (Series("New", (3, 1, 0), "bar"), Series("Resolved", (1, 2, 12))),
        (Series("Open", (2, 1, 0)),),
    ),
)


def test_github_draws_each_panel_and_has_the_table_beside_it() -> None:
    assert markdown.render(Document((FLOW,))) == (
        "```mermaid\nxychart-beta\n"
        '    title "New (bars), Resolved (line)"\n'
        '    x-axis ["Fri 20 Nov", "Sat 21 Nov", "Sun 22 Nov"]\n'
        "    y-axis 0 --> 12\n"
        "    bar [3, 1, 0]\n"
        "    line [1, 2, 12]\n```\n\n"
        "```mermaid\nxychart-beta\n"
        '    title "Open (line)"\n'
        '    x-axis ["Fri 20 Nov", "Sat 21 Nov", "Sun 22 Nov"]\n'
        "    y-axis 0 --> 2\n"
        "    line [2, 1, 0]\n```\n\n"
        "<details>\n<summary>As a table</summary>\n\n"
        "| Day | New | Resolved | Open |\n| --- | --- | --- | --- |\n"
        "| Fri 20 Nov | 3 | 1 | 2 |\n| Sat 21 Nov | 1 | 2 | 1 |\n| Sun 22 Nov | 0 | 12 | 0 |\n\n</details>\n"
    )


def test_a_chart_without_a_point_is_its_empty_table() -> None:
    empty = FLOW.last(0)
    assert "mermaid" not in markdown.render(Document((empty,)))
    assert empty.table.rows == ()


def test_a_flat_line_at_nothing_has_an_axis() -> None:
    assert "y-axis 0 --> 1\n" in markdown.render(Document((Chart("Day", ("a",), ((Series("New", (0,)),),)),)))


@pytest.mark.parametrize("render", [adf.render, wiki.render, html.render])
def test_elsewhere_it_is_the_table(render: Any) -> None:
    assert render(Document((FLOW,))) == render(Document((FLOW.table,)))


@pytest.mark.parametrize("words", ['"', "a\nb", "```", "<b>", "]", "x" * 81])
def test_words_that_could_be_markup_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match="not plain words for a chart"):
        Chart("Day", (words,), ())
    with pytest.raises(ValueError, match="not plain words for a chart"):
        Chart("Day", ("a",), ((Series(words, (1,)),),))


def test_a_series_has_a_number_for_each_point() -> None:
    with pytest.raises(ValueError, match=r"^New has 1 numbers for 2 points$"):
        Chart("Day", ("a", "b"), ((Series("New", (1,)),),))


def test_where_it_must_be_shorter_the_last_days_stay() -> None:
    (shorter,) = fit(Document((FLOW,)), lambda document: len(markdown.render(document)), 500).blocks
    assert shorter == FLOW.last(2)
