"""Raw issues as the trackers' adapters get them, with something of everything, to be read or spoilt."""

from typing import Any

from hypercare_rules.ticket import Audience, StatusCategory, Ticket
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.github import normalise as github
from hypercare_sync.trackers.jira import normalise as jira

US = 77
"""Our own account's database id on GitHub; on Jira we are the account `us`."""
CATEGORIES = {"Open": StatusCategory.new, "Doing": StatusCategory.in_progress, "Done": StatusCategory.done}
_OURS = {"purpose": "status", "release": "Shop 5.2", "digest": "d1"}


def github_ticket(raw: Any) -> Ticket:
    """The ticket in a GraphQL issue of acme/web."""
    return github.ticket("gh", "acme/web", raw, US, Audience.public)


def jira_ticket(raw: Any) -> Ticket:
    """The ticket in a REST issue of the shop."""
    return jira.ticket("shop", "https://shop.atlassian.net", raw, "us", CATEGORIES, Audience.internal)


def github_issue(**members: Any) -> dict[str, Any]:
    """An issue of the Ticket fragment."""
    issue = {
        "number": 12,
        "title": "Cart broken",
        "body": "Nothing happens.",
        "url": "https://github.com/acme/web/issues/12",
        "state": "CLOSED",
        "stateReason": "NOT_PLANNED",
        "locked": True,
        "createdAt": "2026-11-20T08:00:00Z",
        "updatedAt": "2026-11-20T12:00:00Z",
        "closedAt": "2026-11-20T11:00:00Z",
        "authorAssociation": "NONE",
        "viewerDidAuthor": False,
        "author": _user("cleo", 1),
        "milestone": {"title": "5.2"},
        "reactions": {"totalCount": 3},
        "subIssuesSummary": {"total": 5, "completed": 3},
        "labels": {"totalCount": 2, "nodes": [{"name": "bug"}, {"name": "hypercare:P1"}]},
        "assignees": {"nodes": [{"login": "ana"}]},
        "comments": {"nodes": [_comment(1, _user("ana", 2), "MEMBER"), _comment(2, _user("hypercare", US), "NONE")]},
        "timelineItems": {"nodes": _TIMELINE},
    }
    return issue | members


def jira_issue(**fields: Any) -> dict[str, Any]:
    """An issue with fields, changelog and properties."""
    usual = {
        "summary": "Checkout fails",
        "description": _document("Nothing happens."),
        "status": {"name": "Done", "statusCategory": {"key": "done"}},
        "resolution": {"name": "Fixed"},
        "issuetype": {"name": "Bug"},
        "priority": {"name": "High"},
        "reporter": _person("cleo", "customer"),
        "assignee": _person("ana"),
        "labels": ["outage"],
        "components": [{"name": "Payments"}],
        "versions": [{"name": "5.2"}],
        "fixVersions": [{"name": "5.2.1"}],
        "created": "2026-11-20T08:00:00.000+0000",
        "updated": "2026-11-20T12:00:00.000+0000",
        "resolutiondate": "2026-11-20T11:00:00.000+0000",
        "statuscategorychangedate": "2026-11-20T11:30:00.000+0000",
        "votes": {"votes": 4},
        "comment": {
            "total": 2,
            "comments": [
                _entry("1", _person("ana"), body=_document("Seen.")),
                _entry("2", _person("us", "app"), body=_document(f"P1. https://x/{marker.in_fragment(_OURS)}")),
            ],
        },
        "issuelinks": [
            {"type": {"outward": "duplicates", "inward": "is duplicated by"}, "outwardIssue": {"key": "SHOP-1"}},
            {"type": {"outward": "blocks", "inward": "is blocked by"}, "inwardIssue": {"key": "SHOP-2"}},
            {"type": {"outward": "causes", "inward": "is caused by"}, "inwardIssue": {"key": "SHOP-3"}},
        ],
    }
    return {
        "id": "10012",
        "key": "SHOP-12",
        "fields": usual | fields,
        "changelog": {"total": 7, "histories": _HISTORIES},
        "properties": {"hypercare-sync": {"v": 1, "summary": "SHOP-99"}},
        "remotelinks": [
            {"id": 1, "object": {"url": "https://github.com/acme/web/issues/12", "title": "#12"}},
            {
                "id": 2,
                "relationship": "Blocks",
                "object": {"url": "https://github.com/acme/web/issues/13", "title": "#13"},
            },
            {"id": 3, "relationship": "Wiki Page", "object": {"url": "https://wiki.example/1", "title": "Notes"}},
        ],
    }


