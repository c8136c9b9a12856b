"""Small builders for tests: people, tickets and what happens to them, a release and a policy, all told in hours after go-live.

`after("2h30m")` is a moment; every builder that takes a moment takes such a text as well. A ticket that nothing is said of is an open
defect of P3 that a customer reported an hour after go-live.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypercare_rules import durations
from hypercare_rules.assess import Memory, SourceView, World
from hypercare_rules.conditions import Condition
from hypercare_rules.mapping import Mapping
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release, Selector, SourceState
from hypercare_rules.rule import Rule
from hypercare_rules.signoffs import SignOff
from hypercare_rules.targets import Targets
from hypercare_rules.ticket import (
    Assigned,
    Audience,
    Comment,
    LabelChanged,
    Link,
    Marker,
    NativePriorityChanged,
    Person,
    Ref,
    Relation,
    Said,
    ScopeChanged,
    Standing,
    Status,
    StatusCategory,
    StatusChanged,
    Ticket,
    ToldStep,
)
from hypercare_rules.values import Kind, Level, Priority, Severity
from hypercare_rules.words import Verb

When = datetime | str

GO_LIVE = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
VERSION = "5.2"
OFFICE = {"zone": "Europe/Berlin", "hours": {"mon-fri": ["08:00-18:00"]}}

CUSTOMER = Person(id="cleo", name="Cleo Customer", standing=Standing.other)
ANA = Person(id="ana", name="Ana K", standing=Standing.team)
BEN = Person(id="ben", name="Ben L", standing=Standing.team)
BOT = Person(id="ci", name="CI", standing=Standing.bot)
US = Person(id="hypercare-bot", name="hypercare-sync", standing=Standing.ours)

OPEN = Status(name="Open", category=StatusCategory.new)
WORKING = Status(name="In Progress", category=StatusCategory.in_progress)
WAITING = Status(name="Waiting for customer", category=StatusCategory.in_progress)
DONE = Status(name="Done", category=StatusCategory.done)

# Labels that the test policy turns into each priority; a ticket without any is P3.
P1_LABEL, P2_LABEL, P4_LABEL = "outage", "urgent", "cosmetic"


def after(length: str) -> datetime:
    """The moment so long after go-live; before it with a leading minus."""
    if length.startswith("-"):
        return GO_LIVE - durations.parse(length[1:])
    return GO_LIVE + durations.parse(length)


def ticket(key: str = "SHOP-1", *, tracker: str = "shop-jira", **given: Any) -> Ticket:
    """A ticket of the release, told by the fields of `Ticket`."""
    told: dict[str, Any] = {
        "title": f"Title of {key}",
        "created": "1h",
        "status": OPEN,
        "reporter": CUSTOMER,
        "affects": (VERSION,),
        **given,
    }
    told.setdefault("updated", told["created"])
    for name in {"created", "updated", "resolved"} & told.keys():
        told[name] = told[name] and _moment(told[name])
    return Ticket(
        ref=Ref(tracker, key),
        url=address(key),
        audience=Audience.internal,
        **told,
    )


def address(key: str) -> str:
    """The page of a ticket on its tracker."""
    if "#" in key:
        return f"https://github.com/{key.replace('#', '/issues/')}"
    return f"https://shop.atlassian.net/browse/{key}"


def closed(key: str = "SHOP-1", *, resolved: When | None = "2h", **given: Any) -> Ticket:
    """A ticket that is done."""
    return ticket(key, status=DONE, resolved=resolved, **given)


def comment(at: When, by: Person = ANA, text: str = "Looking into it.") -> Comment:
    """A comment of somebody."""
    moment = _moment(at)
    return Comment(id="1", author=by, created=moment, updated=moment, text=text)


def told(
    at: When, policy: str, episode: When, *steps: str, release: str = "Shop 5.2", who: tuple[str, ...] = ("ana",)
) -> Comment:
    """Our comment by which an episode of an escalation policy told some of its steps, by when they are due: `30m`, or `again 1h`."""
    marker = Marker(
        purpose="escalation",
        release=release,
        policy=policy,
        episode=_moment(episode),
        steps=tuple(
            ToldStep(after=step.removeprefix("again "), again=step.startswith("again "), who=who) for step in steps
        ),
    )
    return comment(at, US).model_copy(update={"marker": marker})


def moved(at: When, before: Status, to: Status, by: Person | None = ANA) -> StatusChanged:
    """A move from one status to another."""
    return StatusChanged(at=_moment(at), by=by, before=before, after=to)


def moves(*steps: tuple[When, Status], start: Status = OPEN) -> tuple[StatusChanged, ...]:
    """A chain of moves, each from where the one before led."""
    statuses = [start, *(status for _, status in steps)]
    return tuple(moved(at, before, to) for (at, to), before in zip(steps, statuses, strict=False))


def said(at: When, verb: Verb, by: Person | None = ANA, **given: Any) -> Said:
    """Somebody commanded something about a ticket in the summary, which everybody may read unless told otherwise."""
    return Said(at=_moment(at), by=by, verb=verb, **{"readers": Audience.public, **given})


def labelled(at: When, label: str, by: Person | None = CUSTOMER) -> LabelChanged:
    """Somebody set a label."""
    return LabelChanged(at=_moment(at), by=by, label=label, added=True)


def unlabelled(at: When, label: str, by: Person | None = ANA) -> LabelChanged:
    """Somebody took a label off."""
    return LabelChanged(at=_moment(at), by=by, label=label, added=False)


def assigned(at: When, to: Person | None, by: Person | None = ANA) -> Assigned:
    """Somebody gave the ticket to somebody, or to nobody."""
    return Assigned(at=_moment(at), by=by, after=to.id if to else None)


def reprioritised(at: When, before: str | None, to: str | None, by: Person | None = ANA) -> NativePriorityChanged:
    """Somebody changed the tracker's own priority."""
    return NativePriorityChanged(at=_moment(at), by=by, before=before, after=to)


