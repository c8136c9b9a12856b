"""Jira's REST shapes made into tickets. Whatever is missing or odd, the ticket is kept and says what could not be read."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from hypercare_rules.counted import counted
from hypercare_rules.ticket import (
    Assigned,
    Audience,
    Comment,
    Event,
    LabelChanged,
    Link,
    Marker,
    NativePriorityChanged,
    OurLink,
    Person,
    Ref,
    Relation,
    ScopeChanged,
    Standing,
    Status,
    StatusCategory,
    StatusChanged,
    Ticket,
    last_closing,
)
from hypercare_sync.text import adf, wiki_text
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.jira.fields import Wanted
from hypercare_sync.trackers.raw import Raw, once

PROPERTY = "hypercare-sync"
_CATEGORIES = {"new": StatusCategory.new, "indeterminate": StatusCategory.in_progress, "done": StatusCategory.done}
_RELATIONS = {
    "duplicates": Relation.duplicates,
    "is duplicated by": Relation.duplicated_by,
    "blocks": Relation.blocks,
    "is blocked by": Relation.blocked_by,
}
_NO_RELATION = ("", "links to", "same as")
"""What a remote link is called that says no more than that it leads to the other page."""

Categories = Mapping[str, StatusCategory]
"""The category of each native status, by its name."""


def statuses_in(issue: Raw) -> set[str]:
    """The names of the statuses that an issue's history tells of."""
    moves = (item for _, item in changes(issue, "status"))
    return {name for item in moves for name in (item.text("fromString"), item.text("toString"))}


def changes(issue: Raw, *fields: str) -> Iterator[tuple[Raw, Raw]]:
    """What an issue's history tells of some fields: each entry with an item of it."""
    for entry in _rows(issue.inner("changelog").value, "histories"):
        for item in _rows(entry, "items"):
            if isinstance(item, dict) and item.get("field") in fields:
                yield Raw(entry), Raw(item)


def _rows(value: Any, name: str) -> list[Any]:
    rows = value.get(name) if isinstance(value, dict) else None
    return rows if isinstance(rows, list) else []


def category(key: str) -> StatusCategory:
    """The category that Jira names; one that it did not have when this was written counts as work in progress."""
    return _CATEGORIES.get(key, StatusCategory.in_progress)


def account_of(user: Raw) -> str:
    """What tells an account from others: Cloud's account id, Data Center's key (its name may change); empty where it is nobody's."""
    return user.text("accountId") or user.text("key") or user.text("name")


def ticket(  # noqa: PLR0913, PLR0917 - what a tracker's issue means depends on all of these
    name: str,
    site: str,
    raw: Mapping[str, Any],
    account: str,
    categories: Categories,
    audience: Audience,
    wanted: Wanted | None = None,
) -> Ticket:
    """The ticket in an issue with fields, changelog and properties. Raises ValueError where it has no key.

    `account` is our own identity; `wanted` the native fields that the policy asks for.
    """
    issue = Raw(raw)
    key = issue.text("key")
    if not key:
        raise ValueError("an issue without a key")
    fields = issue.inner("fields")
    issue.never_null("fields", "changelog")
    fields.never_null("labels", "versions", "fixVersions", "components", "issuelinks", "comment")
    people = _People(account)
    reporter = people.one(fields.inner("reporter"))
    assignee = people.one(fields.inner("assignee"))
    status = _status(fields)
    changelog, comments = issue.inner("changelog"), fields.inner("comment")
    changelog.never_null("histories")
    comments.never_null("comments")
    wanted, created = wanted or Wanted(), fields.moment_or_epoch("created")
    said = tuple(_comments(comments, people))
    history = sorted(
        _history(changelog, people, {**categories, status.name: status.category}), key=lambda event: event.at
    )
    return Ticket(
        ref=Ref(name, key),
        url=f"{site}/browse/{key}",
        title=fields.needed("summary"),
        description=_text(fields, "description"),
        status=status,
        resolution=fields.inner("resolution").text("name") or None,
        issue_type=fields.inner("issuetype").text("name") or None,
        native_priority=priority_in(fields),
        reporter=reporter,
        assignees=(assignee,) if assignee else (),
        labels=frozenset(fields.texts("labels")),
        components=_names(fields, "components"),
        organisations=wanted.customers(fields),
        fields=wanted.values(fields),
        affects=_names(fields, "versions"),
        planned_for=_names(fields, "fixVersions"),
        created=created,
        updated=fields.moment("updated") or created,
        resolved=_resolved(fields, history, status),
        votes=fields.inner("votes").number("votes"),
        comments=said,
        links=(*_links(fields), *_remote_links(issue)),
        history=tuple(history),
        history_cut=changelog.number("total") > len(list(changelog.rows("histories"))),
        audience=Audience.restricted if fields.inner("security") else audience,
        summary_key=issue.inner("properties", PROPERTY).text("summary") or None,
        unreadable=tuple(dict.fromkeys(issue.unreadable)),
    )


