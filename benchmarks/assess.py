"""How long a whole assessment takes: ten thousand tickets with histories, under two packs and under a policy that uses every part.

    python benchmarks/assess.py [--tickets 10000] [--profile]

Beside it the same tickets by a script that is written for the policy with thirty rules, as somebody without an engine would do it: values,
thirty conditions, two clocks and labels, no sources, no replays of the past, no incidents, no exit criteria.
"""

import argparse
import cProfile
import gc
import os
import pstats
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypercare_rules.assess import Memory, SourceView, World, assess
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release, Selector, SourceState
from hypercare_rules.similar import similar
from hypercare_rules.ticket import (
    Assigned,
    Audience,
    Comment,
    Event,
    LabelChanged,
    Person,
    Ref,
    Standing,
    Status,
    StatusCategory,
    StatusChanged,
    Ticket,
)
from hypercare_sync.garbage import look_rarely
from hypercare_sync.packs import builtin

GO_LIVE = datetime(2026, 11, 9, 7, tzinfo=UTC)
NOW = GO_LIVE + timedelta(days=9, hours=3)
AIM = 3  # seconds for ten thousand
WORDS = ("outage", "payment", "login", "slow", "crash", "android", "invoice", "timeout", "webhook", "search")
LABELS = (*WORDS, *(f"area-{n}" for n in range(30)))
TEAM = tuple(Person(id=f"dev{n}", name=f"Dev {n}", standing=Standing.team) for n in range(6))
CUSTOMERS = tuple(Person(id=f"c{n}", name=f"Customer {n}", standing=Standing.other) for n in range(50))
OPEN = Status(name="Open", category=StatusCategory.new)
WORKING = Status(name="In Progress", category=StatusCategory.in_progress)
WAITING = Status(name="Waiting for customer", category=StatusCategory.in_progress)
DONE = Status(name="Done", category=StatusCategory.done)


