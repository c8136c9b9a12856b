"""What the cassettes hold: short stories between our account and a tracker, told the same when they are recorded and when replayed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.contract.scenes.scene import Follower, Scene, document, marker, record, source, styled
from tests.sync import apps

from hypercare_rules.handover import Handover
from hypercare_rules.ticket import Comment, OurLink, Ref, Ticket
from hypercare_sync.errors import HypercareError
from hypercare_sync.observed import FoundSummary, SummaryPlace, first_of
from hypercare_sync.trackers import github, jira
from hypercare_sync.trackers.access import Access, Place
from hypercare_sync.trackers.jira.comments import EVERYBODY, CommentReaders
from hypercare_sync.trackers.port import Page, Reading, Source, Tracker

HOUR = timedelta(minutes=61)


@dataclass
class Stage:
    """Where a story plays: a tracker at its address, and the repository or project there that holds the release.

    `person` acts only while it is recorded: what they did is in what the tracker then answers.
    """

    kind: str
    address: str
    home: str = ""
    token: str = "not-a-token"
    email: str = "bot@shop.example"
    person: Scene | None = None

    def __post_init__(self) -> None:
        self.home = self.home or ("acme/web" if self.kind == "github" else "SHOP")

    @property
    def source(self) -> Source:
        """The release's tickets, without those that only may be its own."""
        return replace(source(self.kind, self.home, suggest_untagged=False), managed_labels=frozenset({"hypercare:P1"}))

    @property
    def place(self) -> SummaryPlace:
        """Where the summary is kept."""
        label = "hypercare:summary"
        issue_type = None if self.kind == "github" else "Task"
        return SummaryPlace(self.kind, self.home, label, issue_type, styled(label)[label])

    def connect(self, token: str | None = None, readers: CommentReaders = EVERYBODY) -> Tracker:
        """The tracker as a tick connects to it; `readers` may read our comments on a Jira."""
        if self.kind == "github":
            return github.connect("github", self.address, token or self.token)
        email = self.email if self.kind == "jira" else None
        return jira.connect(self.kind, self.address, email, token or self.token, readers)

    def ref(self, number: int) -> Ref:
        """One of the tickets."""
        return Ref(self.kind, f"{self.home}{'#' if self.kind == 'github' else '-'}{number}")

    @property
    def colleague(self) -> str:
        """The account of somebody who can be assigned."""
        return "pat" if self.kind == "github" else "cleo"

    def meanwhile(self, act: Callable[[Scene], None]) -> None:
        """What a person does between two requests of ours."""
        if self.person:
            act(self.person)


@dataclass
class _Play:
    """A stage as a Follower needs it."""

    tracker: Tracker
    source: Source


def _follower(stage: Stage) -> Follower:
    return Follower(_Play(stage.connect(), stage.source))


def cold_read(stage: Stage) -> Mapping[Ref, Ticket]:
    """Everything, over several pages, and what the pages cut off."""
    follower = _follower(stage)
    follower.read()
    return follower.known


def warm_read(stage: Stage) -> tuple[Reading, ...]:
    """All, nothing new, what people changed, and what left the release and was deleted."""
    follower = _follower(stage)
    first, second = follower.read(), follower.read()

    def change(person: Scene) -> None:
        person.pass_time(timedelta(minutes=20))
        person.comment(stage.ref(1), "Still broken here.")
        person.close(stage.ref(2))

    def leave(person: Scene) -> None:
        person.pass_time(HOUR)
        person.leave(stage.ref(3))
        person.delete(stage.ref(4))

    stage.meanwhile(change)
    third = follower.read()
    stage.meanwhile(leave)
    return first, second, third, follower.read()


def labels(stage: Stage) -> Ticket:
    """Labels added and removed; the ticket after it."""
    follower, ref = _follower(stage), stage.ref(1)
    follower.read()
    writer = follower.scene.tracker.writer
    writer.change_labels(ref, styled("hypercare:P1", "hypercare:breached"), [], "SHOP-99")
    writer.change_labels(ref, styled("hypercare:P2"), ["hypercare:P1", "hypercare:breached"], "SHOP-99")
    follower.read()
    return follower.known[ref]


