"""Which ticket a key or an address names, among those that are known: without case, and by the address of the tracker."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from hypercare_rules.ticket import Ref, Ticket
from hypercare_rules.values import TrackerKind

# In an address the key of a Jira ticket is a part of the path or the value of a parameter, whichever page shows it.
_JIRA_PAGE = re.compile(r"[/=]([a-z][a-z0-9_]+-[0-9]{1,9})(?=$|[/?#&])")
_GITHUB_PAGE = re.compile(r"/([\w.-]+/[\w.-]+)/issues/([0-9]{1,9})(?=$|[/?#])")

_ISSUE = re.compile(r"/(?:[^/]+/[^/]+/issues|browse)/[^/]+\Z")


@dataclass(frozen=True)
class Directory:
    """The known tickets by casefolded key, and the site of each tracker: the address without scheme of all that it holds.

    Two trackers of a config may be one site, read with two accounts.
    """

    by_key: dict[str, list[Ref]]
    sites: dict[str, str]

    @classmethod
    def of(cls, tickets: Iterable[Ticket]) -> "Directory":
        """The directory of these tickets."""
        by_key: dict[str, list[Ref]] = {}
        samples: dict[str, Ticket] = {}
        for ticket in tickets:
            by_key.setdefault(ticket.ref.key.casefold(), []).append(ticket.ref)
            sample = samples.get(ticket.ref.tracker)
            if sample is None or ticket.ref.key < sample.ref.key:
                samples[ticket.ref.tracker] = ticket
        return cls(by_key, {tracker: _site(ticket) for tracker, ticket in samples.items()})

    @cached_property
    def one_site(self) -> bool:
        """Whether all known tickets are of one site."""
        return len(set(self.sites.values())) < 2

    def meant(self, key: str, by: Ref) -> list[Ref]:
        """The tickets that a key may mean in a text of the ticket `by`; where its own site has it, only that."""
        known = self.by_key.get(key.casefold(), [])
        return [other for other in known if self.together(other, by)] or known

    def linked(self, key: str, by: Ref) -> list[Ref]:
        """The tickets of its own site to which a ticket's link leads."""
        return [other for other in self.by_key.get(key.casefold(), []) if self.together(other, by)]

    def addressed(self, address: str) -> list[Ref]:
        """The tickets whose page an address is."""
        page = address.partition("://")[2].casefold()
        return [ref for key in _keys(page) for ref in self.by_key.get(key, []) if self._holds(ref, page)]

    def together(self, one: Ref, other: Ref) -> bool:
        """Whether two tickets are of one site."""
        return one.tracker == other.tracker or self.sites[one.tracker] == self.sites[other.tracker]

    def _holds(self, ref: Ref, page: str) -> bool:
        rest = page.removeprefix(self.sites[ref.tracker])
        # One site may lie below the address of the other; a page of GitHub is right below its own.
        return rest != page and (rest.startswith(_path(ref)) if ref.kind is TrackerKind.github else rest[:1] == "/")


def _keys(page: str) -> Iterator[str]:
    for match in _GITHUB_PAGE.finditer(page):
        yield f"{match[1]}#{match[2]}"
    for match in _JIRA_PAGE.finditer(page):
        yield match[1]


def _site(ticket: Ticket) -> str:
    """The address of a ticket's tracker, without scheme; a name that is no address where the ticket's own is an odd one."""
    page = ticket.url.partition("://")[2].casefold()
    site = _ISSUE.sub("", page)
    return site if site != page else f" {ticket.ref.tracker}"


def _path(ref: Ref) -> str:
    key = ref.key.casefold()
    return f"/{key.replace('#', '/issues/')}" if ref.kind is TrackerKind.github else f"/browse/{key}"
