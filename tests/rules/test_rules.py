"""Rules: in which order they decide, what they may do, and what a person's word still overrides."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.rules.build import ANA, P1_LABEL, P2_LABEL, P4_LABEL, after, labelled, policy, rule, ticket, unlabelled
from tests.rules.look import ANSWERED, judgement, labels, look, scene
from tests.rules.strategies import any_tickets, unhurried

from hypercare_rules.judge import priority_since
from hypercare_rules.judgement import Judgement
from hypercare_rules.policy import Policy
from hypercare_rules.rule import Rule, Then
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Kind, Level, Priority

OVERRIDE = "hypercare-override:"


def ruled(*rules: Rule, **found: Any) -> Judgement:
    return judgement(ticket(**found), policy(rules=rules))


def ruled_by(*rules: Rule) -> Policy:
    return policy(rules=rules)


def test_a_rule_that_does_not_hold_does_nothing() -> None:
    idle = rule("vip", {"labels": "vip"}, set={"priority": "P1"})
    assert ruled(idle) == judgement(ticket())


def test_the_rules_that_held_are_named_in_their_order() -> None:
    rules = [
        rule("b", add_labels=["x"]),
        rule("never", {"labels": "vip"}, add_labels=["y"]),
        rule("a", add_labels=["z"]),
    ]
    assert ruled(*rules).matched == ("b", "a")


@pytest.mark.parametrize(
    ("values", "priority"),
    [
        ({"impact": "high"}, Priority.P2),
        ({"urgency": "high"}, Priority.P2),
        ({"impact": "high", "urgency": "high"}, Priority.P1),
        ({"impact": "low"}, Priority.P4),
        ({"kind": "operation"}, Priority.P3),
    ],
)
def test_what_a_rule_sets_goes_through_the_matrix(values: dict[str, str], priority: Priority) -> None:
    decided = ruled(rule("a", set=values))
    assert decided.priority.value is priority
    for name, value in values.items():
        assert (getattr(decided, name).value, getattr(decided, name).source) == (value, "rule a")


def test_a_priority_from_the_matrix_tells_the_rule_behind_it() -> None:
    assert ruled(rule("a", set={"impact": "high"})).priority.source == "impact high (rule a), urgency medium (default)"


def test_a_priority_that_a_rule_sets_wins_over_the_matrix() -> None:
    decided = ruled(rule("a", set={"priority": "P4"}), labels={P1_LABEL})
    assert (decided.priority.value, decided.priority.source, decided.pinned) == (Priority.P4, "rule a", True)
    assert (decided.impact.value, decided.urgency.value) == (Level.high, Level.high)


def test_a_set_priority_outlasts_levels_that_later_rules_change() -> None:
    decided = ruled(rule("a", set={"priority": "P4"}), rule("b", set={"impact": "high", "urgency": "high"}))
    assert (decided.priority.value, decided.impact.value) == (Priority.P4, Level.high)


@pytest.mark.parametrize(
    "then",
    [
        {"set": {"impact": "high", "urgency": "high"}},
        {"raise_": {"impact": 1, "urgency": 2}},
        {"set": {"kind": "defect"}},
    ],
    ids=["set", "raised", "another value set"],
)
def test_a_value_that_is_so_already_keeps_its_source(then: dict[str, Any]) -> None:
    before, after_it = judgement(ticket(labels={P1_LABEL})), ruled(rule("a", **then), labels={P1_LABEL})
    assert after_it.matched == ("a",)
    for name in ("kind", "impact", "urgency", "priority"):
        assert getattr(after_it, name) == getattr(before, name)


def test_the_first_rule_that_sets_the_priority_has_decided_it_though_the_matrix_gave_the_same() -> None:
    rules = rule("a", set={"priority": "P1"}), rule("b", set={"priority": "P1"}), rule("c", set={"impact": "low"})
    decided = ruled(*rules, labels={P1_LABEL})
    assert (decided.priority.value, decided.priority.source) == (Priority.P1, "rule a")


def test_the_last_rule_that_sets_a_value_wins() -> None:
    assert ruled(rule("a", set={"priority": "P1"}), rule("b", set={"priority": "P4"})).priority.source == "rule b"
    assert ruled(rule("a", set={"impact": "high"}), rule("b", set={"impact": "low"})).impact.value is Level.low


@pytest.mark.parametrize(
    ("found", "by", "impact", "priority"),
    [
        ({"labels": {P4_LABEL}}, 1, Level.medium, Priority.P3),
        ({"labels": {P4_LABEL}}, 2, Level.high, Priority.P2),
        ({}, 1, Level.high, Priority.P2),
        ({}, 2, Level.high, Priority.P2),
    ],
)
def test_impact_is_raised_by_levels_up_to_high(
    found: dict[str, Any], by: int, impact: Level, priority: Priority
) -> None:
    decided = ruled(rule("votes", raise_={"impact": by}), **found)
    assert (decided.impact.value, decided.priority.value) == (impact, priority)


def test_a_raised_level_tells_from_what_and_by_which_rule() -> None:
    decided = ruled(rule("votes", raise_={"impact": 1, "urgency": 1}))
    assert decided.impact.source == decided.urgency.source == "default, raised by rule votes"
    assert decided.priority.value is Priority.P1


def test_a_level_that_is_high_already_keeps_its_source() -> None:
    assert ruled(rule("votes", raise_={"impact": 1}), labels={P1_LABEL}).impact.source == "label outage"


def test_a_rule_raises_what_it_has_set() -> None:
    decided = ruled(rule("a", set={"impact": "low"}, raise_={"impact": 1}))
    assert (decided.impact.value, decided.impact.source) == (Level.medium, "rule a, raised by rule a")


@pytest.mark.parametrize(
    ("crowd", "expected"),
    [({"votes": 9}, Priority.P3), ({"votes": 10}, Priority.P2), ({"reactions": 10}, Priority.P2)],
)
def test_votes_and_reactions_raise_impact_by_rules(crowd: dict[str, int], expected: Priority) -> None:
    loud = rule("loud", {"any": [{"votes": {"gte": 10}}, {"reactions": {"gte": 10}}]}, raise_={"impact": 1})
    assert ruled(loud, **crowd).priority.value is expected


@pytest.mark.parametrize(
    "seen",
    [{"priority": "P2"}, {"impact": "high"}, {"kind": "operation"}],
)
def test_later_rules_see_what_earlier_ones_set(seen: dict[str, str]) -> None:
    first = rule("first", set={"impact": "high", "kind": "operation"})
    second = rule("second", seen, add_labels=["seen"])
    assert ruled(first, second).matched == ("first", "second")
    assert ruled(second, first).matched == ("first",)


def test_later_rules_see_the_clocks_of_the_new_priority() -> None:
    # Two hours after it came up a P3 has used an eighth of its time to resolve, a P1 half of it.
    late = rule("late", {"resolve_used": {"gte": 0.5}}, add_labels=["late"])
    found, now = ticket(**ANSWERED), "3h"
    assert judgement(found, ruled_by(late), now).matched == ()
    assert judgement(found, ruled_by(rule("p1", set={"priority": "P1"}), late), now).matched == ("p1", "late")


def test_the_clocks_follow_the_priority_that_the_rules_gave() -> None:
    raised = look(ticket(), "2h", ruled_by(rule("p1", set={"priority": "P1"})))
    assert [clock.due_at for clock in raised.clocks] == [after("1h30m"), after("5h")]


def test_a_rule_that_stops_is_the_last() -> None:
    rules = [
        rule("a", add_labels=["x"]),
        rule("b", set={"impact": "high"}, stop=True),
        rule("c", set={"priority": "P1"}),
    ]
    decided = ruled(*rules)
    assert (decided.matched, decided.priority.value) == (("a", "b"), Priority.P2)


def test_a_rule_that_would_stop_and_does_not_hold_stops_nothing() -> None:
    rules = [rule("a", {"labels": "vip"}, stop=True), rule("b", set={"priority": "P1"})]
    assert ruled(*rules).matched == ("b",)


@pytest.mark.parametrize("then", [{"set": {"priority": "P1"}}, {"raise_": {"impact": 2}}, {"set": {"impact": "high"}}])
def test_a_persons_override_wins_over_every_rule(then: dict[str, Any]) -> None:
    decided = ruled(rule("a", **then), labels={f"{OVERRIDE}P4"})
    assert (decided.priority.value, decided.overridden) == (Priority.P4, True)
    assert decided.priority.source == "override by the label hypercare-override:P4"
    assert decided.matched == ("a",)


def test_a_rule_may_ask_whether_a_person_overrode() -> None:
    watch = rule("watch", {"overridden": True}, add_labels=["watch"])
    assert ruled(watch, labels={f"{OVERRIDE}P4"}).matched == ("watch",)
    assert ruled(watch).matched == ()


@pytest.mark.parametrize("written", ["outage", "hypercare:outage"])
def test_labels_of_rules_get_the_prefix_once(written: str) -> None:
    assert ruled(rule("a", add_labels=[written])).labels == (("hypercare:outage", "rule a"),)


def test_the_labels_of_rules_are_wanted_with_the_rule_as_reason() -> None:
    wanted = look(ticket(), "2h", ruled_by(rule("a", add_labels=["web", "vip"]))).labels
    assert [(one.label, one.why) for one in wanted[1:]] == [("hypercare:web", "rule a"), ("hypercare:vip", "rule a")]


def test_what_several_rules_ask_for_adds_up() -> None:
    decided = ruled(rule("a", add_labels=["web"], escalate=["x"]), rule("b", add_labels=["vip"], escalate=["y"]))
    assert decided.labels == (("hypercare:web", "rule a"), ("hypercare:vip", "rule b"))
    assert decided.escalate == (("x", "rule a"), ("y", "rule b"))


def test_a_label_that_two_rules_add_is_wanted_once() -> None:
    both = ruled_by(rule("a", add_labels=["web"]), rule("b", add_labels=["web"]))
    assert [one.label for one in look(ticket(), "2h", both).labels] == ["hypercare:P3", "hypercare:web"]


def test_a_label_of_a_rule_ends_with_its_condition() -> None:
    adding = ruled_by(rule("a", {"labels": "vip"}, add_labels=["web"]))
    assert labels(look(ticket(labels={"vip"}), "2h", adding)) == {"P3", "web"}
    assert labels(look(ticket(labels={"hypercare:web"}), "2h", adding)) == {"P3"}


def test_a_label_of_a_rule_that_a_person_took_off_stays_away() -> None:
    adding = ruled_by(rule("a", add_labels=["web"]))
    waved = ticket(history=(unlabelled("90m", "hypercare:web"),))
    assert labels(look(waved, "2h", adding)) == {"P3"}
    again = ticket(labels={"hypercare:web"}, history=(*waved.history, labelled("100m", "hypercare:web", ANA)))
    assert labels(look(again, "2h", adding)) == {"P3", "web"}


def test_a_label_of_a_rule_that_a_person_took_off_comes_back_where_its_reason_newly_arises() -> None:
    adding = ruled_by(rule("a", {"labels": "vip"}, add_labels=["web"]))
    history = (labelled("70m", "vip"), unlabelled("90m", "hypercare:web"))
    assert labels(look(ticket(labels={"vip"}, history=history, **ANSWERED), "4h", adding)) == {"P3"}
    newly = (*history, unlabelled("2h", "vip"), labelled("3h", "vip"))
    assert labels(look(ticket(labels={"vip"}, history=newly, **ANSWERED), "4h", adding)) == {"P3", "web"}


@pytest.mark.parametrize("found", [set(), {P1_LABEL}], ids=["P3", "P1"])
def test_a_comment_that_a_rule_asks_for_is_told_where_its_reason_arose_after_the_baseline(found: set[str]) -> None:
    asking = ruled_by(rule("a", {"labels": "vip"}, comment=True))
    old = ticket(labels={"vip", *found}, history=(labelled("3h30m", "vip"),), **ANSWERED)
    assert [look(old, "3h50m", asking, baseline).told for baseline in ("3h", "3h30m")] == [True, False]


def test_escalation_and_comment_are_asked_for_by_rule() -> None:
    decided = ruled(rule("a", escalate=["night", "day"]), rule("b", comment=True))
    assert decided.escalate == (("night", "rule a"), ("day", "rule a"))
    assert decided.comment == "rule b"


@pytest.mark.parametrize("then", [{}, {"set": {}}, {"raise": {"impact": 3}}, {"raise": {"impact": -1}}, {"mail": "x"}])
def test_an_action_that_says_nothing_or_nonsense_is_refused(then: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Then.model_validate(then)


@pytest.mark.parametrize("name", ["", "Two", "two words", "-x"])
def test_a_rule_is_named_in_one_small_word(name: str) -> None:
    with pytest.raises(ValidationError, match="id"):
        rule(name, comment=True)


def test_a_priority_by_rule_holds_since_its_condition_does() -> None:
    vip = ruled_by(rule("vip", {"labels": "vip"}, set={"priority": "P1"}))
    marked = ticket(labels={"vip"}, history=(labelled("3h", "vip"),))
    assert priority_since(marked, scene("9h", vip)) == after("3h")


def test_a_priority_that_time_alone_raised_holds_since_then() -> None:
    ageing = ruled_by(rule("old", {"age": {"gte": "5h"}}, set={"priority": "P1"}))
    for now in ("6h", "7h17m", "9d"):
        assert priority_since(ticket(), scene(now, ageing)) == after("6h")


RULES = [
    rule("vip", {"labels": {"any": [P2_LABEL, "web"]}}, set={"urgency": "high"}),
    rule("crowd", {"impact": {"at_least": "medium"}}, raise_={"impact": 1}, add_labels=["crowd"]),
    rule("pin", {"kind": "defect", "priority": "P1"}, set={"priority": "P2"}, stop=True),
    rule("ops", {"native_priority": "Low"}, set={"kind": "operation"}, escalate=["x"], comment=True),
    rule("late", {"resolve_used": {"gt": 1}}, raise_={"urgency": 2}),
]


@unhurried
@given(any_tickets(), st.permutations(RULES))
def test_whatever_the_rules_do_the_judgement_hangs_together(found: Ticket, rules: list[Rule]) -> None:
    by = policy(rules=tuple(rules), escalation={})
    decided = judgement(found, by, "9d")
    assert list(decided.matched) == [one.id for one in rules if one.id in decided.matched]
    assert not [one for one in decided.matched[:-1] if one == "pin"]
    if not decided.overridden and not decided.pinned:
        assert decided.priority.value is by.priority_matrix[decided.impact.value][decided.urgency.value]
    if decided.pinned and not decided.overridden:
        assert decided.priority.source == "rule pin"
    assert decided.kind.value in Kind
