"""The linter makes no false claim: what it calls blocked, vain or ended is so for every ticket, judged as it is in a tick."""

from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.rules.build import after, policy, release, rule, ticket

from hypercare_rules.assess import Memory, assess_ticket
from hypercare_rules.judge import Scene
from hypercare_rules.lint import Finding, errors
from hypercare_rules.policy import Policy
from hypercare_rules.rule import Rule

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
        {"raise_": {"impact": 1}},
        {"escalate": ["steps"]},
        {"set": {"priority": "P3"}, "escalate": ["steps"]},
    ]
)
_TICKETS = st.builds(
    ticket,
    labels=st.frozensets(_LABELS),
    votes=st.integers(0, 4),
    native_priority=st.sampled_from([None, "High", "Highest"]),
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
                case ("escalation", str(name), "for", int(at_index)):
                    called = by.escalation[name].priorities[at_index]
                    false = judgement.priority.value is called and name in running
                case _:
                    raise AssertionError(claim)
            if false:
                return True
    return False


@settings(max_examples=examples(150), deadline=None)
@given(
    asked=st.lists(st.tuples(_CONDITIONS, _ACTIONS), min_size=2, max_size=4),
    until=_CONDITIONS,
    called=st.lists(_PRIORITIES, max_size=2, unique=True),
    tickets=st.lists(_TICKETS, min_size=1, max_size=4),
)
def test_no_claim_is_false(
    asked: list[tuple[dict[str, Any], dict[str, Any]]], until: dict[str, Any], called: list[str], tickets: list[Any]
) -> None:
    steps = {"for": called, "until": until, "tiers": [{"after": "0m", "notify": ["ana"]}]}
    by = policy(rules=_rules(asked), people={"ana": {"name": "Ana K", "github": "ana"}}, escalation={"steps": steps})
    for claim in errors(by):
        event(claim.text.partition(":")[0].partition(" for ")[0])
        assert not _contradicted(claim, by, tickets), claim
