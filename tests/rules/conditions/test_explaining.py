"""What people are told of a condition: each question, the ticket's own value, and what alone was missing."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rules.conditions.build import DECLARED, NOW, condition, facts

from hypercare_rules.conditions import Explained, almost, explain
from hypercare_rules.conditions.explaining import in_words
from hypercare_rules.ticket import Audience
from hypercare_rules.values import Priority, Severity

OUTAGE = {"tier": "enterprise", "any": [{"labels": {"has": "outage"}}, {"not": {"title": {"contains": "slow"}}}]}


def test_the_whole_condition_is_told_with_the_values_of_the_ticket() -> None:
    told = explain(condition(OUTAGE), DECLARED, facts(tier="pro", title="A slow page"))
    assert told == Explained(
        "all of",
        holds=False,
        parts=(
            Explained(
                "any of",
                holds=False,
                parts=(
                    Explained("labels has outage", holds=False, actual="missing"),
                    Explained(
                        "not",
                        holds=False,
                        parts=(Explained("title contains slow", holds=True, actual="A slow page"),),
                    ),
                ),
            ),
            Explained("tier is enterprise", holds=False, actual="pro"),
        ),
    )


@pytest.mark.parametrize(
    ("written", "changes", "text", "actual"),
    [
        ({"open": True}, {}, "open is true", "true"),
        ({"priority": ["P1", "P2"]}, {"priority": Priority.P3}, "priority is one of P1, P2", "P3"),
        ({"priority": {"at_least": "P2"}}, {"priority": Priority.P1}, "priority is at least P2", "P1"),
        ({"severity": "major"}, {"severity": Severity.minor}, "severity is major", "minor"),
        ({"severity": {"missing": True}}, {}, "severity missing: true", "missing"),
        ({"audience": {"not_in": ["public"]}}, {"audience": Audience.restricted}, "audience is none of public", "restricted"),
        ({"votes": {"gt": 3}}, {"votes": 5}, "votes is more than 3", "5"),
        ({"resolve_used": {"gte": 0.75}}, {"resolve_used": 0.8123456789}, "resolve_used is at least 0.75", "0.812346"),
        ({"seats": 30}, {"seats": 10.0}, "seats is 30", "10"),
        ({"age": {"lt": "2h30m"}}, {"age": timedelta(days=1, seconds=5)}, "age is less than 2h30m", "1d5s"),
        ({"idle_for": {"lte": "2h"}}, {"idle_for": -timedelta(minutes=5)}, "idle_for is at most 2h", "-5m"),
        ({"created": {"after": "2026-11-20"}}, {"created": NOW}, "created is not before 2026-11-20T00:00+00:00", "2026-11-23T08:00+00:00"),
        ({"resolved": {"older_than": "1d"}}, {}, "resolved is longer ago than 1d", "missing"),
        ({"labels": {"any": ["Web", "ios"]}}, {"labels": frozenset({"web", "API"})}, "labels has any of Web, ios", "API, web"),
        ({"labels": {"none": ["x"]}}, {}, "labels has none of x", "missing"),
        ({"title": {"matches": "^out"}}, {"title": "A\n\tline"}, "title matches ^out", "A line"),
    ],
)  # fmt: skip
def test_a_question_is_told_in_words(written: Any, changes: Any, text: str, actual: str) -> None:
    told = explain(condition(written), DECLARED, facts(**changes))
    assert (told.text, told.actual) == (text, actual)


def test_a_long_value_is_cut() -> None:
    told = in_words("word " * 100)
    assert (len(told), told[-1]) == (80, "…")
    assert len(in_words(frozenset(map(str, range(100))))) == 80


NEARLY: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    ({"open": True, "votes": {"gt": 3}}, {"votes": 1}, "votes is more than 3"),
    ({"open": True, "votes": {"gt": 3}}, {"votes": 5}, None),
    ({"open": True, "votes": {"gt": 3}}, {"open": False}, None),
    ({"votes": {"gt": 3}}, {}, "votes is more than 3"),
    ({"open": True, "any": [{"votes": 1}, {"votes": 2}]}, {}, "any of"),
    ({"any": [{"votes": 1}, {"votes": 2}]}, {}, "any of"),
    ({"open": True, "not": {"votes": 0}}, {}, "not"),
    ({"votes": {"gt": 3, "lt": 9}}, {"votes": 9}, "votes is less than 9"),
    ({}, {}, None),
]


@pytest.mark.parametrize(("written", "changes", "expected"), NEARLY, ids=str)
def test_what_alone_keeps_a_condition_from_holding_is_told(
    written: dict[str, Any], changes: dict[str, Any], expected: str | None
) -> None:
    missing = almost(condition(written), DECLARED, facts(**changes))
    assert (missing and missing.text) == expected
    assert missing is None or not missing.holds
