"""The one model of a ticket: a Jira ticket or a GitHub issue, in the words of vocabulary rather than a tracker's.

A ticket holds what a tracker said, nothing that a policy decides: impact, urgency and priority are in
`hypercare_rules.assess`. Histories are kept whole, because streaks, episodes and acknowledgement are replayed from them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cached_property
from operator import itemgetter
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, field_validator

from hypercare_rules.durations import Duration
from hypercare_rules.held_review import HeldReview
from hypercare_rules.model import Model, Moment
from hypercare_rules.people import ON_CALL
from hypercare_rules.values import Priority, TrackerKind
from hypercare_rules.words import Answer, Verb


class Ref(NamedTuple):
    """Which ticket: the tracker's name in the config and the key in it (`SHOP-12`, `acme/web#12`)."""

    tracker: str
    key: str

    @property
    def kind(self) -> TrackerKind:
        """The kind of tracker that the form of the key tells."""
        return TrackerKind.github if "#" in self.key else TrackerKind.jira

    @property
    def place(self) -> str:
        """The Jira project or the GitHub repository that the key tells."""
        return self.key.partition("#")[0] if "#" in self.key else self.key.rpartition("-")[0]

    def __str__(self) -> str:
        return f"{self.tracker}:{self.key}"


class Audience(IntEnum):
    """Who may read a text. Text never goes from a narrower (higher) audience to a wider one."""

    public = 0
    internal = 1
    restricted = 2


class StatusCategory(StrEnum):
    """Where a native status stands in the life of a ticket."""

    new = "new"
    in_progress = "in_progress"
    done = "done"


class Standing(StrEnum):
    """What somebody is to the release: our own account, another program, one who may respond, or anybody else."""

    ours = "ours"
    bot = "bot"
    team = "team"
    other = "other"

    @property
    def human(self) -> bool:
        """Whether what they do counts as activity of people."""
        return self in (Standing.team, Standing.other)


class Person(Model):
    """Somebody in a tracker: `id` is the login on GitHub, the account id on Jira.

    `domain` is that of their e-mail address, casefolded, where the tracker tells it.
    """

    id: str
    name: str
    standing: Standing
    domain: str | None = None


class Status(Model):
    """A native status by name, with its category."""

    name: str
    category: StatusCategory


class _Event(Model):
    at: Moment
    by: Person | None


class StatusChanged(_Event):
    """The ticket moved from one native status to another; on GitHub it was closed or reopened."""

    kind: Literal["status"] = "status"
    before: Status
    after: Status

    @property
    def reopens(self) -> bool:
        """Whether it leads out of a done status."""
        done = StatusCategory.done
        return self.before.category is done and self.after.category is not done


class LabelChanged(_Event):
    """Somebody set or removed a label."""

    kind: Literal["label"] = "label"
    label: str
    added: bool


class Assigned(_Event):
    """The ticket got another assignee; None where nobody has it now. Ids as in `Person.id`."""

    kind: Literal["assigned"] = "assigned"
    after: str | None


class NativePriorityChanged(_Event):
    """The tracker's own priority field changed."""

    kind: Literal["native_priority"] = "native_priority"
    before: str | None
    after: str | None


class ScopeChanged(_Event):
    """A version or milestone was set on the ticket or taken off it."""

    kind: Literal["scope"] = "scope"
    name: str
    added: bool


class Said(_Event):
    """Somebody steered us by a command about the ticket, in the summary, which its `readers` may read; no tracker tells it of the ticket itself."""

    kind: Literal["said"] = "said"
    verb: Verb
    priority: Priority | None = None
    until: Moment | None = None
    why: str = ""
    readers: Audience = Audience.restricted


Event = Annotated[
    StatusChanged | LabelChanged | Assigned | NativePriorityChanged | ScopeChanged | Said, Field(discriminator="kind")
]


class ToldStep(Model):
    """One step that an escalation comment told: how long after the beginning it was due, and whom it named.

    That survives an edit of the policy, which a number does not. `again` says that it repeated the policy's last tier.
    """

    after: Duration
    again: bool = False
    who: tuple[str, ...]

    @property
    def heard(self) -> bool:
        """Whether it reached anybody: not where it named only whoever was on call, and nobody was."""
        return self.who != (ON_CALL,)


def last_closing(history: Iterable[Event]) -> datetime | None:
    """When a ticket with this history, oldest first, last went from undone to done; None where the history does not tell."""
    done, closed = StatusCategory.done, None
    for event in history:
        if isinstance(event, StatusChanged) and event.after.category is done is not event.before.category:
            closed = event.at
    return closed


