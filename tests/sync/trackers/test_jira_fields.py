"""What the values of Jira's fields say as text, and which of a site's fields a policy means."""

from typing import Any

import pytest

from hypercare_sync.trackers.jira.fields import Wanted, texts
from hypercare_sync.trackers.raw import Raw

DOCUMENT = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Words."}]}]}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ()),
        ("", ()),
        ("Web", ("Web",)),
        ("*a*\nb", ("a\nb",)),
        (3.0, ("3",)),
        (2.5, ("2.5",)),
        (12_345_678.0, ("12345678",)),
        (True, ("true",)),
        ({"value": "Critical", "id": "1"}, ("Critical",)),
        ([{"value": "Web"}, {"value": "App"}, {"value": "Web"}], ("Web", "App")),
        ({"displayName": "Ana K", "name": "ana", "key": "JIRAUSER1"}, ("Ana K",)),
        ({"value": "Europe", "child": {"value": "Berlin"}}, ("Europe / Berlin", "Europe")),
        ({"requestType": {"id": "7", "name": "Report a fault"}}, ("Report a fault",)),
        ([{"id": "9", "name": "Acme"}], ("Acme",)),
        (DOCUMENT, ("Words.",)),
        (["com.example.Thing@1[id=1,name=Sprint 7]"], ("com.example.Thing@1[id=1,name=Sprint 7]",)),
        ({}, ()),
        ({"value": ["odd"]}, ()),
        ([[[[[[["too deep"]]]]]]], ()),
    ],
)
def test_value_is_told_as_text(value: Any, said: tuple[str, ...]) -> None:
    assert texts(value) == said


def answer(**schema: str) -> Raw:
    """An answer of a site with a field of each kind."""
    names = {
        "customfield_1": "Severity",
        "customfield_2": "severity",
        "customfield_3": "Clients",
        "duedate": "Due date",
    }
    return Raw({"names": names, "schema": {identity: {"custom": kind} for identity, kind in schema.items()}})


def test_one_name_may_be_that_of_several_fields_and_the_first_with_a_value_counts() -> None:
    wanted = Wanted.recalled({"SEVERITY", "due date"}, None, organised=False)
    wanted.learn(answer())
    assert wanted.ids == {"SEVERITY": ["customfield_1", "customfield_2"], "due date": ["duedate"]}
    fields = Raw({"customfield_1": None, "customfield_2": {"value": "High"}, "duedate": "2026-11-20"})
    assert wanted.values(fields) == {"SEVERITY": ("High",), "due date": ("2026-11-20",)}


def test_organisations_are_known_by_their_kind_whatever_the_field_is_called() -> None:
    wanted = Wanted.recalled((), None, organised=True)
    assert wanted.unknown
    wanted.learn(answer(customfield_3="com.atlassian.servicedesk.customer-organizations:sd-customer-organizations"))
    assert not wanted.unknown
    assert wanted.customers(Raw({"customfield_3": [{"id": "9", "name": "Acme"}]})) == ("Acme",)
    assert "customfield_3" in wanted.fields()


def test_what_was_found_out_is_remembered_and_an_id_needs_no_finding_out() -> None:
    wanted = Wanted.recalled({"Severity", "customfield_10031"}, None, organised=False)
    wanted.learn(answer())
    again = Wanted.recalled({"Severity", "customfield_10031"}, wanted.told, organised=False)
    assert not again.unknown
    assert again.fields() == wanted.fields()
    assert not Wanted.recalled({"customfield_10031"}, None, organised=False).unknown


def test_name_that_no_field_has_is_missing_and_not_looked_for_again() -> None:
    wanted = Wanted.recalled({"Nowhere"}, None, organised=False)
    wanted.learn(answer())
    assert (wanted.missing, wanted.unknown) == (("Nowhere",), False)
