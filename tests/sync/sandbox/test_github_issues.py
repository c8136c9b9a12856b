"""Issues of the embedded GitHub over REST: what a write changes, and what it leaves in the history."""

import pytest
from tests.sync.sandbox.conftest import Api


def test_new_issue_has_the_next_number_and_its_author(api: Api) -> None:
    assert [api.open("First"), api.open("Second")] == [1, 2]
    issue = api.issue(2)
    assert (issue["title"], issue["user"]["login"], issue["user"]["type"]) == ("Second", "hypercare-bot", "User")
    assert (issue["state"], issue["comments"], issue["author_association"]) == ("open", 0, "MEMBER")
    assert issue["html_url"] == f"{api.base}/{api.repo}/issues/2"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/issues/1", {"title": "Other"}),
        ("PATCH", "/issues/1", {"body": "Other"}),
        ("PATCH", "/issues/1", {"state": "closed"}),
        ("PATCH", "/issues/1", {"assignees": ["pat"]}),
        ("POST", "/issues/1/labels", ["new"]),
        ("POST", "/issues/1/comments", {"body": "Hello"}),
        ("PUT", "/issues/1/lock", None),
    ],
    ids=str,
)
def test_write_moves_updated_at(api: Api, method: str, path: str, body: object) -> None:
    api.open()
    now = api.later()
    assert api(method, path, body).ok
    assert api.issue(1)["updated_at"] >= now


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/issues/1", {"title": "Cart broken"}),
        ("PATCH", "/issues/1", {"state": "open"}),
        ("POST", "/issues/1/labels", ["there"]),
        ("PUT", "/issues/1/labels", ["THERE"]),
        ("POST", "/issues/1/assignees", {"assignees": ["nobody-known"]}),
        ("POST", "/issues/1/reactions", {"content": "+1"}),
    ],
    ids=str,
)
def test_write_that_changes_nothing_leaves_updated_at_and_history(
    api: Api, method: str, path: str, body: object
) -> None:
    api.open(labels=["there"])
    before, history = api.issue(1)["updated_at"], api.history(1)
    api.later()
    assert api(method, path, body).ok
    assert (api.issue(1)["updated_at"], api.history(1)) == (before, history)


def test_history_tells_who_did_what_when(api: Api, colleague: Api) -> None:
    api.open("Cart")
    api("POST", "/milestones", {"title": "5.2"})
    now = api.later()
    colleague("PATCH", "/issues/1", {"title": "Cart broken", "milestone": 1, "assignees": ["pat"], "labels": ["bug"]})
    colleague("PATCH", "/issues/1", {"state": "closed", "state_reason": "not_planned"})
    colleague("PATCH", "/issues/1", {"state": "open"})
    api("DELETE", "/issues/1/labels/bug")
    lines = api("GET", "/issues/1/timeline").json()
    assert [line["event"] for line in lines] == [
        "renamed",
        "milestoned",
        "labeled",
        "assigned",
        "closed",
        "reopened",
        "unlabeled",
    ]
    assert [line["actor"]["login"] for line in lines] == ["pat"] * 6 + ["hypercare-bot"]
    assert all(line["created_at"] >= now for line in lines)
    assert lines[0]["rename"] == {"from": "Cart", "to": "Cart broken"}
    assert lines[1]["milestone"] == {"title": "5.2"}
    assert lines[2]["label"] == {"name": "bug", "color": "ededed"}
    assert lines[3]["assignee"]["login"] == "pat"
    assert lines[4]["state_reason"] == "not_planned"


def test_closed_issue_says_when_by_whom_and_why(api: Api) -> None:
    api.open()
    api("PATCH", "/issues/1", {"state": "closed"})
    closed = api.issue(1)
    assert (closed["state"], closed["state_reason"], closed["closed_by"]["login"]) == (
        "closed",
        "completed",
        "hypercare-bot",
    )
    assert closed["closed_at"]
    api("PATCH", "/issues/1", {"state": "open"})
    opened = api.issue(1)
    assert (opened["state_reason"], opened["closed_at"], opened["closed_by"]) == ("reopened", None, None)


def test_milestone_counts_follow_its_issues(api: Api) -> None:
    api("POST", "/milestones", {"title": "5.2"})

    def counts() -> tuple[int, int]:
        milestone = api("GET", "/milestones/1").json()
        return milestone["open_issues"], milestone["closed_issues"]

    for _ in range(3):
        api.open(milestone=1)
    assert counts() == (3, 0)
    api("PATCH", "/issues/1", {"state": "closed"})
    api("PATCH", "/issues/2", {"milestone": None})
    assert counts() == (1, 1)
    api("PATCH", "/issues/1", {"state": "open"})
    assert counts() == (2, 0)


def test_refused_issue_leaves_nothing_behind(api: Api) -> None:
    refused = api("POST", "/issues", {"title": "New", "milestone": 7, "labels": ["a"]})
    assert refused.status_code == 422
    assert refused.json()["message"] == "Validation Failed"
    assert refused.json()["errors"] == [{"resource": "Issue", "field": "milestone", "code": "invalid", "value": "7"}]
    assert api("GET", "/issues?state=all").json() == api("GET", "/labels").json() == []


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "title", "missing_field"),
        ({"title": " "}, "title", "missing_field"),
        ({"title": "x" * 257}, "title", "custom"),
        ({"title": "x", "body": "x" * 65_537}, "body", "custom"),
        ({"title": "x", "assignees": ["nobody-known"]}, "assignees", "invalid"),
        ({"title": "x", "labels": ["x" * 51]}, "name", "custom"),
    ],
    ids=["no title", "blank title", "long title", "long body", "unknown assignee", "long label"],
)
def test_what_github_does_not_take_is_refused_with_its_field(
    api: Api, body: dict[str, object], field: str, code: str
) -> None:
    refused = api("POST", "/issues", body)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)


