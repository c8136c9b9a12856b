"""The worked examples of docs/policy.md: a policy, a ticket, and what is said to come out of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypercare_rules.assess import Memory, TicketAssessment, assess_ticket
from hypercare_rules.assignment import Assignment
from hypercare_rules.clocks import Clock
from hypercare_rules.durations import render
from hypercare_rules.exits import Measured, exit_criteria
from hypercare_rules.incidents import bound, surroundings
from hypercare_rules.judge import Scene, judge
from hypercare_rules.judgement import topics_of
from hypercare_rules.native_priority import NativePriority
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_rules.reviews import Meeting, reviews
from hypercare_rules.ticket import Audience, Person, Ref, Standing, Status, StatusCategory, StatusChanged, Ticket
from hypercare_sync.escalation_comment import escalation_comment
from hypercare_sync.paging import Page
from hypercare_sync.status_comment import status_comment
from hypercare_sync.text.document import Block, Document, Link, Paragraph

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
RELEASE = Release(name="Shop 5.2", go_live=datetime(2026, 11, 20, 7, tzinfo=UTC), hypercare=timedelta(days=14))

_EXAMPLE = re.compile(r"```yaml policy\n(.*?)```\n```yaml ticket\n(.*?)```\n```yaml outcome\n(.*?)```\n", re.DOTALL)
_CATEGORIES = {"Open": StatusCategory.new, "Done": StatusCategory.done}


@dataclass(frozen=True)
class Example:
    """One example, under a heading of the page, as three texts of YAML."""

    heading: str
    policy: str
    ticket: str
    outcome: str


def examples() -> Iterator[Example]:
    """All examples of the page, in its order."""
    text = PAGE.read_text(encoding="utf-8")
    for match in _EXAMPLE.finditer(text):
        heading = re.findall(r"^#+ (.*)$", text[: match.start()], re.MULTILINE)[-1]
        yield Example(heading, *match.groups())


def outcome(policy: Policy, given: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What comes out of an example's ticket by the policy, under the keys of the outcome that is wanted."""
    now = _moment(given.pop("now", "2026-11-23T10:00+01:00"))
    others = [_other(**other) for other in given.pop("others", [])]
    ticket = _ticket(**given)
    scene, incident = _among(ticket, others, Scene(policy, RELEASE, now))
    assessed = assess_ticket(ticket, scene, Memory(backfilled=True))
    measured = exit_criteria([Measured(ticket, judge(ticket, scene))], scene, frozenset())
    exits = {state.id: state.met for state in measured}
    return {
        key: incident if key == "incident" else _told(key, one, assessed, exits, scene) for key, one in wanted.items()
    }


def _among(ticket: Ticket, others: list[Ticket], alone: Scene) -> tuple[Scene, list[str]]:
    """The scene in which a ticket is judged among others, and the keys of its incident."""
    known = {one.ref: one for one in (ticket, *others)}
    groups = bound(known.values()).groups
    priorities = {ref: judge(one, alone).judgement.priority.value for ref, one in known.items()}
    scene = Scene(alone.policy, RELEASE, alone.now, surroundings(groups, known, priorities, alone.policy))
    return scene, [ref.key for group in groups for ref in group.tickets if ticket.ref in group.tickets]


