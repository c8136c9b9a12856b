"""Links from a Jira ticket to where else its problem is told: the other tickets of its incident, and the release's summary. Pure.

Who looks at the ticket finds them there in its web links. GitHub has no such links; its summary names tickets, and GitHub shows that
beside each. Tickets of one site are left for people to link: Jira has links of its own for that.

To the summary we lead from tickets that people are told about, and to other tickets from every one of an incident, while it is open.
What stands stays, also once the ticket is closed, until it is no longer so: the incident dissolved, the ticket left the release, the
summary is another one, or readers of the ticket may no longer read of the other. What somebody took off stays away. What a link says of
the other ticket is what that was called when the link was made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.directory import Directory
from hypercare_rules.incidents import Incident
from hypercare_rules.ticket import OurLink, Ref, Ticket
from hypercare_rules.values import TrackerKind
from hypercare_sync.change import LinkChange, LinkSummary, LinkTicket, UnlinkTicket
from hypercare_sync.observed import FoundSummary, SummaryPlace

_MOST = 10
"""Links of ours on one ticket: of an incident with fifty tickets nobody reads more, and Jira takes few writes to one issue at once."""


@dataclass(frozen=True)
class Linking:
    """One release as far as its links go. `summary` is None where its place could not be read, `stale` as for the plan."""

    assessment: Assessment
    prefix: str
    place: SummaryPlace
    summary: FoundSummary | None
    stale: frozenset[str]


@dataclass(frozen=True)
class _Wish:
    """A link that may stand on a ticket, to be made by `change`; without one it is only kept. No `link` where its summary is yet to be opened."""

    link: OurLink | None
    change: LinkTicket | LinkSummary | None


def link_changes(releases: Sequence[Linking], tickets: Mapping[Ref, Ticket]) -> Iterator[LinkChange]:
    """What is to be linked, and what no longer, on these tickets; decided over all releases."""
    wishes: dict[Ref, list[_Wish]] = {}
    for release in releases:
        for ref, wish in _wishes(release):
            wishes.setdefault(ref, []).append(wish)
    for ref, ticket in sorted(tickets.items()):
        if ref.kind is TrackerKind.jira:
            mine = wishes.get(ref, ())
            yield from _missing(ticket, mine)
            wanted = {wish.link for wish in mine}
            for link in sorted(ticket.linked - wanted):
                if any(release.prefix == link.prefix for release in releases) and not _unknown(link, releases):
                    yield UnlinkTicket(ref, link, why="no longer so")


def _missing(ticket: Ticket, wishes: Iterable[_Wish]) -> Iterator[LinkTicket | LinkSummary]:
    """What is to be made, once for each link, as far as there is room."""
    known, room = ticket.linked | ticket.unlinked, _MOST - len(ticket.linked)
    made: set[OurLink] = set()
    for wish in wishes:
        if wish.change and wish.link not in known | made and room > 0:
            made |= {wish.link} if wish.link else set()
            room -= 1
            yield wish.change


def _wishes(release: Linking) -> Iterator[tuple[Ref, _Wish]]:
    """The links that the tickets of one release may carry; those to the summary first."""
    assessment = release.assessment
    tickets = {assessed.ticket.ref: assessed.ticket for assessed in assessment.tickets}
    if release.summary:
        for assessed in assessment.tickets:
            if assessed.ticket.audience >= release.summary.audience:
                yield assessed.ticket.ref, _to_summary(assessed, release, release.summary)
    directory = Directory.of(tickets.values())
    for incident in assessment.incidents:
        for ticket, other in _apart(incident, tickets, directory):
            yield ticket.ref, _to_ticket(ticket, other, release.prefix)


def _apart(incident: Incident, tickets: Mapping[Ref, Ticket], directory: Directory) -> Iterator[tuple[Ticket, Ticket]]:
    """Each ticket of an incident with each of another site, whose readers may know of that."""
    for ref in incident.tickets:
        for other in incident.tickets:
            if not directory.together(ref, other) and tickets[ref].audience >= tickets[other].audience:
                yield tickets[ref], tickets[other]


def _to_ticket(ticket: Ticket, other: Ticket, prefix: str) -> _Wish:
    """To another ticket, unless a person's link leads there."""
    link = OurLink(prefix, other.ref)
    by_hand = any(one.url == other.url for one in ticket.links)
    change = LinkTicket(ticket.ref, link, other.url, other.title, why="they are one incident")
    return _Wish(link, change if ticket.open and not by_hand else None)


def _to_summary(assessed: TicketAssessment, release: Linking, summary: FoundSummary) -> _Wish:
    link = OurLink(release.prefix, Ref(release.place.tracker, summary.current.key)) if summary.current else None
    name = release.assessment.release.name
    why = "people are told about the ticket"
    change = LinkSummary(assessed.ticket.ref, release.prefix, release.place, name, why)
    return _Wish(link, change if assessed.told and assessed.ticket.open else None)


def _unknown(link: OurLink, releases: Sequence[Linking]) -> bool:
    """Whether it cannot be told in this tick that a link is no longer so: not all could be read of the place that it leads to."""
    return any(
        link.to.tracker in release.stale
        or (
            release.summary is None and (link.to.tracker, link.to.place) == (release.place.tracker, release.place.place)
        )
        for release in releases
    )
