"""JQL: what is found, what is refused and in which words."""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync.sandbox.jira_site import ANA, START, comment, row, written

from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.jira.conditions import compile_condition
from hypercare_sync.sandbox.jira.jql import parse
from hypercare_sync.sandbox.jira.query import Clause, JqlError, Value
from hypercare_sync.sandbox.jira.scope import Scope
from hypercare_sync.sandbox.people import Accounts

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
BO = {"accountId": "bo", "displayName": "Bo"}
DONE = {"id": "10903", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}
ROWS = (
    row(
        "SHOP-1",
        labels=["outage", "web"],
        priority={"id": "1", "name": "Highest"},
        updated="2026-11-21T12:00:00.000+0000",
    ),
    row("SHOP-2", labels=[], priority={"id": "4", "name": "Low"}, assignee=ANA, summary="Cart is slow"),
    row(
        "SHOP-10",
        labels=["web"],
        assignee=BO,
        status=DONE,
        resolution={"id": "10911", "name": "Done"},
        fixVersions=[{"id": "20002", "name": "5.3"}],
        components=[{"id": "20100", "name": "Payments"}],
        security={"id": "7", "name": "Staff"},
        comment={"comments": [comment(1)]},
    ),
    row("OPS-1", versions=[], created="2026-11-20T23:59:00.000+0000", environment="Android 14"),
)

