"""The story that the demo plays: who is who, when the ticks run, and what people do to which ticket at what time.

It is written down in `story/`: a ticket with its thread reads as people would read it in the tracker. Read, it becomes one list of deeds
in the order of time.
"""

from datetime import UTC, datetime
from enum import StrEnum
from importlib.resources import as_file, files
from itertools import chain
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from hypercare_rules.model import Model
from hypercare_sync.yaml_file import read, validate

STORY = files("hypercare_sync.demo") / "story"
VERSION = "5.2"
_YEAR = "2026"
_ZONE = ZoneInfo("Europe/Berlin")


def _moment(text: str) -> datetime:
    """`11-16 09:05`, in the story's year and zone, as UTC. Raises ValueError."""
    return datetime.fromisoformat(f"{_YEAR}-{text}").replace(tzinfo=_ZONE).astimezone(UTC)


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Verb(StrEnum):
    """What somebody can do to a ticket; what it is done with is the deed's `what`."""

    opens = "opens"
    comments = "comments"
    assigns = "assigns"
    moves = "moves"
    labels = "labels"
    unlabels = "unlabels"
    tags = "tags"
    duplicates = "duplicates"


class Person(Model):
    """Somebody of the story; `place` says where they come from or what they do."""

    name: str
    place: str

    @property
    def introduced(self) -> str:
        """`Lena (shop Zürich)`."""
        return f"{self.name.partition(' ')[0]} ({self.place})"


class Week(Model):
    """When the ticks run, and who takes part, by login. The team may answer for the release; customers report."""

    ticks: tuple[Moment, ...]
    team: dict[str, Person]
    customers: dict[str, Person]

    @property
    def people(self) -> dict[str, Person]:
        """Everybody, by login."""
        return {**self.team, **self.customers}


class Report(Model):
    """A ticket as it is opened, and its thread.

    `type` and `priority` are Jira's, and left out on GitHub. `release` says how it is tied to the release.
    """

    opened: str
    title: str
    text: str = ""
    type: str = "Bug"
    priority: str = "Medium"
    labels: tuple[str, ...] = ()
    release: Literal["affects", "planned", "none"] = "affects"
    pull_request: bool = False
    thread: dict[str, str] = {}


class Deed(Model):
    """One thing that somebody does to a ticket: a comment's text, an assignee's login, a status, a label, a version, a key."""

    at: datetime
    who: str
    ticket: str
    verb: Verb
    what: str


class Story(Model):
    """The whole of it; `deeds` are in the order of time."""

    week: Week
    tickets: dict[str, Report]
    deeds: tuple[Deed, ...]


class _Tickets(Model):
    """One file of tickets, by their keys."""

    tickets: dict[str, Report]


def load() -> Story:
    """The story. Raises ConfigError or ValueError where its files cannot be understood."""
    tickets = {**_file("shop.yaml", _Tickets).tickets, **_file("web.yaml", _Tickets).tickets}
    deeds = chain.from_iterable(_deeds(key, report) for key, report in tickets.items())
    return Story(week=_file("week.yaml", Week), tickets=tickets, deeds=tuple(sorted(deeds, key=lambda deed: deed.at)))


def _deeds(key: str, report: Report) -> list[Deed]:
    """A ticket's opening and its thread, whose keys read `11-16 09:05 mia comments`."""
    lines = {f"{report.opened} {Verb.opens}": report.title, **report.thread}
    found = []
    for line, what in lines.items():
        day, clock, who, verb = line.split()
        found.append(Deed(at=_moment(f"{day} {clock}"), who=who, ticket=key, verb=Verb(verb), what=what))
    return found


M = TypeVar("M", bound=Model)


def _file(name: str, model: type[M]) -> M:
    with as_file(STORY / name) as path:
        return validate(read(path), model)
