"""Custom fields: known by what data shows of them, told by name and schema, edited, searched and kept in the history."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.sandbox.jira_site import ANA, Site, row, serving

from hypercare_sync.sandbox.world import Sandbox

KINDS = "com.atlassian.jira.plugin.system.customfieldtypes:"
BO = {"name": "bo", "key": "bo", "displayName": "Bo", "active": True}
VALUES: dict[str, Any] = {
    "customfield_10001": {"id": "1", "value": "Enterprise"},
    "customfield_10002": [{"id": "2", "value": "Shop"}, {"id": "3", "value": "Desk"}],
    "customfield_10003": BO,
    "customfield_10004": 8.0,
    "customfield_10005": "2026-12-01",
    "customfield_10006": {"id": "4", "value": "Hardware", "child": {"id": "5", "value": "Printer"}},
    "customfield_10007": [{"id": "6", "name": "Acme GmbH"}],
    "customfield_10008": {"requestType": {"id": "7", "name": "Get help"}, "currentStatus": {"status": "Open"}},
    "customfield_10009": ["web", "shop"],
    "customfield_10010": "Seen *twice*\nby all",
    "customfield_10011": "2026-12-01T10:00:00.000+0000",
    "customfield_10012": [BO],
    "customfield_10013": None,
}
TYPES = {
    "customfield_10001": ("option", None),
    "customfield_10002": ("array", "option"),
    "customfield_10003": ("user", None),
    "customfield_10004": ("number", None),
    "customfield_10005": ("date", None),
    "customfield_10006": ("option-with-child", None),
    "customfield_10007": ("array", "sd-customerorganization"),
    "customfield_10008": ("sd-customerrequesttype", None),
    "customfield_10009": ("array", "string"),
    "customfield_10010": ("string", None),
    "customfield_10011": ("datetime", None),
    "customfield_10012": ("array", "user"),
    "customfield_10013": ("string", None),
}
NAMES = {"customfield_10001": "Customer tier", "customfield_10004": "Users hit"}
SCHEMA = {
    "customfield_10001": {"type": "option", "custom": f"{KINDS}select", "customId": 10001},
    "customfield_10004": {"type": "number", "custom": f"{KINDS}float", "customId": 10004},
}


@pytest.fixture(scope="module", params=["cloud", "datacenter"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    with serving(request.param) as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path, version=2)
    site.load(row(site.key(1), **VALUES) | {"names": NAMES, "schema": SCHEMA}, row(site.key(2)))
    return site


def found(jira: Site, clause: str) -> list[str]:
    path = "search/jql" if jira.world.cloud else "search"
    body = {"jql": f"project = {jira.project} AND {clause}", "fields": ["summary"]}
    answer = jira.call("POST", path, body)
    assert answer.status_code == 200, answer.text
    return [issue["key"] for issue in answer.json()["issues"]]


def field(jira: Site, name: str) -> Any:
    return jira.issue(1)["fields"][name]


def change(jira: Site, **fields: Any) -> None:
    answer = jira.call("PUT", f"issue/{jira.key(1)}", {"fields": fields})
    assert answer.status_code == 204, answer.text


def last(jira: Site) -> dict[str, Any]:
    """The latest item of the issue's history."""
    histories = jira.issue(1, expand="changelog")["changelog"]["histories"]
    item: dict[str, Any] = histories[0 if jira.world.cloud else -1]["items"][0]
    return item


def test_values_are_kept_and_people_told_as_the_flavour_has_them(jira: Site) -> None:
    fields = jira.issue(1)["fields"]
    for name in ("04", "05", "07", "08", "09", "10", "11", "13"):
        assert fields[f"customfield_100{name}"] == VALUES[f"customfield_100{name}"]
    assert fields["customfield_10001"]["value"] == "Enterprise"
    assert fields["customfield_10006"]["child"]["value"] == "Printer"
    for person in (fields["customfield_10003"], fields["customfield_10012"][0]):
        assert ("accountId" in person, person["displayName"]) == (jira.world.cloud, "Bo")


def test_fields_are_named_and_described(jira: Site) -> None:
    listed = {one["id"]: one for one in jira.get("field") if one["custom"]}
    assert {name: (one["schema"]["type"], one["schema"].get("items")) for name, one in listed.items()} == TYPES
    assert listed["customfield_10001"]["name"] == "Customer tier"
    assert listed["customfield_10001"]["clauseNames"] == ["cf[10001]", "Customer tier"]
    assert listed["customfield_10005"]["name"] == "Field 10005"


def test_names_and_schema_ride_along(jira: Site) -> None:
    told = jira.issue(1, fields="customfield_10001,summary", expand="names,schema")
    assert told["names"] == {"summary": "Summary", "customfield_10001": "Customer tier"}
    assert told["schema"]["customfield_10001"]["type"] == "option"
    path = "search/jql" if jira.world.cloud else "search"
    page = jira.get(path, jql=f"key = {jira.key(1)}", fields="customfield_10004", expand="names,schema")
    assert (page["names"], page["schema"]) == (
        {"customfield_10004": "Users hit"},
        {"customfield_10004": SCHEMA["customfield_10004"]},
    )


