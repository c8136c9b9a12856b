"""Conditions as closures over Facts: no interpretation is left when a ticket is judged."""

from collections.abc import Sequence
from typing import assert_never

from hypercare_rules.conditions.closures import Test
from hypercare_rules.conditions.facts import Facts
from hypercare_rules.conditions.schema import Condition
from hypercare_rules.conditions.tree import AllOf, AnyOf, Declared, Leaf, Node, Not, tree


def compile_condition(condition: Condition, declared: Declared) -> Test:
    """The condition as a function of Facts that never raises. Raises ValueError itself where there are `problems`."""
    return closure(tree(condition, declared))


def closure(node: Node) -> Test:
    """The closure of a node and all below it."""
    match node:
        case Leaf(field, operator, argument):
            return operator.test(field.read, argument)
        case Not(part):
            return _not(closure(part))
        case AllOf(parts):
            return _all([closure(part) for part in parts])
        case AnyOf(parts):
            return _any([closure(part) for part in parts])
        case _:
            assert_never(node)


def _always(_: Facts) -> bool:
    return True


def _never(_: Facts) -> bool:
    return False


def _not(test: Test) -> Test:
    if test in (_always, _never):
        return _never if test is _always else _always
    return lambda facts: not test(facts)


def _all(tests: Sequence[Test]) -> Test:
    if _never in tests:
        return _never
    match [test for test in tests if test is not _always]:
        case []:
            return _always
        case [only]:
            return only
        # Two and three are most of all conditions; written out they take half the time of a loop.
        case [first, second]:
            return lambda facts: first(facts) and second(facts)
        case [first, second, third]:
            return lambda facts: first(facts) and second(facts) and third(facts)
        case several:
            return lambda facts: _each(several, facts)


def _any(tests: Sequence[Test]) -> Test:
    if _always in tests:
        return _always
    match [test for test in tests if test is not _never]:
        case []:
            return _never
        case [only]:
            return only
        case [first, second]:
            return lambda facts: first(facts) or second(facts)
        case [first, second, third]:
            return lambda facts: first(facts) or second(facts) or third(facts)
        case several:
            return lambda facts: _one(several, facts)


def _each(tests: Sequence[Test], facts: Facts) -> bool:
    return all(test(facts) for test in tests)


def _one(tests: Sequence[Test], facts: Facts) -> bool:
    return any(test(facts) for test in tests)
