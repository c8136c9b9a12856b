"""What can be said of conditions without any ticket. Sound, not complete: what is claimed is so, silence proves nothing.

All rests on one search: is there a choice of questions answered yes or no that makes the condition hold, of which no field
by itself rules out its answers? A field is held against values around the arguments of its questions, with the very tests
that judge tickets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from hypercare_rules.conditions.possible import Answer, possible
from hypercare_rules.conditions.schema import Condition
from hypercare_rules.conditions.tree import AllOf, AnyOf, Declared, Leaf, Node, Not, tree

_MOST_STEPS = 1_000


def never(condition: Condition, declared: Declared) -> bool:
    """Whether no facts whatever can satisfy the condition. Raises ValueError where there are `problems`."""
    return not _satisfiable(tree(condition, declared))


def implies(first: Condition, second: Condition, declared: Declared) -> bool:
    """Whether `second` holds wherever `first` does. Raises ValueError where there are `problems`."""
    return not _satisfiable(AllOf((tree(first, declared), Not(tree(second, declared)))))


def exclude(first: Condition, second: Condition, declared: Declared) -> bool:
    """Whether the two never hold together. Raises ValueError where there are `problems`."""
    return not _satisfiable(AllOf((tree(first, declared), tree(second, declared))))


_Wanted = tuple[Node, bool]
"""A node, and whether it must hold or must not."""


def _ways(wanted: _Wanted) -> int:
    """In how many ways it may come out: by any part of a node, else by the node as a whole."""
    node, yes = wanted
    match node:
        case AnyOf(parts) if yes:
            return len(parts)
        case AllOf(parts) if not yes:
            return len(parts)
    return 1


def _satisfiable(whole: Node) -> bool:
    """Whether some facts may satisfy the node; True also where the search would be too long."""
    states: list[_State] = [_State([(whole, True)], {})]
    for _ in range(_MOST_STEPS):
        if not states:
            return False
        state = states.pop()
        if not state.todo:
            return True
        states += state.next()
    return True


@dataclass(slots=True)
class _State:
    """A place in the search: what must still come out, and the answers that were needed so far, by field."""

    todo: list[_Wanted]
    answers: dict[str, tuple[Answer, ...]]

    def next(self) -> Iterator["_State"]:
        """The states from which one must lead to an end; none where the answers exclude each other."""
        # What has the fewest ways comes first: it cuts off the ways of others early.
        (node, wanted), *rest = sorted(self.todo, key=_ways)
        if (node, not wanted) in rest:
            return
        match node:
            case Leaf(field):
                answers = (*self.answers.get(field.name, ()), Answer(node, wanted))
                if possible(answers):
                    yield _State(rest, self.answers | {field.name: answers})
            case Not(part):
                yield _State([(part, not wanted), *rest], self.answers)
            case AllOf(parts) | AnyOf(parts) if isinstance(node, AllOf) is wanted:
                yield _State([*((part, wanted) for part in parts), *rest], self.answers)
            case AllOf(parts) | AnyOf(parts):
                yield from (_State([(part, wanted), *rest], self.answers) for part in parts)
            case _:
                assert_never(node)
