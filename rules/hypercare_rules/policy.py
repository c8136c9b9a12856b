"""What a support lead decides: how tickets are judged, how fast the team means to be, who is told, and when hypercare ends."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, NamedTuple, get_args

from pydantic import Field, field_validator

from hypercare_rules.calendars import Calendar
from hypercare_rules.conditions import Condition, Facts, FieldType, compile_condition, fields_in
from hypercare_rules.durations import Duration
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.exit_criteria import Criterion
from hypercare_rules.forms import LabelPrefix, PriorityName
from hypercare_rules.guides import Guide, Runbook
from hypercare_rules.handover_policy import HandoverPolicy
from hypercare_rules.label_style import BAU, UNSTYLED, LabelStyle
from hypercare_rules.mapping import DeclaredField
from hypercare_rules.mapping import Mapping as ValueMapping
from hypercare_rules.model import Model
from hypercare_rules.people import Member, Roster
from hypercare_rules.review import Review
from hypercare_rules.rule import Rule
from hypercare_rules.targets import PhaseTargets, Targets
from hypercare_rules.templates import Templates
from hypercare_rules.values import Kind, Level, Priority, Severity, TrackerKind

Test = Callable[[Facts], bool]

ConditionName = Literal["at-risk", "breached", "stale", "escalated", "overridden"]
"""What may hold of an open ticket; but for the last, each is a managed label as well."""


class CompiledPause(NamedTuple):
    """A pause condition as a function, and the fields that it asks about."""

    test: Test
    fields: frozenset[str]


class Comments(Model):
    """Which open tickets get a status comment: these priorities, and whatever is in one of these conditions."""

    priorities: tuple[Priority, ...] = Field(
        default=(Priority.P1, Priority.P2), description="Every open ticket of these priorities gets one."
    )
    conditions: tuple[ConditionName, ...] = Field(
        default=("at-risk", "breached", "escalated", "overridden"),
        description="So does every open ticket that is in one of these conditions.",
    )


class Assigning(Model):
    """Which open tickets that nobody has are assigned to whoever is on call; none, unless priorities are named."""

    priorities: tuple[Priority, ...] = Field(
        default=(), description="Those of these priorities get somebody on call, of those who know the topic the first."
    )


class Policy(Model):
    """Everything that is decided about a release's tickets by rule."""

    label_prefix: LabelPrefix = Field(
        default="hypercare:",
        description="What the labels begin with that we add and remove; we touch no others. Those by which people override follow it: "
        "`care-override:P2` for `care:`.",
    )
    labels: dict[str, LabelStyle] = Field(
        default={}, description="How labels of ours look on GitHub, by their names without the prefix."
    )
    fields: dict[str, DeclaredField] = Field(
        default={}, description="Fields of your own for conditions, from fields, form answers or labels of the tickets."
    )
    kind: ValueMapping[Kind] = Field(description="What a ticket is about.")
    impact: ValueMapping[Level] = Field(description="Its effect on the business, by scope.")
    urgency: ValueMapping[Level] = Field(description="How soon it has a significant effect.")
    severity: ValueMapping[Severity | None] = Field(
        description="The technical degree that the reporter stated; kept apart from priority."
    )
    customer: ValueMapping[bool] = Field(
        default=ValueMapping[bool](default=False), description="Whether a customer reported it."
    )
    priority_matrix: dict[Level, dict[Level, Priority]] = Field(
        description="The priority by impact and urgency: `impact: {urgency: priority}`, for every pair."
    )
    calendars: dict[str, Calendar] = Field(
        default={}, description="Working hours by name, for targets, escalation and the roster."
    )
    targets: Targets = Field(description="How long the team allows itself.")
    phases: tuple[PhaseTargets, ...] = Field(
        default=(), description="Other targets for tickets that come up in the first days."
    )
    stale: dict[Priority, Duration] = Field(
        description="How long a ticket may be without any activity of people, by priority; wall-clock time.",
        examples=[{"P1": "4h", "P2": "1d"}],
    )
    comments: Comments = Field(default=Comments(), description="Which tickets get a status comment.")
    assign: Assigning = Field(default=Assigning(), description="Which tickets are assigned to whoever is on call.")
    native_priority: dict[Priority, PriorityName] = Field(
        default={},
        description="What Jira's own priority field of open tickets is made, by priority; nothing, unless it is named here.",
        examples=[{"P1": "Highest", "P2": "High"}],
    )
    templates: Templates = Field(default=Templates(), description="Words of your own in our comments.")
    rules: tuple[Rule, ...] = Field(
        default=(), description="What should be so for tickets that meet a condition, tried in their order."
    )
    people: dict[str, Member] = Field(default={}, description="The team. With people, only their responses count.")
    roles: dict[str, tuple[str, ...]] = Field(default={}, description="Who has which role, by names from `people`.")
    roster: Roster = Field(default=Roster(), description="Who is on call when: the role `on_call`.")
    escalation: dict[str, EscalationPolicy] = Field(
        default={}, description="The steps by which a ticket reaches more people, by name."
    )
    reviews: tuple[Review, ...] = Field(default=(), description="When the team looks at the release together.")
    exit: tuple[Criterion, ...] = Field(default=(), description="What must be so before hypercare is left.")
    handover: HandoverPolicy = Field(
        default=HandoverPolicy(), description="What becomes of open tickets when hypercare is left."
    )
    links: tuple[Guide, ...] = Field(
        default=(), description="Pages to which the summary leads, such as this policy in words."
    )
    runbooks: tuple[Runbook, ...] = Field(default=(), description="Pages with the steps for known problems.")

    @field_validator("priority_matrix")
    @classmethod
    def _without_holes(cls, matrix: dict[Level, dict[Level, Priority]]) -> dict[Level, dict[Level, Priority]]:
        holes = [f"impact {i}, urgency {u}" for i in Level for u in Level if u not in matrix.get(i, {})]
        if holes:
            raise ValueError(f"no priority for {'; '.join(holes)}; write one of P1 to P4 for every pair")
        return matrix

    @property
    def override_prefix(self) -> str:
        """The prefix of the labels by which people override a priority; we read them and never write them."""
        return f"{self.label_prefix.removesuffix(':')}-override:"

    @property
    def summary_label(self) -> str:
        """The label by which the summary is found again."""
        return f"{self.label_prefix}summary"

    @property
    def bau_label(self) -> str:
        """The label of a ticket that was handed over: it stays when the working labels go, and is no sign that we watch the ticket."""
        return f"{self.label_prefix}{self.handover.label}"

    @property
    def managed_labels(self) -> frozenset[str]:
        """Every label that it may give to a ticket while it is watched."""
        names = {*Priority, *get_args(ConditionName)} - {"overridden"}
        added = {label for rule in self.rules for label in rule.then.add_labels}
        return frozenset(f"{self.label_prefix}{name.removeprefix(self.label_prefix)}" for name in names | added)

    @property
    def native_fields(self) -> frozenset[str]:
        """The fields of a tracker that it asks for, by name or id, each once however it is written."""
        asked = [name for mapping in self._mappings for name in mapping.fields]
        asked += [field.field for field in self.fields.values() if field.field]
        return frozenset({name.casefold(): name for name in asked}.values())

    @property
    def asks_organisations(self) -> bool:
        """Whether it looks at the organisations of customers."""
        mapped = any(mapping.organisations for mapping in self._mappings)
        return mapped or any(field.organisations for field in self.fields.values())

    @property
    def _mappings(self) -> tuple[ValueMapping[Any], ...]:
        return (self.kind, self.impact, self.urgency, self.severity, self.customer)

    def label_style(self, label: str) -> LabelStyle:
        """How a managed label looks, by its whole name."""
        otherwise = BAU if label == self.bau_label else UNSTYLED
        return self.labels.get(label.removeprefix(self.label_prefix), otherwise)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that change whenever something is decided otherwise.

        What is as it is by default is left out: a program that knows more fields gives the same digest. The order counts: of two
        entries of a mapping that both fit, the first decides.
        """
        text = json.dumps(self.model_dump(mode="json", exclude_defaults=True))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def team_ids(self) -> Mapping[TrackerKind, frozenset[str]]:
        """The ids of the policy's people on each kind of tracker, casefolded: logins have no case. Empty where it names nobody."""
        ids = {
            kind: frozenset(identity.casefold() for one in self.people.values() if (identity := one.identity(kind)))
            for kind in TrackerKind
        }
        return ids if any(ids.values()) else {}

    @cached_property
    def declared(self) -> Mapping[str, FieldType]:
        """The types of the policy's own fields, for its conditions."""
        return {name: field.type for name, field in self.fields.items()}

    @cached_property
    def compiled_rules(self) -> tuple[tuple[Rule, Test], ...]:
        """Each rule with its condition as a function."""
        return tuple((rule, compile_condition(rule.when, self.declared)) for rule in self.rules)

    @cached_property
    def compiled_pauses(self) -> Mapping[int, CompiledPause]:
        """The pause condition of each set of targets, by `until_day` (0 for the targets after all phases)."""
        pauses = {phase.until_day: phase.targets.pause_when for phase in self.phases} | {0: self.targets.pause_when}
        return {
            day: CompiledPause(compile_condition(pause, self.declared), fields_in(pause, self.declared))
            for day, pause in pauses.items()
            if pause is not None
        }

    @cached_property
    def compiled_until(self) -> Mapping[str, Test]:
        """What ends each escalation, as a function."""
        return {
            name: compile_condition(escalation.until, self.declared) for name, escalation in self.escalation.items()
        }

    def phase_targets(self, day: int) -> tuple[int, Targets]:
        """The targets for a ticket that comes up on a day of hypercare, with the `until_day` of their phase (0 after all)."""
        return next(
            ((phase.until_day, phase.targets) for phase in self.phases if day <= phase.until_day), (0, self.targets)
        )

    def all_targets(self) -> Iterator[tuple[tuple[str | int, ...], Targets]]:
        """Every set of targets with its place."""
        yield ("targets",), self.targets
        for index, phase in enumerate(self.phases):
            yield ("phases", index, "targets"), phase.targets

    def conditions(self) -> Iterator[tuple[tuple[str | int, ...], Condition]]:
        """Every condition of the policy with its place."""
        for index, rule in enumerate(self.rules):
            yield ("rules", index, "when"), rule.when
        for place, targets in self.all_targets():
            if targets.pause_when:
                yield (*place, "pause_when"), targets.pause_when
        for name, escalation in self.escalation.items():
            yield ("escalation", name, "until"), escalation.until
        for index, criterion in enumerate(self.exit):
            if hasattr(criterion, "none_open"):
                yield ("exit", index, "none_open"), criterion.none_open
