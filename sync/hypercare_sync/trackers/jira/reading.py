"""One reading of one source: what is asked for, in which order, and what is remembered for the next one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypercare_rules.ticket import Ref, Ticket
from hypercare_sync.errors import TrackerError
from hypercare_sync.trackers.census import CENSUS_EVERY
from hypercare_sync.trackers.http import Invalid
from hypercare_sync.trackers.jira.census import MOST_RECONCILED, Census, managed
from hypercare_sync.trackers.jira.fields import Wanted
from hypercare_sync.trackers.jira.gathering import Gathering
from hypercare_sync.trackers.jira.jql import finds_nothing, source_jql
from hypercare_sync.trackers.jira.site import Site
from hypercare_sync.trackers.jira.versions import Absence, absence
from hypercare_sync.trackers.port import Cursor, Reading, Source
from hypercare_sync.trackers.raw import Raw
from hypercare_sync.trackers.unread import Unread, as_json, due, from_json, met, noted

OVERLAP = timedelta(minutes=10)


@dataclass
class _Memory:
    """What the last reading left for this one.

    `since` and `census` are when it and the last census began, in Jira's time. `recent` are Jira's numbers of tickets that we may have
    written to since; `strangers` the keys of issues that a census came upon and that are no tickets of the source; `unread` are
    tickets that could not be read, by key.
    """

    since: datetime
    census: datetime
    recent: list[int] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    unread: Mapping[str, Unread] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor) -> "_Memory":
        since, census = (datetime.fromisoformat(cursor[name]) for name in ("since", "census"))
        return cls(since, census, list(cursor["recent"]), set(cursor["strangers"]), from_json(cursor["unread"]))


@dataclass
class SourceReading:
    """One reading. `account_key` names the configured account: what another one read is read anew."""

    site: Site
    source: Source
    known: Mapping[Ref, Ticket]
    account_key: str

    def read(self, cursor: Cursor | None) -> Reading:
        """Everything of the source, or what changed since the cursor; once an hour also what left it."""
        if cursor is not None and cursor.get("account_key") != self.account_key:
            cursor = None
        if cursor is not None:
            self.site.recall(cursor)
            if cursor.get("absent"):
                if absent := absence(self.site, self.source):
                    return self._without_version(absent, cursor)
                cursor = None  # it was not there before: what it holds was never read
        try:
            reading = self._read(cursor)
        except Invalid as error:
            if (absent := absence(self.site, self.source)) is None:
                raise
            if cursor is not None:
                raise TrackerError(absent.loss) from error
        else:
            version = self.source.selector.version
            if cursor is not None or any(version in {*one.affects, *one.planned_for} for one in reading.tickets):
                return reading
            # A version of another project is refused by nobody.
            if (absent := absence(self.site, self.source)) is None:
                return reading
        return self._without_version(absent, cursor)

    def _without_version(self, absent: Absence, cursor: Cursor | None) -> Reading:
        """What else the source has, as long as its version is not there."""
        rest = replace(self, source=absent.rest)
        reading = rest._read(cursor)  # noqa: SLF001 - of its own kind
        return replace(reading, cursor={**reading.cursor, "absent": True}, notes=(absent.note, *reading.notes))

    def _read(self, cursor: Cursor | None) -> Reading:
        memory = None
        if cursor is not None:
            memory = _Memory.of(cursor)
        asked, told = self.source.fields, cursor["fields"] if cursor else None
        wanted = Wanted.recalled(asked, told, organised=self.source.asks_organisations)
        gathering = Gathering(self.site, self.source, wanted)
        began, whole = self._search(gathering, memory)
        if memory and began < memory.since - OVERLAP:
            return self.read(None)  # one of the two times was wrong: what changed in between is not known
        unread = memory.unread if memory else {}
        again = due(unread, began)
        gone = self._reread(gathering, again)
        strangers = memory.strangers if memory else set[str]()
        counted = memory is None or began - memory.census >= CENSUS_EVERY
        if counted and not finds_nothing(self.source):
            gone |= Census(gathering, self.known, strangers, unread.keys()).hold(whole=whole)
        tried = {*again, *gathering.whole, *(ref.key for ref in gone)}
        unread = met(gathering.unread, unread, tried, began)
        return Reading(
            tickets=tuple(gathering.tickets.values()),
            cursor={
                "account_key": self.account_key,
                "since": began.isoformat(),
                "census": (began if counted or memory is None else memory.census).isoformat(),
                "recent": gathering.unlabelled()[:MOST_RECONCILED],
                "strangers": sorted(strangers),
                "unread": as_json(unread),
                "fields": wanted.told,
                "site": self.site.told,
            },
            gone=gone,
            notes=(*dict.fromkeys(gathering.notes), *([noted(self.source.label, unread)] if unread else [])),
            details=() if memory else tuple(self._unknown(wanted)),
            audience=gathering.audience,
            unread=tuple(unread.values()),
        )

    def _search(self, gathering: Gathering, memory: _Memory | None) -> tuple[datetime, bool]:
        """Gather what the source lists, or what changed of it; when that began, in Jira's time, and whether it is known to be all.

        Data Center says how many issues there are; of Cloud's pages nothing tells whether some of them are missing.
        """
        wanted, began, read, total = gathering.wanted, None, set[str](), 0
        since = memory.since - OVERLAP if memory else None
        naming = ["names", "schema"] if wanted.unknown else []
        pages = self.site.search(
            source_jql(self.source, since),
            wanted.fields(),
            expand=["changelog", *naming],
            reconciled=memory.recent if memory else (),
        )
        for answer in () if finds_nothing(self.source) else pages:
            began = began or answer.at
            if wanted.unknown:
                wanted.learn(Raw(answer.body))
            gathering.take(answer.body["issues"])
            read |= {row.text("key") for row in Raw(answer.body).rows("issues")}
            total = Raw(answer.body).number("total")
        gathering.finish()
        return began or datetime.now(UTC), memory is None and 0 < total <= len(read)

    def _reread(self, gathering: Gathering, again: Collection[str]) -> frozenset[Ref]:
        """Read known tickets that the source no longer lists but that carry our labels: no search shows when those are off.

        And those whose keys are told, which could not be read before.
        """
        behind = {
            ref.key
            for ref, ticket in self.known.items()
            if ref not in gathering.tickets and not self.source.lists(ticket) and managed(self.source, ticket)
        }
        wanted = sorted((behind | {*again}) - gathering.whole - gathering.unread.keys())
        if not wanted:
            return frozenset()
        found = Gathering(self.site, self.source, gathering.wanted, notes=gathering.notes)
        missing = found.fetch(wanted)
        for ref, ticket in found.tickets.items():
            if ref in self.known:
                gathering.tickets[ref] = ticket.model_copy(update={"listed": self.known[ref].listed})
            elif self.source.lists(ticket):
                gathering.tickets[ref] = ticket
        gathering.unread |= found.unread
        gathering.whole |= found.whole
        return frozenset(map(gathering.ref, missing))

    def _unknown(self, wanted: Wanted) -> list[str]:
        return [
            f"{self.source.label}: the policy asks for the field {name!r}, which this Jira does not have"
            for name in wanted.missing
        ]
