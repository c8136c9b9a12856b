"""What may be written as a condition, and how slips are told: each in its place, by one branch, in plain words."""

import json
import pathlib
from typing import Any

import pytest
from pydantic import ValidationError
from tests.rules.conditions.build import DECLARED, condition

from hypercare_rules.conditions import FIELDS, Condition, problems
from hypercare_rules.model import Model
from hypercare_sync.errors import ConfigError
from hypercare_sync.yaml_file import read, validate

EXAMPLES: list[dict[str, Any]] = [
    {},
    {"priority": "P1"},
    {"priority": ["P1", "P2"], "open": False},
    {"title": {"matches": "(?i)out", "missing": False}},
    {"age": {"gt": "2h30m"}, "votes": {"in": [1, 2]}, "resolve_used": {"lt": 0.5}},
    {"resolved": {"before": "2026-11-20T08:00:00Z", "older_than": "1d"}},
    {"any": [{"labels": "web"}, {"not": {"labels": {"all": ["a", "b"]}}}], "all": [{}]},
    {"tier": "pro", "seats": 5.5, "plans": ["gold", "silver"]},
    {"seats": {"in": [1.0, 2.0], "gt": 3.0}, "tier": {"not_in": ["a"]}, "plans": {"none": ["b"]}},
]


class Rule(Model):
    """Something that has a condition, as a policy's rules do."""

    when: Condition


