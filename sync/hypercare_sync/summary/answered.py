"""Our answer to a comment with commands: what of it counts, and why the rest does not."""

from collections.abc import Iterator

from hypercare_rules.assess import Assessment
from hypercare_rules.commands import FORMS, LONGEST_SNOOZE
from hypercare_rules.durations import render
from hypercare_rules.hearing import Outcome, Reply
from hypercare_rules.ticket import Ref
from hypercare_rules.words import Verb, Word
from hypercare_sync.summary.rows import ticket
from hypercare_sync.summary.shown import Readers
from hypercare_sync.text.document import Block, Bullets, Code, Document, Inline, Paragraph, Spans, Strong, spans
from hypercare_sync.wording import stamp

_MEANINGS = {
    Verb.ack: "the ticket counts as acknowledged, which ends an escalation that waits for that",
    Verb.priority: "the ticket has this priority until somebody says another; auto instead of P2 takes that back",
    Verb.snooze: f"escalation calls nobody about the ticket for so long, {render(LONGEST_SNOOZE)} at most; it ends where the ticket becomes more urgent",
    Verb.sign_off: "you agree that hypercare ends",
    Verb.help: "this list",
}


def answer_document(reply: Reply, assessment: Assessment, readers: Readers) -> Document:
    """The answer in words."""
    return Document(tuple(_blocks(reply, assessment, readers)))


def _blocks(reply: Reply, assessment: Assessment, readers: Readers) -> Iterator[Block]:
    yield Paragraph(spans("To ", Strong(reply.author.name), ":"))
    lines = tuple(_line(one, assessment, readers) for one in reply.outcomes if one.word or one.why)
    if lines:
        yield Bullets(lines)
    if any(not one.word and not one.why for one in reply.outcomes):
        yield Paragraph(spans("What can be said here, at the beginning of a line:"))
        yield Bullets(tuple(spans(Code(form), f": {_MEANINGS[verb]}") for verb, form in FORMS.items()))
        yield Paragraph(spans("A key is SHOP-12, acme/web#12, or #12 where that says which."))
    elif any(one.why for one in reply.outcomes):
        yield Paragraph(spans(Code(FORMS[Verb.help]), " lists what can be said."))


def _line(outcome: Outcome, assessment: Assessment, readers: Readers) -> Spans:
    said = spans(Code(outcome.said), ": ")
    if outcome.word is None:
        return (*said, *spans(f"not done, {outcome.why}."))
    return (*said, *_done(outcome.word, assessment, readers))


def _done(word: Word, assessment: Assessment, readers: Readers) -> Spans:
    release = assessment.release
    match word.verb:
        case Verb.ack:
            return (*_about(word, readers), *spans(f" counts as acknowledged since {stamp(word.at, release)}."))
        case Verb.priority if word.priority is None:
            return (
                *spans("what was said here of the priority of "),
                *_about(word, readers),
                *spans(" counts no more."),
            )
        case Verb.priority:
            why = f": {word.why}" if word.why else ""
            return (*_about(word, readers), *spans(" is ", Strong(f"{word.priority}"), f" by hand from now on{why}."))
        case Verb.snooze:
            until = stamp(word.until or word.at, release)
            return (*spans("escalation calls nobody about "), *_about(word, readers), *spans(f" until {until}."))
        case _:
            return spans(f"{word.name} signed off that hypercare of {release.name} ends.")


def _about(word: Word, readers: Readers) -> tuple[Inline, ...]:
    tracker, _, key = word.ticket.partition(":")
    (shown,) = readers.named((Ref(tracker, key),)).tickets
    return ticket(shown)
