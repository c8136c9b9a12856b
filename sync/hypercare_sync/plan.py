"""From what should be so and what is so to the changes that lead from one to the other. Pure, and the same for the same inputs."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.assignment import Assignment
from hypercare_rules.label_style import LabelStyle
from hypercare_rules.labels import Wanted, over_releases
from hypercare_rules.native_priority import KeptPriority, NativePriority
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Marker, Ref, Ticket
from hypercare_rules.values import Priority
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    EditComment,
    EditSummary,
    Plan,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    TicketChange,
    as_json,
)
from hypercare_sync.escalation_comment import escalation_comment
from hypercare_sync.handing_over import farewells
from hypercare_sync.links import Linking, link_changes
from hypercare_sync.observed import content_digest
from hypercare_sync.own_comments import ours_on, pages_told_twice
from hypercare_sync.owners import with_owners
from hypercare_sync.paging import Page, pages
from hypercare_sync.release_state import ReleaseState, tickets_of
from hypercare_sync.saying import said_changes
from hypercare_sync.status_comment import status_comment
from hypercare_sync.summary_changes import closing_changes, pins, summary_changes

_LAST = 9  # the rank of what ends a hand-over: no summary is closed before all else is done
_COSMETIC = 5  # the rank of what can wait: tickets that are closed, or not the release's, and the pin
_LEFT = "hypercare has ended"
_TWICE = "stands twice; the oldest stays"
_Ranked = tuple[int, str, int, str, Change]
_CALLS = -5  # what an escalation adds to its ticket's rank: calls for help come before all else


def plan(releases: Sequence[ReleaseState], only: str | None = None) -> Plan:
    """All changes over all releases, the most urgent first: escalations, summaries, then tickets by priority, then cosmetics.

    With `only` those of one release: the labels of its tickets are still decided over all of them.
    """
    every = sorted(map(_owned, releases), key=lambda release: release.assessment.release.name)
    releases = [release for release in every if not release.left]
    chosen = [release for release in releases if only in (None, release.assessment.release.name)]
    wanted = _Wanted.over(every)
    paged = pages(release.assessment for release in chosen)
    mine = {ticket.ref for release in chosen for ticket in tickets_of(release)}
    ranked: list[_Ranked] = []
    for ref, ticket in sorted(wanted.tickets.items()):
        if ref in mine:
            rank = wanted.rank.get(ref, _COSMETIC)
            ranked += [(rank, str(ref), 0, change.label, change) for change in _label_changes(ref, ticket, wanted)]
    ranked += [
        (wanted.rank[change.ticket], str(change.ticket), -1, "", change) for change in _assignments(chosen, wanted)
    ]
    ranked += [
        (wanted.rank[change.ticket], str(change.ticket), -1, change.kind, change)
        for change in _priorities(releases)
        if change.ticket in mine and change.ticket in wanted.tickets
    ]
    for release in chosen:
        ranked += [(0, change.place.tracker, 0, "", change) for change in summary_changes(release)]
        ranked += [(0, change.ticket.tracker, 1, "", change) for change in said_changes(release)]
        ranked += [(_COSMETIC, change.place.tracker, 0, "", change) for change in pins(release)]
        name = release.assessment.release.name
        for assessed in release.assessment.tickets:
            ref = assessed.ticket.ref
            if ref in wanted.tickets:
                rank = wanted.rank[ref]
                due = paged.get((name, ref), ())
                calls = (_page_change(page, assessed, release) for page in due)
                ranked += [(rank + _CALLS, str(ref), 0, name, change) for change in calls]
                ranked += [(rank, str(ref), 1, name, change) for change in _comment_changes(assessed, release)]
    linking = [Linking(one.assessment, one.policy.label_prefix, one.place, one.summary, one.stale) for one in every]
    linkable = {ref: ticket for ref, ticket in wanted.tickets.items() if ref in mine}
    ranked += [(_COSMETIC, str(change.ticket), 2, "", change) for change in link_changes(linking, linkable)]
    for release in chosen:
        if release.assessment.phase is Phase.exited:
            ranked = _in_order(ranked, release)
    ranked.sort(key=lambda row: row[:4])
    changes = tuple(row[4] for row in ranked)
    return Plan(changes, checksum(changes))


def label_changes(releases: Sequence[ReleaseState], ref: Ref) -> tuple[AddLabel | RemoveLabel, ...] | None:
    """The label changes of one ticket, decided over all releases; None where its tracker could not be read: then none is planned.

    Once hypercare of all its releases is over, nothing is.
    """
    wanted = _Wanted.over(sorted(releases, key=lambda release: release.assessment.release.name))
    ticket = wanted.tickets.get(ref)
    if ticket is None:
        return (
            ()
            if any(release.left and ref in {one.ref for one in tickets_of(release)} for release in releases)
            else None
        )
    return tuple(_label_changes(ref, ticket, wanted))


def checksum(changes: Iterable[Change]) -> str:
    """The same for the same changes in the same order; 64 hex digits."""
    return checksum_of([as_json(change) for change in changes])


def checksum_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """The checksum of changes as JSON."""
    text = json.dumps(rows, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _Wanted:
    """The managed labels that each ticket should carry over all releases, with the reasons; the highest priority wins.

    A label looks as the first release that wants it has it. A ticket that another release still watches is not handed over yet. Labels that
    `lasts` stay on what no release has any more.
    """

    tickets: Mapping[Ref, Ticket]
    labels: Mapping[Ref, Mapping[str, Wanted]]
    styles: Mapping[str, LabelStyle]
    prefixes: frozenset[str]
    rank: Mapping[Ref, int]
    lasts: frozenset[str] = frozenset()

    @classmethod
    def over(cls, releases: Sequence[ReleaseState]) -> "_Wanted":
        tickets: dict[Ref, Ticket] = {}
        labels: dict[Ref, list[tuple[str, tuple[Wanted, ...]]]] = {}
        styles: dict[str, LabelStyle] = {}
        rank: dict[Ref, int] = {}
        lasts = frozenset(release.policy.bau_label.casefold() for release in releases)
        releases = [release for release in releases if not release.left]
        watched = {
            assessed.ticket.ref
            for release in releases
            for assessed in release.assessment.tickets
            if release.assessment.phase is not Phase.exited
        }
        for release in releases:
            for assessed in release.assessment.tickets:
                ref = assessed.ticket.ref
                rank[ref] = min(rank.get(ref, _COSMETIC), _rank(assessed))
                for one in assessed.labels:
                    styles.setdefault(one.label, release.policy.label_style(one.label))
                given = tuple(one for one in assessed.labels if ref not in watched or one.label.casefold() not in lasts)
                labels.setdefault(ref, []).append((release.policy.label_prefix, given))
                tickets[ref] = assessed.ticket
            for ticket in tickets_of(release):
                tickets.setdefault(ticket.ref, ticket)
        stale = frozenset().union(*(release.stale for release in releases))
        unread = frozenset().union(*(release.unread for release in releases))
        readable = {ref: one for ref, one in tickets.items() if ref.tracker not in stale and ref not in unread}
        prefixes = frozenset(release.policy.label_prefix for release in releases)
        over = {ref: over_releases(each) for ref, each in labels.items()}
        return cls(readable, over, styles, prefixes, rank, lasts)


def _label_changes(ref: Ref, ticket: Ticket, wanted: _Wanted) -> Iterator[AddLabel | RemoveLabel]:
    """The deltas; a label that is there in other capitals is there, as GitHub has it."""
    desired = wanted.labels.get(ref, {})
    there, wished = {label.casefold() for label in ticket.labels}, {label.casefold() for label in desired}
    for label in sorted(desired):
        if label.casefold() not in there:
            yield AddLabel(ref, label, desired[label].why, wanted.styles[label])
    prefixes = tuple(prefix.casefold() for prefix in wanted.prefixes)
    kept = wished if ref in wanted.labels else wished | wanted.lasts
    for label in sorted(ticket.labels):
        if label.casefold().startswith(prefixes) and label.casefold() not in kept:
            why = "no longer so" if ref in wanted.labels else "the ticket is not the release's"
            yield RemoveLabel(ref, label, why)


def _page_change(page: Page, assessed: TicketAssessment, release: ReleaseState) -> AddComment:
    """One comment for the due steps of a running episode."""
    return AddComment(
        assessed.ticket.ref,
        page.marker,
        escalation_comment(assessed, page, release.assessment.release, release.policy),
        why=f"{page.escalation.policy}: {page.escalation.why}",
        first=release.memory.baseline is None,
    )


def _comment_changes(assessed: TicketAssessment, release: ReleaseState) -> Iterator[Change]:
    ticket, name = assessed.ticket, release.assessment.release.name
    if release.assessment.phase is Phase.exited and ticket.open:
        yield from farewells(assessed, release.assessment)
        return
    yield from (RemoveComment(ticket.ref, double.id, why=_TWICE) for double in pages_told_twice(ticket, name))
    ours = [comment for comment, _ in ours_on(ticket, "status", name)]
    if not ours and not assessed.told:
        return
    document = status_comment(assessed, release.assessment.release, release.policy)
    marker = Marker(purpose="status", release=name, digest=content_digest("", document))
    if not ours:
        yield AddComment(
            ticket.ref, marker, document, why=assessed.judgement.priority.source, first=release.memory.baseline is None
        )
        return
    left = [comment for comment in ours if not comment.edited]
    if not left:
        if ours[-1].marker != marker:  # what a person edited is theirs; what is new is said in a new one
            yield AddComment(ticket.ref, marker, document, why="what it says has changed, and the last one was edited")
        return
    first, *doubles = left
    if first.marker != marker:
        yield EditComment(ticket.ref, first.id, marker, document, why="what it says has changed")
    for double in doubles:
        yield RemoveComment(ticket.ref, double.id, why=_TWICE)


def _owned(release: ReleaseState) -> ReleaseState:
    """The release as our texts tell of it."""
    return replace(release, assessment=with_owners(release.assessment, release.policy))


def _assignments(releases: Iterable[ReleaseState], wanted: _Wanted) -> Iterable[Assign]:
    """Who gets a ticket that nobody has: by the first of its releases that says so."""
    found: dict[Ref, Assign] = {}
    for release in releases:
        for assessed in release.assessment.tickets:
            ref, to = assessed.ticket.ref, assessed.assignment
            if isinstance(to, Assignment) and ref in wanted.tickets:
                found.setdefault(ref, Assign(ref, to.who, to.account, to.why))
    return found.values()


def _priorities(releases: Iterable[ReleaseState]) -> Iterator[SetPriority]:
    """Native priorities that are not as they should be: by that of the releases which takes the ticket most seriously."""
    found: dict[Ref, tuple[TicketAssessment, NativePriority | KeptPriority]] = {}
    for release in releases:
        for assessed in release.assessment.tickets:
            ref, to = assessed.ticket.ref, assessed.native_priority
            if to is not None and (ref not in found or assessed.priority < found[ref][0].priority):
                found[ref] = assessed, to
    for ref, (assessed, to) in found.items():
        before = assessed.ticket.native_priority
        if isinstance(to, NativePriority) and to.name.casefold() != (before or "").casefold():
            yield SetPriority(ref, to.name, before, to.why)


def _in_order(ranked: list[_Ranked], release: ReleaseState) -> list[_Ranked]:
    """The changes with what closes hypercare last: first the decision is kept, then tickets are written to, then the summary is closed."""
    found, name = release.summary, release.assessment.release.name
    if found is None or found.current is None:
        return ranked
    mine = {ticket.ref for ticket in tickets_of(release)}
    written = frozenset(row[4].ticket for row in ranked if isinstance(row[4], TicketChange) and row[4].ticket in mine)
    told = Ref(release.place.tracker, found.current.key)
    first: list[_Ranked] = [
        (*row[:4], replace(row[4], before=written | {told}))
        if isinstance(row[4], EditSummary) and row[4].record.release == name
        else row
        for row in ranked
    ]
    if release.stale:  # what cannot be read now is handed over later, and all that time the summary stays open
        return first
    evidence, closing = closing_changes(release, found.current, written)
    return [*first, (_LAST, "", 0, name, evidence), (_LAST, "", 1, name, closing)]


def _rank(assessed: TicketAssessment) -> int:
    return _COSMETIC if not assessed.ticket.open else list(Priority).index(assessed.priority) + 1