def comments_in(rows: list[dict[str, Any]], account: str) -> tuple[Comment, ...]:
    """Comments as Jira lists them; `account` is our own identity."""
    return tuple(_comments(Raw({"comments": rows}), _People(account)))


def priority_in(fields: Raw) -> str | None:
    """The name of an issue's priority; None where it has none, which some sites call None."""
    name = fields.inner("priority").text("name")
    return name if name not in ("", "None") else None


def own_marker(body: Any, *, ours: bool) -> Marker | None:
    """The marker in the footer of a comment that our own account wrote; what others forged is none."""
    return marker.of_comment(marker.from_fragment(json.dumps(body))) if ours else None


def edited(comment: Raw) -> bool:
    """Whether another account than its author's edited a comment last."""
    last = account_of(comment.inner("updateAuthor"))
    return bool(last) and last != account_of(comment.inner("author"))


class _People:
    """Who somebody is to the release: on Jira everybody but customers of a service desk may respond.

    Data Center's histories tell by keys whom a ticket was assigned to, while people know each other by names.
    """

    def __init__(self, account: str) -> None:
        self._account = account
        self._names: dict[str, str] = {}

    def called(self, key: str) -> str:
        """The id of somebody that a history names; the key itself of one who was not seen otherwise."""
        return self._names.get(key, key)

    def one(self, raw: Raw) -> Person | None:
        if not raw:
            return None
        account = raw.text("accountId") or raw.text("name") or raw.text("key")
        self._names[account_of(raw)] = account
        standing = {"app": Standing.bot, "customer": Standing.other}.get(raw.text("accountType"), Standing.team)
        if account_of(raw) == self._account:
            standing = Standing.ours
        domain = raw.text("emailAddress").rpartition("@")[2].casefold() or None
        return _person(account or "unknown", raw.text("displayName") or account or "unknown", standing, domain)


@lru_cache(maxsize=4096)
def _person(account: str, name: str, standing: Standing, domain: str | None) -> Person:
    """Somebody, made once: a few people write most of what there is to read."""
    return Person(id=account, name=name, standing=standing, domain=domain)


def _status(fields: Raw) -> Status:
    status = fields.inner("status")
    return Status(
        name=status.needed("name", "unknown"), category=category(status.inner("statusCategory").text("key", "new"))
    )


def _names(fields: Raw, name: str) -> tuple[str, ...]:
    return tuple(row.text("name") for row in fields.rows(name) if row.text("name"))


def _text(raw: Raw, name: str) -> str:
    """Text that is a document (REST version 3) or wiki markup (version 2)."""
    value = raw.value.get(name) if raw else None
    if isinstance(value, str):
        return wiki_text.plain_text(value)
    return adf.plain_text(value) if isinstance(value, dict) else ""


