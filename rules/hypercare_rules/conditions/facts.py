"""What conditions are asked about: everything that is known of one ticket at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypercare_rules.ticket import Audience, StatusCategory
from hypercare_rules.values import Kind, Level, Priority, Severity

Custom = str | float | frozenset[str] | None
"""A value of a field that a policy declares itself; None where the ticket has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One ticket as conditions see it at `now`; `fields.FIELDS` says what each field means.

    All moments are aware, no number is nan. None, an empty text and an empty set mean that the ticket has no such value. Names and texts are
    as people wrote them: tests compare them without case.
    """

    now: datetime

    open: bool
    acknowledged: bool
    overridden: bool
    customer: bool
    disagreement: bool

    kind: Kind
    impact: Level
    urgency: Level
    severity: Severity | None
    priority: Priority
    status_category: StatusCategory
    audience: Audience

    votes: int
    reactions: int
    comments: int
    reopened: int
    customers_affected: int
    duplicates: int
    linked: int
    open_sub_issues: int
    open_blockers: int
    acknowledge_used: float
    resolve_used: float

    age: timedelta
    idle_for: timedelta
    created: datetime
    updated: datetime
    resolved: datetime | None
    acknowledged_at: datetime | None
    last_activity: datetime

    labels: frozenset[str]
    components: frozenset[str]
    affects: frozenset[str]
    planned_for: frozenset[str]
    assignees: frozenset[str]
    customers: frozenset[str]

    tracker: str
    place: str
    key: str
    status: str
    native_priority: str | None
    issue_type: str | None
    resolution: str | None
    reporter: str | None
    title: str
    description: str

    custom: Mapping[str, Custom]