def comments(stage: Stage) -> tuple[Ticket, ...]:
    """A comment added twice, edited, and removed twice; the ticket after each."""
    follower, ref = _follower(stage), stage.ref(1)
    writer = follower.scene.tracker.writer
    seen = []

    def look() -> None:
        follower.read()
        seen.append(follower.known[ref])

    for digest in ("d1", "d2"):
        writer.add_comment(ref, marker(digest), document("Priority P1."))
    look()
    ours = seen[0].comments[0].id
    writer.edit_comment(ref, ours, marker("d2"), document("Priority P2."))
    look()
    for _ in range(2):
        writer.remove_comment(ref, ours)
    writer.edit_comment(ref, ours, marker("d3"), document("Priority P3."))
    look()
    return tuple(seen)


def assignment(stage: Stage) -> Ticket:
    """A ticket given to somebody, twice; the ticket after it."""
    follower, ref = _follower(stage), stage.ref(1)
    for _ in range(2):
        follower.scene.tracker.writer.assign(ref, stage.colleague)
    follower.read()
    return follower.known[ref]


def links(stage: Stage) -> tuple[Ticket, ...]:
    """A link to another ticket made twice, and taken off twice; the ticket after each."""
    follower, ref = _follower(stage), stage.ref(1)
    writer, link = follower.scene.tracker.writer, OurLink("hypercare:", Ref("web-github", "acme/web#12"))
    seen = []
    page = Page("https://github.com/acme/web/issues/12", "Cart is empty", "same incident")
    for step in (lambda: writer.link(ref, link, page), lambda: writer.unlink(ref, link)):
        for _ in range(2):
            step()
        follower.read()
        seen.append(follower.known[ref])
    return tuple(seen)


def pin(stage: Stage) -> tuple[FoundSummary, ...]:
    """A summary before and after it is pinned, twice."""
    tracker, place = stage.connect(), stage.place
    key = tracker.writer.create_summary(place, "Hypercare: Shop 5.2", document("All well."), record("s1")).key
    found = [tracker.reader.summary(place, "Shop 5.2", key, ())]
    for _ in range(2):
        tracker.writer.pin_summary(key)
    return (*found, tracker.reader.summary(place, "Shop 5.2", key, ()))


def ending(stage: Stage) -> tuple[FoundSummary, ...]:
    """A pinned summary before and after it is closed, because hypercare ended, and once it is open again."""
    tracker, place = stage.connect(), stage.place
    key = tracker.writer.create_summary(place, "Hypercare: Shop 5.2", document("All well."), record("s1")).key
    tracker.writer.pin_summary(key)
    found = [tracker.reader.summary(place, "Shop 5.2", key, ())]
    left = record("s2").model_copy(update={"handover": Handover(at=record().as_of, by="handover", finished=True)})
    tracker.writer.edit_summary(key, "Hypercare: Shop 5.2 ended", document("It is over."), left, be_open=False)
    found.append(tracker.reader.summary(place, "Shop 5.2", key, ()))
    tracker.writer.edit_summary(key, "Hypercare: Shop 5.2 burns", document("It burns."), record("s3"), be_open=True)
    return (*found, tracker.reader.summary(place, "Shop 5.2", key, ()))


def summary(stage: Stage) -> tuple[FoundSummary, ...]:
    """A summary that is not there, created, found by its key, edited, doubled, alone again, and without its label: by its key, and without."""
    tracker, place = stage.connect(), stage.place
    found = [tracker.reader.summary(place, "Shop 5.2", None, ())]
    key = tracker.writer.create_summary(place, "Hypercare: Shop 5.2", document("All well."), record("s1")).key
    found.append(tracker.reader.summary(place, "Shop 5.2", key, ()))
    tracker.writer.edit_summary(key, "Hypercare: Shop 5.2 burns", document("It burns."), record("s2"))
    double = tracker.writer.create_summary(place, "Hypercare: Shop 5.2", document("All well."), record("s1")).key
    found.append(tracker.reader.summary(place, "Shop 5.2", None, ()))
    tracker.writer.close_summary(place, double, key)
    found.append(tracker.reader.summary(place, "Shop 5.2", None, ()))
    tracker.writer.change_labels(Ref(tracker.name, key), {}, (place.label,), None)
    found.append(tracker.reader.summary(place, "Shop 5.2", key, ()))
    found.append(first_of([*tracker.reader.unlisted_summaries(place, "Shop 5.2")], found[0].audience))
    return tuple(found)


