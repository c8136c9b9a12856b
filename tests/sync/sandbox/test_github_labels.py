"""Labels and milestones of the embedded GitHub over REST."""

import pytest
from tests.sync.sandbox.conftest import Api


def _names(api: Api, number: int) -> list[str]:
    return [label["name"] for label in api.issue(number)["labels"]]


def test_unknown_label_is_made_grey_when_it_is_put_on_an_issue(api: Api) -> None:
    api.open()
    [label] = api("POST", "/issues/1/labels", {"labels": ["hypercare:P1"]}).json()
    assert (label["name"], label["color"]) == ("hypercare:P1", "ededed")
    assert api("GET", "/labels/hypercare:P1").json() == label


def test_labels_are_one_in_any_case(api: Api) -> None:
    api.open(labels=["Bug"])
    api("POST", "/issues/1/labels", ["BUG", "bug"])
    assert _names(api, 1) == ["Bug"]
    again = api("POST", "/labels", {"name": "bUg", "color": "ffffff"})
    assert again.status_code == 422
    assert again.json()["errors"] == [{"resource": "Label", "field": "name", "code": "already_exists"}]
    api("DELETE", "/issues/1/labels/bug")
    assert _names(api, 1) == []


@pytest.mark.parametrize("body", [["a", "b"], {"labels": ["a", "b"]}, {"labels": [{"name": "a"}, {"name": "b"}]}])
def test_labels_are_taken_in_each_form(api: Api, body: object) -> None:
    api.open(labels=["z"])
    api("POST", "/issues/1/labels", body)
    assert _names(api, 1) == ["z", "a", "b"]
    api("PUT", "/issues/1/labels", body)
    assert _names(api, 1) == ["a", "b"]
    assert api("DELETE", "/issues/1/labels").status_code == 204
    assert _names(api, 1) == []


@pytest.mark.parametrize("body", ["a", {"labels": "a"}, [1], None])
def test_labels_in_no_form_are_refused(api: Api, body: object) -> None:
    api.open()
    assert api("POST", "/issues/1/labels", body).status_code == 422


@pytest.mark.parametrize("name", ["a/b", "area: ui", "50% done", "ünïcode", "hypercare:at-risk?"])
def test_label_of_any_name_is_found_by_it(api: Api, name: str) -> None:
    api.open(labels=[name])
    address = api.issue(1)["labels"][0]["url"]
    assert api.session.get(address, timeout=5).json()["name"] == name
    quoted = address.rpartition("/labels/")[2]
    assert api("DELETE", f"/issues/1/labels/{quoted}").status_code == 200
    assert _names(api, 1) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x" * 51}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x", "description": "x" * 101}, "description"),
        ({"name": "x", "color": "red"}, "color"),
    ],
)
def test_label_beyond_the_limits_is_refused(api: Api, body: dict[str, str], field: str) -> None:
    refused = api("POST", "/labels", body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


def test_renamed_label_stays_on_its_issues_and_deleted_one_goes(api: Api) -> None:
    api.open(labels=["old"])
    api("PATCH", "/labels/old", {"new_name": "new", "color": "ABCDEF", "description": "Now"})
    assert _names(api, 1) == ["new"]
    assert api("GET", "/labels/new").json()["color"] == "abcdef"
    assert api("GET", "/labels/old").status_code == 404
    assert api("DELETE", "/labels/new").status_code == 204
    assert _names(api, 1) == []


def test_label_can_change_its_case_but_not_take_anothers_name(api: Api) -> None:
    for name in ("one", "two"):
        api("POST", "/labels", {"name": name})
    assert api("PATCH", "/labels/one", {"new_name": "ONE"}).json()["name"] == "ONE"
    assert api("PATCH", "/labels/one", {"new_name": "Two"}).status_code == 422


def test_milestone_is_made_edited_and_deleted(api: Api) -> None:
    made = api("POST", "/milestones", {"title": "5.2", "due_on": "2026-12-01T00:00:00Z"})
    assert (made.status_code, made.json()["number"], made.json()["due_on"]) == (201, 1, "2026-12-01T00:00:00Z")
    api.open(milestone=1)
    closed = api("PATCH", "/milestones/1", {"state": "closed", "description": "Over"}).json()
    assert (closed["state"], closed["description"], bool(closed["closed_at"])) == ("closed", "Over", True)
    assert api("GET", "/milestones").json() == []
    assert [each["title"] for each in api("GET", "/milestones?state=all").json()] == ["5.2"]
    assert api("DELETE", "/milestones/1").status_code == 204
    assert api.issue(1)["milestone"] is None
    assert api.history(1) == ["milestoned", "demilestoned"]


def test_milestone_title_is_taken_once(api: Api) -> None:
    api("POST", "/milestones", {"title": "5.2"})
    refused = api("POST", "/milestones", {"title": "5.2"})
    assert refused.json()["errors"] == [{"resource": "Milestone", "field": "title", "code": "already_exists"}]
    assert api("POST", "/milestones", {"title": " "}).status_code == 422
    assert api("PATCH", "/milestones/1", {"due_on": "soon"}).status_code == 422
