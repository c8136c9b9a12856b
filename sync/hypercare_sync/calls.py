"""The calls for help in a plan that is refused: they go out all the same, since they take nothing away and somebody waits for them. Pure."""

from collections.abc import Iterator, Sequence

from hypercare_sync.change import AddComment, Plan
from hypercare_sync.guard import Guard, Refusal
from hypercare_sync.plan import checksum
from hypercare_sync.release_state import ReleaseState, tickets_of


def calls_for_help(planned: Plan, found: Sequence[Refusal], releases: Sequence[ReleaseState]) -> Plan:
    """The escalations of a plan that guards refuse; nothing where they do not.

    Where it is the policy's edit that is refused, only those count that go on with what was told before, or come of what people did since the
    summary was last edited: all others may be what is wrong with it.
    """
    doubted = {one.release for one in found if one.guard is Guard.policy}
    states = {state.assessment.release.name: state for state in releases}
    going = tuple(
        call
        for call in _calls(planned)
        if found and (call.marker.release not in doubted or _explained(call, states[call.marker.release]))
    )
    return Plan(going, checksum(going))


def _calls(planned: Plan) -> Iterator[AddComment]:
    for one in planned.changes:
        if isinstance(one, AddComment) and one.marker.purpose == "escalation":
            yield one


def _explained(call: AddComment, release: ReleaseState) -> bool:
    """Whether a call follows from more than the policy."""
    ticket = next(ticket for ticket in tickets_of(release) if ticket.ref == call.ticket)
    told = (one.marker for one in ticket.comments if one.marker and one.marker.purpose == "escalation")
    if any((one.release, one.policy) == (call.marker.release, call.marker.policy) for one in told):
        return True
    current = release.summary.current if release.summary else None
    edited = current.record.as_of if current else release.memory.baseline
    return edited is None or ticket.last_human_activity >= edited  # trackers tell seconds
