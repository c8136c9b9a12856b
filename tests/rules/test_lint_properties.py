"""The linter makes no false claim: what it calls blocked, vain or ended is so for every ticket, judged as it is in a tick."""

import re
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.rules.build import after, comment, policy, release, rule, ticket

from hypercare_rules.assess import Memory, assess_ticket
from hypercare_rules.clocks import acknowledged_at
from hypercare_rules.judge import Scene
from hypercare_rules.lint import Finding, errors, lint
from hypercare_rules.policy import Policy
from hypercare_rules.rule import Rule
from hypercare_rules.ticket import Ticket

# Few words, so that conditions meet each other and the tickets often.
_LABELS = st.sampled_from(["x", "y", "outage"])
_PRIORITIES = st.sampled_from(["P1", "P2", "P3"])
_LEVELS = st.sampled_from(["high", "medium", "low"])
_ASKED: st.SearchStrategy[dict[str, Any]] = (
    st.fixed_dictionaries({"labels": _LABELS})
    | st.fixed_dictionaries({"labels": st.fixed_dictionaries({"none": st.lists(_LABELS, min_size=1, max_size=2)})})
    | st.fixed_dictionaries({"priority": _PRIORITIES | st.fixed_dictionaries({"at_least": _PRIORITIES})})
    | st.fixed_dictionaries({"impact": _LEVELS})
    | st.fixed_dictionaries({"votes": st.fixed_dictionaries({"gt": st.integers(0, 2)})})
    | st.fixed_dictionaries({"acknowledge_used": st.fixed_dictionaries({"gt": st.sampled_from([0.5, 1.0])})})
    | st.fixed_dictionaries({"acknowledged": st.booleans()})
    | st.fixed_dictionaries({"kind": st.sampled_from(["defect", "operation"])})
    | st.just({})
)
_CONDITIONS = st.recursive(
    _ASKED,
    lambda inner: (
        st.fixed_dictionaries({"not": inner})
        | st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=2)})
        | st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=2)})
    ),
    max_leaves=3,
)
_ACTIONS = st.sampled_from(
    [
        {"comment": True},
        {"stop": True},
        {"set": {"priority": "P1"}},
        {"set": {"priority": "P3"}},
        {"set": {"priority": "P2"}, "stop": True},
        {"set": {"impact": "low"}},
        {"set": {"impact": "high"}},
        {"set": {"kind": "defect"}},
        {"set": {"impact": "medium"}, "raise_": {"impact": 1}},
        {"comment": False},
        {"raise_": {"impact": 1}},
        {"escalate": ["steps"]},
        {"set": {"priority": "P3"}, "escalate": ["steps"]},
    ]
)
# Rules that ask the same are what most claims are about.
_ASKED_OFTEN = st.lists(_CONDITIONS, min_size=1, max_size=2).flatmap(
    lambda often: st.lists(st.tuples(_CONDITIONS | st.sampled_from(often), _ACTIONS), min_size=2, max_size=4)
)
_TICKETS = st.builds(
    ticket,
    labels=st.frozensets(_LABELS),
    votes=st.integers(0, 4),
    native_priority=st.sampled_from([None, "High", "Highest"]),
    comments=st.sampled_from([(), (comment("80m"),)]),
)


def _rules(asked: list[tuple[dict[str, Any], dict[str, Any]]]) -> tuple[Rule, ...]:
    return tuple(rule(f"r{number}", when, **then) for number, (when, then) in enumerate(asked))


def _contradicted(claim: Finding, by: Policy, tickets: list[Any]) -> bool:
    """Whether one of the tickets shows the claim to be false, at one of several times."""
    for one in tickets:
        for at in ("90m", "3h", "9h"):
            assessed = assess_ticket(one, Scene(by, release(), after(at)), Memory(backfilled=True))
            judgement, running = assessed.judgement, {escalation.policy for escalation in assessed.escalations}
            match claim.path:
                case ("rules", int(index)) | ("rules", int(index), "when"):
                    false = f"r{index}" in judgement.matched
                case ("rules", int(index), "then", "set", "priority"):
                    false = judgement.priority.source == f"rule r{index}"
                case ("rules", int(index), "then", "escalate", _):
                    false = f"r{index}" in judgement.matched and "steps" in running
                case ("rules", int(index), "then"):
                    false = _decided(one, by, at) != _decided(one, _without(index, by), at)
                case ("escalation", str(name), "until"):
                    called = {str(judgement.priority.value), *(f"rule {rule!r}" for rule in judgement.matched)}
                    mentioned = {who for who in called if re.search(rf"{who}\b", claim.text)}
                    false = bool(mentioned) and name in running and acknowledged_at(one, by) is None
                case ("escalation", str(name), "for", int(at_index)):
                    called = by.escalation[name].priorities[at_index]
                    false = judgement.priority.value is called and name in running
                case _:
                    raise AssertionError(claim)
            if false:
                return True
    return False


def _decided(one: Ticket, by: Policy, at: str) -> tuple[Any, ...]:
    """All that is decided about a ticket, but for the reasons."""
    assessed = assess_ticket(one, Scene(by, release(), after(at)), Memory(backfilled=True))
    judgement = assessed.judgement
    values = (judgement.kind, judgement.impact, judgement.urgency, judgement.priority)
    return (
        *(value.value for value in values),
        {label.label for label in assessed.labels},
        {(escalation.policy, escalation.due) for escalation in assessed.escalations},
        assessed.told,
    )


def _without(index: int, by: Policy) -> Policy:
    return by.model_copy(update={"rules": (*by.rules[:index], *by.rules[index + 1 :])})


@settings(max_examples=examples(150), deadline=None)
@given(
    asked=_ASKED_OFTEN,
    until=_CONDITIONS,
    called=st.lists(_PRIORITIES, max_size=2, unique=True),
    tickets=st.lists(_TICKETS, min_size=1, max_size=4),
)
def test_no_claim_is_false(
    asked: list[tuple[dict[str, Any], dict[str, Any]]], until: dict[str, Any], called: list[str], tickets: list[Any]
) -> None:
    steps = {"for": called, "until": until, "tiers": [{"after": "0m", "notify": ["ana"]}]}
    by = policy(rules=_rules(asked), people={"ana": {"name": "Ana K", "github": "ana"}}, escalation={"steps": steps})
    idle = [finding for finding in lint(by, after("3h")) if finding.text.startswith("changes nothing")]
    for claim in (*errors(by), *idle):
        event(claim.text.partition(":")[0].partition(" for ")[0])
        assert not _contradicted(claim, by, tickets), claim
