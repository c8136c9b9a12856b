"""Why a condition holds for a ticket, or does not: each question in words, with the ticket's own value."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import assert_never

from hypercare_rules import durations
from hypercare_rules.conditions.compiling import closure
from hypercare_rules.conditions.facts import Facts
from hypercare_rules.conditions.schema import Condition
from hypercare_rules.conditions.tree import AllOf, AnyOf, Declared, Leaf, Node, Not, tree

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Explained:
    """A part of a condition in words (`labels has outage`, `all of`, `any of`, `not`) and whether it holds.

    A question has the `actual` value of the ticket, in words and shortened; what is made of parts has its `parts`.
    """

    text: str
    holds: bool
    actual: str | None = None
    parts: tuple["Explained", ...] = ()


def explain(condition: Condition, declared: Declared, facts: Facts) -> Explained:
    """The condition with what it comes to for `facts`. Raises ValueError where there are `problems`."""
    return _explained(tree(condition, declared), facts)


def almost(condition: Condition, declared: Declared, facts: Facts) -> Explained | None:
    """What alone keeps the condition from holding: the one entry of it that does not hold; None where it is not one."""
    node = tree(condition, declared)
    entries = [_explained(part, facts) for part in (node.parts if isinstance(node, AllOf) else (node,))]
    match [entry for entry in entries if not entry.holds]:
        case [failing]:
            return failing
    return None


def _explained(node: Node, facts: Facts) -> Explained:
    match node:
        case Leaf(field, operator, argument):
            text = f"{field.name} {operator.words} {in_words(argument)}"
            return Explained(text, closure(node)(facts), actual=in_words(field.read(facts)))
        case Not(part):
            inner = _explained(part, facts)
            return Explained("not", not inner.holds, parts=(inner,))
        case AllOf(parts):
            inners = tuple(_explained(part, facts) for part in parts)
            return Explained("all of", all(inner.holds for inner in inners), parts=inners)
        case AnyOf(parts):
            inners = tuple(_explained(part, facts) for part in parts)
            return Explained("any of", any(inner.holds for inner in inners), parts=inners)
        case _:
            assert_never(node)


def in_words(value: object) -> str:
    """A value or an argument on one line, shortened: `outage, web`, `2h30m`, `P1`, `missing`."""
    match value:
        case None | "":
            return "missing"
        case bool():
            return "true" if value else "false"
        case Enum():
            return value.name
        case timedelta():
            return f"-{durations.render(-value)}" if value < timedelta() else durations.render(value)
        case datetime():
            return value.isoformat(timespec="minutes")
        case frozenset():
            return in_words(tuple(sorted(value, key=str.casefold))) if value else "missing"
        case tuple():
            return _cut(", ".join(map(in_words, value)))
        case float():
            return f"{value:.6g}"
        case _:
            return _cut(re.sub(r"\s+", " ", str(value)))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
