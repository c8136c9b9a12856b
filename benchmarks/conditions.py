"""How fast conditions are: closures against hand-written Python, and against two expression languages where installed.

    python benchmarks/conditions.py

Thirty conditions over ten thousand tickets; the languages get fewer tickets and values prepared to their liking (names
without case, lengths in seconds), so that they are not slower than they must be. All are held against each other first.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypercare_rules.conditions import Condition, Facts, FieldType, compile_condition
from hypercare_rules.ticket import Audience, StatusCategory
from hypercare_rules.values import Kind, Level, Priority, Severity

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
WORDS = ("outage", "payment", "login", "slow", "crash", "android", "invoice", "timeout", "webhook", "search")
LABELS = (*WORDS, "Bug", "Regression", "web", "ios", "needs-info")
GRAVE = frozenset({Priority.P1, Priority.P2})

Answer = Callable[[Any], Any]


class Case(NamedTuple):
    """One condition four times."""

    yaml: dict[str, Any]
    python: Callable[[Facts], bool]
    rule_engine: str
    cel: str


def cases() -> list[Case]:
    """Ten shapes of conditions as policies have them, each with three sets of values."""
    return [case for values in (("outage", 3, 8), ("payment", 5, 24), ("login", 1, 48)) for case in _shapes(*values)]


def _shapes(word: str, count: int, hours: int) -> list[Case]:
    length, seconds = timedelta(hours=hours), hours * 3600
    return [
        Case(
            {"customer_tier": "enterprise", "any": [{"labels": {"has": word}}, {"title": {"contains": word}}]},
            lambda f: (
                str(f.custom.get("customer_tier")).casefold() == "enterprise"
                and (word in {label.casefold() for label in f.labels} or word in f.title.casefold())
            ),
            f"customer_tier == 'enterprise' and ('{word}' in labels or '{word}' in title)",
            f"customer_tier == 'enterprise' && ('{word}' in labels || title.contains('{word}'))",
        ),
        Case(
            {"open": True, "priority": {"at_least": "P2"}, "acknowledged": False, "age": {"gt": f"{hours}h"}},
            lambda f: f.open and not f.acknowledged and f.priority in GRAVE and f.age > length,
            f"open and priority in ['P1', 'P2'] and not acknowledged and age > {seconds}",
            f"open && priority in ['P1', 'P2'] && !acknowledged && age > {seconds}",
        ),
        Case(
            {"kind": ["defect", "performance"], "votes": {"gte": count}},
            lambda f: f.kind in (Kind.defect, Kind.performance) and f.votes >= count,
            f"kind in ['defect', 'performance'] and votes >= {count}",
            f"kind in ['defect', 'performance'] && votes >= {count}",
        ),
        Case(
            {"labels": {"any": [word, "regression"], "none": ["needs-info"]}, "open": True},
            lambda f: (
                f.open
                and not (folded := {label.casefold() for label in f.labels}).isdisjoint((word, "regression"))
                and "needs-info" not in folded
            ),
            f"('{word}' in labels or 'regression' in labels) and not ('needs-info' in labels) and open",
            f"('{word}' in labels || 'regression' in labels) && !('needs-info' in labels) && open",
        ),
        Case(
            {"status": ["Waiting for customer", "Pending"], "idle_for": {"gt": f"{hours}h"}},
            lambda f: f.idle_for > length and f.status.casefold() in ("waiting for customer", "pending"),
            f"status in ['waiting for customer', 'pending'] and idle_for > {seconds}",
            f"status in ['waiting for customer', 'pending'] && idle_for > {seconds}",
        ),
        Case(
            {"severity": {"at_least": "major"}, "not": {"acknowledged": True}},
            lambda f: f.severity in (Severity.critical, Severity.major) and not f.acknowledged,
            "severity in ['critical', 'major'] and not acknowledged",
            "severity in ['critical', 'major'] && !acknowledged",
        ),
        Case(
            {"reopened": {"gte": count}},
            lambda f: f.reopened >= count,
            f"reopened >= {count}",
            f"reopened >= {count}",
        ),
        Case(
            {"any": [{"acknowledge_used": {"gte": 0.75}}, {"resolve_used": {"gte": 0.75}}], "open": True},
            lambda f: f.open and (f.acknowledge_used >= 0.75 or f.resolve_used >= 0.75),
            "(acknowledge_used >= 0.75 or resolve_used >= 0.75) and open",
            "(acknowledge_used >= 0.75 || resolve_used >= 0.75) && open",
        ),
        Case(
            {"created": {"older_than": f"{hours}h"}, "audience": "public", "components": "Checkout"},
            lambda f: (
                f.audience is Audience.public
                and NOW - f.created > length
                and "checkout" in {name.casefold() for name in f.components}
            ),
            f"created_ago > {seconds} and audience == 'public' and 'checkout' in components",
            f"created_ago > {seconds} && audience == 'public' && 'checkout' in components",
        ),
        Case(
            {"description": {"contains": word}, "impact": "high"},
            lambda f: f.impact is Level.high and word in f.description.casefold(),
            f"'{word}' in description and impact == 'high'",
            f"description.contains('{word}') && impact == 'high'",
        ),
    ]


def tickets(count: int) -> list[Facts]:
    """Tickets such as a busy release has, the same in each run."""
    chance = random.Random(5)  # noqa: S311 -- no secret
    return [_ticket(number, chance) for number in range(count)]


def _ticket(number: int, chance: random.Random) -> Facts:
    age, idle = timedelta(minutes=chance.randrange(20_000)), timedelta(minutes=chance.randrange(5_000))
    resolved = NOW - idle if chance.random() < 0.4 else None
    return Facts(
        now=NOW,
        open=resolved is None,
        acknowledged=chance.random() < 0.6,
        overridden=False,
        customer=chance.random() < 0.5,
        disagreement=False,
        kind=chance.choice(list(Kind)),
        impact=chance.choice(list(Level)),
        urgency=chance.choice(list(Level)),
        severity=chance.choice([None, *Severity]),
        priority=chance.choice(list(Priority)),
        status_category=StatusCategory.done if resolved else StatusCategory.new,
        audience=chance.choice(list(Audience)),
        votes=chance.randrange(8),
        reactions=chance.randrange(8),
        comments=chance.randrange(20),
        reopened=chance.randrange(4),
        customers_affected=chance.randrange(5),
        duplicates=0,
        linked=chance.randrange(3),
        open_sub_issues=0,
        open_blockers=0,
        acknowledge_used=chance.random() * 1.2,
        resolve_used=chance.random(),
        age=age,
        idle_for=idle,
        created=NOW - age,
        updated=NOW - idle,
        resolved=resolved,
        acknowledged_at=None,
        last_activity=NOW - idle,
        labels=frozenset(chance.sample(LABELS, chance.randrange(5))),
        components=frozenset(chance.sample(("Checkout", "Search", "Account"), chance.randrange(3))),
        affects=frozenset({"5.2"}),
        planned_for=frozenset(),
        assignees=frozenset(),
        customers=frozenset(),
        tracker="shop-jira",
        place="SHOP",
        key=f"SHOP-{number}",
        status=chance.choice(["Open", "In Progress", "Waiting for customer", "Pending", "Done"]),
        native_priority=chance.choice([None, "High", "Low"]),
        issue_type="Bug",
        resolution=None,
        reporter="pat",
        title=" ".join(chance.choices(WORDS, k=8)).capitalize(),
        description=" ".join(chance.choices(WORDS, k=200)),
        custom={"customer_tier": chance.choice(["Enterprise", "pro", "free"])},
    )


def prepared(facts: Facts) -> dict[str, Any]:
    """The values that the languages need, in a form in which they can compare them."""
    return {
        **{name: getattr(facts, name) for name in ("open", "acknowledged", "votes", "reopened")},
        **{name: str(getattr(facts, name)) for name in ("kind", "impact", "severity", "priority")},
        **{name: getattr(facts, name).casefold() for name in ("status", "title", "description")},
        **{name: sorted(map(str.casefold, getattr(facts, name))) for name in ("labels", "components")},
        **{name: getattr(facts, name).total_seconds() for name in ("age", "idle_for")},
        "acknowledge_used": facts.acknowledge_used,
        "resolve_used": facts.resolve_used,
        "created_ago": (facts.now - facts.created).total_seconds(),
        "audience": facts.audience.name,
        "customer_tier": str(facts.custom["customer_tier"]).casefold(),
    }


def closures(every: Sequence[Case]) -> list[Answer]:
    """The conditions as the product compiles them."""
    conditions = [Condition.model_validate_json(json.dumps(case.yaml)) for case in every]
    return [compile_condition(condition, {"customer_tier": FieldType.text}) for condition in conditions]


def rule_engine(every: Sequence[Case]) -> list[Answer]:
    """The conditions in the language of rule-engine. Raises ImportError where it is not installed."""
    from rule_engine import Rule  # type: ignore[import-not-found, import-untyped, unused-ignore]  # measured where somebody installed it

    return [Rule(case.rule_engine).matches for case in every]


def cel(every: Sequence[Case]) -> list[Answer]:
    """The conditions in CEL, by cel-python. Raises ImportError where it is not installed."""
    import celpy  # type: ignore[import-not-found, import-untyped, unused-ignore]  # measured where somebody installed it

    environment = celpy.Environment()
    programs = [environment.program(environment.compile(case.cel)) for case in every]
    return [program.evaluate for program in programs]


def cel_values(facts: Iterable[Facts]) -> list[Any]:
    """The values as CEL has them."""
    from celpy.adapter import json_to_cel

    return [json_to_cel(prepared(one)) for one in facts]


def speed(answers: Sequence[Answer], inputs: Sequence[Any]) -> tuple[float, list[list[bool]]]:
    """Evaluations a second of this process alone, best of three rounds, and what came out."""
    best, outcome = 0.0, []
    for _ in range(3):
        start = time.process_time()
        outcome = [[answer(value) for value in inputs] for answer in answers]
        best = max(best, len(answers) * len(inputs) / (time.process_time() - start))
    return best, [list(map(bool, row)) for row in outcome]


def main() -> None:
    """Prints a table of evaluations a second."""
    every, facts = cases(), tickets(10_000)
    few = facts[:100]
    reference, expected = speed([case.python for case in every], facts)
    rows = [("hand-written Python", reference), ("closures", _same(*speed(closures(every), facts), expected))]
    for name, build, inputs in (
        ("rule-engine", rule_engine, lambda: list(map(prepared, few))),
        ("cel-python", cel, lambda: cel_values(few)),
    ):
        try:
            rows.append((name, _same(*speed(build(every), inputs()), expected)))
        except ImportError:
            print(f"{name} is not installed: left out", file=sys.stderr)
    print(f"{len(every)} conditions, {len(facts):,} tickets ({len(few)} for the languages)\n")
    print(f"{'':22}{'evaluations/s':>16}{'ratio':>9}")
    for name, rate in rows:
        print(f"{name:22}{rate:>16,.0f}{rate / reference:>9.3f}")


def _same(rate: float, outcome: list[list[bool]], expected: list[list[bool]]) -> float:
    """The rate, once the outcome is known to be the expected one."""
    assert all(row == known[: len(row)] for row, known in zip(outcome, expected, strict=True)), "they disagree"
    return rate


if __name__ == "__main__":
    main()
