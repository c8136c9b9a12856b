"""Whatever is sent, the Jira site answers or refuses: it never breaks."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from tests.effort import examples
from tests.sync.sandbox.jira_site import START, comment, row, written

from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.jira.http import Call
from hypercare_sync.sandbox.jira.refusal import Refusal
from hypercare_sync.sandbox.jira.routes import CLOUD, DATA_CENTER
from hypercare_sync.sandbox.jira.shape import Shaper
from hypercare_sync.sandbox.people import Accounts

_CUSTOM = {
    "customfield_10001": {"id": "1", "value": "Enterprise", "child": {"id": "2", "value": "x"}},
    "customfield_10002": [{"id": "2", "value": "Shop"}],
    "customfield_10003": {"name": "bo", "displayName": "Bo"},
    "customfield_10004": 8.0,
    "customfield_10005": "2026-12-01",
    "customfield_10009": ["web"],
}
_KEYS = st.sampled_from(
    [
        "fields",
        "update",
        "properties",
        "key",
        "value",
        "body",
        "id",
        "name",
        "summary",
        "labels",
        "versions",
        "fixVersions",
        "components",
        "priority",
        "issuetype",
        "assignee",
        "accountId",
        "project",
        "comment",
        "add",
        "remove",
        "set",
        "transition",
        "resolution",
        "description",
        "type",
        "content",
        "visibility",
        "jql",
        "expand",
        "nextPageToken",
        "maxResults",
        "issueIdsOrKeys",
        "fieldIds",
        "object",
        "url",
        "title",
        "globalId",
        "inwardIssue",
        "outwardIssue",
        "duedate",
        "releaseDate",
        "reconcileIssues",
        "child",
        "security",
        "startAt",
        "validateQuery",
        *_CUSTOM,
    ]
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(allow_nan=False),
    st.sampled_from(["", "SHOP", "SHOP-1", "Bug", "11", "doc", "5.2", "project = SHOP", "x" * 33_000, "a b", "é"]),
    st.sampled_from(["ana", "1795262400000", "2026-12-01", "cf[10004] > 1", "Staff", "bo"]),
)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=12,
)
_OPERATIONS = st.lists(
    st.dictionaries(st.sampled_from(["add", "remove", "set"]), _JSON, min_size=1, max_size=1), max_size=3
)
_BODIES = st.one_of(
    _JSON,
    st.dictionaries(_KEYS, _JSON, max_size=5),
    st.fixed_dictionaries(
        {},
        optional={
            "fields": st.dictionaries(_KEYS, _JSON, max_size=3),
            "update": st.dictionaries(_KEYS, _OPERATIONS, max_size=3),
            "transition": st.just({"id": "11"}),
            "object": st.just({"url": "u", "title": 1}),
            "properties": _JSON,
        },
    ),
)
_HANDLERS = [
    (flavour, f"{method} {path}", handler)
    for flavour, paths in (("cloud", CLOUD), ("datacenter", DATA_CENTER))
    for path, methods in paths.items()
    for method, handler in methods.items()
]


@pytest.fixture
def worlds(tmp_path: Path) -> dict[str, JiraWorld]:
    """A site of each flavour, with the same issues."""
    first = row("SHOP-1", comment={"comments": [comment(1) | {"id": "700"}]}, **_CUSTOM)
    path = written(tmp_path / "a.jsonl", first, row("SHOP-2"))
    flavours: tuple[Literal["cloud", "datacenter"], ...] = ("cloud", "datacenter")
    made = {flavour: JiraWorld(Clock(START), Accounts(), flavour) for flavour in flavours}
    for world in made.values():
        world.load(path)
    return made


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    route=st.sampled_from(_HANDLERS),
    body=_BODIES,
    query=st.dictionaries(
        st.sampled_from(
            [
                "fields",
                "expand",
                "startAt",
                "maxResults",
                "jql",
                "globalId",
                "permissions",
                "query",
                "username",
                "issueKey",
            ]
        ),
        st.text(max_size=5),
    ),
)
def test_any_body_and_query_are_answered_or_refused(
    worlds: dict[str, JiraWorld], route: tuple[str, str, Any], body: Any, query: dict[str, str]
) -> None:
    flavour, _, handler = route
    world = worlds[flavour]
    account = Accounts().named("pat")
    person = world.person(account)
    path = dict.fromkeys(("issue", "comment", "property", "link", "project", "version_id"), "1") | {
        "issue": "SHOP-1",
        "comment": "700",
        "project": "SHOP",
    }
    shaper = Shaper(world, "http://sandbox/jira", 3 if world.cloud else 2, person["accountId"])
    call = Call(world, account, person, shaper, "http://sandbox/jira/x", path, QueryParams(query), body)
    try:
        status = handler(call).status_code
    except Refusal as refusal:
        status = refusal.status
        json.dumps(refusal.body).encode()
    assert status < 300 or 400 <= status < 500
