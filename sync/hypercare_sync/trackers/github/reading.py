"""One reading of one source: what is asked for, in which order, and what is remembered for the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypercare_rules.ticket import Ref, Ticket
from hypercare_sync.trackers.census import CENSUS_EVERY
from hypercare_sync.trackers.github import documents
from hypercare_sync.trackers.github.census import Census, managed
from hypercare_sync.trackers.github.dependencies import Dependencies
from hypercare_sync.trackers.github.gathering import Gathering, number_of
from hypercare_sync.trackers.github.issue_types import LOOK_EVERY, IssueTypes, NoTypesError
from hypercare_sync.trackers.github.pages import Listing, Pages
from hypercare_sync.trackers.github.repositories import Repositories
from hypercare_sync.trackers.github.selection import newcomers, selected, typed_since, was_selected
from hypercare_sync.trackers.port import Cursor, Reading, Source
from hypercare_sync.trackers.raw import Raw
from hypercare_sync.trackers.unread import Unread, as_json, due, from_json, met, noted

OVERLAP = timedelta(minutes=5)
_MILESTONES = 20  # to a page, of those whose titles hold ours


@dataclass
class _Memory:
    """What the last reading left for this one: its cursor.

    `since` and `census` are when the last reading and the last census began; `typed_at` when the repository was last asked for
    issue types, `typed` whether it had any. `unread` are tickets that could not be read, by key, `strangers` those with managed
    labels that were never the source's.
    """

    since: datetime | None = None
    census: datetime | None = None
    milestone: int | None = None
    typed: bool = False
    typed_at: datetime | None = None
    unread: Mapping[str, Unread] = field(default_factory=dict)
    strangers: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, cursor: Cursor) -> "_Memory":
        since, census, typed_at = (_moment(cursor[name]) for name in ("since", "census", "typed_at"))
        unread, strangers = from_json(cursor["unread"]), set(cursor["strangers"])
        return cls(since, census, cursor["milestone"], cursor["typed"], typed_at, unread, strangers)

    def cursor(self, repositories: Repositories) -> Cursor:
        """As JSON, with what the server lacks."""
        moments = {name: getattr(self, name) for name in ("since", "census", "typed_at")}
        return {
            **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
            "milestone": self.milestone,
            "typed": self.typed,
            "unread": as_json(self.unread),
            "strangers": sorted(self.strangers),
            "server": repositories.server,
            "lacks": sorted(repositories.lacks),
        }


@dataclass
class SourceReading:
    """One reading. After it `summaries` is the repository with the issues under the summary's label, where that came along."""

    repositories: Repositories
    source: Source
    known: Mapping[Ref, Ticket]
    summaries: Raw | None = None
    _details: list[str] = field(default_factory=list)

    def read(self, cursor: Cursor | None) -> Reading:
        """Everything of the source, or what changed since the cursor; once an hour also what left it."""
        self.repositories.begin()
        memory = self._remembered(cursor)
        milestone, empty = self._milestone(memory)
        if memory.since is not None and memory.milestone != milestone:
            memory = _Memory()  # it was not there before: what it holds was never read
        memory.milestone, cold = milestone, memory.since is None
        since = None if memory.since is None else memory.since - OVERLAP
        gathering = Gathering(self.repositories, self.source)
        typed = self._of_type(since, gathering)
        if cold and not typed:
            typed = self._of_type(since, gathering)  # empty where something should be: not believed at once
        lists = selected(self.source, milestone, since, empty=empty)
        missing = self._gather(gathering, lists + newcomers(self.source, since), [*typed, *self._left_behind()])
        began = self.repositories.began or datetime.now(UTC)
        if memory.since and began < memory.since - OVERLAP:
            return self.read(None)  # one of the two times was wrong: what changed in between is not known
        again = [number_of(Ref(self.repositories.name, key)) for key in due(memory.unread, began)]
        missing |= self._gather(gathering, [], [number for number in again if number not in gathering.whole])
        counted = cold or began - (memory.census or began) >= CENSUS_EVERY
        census = Census(gathering, {**self.known, **gathering.tickets}, memory.strangers)
        if counted:
            missing |= self._count(census, memory)
            memory.census = began
        self._type(gathering, memory, since, began, typed)
        if self.source.asks_blockers:
            dependencies = Dependencies(self.repositories, self.source.place)
            self._block(dependencies, gathering, memory, None if counted else since)
            gathering.notes += dependencies.notes()
        gone = census.gone(missing, self._details, gathering.notes)
        failed = {gathering.ref(number).key: why for number, why in gathering.unread.items()}
        tried = {gathering.ref(number).key for number in {*again, *missing, *gathering.whole}}
        memory.since, memory.unread = began, met(failed, memory.unread, tried, began)
        return Reading(
            tickets=tuple(gathering.tickets.values()),
            cursor=memory.cursor(self.repositories),
            gone=gone,
            notes=(
                *self._missing_milestone(milestone),
                *dict.fromkeys(gathering.notes),
                *([noted(self.source.label, memory.unread)] if memory.unread else []),
            ),
            details=tuple(self._details),
            audience=gathering.audience,
            unread=tuple(memory.unread.values()),
        )

    def _remembered(self, cursor: Cursor | None) -> _Memory:
        if cursor is None:
            return _Memory()
        if not self.repositories.server:
            self.repositories.server, self.repositories.lacks = cursor["server"], set(cursor["lacks"])
        return _Memory.of(cursor)

    def _milestone(self, memory: _Memory) -> tuple[int | None, bool]:
        """The number of the source's milestone, and whether it is known to be empty. That there is none takes two looks at first."""
        title = self.source.selector.version
        if title is None or memory.milestone is not None:
            return memory.milestone, False
        for _ in range(2 if memory.since is None else 1):  # that there still is none is no news
            pages = self.repositories.pages(
                self.source.place, documents.MILESTONE, "milestones", rows=_MILESTONES, title=title
            )
            for row in (row for page in pages for row in page.inner("milestones").rows("nodes")):
                if row.text("title") == title:
                    issues = row.inner("issues")
                    return row.number("number"), bool(issues) and issues.number("totalCount", 1) == 0
        return None, False

    def _of_type(self, since: datetime | None, gathering: Gathering) -> dict[int, int]:
        """The tickets that the issue type selects, with their reactions. Raises NoTypesError where nothing else selects."""
        selector = self.source.selector
        if selector.issue_type is None:
            return {}
        types = IssueTypes(self.repositories, self.source.place)
        try:
            return types.of_type(selector.issue_type, typed_since(self.source, since))
        except NoTypesError as problem:
            if not (selector.version or selector.labels):
                raise
            gathering.notes.append(str(problem))
            return {}

    def _left_behind(self) -> list[int]:
        """Known tickets that the source no longer lists, but that carry our labels: no list shows when they are off."""
        return sorted(
            number_of(ref)
            for ref, ticket in self.known.items()
            if not self.source.lists(ticket) and managed(self.source, ticket)
        )

    def _gather(self, gathering: Gathering, lists: list[Listing], numbers: list[int]) -> set[int]:
        """Read lists and single tickets; the numbers of those that are not found."""
        source = self.source
        pages = Pages(self.repositories, source.place, source.label_prefix, source.summary_label)
        for repository, issues in pages.read(lists, numbers):
            gathering.take(repository, issues)
        self.summaries = self.summaries or pages.summaries
        gathering.unread |= pages.unreadable
        return pages.missing

    def _count(self, census: Census, memory: _Memory) -> set[int]:
        """Hold a census and read what it finds; the numbers of the tickets that are not found.

        The first reading of all has just listed everything: there it only looks for our labels elsewhere.
        """
        gathering = census.gathering
        if memory.census is None:
            numbers = census.strays()
        else:
            numbers = census.left(self._everything(memory), lambda: self._of_type(None, gathering))
        if not numbers:
            return set()
        found = Gathering(self.repositories, self.source, notes=gathering.notes)
        missing = self._gather(found, [], numbers)
        for ref, ticket in found.tickets.items():
            if ref in self.known or was_selected(self.source, ticket):
                gathering.tickets[ref] = ticket
            else:
                census.strangers.add(number_of(ref))
        gathering.unread |= found.unread
        gathering.whole |= found.whole
        return missing

    def _type(
        self,
        gathering: Gathering,
        memory: _Memory,
        since: datetime | None,
        began: datetime,
        selected_by_type: Mapping[int, int],
    ) -> None:
        """Give the tickets their issue types, where the repository has any."""
        tickets, types = gathering.tickets, IssueTypes(self.repositories, self.source.place)
        kept: Mapping[Ref, Ticket] = {}
        memory.typed = memory.typed or bool(selected_by_type)
        if not tickets:
            return
        try:
            if memory.typed and since is not None:
                found = types.changed(since)
            elif memory.typed_at is None or began - memory.typed_at >= LOOK_EVERY:
                few = types.few()
                found = types.among(self._everything(memory)) if few is None else few
                memory.typed, memory.typed_at, kept = bool(found), began, self.known
            else:
                return
        except NoTypesError:
            memory.typed, memory.typed_at = False, began
            return
        found = dict.fromkeys(selected_by_type, self.source.selector.issue_type or "") | found
        for ref, ticket in {**kept, **tickets}.items():
            name = found.get(number_of(ref))
            if name is None and since is not None and ticket.updated < since and ref in self.known:
                name = self.known[ref].issue_type  # nothing changed in it: it came for another reason
            if name != ticket.issue_type:
                tickets[ref] = ticket.model_copy(update={"issue_type": name})

    def _block(self, dependencies: Dependencies, gathering: Gathering, memory: _Memory, since: datetime | None) -> None:
        """Give the tickets their open blockers: all of them with a census, since a blocker that closes changes no other ticket."""
        tickets = gathering.tickets
        if since is None:
            found = dependencies.among(self._everything(memory))
        elif tickets:
            found = dependencies.changed(since)
        else:
            return
        for ref, ticket in {**self.known, **tickets}.items():
            before = self.known[ref].open_blockers if ref in self.known else 0
            blockers = found.get(number_of(ref), before)
            if blockers != ticket.open_blockers:
                tickets[ref] = ticket.model_copy(update={"open_blockers": blockers})

    def _everything(self, memory: _Memory) -> list[Listing]:
        """All lists of the source, whole; those of its issue type are no lists of GraphQL's."""
        return selected(self.source, memory.milestone, None) + newcomers(self.source, None)

    def _missing_milestone(self, milestone: int | None) -> tuple[str, ...]:
        title = self.source.selector.version
        return (f"{self.source.place} has no milestone {title!r} yet",) if title and milestone is None else ()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