def policy() -> Policy:
    """A policy with mappings, calendars, a roster, escalation, thirty rules and exit criteria."""
    office = {"zone": "Europe/Berlin", "hours": {"mon-fri": ["08:00-18:00"]}, "holidays": {"country": "DE"}}
    people = {f"p{n}": {"name": f"Dev {n}", "jira": f"dev{n}", "skills": [WORDS[n]]} for n in range(6)}
    return Policy.model_validate(
        {
            "kind": {"labels": {"question": "usage_question"}, "issue_types": {"Task": "operation"}, "default": "defect"},
            "impact": {"labels": {"outage": "high", "slow": "low"}, "native_priorities": {"Highest": "high"}, "default": "medium"},
            "urgency": {"labels": {"crash": "high"}, "native_priorities": {"High": "high", "Low": "low"}, "default": "medium"},
            "severity": {"labels": {"sev1": "critical"}, "default": None},
            "fields": {"customer_tier": {"field": "Tier"}},
            "priority_matrix": {
                "high": {"high": "P1", "medium": "P2", "low": "P3"},
                "medium": {"high": "P2", "medium": "P3", "low": "P4"},
                "low": {"high": "P3", "medium": "P4", "low": "P4"},
            },
            "calendars": {"office": office, "always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
            "targets": {
                "acknowledge": {"P1": "30m on always", "P2": "2h on office", "P3": "8h on office", "P4": "20h on office"},
                "resolve": {"P1": "4h on always", "P2": "16h on office", "P3": "40h on office", "P4": "80h on office"},
                "update": {"P1": "2h", "P2": "8h on office"},
                "pause_when": {"status": ["Waiting for customer"]},
            },
            "stale": {"P1": "4h", "P2": "1d", "P3": "3d", "P4": "7d"},
            "people": people,
            "roles": {"hypercare_lead": ["p0"]},
            "roster": {"shifts": [{"who": ["p1", "p2", "p3"], "calendar": "office", "since": "2026-11-09T07:00Z", "rotate": "1d"}]},
            "escalation": {
                "p1": {"for": ["P1"], "calendar": "always", "tiers": [{"after": "0m", "notify": ["on_call"]}, {"after": "30m", "notify": ["hypercare_lead"]}]},
                "late": {"for": ["P2"], "until": {"open": False}, "tiers": [{"after": "16h", "notify": ["hypercare_lead"]}], "repeat": "1d"},
            },
            "rules": [rule for n, values in enumerate(RULES) for rule in _rules(n, *values)],
            "exit": [
                {"id": "no-p1", "none_open": {"priority": "P1"}, "for": "72h"},
                {"id": "answered", "none_open": {"acknowledged": False}},
                {"id": "calmer", "arrival": "falling", "over": "6d"},
                {"id": "in-time", "targets_met": 0.95, "over": "7d"},
            ],
        }
    )  # fmt: skip


RULES = (("outage", 3, 8), ("payment", 5, 24), ("login", 1, 48))


def _rules(n: int, word: str, number: int, hours: int) -> list[dict[str, Any]]:
    whens: list[dict[str, Any]] = [
        {"customer_tier": "enterprise", "any": [{"labels": word}, {"title": {"contains": word}}]},
        {"open": True, "priority": {"at_least": "P2"}, "acknowledged": False, "age": {"gt": f"{hours}h"}},
        {"kind": ["defect", "performance"], "votes": {"gte": number + 4}},
        {"labels": {"any": [word, "regression"], "none": ["needs-info"]}, "open": True},
        {"status": ["Waiting for customer"], "idle_for": {"gt": f"{hours}h"}},
        {"severity": {"at_least": "major"}, "not": {"acknowledged": True}},
        {"reopened": {"gte": number}},
        {"any": [{"acknowledge_used": {"gte": 0.75}}, {"resolve_used": {"gte": 0.75}}], "open": True},
        {"created": {"older_than": f"{hours}h"}, "audience": "public", "components": word},
        {"description": {"contains": word}, "impact": "high"},
    ]
    thens: list[dict[str, Any]] = [
        {"set": {"priority": "P1"}}, {"add_labels": [f"late-{word}"]}, {"raise": {"impact": 1}}, {"add_labels": [word]},
        {"add_labels": ["silent"]}, {"comment": True}, {"raise": {"urgency": 1}}, {"add_labels": ["watch"]},
        {"add_labels": ["public"]}, {"escalate": ["late"]},
    ]  # fmt: skip
    return [
        {"id": f"rule-{n}-{at}", "when": when, "then": then}
        for at, (when, then) in enumerate(zip(whens, thens, strict=True))
    ]


def tickets(number: int) -> tuple[Ticket, ...]:
    """Tickets of a busy release, the same in each run: four in ten are closed, some are reopened, each has its history."""
    chance = random.Random(7)  # noqa: S311 -- no secret
    return tuple(_ticket(n, chance) for n in range(number))


def _ticket(number: int, chance: random.Random) -> Ticket:
    created = GO_LIVE + timedelta(minutes=chance.randrange(9 * 24 * 60))
    history, status = _history(created, chance)
    labels = frozenset(chance.sample(LABELS, chance.randrange(4)))
    history += [LabelChanged(at=created, by=CUSTOMERS[0], label=label, added=True) for label in sorted(labels)]
    words = " ".join(chance.choices(WORDS, k=6))
    return Ticket(
        ref=Ref("jira", f"SHOP-{number}"),
        url=f"https://jira.example/SHOP-{number}",
        title=f"{words} {number}",
        description=f"{words}; see SHOP-{number // 2} " * 5,
        status=status,
        issue_type=chance.choice(("Bug", "Task")),
        native_priority=chance.choices(("Highest", "High", "Medium", "Low"), weights=(2, 8, 60, 30))[0],
        reporter=chance.choice(CUSTOMERS),
        assignees=(chance.choice(TEAM),),
        labels=labels,
        components=(chance.choice(WORDS),),
        fields={"Tier": (chance.choice(("free", *("team",) * 8, "enterprise")),)},
        affects=("5.2",),
        created=created,
        updated=max([created, *(event.at for event in history)]),
        resolved=history[-1].at if status is DONE else None,
        votes=chance.randrange(8),
        comments=_comments(created, chance),
        history=tuple(history),
        audience=chance.choice(list(Audience)),
    )


COURSES = (
    (),
    (WORKING,),
    (WORKING, WAITING),
    (WORKING, DONE),
    (WORKING, DONE),
    (WORKING, WAITING, WORKING, DONE),
    (WORKING, DONE, WORKING, DONE),
)


def _history(created: datetime, chance: random.Random) -> tuple[list[Event], Status]:
    """A chain of moves up to now, and the status in which it ends."""
    at, status, history = created, OPEN, []
    for after in chance.choice(COURSES):
        at += timedelta(minutes=chance.randrange(5, 900))
        if at >= NOW:
            break
        history.append(StatusChanged(at=at, by=chance.choice(TEAM), before=status, after=after))
        status = after
    if history:
        history.insert(0, Assigned(at=history[0].at, by=TEAM[0], after=TEAM[1].id))
    return history, status


def _comments(created: datetime, chance: random.Random) -> tuple[Comment, ...]:
    times = sorted(created + timedelta(minutes=chance.randrange(4000)) for _ in range(chance.randrange(5)))
    return tuple(
        Comment(id=str(n), author=chance.choice((*TEAM, *CUSTOMERS[:6])), created=at, updated=at, text="Any news? " * 8)
        for n, at in enumerate(time_ for time_ in times if time_ < NOW)
    )


def world(number: int) -> World:
    """One release with one source."""
    release = Release(name="Shop 5.2", go_live=GO_LIVE, hypercare=timedelta(days=14))
    state = SourceState(tracker="jira", label="jira SHOP", as_of=NOW)
    source = SourceView(selector=Selector(version="5.2"), state=state, tickets=tickets(number))
    return World(release=release, sources=(source,), memory=Memory(baseline=GO_LIVE))


def by_hand(found: tuple[Ticket, ...]) -> list[tuple[str, list[str]]]:
    """Priority and labels of each ticket by plain Python that knows the policy by heart, on wall-clock time."""
    return [_by_hand(ticket) for ticket in found]


_MATRIX = {"high": ("P1", "P2", "P3"), "medium": ("P2", "P3", "P4"), "low": ("P3", "P4", "P4")}
_ALLOWED = {"P1": (0.5, 4), "P2": (2, 16), "P3": (8, 40), "P4": (20, 80)}


def _by_hand(ticket: Ticket) -> tuple[str, list[str]]:
    labels = {label.casefold() for label in ticket.labels}
    impact = (
        "high"
        if "outage" in labels
        else "low"
        if "slow" in labels
        else "high"
        if ticket.native_priority == "Highest"
        else "medium"
    )
    urgent = "crash" in labels or ticket.native_priority == "High"
    urgency = "high" if urgent else "low" if ticket.native_priority == "Low" else "medium"
    priority = _MATRIX[impact][("high", "medium", "low").index(urgency)]
    responses = [c.created for c in ticket.comments if c.author in TEAM] + [
        e.at for e in ticket.history if e.by in TEAM
    ]
    answered = min(responses, default=None)
    ended = None if ticket.open else ticket.resolved
    paused, since = timedelta(), None
    for move in ticket.history:
        if isinstance(move, StatusChanged):
            if move.after.name == WAITING.name:
                since = move.at
            elif since:
                paused, since = paused + (move.at - since), None
    acknowledge = (answered or ended or NOW) - ticket.created
    resolve = (ended or NOW) - ticket.created - paused
    idle = NOW - max([ticket.created, *responses])
    wanted = []
    for word, number, hours in RULES:
        length = timedelta(hours=hours)
        if "enterprise" in ticket.fields.get("Tier", ()) and (word in labels or word in ticket.title.casefold()):
            priority = "P1"
        if ticket.open and priority in ("P1", "P2") and answered is None and NOW - ticket.created > length:
            wanted.append(f"late-{word}")
        if ticket.issue_type == "Bug" and ticket.votes >= number + 4:
            impact = "high"
        if ticket.open and not labels.isdisjoint((word, "regression")) and "needs-info" not in labels:
            wanted.append(word)
        if ticket.status.name == WAITING.name and idle > length:
            wanted.append("silent")
        if "sev1" in labels and answered is None:
            wanted.append("comment")
        if ticket.reopened_count >= number:
            urgency = "high"
        allowed = _ALLOWED[priority]
        if ticket.open and (
            acknowledge.total_seconds() > 2700 * allowed[0] or resolve.total_seconds() > 2700 * allowed[1]
        ):
            wanted.append("watch")
        if NOW - ticket.created > length and ticket.audience is Audience.public and word in ticket.components:
            wanted.append("public")
        if impact == "high" and word in ticket.description.casefold():
            wanted.append("escalate")
    for name, used, hours in (("acknowledge", acknowledge, allowed[0]), ("resolve", resolve, allowed[1])):
        if ticket.open and used >= timedelta(hours=hours):
            wanted.append(f"breached {name}")
    return priority, wanted


def main() -> None:
    """Measure both and compare."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tickets", type=int, default=10_000)
    options.add_argument("--profile", action="store_true", help="show where the time goes")
    given = options.parse_args()
    rules, number = policy(), given.tickets
    look_rarely()  # as every tick does
    plain = _seconds(by_hand, world(number).sources[0].tickets)
    print(
        f"{number} tickets, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seconds are those of this process alone"
    )
    print(f"{'by hand':21} {plain:6.2f} s  {number / plain:8.0f} tickets/s, doing far less")
    policies = {name: builtin(name) for name in ("standard", "follow-the-sun")} | {"thirty rules": rules}
    for name, rules_of_it in policies.items():
        assess(
            world(50), rules_of_it, NOW
        )  # compiles conditions and fills calendars, as the first of many releases does
        whole = world(number)
        gc.collect()
        took = _seconds(assess, whole, rules_of_it, NOW)
        print(
            f"{name:21} {took:6.2f} s  {number / took:8.0f} tickets/s, {took / plain:.1f} times by hand  (aim: {AIM * number / 10_000:.1f} s)"
        )
    assessment = assess(world(number), rules, NOW)
    print(f"{'similar titles':21} {_seconds(similar, assessment):6.2f} s  of {len(assessment.open)} open tickets")
    if given.profile:
        with cProfile.Profile() as profiler:
            assess(world(number), rules, NOW)
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


def _seconds(work: Callable[..., object], *arguments: object) -> float:
    start = time.process_time()
    work(*arguments)
    return time.process_time() - start


if __name__ == "__main__":
    main()
