"""Limits that the Jira site keeps where it is told to, and the refusals and lies that are planted in it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.sync.sandbox.jira_site import Site, comment, row, serving

from hypercare_sync.sandbox.jira.limits import Limits
from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[str, Sandbox]]:
    with serving() as both:
        yield both


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Sandbox]]:
    with serving("datacenter") as both:
        yield both


@pytest.fixture
def jira(cloud: tuple[str, Sandbox], tmp_path: Path) -> Iterator[Site]:
    yield from _loaded(cloud, tmp_path, 3)


@pytest.fixture
def data_center(server: tuple[str, Sandbox], tmp_path: Path) -> Iterator[Site]:
    yield from _loaded(server, tmp_path, 2)


def _loaded(served: tuple[str, Sandbox], folder: Path, version: int) -> Iterator[Site]:
    base, sandbox = served
    site = Site(base, sandbox.jira, folder, version=version)
    said = [comment(number) for number in range(5)]
    site.load(*(row(site.key(number), comment={"comments": said}) for number in range(1, 7)))
    yield site
    sandbox.jira.limits = None
    sandbox.faults.planted.clear()


def plant(jira: Site, **fault: Any) -> None:
    root = jira.base.removesuffix("/jira")
    answer = requests.post(f"{root}/_sandbox/faults", json={"tracker": "jira", **fault}, timeout=5)
    assert answer.status_code == 201, answer.text


def write(jira: Site, number: int = 1) -> requests.Response:
    return jira.call("PUT", f"issue/{jira.key(number)}/properties/hypercare", {"n": number})


def keep_limits(jira: Site) -> Limits:
    jira.world.limits = Limits(jira.world.clock)
    return jira.world.limits


def use_up(limits: Limits, jira: Site, writes: int) -> None:
    """So many writes to the first issue, all at once, which HTTP on a busy machine cannot promise."""
    issue = jira.world.issue(jira.key(1))
    assert issue is not None
    assert [limits.on_cloud("PUT", f"endpoint {number}", issue.id) for number in range(writes)] == [None] * writes


def test_issue_takes_twenty_writes_in_two_seconds_and_others_go_on(jira: Site) -> None:
    use_up(keep_limits(jira), jira, 20)
    refused = write(jira)
    assert (refused.status_code, refused.headers["RateLimit-Reason"]) == (429, "jira-per-issue-on-write")
    assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Remaining"]) in {("1", "0"), ("2", "0")}
    assert write(jira, 2).status_code == 201
    assert jira.call("GET", f"issue/{jira.key(1)}").status_code == 200
    jira.world.clock.advance(timedelta(seconds=3))
    assert write(jira).status_code == 201


def test_issue_takes_a_hundred_writes_in_thirty_seconds(jira: Site) -> None:
    limits = keep_limits(jira)
    for _ in range(5):
        use_up(limits, jira, 20)
        jira.world.clock.advance(timedelta(seconds=3))
    refused = write(jira)
    assert (refused.status_code, refused.headers["RateLimit-Reason"]) == (429, "jira-per-issue-on-write")
    assert 10 <= int(refused.headers["Retry-After"]) <= 15
    jira.world.clock.advance(timedelta(seconds=int(refused.headers["Retry-After"])))
    assert write(jira).status_code == 201


def test_endpoint_takes_so_many_requests_a_second(jira: Site) -> None:
    limits = Limits(jira.world.clock)
    refused = [limits.on_cloud("PUT", "issue/{issue}", None) for _ in range(60)]
    assert [slowed is None for slowed in refused].count(True) in range(50, 60)
    assert refused[-1] is not None
    assert refused[-1].headers["RateLimit-Reason"] == "jira-burst-based"
    assert limits.on_cloud("GET", "issue/{issue}", None) is None


def test_bucket_of_data_center_empties_and_fills(data_center: Site) -> None:
    keep_limits(data_center)
    first = data_center.call("GET", "myself")
    assert {name: first.headers[name] for name in ("X-RateLimit-Limit", "X-RateLimit-FillRate", "Retry-After")} == {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-FillRate": "10",
        "Retry-After": "0",
    }
    assert (first.headers["X-RateLimit-Remaining"], first.headers["X-RateLimit-Interval-Seconds"]) == ("99", "1")
    limits = data_center.world.limits
    assert limits is not None
    while limits.on_server("hypercare-bot") is None:
        pass
    refused = data_center.call("GET", "myself")
    assert (refused.status_code, refused.headers["Retry-After"], refused.headers["X-RateLimit-Remaining"]) == (
        429,
        "1",
        "0",
    )
    assert data_center.call("GET", "myself", token="person").status_code == 200
    data_center.world.clock.advance(timedelta(seconds=2))
    assert data_center.call("GET", "myself").status_code == 200


def test_without_limits_nothing_is_said_of_them(data_center: Site) -> None:
    assert "X-RateLimit-Limit" not in data_center.call("GET", "myself").headers


@pytest.mark.parametrize(
    "reason", ["jira-quota-global-based", "jira-quota-tenant-based", "jira-burst-based", "jira-per-issue-on-write"]
)
def test_planted_429_says_which_limit_and_until_when(jira: Site, reason: str) -> None:
    plant(jira, match="PUT /rest/api/3/issue", fault="429", seconds=90, reason=reason)
    refused = write(jira)
    assert (refused.status_code, refused.headers["RateLimit-Reason"], refused.headers["Retry-After"]) == (
        429,
        reason,
        "90",
    )
    until = jira.world.clock.now() + timedelta(seconds=90)
    assert refused.headers["X-RateLimit-Reset"] in {
        f"{until + timedelta(seconds=off):%Y-%m-%dT%H:%MZ}" for off in (0, -5)
    }
    assert write(jira).status_code == 201


def test_planted_429_of_data_center_tells_of_its_bucket(data_center: Site) -> None:
    plant(data_center, match="GET /rest/api/2/myself", fault="429", seconds=7)
    refused = data_center.call("GET", "myself")
    assert (refused.status_code, refused.headers["Retry-After"], refused.headers["X-RateLimit-Remaining"]) == (
        429,
        "7",
        "0",
    )
    assert "RateLimit-Reason" not in refused.headers


def test_cut_answer_keeps_the_total_and_leaves_the_rest_to_be_read(jira: Site, data_center: Site) -> None:
    for site, path in ((jira, "search/jql"), (data_center, "search")):
        site.call("PUT", f"issue/{site.key(1)}", {"fields": {"labels": ["a"]}})
        plant(site, match=f"POST /rest/api/{site.version}/search", fault="cut", keep=2)
        body = {"jql": f"project = {site.project} ORDER BY key", "fields": ["comment"]}
        expand = "changelog" if site is jira else ["changelog"]
        (issue, *_) = site.call("POST", path, {**body, "expand": expand}).json()["issues"]
        embedded = issue["fields"]["comment"]
        assert (len(embedded["comments"]), embedded["total"], embedded["maxResults"]) == (2, 5, 2)
        assert (len(issue["changelog"]["histories"]), issue["changelog"]["total"]) == (1, 1)
        assert len(site.get(f"issue/{site.key(1)}/comment")["comments"]) == 5


def test_cut_answer_may_keep_nothing_and_strikes_one_issue_too(jira: Site) -> None:
    plant(jira, match="GET /rest/api/3/issue", fault="cut")
    embedded = jira.issue(1)["fields"]["comment"]
    assert (embedded["comments"], embedded["total"]) == ([], 5)


def test_page_that_names_itself_as_the_next_one(jira: Site) -> None:
    query = f"project = {jira.project} ORDER BY key"
    plant(jira, match="* /rest/api/3/search/jql", fault="repeated", times=9)
    first = jira.search(query, fields=["key"], maxResults=4)
    second = jira.search(query, fields=["key"], maxResults=4, nextPageToken=first["nextPageToken"])
    assert (second["nextPageToken"], second["isLast"]) == (first["nextPageToken"], False)
    by_get = jira.get("search/jql", jql=query, fields="key", maxResults=4, nextPageToken=first["nextPageToken"])
    assert by_get["nextPageToken"] == first["nextPageToken"]


def test_partial_page_leaves_out_every_other_issue_without_a_word(jira: Site, data_center: Site) -> None:
    for site, path in ((jira, "search/jql"), (data_center, "search")):
        plant(site, match=f"POST /rest/api/{site.version}/search", fault="partial")
        body = {"jql": f"project = {site.project} ORDER BY key", "fields": ["summary"]}
        page = site.call("POST", path, body).json()
        assert [issue["key"] for issue in page["issues"]] == [site.key(number) for number in (2, 4, 6)]
        assert (page.get("isLast", True), page.get("total", 6)) == (True, 6)


def test_empty_page_of_data_center_lies_about_the_total(data_center: Site) -> None:
    plant(data_center, match="GET /rest/api/2/search", fault="empty")
    page = data_center.get("search", jql=f"project = {data_center.project}")
    assert (page["issues"], page["total"]) == ([], 0)


def test_write_becomes_searchable_only_after_the_lag_and_is_there_by_key_at_once(data_center: Site) -> None:
    plant(data_center, fault="lag", seconds=30)
    try:
        data_center.call("PUT", f"issue/{data_center.key(1)}", {"fields": {"labels": ["fresh"]}})
        query = f"project = {data_center.project} AND labels = fresh"
        assert data_center.get("search", jql=query)["total"] == 0
        assert data_center.issue(1)["fields"]["labels"] == ["fresh"]
        data_center.world.clock.advance(timedelta(seconds=31))
        assert data_center.get("search", jql=query)["total"] == 1
    finally:
        data_center.world.lag = timedelta()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"fault": "429", "reason": "jira-mood-based"}, "no such reason"),
        ({"fault": "cut", "keep": -1}, "keep is no count"),
        ({"fault": "secondary"}, "secondary is of GitHub only"),
        ({"tracker": "github", "fault": "cut"}, "cut is of Jira only"),
        ({"tracker": "github", "fault": "429", "reason": "jira-burst-based"}, "reason is of Jira only"),
    ],
)
def test_what_is_no_fault_of_jira_is_refused(jira: Site, fault: dict[str, Any], words: str) -> None:
    root = jira.base.removesuffix("/jira")
    body = {"tracker": "jira", "match": "GET /", **fault}
    refused = requests.post(f"{root}/_sandbox/faults", json=body, timeout=5)
    assert (refused.status_code, words in refused.json()["message"]) == (400, True)


def test_members_of_jiras_own_are_listed_where_they_were_set(jira: Site) -> None:
    plant(jira, match="GET /", fault="cut", keep=3)
    [listed] = requests.get(f"{jira.base.removesuffix('/jira')}/_sandbox/faults", timeout=5).json()["faults"]
    assert (listed["keep"], "reason" in listed, "above" in listed) == (3, False, False)
