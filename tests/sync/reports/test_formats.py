"""The record in all its formats: the same facts, the figures of a hand computation, and nothing for eyes that may not see it."""

import csv
import json
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import CUSTOMER, P1_LABEL, after, comment, duplicate_of, policy, source, ticket, told, world
from tests.rules.strategies import any_tickets, of_whole_releases
from tests.sync.reports.worlds import LIVELY, WORKED_EXAMPLE, secret, view
from tests.sync.text.strategies import texts, unhurried

from hypercare_rules.assess import assess
from hypercare_rules.people import Member
from hypercare_rules.ticket import Audience, Ticket
from hypercare_sync.record import RecordView, record_view
from hypercare_sync.record.as_json import record_json
from hypercare_sync.record.html import page_html
from hypercare_sync.record.markdown import record_markdown
from hypercare_sync.record.page import record_page
from hypercare_sync.record.table import COLUMNS, NOT_SHOWN, record_csv, safe


class Read(HTMLParser):
    """The tables of a page by their captions, its words, and what it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self._open: list[str] = []
        self._caption = ""
        self._rows: list[list[str]] = []
        self.words = ""
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what it is made of."""
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        self._open.append(tag)
        if tag == "table":
            self._caption, self._rows = "", []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Keep a table that is whole."""
        while self._open and self._open.pop() != tag:
            pass
        if tag == "table":
            self.tables[self._caption] = self._rows

    def handle_data(self, data: str) -> None:
        """Keep words where they stand."""
        if "script" in self._open or "style" in self._open:
            self.scripts += [data] if "script" in self._open else []
            return
        self.words += data
        if "caption" in self._open:
            self._caption += data
        elif ("td" in self._open or "th" in self._open) and self._rows and self._rows[-1]:
            self._rows[-1][-1] += data


def page_of(known: RecordView) -> str:
    """The page without its charts: to draw them takes longer than all else."""
    return page_html(record_page(known), {}, known.now)


def rows_of(known: RecordView) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(record_csv(known))))


def test_worked_example_of_the_docs_is_told_in_every_format() -> None:
    known = view(*WORKED_EXAMPLE, now="24h")
    of = record_json(known)["metrics"]["all"]
    hour = 3600
    assert of["time_to_acknowledge"] == {
        "number": 3, "mean_seconds": 2 * hour, "median_seconds": 2 * hour, "p90_seconds": 3 * hour, "longest_seconds": 3 * hour,
    }  # fmt: skip
    assert of["time_to_resolve"] == {
        "number": 2, "mean_seconds": 6 * hour, "median_seconds": 6 * hour, "p90_seconds": 10 * hour, "longest_seconds": 10 * hour,
    }  # fmt: skip
    assert of["resolve"] == {"met": 2, "missed": 0, "late": 1, "running": 0, "share_met": pytest.approx(2 / 3)}
    tables = Read(page_of(known)).tables
    assert tables["Time to acknowledge, by priority and kind"][1] == ["All", "3", "2h", "2h", "3h"]
    assert tables["Time to resolve, by priority and kind"][1] == ["All", "2", "6h", "6h", "10h"]
    assert tables["Targets met, by priority and kind"][2] == ["All", "resolve", "2", "0", "1", "0", "66%"]
    markdown = record_markdown(known)
    for line in (
        "| All | 3 | 2h | 2h | 3h |",
        "| All | 2 | 6h | 6h | 10h |",
        "| All | resolve | 2 | 0 | 1 | 0 | 66% |",
    ):
        assert line in markdown
    hours = [(row["hours_to_acknowledge"], row["hours_to_resolve"]) for row in rows_of(known)]
    assert sorted(hours) == [("1.00", "2.00"), ("2.00", ""), ("3.00", "10.00")]


def facts(known: RecordView) -> dict[str, Any]:
    """What JSON tells, in the words of the others."""
    of = record_json(known)
    return {
        "tickets": sorted((one["ticket"].partition(":")[2], one["priority"]) for one in of["tickets"]),
        "incidents": sorted(tuple(ref.partition(":")[2] for ref in one["tickets"]) for one in of["incidents"]),
        "breaches": sum(len(one["breaches"]) for one in of["tickets"]),
        "days": [[str(day[name]) for name in ("new", "resolved", "reopened", "open")] for day in of["days"]],
        "missed": [[str(gap["defects"]), str(gap["p1_and_p2"])] for gap in of["testing_missed"]],
        "decisions": sum(e["what"] in ("priority", "escalated") for one in of["tickets"] for e in one["timeline"]),
    }


def facts_of_tables(tables: dict[str, list[list[str]]]) -> dict[str, Any]:
    """The same as tables tell it."""
    body = {caption: rows[1:] for caption, rows in tables.items()}
    return {
        "incidents": sorted(tuple(row[1].split(", ")) for row in body.get("Incidents, the most urgent first", [])),
        "breaches": len(body.get("Targets that were exceeded, oldest first", [])),
        "days": [row[1:] for row in body["Tickets by day"]],
        "missed": [row[1:3] for row in body.get("Defects by component", [])],
        "decisions": len(body.get("Decisions and escalations, oldest first", [])),
    }


def tables_of_markdown(text: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    caption = ""
    for line in text.splitlines():
        if line.startswith("**") and line.endswith("**"):
            caption = line.strip("*\u2060")
        elif line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            plain = [cell.replace("\u2060", "").replace("\\", "").strip("*") for cell in cells]
            linked = [
                ", ".join(part.partition("](")[0].lstrip("[") for part in cell.split(", ")) if "](" in cell else cell
                for cell in plain
            ]
            found.setdefault(caption, []).append(linked)
    return {caption: [rows[0], *rows[2:]] for caption, rows in found.items()}


def all_say_the_same(known: RecordView) -> None:
    expected = facts(known)
    tickets = expected.pop("tickets")
    assert facts_of_tables(Read(page_of(known)).tables) == expected
    assert facts_of_tables(tables_of_markdown(record_markdown(known))) == expected
    assert sorted((row["ticket"], row["priority"]) for row in rows_of(known)) == tickets
    assert sum(int(row["breaches"]) for row in rows_of(known)) == expected["breaches"]


def test_formats_say_the_same_of_a_lively_release() -> None:
    all_say_the_same(view(*LIVELY))
    assert facts(view(*LIVELY))["incidents"] == [("SHOP-1", "SHOP-3"), ("SHOP-4",), ("acme/web#7",)]


@given(st.lists(any_tickets(), max_size=4, unique_by=lambda one: one.ref))
@of_whole_releases
def test_formats_say_the_same_of_any_release(tickets: list[Ticket]) -> None:
    all_say_the_same(view(*tickets, now="20h"))


def test_what_readers_may_not_see_is_counted_and_not_named() -> None:
    known = view(*LIVELY, secret(), audience=Audience.internal)
    of = record_json(known)
    assert of["counts"]["tickets"] == 5
    assert of["counts"]["not_shown"] == {"P1": 1}
    each = [page_of(known), record_markdown(known), record_csv(known), json.dumps(of)]
    for text in each:
        for word in ("SHOP-9", "Secret leak", "Vault"):
            assert word not in text
    assert "1 ticket not shown to these readers (1 P1)" in Read(each[0]).words
    (hidden,) = [row for row in rows_of(known) if row["ticket"] == NOT_SHOWN]
    assert {name for name, value in hidden.items() if value} == {"release", "ticket", "priority"}
    assert "Secret leak" in page_of(view(*LIVELY, secret(), audience=Audience.restricted))


def test_who_was_called_is_named_in_full_but_for_the_public() -> None:
    called = told("3h", "p1", "1h", "0m", who=("ana", "on_call"))
    one = ticket("acme/web#1", comments=(called,)).model_copy(update={"audience": Audience.public})
    by = policy(people={"ana": Member(name="Ana K", github="ana")})

    def who(audience: Audience) -> list[str]:
        (happening,) = [
            each
            for each in record_json(view(one, by=by, audience=audience))["tickets"][0]["timeline"]
            if each["what"] == "escalated"
        ]
        names: list[str] = happening["who"]
        return names

    assert who(Audience.internal) == ["Ana K", "nobody on call"]
    assert who(Audience.public) == ["ana", "nobody on call"]


def test_comment_for_a_few_is_told_to_those_alone() -> None:
    said = comment("2h", CUSTOMER, "Our margin is 3%").model_copy(update={"restricted": True})
    one = ticket(comments=(said, comment("3h", CUSTOMER, "Please hurry")))
    assert "margin" not in json.dumps(record_json(view(one)))
    assert record_json(view(one))["tickets"][0]["feedback"]["comments"][0]["text"] == "Please hurry"
    assert "margin" in json.dumps(record_json(view(one, audience=Audience.restricted)))


def test_incident_of_a_secret_and_an_open_ticket_tells_only_of_the_open_one() -> None:
    known = view(secret("SHOP-1"), ticket("SHOP-2", links=duplicate_of("SHOP-1")))
    (incident,) = record_json(known)["incidents"]
    assert (incident["priority"], incident["tickets"]) == ("P3", ["shop-jira:SHOP-2"])


def test_public_readers_of_internal_tickets_get_figures_alone() -> None:
    known = view(*LIVELY, audience=Audience.public)
    tables = Read(page_of(known)).tables
    assert "Incidents, the most urgent first" not in tables
    assert tables["Targets met, by priority and kind"][1][0] == "All"
    assert [source["label"] for source in record_json(known)["sources"]["named"]] == []
    assert record_json(known)["sources"]["not_named"] == 1


def test_what_is_not_known_whole_is_said() -> None:
    cut = ticket("SHOP-1", comments=(comment("2h"),), history_cut=True)
    by = policy()
    known = record_view(
        assess(world(source(cut, problem="it did not answer")), by, after("24h")), by, Audience.internal
    )
    words = Read(page_of(known)).words
    assert "Not all sources could be read: every count is a lower bound." in words
    assert "1 time is at least so long: a tracker does not tell the whole history." in words
    assert record_json(known)["complete"] is False


def test_long_comment_of_a_customer_is_cut_in_the_table_and_whole_for_scripts() -> None:
    known = view(ticket(comments=(comment("2h", CUSTOMER, "word " * 100),)))
    (row,) = Read(page_of(known)).tables["Feedback on 1 ticket, the most first"][1:]
    assert row[-1].startswith("Fri 20 Nov 09:00, Cleo Customer: word word")
    assert row[-1].endswith("word…")
    assert len(row[-1]) < 250
    assert record_json(known)["tickets"][0]["feedback"]["comments"][0]["text"] == "word " * 100


def test_release_without_tickets_is_a_record_of_nothing() -> None:
    known = view()
    assert "Every target was met or still can be." in Read(page_of(known)).words
    assert rows_of(known) == []
    assert record_json(known)["metrics"]["all"]["time_to_resolve"] is None
    assert "# Hypercare record" in record_markdown(known)


ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "a",
        "header",
        "footer",
        "nav",
        "main",
        "section",
        "p",
        "b",
    ),
    *("h1", "h2", "ul", "ol", "li", "dl", "dt", "dd", "div", "strong", "span", "time", "details", "summary"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption"),
}


@given(texts, texts, texts, texts)
@unhurried
def test_whatever_people_write_is_read_and_does_nothing(title: str, name: str, label: str, said: str) -> None:
    somebody = CUSTOMER.model_copy(update={"name": name})
    hostile = ticket(
        "SHOP-1", title=title, reporter=somebody, assignees=(somebody,), components=(label,), labels={P1_LABEL},
        comments=(comment("2h", somebody, said),), votes=1, fields={"Root cause": (said,), "Workaround": (label,)},
    )  # fmt: skip
    known = view(hostile.model_copy(update={"url": said}))
    page = page_of(known)
    read = Read(page)
    assert read.tags <= ALLOWED
    assert len(read.scripts) == 1
    for attribute, value in read.attributes:
        assert not attribute.startswith("on")
        if attribute in ("href", "src"):
            assert value.startswith(("#", "http://", "https://"))
    for steering in "\u202e\u2066\x1b\x9b\x07":
        assert steering not in page
        assert steering not in record_csv(known)
    assert sorted(facts(known)["tickets"]) == [("SHOP-1", "P1")]


@given(texts)
@unhurried
def test_no_cell_of_a_spreadsheet_is_a_formula_nor_breaks_its_row(text: str) -> None:
    (row,) = rows_of(view(ticket(title=text, components=(text,))))
    assert set(row) == set(COLUMNS)
    for value in row.values():
        assert not value.lstrip().startswith(("=", "+", "-", "@"))
        assert not set(value) & set("\r\n\t")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\uff1d1", "\u200b=1"])
def test_formula_gets_an_apostrophe(text: str) -> None:
    assert safe(text).startswith("'")


def test_lines_of_the_table_end_as_its_standard_says() -> None:
    text = record_csv(view(ticket(title='He said "no", twice')))
    assert text.count("\r\n") == 2
    assert '"He said ""no"", twice"' in text


DOCS = Path(__file__).parents[3] / "docs" / "report.md"


def members(value: Any) -> set[str]:
    """The names of all members of a document, but for those that are data: priorities, kinds, finders."""
    if isinstance(value, list):
        return set().union(*map(members, value))
    if not isinstance(value, dict):
        return set()
    data = {"by_priority", "by_kind", "not_shown"}
    found = {name for name in value if name[:1].islower()}
    inside = (
        set().union(*map(members, one.values()))
        if name in data and isinstance(one, dict) and name != "not_shown"
        else members(one)
        for name, one in value.items()
        if name not in ("found_by", "not_shown")
    )
    return found.union(*inside)


def test_docs_name_every_member_and_every_column() -> None:
    text = DOCS.read_text(encoding="utf-8")
    known = view(*LIVELY, secret())
    named = {name for name in members(record_json(known)) if f"`{name}`" not in text}
    assert named == set()
    assert ", ".join(f"`{column}`" for column in COLUMNS) in text.replace(",\n", ", ")