def faults(written: str, folder: pathlib.Path) -> list[str]:
    file = folder / "policy.yaml"
    file.write_text(f"when:\n  {written}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        validate(read(file), Rule)
    return str(caught.value).replace(f"{file}:", "").splitlines()


@pytest.mark.parametrize("written", EXAMPLES, ids=str)
def test_a_condition_is_dumped_as_it_was_written(written: dict[str, Any]) -> None:
    loaded = condition(written)
    assert loaded.model_dump(mode="json") == written
    assert condition(loaded.model_dump(mode="json")) == loaded
    assert Condition.model_validate(loaded.model_dump()) == loaded


def test_a_moment_is_kept_in_utc() -> None:
    here, there = (condition({"created": {"before": text}}) for text in ("2026-11-20T01:00+01:00", "2026-11-20"))
    assert here == there
    assert here.model_dump(mode="json") == {"created": {"before": "2026-11-20T00:00:00Z"}}


def test_a_condition_shows_only_what_was_written() -> None:
    assert repr(condition({"votes": {"gt": 3}, "tier": "pro"})) == "Condition(votes=CountOperators(gt=3), tier='pro')"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("priority: P5", "2:13: when.priority: not known: 'P5'; write P1, P2, P3 or P4"),
        ("impact: [high, mdium]", "2:18: when.impact[1]: not known: 'mdium'; write medium, high or low"),
        ("urgency: {at_lest: high}", "2:13: when.urgency.at_lest: unknown key; did you mean at_least?"),
        ("kind: {contains: x}", "2:10: when.kind.contains: unknown key; write equals, in or not_in"),
        ("kind: {at_least: defect}", "2:10: when.kind.at_least: unknown key; write equals, in or not_in"),
        ("audience: 1", "2:13: when.audience: not known: 1; write public, internal or restricted"),
        ("labels: 5", '2:11: when.labels: a number where text is due: 5; put it in quotes: "5"'),
        ("affects: [5.2]", '2:13: when.affects[0]: a number where text is due: 5.2; put it in quotes: "5.2"'),
        ("labels: {}", "2:11: when.labels: empty; write one or more of has, any, all, none, missing"),
        ("labels: []", "2:11: when.labels: empty; write at least one"),
        ("labels: {none: []}", "2:18: when.labels.none: empty; write at least one"),
        ("status: {in: []}", "2:16: when.status.in: empty; write at least one"),
        ("title: ''", "2:10: when.title: empty; write some text"),
        ("title: ~", "2:10: when.title: empty; write some text"),
        ("title: {missing: maybe}", "2:20: when.title.missing: neither true nor false: 'maybe'; write true or false"),
        ("priority: {missing: true}", "2:14: when.priority.missing: unknown key; write equals, in, not_in, at_least or at_most"),
        ("open: yes", "2:9: when.open: neither true nor false: 'yes'; write true or false"),
        ("votes: true", "2:10: when.votes: not a whole number: true; write one such as 30"),
        ("votes: {gt: 1.5}", "2:15: when.votes.gt: not a whole number: 1.5; write one such as 30"),
        ("votes: {gte: -1}", "2:16: when.votes.gte: less than 0: -1; write 0 or more"),
        ("resolve_used: 75", "2:17: when.resolve_used: not a share of a target: 75; write 0.75 for three quarters of it"),
        ("resolve_used: .nan", "2:17: when.resolve_used: not a number: .nan; write one such as 0.5"),
        ("age: 3d", "2:8: when.age: says too little; write it with an operator, such as {gt: 2h}"),
        ("age: {gt: 3 days}", "2:13: when.age.gt: not a length of time: '3 days'; write 30m, 4h, 2h30m or 14d"),
        ("resolved: 2026-11-20", "2:13: when.resolved: says too little; write it with an operator, such as {older_than: 2h}"),
        ("created: {before: soon}", "2:21: when.created.before: not a date: 'soon'; write 2026-11-23 or 2026-11-23T08:00+00:00"),
        ("created: {after: 5}", "2:20: when.created.after: not a date; write 2026-11-23 or 2026-11-23T08:00+00:00"),
        ("created: {after: 0001-01-01}", "2:20: when.created.after: not a date of our time: the year 1; write one such as 2026-11-23"),
        (
            "created: {after: 2026-11-20T08:00}",
            "2:20: when.created.after: a time without an offset: '2026-11-20T08:00'; write 2026-11-20T08:00+00:00, or with another offset",
        ),
        ("title: {matches: '('}", "2:20: when.title.matches: not a regular expression: missing ): (; see github.com/google/re2/wiki/Syntax"),
        (r"title: {matches: '(a)\1'}", r"2:20: when.title.matches: not a regular expression: invalid escape sequence: \1; see github.com/google/re2/wiki/Syntax"),
        ("any: []", "2:8: when.any: empty; write at least one"),
        ("all: {open: true}", "2:8: when.all: not a list: a mapping; write [ITEM, ...]"),
        ("any: [{priority: P9}]", "2:20: when.any[0].priority: not known: 'P9'; write P1, P2, P3 or P4"),
        ("not: {not: {kind: bug}}", "2:21: when.not.not.kind: not known: 'bug'; write defect, performance, operation, usage_question or change_request"),
        ("not: [x]", "2:8: when.not: not a mapping; write KEY: VALUE lines"),
    ],
)  # fmt: skip
def test_a_slip_is_told_once_in_its_place(written: str, expected: str, tmp_path: pathlib.Path) -> None:
    assert faults(written, tmp_path) == [expected]


def test_every_slip_is_told_at_once(tmp_path: pathlib.Path) -> None:
    assert len(faults("{priority: P9, any: [{votes: x}, {title: 5}], not: {open: 1}}", tmp_path)) == 4


