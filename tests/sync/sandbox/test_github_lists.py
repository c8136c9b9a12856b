"""Lists of the embedded GitHub: filters, order, pages, ETags, limits and who may read."""

from collections.abc import Callable

import pytest
import requests
from tests.sync.sandbox.conftest import Api, row


def _numbers(response: requests.Response) -> list[int]:
    assert response.status_code == 200, response.text
    return [issue["number"] for issue in response.json()]


@pytest.fixture
def filled(loaded: Callable[..., Api]) -> Api:
    ana, bo = {"login": "ana"}, {"login": "bo"}
    milestone = {"number": 1, "title": "5.2"}
    return loaded(
        row(
            1,
            user=ana,
            labels=[{"name": "Bug"}, {"name": "ui"}],
            milestone=milestone,
            updated_at="2026-11-10T09:00:00Z",
        ),
        row(2, user=bo, labels=[{"name": "bug"}], assignees=[ana], updated_at="2026-11-12T09:00:00Z"),
        row(3, user=ana, state="closed", closed_at="2026-11-05T09:00:00Z", updated_at="2026-11-05T09:00:00Z"),
        row(4, user=bo, pull_request={"url": "x"}, milestone=milestone, updated_at="2026-11-04T09:00:00Z"),
    )


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 2, 1]),
        ("state=all", [4, 3, 2, 1]),
        ("state=closed", [3]),
        ("labels=bug", [2, 1]),
        ("labels=UI,bug", [1]),
        ("milestone=1", [4, 1]),
        ("milestone=*", [4, 1]),
        ("milestone=none&state=all", [3, 2]),
        ("assignee=ana", [2]),
        ("assignee=none", [4, 1]),
        ("assignee=*", [2]),
        ("creator=Ana&state=all", [3, 1]),
        ("since=2026-11-10T09:00:00Z", [2, 1]),
        ("sort=updated&state=all", [2, 1, 3, 4]),
        ("sort=updated&direction=asc", [4, 1, 2]),
        ("sort=created&direction=asc", [1, 2, 4]),
    ],
)
def test_list_shows_what_is_asked_for(filled: Api, query: str, numbers: list[int]) -> None:
    assert _numbers(filled("GET", f"/issues?{query}")) == numbers


@pytest.mark.parametrize("query", ["state=maybe", "sort=mood", "direction=up", "milestone=99", "since=yesterday"])
def test_filter_that_github_does_not_know_is_refused(filled: Api, query: str) -> None:
    assert filled("GET", f"/issues?{query}").status_code == 422


def test_pages_are_linked_until_the_last(api: Api) -> None:
    for number in range(5):
        api.open(f"Case {number}")
    url: str | None = f"{api.base}/api/v3/repos/{api.repo}/issues?state=all&per_page=2"
    seen, relations = [], []
    while url:
        response = api.session.get(url, timeout=5)
        seen += _numbers(response)
        relations.append(sorted(response.links))
        url = response.links.get("next", {}).get("url")
    assert seen == [5, 4, 3, 2, 1]
    assert relations == [["last", "next"], ["first", "last", "next", "prev"], ["first", "prev"]]


def test_list_of_one_page_has_no_links(api: Api) -> None:
    api.open()
    assert "Link" not in api("GET", "/issues").headers


@pytest.mark.parametrize(("asked", "shown"), [("500", 100), ("0", 30), ("x", 30), ("9" * 5000, 100), ("101", 100)])
def test_page_size_is_thirty_and_a_hundred_at_most(loaded: Callable[..., Api], asked: str, shown: int) -> None:
    api = loaded(*(row(n, created_at="2026-11-01T09:00:00Z") for n in range(1, 102)))
    assert len(api("GET", f"/issues?per_page={asked}").json()) == shown


def test_etag_saves_the_body_until_something_changes(api: Api) -> None:
    api.open()
    first = api("GET", "/issues")
    left = int(first.headers["X-RateLimit-Remaining"])
    same = api("GET", "/issues", If_None_Match=first.headers["ETag"])
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert int(same.headers["X-RateLimit-Remaining"]) == left
    api("POST", "/issues/1/labels", ["new"])
    changed = api("GET", "/issues", If_None_Match=first.headers["ETag"])
    assert changed.status_code == 200
    assert int(changed.headers["X-RateLimit-Remaining"]) == left - 2


def test_limit_is_told_for_each_account_apart(api: Api, colleague: Api) -> None:
    api("GET", "")
    before = int(colleague("GET", "//rate_limit").json()["resources"]["core"]["remaining"])
    api("GET", "")
    assert int(colleague("GET", "//rate_limit").json()["rate"]["remaining"]) == before


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Requires authentication"),
        ("Bearer wrong", "Bad credentials"),
        ("Basic !!!", "Bad credentials"),
        ("Digest sandbox", "Bad credentials"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v3/user", "/api/v3/repos/acme/none", "/api/graphql"])
def test_nobody_comes_in_without_a_token(api: Api, path: str, header: str | None, message: str) -> None:
    headers = {"Authorization": header} if header else {}
    method = "POST" if path.endswith("graphql") else "GET"
    refused = requests.request(method, api.base + path, headers=headers, json={"query": "{viewer{login}}"}, timeout=5)
    assert (refused.status_code, refused.json()["message"]) == (401, message)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "token"])
def test_token_tells_who_comes(api: Api, scheme: str) -> None:
    user = requests.get(f"{api.base}/api/v3/user", headers={"Authorization": f"{scheme} person"}, timeout=5).json()
    assert (user["login"], user["type"], user["name"]) == ("pat", "User", "Pat")
    assert requests.get(f"{api.base}/api/v3/user", auth=("any@example.com", "person"), timeout=5).json() == user


def test_names_are_found_in_any_case(api: Api) -> None:
    assert api("GET", f"//repos/{api.repo.upper()}").json()["full_name"] == api.repo


def test_new_repository_is_there_at_once(api: Api) -> None:
    name = f"made-in-{api.repo.partition('/')[2]}"
    made = api("POST", "//orgs/acme/repos", {"name": name, "private": True})
    assert (made.status_code, made.json()["private"]) == (201, True)
    assert api("POST", "//orgs/acme/repos", {"name": name}).status_code == 422
    assert api("POST", "//orgs/acme/repos", {"name": "a b"}).status_code == 422
    assert name in [each["name"] for each in api("GET", "//orgs/acme/repos?per_page=100").json()]
    assert api("POST", f"//repos/acme/{name}/issues", {"title": "First"}).status_code == 201
