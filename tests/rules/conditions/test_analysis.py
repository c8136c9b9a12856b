"""What the linter can say of conditions: which never hold, which imply others, which exclude each other."""

from typing import Any

import pytest
from tests.rules.conditions.build import DECLARED, condition

from hypercare_rules.conditions import exclude, implies, never

Written = dict[str, Any]


@pytest.mark.parametrize(
    "written",
    [
        {"not": {}},
        {"open": True, "not": {"open": True}},
        {"all": [{"open": True}, {"open": False}]},
        {"all": [{"priority": "P1"}, {"priority": "P2"}]},
        {"priority": {"in": ["P1", "P2"], "not_in": ["P1", "P2", "P3"]}},
        {"priority": {"at_least": "P2", "at_most": "P3"}, "not": {"priority": ["P2", "P3"]}},
        {"priority": {"not_in": ["P1", "P2", "P3", "P4"]}},
        {"impact": {"at_least": "high"}, "all": [{"impact": {"at_most": "medium"}}]},
        {"severity": {"missing": True, "at_least": "trivial"}},
        {"audience": {"not_in": ["public", "internal", "restricted"]}},
        {"votes": {"gt": 5, "lt": 3}},
        {"votes": {"gt": 5, "lt": 6}},
        {"votes": {"lt": 0}},
        {"votes": {"equals": 3, "not_in": [1, 3]}},
        {"resolve_used": {"gt": 0.5, "lte": 0.5}},
        {"seats": {"missing": True, "gt": 0}},
        {"seats": {"gt": 1, "lt": 2, "missing": True}},
        {"age": {"gt": "3d", "lt": "2d"}},
        {"age": {"gte": "2h", "lt": "2h"}},
        {"created": {"older_than": "3d", "younger_than": "2d"}},
        {"created": {"older_than": "2d", "younger_than": "2d"}},
        {"created": {"before": "2026-11-20", "after": "2026-11-20T01:00+01:00"}},
        {"resolved": {"missing": True, "after": "2026-11-20"}},
        {"labels": {"has": "x", "none": ["X"]}},
        {"labels": {"any": ["x", "y"], "none": ["y", "x", "z"]}},
        {"labels": {"all": ["x", "y"]}, "not": {"labels": "y"}},
        {"labels": {"missing": True, "has": "x"}},
        {"labels": {"missing": False}, "not": {"labels": {"missing": False}}},
        {"labels": {"has": "x"}, "not": {"labels": {"any": ["x", "y"]}}},
        {"labels": {"all": ["x", "y"]}, "not": {"labels": {"all": ["X"]}}},
        {"labels": {"none": ["x"]}, "not": {"labels": {"none": ["x", "y"]}}, "all": [{"not": {"labels": "y"}}]},
        {"labels": ["x"], "all": [{"not": {"labels": ["x", "y"]}}]},
        {"plans": {"has": "x", "missing": True}},
        {"title": {"equals": "x", "contains": "y"}},
        {"title": {"equals": "x", "in": ["y", "z"]}},
        {"title": {"in": ["x", "y"], "not_in": ["X", "Y"]}},
        {"title": "x", "not": {"title": {"missing": False}}},
        {"title": {"missing": True, "matches": "x"}},
        {"title": {"missing": True, "contains": "x"}},
        {"title": {"contains": "Outage"}, "not": {"title": {"contains": "out"}}},
        {"title": {"starts_with": "Outage"}, "not": {"title": {"contains": "AGE"}}},
        {"title": {"starts_with": "outage"}, "not": {"title": {"starts_with": "Out"}}},
        {"all": [{"title": {"starts_with": "out"}}, {"title": {"starts_with": "in"}}]},
        {"title": {"matches": "x"}, "not": {"title": {"matches": "x"}}},
        {"tier": "pro", "not": {"tier": ["PRO", "free"]}},
        {"not": {"tier": {"not_in": ["pro", "free"]}}, "tier": {"contains": "x"}},
        {"any": [{"all": [{"open": True}, {"votes": 1}]}, {"open": True}], "open": False},
        {"open": True, "not": {"any": [{"open": True}, {"votes": 1}]}},
    ],
    ids=str,
)  # fmt: skip
def test_a_contradiction_never_holds(written: Written) -> None:
    assert never(condition(written), DECLARED)


