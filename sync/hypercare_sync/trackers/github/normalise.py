"""GitHub's GraphQL shapes made into tickets. Whatever is missing or odd, the ticket is kept and says what could not be read."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypercare_rules.ticket import (
    Assigned,
    Audience,
    Comment,
    Event,
    LabelChanged,
    Link,
    Marker,
    Person,
    Ref,
    Relation,
    ScopeChanged,
    Standing,
    Status,
    StatusCategory,
    StatusChanged,
    Ticket,
)
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.github.forms import answers
from hypercare_sync.trackers.github.section import edited
from hypercare_sync.trackers.raw import Raw, once

_OPEN = Status(name="open", category=StatusCategory.new)
_CLOSED = Status(name="closed", category=StatusCategory.done)
_MAY_RESPOND = {"OWNER", "MEMBER", "COLLABORATOR"}
_LABELS_READ = 50
_ASKED = ("author", "closedAt", "milestone", "stateReason")
"""What may be null, but is there."""


def audience_of(visibility: str) -> Audience:
    """Who may read a repository's issues; what we do not know is not taken for public."""
    return Audience.public if visibility.upper() == "PUBLIC" else Audience.internal


def ticket(name: str, repo: str, raw: Mapping[str, Any], viewer: int, audience: Audience) -> Ticket:
    """The ticket in an `Issue` of the Ticket fragment. Raises ValueError where it has no number, and so no name.

    `viewer` is our own account's database id: logins can be alike, an App's is its name with or without `[bot]`.
    """
    issue = Raw(raw)
    number = issue.number("number")
    if not number:
        raise ValueError("an issue without a number")
    issue.expect(*_ASKED)
    people = _People(viewer)
    reporter = people.author(issue)
    comments = tuple(_comments(issue.listed("comments"), people))
    timeline = issue.listed("timelineItems")
    history = tuple(sorted(_history(timeline, people, reporter), key=lambda event: event.at))
    closed = issue.needed("state").upper() == "CLOSED"
    milestone = issue.inner("milestone").text("title")
    parts = issue.inner("subIssuesSummary")
    return Ticket(
        ref=Ref(name, f"{repo}#{number}"),
        url=issue.text("url"),
        title=issue.needed("title"),
        description=issue.text("body"),
        status=_CLOSED if closed else _OPEN,
        resolution=(issue.text("stateReason").lower().replace("_", " ") or None) if closed else None,
        reporter=reporter,
        assignees=tuple(
            people.named(row.text("login")) for row in issue.listed("assignees").rows("nodes") if row.text("login")
        ),
        labels=frozenset(row.text("name") for row in issue.listed("labels").rows("nodes") if row.text("name")),
        fields=answers(issue.text("body")),
        planned_for=(milestone,) if milestone else (),
        created=issue.moment_or_epoch("createdAt"),
        updated=issue.moment("updatedAt") or issue.moment_or_epoch("createdAt"),
        resolved=issue.moment("closedAt") if closed else None,
        reactions=issue.inner("reactions").number("totalCount"),
        open_sub_issues=max(0, parts.number("total") - parts.number("completed")),
        comments=comments,
        links=tuple(dict.fromkeys(_links(timeline, f"{repo}#{number}", people))),
        history=history,
        history_cut=issue.inner("labels").number("totalCount") > _LABELS_READ,
        audience=audience,
        locked=issue.flag("locked"),
        unreadable=tuple(dict.fromkeys(issue.unreadable)),
    )


class _People:
    """Who somebody is to the release, learnt from what this ticket tells of them."""

    def __init__(self, viewer: int) -> None:
        self._viewer = viewer
        self._standing: dict[str, Standing] = {}

    def is_us(self, who: Raw) -> bool:
        """Whether this is our own account."""
        return bool(self._viewer) and who.number("databaseId") == self._viewer

    def author(self, row: Raw) -> Person:
        """Who wrote an issue or a comment; a deleted account is nobody in particular."""
        author = row.inner("author")
        login = author.text("login")
        if row.flag("viewerDidAuthor"):
            standing = Standing.ours
        elif author.text("__typename") == "Bot":
            standing = Standing.bot
        else:
            standing = Standing.team if row.text("authorAssociation").upper() in _MAY_RESPOND else Standing.other
        if login:
            self._standing[login] = standing
        return Person(id=login or "ghost", name=login or "ghost", standing=standing)

    def actor(self, event: Raw, reporter: Person) -> Person | None:
        """Who did something to the issue: the reporter, somebody known from comments, else one who was allowed to."""
        actor = event.inner("actor")
        login = actor.text("login")
        if not login:
            return None
        if login == reporter.id:
            return reporter
        if self.is_us(actor):
            return Person(id=login, name=login, standing=Standing.ours)
        if actor.text("__typename") == "Bot":
            return Person(id=login, name=login, standing=Standing.bot)
        return Person(id=login, name=login, standing=self._standing.get(login, Standing.team))

    def named(self, login: str) -> Person:
        """An assignee: GitHub assigns only to people with access."""
        return Person(id=login, name=login, standing=self._standing.get(login, Standing.team))