class Marker(Model):
    """The hidden key of a comment that we wrote: what it is for, and of which release.

    A status comment carries a digest of its content, a review what the next one must know, an answer what it answers. An escalation comment
    carries the escalation policy, the steps that it told, and its `episode`: the time before which that surely did not begin. `began` is when it
    did, where that was known to be later. The episode of a hand-over is when hypercare ended.
    """

    purpose: Literal["status", "escalation", "review", "answer", "handover"]
    release: str
    digest: str = ""
    policy: str = ""
    episode: Moment | None = None
    began: Moment | None = None
    steps: tuple[ToldStep, ...] = ()
    review: HeldReview | None = None
    answer: Answer | None = None

    @property
    def since(self) -> datetime | None:
        """When the episode began, as far as was known when it was told."""
        return self.began or self.episode

    @property
    def key(self) -> tuple[object, ...]:
        """What two comments that say the same thing share.

        The digest of a status comment changes with its content, who is on call with the time, a review tells of another time where
        it is late. That nobody heard it does count.
        """
        steps = tuple((step.after, step.again, step.heard) for step in self.steps)
        more = (*((self.review.at,) if self.review else ()), *((self.answer.to,) if self.answer else ()))
        return (self.purpose, self.release, self.policy, self.episode, steps, *more)


class Comment(Model):
    """A comment as plain text; `marker` is set only where our own account wrote it and the text carries our key.

    `restricted` says that not all who see the ticket may read it.
    One of ours that is `edited` has other words than we wrote: it is the person's who edited it, and never written to again. One of
    somebody's that is was edited by somebody else, as far as the tracker tells.
    """

    id: str
    author: Person
    created: Moment
    updated: Moment
    text: str
    marker: Marker | None = None
    restricted: bool = False
    edited: bool = False


class Relation(StrEnum):
    """How a ticket is linked to another."""

    duplicates = "duplicates"
    duplicated_by = "duplicated_by"
    blocks = "blocks"
    blocked_by = "blocked_by"
    relates = "relates"
    same = "same"
    distinct = "distinct"


class Link(Model):
    """A link to another ticket: of the own site by the key that it has there, to anywhere else by the address of its page.

    The relation `same` says that the other is the same problem, told elsewhere; `distinct` that a person took back that it is.
    """

    relation: Relation
    key: str = ""
    url: str | None = None


class OurLink(NamedTuple):
    """A link by which we lead from a ticket to another one or to the summary; `prefix` is that of our labels, which tells configs apart.

    As text it is the link's id in the tracker: the same for the same link, and found again by it.
    """

    prefix: str
    to: Ref

    def __str__(self) -> str:
        return f"{_OURS}{self.prefix}{self.to}"

    @classmethod
    def read(cls, text: str) -> "OurLink | None":
        """The link that has this id; None where it is not ours."""
        prefix, colon, rest = text.removeprefix(_OURS).partition(":")
        tracker, _, key = rest.rpartition(":")
        return cls(prefix + colon, Ref(tracker, key)) if text.startswith(_OURS) and prefix and tracker and key else None


_OURS = "hypercare-sync:"


@dataclass(frozen=True, slots=True)
class Folded:
    """The names that a ticket carries, casefolded."""

    labels: frozenset[str]
    fields: dict[str, frozenset[str]]
    native_priority: frozenset[str]
    components: frozenset[str]
    issue_type: frozenset[str]
    organisations: frozenset[str]
    domains: frozenset[str]


def _domains(reporter: Person | None) -> frozenset[str]:
    """The domain of who reported, and those that it is below: `emea.acme.example` is `acme.example`, too."""
    if reporter is None or reporter.domain is None:
        return frozenset()
    parts = reporter.domain.casefold().split(".")
    return frozenset(".".join(parts[start:]) for start in range(len(parts) - 1))