def test_a_contradiction_is_found_behind_many_ways_round_it() -> None:
    ways = [{"any": [{"title": {"contains": f"a{i}"}}, {"status": {"contains": f"b{i}"}}]} for i in range(30)]
    assert never(condition({"all": [*ways, {"votes": {"gt": 5, "lt": 3}}]}), DECLARED)


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"open": True},
        {"priority": {"at_least": "P3", "at_most": "P2"}},
        {"votes": {"gt": 5, "lt": 7}},
        {"resolve_used": {"gt": 0.5, "lt": 0.500001}},
        {"seats": {"gt": -5, "lt": -4.5}},
        {"seats": {"gt": 9007199254740992, "lt": 9007199254740994}},
        {"age": {"gte": "2h", "lte": "2h"}},
        {"created": {"older_than": "2d", "before": "2026-11-20"}},
        {"created": {"younger_than": "2d", "before": "2026-11-20"}},
        {"labels": {"all": ["x", "y"], "none": ["z"]}},
        {"labels": {"any": ["x", "y"], "none": ["x"]}},
        {"labels": {"any": ["x", "y"]}, "not": {"labels": {"all": ["x", "y"]}}},
        {"labels": {"missing": True, "none": ["x"]}},
        {"labels": {"missing": False, "none": ["x"]}},
        {"labels": {"missing": False}, "not": {"labels": {"any": ["x", "y"]}}},
        {"title": {"contains": "out", "starts_with": "in"}},
        {"title": {"not_in": ["x"]}},
        {"title": {"contains": "out"}, "not": {"title": {"contains": "outage"}}},
        {"title": {"contains": "out"}, "not": {"title": {"starts_with": "out"}}},
        {"all": [{"title": {"starts_with": "out"}}, {"title": {"starts_with": "OUTAGE"}}]},
        {"title": "outage", "all": [{"title": {"matches": "OUTAGE"}}]},
        {"not": {"title": {"matches": ".*"}}},
        {"not": {"severity": ["critical", "major", "minor", "trivial"]}},
        {"not": {"seats": {"missing": False}}},
    ],
    ids=str,
)  # fmt: skip
def test_what_may_hold_is_not_called_a_contradiction(written: Written) -> None:
    assert not never(condition(written), DECLARED)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"open": True}, {}),
        ({"not": {}}, {"open": True}),
        ({"priority": "P1"}, {"priority": {"at_least": "P2"}}),
        ({"priority": "P1", "labels": "x"}, {"any": [{"labels": ["x", "y"]}, {"open": True}]}),
        ({"priority": ["P1", "P2"]}, {"not": {"priority": {"at_most": "P3"}}}),
        ({"severity": "major"}, {"severity": {"missing": False}}),
        ({"severity": {"not_in": ["major"]}}, {"not": {"severity": "major"}}),
        ({"not": {"severity": "major"}}, {"severity": {"not_in": ["major"]}}),
        ({"votes": {"gt": 4}}, {"votes": {"gte": 5}}),
        ({"votes": {"gte": 0}}, {"votes": {"gte": 0}}),
        ({}, {"votes": {"gte": 0}}),
        ({"age": {"gt": "1d"}}, {"age": {"gt": "2h"}}),
        ({"created": {"older_than": "3d"}}, {"created": {"older_than": "2d"}}),
        ({"created": {"before": "2026-11-20"}}, {"created": {"before": "2026-11-21"}}),
        ({"labels": {"all": ["x", "y"]}}, {"labels": "X"}),
        ({"labels": {"all": ["x", "y", "z"]}}, {"labels": {"all": ["x", "y"]}}),
        ({"labels": "x"}, {"labels": ["x", "y"]}),
        ({"labels": ["x"]}, {"labels": "x"}),
        ({"labels": "x"}, {"labels": {"missing": False}}),
        ({"labels": {"none": ["x", "y"]}}, {"not": {"labels": "x"}}),
        ({"title": "Outage"}, {"title": {"contains": "out"}}),
        ({"title": "Outage"}, {"title": ["outage", "x"]}),
        ({"title": {"starts_with": "Outage"}}, {"title": {"contains": "tag"}}),
        ({"title": {"contains": "x"}}, {"title": {"missing": False}}),
        ({"tier": "pro", "open": True}, {"tier": ["pro", "free"]}),
        ({"any": [{"votes": 3}, {"votes": 4}]}, {"votes": [3, 4, 5]}),
        ({"votes": [3, 4]}, {"any": [{"votes": 3}, {"votes": 4}]}),
    ],
    ids=str,
)
def test_what_is_narrower_implies_what_is_wider(first: Written, second: Written) -> None:
    assert implies(condition(first), condition(second), DECLARED)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"open": True}),
        ({"priority": {"at_least": "P2"}}, {"priority": "P1"}),
        ({"not": {"severity": "critical"}}, {"severity": ["major", "minor", "trivial"]}),
        ({"not": {"seats": {"gt": 3}}}, {"seats": {"lte": 3}}),
        ({"votes": {"gte": 4}}, {"votes": {"gt": 4}}),
        ({"resolve_used": {"gt": 0.5}}, {"resolve_used": {"gte": 0.6}}),
        ({"created": {"older_than": "1d"}}, {"created": {"before": "2026-11-22"}}),
        ({"not": {"resolved": {"older_than": "1d"}}}, {"resolved": {"younger_than": "2d"}}),
        ({"labels": ["x", "y"]}, {"labels": "x"}),
        ({"labels": {"missing": False}}, {"labels": "x"}),
        ({"title": {"contains": "out"}}, {"title": {"starts_with": "out"}}),
        ({"title": "Outage"}, {"title": {"matches": "Outage"}}),
        ({"title": {"missing": False}}, {"title": {"matches": "."}}),
    ],
    ids=str,
)
def test_what_is_not_narrower_implies_nothing(first: Written, second: Written) -> None:
    assert not implies(condition(first), condition(second), DECLARED)


