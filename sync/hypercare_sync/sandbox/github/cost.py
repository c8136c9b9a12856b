"""What a GraphQL query costs, counted as GitHub documents it: nodes that it may bring, and points of the hourly quota."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    value_from_ast_untyped,
)

MOST_NODES = 500_000


@dataclass
class Cost:
    """`requests` that fill every connection, and the `nodes` that they bring."""

    requests: int = 1
    nodes: int = 0

    @property
    def points(self) -> int:
        """A hundred requests are a point; a query costs one at least."""
        return max(1, round(self.requests / 100))


def cost_of(document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Cost:
    """The cost of one operation of a document."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    cost = Cost()
    _count(operation.selection_set, 1, cost, fragments, variables)
    return cost


def largest_page(document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
    """The size of the largest connection that is in no other one, where there are several of one that holds others; 0 for none."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    pages = list(_pages(operation.selection_set, fragments, variables))
    heavy = [size for size, below in pages if any(_pages(below, fragments, variables))]
    return max(heavy or [size for size, _ in pages], default=0)


def _pages(
    selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]
) -> Iterator[tuple[int, SelectionSetNode]]:
    """The connections that are in no other one: their sizes, and what they select."""
    for each in selected.selections:
        if isinstance(each, FragmentSpreadNode):
            if each.name.value in fragments:
                yield from _pages(fragments[each.name.value].selection_set, fragments, variables)
        elif isinstance(each, FieldNode | InlineFragmentNode) and each.selection_set:
            size = _size(each, variables) if isinstance(each, FieldNode) else None
            if size is None:
                yield from _pages(each.selection_set, fragments, variables)
            else:
                yield size, each.selection_set


def _count(
    selected: SelectionSetNode,
    parents: int,
    cost: Cost,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
) -> None:
    """Add what is selected below `parents` things: a connection is a request for each of them, and brings its size for each."""
    for each in selected.selections:
        if isinstance(each, FragmentSpreadNode):
            if each.name.value in fragments:
                _count(fragments[each.name.value].selection_set, parents, cost, fragments, variables)
            continue
        below = parents
        if isinstance(each, FieldNode) and (size := _size(each, variables)) is not None:
            cost.requests += parents
            cost.nodes += parents * size
            below = parents * size
        if isinstance(each, FieldNode | InlineFragmentNode) and each.selection_set:
            _count(each.selection_set, below, cost, fragments, variables)


def _size(field: FieldNode, variables: Mapping[str, Any]) -> int | None:
    for argument in field.arguments or ():
        if argument.name.value in {"first", "last"}:
            value = value_from_ast_untyped(argument.value, dict(variables))
            return value if isinstance(value, int) else None
    return None
