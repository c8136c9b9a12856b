"""The summary as a document: ten seconds at the top, ten minutes below."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypercare_rules.duties import Duty
from hypercare_rules.health import HealthState
from hypercare_rules.release import Phase, Release, SourceState
from hypercare_rules.reviews import Meeting
from hypercare_sync.summary.ending import last_words, links, reopened
from hypercare_sync.summary.figures import by_day, counts, customers, targets
from hypercare_sync.summary.movements import since_then
from hypercare_sync.summary.questions import decisions_needed, possibly_same
from hypercare_sync.summary.rows import few, listed
from hypercare_sync.summary.shown import Criterion
from hypercare_sync.summary.view import SummaryView, Unnamed
from hypercare_sync.text.document import (
    Block,
    Checklist,
    Document,
    Heading,
    Note,
    Paragraph,
    Spans,
    Strong,
    Table,
    Tone,
    spans,
)
from hypercare_sync.wording import count, stamp

HEARTBEAT = timedelta(hours=1)
_LATE_AFTER = HEARTBEAT + timedelta(minutes=20)
_LIGHTS = {HealthState.green: "🟢", HealthState.amber: "🟠", HealthState.red: "🔴"}
_TONES: dict[HealthState, Tone] = {HealthState.green: "good", HealthState.amber: "warning", HealthState.red: "danger"}


def summary_title(view: SummaryView) -> str:
    """The title of the issue, with the health in it; at the end of hypercare that it has ended."""
    if view.ending and view.over:
        day = view.release.day(view.ending.handover.at)
        return f"🏁 Hypercare {view.release.name}: ended on day {day} of {view.release.days}"
    return f"{_LIGHTS[view.health]} Hypercare {view.release.name}: {view.health}, day {view.day} of {view.release.days}"


def summary_document(view: SummaryView) -> Document:
    """The content of the summary, without the time at which it was written."""
    return Document(tuple(_blocks(view)))


def changes_document(view: SummaryView) -> Document:
    """How the release is, and what changed since the view's moment, alone."""
    return Document((*_head(view), *since_then(view.changes, view.release, whole=True)))


def as_written(document: Document, view: SummaryView, now: datetime) -> Document:
    """The document with what is said of its time: the last one stands as it is, and is never late."""
    return document if view.over else heartbeat(document, view.release, now)


def heartbeat(document: Document, release: Release, now: datetime) -> Document:
    """The document with the time at which it was written, and the time after which it is overdue: so a dead cron shows."""
    late = stamp(now + _LATE_AFTER, release)
    return Document(
        (
            Paragraph(spans(f"As of {stamp(now, release)} ({release.zone}), late if you read this after {late}.")),
            *document.blocks,
        )
    )


def _blocks(view: SummaryView) -> Iterator[Block]:
    if view.ending and view.over:
        yield from last_words(view, view.ending)
        return
    yield from _head(view)
    yield from decisions_needed(view.asked, view.release)
    yield Heading(2, spans("Burning"))
    yield from listed(view.burning, "Nothing burns.", reasons=True)
    yield from _soon(view)
    yield from since_then(view.changes, view.release)
    yield from _exit(view)
    if len(view.untagged):
        yield Heading(2, spans("Possibly this release"))
        yield Paragraph(spans("Reported after go-live without a version or milestone; set one where it belongs here."))
        yield from listed(view.untagged)
    yield from possibly_same(view.asked)
    yield from counts(view)
    yield from by_day(view.days)
    yield from targets(view.served)
    yield from customers(view)
    yield Heading(2, spans("Sources"))
    yield _sources(view)
    yield from links(view)


def _head(view: SummaryView) -> Iterator[Block]:
    """The ten seconds: how the release is and why, where it stands, who is on call and when it is looked at again."""
    yield health_note(view)
    bound = "At least " if view.stale else ""
    yield Paragraph(
        spans(
            *_phase(view),
            ". ",
            f"{bound}{count(view.tickets, 'ticket')} in {count(view.incidents, 'incident')}; ",
            f"{count(view.planned, 'ticket')} left out as planned work.",
        )
    )
    if view.on_call:
        yield Paragraph(_on_call(view.on_call, view.release))
    if view.next_review:
        yield Paragraph(next_review(view.next_review, view.release))


def health_note(view: SummaryView) -> Note:
    """How the release is, and why."""
    return Note(_TONES[view.health], spans(Strong(view.health.capitalize()), f": {'; '.join(view.reasons)}."))


def _phase(view: SummaryView) -> Spans:
    """The phase and the day; of an extended one why it is, and of one that had ended what took that back."""
    said = spans(f"{view.phase.capitalize()}, day {view.day} of {view.release.days}")
    if view.phase is Phase.extended:
        said = (*said, *spans(f": the window ended {stamp(view.release.ends, view.release)}{_unmet(view)}"))
    return (*said, *spans("; "), *reopened(view.ending, view.release)) if view.ending else said


