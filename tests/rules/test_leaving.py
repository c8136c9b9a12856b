"""How hypercare ends: by everybody's sign-off or a person's decision; what is wanted of its tickets then; and what takes it back."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.rules import build
from tests.rules.strategies import any_tickets, of_whole_releases

from hypercare_rules.assess import Assessment, Memory, World, assess
from hypercare_rules.decisions import Ask, decisions
from hypercare_rules.exit_criteria import Criterion
from hypercare_rules.handover_policy import HandoverPolicy
from hypercare_rules.health import HealthState
from hypercare_rules.hindsight import as_it_stood
from hypercare_rules.leaving import leave, owner_of
from hypercare_rules.people import Member
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Ticket

PEOPLE = {name: Member(name=name.title(), github=name) for name in ("ana", "ben")} | {"kim": Member(name="Kim")}
QUIET = {"id": "quiet", "none_open": {"priority": "P1"}, "for": "1d"}
SIGNED = {"id": "signed", "signed_off": ["ana", "ben"]}
P1 = frozenset({build.P1_LABEL})
LEFT_AT = "5d"


def rules(*criteria: dict[str, Any], **handover: Any) -> Policy:
    exits = TypeAdapter(tuple[Criterion, ...]).validate_python(criteria or (QUIET, SIGNED))
    return build.policy(people=PEOPLE, exit=exits, handover=HandoverPolicy(**handover))


def memory(*signed: str, **given: Any) -> Memory:
    return Memory(baseline=build.GO_LIVE, sign_offs=build.sign_offs(signed), **given)


def assessed(*tickets: Ticket, policy: Policy, known: Memory, now: str = LEFT_AT, **source: Any) -> Assessment:
    world = World(release=build.release(), sources=(build.source(*tickets, **source),), memory=known)
    return assess(world, policy, build.after(now))


def left(*tickets: Ticket, policy: Policy | None = None) -> Assessment:
    """A release that a person handed over after five days."""
    by = policy or rules()
    return leave(assessed(*tickets, policy=by, known=memory()), by, "the team moves on")


def labels(of: Assessment) -> dict[str, list[str]]:
    return {one.ticket.ref.key: [label.label for label in one.labels] for one in of.tickets}


def test_sign_off_of_all_who_are_named_ends_hypercare_with_its_evidence() -> None:
    found = assessed(build.ticket(), policy=rules(), known=memory("ana", "ben"))
    decided = found.memory.handover
    assert decided is not None
    assert (found.phase, decided.by, decided.at) == (Phase.exited, "sign-off", build.after(LEFT_AT))
    assert [(one.id, one.met, one.held_since) for one in decided.criteria] == [
        ("quiet", True, build.GO_LIVE),
        ("signed", True, None),
    ]
    assert [one.who for one in decided.signed] == ["ana", "ben"]
    assert not decided.finished


@pytest.mark.parametrize(
    ("signed", "criteria", "tickets", "problem"),
    [
        (("ana",), (QUIET, SIGNED), (), None),
        ((), (QUIET,), (), None),
        ((), (), (), None),
        (("ana", "ben"), (QUIET, SIGNED), (build.ticket(labels=P1),), None),
        (("ana", "ben"), (QUIET, SIGNED), (), "502"),
    ],
    ids=["one is missing", "nobody is asked", "no word yet", "a P1 is open", "a source is stale"],
)
def test_hypercare_goes_on(
    signed: tuple[str, ...], criteria: tuple[dict[str, Any], ...], tickets: tuple[Ticket, ...], problem: str | None
) -> None:
    found = assessed(*tickets, policy=rules(*criteria), known=memory(*signed), problem=problem)
    assert (found.phase, found.memory.handover) == (Phase.hypercare, None)


def test_nothing_ends_by_sign_off_in_the_first_tick() -> None:
    known = memory("ana", "ben").model_copy(update={"baseline": None})
    assert assessed(policy=rules(), known=known).phase is Phase.hypercare


def test_criteria_that_hold_without_anybody_to_sign_are_proposed_to_a_person() -> None:
    policy = rules(QUIET)
    assert [one.ask for one in decisions(assessed(policy=policy, known=memory()), policy)] == [Ask.leave]
    assert decisions(left(policy=policy), policy) == ()


def test_a_persons_decision_keeps_what_did_not_hold_and_why_it_ended_all_the_same() -> None:
    decided = left(build.ticket(labels=P1)).memory.handover
    assert decided is not None
    assert (decided.by, decided.because) == ("handover", "the team moves on")
    assert [(one.id, one.met) for one in decided.criteria] == [("quiet", False), ("signed", False)]


def test_what_has_ended_is_not_decided_again() -> None:
    once = left()
    assert leave(once, rules(), "another word") is once


def test_open_tickets_keep_no_label_but_the_one_of_business_as_usual_and_closed_ones_their_record() -> None:
    found = left(
        build.ticket("SHOP-1", labels=P1 | {"hypercare:P1", "hypercare:breached"}),
        build.closed("SHOP-2", labels=frozenset({"hypercare:P2", "hypercare:stale"})),
    )
    assert labels(found) == {"SHOP-1": ["hypercare:bau"], "SHOP-2": ["hypercare:P2"]}
    assert not any(one.told or one.escalations or one.conditions for one in found.tickets)


def test_health_of_what_is_left_counts_priorities_and_no_clock() -> None:
    assert left(build.ticket(created="1h")).health.state is HealthState.green
    assert left(build.ticket(labels=P1)).health.state is HealthState.red


def test_label_is_the_policys() -> None:
    assert labels(left(build.ticket(), policy=rules(label="daily"))) == {"SHOP-1": ["hypercare:daily"]}


@pytest.mark.parametrize(
    ("components", "owners", "owner"),
    [((), {}, "ana"), (("web", "Payments"), {"payments": "ben"}, "ben"), (("web",), {"Payments": "ben"}, "ana")],
)
def test_owner_is_the_components_else_the_default(
    components: tuple[str, ...], owners: dict[str, str], owner: str
) -> None:
    policy = rules(owner="ana", owners=owners)
    assert owner_of(build.ticket(components=components), policy) == owner
    assert owner_of(build.ticket(components=components), rules()) is None


@pytest.mark.parametrize(
    ("given", "assign", "owner", "account"),
    [
        ({}, True, "ana", "ana"),
        ({}, False, "ana", None),
        ({"assignees": (build.BEN,)}, True, "ana", None),
        ({"status": build.DONE, "resolved": "2h"}, True, "ana", None),
        ({}, True, "kim", None),
        ({}, True, None, None),
    ],
    ids=["nobody has it", "the policy does not say so", "somebody has it", "closed", "no account there", "no owner"],
)
def test_owner_is_assigned_only_where_the_policy_says_so_and_nobody_has_it(
    given: dict[str, Any], owner: str | None, account: str | None, *, assign: bool
) -> None:
    ticket = build.ticket("acme/web#1", tracker="web-github", **given)
    (found,) = left(ticket, policy=rules(owner=owner, assign=assign)).tickets
    assert getattr(found.assignment, "account", None) == account


BACK = build.moved("6d", build.DONE, build.OPEN)


@pytest.mark.parametrize(
    ("before", "after", "now", "relapse"),
    [
        (None, build.ticket("SHOP-9", created="6d", labels=P1), "6d1h", True),
        (None, build.ticket("SHOP-9", created="6d"), "6d1h", False),
        (None, build.closed("SHOP-9", created="6d", resolved="6d1h", labels=P1), "6d2h", False),
        (None, build.ticket("SHOP-9", created=LEFT_AT, labels=P1), "5d1h", True),
        (None, build.ticket("SHOP-9", created="12d", labels=P1), "12d", True),
        (None, build.ticket("SHOP-9", created="12d1h", labels=P1), "12d2h", False),
        (None, build.ticket("SHOP-9", created="12d", labels=P1), "20d", True),
        (build.ticket(labels=P1), build.ticket(labels=P1), "6d", False),
        (build.ticket(), build.ticket(labels=P1, history=(build.labelled("6d", build.P1_LABEL),)), "6d", True),
        (build.closed(labels=P1), build.ticket(labels=P1, history=(*build.moves(("2h", build.DONE)), BACK)), "6d", True),
        (None, build.ticket(created="1h", labels=P1, history=(build.rescoped("6d"),)), "6d", True),
        (build.ticket(), build.ticket(votes=9, history=()), "6d", False),
    ],
    ids=[
        "new P1", "new P3", "P1 that is closed already", "in the same second", "at the last moment", "too late", "seen late", "P1 of before",
        "raised", "reopened", "tagged later", "voted for",
    ],
)  # fmt: skip
def test_new_p1_takes_the_end_back_for_a_time(before: Ticket | None, after: Ticket, now: str, *, relapse: bool) -> None:
    ended = left(*([before] if before else []))
    found = assessed(after, policy=rules(), known=ended.memory, now=now)
    assert found.memory.handover is not None
    assert found.memory.handover.relapsed == (build.after(now) if relapse else None)
    back = Phase.hypercare if build.after(now) < build.release().ends else Phase.extended
    assert found.phase is (back if relapse else Phase.exited)
    assert ("hypercare:bau" in labels(found)[after.ref.key]) is (after.open and not relapse)


def test_time_for_a_relapse_is_the_policys() -> None:
    new = build.ticket("SHOP-9", created="6d", labels=P1)
    policy = rules(relapse="12h")
    known = left(policy=policy).memory
    assert assessed(new, policy=policy, known=known, now="6d").phase is Phase.exited


def test_hypercare_that_was_taken_back_waits_for_new_sign_offs() -> None:
    ended = assessed(policy=rules(), known=memory("ana", "ben"))
    new = build.ticket("SHOP-9", created="6d", labels=P1)
    back = assessed(new, policy=rules(), known=ended.memory, now="6d").memory
    solved = build.closed("SHOP-9", created="6d", resolved="6d1h", labels=P1)
    waiting = assessed(solved, policy=rules(), known=back, now="8d")
    assert (waiting.phase, [one.met for one in waiting.exit]) == (Phase.hypercare, [True, False])
    again = back.model_copy(update={"sign_offs": (*back.sign_offs, *build.sign_offs(("ana", "ben"), "7d"))})
    ended = assessed(solved, policy=rules(), known=again, now="8d")
    assert ended.memory.handover is not None
    assert (ended.phase, ended.memory.handover.at) == (Phase.exited, build.after("8d"))
    assert [one.at for one in ended.memory.handover.signed] == [build.after("7d")] * 2


@pytest.mark.parametrize(("at", "phase"), [("4d", Phase.hypercare), ("5d", Phase.exited), ("7d", Phase.hypercare)])
def test_phase_of_the_past_is_what_it_was_then(at: str, phase: Phase) -> None:
    new = build.ticket("SHOP-9", created="6d", labels=P1)
    back = assessed(new, policy=rules(), known=left().memory, now="6d").memory
    world = World(release=build.release(), sources=(build.source(new),), memory=back)
    assert assess(as_it_stood(world, build.after(at)), rules(), build.after(at)).phase is phase


@of_whole_releases
@given(tickets=st.lists(any_tickets(), max_size=4, unique_by=lambda one: one.ref), later=st.integers(0, 60))
def test_what_was_left_stays_so_and_asks_nothing_while_nothing_happens(tickets: list[Ticket], later: int) -> None:
    past = [event.at <= build.after("40d") for one in tickets for event in one.history]
    assume(all(past) and not any("hypercare:" in label for one in tickets for label in one.labels))
    tickets = [one for one in tickets if one.created <= build.after("40d")]
    policy = rules()
    at = assessed(*tickets, policy=policy, known=memory(), now="42d")
    ended = leave(at, policy)
    found = assessed(*tickets, policy=policy, known=ended.memory, now=f"{42 + later}d")
    assert found.phase is Phase.exited
    assert found.memory.handover == ended.memory.handover
    for one in found.tickets:
        wanted = {label.label for label in one.labels}
        assert wanted == {"hypercare:bau"} if one.ticket.open else wanted <= one.ticket.labels
        assert (one.assignment, one.native_priority) == (None, None)
    assert decisions(found, policy) == ()
