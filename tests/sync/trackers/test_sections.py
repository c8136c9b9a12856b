"""Our part of a text, one of whose bounds is gone: what of it is still known for ours, and what is people's."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rules import build

from hypercare_sync.observed import SummaryRecord
from hypercare_sync.text import adf, markdown, wiki
from hypercare_sync.text.document import Document, Heading, Paragraph, Table, spans
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.github import section as on_github
from hypercare_sync.trackers.jira import section as on_jira

RENDERERS = {"ADF": adf.render, "wiki": wiki.render}
THEIRS = Document((Paragraph(spans("Call the bridge.")), Paragraph(spans("Ask Kim."))))


def ours(title: str, minutes: int) -> Document:
    """Our text, with a ticket of this title that is so old."""
    table = Table(("Ticket", "Title", "Age"), ((spans("SHOP-1"), spans(title), spans(f"{minutes} min")),))
    return Document((Heading(2, spans("Burning")), table, Paragraph(spans("As of Monday."))))


@pytest.fixture(params=RENDERERS)
def render(request: pytest.FixtureRequest) -> Any:
    return RENDERERS[request.param]


def parts(render: Any, document: Document) -> list[Any]:
    """The rows of a text."""
    return on_jira._rows(render(document))


def put_together(render: Any, *rows: list[Any]) -> Any:
    """A description of these rows."""
    found = [row for some in rows for row in some]
    return "\n".join(found) if render is wiki.render else {"type": "doc", "version": 1, "content": found}


@pytest.mark.parametrize("lost", ["begin", "end"])
def test_part_with_one_bound_is_known_by_its_digest_whatever_is_to_stand_there(render: Any, lost: str) -> None:
    old, new = (on_jira.marked(ours(*one), "https://shop.example") for one in (("Old", 5), ("Wholly other words", 7)))
    above, below = ([row] for row in parts(render, THEIRS) if row)
    rows = parts(render, old)
    standing = put_together(render, above, rows[1:] if lost == "begin" else rows[:-1], below)
    before, after = on_jira.around(standing, render(new), on_jira.words(render(old)))
    assert (before, [row for row in after if row]) == (above, below)


@pytest.mark.parametrize("lost", ["begin", "end", "both"])
def test_rows_that_are_like_ours_go_where_the_digest_is_not_known(render: Any, lost: str) -> None:
    old, new = (on_jira.marked(ours("Checkout is down", minutes), "https://shop.example") for minutes in (5, 70))
    above, below = ([row] for row in parts(render, THEIRS) if row)
    rows = parts(render, old)
    cut = {"begin": rows[1:], "end": rows[:-1], "both": rows[1:-1]}[lost]
    before, after = on_jira.around(put_together(render, above, cut, below), render(new), "unknown")
    assert [row for row in (*before, *after) if row] == [*above, *below]


RECORD = SummaryRecord(
    release="Shop 5.2", digest="d", baseline=build.GO_LIVE, backfilled=False, as_of=build.GO_LIVE + timedelta(hours=1)
)


@pytest.mark.parametrize("keep", [0, 11, 20])
def test_section_on_github_without_its_end_is_known_by_its_digest(keep: int) -> None:
    text = on_github.of_summary(markdown.render(ours("Old", 5)), RECORD)
    written = (marker.from_comment(text) or {})["written"]
    standing = "Call the bridge.\n\n" + text[: len(text) - 24 + keep] + "\n\nAsk Kim."
    own = markdown.render(ours("Wholly other words", 7))
    assert on_github.around(standing, own, written) == ("Call the bridge.\n\n", "\n\nAsk Kim.")


def test_lines_on_github_that_are_like_ours_go_where_the_digest_is_not_known() -> None:
    old, new = (markdown.render(ours("Checkout is down", minutes)) for minutes in (5, 70))
    standing = "Call the bridge.\n\n" + on_github.of_summary(old, RECORD)[40:] + "\n\nAsk Kim."
    assert on_github.around(standing, new) == ("Call the bridge.\n\n", "\n\nAsk Kim.")
    assert on_github.around(f"Call the bridge.\n\n{old}\n\nAsk Kim.", new) == ("", "\n\nCall the bridge.\n\nAsk Kim.")
    begun = on_github.of_summary(old, RECORD).removesuffix("<!-- /hypercare-sync -->")
    assert on_github.around(begun + "\nAsk Kim.", new, "unknown") == ("", "\n\nAsk Kim.")
