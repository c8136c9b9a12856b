"""What a support lead decides: how tickets are judged, and how fast the team means to be."""

from collections.abc import Iterator
from typing import Generic, Self, TypeVar

from pydantic import Field, field_validator, model_validator

from hypercare_rules.durations import Duration, render
from hypercare_rules.model import Model
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Kind, Level, Priority, Severity

V = TypeVar("V")


class Sourced(Model, Generic[V]):
    """A value and where it came from, in words that a lead understands."""

    value: V
    source: str


class Mapping(Model, Generic[V]):
    """How a value follows from what teams already have.

    Looked up in this order: labels, native priorities, components, issue types, kinds, else the default. Among the entries
    of one of them the first in the policy that the ticket has decides. Names are compared without case.
    """

    labels: dict[str, V] = {}
    native_priorities: dict[str, V] = {}
    components: dict[str, V] = {}
    issue_types: dict[str, V] = {}
    kinds: dict[Kind, V] = {}
    default: V

    @field_validator("labels", "native_priorities", "components", "issue_types")
    @classmethod
    def _without_case(cls, entries: dict[str, V]) -> dict[str, V]:
        return {name.casefold(): value for name, value in entries.items()}

    def find(self, ticket: Ticket, kind: Kind | None = None) -> Sourced[V]:
        """The value for a ticket, with its source."""
        for word, entries, names in self._tables(ticket, kind):
            if entries and names:
                folded = {name.casefold() for name in names}
                for name, value in entries.items():
                    if name in folded:
                        return Sourced(value=value, source=f"{word} {name}")
        return Sourced(value=self.default, source="default")

    def _tables(self, ticket: Ticket, kind: Kind | None) -> Iterator[tuple[str, dict[str, V], tuple[str, ...]]]:
        yield "label", self.labels, tuple(ticket.labels)
        yield "native priority", self.native_priorities, (ticket.native_priority,) if ticket.native_priority else ()
        yield "component", self.components, ticket.components
        yield "issue type", self.issue_types, (ticket.issue_type,) if ticket.issue_type else ()
        yield "kind", {str(known): value for known, value in self.kinds.items()}, (kind,) if kind else ()


class PauseWhen(Model):
    """The native statuses in which the resolve clock stands still, compared without case."""

    status: tuple[str, ...] = ()

    @field_validator("status")
    @classmethod
    def _without_case(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.casefold() for name in names)


class Targets(Model):
    """How long the team allows itself, by priority; `at_risk_from` is the used share of a target at which it is at risk."""

    acknowledge: dict[Priority, Duration]
    resolve: dict[Priority, Duration]
    at_risk_from: float = Field(default=0.75, gt=0, lt=1)
    pause_when: PauseWhen = PauseWhen()

    @field_validator("acknowledge", "resolve")
    @classmethod
    def _complete_and_ordered(cls, targets: dict[Priority, Duration]) -> dict[Priority, Duration]:
        lacking = [priority for priority in Priority if priority not in targets]
        if lacking:
            raise ValueError(f"no target for {', '.join(lacking)}; write one for each of P1 to P4")
        for higher, lower in zip(Priority, list(Priority)[1:], strict=False):
            if targets[higher] > targets[lower]:
                raise ValueError(
                    f"{higher} ({render(targets[higher])}) may not take longer than {lower} ({render(targets[lower])})"
                )
        return targets


class Comments(Model):
    """Which open tickets get a status comment: these priorities, and whatever is in one of these conditions."""

    priorities: tuple[Priority, ...] = (Priority.P1, Priority.P2)
    conditions: tuple[str, ...] = ("at-risk", "breached", "overridden")


class Policy(Model):
    """Everything that is decided about a release's tickets by rule."""

    label_prefix: str = Field(default="hypercare:", pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,30}:$")
    kind: Mapping[Kind]
    impact: Mapping[Level]
    urgency: Mapping[Level]
    severity: Mapping[Severity | None]
    priority_matrix: dict[Level, dict[Level, Priority]]
    targets: Targets
    stale: dict[Priority, Duration]
    comments: Comments = Comments()

    @model_validator(mode="after")
    def _matrix_without_holes(self) -> Self:
        holes = [f"impact {i}, urgency {u}" for i in Level for u in Level if u not in self.priority_matrix.get(i, {})]
        if holes:
            raise ValueError(f"priority_matrix has no priority for {'; '.join(holes)}")
        return self

    @property
    def override_prefix(self) -> str:
        """The prefix of the labels by which people override a priority; we read them and never write them."""
        return f"{self.label_prefix.removesuffix(':')}-override:"

    @property
    def summary_label(self) -> str:
        """The label by which the summary is found again."""
        return f"{self.label_prefix}summary"
