"""The whole story of a ticket: what was decided, and from what."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    ANA,
    BEN,
    DONE,
    P1_LABEL,
    P2_LABEL,
    US,
    VERSION,
    WAITING,
    WORKING,
    after,
    closed,
    comment,
    duplicate_of,
    labelled,
    moves,
    office,
    policy,
    rule,
    source,
    ticket,
    told,
    unlabelled,
    world,
)
from tests.rules.rich import RICH
from tests.rules.strategies import any_tickets, unhurried

from hypercare_rules.assess import World, assess
from hypercare_rules.clocks import ClockName
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.explanation import Decided, Explanation, RuleStory, Verdict, explanation
from hypercare_rules.ledger import Going
from hypercare_rules.mapping import DeclaredField
from hypercare_rules.policy import Policy
from hypercare_rules.release import Scope
from hypercare_rules.ticket import Marker, Ref, Ticket

STEPS = EscalationPolicy.model_validate(
    {"for": ["P1"], "tiers": [{"after": "0m", "notify": ["on_call"]}, {"after": "30m", "notify": ["lead"]}]}
)


def story(of: Ticket, *others: Ticket, now: str = "3h", by: Policy | None = None, **memory: Any) -> Explanation:
    return told_in(world(source(of, *others), **memory), of.ref, now, by or policy())


def told_in(seen: World, ref: Ref, now: str, by: Policy) -> Explanation:
    found = explanation(ref, seen, by, assess(seen, by, after(now)))
    assert found is not None
    return found


def decided(of: Ticket, *others: Ticket, now: str = "3h", by: Policy | None = None, **memory: Any) -> Decided:
    found = story(of, *others, now=now, by=by, **memory).decided
    assert found is not None
    return found


def rules(of: Ticket, *written: Any, **given: Any) -> dict[str, RuleStory]:
    return {one.id: one for one in decided(of, by=policy(rules=written, **given)).rules}


# Scope.
@pytest.mark.parametrize(
    ("found", "scope", "why"),
    [
        ({}, Scope.reported, "affects 5.2"),
        ({"affects": (), "planned_for": (VERSION,)}, Scope.reported, "planned for 5.2 and created after go-live"),
        ({"affects": (), "planned_for": (VERSION,), "created": "-1d"}, Scope.planned, "planned for 5.2 before go-live"),
        ({"affects": ("6.0",)}, Scope.outside, "belongs to 6.0"),
        ({"affects": ()}, Scope.untagged, "created after go-live without a version or milestone"),
        ({"affects": (), "created": "-1d"}, Scope.outside, "has nothing that ties it to the release"),
        ({"listed": False}, Scope.outside, "the query no longer finds it"),
        ({"labels": {"hypercare:summary"}}, Scope.outside, "it is a summary"),
    ],
)
def test_why_a_ticket_is_the_releases_or_not(found: dict[str, Any], scope: Scope, why: str) -> None:
    told_ = story(ticket(**found))
    assert [(one.source, one.scope, one.why) for one in told_.scopings] == [("SHOP", scope, why)]
    assert (told_.decided is not None) is (scope is Scope.reported)


def test_each_source_that_has_the_ticket_says_what_it_makes_of_it() -> None:
    shared = ticket(labels={"hotfix"}, affects=())
    seen = world(source(shared, label="by version"), source(shared, label="by label", version=None, labels={"hotfix"}))
    found = told_in(seen, shared.ref, "3h", policy())
    assert [(one.source, one.scope) for one in found.scopings] == [
        ("by version", Scope.untagged),
        ("by label", Scope.reported),
    ]
    assert found.scopings[1].why == "label hotfix"
    assert found.decided is not None


def test_a_ticket_that_no_source_has_has_no_story() -> None:
    seen = world(source(ticket()))
    assert explanation(Ref("shop-jira", "SHOP-2"), seen, policy(), assess(seen, policy(), after("3h"))) is None


# Values.
def test_every_value_stands_with_its_source() -> None:
    by = policy(fields={"tier": DeclaredField(field="Tier"), "seats": DeclaredField(field="Seats")})
    values = decided(ticket(labels={P2_LABEL}, fields={"Tier": ("gold",)}), by=by).values
    assert [(one.name, one.value, one.source) for one in values] == [
        ("kind", "defect", "default"),
        ("impact", "medium", "default"),
        ("urgency", "high", "label urgent"),
        ("severity", "missing", "default"),
        ("customer", "false", "default"),
        ("priority", "P2", "impact medium (default), urgency high (label urgent)"),
        ("tier", "gold", "field Tier"),
        ("seats", "missing", "default"),
    ]


# Rules.
def test_a_rule_that_matched_says_what_it_did() -> None:
    found = rules(
        ticket(labels={"web"}),
        rule("big", {"labels": "web"}, raise_={"impact": 1}, add_labels=["big"], escalate=["p1"], comment=True, stop=True),
        rule("never-tried", {"labels": "web"}, comment=True),
        escalation={"p1": STEPS},
    )  # fmt: skip
    assert found["big"].verdict is Verdict.matched
    assert found["big"].did == (
        "impact medium -> high",
        "priority P3 -> P2",
        "label hypercare:big",
        "escalates by p1",
        "asks for a status comment",
        "ends the rules",
    )
    assert (found["never-tried"].verdict, found["never-tried"].condition) == (Verdict.not_tried, None)


def test_a_rule_that_almost_matched_names_the_one_entry_that_failed_and_the_value_it_met() -> None:
    found = rules(
        ticket(labels={"web"}),
        rule("almost", {"labels": "web", "votes": {"gte": 5}}, comment=True),
        rule("far", {"labels": "android", "votes": {"gte": 5}}, comment=True),
        rule("single", {"labels": "android"}, comment=True),
    )
    failing = found["almost"].failing
    assert found["almost"].verdict is Verdict.almost
    assert failing is not None
    assert (failing.text, failing.actual) == ("votes is at least 5", "0")
    assert [(found[name].verdict, found[name].failing) for name in ("far", "single")] == [(Verdict.failed, None)] * 2


def test_a_later_rule_is_explained_by_what_earlier_ones_left() -> None:
    found = rules(
        ticket(),
        rule("first", set={"priority": "P1"}),
        rule("second", {"priority": "P1"}, add_labels=["second"]),
    )
    condition = found["second"].condition
    assert condition is not None
    assert (found["second"].verdict, condition.actual) == (Verdict.matched, "P1")


def test_a_rule_that_an_override_beats_says_so() -> None:
    found = rules(ticket(labels={"hypercare-override:P4"}), rule("loud", set={"priority": "P1"}))
    assert found["loud"].did == ("would set P1, but a person's override wins",)


def test_a_rule_that_raises_what_cannot_rise_says_so_and_is_no_source_of_it() -> None:
    by = policy(rules=(rule("more", raise_={"impact": 1, "urgency": 2}), rule("again", set={"impact": "high"})))
    found = decided(ticket(labels={P1_LABEL}), by=by)
    assert [one.did for one in found.rules] == [
        ("impact cannot rise above high", "urgency cannot rise above high"),
        ("changed nothing: all was so already",),
    ]
    assert found.values[2].source == "label outage"


def test_a_rule_that_raises_levels_of_a_priority_that_stays_says_why() -> None:
    pinned = rules(ticket(), rule("pin", set={"priority": "P4"}), rule("more", raise_={"impact": 1}))
    assert pinned["more"].did == ("impact medium -> high", "the priority stays: rule pin set it")
    by_hand = rules(ticket(labels={"hypercare-override:P4"}), rule("more", raise_={"impact": 1}))
    assert by_hand["more"].did == ("impact medium -> high", "the priority stays: a person's override wins")


# Clocks.
def test_a_clock_is_a_ledger_of_running_and_paused_spans() -> None:
    waited = ticket(
        status=WORKING, history=moves(("2h", WORKING), ("4h", WAITING), ("7h", WORKING)), comments=(comment("2h"),)
    )
    ledger = next(one for one in decided(waited, now="9h").ledgers if one.clock.name is ClockName.resolve)
    assert [(one.start, one.end, one.going, one.worked) for one in ledger.entries] == [
        (after("1h"), after("4h"), Going.running, timedelta(hours=3)),
        (after("4h"), after("7h"), Going.paused, timedelta()),
        (after("7h"), None, Going.running, timedelta(hours=2)),
    ]
    assert ledger.clock.used == timedelta(hours=5)


def test_working_time_in_a_ledger_is_that_of_the_calendar() -> None:
    # Created on Friday at 09:00 in Berlin, where the office closes at 18:00 until Monday.
    by = office(acknowledge="8h on office", resolve="40h on office")
    ledger = decided(ticket(), now="3d5h", by=by).ledgers[1]
    assert [(one.start, one.end, one.going, one.worked) for one in ledger.entries] == [
        (after("1h"), after("10h"), Going.running, timedelta(hours=9)),
        (after("10h"), after("3d"), Going.closed, timedelta()),
        (after("3d"), None, Going.running, timedelta(hours=5)),
    ]
    at_night = decided(ticket(created="11h"), now="20h", by=by).ledgers[1]
    assert [(one.start, one.end, one.going) for one in at_night.entries] == [(after("11h"), None, Going.closed)]


def test_a_ledger_ends_where_its_clock_stopped() -> None:
    found = decided(closed(resolved="5h", history=moves(("5h", DONE))), now="9h").ledgers[1]
    assert [(one.start, one.end) for one in found.entries] == [(after("1h"), after("5h"))]


# Labels and comments.
def test_a_label_that_a_person_took_off_is_kept_away_and_says_who_did_it_and_when() -> None:
    found = decided(ticket(history=(unlabelled("2h", "hypercare:P3", BEN),))).assessed
    assert found.labels == ()
    (away,) = found.kept_away
    assert (away.label, away.taken_off.by, away.taken_off.at) == ("hypercare:P3", BEN, after("2h"))


def test_the_reasons_for_a_comment_stand_with_when_they_arose() -> None:
    burning = ticket(labels={P1_LABEL}, history=(labelled("2h", P1_LABEL),))
    found = decided(burning, now="3h", baseline="1h")
    assert [(one.name, one.since) for one in found.reasons][-1] == ("P1", after("2h"))
    assert (found.assessed.told, found.told_after) == (True, after("1h"))
    assert not decided(burning, now="2h10m", baseline="2h5m").assessed.told


def test_a_comment_that_stands_is_seen() -> None:
    ours = comment("2h", US).model_copy(update={"marker": Marker(purpose="status", release="Shop 5.2")})
    assert decided(ticket(comments=(ours,))).commented
    assert not decided(ticket(comments=(comment("2h"),))).commented


# Escalation and incidents.
def test_an_episode_shows_what_was_told_when_and_what_comes_next() -> None:
    by = policy(escalation={"p1": STEPS})
    burning = ticket(labels={P1_LABEL}, comments=(told("1h1m", "p1", "1h", "0m"),))
    (running,) = decided(burning, now="1h10m", by=by, baseline="0m").assessed.escalations
    assert [(step.told_at, step.fired) for step in running.steps] == [(after("1h1m"), True), (None, False)]
    assert running.upcoming == running.steps[1]


def test_an_escalation_that_its_until_ended_says_why_it_calls_nobody() -> None:
    by = policy(escalation={"p1": STEPS})
    (ended,) = decided(ticket(labels={P1_LABEL}, comments=(comment("2h", ANA),)), by=by).ended
    assert (ended.policy, ended.why, ended.until.text, ended.until.actual) == (
        "p1",
        "priority P1",
        "acknowledged is true",
        "true",
    )


def test_an_incident_shows_its_other_tickets() -> None:
    one, other = ticket("A"), ticket("B", links=duplicate_of("A"), labels={P1_LABEL})
    found = decided(one, other)
    assert [each.ticket.ref.key for each in found.others] == ["B"]
    assert found.incident.priority == "P1"
    assert decided(ticket("C"), one).others == ()


def test_a_story_is_told_of_the_disagreement_that_its_rules_saw() -> None:
    by = policy(rules=(rule("level", {"disagreement": True}, set={"priority": "P1"}),))
    web = ticket("acme/web#12", tracker="web-github", title="SHOP-7", labels={P1_LABEL})
    found = decided(ticket("SHOP-7"), web, by=by)
    assert [(each.id, each.verdict) for each in found.rules] == [("level", Verdict.matched)]
    assert found.incident.disagreement is None


@unhurried
@given(st.lists(any_tickets(), min_size=1, max_size=3, unique_by=lambda one: one.ref), st.integers(-3000, 60_000))
def test_any_ticket_has_a_story_that_agrees_with_its_assessment(tickets: list[Ticket], minutes: int) -> None:
    now = after("0m") + timedelta(minutes=minutes)
    seen = world(source(*tickets))
    assessment = assess(seen, RICH, now)
    for one in tickets:
        found = explanation(one.ref, seen, RICH, assessment)
        assert found is not None
        if found.decided is None:
            continue
        assessed = found.decided.assessed
        matched = [each.id for each in found.decided.rules if each.verdict is Verdict.matched]
        assert tuple(matched) == assessed.judgement.matched
        for ledger in found.decided.ledgers:
            assert sum((entry.worked for entry in ledger.entries), timedelta()) == ledger.clock.used