@pytest.mark.parametrize("pattern", ["(((a{100}){100}){100})", "(?=x)", "[", "a**", "x" * 501])
def test_a_pattern_that_re2_does_not_take_is_refused_without_a_word_on_stderr(
    pattern: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValidationError):
        condition({"title": {"matches": pattern}})
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("written", "path", "text"),
    [
        ({"labls": "x"}, ("labls",), "unknown field; did you mean labels?"),
        ({"teir": "x"}, ("teir",), "unknown field; did you mean tier?"),
        ({"Priority": "P1"}, ("Priority",), "unknown field; did you mean priority?"),
        ({"LABELS": "x"}, ("LABELS",), "unknown field; did you mean labels?"),
        ({"xyzzy": 1}, ("xyzzy",), "unknown field; write the name of a ticket's field, or declare it in the policy"),
        ({"any": [{}, {"not": {"teer": "x"}}]}, ("any", 1, "not", "teer"), "unknown field; did you mean tier?"),
        ({"all": [{"seats": "5"}]}, ("all", 0, "seats"), "seats is a number; write one such as 30, without quotes"),
        ({"tier": 5}, ("tier",), "tier is text; put the value in quotes"),
        ({"tier": [5, 6]}, ("tier",), "tier is text; put the value in quotes"),
        ({"tier": {"in": [5]}}, ("tier", "in"), "tier is text; put the value in quotes"),
        ({"acknowleged": False}, ("acknowleged",), "unknown field; did you mean acknowledged?"),
        ({"al": [{"labels": "x"}]}, ("al",), "unknown field; did you mean all?"),
        ({"nto": {"labels": {"has": "x"}}}, ("nto",), "unknown field; did you mean not?"),
        ({"tier": True}, ("tier",), "tier is text; put the value in quotes"),
        ({"tier": None}, ("tier",), "tier is text; put the value in quotes"),
        ({"tier": ["a", True]}, ("tier",), "tier is text; put the value in quotes"),
        (
            {"tier": {}},
            ("tier",),
            "empty; write one or more of equals, in, not_in, contains, starts_with, matches, missing",
        ),
        ({"tier": {"missing": "maybe"}}, ("tier", "missing"), "tier is text; missing takes true or false"),
        ({"tier": {"contain": "x"}}, ("tier", "contain"), "tier is text, which has no contain; did you mean contains?"),
        ({"seats": {"gt": "a"}}, ("seats", "gt"), "seats is a number; write one such as 30, without quotes"),
        ({"plans": 5}, ("plans",), "plans is a set of names; put the name in quotes"),
        (
            {"seats": {"contains": "5"}},
            ("seats", "contains"),
            "seats is a number, which has no contains; write one of equals, in, not_in, gt, gte, lt, lte, missing",
        ),
        (
            {"plans": {"equals": "gold"}},
            ("plans", "equals"),
            "plans is a set of names, which has no equals; write one of has, any, all, none, missing",
        ),
    ],
)
def test_what_does_not_suit_the_declared_fields_is_a_problem(written: Any, path: Any, text: str) -> None:
    assert problems(condition(written), DECLARED) == [(path, text)]


def test_every_problem_is_told_at_once() -> None:
    written = {"labls": "x", "all": [{"seats": "5"}, {"tier": 5}], "seats": {"has": "x", "equals": "y"}}
    assert len(problems(condition(written), DECLARED)) == 5


@pytest.mark.parametrize("written", EXAMPLES, ids=str)
def test_what_suits_the_declared_fields_is_none(written: dict[str, Any]) -> None:
    assert problems(condition(written), DECLARED) == []


def test_the_json_schema_offers_every_field_with_what_it_means() -> None:
    members = Condition.model_json_schema()["$defs"]["Condition"]["properties"]
    assert members.keys() == {*FIELDS, "all", "any", "not"}
    for name, field in FIELDS.items():
        assert members[name]["description"] == field.doc


def test_the_json_schema_offers_words_and_operators() -> None:
    schema = Condition.model_json_schema()
    plain, listed, operators = schema["$defs"]["Condition"]["properties"]["priority"]["oneOf"]
    assert plain["enum"] == listed["items"]["enum"] == ["P1", "P2", "P3", "P4"]
    offered = schema["$defs"][operators["$ref"].rpartition("/")[2]]
    assert list(offered["properties"]) == ["equals", "in", "not_in", "at_least", "at_most"]
    assert all(operator["description"] for operator in offered["properties"].values())
    assert (offered["additionalProperties"], offered["minProperties"]) == (False, 1)


def test_the_json_schema_holds_no_noise() -> None:
    schema = Condition.model_json_schema()
    assert not [
        name for model in schema["$defs"].values() for name, member in model["properties"].items() if "title" in member
    ]
    text = json.dumps(schema)
    assert not [word for word in ('"null"', '"default"', "conditions__schema") if word in text]
