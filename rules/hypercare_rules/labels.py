"""Which managed labels a ticket should carry, and which stay away because a person took them off."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter

from hypercare_rules.beginnings import priority_began
from hypercare_rules.judge import Scene, judged_since
from hypercare_rules.judgement import Judgement
from hypercare_rules.ticket import LabelChanged, Standing, Ticket
from hypercare_rules.values import Priority


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds of a ticket now (`breached`), since when, and the values that make it so.

    `subject` is of what: a clock, an escalation policy. `not_before` is the time before which it surely did not, where that
    is another.
    """

    name: str
    since: datetime
    why: str
    subject: str = ""
    not_before: datetime | None = None

    @property
    def surely(self) -> datetime:
        """The time before which it surely was not so."""
        return self.not_before or self.since


@dataclass(frozen=True, slots=True)
class Wanted:
    """A managed label that a ticket should carry, and why."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class KeptAway:
    """A managed label that a ticket should carry but for a person who took it off; `why` it should."""

    label: str
    why: str
    taken_off: LabelChanged


def labels(
    ticket: Ticket, judgement: Judgement, conditions: Iterable[Condition], scene: Scene
) -> Iterator[Wanted | KeptAway]:
    """The managed labels for a ticket: its priority, its conditions and what rules add.

    One that a person took off stays away until its reason newly arises. A closed ticket keeps, as a record, a priority label that it has
    and the one that says it was handed over, and gets nothing new.
    """
    prefix = scene.policy.label_prefix
    if not ticket.open:
        records = {*(f"{prefix}{priority}" for priority in Priority), scene.policy.bau_label}
        yield from (Wanted(label, "kept as the record of a closed ticket") for label in sorted(records & ticket.labels))
        return
    priority = judgement.priority
    yield _wanted(ticket, f"{prefix}{priority.value}", priority.source, lambda: priority_began(ticket, scene).likely)
    for name, condition in sorted(_labelled(conditions).items()):
        yield _wanted(ticket, f"{prefix}{name}", condition.why, partial(attrgetter("since"), condition))
    for label, rule in dict(judgement.labels).items():
        yield _wanted(ticket, label, rule, partial(judged_since, ticket, scene, partial(_adds, label)))


def _adds(label: str, judgement: Judgement) -> bool:
    return label in dict(judgement.labels)


def _labelled(conditions: Iterable[Condition]) -> dict[str, Condition]:
    """The conditions that show as labels, each once with its earliest moment; a breach hides that something is at risk."""
    earliest: dict[str, Condition] = {}
    for condition in sorted(conditions, key=lambda condition: condition.since):
        if condition.name != "overridden":
            earliest.setdefault(condition.name, condition)
    if "breached" in earliest:
        earliest.pop("at-risk", None)
    return earliest


def over_releases(each: Iterable[tuple[str, Iterable[Wanted]]]) -> dict[str, Wanted]:
    """The labels that one ticket should carry over all its releases, by name: each release by its prefix and what it wants.

    Of two priorities under one prefix the higher stays, and a breach hides that something is at risk elsewhere, as in one release.
    """
    found: dict[str, Wanted] = {}
    for prefix, wanted in each:
        found |= {one.label: one for one in wanted}
        priorities = [label for priority in Priority if (label := f"{prefix}{priority}") in found]
        hidden = [f"{prefix}at-risk"] if f"{prefix}breached" in found else []
        for label in (*priorities[1:], *hidden):
            found.pop(label, None)
    return found


def _wanted(ticket: Ticket, label: str, why: str, since: Callable[[], datetime]) -> Wanted | KeptAway:
    """A label whose reason arose at `since`, which is worked out only where somebody took the label off."""
    taken_off = _taken_off(ticket, label)
    if taken_off is None or since() > taken_off.at:
        return Wanted(label, why)
    return KeptAway(label, why, taken_off)


def _taken_off(ticket: Ticket, label: str) -> LabelChanged | None:
    """How somebody else than us took the label off, unless it was set again since."""
    for event in reversed(ticket.history):
        if isinstance(event, LabelChanged) and event.label == label:
            ours = event.by is not None and event.by.standing is Standing.ours
            return None if event.added or ours else event
    return None