def _told(key: str, wanted: Any, assessed: TicketAssessment, exits: dict[str, bool], scene: Scene) -> Any:
    policy, now = scene.policy, scene.now
    judgement = assessed.judgement
    match key:
        case "kind" | "impact" | "urgency" | "severity" | "customer" | "priority":
            return getattr(judgement, key).value
        case "priority_because":
            return judgement.priority.source
        case "customer_because":
            return judgement.customer.source
        case "fields":
            read = {name: policy.fields[name].read(assessed.ticket) for name in wanted}
            return {name: [value.value, value.source] for name, value in read.items()}
        case "matched":
            return list(judgement.matched)
        case "comment":
            return assessed.told
        case "labels":
            return [label.label.removeprefix(policy.label_prefix) for label in assessed.labels]
        case "looks":
            styles = {name: policy.label_style(f"{policy.label_prefix}{name}") for name in wanted}
            return {name: [style.text, style.rgb] for name, style in styles.items()}
        case "status_comment":
            return _lines(status_comment(assessed, RELEASE, policy), wanted)
        case "escalation_comment":
            page = Page(RELEASE.name, assessed.escalations[0], assessed.escalations[0].due)
            return _lines(escalation_comment(assessed, page, RELEASE, policy), wanted)
        case "runbooks":
            topics = topics_of(assessed.ticket, judgement)
            return [one.text for one in policy.runbooks if one.suits(topics)]
        case "assigned_to":
            return assessed.assignment.who if isinstance(assessed.assignment, Assignment) else None
        case "native_priority":
            return assessed.native_priority.name if isinstance(assessed.native_priority, NativePriority) else None
        case "reviews":
            return {name: _meeting(getattr(reviews(policy, RELEASE, now), name), one) for name, one in wanted.items()}
        case "tells":
            steps = {one.policy: [name for step in one.due for name in step.notify] for one in assessed.escalations}
            return {name: list(dict.fromkeys(people)) for name, people in steps.items()}
        case "exit":
            return {name: exits[name] for name in wanted}
    clock = next(clock for clock in assessed.clocks if clock.name == key)
    return {fact: _CLOCK[fact](clock, wanted[fact]) for fact in wanted}


def _lines(comment: Document, wanted: dict[str, str]) -> dict[str, str]:
    """The first and the last line of a comment, as people read them."""
    ends = {"introduction": comment.blocks[0], "closing": comment.blocks[-1]}
    return {name: _words(ends[name]) for name in wanted}


def _words(block: Block) -> str:
    assert isinstance(block, Paragraph)
    return "".join(span.text if isinstance(span, Link) else getattr(span, "value", "") for span in block.spans)


def _meeting(found: Meeting | None, wanted: list[str]) -> list[str]:
    assert found is not None
    return [found.review, wanted[1] if found.at == _moment(wanted[1]) else found.at.isoformat()]


# A time is told as the example writes it, if it is that time.
_CLOCK: dict[str, Callable[[Clock, Any], Any]] = {
    "due": lambda clock, wanted: wanted if clock.due_at == _moment(wanted) else clock.due_at.isoformat(),
    "used": lambda clock, _: render(clock.used),
    "state": lambda clock, _: str(clock.state),
}


def _ticket(**given: Any) -> Ticket:
    """An open ticket that a customer reported, with what the example says."""
    created = _moment(given.pop("created", "2026-11-23T09:50+01:00"))
    status = _status("Open")
    history = []
    for at, name in given.pop("moves", {}).items():
        mover = Person(id="ana", name="Ana K", standing=Standing.team)
        history.append(StatusChanged(at=_moment(at), by=mover, before=status, after=(status := _status(name))))
    return Ticket(
        ref=Ref("shop-jira", "SHOP-1"),
        url="https://shop.example/browse/SHOP-1",
        status=status,
        reporter=Person(id="cleo", name="Cleo C", standing=Standing.other, domain=given.pop("reporter_domain", None)),
        created=created,
        updated=max((created, *(move.at for move in history))),
        resolved=history[-1].at if status.category is StatusCategory.done else None,
        history=tuple(history),
        audience=Audience.internal,
        **{"title": "Cart is empty", **given},
    )


def _other(key: str, **given: Any) -> Ticket:
    """Another ticket, on the tracker that its key tells."""
    on_github = "#" in key
    url = f"https://github.com/{key.replace('#', '/issues/')}" if on_github else f"https://shop.example/browse/{key}"
    ref = Ref("web-github" if on_github else "shop-jira", key)
    return _ticket(**given).model_copy(update={"ref": ref, "url": url})


def _status(name: str) -> Status:
    return Status(name=name, category=_CATEGORIES.get(name, StatusCategory.in_progress))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