def test_what_is_one_of_two_is_implied_by_either_however_many_ways_each_has() -> None:
    first = {"any": [{"title": {"contains": f"a{i}"}, "status": {"contains": f"b{i}"}} for i in range(15)]}
    assert implies(condition(first), condition({"any": [{"open": True}, first]}), DECLARED)


def test_conditions_that_cannot_meet_exclude_each_other() -> None:
    high, low, public = (
        condition({"priority": "P1"}),
        condition({"priority": ["P3", "P4"]}),
        condition({"audience": "public"}),
    )
    assert exclude(high, low, DECLARED)
    assert not exclude(high, public, DECLARED)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(
            {
                "all": [
                    *(
                        {"any": [{"title": {"contains": f"a{i}"}}, {"status": {"contains": f"b{i}"}}]}
                        for i in range(30)
                    ),
                    {"any": [{"votes": {"gt": 1, "lt": 1}}, {"linked": {"gt": 1, "lt": 1}}]},
                ]
            },
            id="branches",
        ),
        pytest.param({"any": [{"title": {"contains": str(i)}} for i in range(1500)]}, id="long any"),
        pytest.param({"all": [{"labels": {"any": [str(i), "x"]}} for i in range(500)]}, id="long all"),
        pytest.param({"status": {"in": [str(i) for i in range(5000)]}}, id="long list"),
        pytest.param({"all": [{"votes": {"not_in": list(range(i, i + 20))}} for i in range(60)]}, id="long numbers"),
    ],
)
def test_a_search_that_would_be_long_is_given_up_without_a_claim(written: Written) -> None:
    loaded = condition(written)
    assert not never(loaded, DECLARED)
    assert not implies(loaded, condition({"open": True}), DECLARED)
