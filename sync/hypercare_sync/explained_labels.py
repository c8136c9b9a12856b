"""What becomes of a ticket's managed labels, and why: what planning decides over all releases, told for `explain`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.release import Release
from hypercare_rules.ticket import Ref
from hypercare_sync.change import AddLabel, RemoveLabel
from hypercare_sync.plan import label_changes
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.wording import stamp


class LabelState(StrEnum):
    """What a plan makes of a label."""

    on_it = "on it"
    to_be_set = "to be set"
    to_be_taken_off = "to be taken off"
    gives_way = "gives way"
    kept_away = "kept away"
    waits = "as it is while the tracker cannot be read"


_AS_WANTED = (LabelState.on_it, LabelState.to_be_set, LabelState.waits)


@dataclass(frozen=True, slots=True)
class LabelStory:
    """One managed label of a ticket: what becomes of it, and why."""

    label: str
    state: LabelState
    why: str


def label_stories(releases: Sequence[ReleaseState], ref: Ref) -> tuple[LabelStory, ...]:
    """The labels of a ticket that is among the releases' own: those that it has or gets, goes without, or loses."""
    mine = [
        (release.assessment.release, assessed)
        for release in releases
        for assessed in release.assessment.tickets
        if assessed.ticket.ref == ref
    ]
    changes = label_changes(releases, ref)
    return tuple(sorted(_stories(mine, changes), key=lambda story: (list(LabelState).index(story.state), story.label)))


def _stories(
    mine: Sequence[tuple[Release, TicketAssessment]], changes: Sequence[AddLabel | RemoveLabel] | None
) -> Iterator[LabelStory]:
    planned = {change.label.casefold(): change for change in changes or ()}
    on_it = {label.casefold() for _, assessed in mine for label in assessed.ticket.labels}
    told: set[str] = set()
    for label, why in _wanted(mine).items():
        folded = label.casefold()
        told.add(folded)
        state = _state(planned.get(folded), on_it=folded in on_it, read=changes is not None)
        above = f"{why}; but another release puts a graver one in its place"
        yield LabelStory(label, state, why if state in _AS_WANTED else above)
    for label, why in _kept_away(mine).items():
        if label.casefold() not in told:
            told.add(label.casefold())
            yield LabelStory(label, LabelState.kept_away, why)
    for folded, change in planned.items():
        if folded not in told:
            yield LabelStory(change.label, LabelState.to_be_taken_off, change.why)


def _state(change: AddLabel | RemoveLabel | None, *, on_it: bool, read: bool) -> LabelState:
    """What becomes of a label that a release wants."""
    if not read:
        return LabelState.waits
    if isinstance(change, AddLabel):
        return LabelState.to_be_set
    if isinstance(change, RemoveLabel):
        return LabelState.to_be_taken_off
    return LabelState.on_it if on_it else LabelState.gives_way


def _wanted(mine: Sequence[tuple[Release, TicketAssessment]]) -> dict[str, str]:
    """Each label that a release wants, with the reasons; with the releases' names where there are several."""
    found: dict[str, list[str]] = {}
    for release, assessed in mine:
        for one in assessed.labels:
            found.setdefault(one.label, []).append(_of(release, one.why, mine))
    return {label: "; ".join(reasons) for label, reasons in found.items()}


def _kept_away(mine: Sequence[tuple[Release, TicketAssessment]]) -> dict[str, str]:
    """Each label that a release would want but for a person, with who that was."""
    found: dict[str, str] = {}
    for release, assessed in mine:
        for one in assessed.kept_away:
            by = one.taken_off.by.name if one.taken_off.by else "somebody"
            why = f"{by} took it off on {stamp(one.taken_off.at, release)}; would be for {one.why}"
            found.setdefault(one.label, _of(release, why, mine))
    return found


def _of(release: Release, why: str, mine: Sequence[tuple[Release, TicketAssessment]]) -> str:
    return f"{release.name}: {why}" if len(mine) > 1 else why