def spoilt(members: dict[str, Any], keep: set[str]) -> list[tuple[str, Any]]:
    """Each member, but those to keep, with each value that it cannot have: another type, or rows that are no objects."""
    odd: list[Any] = ["text", 7, [1], {"a": 1}, True]
    return [
        (name, value)
        for name, usual in members.items()
        if name not in keep
        for value in odd
        if (name == "labels" and value == [1]) or not (type(value) is type(usual) or (value == 7 and _is_time(usual)))
    ]


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("2026-")


def _user(login: str, number: int, kind: str = "User") -> dict[str, Any]:
    return {"__typename": kind, "login": login, "databaseId": number}


def _comment(number: int, author: dict[str, Any], association: str) -> dict[str, Any]:
    return {
        "fullDatabaseId": str(number),
        "body": f"Seen. {marker.in_comment(_OURS)}",
        "createdAt": "2026-11-20T09:00:00Z",
        "updatedAt": "2026-11-20T09:30:00Z",
        "authorAssociation": association,
        "viewerDidAuthor": author["databaseId"] == US,
        "author": author,
    }


def _event(kind: str, minute: int, actor: dict[str, Any] | None, **details: Any) -> dict[str, Any]:
    return {"__typename": kind, "createdAt": f"2026-11-20T10:{minute:02d}:00Z", "actor": actor, **details}


def _person(account: str, kind: str = "atlassian") -> dict[str, Any]:
    return {"accountId": account, "accountType": kind, "displayName": account.title()}


def _document(text: str) -> dict[str, Any]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def _entry(number: str, author: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"id": number, "author": author, "created": "2026-11-20T09:00:00.000+0000", **members}


def _item(field: str, before: str | None, after: str | None) -> dict[str, Any]:
    return {"field": field, "fromString": before, "toString": after, "from": before, "to": after}


_OTHER = {"__typename": "Issue", "number": 9, "repository": {"nameWithOwner": "acme/app"}}
_SAME = {"__typename": "Issue", "number": 12, "repository": {"nameWithOwner": "acme/web"}}
_TIMELINE = [
    _event("MilestonedEvent", 1, _user("ana", 2), milestoneTitle="5.2"),
    _event("DemilestonedEvent", 2, _user("ana", 2), milestoneTitle="5.1"),
    _event("AssignedEvent", 3, _user("pat", 3), assignee={"__typename": "User", "login": "ana"}),
    _event("UnassignedEvent", 4, _user("pat", 3)),
    _event("LabeledEvent", 5, _user("hypercare", US, "Bot"), label={"name": "hypercare:P1"}),
    _event("UnlabeledEvent", 6, _user("ci", 5, "Bot"), label={"name": "bug"}),
    _event("ClosedEvent", 7, _user("cleo", 1)),
    _event("ReopenedEvent", 8, None),
    _event("CrossReferencedEvent", 9, _user("pat", 3), source=_OTHER),
    _event("CrossReferencedEvent", 10, _user("hypercare", US), source={**_OTHER, "number": 10}),
    _event("MarkedAsDuplicateEvent", 11, _user("pat", 3), canonical=_OTHER, duplicate=_SAME),
    _event("MarkedAsDuplicateEvent", 12, _user("pat", 3), canonical=_SAME, duplicate={**_OTHER, "number": 8}),
    _event("MarkedAsDuplicateEvent", 13, _user("pat", 3), canonical={**_OTHER, "number": 7}, duplicate=_SAME),
    _event("UnmarkedAsDuplicateEvent", 14, _user("pat", 3), canonical={**_OTHER, "number": 7}, duplicate=_SAME),
    _event("UnmarkedAsDuplicateEvent", 15, _user("pat", 3), canonical=_OTHER, duplicate=_SAME),
    _event("MarkedAsDuplicateEvent", 16, _user("pat", 3), canonical=_OTHER, duplicate=_SAME),
]
_HISTORIES = [
    _entry("1", _person("ana"), items=[_item("status", "Open", "Doing"), _item("labels", "a b", "b c")]),
    _entry("2", _person("us", "app"), items=[_item("labels", "b c", "b c hypercare:P1")]),
    _entry("3", _person("ana"), items=[_item("assignee", None, "ana"), _item("assignee", "ana", None)]),
    _entry("4", _person("ana"), items=[_item("priority", "Low", "High"), _item("rank", "1", "2")]),
    _entry("5", _person("ana"), items=[_item("Version", None, "5.2"), _item("Fix Version", "5.1", None)]),
    _entry("6", _person("cleo", "customer"), items=[_item("status", "Doing", "Somewhere new")]),
    _entry("7", _person("ana"), items=[_item("status", "Somewhere new", "Done")]),
]