def rescoped(at: When, version: str = VERSION, by: Person | None = ANA, *, added: bool = True) -> ScopeChanged:
    """Somebody set a version on the ticket, or took it off."""
    return ScopeChanged(at=_moment(at), by=by, name=version, added=added)


def duplicate_of(*keys: str) -> tuple[Link, ...]:
    """Links that say: the same problem as those tickets."""
    return tuple(Link(relation=Relation.duplicates, key=key) for key in keys)


def release(**given: Any) -> Release:
    """A release that went live at GO_LIVE and is watched for two weeks."""
    return Release(**{"name": "Shop 5.2", "go_live": GO_LIVE, "hypercare": timedelta(days=14), **given})


def policy(**given: Any) -> Policy:
    """A policy with round numbers; the clocks of a P3 have 4 and 16 hours and are at risk from three quarters on."""
    return Policy(
        **{
            "kind": Mapping[Kind](issue_types={"Question": Kind.usage_question}, default=Kind.defect),
            "impact": Mapping[Level](
                labels={P1_LABEL: Level.high, P4_LABEL: Level.low},
                native_priorities={"Highest": Level.high},
                kinds={Kind.usage_question: Level.low},
                default=Level.medium,
            ),
            "urgency": Mapping[Level](
                labels={P1_LABEL: Level.high, P2_LABEL: Level.high},
                native_priorities={"Highest": Level.high, "High": Level.high},
                default=Level.medium,
            ),
            "severity": Mapping[Severity | None](labels={"sev1": Severity.critical}, default=None),
            "priority_matrix": {
                Level.high: {Level.high: Priority.P1, Level.medium: Priority.P2, Level.low: Priority.P3},
                Level.medium: {Level.high: Priority.P2, Level.medium: Priority.P3, Level.low: Priority.P4},
                Level.low: {Level.high: Priority.P3, Level.medium: Priority.P4, Level.low: Priority.P4},
            },
            "targets": targets(),
            "stale": {},
            **given,
        }
    )


def targets(**given: Any) -> Targets:
    """The targets of the test policy; waiting for the customer pauses the resolve clock."""
    hours = timedelta(hours=1)
    return Targets(
        **{
            "acknowledge": dict(zip(Priority, (hours / 2, hours, 4 * hours, 8 * hours), strict=True)),
            "resolve": dict(zip(Priority, (4 * hours, 8 * hours, 16 * hours, 32 * hours), strict=True)),
            "pause_when": condition(status=WAITING.name),
            **given,
        }
    )


def office(special: dict[str, Any] | None = None, at_risk_from: float = 0.75, **allowed: str) -> Policy:
    """The test policy with a calendar of office hours in Berlin, and these targets whatever the priority."""
    tables = {name: dict.fromkeys(Priority, text) for name, text in allowed.items()}
    return policy(
        calendars={"office": {**OFFICE, "special": special or {}}}, targets=targets(at_risk_from=at_risk_from, **tables)
    )


def condition(**written: Any) -> Condition:
    """A condition as a policy writes it."""
    return Condition.model_validate(written)


def rule(name: str, when: dict[str, Any] | None = None, **then: Any) -> Rule:
    """A rule, always holding unless told when; actions as a policy writes them (`raise` as `raise_`)."""
    actions = {action.removesuffix("_"): value for action, value in then.items()}
    return Rule.model_validate({"id": name, "when": when or {}, "then": actions})


def source(
    *tickets: Ticket,
    label: str = "SHOP",
    problem: str | None = None,
    audience: Audience = Audience.internal,
    **selected_by: Any,
) -> SourceView:
    """A source that holds the tickets; it selects those of the release's version unless told otherwise."""
    return SourceView(
        selector=Selector(**{"version": VERSION, **selected_by}),
        state=SourceState(tracker="shop-jira", label=label, as_of=GO_LIVE, problem=problem, audience=audience),
        tickets=tickets,
    )


def world(*sources: SourceView, baseline: When | None = None, backfilled: bool = False) -> World:
    """The release with its sources, and whether there was a tick before."""
    memory = Memory(baseline=None if baseline is None else _moment(baseline), backfilled=backfilled)
    return World(release=release(), sources=sources, memory=memory)


def sign_offs(who: Iterable[str], at: When = "1d") -> tuple[SignOff, ...]:
    """Words of these people that hypercare may end."""
    return tuple(SignOff(who=name, at=_moment(at), comment=str(number)) for number, name in enumerate(sorted(who)))


def _moment(when: When) -> datetime:
    return after(when) if isinstance(when, str) else when