Find = Callable[[str], set[str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> JiraWorld:
    world = JiraWorld(Clock(START), Accounts())
    world.load(written(tmp_path_factory.mktemp("jql") / "issues.jsonl", *ROWS))
    return world


def matching(world: JiraWorld, jql: str) -> set[str]:
    condition = parse(jql).condition
    assert condition is not None
    matches = compile_condition(condition, Scope(world, ANA["accountId"], NOW))
    return {issue.key for issue in world.issues.values() if matches(issue)}


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = SHOP", {"SHOP-1", "SHOP-2", "SHOP-10"}),
        ("PROJECT in (shop, OPS) and key = OPS-1", {"OPS-1"}),
        ("project != SHOP", {"OPS-1"}),
        ("affectedVersion = 5.2", {"SHOP-1", "SHOP-2", "SHOP-10"}),
        ('"affectedVersion" = "5.2" && fixVersion IS EMPTY', {"SHOP-1", "SHOP-2"}),
        ("affectedVersion = 20001", {"SHOP-1", "SHOP-2", "SHOP-10"}),
        ("affectedVersion ~ '5.*'", {"SHOP-1", "SHOP-2", "SHOP-10"}),
        ("project = OPS AND affectedVersion = 9.9", set()),
        ("labels = WEB", {"SHOP-1", "SHOP-10"}),
        ("labels != outage", {"SHOP-10"}),
        ("labels not in (outage, other)", {"SHOP-10"}),
        ("NOT labels = outage", {"SHOP-10"}),
        ("NOT (labels = outage OR project = OPS)", {"SHOP-10"}),
        ("labels is empty", {"SHOP-2", "OPS-1"}),
        ("labels = EMPTY", {"SHOP-2", "OPS-1"}),
        ("labels is not null and labels != EMPTY", {"SHOP-1", "SHOP-10"}),
        ("assignee in (EMPTY, currentUser())", {"SHOP-1", "SHOP-2", "OPS-1"}),
        ("assignee = bo", {"SHOP-10"}),
        ("assignee != bo", {"SHOP-2"}),
        ("status = open", {"SHOP-1", "SHOP-2", "OPS-1"}),
        ("statusCategory = Done", {"SHOP-10"}),
        ("statusCategory != done", {"SHOP-1", "SHOP-2", "OPS-1"}),
        ("resolution = Unresolved", {"SHOP-1", "SHOP-2", "OPS-1"}),
        ("resolution is not empty", {"SHOP-10"}),
        ("priority > Medium", {"SHOP-1"}),
        ("priority <= Low", {"SHOP-2"}),
        ("priority is empty", {"SHOP-10", "OPS-1"}),
        ("type = Bug and level = Staff", {"SHOP-10"}),
        ("level is empty and project = SHOP", {"SHOP-1", "SHOP-2"}),
        ("component = Payments", {"SHOP-10"}),
        ("key > SHOP-2", {"SHOP-10"}),
        ("issuekey in (SHOP-1, shop-2)", {"SHOP-1", "SHOP-2"}),
        ("summary ~ slow", {"SHOP-2"}),
        ("summary ~ 'check* fail?'", {"SHOP-1", "SHOP-10", "OPS-1"}),
        (r'summary ~ "\"fails in\"" and project = OPS', {"OPS-1"}),
        ('summary ~ "in fails" and project = OPS', {"OPS-1"}),
        (r'summary ~ "\"in fails\""', set()),
        ("summary !~ slow AND project = SHOP", {"SHOP-1", "SHOP-10"}),
        ("text ~ android", {"OPS-1"}),
        ("comment ~ comment", {"SHOP-10"}),
        ("created >= startOfDay(-1d)", {"OPS-1"}),
        ("created >= startOfDay()", set()),
        ("updated >= -31m", {"SHOP-1"}),
        ('updated > "-1h"', {"SHOP-1"}),
        ("updated >= 1795262400000", {"SHOP-1"}),
        ("updated > 1795262400000", set()),
        ('updated >= "2026-11-21 12:00"', {"SHOP-1"}),
        ("updated >= '2026/11/21 12:01'", set()),
        ("created < 2026-11-03", {"SHOP-1", "SHOP-2", "SHOP-10"}),
        ("created >= startOfMonth() and created <= endOfDay('-1d')", {"SHOP-1", "SHOP-2", "SHOP-10", "OPS-1"}),
        ("created <= endOfYear(-1)", set()),
        ("updated <= now() and key in (SHOP-1)", {"SHOP-1"}),
        ("project = OPS OR project = SHOP AND labels = web", {"OPS-1", "SHOP-1", "SHOP-10"}),
        ("(project = OPS OR project = SHOP) AND labels = web", {"SHOP-1", "SHOP-10"}),
        ("!project = OPS | labels = nobody", {"SHOP-1", "SHOP-2", "SHOP-10"}),
    ],
)
def test_query_finds(world: JiraWorld, jql: str, keys: set[str]) -> None:
    assert matching(world, jql) == keys


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("nonsense = 1", "Field 'nonsense' does not exist or you do not have permission to view it."),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("affectedVersion = 9.9", "The value '9.9' does not exist for the field 'affectedVersion'."),
        ("project = SHOP AND fixVersion in (5.3, 9.9)", "The value '9.9' does not exist for the field 'fixVersion'."),
        ("status = Lost", "The value 'Lost' does not exist for the field 'status'."),
        ("key = SHOP-99", "An issue with key 'SHOP-99' does not exist for field 'key'."),
        ("summary = slow", "The operator '=' is not supported by the 'summary' field."),
        ("labels ~ web", "The operator '~' is not supported by the 'labels' field."),
        ("labels in web", "Operator 'in' does not support the non-list value 'web' for field 'labels'."),
        ("labels = (a, b)", "Operator '=' does not support a list of values for field 'labels'."),
        ("labels is web", "The operator 'is' only supports EMPTY or NULL for the field 'labels'."),
        ("created > EMPTY", "The operator '>' does not support searching for EMPTY values for the field 'created'."),
        ("created > soon", "Date value 'soon' for field 'created' is invalid."),
        ('created > "1795262400000"', "Date value '1795262400000' for field 'created' is invalid."),
        ("created > 2026-13-01", "Date value '2026-13-01' for field 'created' is invalid."),
        ("created > startOfDay(often)", "The function 'startOfDay' takes one offset"),
        ("created > openSprints()", "Unable to find JQL function 'openSprints()'."),
        ("assignee = membersOf(staff)", "Unable to find JQL function 'membersOf(staff)'"),
        ("summary ~ '*slow'", "is not allowed to start with character '*'"),
        ("summary ~ ''", "The field 'summary' does not support searching for an empty string."),
        ("project", "Expecting operator before the end of the query. The valid operators are '=', '!='"),
        ("project = ", "Expecting either a value, list or function before the end of the query."),
        ("project SHOP", "Expecting operator but got 'SHOP'. The valid operators are"),
        ("project = SHOP labels", "Expecting either 'OR' or 'AND' but got 'labels'. (line 1, character 16)"),
        ("project = SHOP\nand and", "Expecting a field name but got 'and'. (line 2, character 5)"),
        ("(project = SHOP", "Expecting ')' before the end of the query."),
        ("labels in (a b)", "Expecting ',' or ')' but got 'b'. (line 1, character 14)"),
        ("labels = order", "You must surround 'order' in quotation marks to use it as a value. (line 1, character 10)"),
        ("labels = a#b", "The character '#' is a reserved JQL character."),
        ('labels = "a', "The quoted string 'a' has not been completed. (line 1, character 10)"),
        ("project = SHOP order key", "Expecting 'by' but got 'key'. (line 1, character 22)"),
        ("(" * 500 + "project = SHOP" + ")" * 500, "nested too deeply"),
    ],
)
def test_query_is_refused_in_jiras_words(world: JiraWorld, jql: str, words: str) -> None:
    with pytest.raises(JqlError) as refused:
        matching(world, jql)
    assert words in str(refused.value)


