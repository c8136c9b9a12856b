"""What keeps a person from ending hypercare: criteria that do not hold, what cannot be seen or written now, and what the guards refuse besides."""

from collections.abc import Iterator

from hypercare_sync.exited import Leave
from hypercare_sync.guard import Guard, Refusal
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.tick_result import Objections, TickResult
from hypercare_sync.wording import count


def unless_it_holds(leaving: Leave, *, forced: bool) -> Objections:
    """The objections to that end: whoever has `forced` it has said why, and is only kept from what cannot be done at all."""

    def objections(looked: TickResult) -> tuple[Refusal, ...]:
        release = next(one for one in looked.releases if one.config.name == leaving.release)
        state = release.state
        if state is None:
            live = release.config.release.local(release.config.go_live)
            return (_refusal(leaving, "it is not live yet", (f"it goes live {live:%Y-%m-%d %H:%M %Z}",), 0),)
        if state.memory.handover is not None and state.memory.handover.stands:
            return ()
        if lacking := tuple(_lacking(state)):
            return (_refusal(leaving, "there is nowhere to keep how it ended", lacking, 0),)
        missing = tuple(_missing(release.state)) if not forced and release.state else ()
        of = len(state.assessment.exit)
        what = f"hypercare cannot be left yet: {count(len(missing), 'thing is', 'things are')} missing"
        if missing:
            return (_refusal(leaving, what, missing, of),)
        return () if forced else looked.refusals

    return objections


def _refusal(leaving: Leave, why: str, missing: tuple[str, ...], of: int) -> Refusal:
    return Refusal(Guard.exit, why, len(missing), of, missing, leaving.release)


def _lacking(state: ReleaseState) -> Iterator[str]:
    if state.summary is None:
        yield "its summary could not be read; try again once it can"
    elif state.summary.current is None:
        yield "it has no summary yet; run `hypercare-sync sync` first"


def _missing(state: ReleaseState) -> Iterator[str]:
    """Each criterion that does not hold, with its evidence, and each source of which not all is known."""
    for one in state.assessment.exit:
        if not one.met:
            held = f"; met from {one.forecast:%Y-%m-%d %H:%M} UTC on if nothing new comes up" if one.forecast else ""
            yield f"{one.id}: {one.evidence}{held}"
    for source in state.assessment.sources:
        if source.problem:
            yield f"{source.label}: could not be read: {source.problem}"