def conversation(stage: Stage) -> tuple[FoundSummary, tuple[Comment, ...]]:
    """A summary in which a person and we said something."""
    tracker, place = stage.connect(), stage.place
    key = tracker.writer.create_summary(place, "Hypercare: Shop 5.2", document("All well."), record("s1")).key
    ref = Ref(tracker.name, key)
    stage.meanwhile(lambda person: person.comment(ref, "/hypercare help"))
    tracker.writer.add_comment(ref, marker(), document("A word."))
    return tracker.reader.summary(place, "Shop 5.2", key, ()), tracker.reader.conversation(key)


def access(stage: Stage) -> Access:
    """What our account may do, tried without writing."""
    return _inspected(stage.connect(readers=CommentReaders(role="Support")), stage)


def app(stage: Stage) -> Access:
    """The same as an App, whose installation is found and whose token is made on the way."""
    sign_in = github.App(str(apps.ID), apps.private_key(), stage.home)
    return _inspected(github.connect("github", stage.address, sign_in), stage)


def _inspected(tracker: Tracker, stage: Stage) -> Access:
    assert tracker.inspector is not None
    place = Place(stage.home, source=True, summary=True, priorities=frozenset({"High", "Urgent"}))
    return tracker.inspector.inspect([place], {stage.colleague: "Pat", "nobody": "Nobody"})


def refused(stage: Stage) -> HypercareError:
    """What a wrong token brings."""
    return _failure(lambda: stage.connect("wrong").reader.read(stage.source, None, {}))


def missing(stage: Stage) -> HypercareError:
    """What a write to a ticket that is gone brings."""
    return _failure(lambda: stage.connect().writer.add_comment(stage.ref(999), marker(), document("Priority P1.")))


def _failure(act: Callable[[], Any]) -> HypercareError:
    try:
        act()
    except HypercareError as error:
        return error
    raise AssertionError("it went well")


def lost_store(stage: Stage) -> tuple[Mapping[Ref, Ticket], FoundSummary]:
    """A ticket whose record names a summary that searches do not show, read by who knows nothing any more and asks for a field."""
    stage.connect().writer.change_labels(stage.ref(1), styled("hypercare:P1"), [], stage.ref(5).key)
    tracker = stage.connect()
    asked = replace(stage.source, fields=frozenset({"Severity"}), asks_organisations=True)
    tickets = {ticket.ref: ticket for ticket in tracker.reader.read(asked, None, {}).tickets}
    named = {ticket.summary_key for ticket in tickets.values() if ticket.summary_key}
    return tickets, tracker.reader.summary(stage.place, "Shop 5.2", None, named)


def version_to_come(stage: Stage) -> Reading:
    """A source whose version the project does not have yet."""
    asked = replace(stage.source, selector=stage.source.selector.model_copy(update={"version": "5.20"}))
    return stage.connect().reader.read(asked, None, {})


OF_GITHUB: Mapping[str, Callable[[Stage], Any]] = {story.__name__: story for story in (access, app)}
"""The stories that only GitHub has."""
OF_JIRA: Mapping[str, Callable[[Stage], Any]] = {
    story.__name__: story for story in (access, links, lost_store, version_to_come)
}
"""Those that only Jira has."""
OF_SERVER: Mapping[str, Callable[[Stage], Any]] = {
    story.__name__: story for story in (cold_read, warm_read, labels, refused)
}
"""Those of both trackers that Jira Data Center has, too."""
SCENARIOS: Mapping[str, Callable[[Stage], Any]] = {
    story.__name__: story
    for story in (
        cold_read,
        warm_read,
        labels,
        comments,
        assignment,
        summary,
        conversation,
        pin,
        ending,
        refused,
        missing,
    )
}
"""The stories that both trackers have, by the names of their cassettes."""


def stories(kind: str) -> Mapping[str, Callable[[Stage], Any]]:
    """All stories of a tracker."""
    if kind == "jira-server":
        return {**OF_SERVER, **OF_JIRA}
    return {**SCENARIOS, **(OF_GITHUB if kind == "github" else OF_JIRA)}