def test_site_without_any_project_finds_nothing_rather_than_an_unknown_project() -> None:
    empty = JiraWorld(Clock(START), Accounts())
    assert matching(empty, 'project = SHOP AND affectedVersion = "5.2"') == set()


def test_order_has_fields_and_directions() -> None:
    query = parse("project = A ORDER BY updated, key ASC, priority DESC")
    assert [(term.field, term.descending) for term in query.order] == [
        ("updated", False),
        ("key", False),
        ("priority", True),
    ]


@given(st.text())
def test_any_quoted_text_is_read_back(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert parse(f"labels = {quoted}").condition == Clause("labels", "=", (Value(text, quoted=True),), listed=False)


_WORDS = [
    "project",
    "labels",
    "status",
    "created",
    "updated",
    "summary",
    "key",
    "text",
    "=",
    "!=",
    "~",
    "<",
    ">=",
    "in",
    "not",
    "is",
    "empty",
    "and",
    "or",
    "(",
    ")",
    ",",
    "SHOP",
    "'x'",
    '"',
    "-1d",
    "5",
    "order",
    "by",
    "desc",
    "currentUser()",
    "was",
    "changed",
    "during",
    "from",
    "fixVersion",
    "releasedVersions()",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join)))
def test_any_text_is_a_query_or_is_refused(text: str) -> None:
    world = JiraWorld(Clock(START), Accounts())
    try:
        condition = parse(text).condition
        if condition is not None:
            compile_condition(condition, Scope(world, "ana", NOW))
    except JqlError:
        return  # any other error is a query that breaks the site


_CERTAIN = st.sampled_from(
    ["project = SHOP", "status = Done", "key != SHOP-1", "created < 2026-11-03", "type in (Bug)", "labels is EMPTY"]
)
_CONDITIONS = st.recursive(
    _CERTAIN,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map("NOT ({})".format),
    ),
    max_leaves=6,
)


@given(jql=_CONDITIONS)
def test_not_turns_around_what_always_has_a_value(world: JiraWorld, jql: str) -> None:
    assert matching(world, f"NOT ({jql})") == {issue.key for issue in world.issues.values()} - matching(world, jql)


def test_world_can_be_kept_and_taken_up_again(world: JiraWorld) -> None:
    again: JiraWorld = pickle.loads(pickle.dumps(world))
    assert matching(again, "labels = outage") == {"SHOP-1"}


def test_loading_leaves_times_alone(world: JiraWorld, tmp_path: Path) -> None:
    issue = world.issue("SHOP-1")
    assert issue is not None
    assert issue.fields["updated"] == "2026-11-21T12:00:00.000+0000"