@pytest.mark.parametrize(
    "clause",
    [
        '"Customer tier" = Enterprise',
        "cf[10001] in (enterprise, other)",
        "cf[10002] = Desk",
        "cf[10003] = Bo",
        '"Users hit" > 7',
        "cf[10004] = 8",
        "cf[10005] >= 2026-12-01",
        "cf[10006] = Printer",
        'cf[10007] = "Acme GmbH"',
        'cf[10008] = "Get help"',
        "cf[10009] = web",
        "cf[10010] ~ twice",
        "cf[10001] is not EMPTY ORDER BY cf[10004]",
    ],
)
def test_query_finds_by_custom_field(jira: Site, clause: str) -> None:
    assert found(jira, clause) == [jira.key(1)]


def test_query_with_a_faulty_value_is_refused(jira: Site) -> None:
    path = "search/jql" if jira.world.cloud else "search"
    assert jira.call("POST", path, {"jql": "cf[10004] > many"}).status_code == 400
    assert jira.call("POST", path, {"jql": "cf[99999] = 1"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "given", "part", "shown"),
    [
        ("10001", {"value": "Small"}, "value", "Small"),
        ("10004", 9, None, "9"),
        ("10005", "2026-12-24", None, "2026-12-24"),
        ("10009", ["shop", "desk"], None, "shop desk"),
        ("10010", "Seen once\nby me", None, "Seen once\nby me"),
        ("10011", "2026-12-02T10:00:00.000+0000", None, "2026-12-02T10:00:00.000+0000"),
        ("10013", "now known", None, "now known"),
    ],
)
def test_value_is_set_and_told_in_the_history(jira: Site, name: str, given: Any, part: str | None, shown: str) -> None:
    change(jira, **{f"customfield_{name}": given})
    kept = field(jira, f"customfield_{name}")
    assert (kept[part] if part else kept) == (given[part] if part else given)
    assert last(jira)["toString"] == shown
    assert last(jira)["fieldtype"] == "custom"
    change(jira, **{f"customfield_{name}": None})
    assert field(jira, f"customfield_{name}") is None


def test_options_and_their_children_are_set_together(jira: Site) -> None:
    change(jira, customfield_10006={"value": "Software", "child": {"value": "Editor"}})
    assert last(jira)["toString"] == "Software - Editor"
    change(jira, customfield_10002=[{"value": "Desk"}])
    assert [one["value"] for one in field(jira, "customfield_10002")] == ["Desk"]
    jira.call("PUT", f"issue/{jira.key(1)}", {"update": {"customfield_10002": [{"add": {"value": "Web"}}]}})
    assert [one["value"] for one in field(jira, "customfield_10002")] == ["Desk", "Web"]


def test_people_are_set_as_the_flavour_names_them(jira: Site) -> None:
    ana = {"accountId": ANA["accountId"]} if jira.world.cloud else {"name": "ana"}
    change(jira, customfield_10003=ana, customfield_10012=[ana])
    assert (field(jira, "customfield_10003")["displayName"], len(field(jira, "customfield_10012"))) == ("Ana", 1)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("10001", "Small"),
        ("10002", {"value": "Small"}),
        ("10003", {"accountId": "x", "name": "x"}),
        ("10004", "many"),
        ("10004", True),
        ("10005", "soon"),
        ("10006", {"child": {"value": "x"}}),
        ("10009", "one"),
        ("10011", "soon"),
        ("10010", 5),
    ],
)
def test_value_of_another_kind_is_refused(jira: Site, name: str, given: Any) -> None:
    refused = jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {f"customfield_{name}": given}})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [f"customfield_{name}"])
    assert not jira.moved(1)


def test_field_is_made_and_used(jira: Site) -> None:
    made = jira.call("POST", "field", {"name": "Impact", "type": f"{KINDS}select"})
    assert made.status_code == 201
    change(jira, **{made.json()["id"]: {"value": "High"}})
    assert found(jira, "Impact = High") == [jira.key(1)]
    assert jira.call("POST", "field", {"name": "", "type": "x"}).json()["errors"].keys() == {"name", "fieldType"}


def test_first_value_says_what_an_empty_field_is(jira: Site) -> None:
    def kind() -> str:
        return next(str(one["schema"]["type"]) for one in jira.get("field") if one["id"] == "customfield_10020")

    jira.load(row(jira.key(3), customfield_10020=None))
    before = kind()
    jira.load(row(jira.key(4), customfield_10020=5), row(jira.key(5), customfield_10020="later"))
    assert (before, kind()) in {("string", "number"), ("number", "number")}


def test_internal_comment_is_one_by_its_property(jira: Site) -> None:
    path = f"issue/{jira.key(2)}/comment"
    mark = {"key": "sd.public.comment", "value": {"internal": True}}
    jira.call("POST", path, {"body": "Among us", "properties": [mark]})
    jira.call("POST", path, {"body": "To all"})
    shown = jira.get(path, expand="properties")["comments"]
    assert [one.get("jsdPublic") for one in shown] == ([False, True] if jira.world.cloud else [None, None])
    assert shown[0]["properties"] == [mark]