def test_longest_body_is_taken(api: Api) -> None:
    assert api("POST", "/issues", {"title": "x", "body": "x" * 65_536}).status_code == 201


def test_body_of_another_type_is_refused(api: Api) -> None:
    assert api("POST", "/issues", {"title": 5}).status_code == 422
    assert api("POST", "/issues", ["title"]).status_code == 400
    broken = api.session.post(f"{api.base}/api/v3/repos/{api.repo}/issues", data="{", timeout=5)
    assert (broken.status_code, broken.json()["message"]) == (400, "Problems parsing JSON")


def test_comment_is_made_edited_and_deleted(api: Api, colleague: Api) -> None:
    api.open()
    made = colleague("POST", "/issues/1/comments", {"body": "Hello"}).json()
    path = f"/issues/comments/{made['id']}"
    assert made["html_url"] == f"{api.base}/{api.repo}/issues/1#issuecomment-{made['id']}"
    assert api("GET", path).json() == made == api("GET", "/issues/1/comments").json()[0]
    now = api.later()
    edited = api("PATCH", path, {"body": "Bye"}).json()
    assert (edited["body"], edited["user"]["login"]) == ("Bye", "pat")
    assert edited["updated_at"] >= now > edited["created_at"]
    assert api.issue(1)["updated_at"] >= now
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).status_code == 404
    assert api.issue(1)["comments"] == 0


def test_blank_comment_is_refused(api: Api) -> None:
    api.open()
    assert api("POST", "/issues/1/comments", {"body": "  "}).status_code == 422


def test_reactions_are_counted_and_taken_back(api: Api, colleague: Api) -> None:
    api.open()
    first = api("POST", "/issues/1/reactions", {"content": "+1"})
    assert (first.status_code, api("POST", "/issues/1/reactions", {"content": "+1"}).status_code) == (201, 200)
    colleague("POST", "/issues/1/reactions", {"content": "rocket"})
    rollup = api.issue(1)["reactions"]
    assert (rollup["total_count"], rollup["+1"], rollup["rocket"]) == (2, 1, 1)
    theirs = [given["id"] for given in api("GET", "/issues/1/reactions?content=rocket").json()]
    assert api("DELETE", f"/issues/1/reactions/{theirs[0]}").status_code == 404
    assert api("DELETE", f"/issues/1/reactions/{first.json()['id']}").status_code == 204
    assert api.issue(1)["reactions"]["total_count"] == 1
    assert api("POST", "/issues/1/reactions", {"content": "shrug"}).status_code == 422


def test_mention_leaves_one_reference_and_does_not_count_as_an_update(api: Api, colleague: Api) -> None:
    api.open("Target")
    before = api.issue(1)["updated_at"]
    api.later()
    colleague.open("Source", body=f"Like #1 and {api.repo}#1, not `#1` in code <!-- #1 -->")
    colleague("POST", "/issues/2/comments", {"body": f"Again: {api.base}/{api.repo}/issues/1"})
    [reference] = api("GET", "/issues/1/timeline").json()
    assert (reference["event"], reference["actor"]["login"]) == ("cross-referenced", "pat")
    assert reference["source"]["issue"]["number"] == 2
    assert api.issue(1)["updated_at"] == before
    assert api("GET", "/issues/1/events").json() == []


@pytest.mark.parametrize("text", ["see `#1`", "<!-- #1 -->", "```\n#1\n```", "&#1;", "a#1", "#99"])
def test_number_in_code_or_hidden_text_is_no_mention(api: Api, text: str) -> None:
    api.open("Target")
    api.open("Source", body=text)
    assert api.history(1) == []


def test_comment_that_says_duplicate_marks_one(api: Api, colleague: Api) -> None:
    api.open("First")
    api.open("Second")
    colleague("POST", "/issues/2/comments", {"body": "Duplicate of #1"})
    assert api.history(2) == ["commented", "marked_as_duplicate"]


def test_missing_things_are_not_found(api: Api) -> None:
    api.open()
    for path in ("/issues/9", "/issues/x", "/issues/9/comments", "/issues/comments/9", "/labels/none", "/nothing/here"):
        missing = api("GET", path)
        assert missing.status_code == 404, path
        assert missing.json() == {
            "message": "Not Found",
            "documentation_url": "https://docs.github.com/rest",
            "status": "404",
        }
    assert api("PUT", "/issues/1").status_code == 404
    assert api("DELETE", "/issues/1/labels/none").json()["message"] == "Label does not exist"


def test_locked_issue_says_why(api: Api) -> None:
    api.open()
    assert api("PUT", "/issues/1/lock", {"lock_reason": "resolved"}).status_code == 204
    assert (api.issue(1)["locked"], api.issue(1)["active_lock_reason"]) == (True, "resolved")
    assert api("DELETE", "/issues/1/lock").status_code == 204
    assert (api.issue(1)["locked"], api.history(1)) == (False, ["locked", "unlocked"])
    assert api("PUT", "/issues/1/lock", {"lock_reason": "dull"}).status_code == 422


def test_half_a_character_is_no_text(api: Api) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{api.base}/api/v3/repos/{api.repo}/issues"
    half = api.session.post(url, data=b'{"title": "\\ud83d"}', headers=headers, timeout=5)
    assert (half.status_code, half.json()["message"]) == (400, "Problems parsing JSON")
    whole = api.session.post(url, data=b'{"title": "\\ud83d\\ude00"}', headers=headers, timeout=5)
    assert whole.json()["title"] == "\U0001f600"
