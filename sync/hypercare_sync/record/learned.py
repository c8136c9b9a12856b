"""The sections from which the next release learns: what testing missed, how tickets ended and why, workarounds, feedback."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from hypercare_rules.record import Lessons, TicketRecord
from hypercare_sync.record.sheet import Cell, Column, Section, Sheet, cell
from hypercare_sync.record.view import RecordView
from hypercare_sync.record.words import Words, number_cell, tickets_cell, words_cell
from hypercare_sync.text.clean import one_line
from hypercare_sync.wording import count

_NUMBER = Column("Tickets", "number")
_SAID = 200


def learned(view: RecordView, words: Words) -> Iterator[Section]:
    """The sections in their order."""
    yield Section(
        "missed",
        "Missed by testing",
        (_missed(view),),
        "Defects that came up after go-live, by component; those of several components count in each.",
    )
    yield Section(
        "causes",
        "Causes",
        (
            _counted("Resolutions", "Resolution", view.stories, lambda lessons: lessons.resolution),
            _counted("Root causes", "Root cause", view.stories, lambda lessons: lessons.root_cause),
        ),
        "How tickets ended and why they came about, as they tell.",
    )
    yield Section("known", "Known errors", (_known(view),))
    yield Section("feedback", "Feedback", (_feedback(view, words),))


def _missed(view: RecordView) -> Sheet:
    columns = (
        Column("Component"), Column("Defects", "number"), Column("P1 and P2", "number"), Column("Found by"),
    )  # fmt: skip
    rows = tuple(
        (
            cell(gap.component or "no component"),
            number_cell(gap.defects),
            number_cell(gap.grave),
            cell(", ".join(f"{who}: {number}" for who, number in gap.found_by)),
        )
        for gap in view.testing_missed
    )
    return Sheet("Defects by component", columns, rows, "No defect came up.")


def _counted(caption: str, name: str, stories: Iterable[TicketRecord], of: Callable[[Lessons], str]) -> Sheet:
    said = Counter(text for one in stories if (text := of(one.lessons)))
    rows = tuple(
        (cell(text), number_cell(number)) for text, number in sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return Sheet(caption, (Column(name), _NUMBER), rows, "No ticket tells.")


def _known(view: RecordView) -> Sheet:
    columns = (
        Column("Priority"), Column("Ticket"), Column("Title"), Column("Status"), Column("Known error"), Column("Workaround"),
    )  # fmt: skip
    rows = tuple(
        (
            *_head(one),
            cell(one.assessed.ticket.status.name),
            words_cell(one.lessons.known_error),
            words_cell(one.lessons.workaround),
        )
        for one in view.stories
        if one.lessons.known_error or one.lessons.workaround
    )
    return Sheet("Known errors and workarounds", columns, rows, "No ticket tells of one.")


def _feedback(view: RecordView, words: Words) -> Sheet:
    columns = (
        Column("Priority"), Column("Ticket"), Column("Title"), Column("Customers"), Column("Votes", "number"),
        Column("Reactions", "number"), Column("Comments", "number"), Column("Their last comment"),
    )  # fmt: skip
    rows = tuple(
        (
            *_head(one),
            words_cell(", ".join(said.customers)),
            number_cell(said.votes),
            number_cell(said.reactions),
            number_cell(len(said.comments)),
            words_cell(_last(one, words)),
        )
        for one, said in view.feedback
    )
    shown = count(len(rows), "ticket")
    return Sheet(f"Feedback on {shown}, the most first", columns, rows, "No customer made themselves known.")


def _head(one: TicketRecord) -> tuple[Cell, ...]:
    return cell(one.assessed.priority), tickets_cell([one.assessed.ticket]), cell(one.assessed.ticket.title)


def _last(one: TicketRecord, words: Words) -> str:
    """The last comment of a customer, cut to what fits a table."""
    if not one.feedback.comments:
        return ""
    last = one.feedback.comments[-1]
    text = one_line(last.text).strip()
    cut = text if len(text) <= _SAID else f"{text[: _SAID - 1].rstrip()}…"
    return f"{words.time(last.created)}, {last.author.name}: {cut}"
