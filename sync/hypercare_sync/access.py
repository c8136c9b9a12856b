"""Whether the accounts in a config may do what it asks of them: each tracker's is tried where we know how to, without writing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hypercare_rules.policy import Policy
from hypercare_rules.values import TrackerKind
from hypercare_sync.collect import Collected
from hypercare_sync.config import Config
from hypercare_sync.errors import AccessDenied, HypercareError
from hypercare_sync.trackers.access import Access, Place
from hypercare_sync.trackers.port import Tracker


def accounts(
    config: Config, trackers: Mapping[str, Tracker], policies: Iterable[Policy], read: Iterable[Collected] = ()
) -> Access:
    """What the accounts may do where the config and the queries lead, as far as was `read`, all trackers together.

    A tracker that does not answer is passed over: reading tells that.
    """
    collected = tuple(read)
    return _tried({name: (one, _with_tickets(config, name, collected)) for name, one in trackers.items()}, policies)


def _with_tickets(config: Config, tracker: str, read: Iterable[Collected]) -> tuple[Place, ...]:
    """The config's places and those of tickets that queries found, each with an open ticket of every type."""
    found: dict[str, dict[str | None, str]] = {}
    led: set[str] = set()
    for one in read:
        if one.source.tracker == tracker:
            for ref, ticket in sorted(one.tickets.items()):
                led |= {ref.place} if one.source.query else set()
                if ticket.open:
                    found.setdefault(ref.place, {}).setdefault(ticket.issue_type, ref.key)
    named = places(config, tracker)
    more = sorted(led - {place.name for place in named if place.source})
    every = (*named, *(Place(place, source=True, summary=False) for place in more))
    return tuple(replace(one, examples=tuple(found.get(one.name, {}).values())) for one in every)


def _tried(asked: Mapping[str, tuple[Tracker, tuple[Place, ...]]], policies: Iterable[Policy]) -> Access:
    every = list(policies)
    assigns = any(policy.assign.priorities for policy in every)
    named = frozenset(name for policy in every for name in policy.native_priority.values())
    people: dict[str, dict[str, str]] = {kind: _people(every, kind) for kind in TrackerKind}
    found = (
        _tried_one(tracker, _asked(where, assigns=assigns, priorities=named), people.get(tracker.kind, {}))
        for tracker, where in asked.values()
    )
    return Access().joined(*found)


def _people(policies: Iterable[Policy], kind: TrackerKind) -> dict[str, str]:
    """The policies' people by who they are on one kind of tracker, casefolded."""
    members = (person for policy in policies for person in policy.people.values())
    return {identity.casefold(): person.name for person in members if (identity := person.identity(kind))}


def _asked(where: tuple[Place, ...], *, assigns: bool, priorities: frozenset[str]) -> tuple[Place, ...]:
    """The places with what policies ask for where tickets are."""
    return tuple(replace(one, assigns=assigns, priorities=priorities) if one.source else one for one in where)


def places(config: Config, tracker: str) -> tuple[Place, ...]:
    """Where the releases read and write in one tracker, each place once."""
    sources, summaries = [], []
    for release in config.releases:
        sources += [
            source.repo if source.kind == "github" else source.project or ""
            for source in release.sources
            if source.tracker == tracker
        ]
        if release.summary.tracker == tracker:
            summary = release.summary
            summaries.append(summary.repo if summary.kind == "github" else summary.project)
    names = dict.fromkeys(name for name in (*sources, *summaries) if name)
    return tuple(Place(name, name in sources, name in summaries) for name in names)


def _tried_one(tracker: Tracker, where: tuple[Place, ...], people: Mapping[str, str]) -> Access:
    if tracker.inspector is None or not where:
        return Access()
    try:
        return tracker.inspector.inspect(where, people)
    except AccessDenied as error:
        return Access(lacks=(str(error),))
    except HypercareError:
        return Access()
