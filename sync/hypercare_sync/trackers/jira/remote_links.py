"""Our links from an issue to pages elsewhere: how they are made, and what an issue's history tells of them.

A history names each link by its title and its application. Ours have the ticket that they lead to and the prefix of our labels there: so
it tells, for no request more and without any store, which of ours stand and which somebody took off. Where others stand, too, or a
name says nothing to us, the links themselves are read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypercare_rules.ticket import OurLink, Ref, Ticket
from hypercare_sync.trackers.http import Client, Forbidden, NotFound, Unwritable
from hypercare_sync.trackers.jira.normalise import account_of, changes
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import Page
from hypercare_sync.trackers.raw import Raw

_FIELDS = ("RemoteIssueLink", "RemoteWorkItemLink")
"""What histories call such links: Data Center, and Cloud of late."""
_APPLICATION = "hypercare-sync"
_NAMED = re.compile(r"[\"“”„«](?P<to>[^\"“”„«»]+) \((?P<prefix>[^\s():]+:)\)")
"""`This issue links to "TITLE (APPLICATION)"`, whatever language that is said in."""


@dataclass(frozen=True)
class Traces:
    """What a history tells of an issue's links: ours that stand, ours that somebody else took off, and whether there are others."""

    ours: frozenset[OurLink] = frozenset()
    taken: frozenset[OurLink] = frozenset()
    others: bool = False

    def on(self, ticket: Ticket, links: Any = None) -> Ticket:
        """The ticket with our links on it: those among the issue's `links` where they were read, else those that the history names."""
        ours = self.ours if links is None else frozenset(_ours_in(links))
        if not ours and not self.taken:
            return ticket
        return ticket.model_copy(update={"linked": ours, "unlinked": self.taken - ours})


def traces(issue: Raw, account: str) -> Traces:
    """What an issue's history tells of its links; `account` is our own identity."""
    made: dict[str, OurLink | None] = {}
    standing: dict[str, bool] = {}
    taken: set[OurLink] = set()
    for item, mine in _items(issue, account):
        before, after = item.text("from"), item.text("to")
        if before:
            standing.pop(before, None)
        if after:
            link = _named(item.text("toString")) if mine else None
            made.setdefault(after, link)
            standing[after] = link is not None
            taken -= {link} if link else set()
        elif (link := made.get(before)) and not mine:
            taken.add(link)
    ours = {link for number, known in standing.items() if known and (link := made[number])}
    return Traces(frozenset(ours), frozenset(taken), others=not all(standing.values()))


@dataclass(frozen=True)
class RemoteLinks:
    """Makes and takes off our links on one site."""

    client: Client

    def put(self, ticket: Ref, link: OurLink, page: Page) -> str:
        """One link, however often it is made: its id says which. The number that Jira gives it."""
        body = {
            "globalId": str(link),
            "application": {"type": _APPLICATION, "name": link.prefix},
            "relationship": page.relationship,
            "object": {"url": page.url, "title": str(link.to), "summary": page.title},
        }
        try:
            answer = self.client.write("POST", f"issue/{ticket.key}/remotelink", body, repeatable=True)
        except Forbidden as error:
            raise _refused(ticket, error) from error
        return str(Raw(answer.body).number("id"))

    def remove(self, ticket: Ref, link: OurLink) -> None:
        """Ours alone; one that is gone already is no error."""
        try:
            path = f"issue/{ticket.key}/remotelink"
            self.client.write("DELETE", path, params={"globalId": str(link)}, repeatable=True)
        except NotFound:
            pass
        except Forbidden as error:
            raise _refused(ticket, error) from error


def _refused(ticket: Ref, error: Forbidden) -> Unwritable:
    return Unwritable(f"{ticket.key} cannot be linked: {error}", Obstacle.unlinkable)


def _items(issue: Raw, account: str) -> Iterator[tuple[Raw, bool]]:
    """What the history tells of links, oldest first, and whether we did it. Most histories tell nothing of any."""
    found = sorted(changes(issue, *_FIELDS), key=lambda row: (row[0].moment_or_epoch("created"), row[0].number("id")))
    for entry, item in found:
        yield item, account_of(entry.inner("author")) == account


def _named(text: str) -> OurLink | None:
    """Our link by its name in a history."""
    found = _NAMED.search(text)
    if not found:
        return None
    tracker, _, key = found["to"].rpartition(":")
    return OurLink(found["prefix"], Ref(tracker, key)) if tracker and key else None


def _ours_in(links: Any) -> Iterator[OurLink]:
    for row in links if isinstance(links, list) else ():
        if isinstance(row, dict) and (link := OurLink.read(Raw(row).text("globalId"))):
            yield link
