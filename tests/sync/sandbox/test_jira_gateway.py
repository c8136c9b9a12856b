"""Scoped tokens, which Cloud takes at its gateway only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.sync.sandbox.jira_site import Site, row, serving

from hypercare_sync.sandbox.world import Sandbox

TOKENS = {
    "scoped": "scoped:jira-scopes=read:jira-work+write:jira-work+read:jira-user",
    "half": "half:jira-scopes=read:jira-work",
}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving("cloud", TOKENS) as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path)
    site.load(row(site.key(1)))
    return site


@pytest.fixture
def behind(jira: Site) -> Site:
    """The same site, called through the gateway."""
    cloud_id = requests.get(f"{jira.base}/_edge/tenant_info", timeout=10).json()["cloudId"]
    return Site(f"{jira.base.removesuffix('/jira')}/ex/jira/{cloud_id}", jira.world, jira.folder, jira.project)


def test_site_refuses_a_scoped_token_and_the_gateway_takes_it(jira: Site, behind: Site) -> None:
    assert jira.call("GET", "myself", token="scoped").status_code == 401
    assert behind.get("myself", token="scoped")["displayName"] == "Scoped"
    assert behind.issue(1, token="scoped")["self"].startswith(behind.base)
    assert behind.call("PUT", f"issue/{jira.key(1)}", {"fields": {"labels": ["x"]}}, token="scoped").status_code == 204
    assert jira.issue(1)["fields"]["labels"] == ["x"]


def test_gateway_tells_where_people_find_the_site(jira: Site, behind: Site) -> None:
    assert behind.get("serverInfo")["baseUrl"] == jira.base


def test_gateway_takes_a_service_accounts_bearer(behind: Site) -> None:
    headers = {"Authorization": "Bearer scoped"}
    assert requests.get(f"{behind.base}/rest/api/3/myself", headers=headers, timeout=10).status_code == 200


def test_gateway_refuses_a_plain_token(behind: Site) -> None:
    plain = behind.call("GET", "myself")
    assert (plain.status_code, plain.json()) == (401, {"code": 401, "message": "Unauthorized; scope does not match"})


def test_scopes_reach_as_far_as_they_say(jira: Site, behind: Site) -> None:
    query = {"jql": f"project = {jira.project}"}
    assert behind.call("GET", f"issue/{jira.key(1)}", token="half").status_code == 200
    assert behind.call("POST", "search/jql", query, token="half").status_code == 200
    assert behind.call("PUT", f"issue/{jira.key(1)}", {"fields": {"labels": ["x"]}}, token="half").status_code == 401
    assert behind.call("GET", "myself", token="half").status_code == 401


def test_gateway_knows_no_other_site(behind: Site) -> None:
    other = requests.get(f"{behind.base}0/rest/api/3/myself", auth=("a", "scoped"), timeout=10)
    assert (other.status_code, "errorMessages" in other.json()) == (404, True)


def test_gateway_is_logged_and_struck_by_faults_as_the_site_is(
    jira: Site, behind: Site, served: tuple[str, Sandbox]
) -> None:
    root = jira.base.removesuffix("/jira")
    fault = {"tracker": "jira", "match": "GET /rest/api/3/myself", "fault": "502"}
    requests.post(f"{root}/_sandbox/faults", json=fault, timeout=10)
    assert [behind.call("GET", "myself", token="scoped").status_code for _ in range(2)] == [502, 200]
    behind.call("POST", "search/jql", {"jql": f"project = {jira.project}"}, token="scoped")
    latest = served[1].log.served[-1]
    assert (latest.tracker, latest.kind, latest.path) == (
        "jira",
        "read",
        f"{behind.base.removeprefix(root)}/rest/api/3/search/jql",
    )


def test_data_center_has_no_gateway() -> None:
    with serving("datacenter", TOKENS) as (base, _):
        root = base.removesuffix("/jira")
        assert requests.get(f"{root}/ex/jira/x/rest/api/2/myself", auth=("a", "scoped"), timeout=10).status_code == 404
