"""The guards on plans as values: what is refused and what is not, and that time alone never is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.strategies import any_tickets, unhurried
from tests.sync.states import NOW, SINCE_GO_LIVE, Told, consistent

from hypercare_rules.assess import assess
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Comment, Marker, Ticket
from hypercare_sync.accepted import removals
from hypercare_sync.change import Plan, RemoveLabel
from hypercare_sync.config import GuardLimits
from hypercare_sync.guard import Guard, Refusal, refusals, told
from hypercare_sync.plan import plan

HOUR = timedelta(hours=1)
NOTHING = GuardLimits(share=1e-9, tickets=0)
"""Limits that let nothing through that counts."""


def crowd(number: int, **given: Any) -> tuple[Ticket, ...]:
    return tuple(build.ticket(f"SHOP-{at}", **given) for at in range(1, number + 1))


def settled(told: Told, now: datetime = NOW) -> Told:
    """The release once everything is written that is planned, with its summary edited at that time."""
    return told.after(plan([told.state(now)]).changes, now)


def edited(told: Told, number: int, **update: Any) -> Told:
    """The release once people edited so many of its tickets."""
    tickets = [ticket.model_copy(update=update) for ticket in told.tickets[:number]]
    return replace(told, tickets=(*tickets, *told.tickets[number:]))


def judged(
    *releases: Told, at: datetime = NOW + HOUR, was: datetime = NOW, limits: GuardLimits | None = None, only: str = ""
) -> list[Refusal]:
    """What the guards say of a tick, where the summaries were last edited at `was`."""
    states, before = ([one.state(when) for one in releases] for when in (at, was))
    narrow = only or None
    return list(refusals(plan(states, narrow), states, narrow, lambda: plan(before, narrow), limits or GuardLimits()))


def guards(found: Iterable[Refusal]) -> list[tuple[Guard, int, int]]:
    return [(one.guard, one.affected, one.of) for one in found]


LEFT = {"affects": ("5.3",)}
DONE = {"status": build.DONE, "resolved": NOW}
SEEN = build.policy(rules=(build.rule("all", {}, add_labels=["seen"]),))
LATE = crowd(20, created="1h")


@pytest.mark.parametrize(("left", "refused"), [(10, False), (11, True), (20, True)])
def test_more_than_ten_tickets_that_lose_labels_are_refused(left: int, refused: bool) -> None:
    found = judged(edited(settled(Told(LATE)), left, **LEFT))
    assert guards(found) == [(Guard.removals, left, 20)] * refused


@pytest.mark.parametrize(("left", "refused"), [(15, False), (16, True)])
def test_more_than_the_share_must_lose_labels_to_be_refused(left: int, refused: bool) -> None:
    assert bool(judged(edited(settled(Told(crowd(50))), left, **LEFT))) is refused


def test_share_is_of_the_tickets_that_carry_anything_of_ours() -> None:
    counted = tuple(build.closed(f"SHOP-{at}", resolved="1h") for at in range(101, 301))
    release = edited(settled(Told((*crowd(20), *counted))), 12, **LEFT)
    assert guards(judged(release)) == [(Guard.removals, 12, 20)]


def test_ticket_with_nothing_but_a_comment_of_ours_carries_something_too() -> None:
    told_of = crowd(70, affects=("5.3",), comments=(build.comment("1h", build.US),))[20:]
    release = edited(settled(Told((*crowd(20), *told_of))), 12, **LEFT)
    assert judged(release) == []
    assert guards(judged(release, limits=GuardLimits(share=0.1))) == [(Guard.removals, 12, 70)]


def test_limits_are_those_of_the_config() -> None:
    release = edited(settled(Told(LATE)), 11, **LEFT)
    assert judged(release, limits=GuardLimits(share=0.6)) == []
    assert judged(release, limits=GuardLimits(tickets=11)) == []
    assert len(judged(edited(release, 3, **LEFT), limits=GuardLimits(tickets=2, share=0.1))) == 1


def test_refusal_names_the_release_the_numbers_examples_and_what_to_do() -> None:
    (found,) = judged(edited(settled(Told(LATE)), 12, **LEFT))
    first, last = told([found])
    assert first == (
        "Shop 5.2: labels or comments of ours would come off 12 of the 20 tickets that carry any: "
        "shop-jira:SHOP-1, shop-jira:SHOP-10, shop-jira:SHOP-11, ..."
    )
    assert "plan --out plan.json" in last
    assert "sync --force" in last


def worked_on(told: Told, number: int, at: datetime = NOW + HOUR / 2, **update: Any) -> Told:
    """The release once people worked on so many of its tickets, at that time."""
    event = build.assigned(at, build.BEN)
    tickets = [one.model_copy(update={"history": (*one.history, event), **update}) for one in told.tickets[:number]]
    return replace(told, tickets=(*tickets, *told.tickets[number:]))


def conditions_taken_off(told: Told) -> int:
    gone = (change.label for change in plan([told.state(NOW + HOUR)]).changes if isinstance(change, RemoveLabel))
    return sum(label in ("hypercare:breached", "hypercare:stale") for label in gone)


def test_conditions_that_people_end_by_closing_are_not_refused_and_the_priorities_stay() -> None:
    release = worked_on(settled(Told(LATE)), 20, **DONE)
    assert conditions_taken_off(release) >= 20
    assert judged(release, limits=NOTHING) == []


def test_conditions_that_end_though_nobody_did_anything_are_refused() -> None:
    assert guards(judged(edited(settled(Told(LATE)), 12, **DONE))) == [(Guard.removals, 12, 20)]


def test_what_people_did_before_a_condition_was_labelled_does_not_explain_its_end() -> None:
    release = worked_on(settled(Told(LATE)), 12, NOW - HOUR, **DONE)
    assert guards(judged(release)) == [(Guard.removals, 12, 20)]


def test_work_that_brings_tickets_out_of_the_release_counts() -> None:
    assert guards(judged(worked_on(settled(Told(LATE)), 12, **LEFT))) == [(Guard.removals, 12, 20)]


def test_labels_of_rules_count_whatever_people_did() -> None:
    rules = (build.rule("odd", {"components": {"has": "odd"}}, add_labels=["odd"]),)
    release = settled(Told(crowd(20, components=("odd",)), policy=build.policy(rules=rules)))
    assert guards(judged(worked_on(release, 12, components=()))) == [(Guard.removals, 12, 20)]


def test_removals_that_were_accepted_before_do_not_count_and_others_do() -> None:
    begun = edited(settled(Told(LATE)), 20, **LEFT)
    states = [begun.state(NOW + HOUR)]
    planned = plan(states)
    for left, counted in ((0, 0), (10, 0), (11, 11)):
        known = frozenset(one for one in removals(planned.changes) if one.ticket not in {t.ref for t in LATE[:left]})
        found = refusals(planned, states, None, lambda: planned, GuardLimits(), known)
        assert guards(found) == [(Guard.removals, counted, 20)] * bool(counted)


def test_other_priority_is_no_removal() -> None:
    release = edited(settled(Told(LATE)), 20, labels=frozenset({build.P1_LABEL, "hypercare:P3", "hypercare:breached"}))
    changes = plan([release.state(NOW + HOUR)]).changes
    assert {change.kind for change in changes} >= {"add_label", "remove_label"}
    assert judged(release, limits=NOTHING) == []


def test_at_risk_that_becomes_breached_is_no_removal() -> None:
    at = build.after("14h")  # of 16 to resolve
    release = settled(Told(crowd(20, created="0m", history=(build.assigned("1h", build.ANA),))), at)
    assert all("hypercare:at-risk" in ticket.labels for ticket in release.tickets)
    assert "remove_label" in {change.kind for change in plan([release.state(at + 5 * HOUR)]).changes}
    assert judged(release, at=at + 5 * HOUR, was=at, limits=NOTHING) == []


def test_own_comments_that_would_be_deleted_in_masses_are_refused() -> None:
    marker = Marker(purpose="status", release="Shop 5.2", digest="x")
    twice = tuple(
        Comment(id=str(number), author=build.US, created=NOW, updated=NOW, text="...", marker=marker)
        for number in (1, 2)
    )
    for those in (edited, worked_on):
        assert guards(judged(those(settled(Told(LATE)), 12, comments=twice))) == [(Guard.removals, 12, 20)]


def fading(**given: Any) -> Policy:
    """A policy by which time takes a label off: that of what is fresh."""
    return build.policy(rules=(build.rule("fresh", {"age": {"lt": "80h"}}, add_labels=["fresh"]),), **given)


def test_labels_that_time_takes_off_are_not_refused() -> None:
    release = settled(Told(LATE, policy=fading()))
    late = NOW + 24 * HOUR
    assert len([c for c in plan([release.state(late)]).changes if c.kind == "remove_label"]) == 20
    assert judged(release, at=late, limits=NOTHING) == []


def test_labels_that_time_takes_off_are_known_by_the_summary_where_the_history_was_cut() -> None:
    release = settled(Told(LATE, policy=fading()))
    cut = edited(release, 20, history=())
    late = NOW + 24 * HOUR
    assert judged(cut, at=late, limits=NOTHING) == []
    assert len(judged(cut, at=late, was=late - HOUR / 60)) == 1


def test_labels_that_time_took_off_before_the_last_edit_of_the_summary_are_not_refused_either() -> None:
    """As where a slow pace let the summary be edited and left the labels to the next tick."""
    release = settled(Told(LATE, policy=fading()))
    late = NOW + 24 * HOUR
    assert judged(release, at=late, was=late - HOUR / 60, limits=NOTHING) == []


def test_edited_policy_that_changes_many_tickets_is_refused() -> None:
    release = settled(Told(LATE))
    assert guards(judged(replace(release, policy=SEEN))) == [(Guard.policy, 20, 20)]


def test_other_prefix_is_refused_though_the_old_labels_are_ours_no_longer() -> None:
    release = settled(Told(crowd(20, created="71h")))
    assert not any(ticket.comments for ticket in release.tickets)
    assert guards(judged(replace(release, policy=build.policy(label_prefix="care:")))) == [(Guard.policy, 20, 20)]


def test_policy_that_was_never_accepted_is_taken_up_silently() -> None:
    """A summary of a program that did not write it down yet."""
    release = settled(Told(LATE))
    unknown = release.memory.model_copy(update={"policy": None})
    assert judged(replace(release, policy=SEEN, memory=unknown)) == []
    assert settled(replace(release, policy=SEEN, memory=unknown)).memory.policy == SEEN.digest


def test_edit_of_the_policy_that_changes_few_tickets_is_let_through_and_remembered() -> None:
    release = settled(Told(LATE))
    other = build.policy(stale={"P4": timedelta(days=9)})
    assert other.digest != release.memory.policy
    after = settled(replace(release, policy=other), NOW + HOUR)
    assert judged(replace(release, policy=other)) == []
    assert after.memory.policy == other.digest
    assert plan([after.state(NOW + HOUR)]).changes == ()


def test_time_is_no_reason_to_refuse_an_edited_policy() -> None:
    """Monday 08:00 after somebody was added to the team on Sunday."""
    at, later = build.after("11h"), build.after("13h")
    release = settled(Told(crowd(20, created="0m", history=(build.assigned("1h", build.ANA),))), at)
    other = replace(release, policy=build.policy(stale={"P4": timedelta(days=9)}))
    assert len(plan([other.state(later)]).changes) >= 20
    assert judged(other, at=later, was=at, limits=NOTHING) == []


def test_baseline_that_still_goes_on_is_no_reason_to_refuse_an_edited_policy() -> None:
    first = Told(LATE, memory=SINCE_GO_LIVE.model_copy(update={"baseline": NOW}))
    planned = plan([first.state()]).changes
    waiting = {ticket.ref for ticket in LATE[15:]}
    begun = first.after(change for change in planned if getattr(change, "ticket", None) not in waiting)
    assert judged(replace(begun, policy=SEEN)) == []
    assert guards(judged(replace(settled(first), policy=SEEN))) == [(Guard.policy, 20, 20)]


@pytest.mark.parametrize(
    "newcomer",
    [
        build.ticket("SHOP-99", created=NOW + HOUR / 2),
        build.ticket("SHOP-99", created="1h", history=(build.rescoped(NOW + HOUR / 2),)),
        build.ticket("SHOP-99", created="1h", comments=(build.comment(NOW, build.US),)),
    ],
    ids=["reported since", "an old one that joined since", "one that we commented on"],
)
def test_ticket_without_labels_that_came_later_is_no_part_of_the_baseline(newcomer: Ticket) -> None:
    release = settled(Told(LATE, memory=SINCE_GO_LIVE.model_copy(update={"baseline": NOW})))
    joined = replace(release, policy=SEEN, tickets=(*release.tickets, newcomer))
    assert [(one.guard, one.release) for one in judged(joined)] == [(Guard.policy, "Shop 5.2")]


def test_policy_is_remembered_as_it_was_until_every_source_was_read() -> None:
    release = settled(Told(LATE))
    world = build.world(build.source(*release.tickets), build.source(label="WEB", problem="502"))
    world = world.model_copy(update={"memory": release.memory})
    other = build.policy(stale={"P4": timedelta(days=9)})
    assert assess(world, other, NOW).memory.policy == release.memory.policy
    whole = world.model_copy(update={"sources": world.sources[:1]})
    assert assess(whole, other, NOW).memory.policy == other.digest


def test_what_cannot_be_read_counts_for_nothing() -> None:
    on_github = tuple(build.ticket(f"acme/web#{at}", tracker="web-github") for at in range(1, 13))
    release = edited(settled(Told((*on_github, *crowd(60)))), 12, **LEFT)
    assert judged(release) == []
    assert guards(judged(replace(release, stale=frozenset({"shop-jira"})))) == [(Guard.removals, 12, 12)]
    assert judged(replace(release, stale=frozenset({"web-github"}))) == []


def test_release_that_is_not_asked_for_is_not_judged() -> None:
    release = edited(settled(Told(LATE)), 20, **LEFT)
    calm = settled(Told(crowd(2), name="App 7"))
    assert judged(release, calm, only="App 7") == []
    assert [one.release for one in judged(release, calm)] == ["Shop 5.2"]


many = st.lists(any_tickets().map(consistent), max_size=3, unique_by=lambda ticket: ticket.ref).map(tuple)


@unhurried
@given(many, st.integers(0, 200), st.integers(0, 400), st.booleans())
def test_time_alone_is_never_refused(tickets: tuple[Ticket, ...], was: int, passes: int, late: bool) -> None:
    """Whatever the tickets, however long it takes, and whether or not the summary was edited again meanwhile."""
    before, at = build.after(f"{was}h"), build.after(f"{was + passes}h")
    bare = tuple(
        ticket.model_copy(
            update={"labels": frozenset(one for one in ticket.labels if not one.startswith("hypercare:"))}
        )
        for ticket in tickets
    )
    release = settled(Told(bare, policy=fading()), before)
    assert judged(release, at=at, was=at if late else before, limits=NOTHING) == []


def test_policy_with_its_defaults_written_out_has_the_same_digest() -> None:
    written = build.policy().model_dump(mode="json")
    assert Policy.model_validate(written).digest == build.policy().digest
    assert Policy.model_validate({**written, "label_prefix": "care:"}).digest != build.policy().digest


def test_empty_plan_is_never_refused() -> None:
    state = settled(Told(LATE)).state()
    assert refusals(Plan(), [state], None, Plan, NOTHING) == ()