def _unmet(view: SummaryView) -> str:
    """The criteria for which it is extended, each with the time since when it has not been met."""
    unmet = [one.state for one in view.exit if not one.state.met]
    if not unmet:
        return ""
    lost = (
        f" (lost since {stamp(one.relapse.since, view.release)})" if one.relapse else " (not met so far)"
        for one in unmet
    )
    names = ", ".join(f"{one.id.replace('-', ' ')}{since}" for one, since in zip(unmet, lost, strict=True))
    return f" with {len(unmet)} of {count(len(view.exit), 'exit criterion', 'exit criteria')} not met: {names}"


def _on_call(duties: tuple[Duty, ...], release: Release) -> Spans:
    """Who is on call now, and who is next."""
    first, *following = duties
    then = [f"{_people(duty)}{_until(duty, release)}" for duty in following[:-1]] + list(map(_people, following[-1:]))
    return spans("On call: ", Strong(_people(first)), _until(first, release), *(f", then {one}" for one in then), ".")


def _people(duty: Duty) -> str:
    return ", ".join(duty.who) or "nobody"


def _until(duty: Duty, release: Release) -> str:
    return f" until {stamp(duty.until, release)}" if duty.until else ""


def next_review(meeting: Meeting, release: Release) -> Spans:
    """When people look at it next, and who."""
    who = f", with {', '.join(meeting.who)}" if meeting.who else ""
    when = Strong(stamp(meeting.at, release))
    return spans("Next review: ", when, f" ({release.zone}), {meeting.review.replace('-', ' ')}{who}.")


def _soon(view: SummaryView) -> Iterator[Block]:
    if len(view.soon):
        yield Heading(2, spans("At risk soon"))
        yield Paragraph(spans(f"Unless somebody acts, these miss a target by {stamp(view.horizon, view.release)}."))
        yield from listed(view.soon)


def _exit(view: SummaryView) -> Iterator[Block]:
    if not view.exit:
        return
    yield Heading(2, spans("Leaving hypercare"))
    yield Checklist(tuple((one.state.met, _criterion(one, view.release)) for one in view.exit))
    met = sum(one.state.met for one in view.exit)
    said = f"{met} of {count(len(view.exit), 'criterion', 'criteria')} met"
    if met == len(view.exit):
        yield Paragraph(spans(f"{said}: hypercare can end."))
    elif view.expected_exit:
        yield Paragraph(
            spans(f"{said}; the exit is expected {stamp(view.expected_exit, view.release)} if nothing new comes up.")
        )
    else:
        yield Paragraph(spans(f"{said}; when hypercare can end cannot be told yet."))


def _criterion(one: Criterion, release: Release) -> Spans:
    """A criterion with its evidence; told by moments, which stand still, and never by how long it has held."""
    state = one.state
    said = [*spans(Strong(state.id.replace("-", " ")), f": {state.evidence}")]
    named = few(one.tickets)
    if state.held_since is not None:
        said += spans(f"; since {stamp(state.held_since, release)}")
        said += (*spans(", broken last by "), *named) if named else ()
    elif named:
        said += (*spans(": "), *named)
    if state.relapse is not None:
        said += spans(f"; lost since {stamp(state.relapse.since, release)}")
        said += (*spans(" by "), *named) if (named := few(one.lost_by)) else ()
        said += spans(f" with {state.relapse.figures}") if state.relapse.figures else ()
    if state.forecast and not state.met:
        said += spans(f"; met from {stamp(state.forecast, release)} on")
    return tuple(said)


def _sources(view: SummaryView) -> Table:
    """Each source that readers may hear of, and what is known of the others together."""
    rows = [(source.label, len(source.tickets), _source_state(source, view.release)) for source in view.sources]
    if (others := view.unnamed) is not None:
        name = f"{count(others.number, 'source')} not named here"
        rows.append((name, others.tickets, _unnamed_state(others, view.release)))
    return Table(
        ("Source", "Tickets", "State"), tuple((spans(name), spans(str(number)), said) for name, number, said in rows)
    )


def _source_state(source: SourceState, release: Release) -> Spans:
    if source.problem is None:
        return spans("; ".join(("up to date", *source.notes)))
    return spans(Strong("Stale"), _stale_since(source.as_of, release))


def _unnamed_state(others: Unnamed, release: Release) -> Spans:
    notes = f"; {count(others.notes, 'note')} not shown here" if others.notes else ""
    if not others.stale:
        return spans(f"up to date{notes}")
    how_many = f"{others.stale} of them stale" if others.number > 1 else "Stale"
    return spans(Strong(how_many), f"{_stale_since(others.stale_since, release)}{notes}")


def _stale_since(as_of: datetime | None, release: Release) -> str:
    since = f"since {stamp(as_of, release)}" if as_of else "and was never read"
    return f" {since}; counts are lower bounds"
