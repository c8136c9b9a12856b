"""A condition as a tree of tests, the form in which it is compiled, explained and analysed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hypercare_rules.calendars.written import nearest
from hypercare_rules.conditions.field_types import Operator, Type
from hypercare_rules.conditions.fields import DECLARABLE, FIELDS, Field, FieldType, declared_field
from hypercare_rules.conditions.schema import Condition, Operators, Unfit

Declared = Mapping[str, FieldType]
"""The fields that a policy declares, by name."""

Path = tuple[str | int, ...]
"""The way from a condition to what is in it: keys and indexes."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question about one field."""

    field: Field
    operator: Operator
    argument: Any


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds where all its parts hold; so does one without parts."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds where at least one of its parts holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its part does not."""

    part: "Node"


Node = Leaf | AllOf | AnyOf | Not


def tree(condition: Condition, declared: Declared) -> Node:
    """The condition as a tree. Raises ValueError where there are `problems`."""
    if faults := problems(condition, declared):
        raise ValueError("; ".join(f"{'.'.join(map(str, path))}: {text}" for path, text in faults))
    return _tree(condition, declared)


def _tree(condition: Condition, declared: Declared) -> Node:
    parts: list[Node] = []
    for name, value in condition.given().items():
        match name:
            case "all":
                parts.append(AllOf(tuple(_tree(part, declared) for part in value)))
            case "any":
                parts.append(AnyOf(tuple(_tree(part, declared) for part in value)))
            case "not":
                parts.append(Not(_tree(value, declared)))
            case _:
                field = FIELDS.get(name) or declared_field(name, declared[name])
                parts += (
                    Leaf(field, field.type.operator(operator), argument)
                    for operator, argument in _questions(value, field.type).items()
                )
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _questions(value: Any, type_: Type) -> dict[str, Any]:
    """The operators with their arguments that stand, maybe in short, in a field's value."""
    match value:
        case Operators():
            return value.given()
        case Unfit(dict() as written):
            return written
        case tuple() | Unfit(list()):
            return {str(type_.listed): value}
    return {str(type_.plain): value}


def problems(condition: Condition, declared: Declared) -> list[tuple[Path, str]]:
    """What in a condition does not suit the fields that the policy declares: where, and what to do about it."""
    return [
        (path, text)
        for path, name, value in _others(condition, ())
        for path, text in _misfits(path, name, value, declared)
    ]


def _others(condition: Condition, path: Path) -> Iterator[tuple[Path, str, Any]]:
    """All entries that are about no field of the table, with their paths."""
    for name, value in condition.given().items():
        match name:
            case "all" | "any":
                for index, part in enumerate(value):
                    yield from _others(part, (*path, name, index))
            case "not":
                yield from _others(value, (*path, name))
            case _ if name not in FIELDS:
                yield (*path, name), name, value


def _misfits(path: Path, name: str, value: Any, declared: Declared) -> Iterator[tuple[Path, str]]:
    if name not in declared:
        names = [*FIELDS, *declared, "all", "any", "not"]
        yield path, f"unknown field; {nearest(name, names, otherwise=_UNKNOWN)}"
        return
    what, remedy = _WORDS[declared[name]]
    type_ = DECLARABLE[declared[name]]
    known = {operator.name: operator for operator in type_.operators}
    questions = _questions(value, type_)
    if not questions:
        yield path, f"empty; write one or more of {', '.join(known)}"
    for operator, argument in questions.items():
        below = (*path, operator) if isinstance(value, Operators) or value == Unfit(questions) else path
        if operator not in known:
            otherwise = f"write one of {', '.join(known)}"
            yield below, f"{name} is {what}, which has no {operator}; {nearest(operator, known, otherwise=otherwise)}"
        elif not _suits(argument, known[operator]):
            yield below, f"{name} is {what}; {_FLAG_REMEDY if operator == 'missing' else remedy}"


_UNKNOWN = "write the name of a ticket's field, or declare it in the policy"
_FLAG_REMEDY = "missing takes true or false"
_WORDS = {
    FieldType.text: ("text", "put the value in quotes"),
    FieldType.number: ("a number", "write one such as 30, without quotes"),
    FieldType.names: ("a set of names", "put the name in quotes"),
}


def _suits(argument: Any, operator: Operator) -> bool:
    argument = argument.value if isinstance(argument, Unfit) else argument
    try:
        TypeAdapter(operator.argument).validate_python(argument)
    except ValidationError:
        return False
    return True


def fields_in(condition: Condition, declared: Declared) -> frozenset[str]:
    """The names of all fields that a condition asks about."""
    return frozenset(_fields(tree(condition, declared)))


def _fields(node: Node) -> Iterator[str]:
    match node:
        case Leaf(field=field):
            yield field.name
        case Not(part):
            yield from _fields(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _fields(part)