def _comments(comments: Raw, people: _People) -> Iterator[Comment]:
    nobody = Person(id="unknown", name="unknown", standing=Standing.other)
    for row in once(comments.rows("comments"), "id"):
        author = people.one(row.inner("author")) or nobody
        created = row.moment_or_epoch("created")
        yield Comment(
            id=row.text("id"),
            author=author,
            created=created,
            updated=row.moment("updated") or created,
            text=_text(row, "body"),
            marker=own_marker(row.value.get("body"), ours=author.standing is Standing.ours),
            restricted=bool(row.value.get("visibility")) or row.value.get("jsdPublic") is False,
            edited=edited(row),
        )


def _history(changelog: Raw, people: _People, categories: Categories) -> Iterator[Event]:
    # Everybody who did anything is known before the first of it is told: they may be whom somebody else had assigned.
    entries = [
        (at, people.one(entry.inner("author")), entry)
        for entry in changelog.rows("histories")
        if (at := entry.moment("created"))
    ]
    # Cloud tells the latest first: what was done in one moment is in the order of its ids, not of the list.
    for at, by, entry in sorted(entries, key=lambda row: (row[0], counted(row[2].text("id")))):
        for item in entry.rows("items"):
            before, after = item.text("fromString"), item.text("toString")
            match item.text("field").lower():
                case "status":
                    moved = (
                        Status(name=name, category=categories.get(name, StatusCategory.in_progress))
                        for name in (before, after)
                    )
                    yield StatusChanged(at=at, by=by, before=next(moved), after=next(moved))
                case "labels":
                    old, new = set(before.split()), set(after.split())
                    yield from (LabelChanged(at=at, by=by, label=label, added=False) for label in sorted(old - new))
                    yield from (LabelChanged(at=at, by=by, label=label, added=True) for label in sorted(new - old))
                case "assignee":
                    yield Assigned(at=at, by=by, after=people.called(item.text("to")) or None)
                case "priority":
                    yield NativePriorityChanged(at=at, by=by, before=before or None, after=after or None)
                case "version" | "fix version":
                    if before:
                        yield ScopeChanged(at=at, by=by, name=before, added=False)
                    if after:
                        yield ScopeChanged(at=at, by=by, name=after, added=True)


def _resolved(fields: Raw, history: list[Event], status: Status) -> datetime | None:
    """When a ticket that is done got there: by its resolution, its history, or the time at which its category last changed.

    Projects may set no resolution, and workflows may keep that of an earlier life of the ticket.
    """
    told, changed = fields.moment("resolutiondate"), fields.moment("statuscategorychangedate")
    if status.category is not StatusCategory.done or (told and told >= _last_reopening(history, told)):
        return told
    return last_closing(history) or changed or told


def _last_reopening(history: list[Event], default: datetime) -> datetime:
    done = StatusCategory.done
    moves = (event for event in history if isinstance(event, StatusChanged))
    return max((move.at for move in moves if move.before.category is done is not move.after.category), default=default)


def _links(fields: Raw) -> Iterator[Link]:
    for row in fields.rows("issuelinks"):
        words = row.inner("type")
        for side, word in (("outwardIssue", "outward"), ("inwardIssue", "inward")):
            key = row.inner(side).text("key")
            if key:
                yield Link(relation=_RELATIONS.get(words.text(word).lower(), Relation.relates), key=key)


def _remote_links(issue: Raw) -> Iterator[Link]:
    """A person made them to say where the problem is told elsewhere, unless the relationship says another thing.

    Those that we made say nothing: two tickets that were one incident would be so for ever.
    """
    for row in issue.rows("remotelinks"):
        url, relationship = row.inner("object").text("url"), row.text("relationship").strip().lower()
        if url and OurLink.read(row.text("globalId")) is None:
            relation = Relation.same if relationship in _NO_RELATION else _RELATIONS.get(relationship, Relation.relates)
            yield Link(relation=relation, url=url)
