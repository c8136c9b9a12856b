"""Whatever a caller sends, the embedded GitHub answers as a tracker does, and never with a failure of its own."""

import json
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputType, GraphQLList, GraphQLNonNull, get_named_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.sync.sandbox.conftest import Api

from hypercare_sync.sandbox.github.graphql import schema
from hypercare_sync.sandbox.github.routes import HANDLERS

OPERATIONS = sorted((method, path) for path, methods in HANDLERS.items() for method in methods)
MEMBERS = [
    "title",
    "body",
    "state",
    "state_reason",
    "labels",
    "assignees",
    "assignee",
    "milestone",
    "name",
    "new_name",
    "color",
]
MEMBERS += ["description", "due_on", "content", "lock_reason", "private", "archived", "permission", "type"]
MEMBERS += ["sub_issue_id", "after_id", "before_id", "issue_id", "replace_parent"]

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["open", "closed", "+1", "bug"])
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=3),
    max_leaves=5,
)
_bodies = st.dictionaries(st.sampled_from(MEMBERS), _values, max_size=4) | _values
_queries = st.dictionaries(
    st.sampled_from(
        [
            "state",
            "labels",
            "type",
            "milestone",
            "since",
            "sort",
            "direction",
            "assignee",
            "creator",
            "mentioned",
            "page",
            "per_page",
            "content",
        ]
    ),
    st.text(max_size=6)
    | st.sampled_from(["1", "0", "-1", "*", "none", "all", "²", "2026-11-01T00:00:00Z", "2026-11-01"]),
    max_size=3,
)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=" ".join)
@settings(max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_bodies, query=_queries, part=st.sampled_from(["1", "0", "²", "x", "bug", "-1", "9" * 30, "%00", "a/b"]))
def test_no_call_fails_in_the_sandbox(
    api: Api, method: str, path: str, body: Any, query: dict[str, str], part: str
) -> None:
    if not api("GET", "/issues?state=all").json():
        api.open(labels=["bug"])
    owner, _, repo = api.repo.partition("/")
    place = path.replace("{owner}", owner).replace("{repo}", repo).replace("{issue_number}", "1")
    for name in (
        "comment_id",
        "issue_id",
        "reaction_id",
        "event_id",
        "milestone_number",
        "assignee",
        "username",
        "login",
        "org",
        "name:path",
    ):
        place = place.replace(f"{{{name}}}", part)
    url = f"{api.base}/api/v3{place}"
    data = json.dumps(body) if method != "GET" else None
    response = api.session.request(method, url, params=query, data=data, timeout=5)
    assert response.status_code < 500, (method, url, body)
    if response.status_code >= 400:
        assert {"message", "documentation_url"} <= response.json().keys()


_MUTATIONS = sorted(schema().type_map["Mutation"].fields)  # type: ignore[attr-defined]
_KINDS = ("issue", "other issue", "comment", "label", "repository", "viewer", "missing")


def _value(kind: GraphQLInputType) -> st.SearchStrategy[Any]:
    """Anything of a type that GraphQL itself takes; an ID is the name of a thing that the test puts in its place."""
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type).filter(lambda value: value is not None)
    if isinstance(kind, GraphQLList):
        return st.none() | st.lists(_value(kind.of_type), max_size=2)
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return st.none() | st.sampled_from(sorted(named.values))
    known: dict[str, st.SearchStrategy[Any]] = {
        "ID": st.sampled_from(_KINDS).map(lambda name: {"id of": name}),
        "Boolean": st.booleans(),
        "String": st.text(max_size=5) | st.sampled_from(["x" * 70_000, "#1", "00ff00"]),
    }
    return st.none() | known[named.name]


def _input(name: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = schema().type_map[f"{name[0].upper()}{name[1:]}Input"].fields  # type: ignore[attr-defined]
    needed = {each: _value(field.type) for each, field in fields.items() if isinstance(field.type, GraphQLNonNull)}
    return st.fixed_dictionaries(
        needed, optional={each: _value(f.type) for each, f in fields.items() if each not in needed}
    )


def _named(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(each, ids) for each in value]
    return ids[value["id of"]] if isinstance(value, dict) else value


@pytest.mark.parametrize("name", _MUTATIONS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_fails_in_the_sandbox(api: Api, name: str, data: st.DataObject) -> None:
    for title in ("One", "Two"):
        issue = api("POST", "/issues", {"title": title, "labels": ["bug"]})
        if not issue.ok:  # an earlier example archived the repository
            api("PATCH", "", {"archived": False})
            issue = api("POST", "/issues", {"title": title, "labels": ["bug"]})
        comment = api("POST", f"/issues/{issue.json()['number']}/comments", {"body": "Hello"})
    ids = {
        "issue": issue.json()["node_id"],
        "other issue": api("GET", "/issues?direction=asc").json()[0]["node_id"],
        "comment": comment.json()["node_id"],
        "label": issue.json()["labels"][0]["node_id"],
        "repository": api("GET", "").json()["node_id"],
        "viewer": api("GET", "//user").json()["node_id"],
        "missing": "I_missing",
    }
    given_ = {each: _named(value, ids) for each, value in data.draw(_input(name)).items()}
    kind = f"{name[0].upper()}{name[1:]}Input!"
    answer = api.graphql(f"mutation($given: {kind}) {{ {name}(input: $given) {{ clientMutationId }} }}", given=given_)
    assert all("type" in error for error in answer.get("errors", ())), answer