class Ticket(Model):
    """One ticket as its tracker tells it.

    `organisations` are those of the customers for whom it was reported. `fields` are other native fields by name, with their values as text: a Jira field, or a question of a GitHub issue form.
    `open_sub_issues` is how many parts of it (GitHub's sub-issues) are still to be done,
    `open_blockers` how many others must be done first (GitHub's dependencies, where the policy asks for them).
    `affects` are the versions it was found in (Jira), `planned_for` the fix versions or the milestone. `history` is sorted
    by time, oldest first. `linked` are links of ours that stand on it (Jira), `unlinked` those that somebody else took off. `listed` is False once the user's own query no longer finds the ticket. `history_cut` says that the tracker did not give the whole history: clocks are lower bounds.
    `unreadable` names what could not be understood; the ticket is kept all the same.
    """

    ref: Ref
    url: str
    title: str
    description: str = ""
    status: Status
    resolution: str | None = None
    issue_type: str | None = None
    native_priority: str | None = None
    reporter: Person | None = None
    assignees: tuple[Person, ...] = ()
    labels: frozenset[str] = frozenset()
    components: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = {}
    affects: tuple[str, ...] = ()
    planned_for: tuple[str, ...] = ()
    created: Moment
    updated: Moment
    resolved: Moment | None = None
    votes: int = 0
    reactions: int = 0
    open_sub_issues: int = 0
    open_blockers: int = 0
    comments: tuple[Comment, ...] = ()
    links: tuple[Link, ...] = ()
    linked: frozenset[OurLink] = frozenset()
    unlinked: frozenset[OurLink] = frozenset()
    history: tuple[Event, ...] = ()
    history_cut: bool = False
    audience: Audience
    locked: bool = False
    summary_key: str | None = None
    listed: bool = True
    unreadable: tuple[str, ...] = ()

    @field_validator("history")
    @classmethod
    def _oldest_first(cls, history: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(sorted(history, key=lambda event: event.at))

    @cached_property
    def folded(self) -> "Folded":
        """What names a ticket carries, without case: what mappings look up."""
        return Folded(
            labels=frozenset(label.casefold() for label in self.labels),
            fields={
                name.casefold(): frozenset(text.casefold() for text in texts) for name, texts in self.fields.items()
            },
            native_priority=frozenset((self.said_priority.casefold(),)) if self.said_priority else frozenset(),
            components=frozenset(component.casefold() for component in self.components),
            issue_type=frozenset((self.issue_type.casefold(),)) if self.issue_type else frozenset(),
            organisations=frozenset(name.casefold() for name in self.organisations),
            domains=_domains(self.reporter),
        )

    @cached_property
    def said_priority(self) -> str | None:
        """The native priority as people have it: without what we made of it, or our own decision would decide the next one."""
        said = self.native_priority
        for event in reversed(self.history):
            if isinstance(event, NativePriorityChanged):
                if event.by is None or event.by.standing is not Standing.ours:
                    break
                said = event.before
        return said

    @cached_property
    def rewound(self) -> dict[tuple[int, int], "Ticket"]:
        """The ticket as it stood earlier, as far as `rewind` was asked: by how many events and comments there were."""
        return {}

    @property
    def open(self) -> bool:
        """Whether anything is left to do."""
        return self.status.category is not StatusCategory.done

    @cached_property
    def ended(self) -> Moment | None:
        """When the ticket was done; None while it is open. Where nothing tells (`end_known`) the earliest that it can have been so.

        That is its last move, else its creation: unlike `updated` neither moves when people go on talking.
        """
        if self.open:
            return None
        moved = self.status_history[-1].at if self.status_history else self.created
        return self.resolved or last_closing(self.history) or moved

    @property
    def end_known(self) -> bool:
        """Whether `ended` is what the tracker says, rather than the earliest that can be."""
        return self.open or self.resolved is not None or last_closing(self.history) is not None

    @cached_property
    def status_history(self) -> tuple[StatusChanged, ...]:
        """Every move between statuses, oldest first."""
        return tuple(event for event in self.history if isinstance(event, StatusChanged))

    def status_at(self, at: datetime) -> Status:
        """The native status at a time, as far as the history tells."""
        return next((move.before for move in self.status_history if move.at > at), self.status)

    @cached_property
    def reopenings(self) -> tuple[StatusChanged, ...]:
        """Every move out of a done status."""
        return tuple(move for move in self.status_history if move.reopens)

    @property
    def reopened_count(self) -> int:
        """How often the ticket was reopened."""
        return len(self.reopenings)

    @cached_property
    def last_human_activity(self) -> Moment:
        """When a person last did something to the ticket; what we or other programs did never counts."""
        return max((at for at, by in self._deeds() if by is None or by.standing.human), default=self.created)

    @property
    def acknowledged(self) -> Moment | None:
        """The first response by one who may respond and is not the reporter: a comment, an assignment or a move."""
        return next((at for at, by in self._responses if by.standing is Standing.team), None)

    def first_response(self, team: Collection[str]) -> Moment | None:
        """The same by one of these people only, named by their ids in the tracker, casefolded."""
        return next((at for at, by in self._responses if by.id.casefold() in team), None)

    @cached_property
    def _responses(self) -> tuple[tuple[Moment, Person], ...]:
        """What people other than the reporter did that tells somebody cares, oldest first."""
        reporter = self.reporter.id if self.reporter else None
        found = (
            (at, by)
            for at, by in self._deeds(responses_only=True)
            if by is not None and by.standing.human and by.id != reporter and at >= self.created
        )
        return tuple(sorted(found, key=itemgetter(0)))

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Every command about it, oldest first."""
        return tuple(event for event in self.history if isinstance(event, Said))

    def _deeds(self, *, responses_only: bool = False) -> Iterator[tuple[Moment, Person | None]]:
        """When somebody did something, and who; with `responses_only` just what tells a reporter that somebody cares."""
        for comment in self.comments:
            yield comment.created, comment.author
        for event in self.history:
            response = isinstance(event, StatusChanged) or (isinstance(event, Assigned) and event.after is not None)
            if response or not responses_only:
                yield event.at, event.by
        if not responses_only:
            yield self.created, self.reporter
