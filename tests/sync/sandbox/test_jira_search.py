"""Searches and bulk fetches over HTTP, as Jira Cloud answers them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.sync.sandbox.jira_site import Site, comment, row, serving

from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving() as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Iterator[Site]:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path)
    site.load(*(row(site.key(number)) for number in range(1, 6)))
    yield site
    sandbox.jira.lag = timedelta()


def test_search_gives_only_ids_unless_fields_are_asked_for(jira: Site) -> None:
    issues = jira.search(f"project = {jira.project}")["issues"]
    assert len(issues) == 5
    assert all(set(issue) == {"id"} for issue in issues)


def test_search_selects_fields(jira: Site) -> None:
    def fields(*names: str) -> set[str]:
        return set(jira.search(f"key = {jira.key(1)}", fields=list(names))["issues"][0]["fields"])

    assert fields("summary", "labels") == {"summary", "labels"}
    assert "comment" not in fields("*navigable")
    assert {"comment", "status", "description"} <= fields("*all")
    assert "description" not in fields("*all", "-description")
    assert "description" in fields("-summary")
    assert "summary" not in fields("-summary")


def test_pages_follow_each_other_until_the_last(jira: Site) -> None:
    seen, token, pages = [], None, 0
    while True:
        page = jira.search(f"project = {jira.project} ORDER BY key", fields=["key"], maxResults=2, nextPageToken=token)
        seen += [issue["key"] for issue in page["issues"]]
        pages += 1
        assert "total" not in page
        if page["isLast"]:
            break
        token = page["nextPageToken"]
    assert "nextPageToken" not in page
    assert (seen, pages) == ([jira.key(number) for number in range(1, 6)], 3)


def test_issue_that_changes_between_pages_hides_no_other(jira: Site) -> None:
    query = f"project = {jira.project} ORDER BY updated ASC, key ASC"
    first = jira.search(query, fields=["key"], maxResults=2)
    jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {"labels": ["changed"]}})
    rest = jira.search(query, fields=["key"], nextPageToken=first["nextPageToken"])
    assert [issue["key"] for issue in rest["issues"]] == [jira.key(number) for number in (3, 4, 5, 1)]


def test_order_directions_and_empty_values_last(jira: Site) -> None:
    jira.load(
        row(jira.key(9), priority={"id": "1", "name": "Highest"}),
        row(jira.key(10), priority={"id": "4", "name": "Low"}),
    )
    assert jira.found("key > " + jira.key(4)) == [jira.key(number) for number in (10, 9, 5)]
    ordered = jira.search(f"project = {jira.project} ORDER BY priority DESC, key DESC", fields=["key"])["issues"]
    assert [issue["key"] for issue in ordered][-2:] == [jira.key(9), jira.key(10)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"jql": "order by key"}, "Unbounded JQL queries are not allowed here."),
        ({"jql": ""}, "Unbounded JQL queries are not allowed here."),
        ({"jql": "nonsense = 1"}, "Field 'nonsense' does not exist"),
        (
            {"jql": "labels = x order by a, b, c, d, e, f, g, h"},
            "The maximum number of fields in the ORDER BY clause is 7.",
        ),
        ({"jql": "labels = x", "startAt": 0}, "Invalid request payload."),
        ({"jql": "labels = x", "fields": "key"}, "Invalid request payload."),
        ({"jql": "labels = x", "reconcileIssues": list(range(51))}, "Invalid request payload."),
        ({"jql": "labels = x", "properties": list("abcdef")}, "Invalid request payload."),
        ({"jql": "labels = x", "maxResults": -1}, "Invalid request payload."),
        ({"jql": "labels = x", "nextPageToken": "bm9uc2Vuc2U="}, "The provided next page token is invalid or expired."),
        (["labels = x"], "Invalid request payload."),
    ],
)
def test_search_is_refused_in_jiras_words(jira: Site, body: object, words: str) -> None:
    answer = jira.call("POST", "search/jql", body)
    assert answer.status_code == 400
    assert words in answer.json()["errorMessages"][0]


def test_token_of_another_query_is_refused(jira: Site) -> None:
    token = jira.search(f"project = {jira.project}", maxResults=2)["nextPageToken"]
    answer = jira.call("POST", "search/jql", {"jql": "labels = x", "nextPageToken": token})
    assert answer.status_code == 400


def test_page_has_at_most_a_hundred_issues_with_fields_and_more_without(jira: Site) -> None:
    jira.load(*(row(jira.key(number)) for number in range(10, 130)))
    query = f"project = {jira.project}"
    assert len(jira.search(query, fields=["summary"], maxResults=5000)["issues"]) == 100
    assert len(jira.search(query, fields=["id", "key"], maxResults=5000)["issues"]) == 125


def test_search_by_get_takes_repeated_and_joined_lists(jira: Site) -> None:
    page = jira.get(
        "search/jql", jql=f"key = {jira.key(1)}", fields=["summary,labels", "created"], maxResults=1, properties="a,b"
    )
    assert set(page["issues"][0]["fields"]) == {"summary", "labels", "created"}
    assert page["issues"][0]["properties"] == {}


def test_listed_issue_carries_the_latest_twenty_comments(jira: Site) -> None:
    jira.load(row(jira.key(7), comment={"comments": [comment(number) for number in range(25)]}))
    embedded = jira.search(f"key = {jira.key(7)}", fields=["comment"])["issues"][0]["fields"]["comment"]
    assert (embedded["total"], embedded["maxResults"], embedded["startAt"]) == (25, 20, 0)
    bodies = [one["body"]["content"][0]["content"][0]["text"] for one in embedded["comments"]]
    assert bodies == [f"Comment {number}" for number in range(5, 25)]
    assert len(jira.issue(7)["fields"]["comment"]["comments"]) == 25


def test_changelog_rides_along_newest_first_up_to_forty(jira: Site) -> None:
    for number in range(42):
        jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {"summary": f"Summary {number}"}})
    page = jira.search(f"key = {jira.key(1)}", fields=["summary"], expand="changelog,names")
    changelog = page["issues"][0]["changelog"]
    assert (changelog["total"], len(changelog["histories"])) == (42, 40)
    assert changelog["histories"][0]["items"][0]["toString"] == "Summary 41"
    assert page["names"] == {"summary": "Summary"}


def test_properties_ride_along(jira: Site) -> None:
    jira.call("PUT", f"issue/{jira.key(1)}/properties/hypercare", {"seen": 1})
    page = jira.search(
        f"key in ({jira.key(1)}, {jira.key(2)}) ORDER BY key", fields=["key"], properties=["hypercare", "other"]
    )
    assert [issue["properties"] for issue in page["issues"]] == [{"hypercare": {"seen": 1}}, {}]


def test_old_search_is_gone(jira: Site) -> None:
    for version, method in ((2, "GET"), (2, "POST"), (3, "GET"), (3, "POST")):
        answer = jira.call(method, "search", version=version)
        assert answer.status_code == 410
        assert "/rest/api/3/search/jql" in answer.json()["errorMessages"][0]


def test_count_needs_a_bounded_query(jira: Site) -> None:
    assert jira.call("POST", "search/approximate-count", {"jql": f"project = {jira.project}"}).json() == {"count": 5}
    assert jira.call("POST", "search/approximate-count", {"jql": "order by key"}).status_code == 400


def test_write_is_found_only_after_the_lag_unless_reconciled(jira: Site, served: tuple[str, Sandbox]) -> None:
    sandbox = served[1]
    sandbox.jira.lag = timedelta(minutes=5)
    jira.call("PUT", f"issue/{jira.key(1)}", {"update": {"labels": [{"add": "late"}]}})
    new = jira.call(
        "POST", "issue", {"fields": {"project": {"key": jira.project}, "summary": "New", "issuetype": {"name": "Bug"}}}
    ).json()
    jira.call("DELETE", f"issue/{jira.key(2)}")

    assert jira.found("labels = late") == []
    assert jira.found("summary ~ new") == []
    assert jira.key(2) in jira.found("labels is EMPTY")
    assert jira.search(f"key = {jira.key(1)}", fields=["labels"])["issues"][0]["fields"]["labels"] == []
    identity = int(jira.issue(1)["id"])
    assert jira.found("labels = late", reconcileIssues=[identity]) == [jira.key(1)]
    assert jira.found("summary ~ new", reconcileIssues=[int(new["id"])]) == [new["key"]]
    assert jira.issue(1)["fields"]["labels"] == ["late"]

    sandbox.clock.advance(timedelta(minutes=5))
    assert jira.found("labels = late") == [jira.key(1)]
    assert jira.found("summary ~ new") == [new["key"]]
    assert jira.key(2) not in jira.found("labels is EMPTY")


def test_bulk_fetch_gives_what_exists_by_id(jira: Site) -> None:
    wanted = [jira.key(3), jira.key(1).lower(), "NOPE-1", jira.key(3)]
    page = jira.call("POST", "issue/bulkfetch", {"issueIdsOrKeys": wanted, "fields": ["summary"]}).json()
    assert [issue["key"] for issue in page["issues"]] == [jira.key(1), jira.key(3)]
    assert page["issueErrors"] == []
    for wrong in ([], [str(number) for number in range(101)]):
        assert jira.call("POST", "issue/bulkfetch", {"issueIdsOrKeys": wrong}).status_code == 400


def test_bulk_histories_are_oldest_first_filtered_and_paged(jira: Site) -> None:
    for number, field, value in (
        (2, "labels", ["a"]),
        (1, "summary", "Other"),
        (1, "labels", ["b"]),
        (2, "labels", ["c"]),
    ):
        jira.call("PUT", f"issue/{jira.key(number)}", {"fields": {field: value}})
    asked = {"issueIdsOrKeys": [jira.key(1), jira.key(2)], "fieldIds": ["labels"], "maxResults": 2}
    first = jira.call("POST", "changelog/bulkfetch", asked).json()
    second = jira.call("POST", "changelog/bulkfetch", asked | {"nextPageToken": first["nextPageToken"]}).json()
    told = [
        (log["issueId"], history["items"][0]["toString"])
        for page in (first, second)
        for log in page["issueChangeLogs"]
        for history in log["changeHistories"]
    ]
    one, two = jira.issue(1)["id"], jira.issue(2)["id"]
    assert told == [(two, "a"), (one, "b"), (two, "c")]
    assert "nextPageToken" not in second