def comments_in(connection: Raw, viewer: int) -> tuple[Comment, ...]:
    """The comments of a connection, as our own account, whose database id is `viewer`, sees them."""
    return tuple(_comments(connection, _People(viewer)))


def own_marker(body: str, *, ours: bool) -> Marker | None:
    """The marker of a comment that our own account wrote; what others forged is none."""
    return marker.of_comment(marker.from_comment(body)) if ours else None


def _comments(connection: Raw, people: _People) -> Iterator[Comment]:
    for row in once(connection.rows("nodes"), "fullDatabaseId"):
        row.expect("author", "viewerDidAuthor")
        author, body = people.author(row), row.text("body")
        created = row.moment_or_epoch("createdAt")
        yield Comment(
            id=str(row.number("fullDatabaseId")),
            author=author,
            created=created,
            updated=row.moment("updatedAt") or created,
            text=body,
            marker=own_marker(body, ours=author.standing is Standing.ours),
            edited=edited(body) if author.standing is Standing.ours else _by_another(row, author),
        )


def _by_another(row: Raw, author: Person) -> bool:
    """Whether somebody else than its author edited a comment last, where that was asked for."""
    editor = row.inner("editor").text("login")
    return bool(editor) and editor != author.id


def _history(connection: Raw, people: _People, reporter: Person) -> Iterator[Event]:
    for row in connection.rows("nodes"):
        at, by = row.moment("createdAt"), people.actor(row, reporter)
        if at is None:
            continue
        match row.text("__typename"):
            case "LabeledEvent" | "UnlabeledEvent" as kind:
                yield LabelChanged(at=at, by=by, label=row.inner("label").text("name"), added=kind == "LabeledEvent")
            case "ClosedEvent":
                yield StatusChanged(at=at, by=by, before=_OPEN, after=_CLOSED)
            case "ReopenedEvent":
                yield StatusChanged(at=at, by=by, before=_CLOSED, after=_OPEN)
            case "AssignedEvent":
                yield Assigned(at=at, by=by, after=row.inner("assignee").text("login") or None)
            case "UnassignedEvent":
                yield Assigned(at=at, by=by, after=None)
            case "MilestonedEvent" | "DemilestonedEvent" as kind:
                yield ScopeChanged(at=at, by=by, name=row.text("milestoneTitle"), added=kind == "MilestonedEvent")


def _links(connection: Raw, key: str, people: _People) -> Iterator[Link]:
    """What others linked the issue to; that our summary mentions it says nothing. Of a duplicate the last word counts."""
    duplicates: dict[str, Relation] = {}
    for row in connection.rows("nodes"):
        if people.is_us(row.inner("actor")):
            continue
        match row.text("__typename"):
            case "CrossReferencedEvent":
                source = _key(row.inner("source"))
                if source and source != key:
                    yield Link(relation=Relation.relates, key=source)
            case "MarkedAsDuplicateEvent" | "UnmarkedAsDuplicateEvent" as kind:
                canonical, duplicate = _key(row.inner("canonical")), _key(row.inner("duplicate"))
                other, says = (
                    (canonical, Relation.duplicates)
                    if canonical and canonical != key
                    else (duplicate, Relation.duplicated_by)
                )
                if other and other != key:
                    duplicates[other] = says if kind == "MarkedAsDuplicateEvent" else Relation.distinct
    yield from (Link(relation=says, key=other) for other, says in duplicates.items())


def _key(issue: Raw) -> str:
    number, repo = issue.number("number"), issue.inner("repository").text("nameWithOwner")
    return f"{repo}#{number}" if number and repo else ""
