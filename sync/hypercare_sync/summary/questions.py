"""What there is to decide, in words: who, what, and the evidence."""

from collections.abc import Iterator
from typing import assert_never

from hypercare_rules.decisions import LEAD, Ask
from hypercare_rules.release import Release
from hypercare_sync.summary.asking import Asked, Question
from hypercare_sync.summary.rows import few, joined, ticket
from hypercare_sync.text.document import Block, Bullets, Code, Fold, Heading, Paragraph, Spans, Strong, spans
from hypercare_sync.wording import count, stamp

_SHOWN_AT_ONCE = 10


def decisions_needed(asked: Asked, release: Release) -> Iterator[Block]:
    """The questions, the most pressing first, those beyond the first screen folded."""
    yield Heading(2, spans("Decisions needed"))
    lines = tuple(_line(question, asked, release) for question in asked.questions)
    if lines:
        yield Bullets(lines[:_SHOWN_AT_ONCE])
    if lines[_SHOWN_AT_ONCE:]:
        yield Fold(f"{len(lines) - _SHOWN_AT_ONCE} more", (Bullets(lines[_SHOWN_AT_ONCE:]),))
    if asked.hidden:
        yield Paragraph(spans(f"{count(asked.hidden, 'decision')} about tickets of a narrower audience not told here."))
    if any(not question.who for question in asked.questions):
        yield Paragraph(spans("Who decides is named in the policy: by ", Code(f"roles: {LEAD}"), " and by its roster."))
    if not lines and not asked.hidden:
        yield Paragraph(spans("Nothing waits for a decision."))


def possibly_same(asked: Asked) -> Iterator[Block]:
    """The pairs that may be one problem."""
    if not asked.alike:
        return
    yield Heading(2, spans("Possibly the same problem"))
    yield Paragraph(
        spans("Their titles say much the same, or one names the other; link them as duplicates where they are.")
    )
    yield Bullets(
        tuple(
            (*ticket(one), *spans(": ", one.title, " / "), *ticket(other), *spans(": ", other.title))
            for one, other in asked.alike
        )
    )
    if more := asked.pairs - len(asked.alike):
        yield Paragraph(spans(f"and {count(more, 'more pair')}."))


def _line(question: Question, asked: Asked, release: Release) -> Spans:
    return (*spans(Strong(", ".join(question.who) or "Nobody is named"), ": "), *_words(question, asked, release))


def _words(question: Question, asked: Asked, release: Release) -> Spans:
    tickets, why, number = few(question.tickets), question.why, len(question.tickets)
    since = stamp(question.since, release) if question.since else ""
    match question.ask:
        case Ask.take:
            them = "it" if number == 1 else "them"
            return (*spans("take "), *tickets, *spans(f", or say who does: urgent, and nobody has {them}"))
        case Ask.act:
            return (*spans("act on "), *tickets, *spans(f": the escalation {why} has told everybody it can"))
        case Ask.settle:
            return (
                *spans("settle "),
                *joined(map(ticket, question.tickets.tickets)),
                *spans(f": trackers differ, {why}"),
            )
        case Ask.extend:
            return spans(f"extend hypercare, or end it all the same: its window ended {since}, and {why}")
        case Ask.leave:
            over = f"its window ended {since}, and " if since else ""
            return spans("end hypercare with ", Code("hypercare-sync handover"), f"? {over}{why}")
        case Ask.sign_off:
            return spans("sign off the exit: all other criteria are met")
        case Ask.confirm:
            return (*spans("confirm the override of "), *tickets, *spans(f", or take it off: {why}; since {since}"))
        case Ask.claim:
            they = "it belongs" if number == 1 else "they belong"
            return (*spans("claim "), *tickets, *spans(f": a version or milestone says whether {they} to this release"))
        case Ask.same:
            more = f"; and {count(asked.pairs - 1, 'more pair')} below" if asked.pairs > 1 else ""
            return (*spans("say whether "), *tickets, *spans(f" are one problem{more}"))
        case _:
            assert_never(question.ask)
