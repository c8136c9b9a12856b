"""Each operator on each type of field: when it holds, when it does not, and what it says of a missing value."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.rules.conditions.build import DAY, DECLARED, NOW, condition, facts, holds

from hypercare_rules.conditions import FIELDS, compile_condition
from hypercare_rules.conditions.fields import DECLARABLE
from hypercare_rules.ticket import Audience, StatusCategory
from hypercare_rules.values import Kind, Level, Priority, Severity

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
P1, P2, P3, P4 = Priority
EMPTY: frozenset[str] = frozenset()


def names(*members: str) -> frozenset[str]:
    return frozenset(members)


# Field, what is written, values for which it holds, values for which it does not.
Row = tuple[str, Any, list[Any], list[Any]]

TEXTS: list[Row] = [
    ("resolution", "Won't do", ["Won't do", "WON'T DO"], ["Won't", "Won't do it", "", None]),
    ("resolution", {"equals": "Straße"}, ["Straße", "STRASSE"], ["Strasze", None]),
    ("resolution", ["Fixed", "Done"], ["fixed", "Done"], ["Fix", "Done ", "", None]),
    ("resolution", {"in": ["Fixed"]}, ["FIXED"], ["Done", "", None]),
    ("resolution", {"not_in": ["Fixed", "Done"]}, ["Open", "Fix", "", None], ["Fixed", "DONE"]),
    ("resolution", {"contains": "OUT"}, ["A total outage"], ["ou"]),
    ("resolution", {"contains": "out"}, ["out", "A total OUTAGE"], ["ou", "o ut", "", None]),
    ("resolution", {"starts_with": "Re-"}, ["re-opened", "Re-"], ["A Re-", "Re", "", None]),
    ("resolution", {"matches": "^out(age)?$"}, ["out", "outage"], ["Outage", "an outage", "outag", "", None]),
    ("resolution", {"matches": "(?i)out"}, ["OUT", "an Outage"], ["ou", "", None]),
    ("resolution", {"matches": ".*"}, ["x", "\ud800"], ["", None]),
    ("resolution", {"matches": "^é$"}, ["é"], ["e"]),
    ("resolution", {"missing": True}, ["", None], ["x", " "]),
    ("resolution", {"missing": False}, ["x", " "], ["", None]),
    ("title", "Outage", ["OUTAGE"], ["Outages", ""]),
    ("tier", "enterprise", ["Enterprise"], ["pro", "", None, 5.0, names("enterprise")]),
    ("tier", ["pro", "free"], ["PRO", "free"], ["enterprise", None, 5.0]),
    ("tier", {"not_in": ["pro"]}, ["free", None, 5.0], ["Pro"]),
    ("tier", {"contains": "prise"}, ["Enterprise"], ["pro", None, names("prise")]),
    ("tier", {"starts_with": "ent"}, ["Enterprise"], ["pro", None]),
    ("tier", {"matches": "^E"}, ["Enterprise"], ["enterprise", None, 5.0]),
    ("tier", {"missing": True}, ["", None, 5.0], ["pro"]),
    ("tier", {"missing": False}, ["pro"], ["", None, 5.0]),
]

SETS: list[Row] = [
    ("labels", "outage", [names("outage"), names("web", "OUTAGE")], [names("web", "out"), EMPTY]),
    ("labels", {"has": "Web"}, [names("web")], [names("webs"), EMPTY]),
    ("labels", ["web", "ios"], [names("Web"), names("x", "IOS")], [names("x"), EMPTY]),
    ("labels", {"any": ["Web", "ios"]}, [names("web"), names("web", "ios")], [names("x"), EMPTY]),
    ("labels", {"all": ["Web", "ios"]}, [names("web", "IOS", "x")], [names("web"), names("ios"), EMPTY]),
    ("labels", {"none": ["Web", "ios"]}, [names("x"), EMPTY], [names("WEB"), names("ios", "x")]),
    ("labels", {"missing": True}, [EMPTY], [names("x")]),
    ("labels", {"missing": False}, [names("x")], [EMPTY]),
    ("plans", "gold", [names("Gold", "x")], [names("x"), EMPTY, None, "gold", 5.0]),
    ("plans", ["gold", "silver"], [names("SILVER")], [names("x"), EMPTY, None]),
    ("plans", {"any": ["gold"]}, [names("gold")], [names("x"), None]),
    ("plans", {"all": ["gold", "silver"]}, [names("gold", "silver")], [names("gold"), None]),
    ("plans", {"none": ["gold"]}, [names("x"), EMPTY, None, "gold"], [names("gold")]),
    ("plans", {"missing": True}, [EMPTY, None, 5.0], [names("x")]),
    ("plans", {"missing": False}, [names("x")], [EMPTY, None]),
]

CHOICES: list[Row] = [
    ("kind", "defect", [Kind.defect], [Kind.operation]),
    ("kind", ["defect", "operation"], [Kind.defect, Kind.operation], [Kind.performance]),
    ("kind", {"not_in": ["defect"]}, [Kind.operation], [Kind.defect]),
    ("priority", {"equals": "P2"}, [P2], [P1, P3]),
    ("priority", {"in": ["P1", "P4"]}, [P1, P4], [P2, P3]),
    ("priority", {"not_in": ["P1", "P4"]}, [P2, P3], [P1, P4]),
    ("priority", {"at_least": "P2"}, [P1, P2], [P3, P4]),
    ("priority", {"at_most": "P2"}, [P2, P3, P4], [P1]),
    ("impact", {"at_least": "medium"}, [Level.high, Level.medium], [Level.low]),
    ("urgency", {"at_most": "medium"}, [Level.medium, Level.low], [Level.high]),
    ("severity", "major", [Severity.major], [Severity.critical, None]),
    ("severity", ["major", "minor"], [Severity.minor], [Severity.critical, None]),
    ("severity", {"not_in": ["major"]}, [Severity.critical, None], [Severity.major]),
    ("severity", {"at_least": "major"}, [Severity.critical, Severity.major], [Severity.minor, None]),
    ("severity", {"at_most": "minor"}, [Severity.minor, Severity.trivial], [Severity.major, None]),
    ("severity", {"missing": True}, [None], list(Severity)),
    ("severity", {"missing": False}, list(Severity), [None]),
    ("status_category", "in_progress", [StatusCategory.in_progress], [StatusCategory.new]),
    ("audience", "public", [Audience.public], [Audience.internal]),
    ("audience", {"not_in": ["restricted"]}, [Audience.public, Audience.internal], [Audience.restricted]),
]

NUMBERS: list[Row] = [
    ("votes", 3, [3], [2, 4]),
    ("votes", {"equals": 0}, [0], [1]),
    ("votes", [1, 3], [1, 3], [0, 2]),
    ("votes", {"not_in": [1, 3]}, [0, 2], [1, 3]),
    ("votes", {"gt": 3}, [4], [3, 2]),
    ("votes", {"gte": 3}, [3, 4], [2]),
    ("votes", {"lt": 3}, [2], [3, 4]),
    ("votes", {"lte": 3}, [3, 2], [4]),
    ("votes", {"gt": 1, "lt": 4}, [2, 3], [1, 4]),
    ("resolve_used", 1, [1.0], [0.99]),
    ("resolve_used", {"in": [0.5, 1]}, [0.5, 1.0], [0.75]),
    ("resolve_used", {"not_in": [0.5]}, [0.75], [0.5]),
    ("resolve_used", {"gt": 0.75}, [0.76, 3.0], [0.75, 0.0]),
    ("resolve_used", {"gte": 0.75}, [0.75], [0.74]),
    ("resolve_used", {"lt": 0.75}, [0.74], [0.75]),
    ("resolve_used", {"lte": 0.75}, [0.75], [0.76]),
    ("seats", 30, [30.0, 30], [31.0, None, "30", float("nan")]),
    ("seats", [1.5, 2], [1.5, 2.0], [1.0, None]),
    ("seats", {"not_in": [1.5]}, [1.0, None, "1.5", float("nan")], [1.5]),
    ("seats", {"gt": -1.5}, [0.0, float("inf"), 10**400], [-1.5, None, "5", float("nan")]),
    ("seats", {"gte": 30}, [30.0], [29.9, None]),
    ("seats", {"lt": 30}, [29.0, float("-inf")], [30.0, None, float("nan")]),
    ("seats", {"lte": 30}, [30.0], [31.0, None, float("nan")]),
    ("seats", {"missing": True}, [None, "30", EMPTY, float("nan")], [0.0, 30]),
    ("seats", {"missing": False}, [0.0, 30], [None, float("nan")]),
]

TIMES: list[Row] = [
    ("age", {"gt": "2h"}, [2 * HOUR + TICK], [2 * HOUR, -HOUR]),
    ("age", {"gte": "2h"}, [2 * HOUR], [2 * HOUR - TICK]),
    ("idle_for", {"lt": "2h"}, [2 * HOUR - TICK, -HOUR], [2 * HOUR]),
    ("idle_for", {"lte": "2h"}, [2 * HOUR], [2 * HOUR + TICK]),
    ("created", {"before": "2026-11-20"}, [datetime(2026, 11, 19, 23, 59, tzinfo=UTC)], [datetime(2026, 11, 20, tzinfo=UTC)]),
    ("created", {"before": "2026-11-20T01:00+01:00"}, [datetime(2026, 11, 19, 23, 59, tzinfo=UTC)], [datetime(2026, 11, 20, tzinfo=UTC)]),
    ("created", {"after": "2026-11-20"}, [datetime(2026, 11, 20, tzinfo=UTC), NOW], [datetime(2026, 11, 20, tzinfo=timezone(HOUR))]),
    ("created", {"older_than": "1d"}, [NOW - DAY - TICK], [NOW - DAY, NOW, NOW + DAY]),
    ("created", {"younger_than": "1d"}, [NOW - DAY + TICK, NOW, NOW + DAY], [NOW - DAY]),
    ("resolved", {"before": "2026-11-23"}, [NOW - DAY], [NOW, None]),
    ("resolved", {"after": "2026-11-23"}, [NOW], [NOW - DAY, None]),
    ("resolved", {"older_than": "1h"}, [NOW - DAY], [NOW, None]),
    ("resolved", {"younger_than": "1h"}, [NOW], [NOW - DAY, None]),
    ("resolved", {"missing": True}, [None], [NOW]),
    ("resolved", {"missing": False}, [NOW], [None]),
]  # fmt: skip

FLAGS: list[Row] = [("open", True, [True], [False]), ("open", False, [False], [True])]

ROWS = [*TEXTS, *SETS, *CHOICES, *NUMBERS, *TIMES, *FLAGS]


def _shown(value: object) -> str:
    """The value, a set in the same order in every process: parallel workers must name the tests alike."""
    return str(sorted(value)) if isinstance(value, frozenset) else repr(value)


@pytest.mark.parametrize(
    ("field", "written", "value", "expected"),
    [
        pytest.param(field, written, value, expected, id=f"{field} {written}: {_shown(value)} {'holds' if expected else 'fails'}")
        for field, written, yes, no in ROWS
        for expected, values in ((True, yes), (False, no))
        for value in values
    ],
)  # fmt: skip
def test_an_operator_holds_as_it_says_and_not_turns_it_round(
    field: str, written: Any, value: Any, expected: bool
) -> None:
    assert holds({field: written}, **{field: value}) is expected
    assert holds({"not": {field: written}}, **{field: value}) is not expected


@pytest.mark.parametrize("field", ["tier", "seats", "plans"])
def test_a_declared_field_that_a_ticket_lacks_altogether_is_missing(field: str) -> None:
    assert holds({field: {"missing": True}})


def _asked(field: str, written: Any) -> set[str]:
    type_ = FIELDS[field].type if field in FIELDS else DECLARABLE[DECLARED[field]]
    match written:
        case dict():
            return set(written)
        case list():
            return {str(type_.listed)}
    return {str(type_.plain)}


def test_every_operator_of_every_type_is_told_here() -> None:
    told: dict[str, set[str]] = {}
    for field, written, _, _ in ROWS:
        type_ = FIELDS[field].type if field in FIELDS else DECLARABLE[DECLARED[field]]
        told.setdefault(type_.name, set()).update(_asked(field, written))
    for type_ in (*(field.type for field in FIELDS.values()), *DECLARABLE.values()):
        known = {operator.name for operator in type_.operators}
        if type_.values in (Level, StatusCategory, Audience):  # the same tests as Priority and Kind have
            known = told[type_.name]
        assert told[type_.name] == known, type_.name


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_reads_the_fact_of_its_name(name: str) -> None:
    marked = object()
    assert FIELDS[name].read(facts(**{name: marked})) is marked


def test_operators_of_one_field_must_all_hold() -> None:
    ranged = compile_condition(condition({"title": {"starts_with": "a", "contains": "b", "matches": "c$"}}), {})
    assert [ranged(facts(title=title)) for title in ("abc", "ab", "ac", "bc")] == [True, False, False, False]
