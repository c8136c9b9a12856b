"""Whatever a caller sends, the embedded GitHub answers as a tracker does, and never with a failure of its own."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.sync.sandbox.conftest import Api

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
