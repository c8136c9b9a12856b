"""The team: who is reached, and when nobody is."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from hypercare_rules.durations import render
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, warning
from hypercare_rules.people import ON_CALL

_AHEAD = timedelta(days=14)
_MOST_GAPS = 3


def roles_of_nobody(draft: Draft) -> Iterator[Finding]:
    """Roles that are told of something, get tickets, or come to a review, although nobody has them."""
    policy = draft.policy
    told = {name for escalation in policy.escalation.values() for tier in escalation.tiers for name in tier.notify}
    told |= {ON_CALL} if policy.assign.priorities else set()
    for name in sorted(told.union(*(review.who for review in policy.reviews))):
        if name == ON_CALL and not policy.roster.shifts and draft.whole("roster"):
            yield warning(
                ("roster",),
                "nobody is on call, and escalations, reviews or `assign` ask for who is; write shifts with who and calendar",
            )
        elif name in policy.roles and not policy.roles[name] and draft.whole("roles", name):
            yield warning(
                ("roles", name), f"nobody has this role; write {name}: [NAME] with a name from people", at_key=True
            )


def without_identity(draft: Draft, trackers: Collection[str]) -> Iterator[Finding]:
    """People whom none of the trackers in use knows: what they do counts as nobody's, and it may be that nothing reaches them."""
    for name, member in draft.policy.people.items():
        if trackers and draft.whole("people", name) and not any(getattr(member, tracker) for tracker in trackers):
            ids = " or ".join(
                f"{tracker}: {'LOGIN' if tracker == 'github' else 'ACCOUNT_ID'}" for tracker in sorted(trackers)
            )
            text, remedy = "in no tracker, so no response of theirs is seen", f"write {ids}"
            if not member.email and not member.channels:
                text, remedy = f"{text} and nothing reaches them", f"{remedy}, and else email: or channels:"
            yield warning(("people", name), f"{text}; {remedy}", at_key=True)


def gaps(draft: Draft, now: datetime) -> Iterator[Finding]:
    """When nobody responds in the coming two weeks although there is a roster."""
    policy, shifts = draft.policy, draft.policy.roster.shifts
    if not shifts or not draft.whole("roster") or not all(draft.usable(shift.calendar) for shift in shifts):
        return
    turns = policy.roster.turns(policy.calendars, now, now + _AHEAD)
    empty = [turn for turn in turns if not turn.who]
    if empty:
        listed = ", ".join(f"{turn.start:%a %d %b %H:%M} to {turn.end:%a %d %b %H:%M}" for turn in empty[:_MOST_GAPS])
        total = sum((turn.end - turn.start for turn in empty), timedelta())
        more = f" and {len(empty) - _MOST_GAPS} more" if len(empty) > _MOST_GAPS else ""
        text = f"nobody is on call for {render(total)} of the coming {render(_AHEAD)} (UTC): {listed}{more}"
        yield warning(("roster", "shifts"), f"{text}; add a shift")
