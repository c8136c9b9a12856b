"""How a value follows from what teams already have: labels, fields, forms, priorities, components, types."""

import inspect
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import PydanticKnownError

from hypercare_rules.conditions import FieldType
from hypercare_rules.model import Model
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Kind

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Sourced(Generic[V]):
    """A value and where it came from, in words that a lead understands."""

    value: V
    source: str


def _for_editors(schema: dict[str, Any], _model: type[BaseModel]) -> None:
    """What pydantic does not tell of a generic model: what it means, and that only a value that may be null may be left out."""
    schema["description"] = inspect.getdoc(Mapping)
    if {"type": "null"} not in schema["properties"]["default"].get("anyOf", ()):
        schema["required"] = ["default"]


class Mapping(Model, Generic[V]):
    """How a value follows from what a ticket has.

    Looked up in this order: labels, fields (Jira's own and custom fields, the questions of a GitHub issue form), organisations
    of customers, the domain of the reporter's e-mail address or one above it, native priorities, components, issue types, kinds, else the default. Among the entries of one of them the first in the policy
    that the ticket has decides. Names are compared without case.
    """

    model_config = ConfigDict(json_schema_extra=_for_editors)

    labels: dict[str, V] = Field(default={}, description="By a label of the ticket.")
    fields: dict[str, dict[str, V]] = Field(
        default={}, description="By a field or a form's answer: the name of the field, then the value by its text."
    )
    organisations: dict[str, V] = Field(
        default={}, description="By an organisation of customers that the ticket is for."
    )
    domains: dict[str, V] = Field(default={}, description="By the domain of the reporter's e-mail address.")
    native_priorities: dict[str, V] = Field(default={}, description="By the tracker's own priority, as people have it.")
    components: dict[str, V] = Field(default={}, description="By a component.")
    issue_types: dict[str, V] = Field(default={}, description="By the native type.")
    kinds: dict[Kind, V] = Field(default={}, description="By the kind that was found first.")
    # Where nothing is a value, null may be left out: in a policy that extends another null takes a key out.
    default: V = Field(default=None, validate_default=True, description="Where none of them says anything.")

    @field_validator("default", mode="wrap")
    @classmethod
    def _is_due(cls, value: object, validate: ValidatorFunctionWrapHandler) -> object:
        try:
            return validate(value)
        except ValidationError:
            if value is None:
                raise PydanticKnownError("missing") from None
            raise

    @field_validator("labels", "organisations", "domains", "native_priorities", "components", "issue_types")
    @classmethod
    def _without_case(cls, entries: dict[str, V]) -> dict[str, V]:
        return {name.casefold(): value for name, value in entries.items()}

    @field_validator("fields")
    @classmethod
    def _fields_without_case(cls, fields: dict[str, dict[str, V]]) -> dict[str, dict[str, V]]:
        return {
            name.casefold(): {text.casefold(): value for text, value in entries.items()}
            for name, entries in fields.items()
        }

    def find(self, ticket: Ticket, kind: Kind | None = None) -> Sourced[V]:
        """The value for a ticket, with its source."""
        folded = ticket.folded
        if (found := _first(self.labels, folded.labels, "label")) is not None:
            return found
        for name, entries in self.fields.items():
            if (found := _first(entries, folded.fields.get(name, frozenset()), f"field {name}:")) is not None:
                return found
        if (
            self.organisations
            and (found := _first(self.organisations, folded.organisations, "organisation")) is not None
        ):
            return found
        if self.domains and (found := _first(self.domains, folded.domains, "domain")) is not None:
            return found
        if (found := _first(self.native_priorities, folded.native_priority, "native priority")) is not None:
            return found
        if (found := _first(self.components, folded.components, "component")) is not None:
            return found
        if (found := _first(self.issue_types, folded.issue_type, "issue type")) is not None:
            return found
        if kind in self.kinds:
            return self._by_kind[kind]
        return self._by_default

    @cached_property
    def _by_kind(self) -> Dict[Kind | None, Sourced[V]]:
        return {kind: Sourced(value, f"kind {kind}") for kind, value in self.kinds.items()}

    @cached_property
    def _by_default(self) -> Sourced[V]:
        return Sourced(self.default, "default")


def _first(entries: Dict[str, V], names: frozenset[str], word: str) -> Sourced[V] | None:
    if entries and names:
        for name in entries:
            if name in names:
                return Sourced(entries[name], f"{word} {name}")
    return None


class DeclaredField(Model):
    """A field of the policy's own for conditions: from a tracker's field or form of this name, from labels, or from the customer.

    `field` is the name of a Jira field or the question of a GitHub issue form; `values` renames what stands there. Looked up in
    this order: labels, the field, organisations, the domain of the reporter's e-mail address or one above it.
    """

    type: FieldType = Field(default=FieldType.text, description="What its values are.")
    field: str | None = Field(default=None, description="The name of a Jira field or the question of an issue form.")
    values: dict[str, str] = Field(default={}, description="Other words for what stands there.")
    labels: dict[str, str] = Field(default={}, description="The value by a label, which comes before the field.")
    organisations: dict[str, str] = Field(
        default={}, description="The value by an organisation of customers that the ticket is for."
    )
    domains: dict[str, str] = Field(default={}, description="The value by the domain of the reporter's e-mail address.")
    default: str | float | None = Field(default=None, description="The value of a ticket that has none of them.")

    @field_validator("default")
    @classmethod
    def _of_its_type(cls, default: str | float | None, info: ValidationInfo) -> str | float | None:
        number = info.data.get("type") is FieldType.number
        if number and isinstance(default, str):
            raise ValueError(f"not a number: {default!r}; write one such as 30, without quotes")
        if not number and isinstance(default, float | int):
            raise ValueError(f'a number where text is due: {default:g}; put it in quotes: "{default:g}"')
        return default

    @property
    def changeable(self) -> bool:
        """Whether its value may change without a history that tells when: of labels there is one."""
        return self.field is not None or bool(self.organisations)

    def read(self, ticket: Ticket) -> Sourced[str | float | frozenset[str] | None]:
        """The field's value for a ticket, with its source; a number that cannot be read is missing."""
        words, source = self._words(ticket)
        if not words:
            return Sourced(
                frozenset() if self.type is FieldType.names and self.default is None else self._typed(self.default),
                "default",
            )
        renamed = [self._renamed(word) for word in words]
        if self.type is FieldType.names:
            return Sourced(frozenset(renamed), source)
        return Sourced(self._typed(renamed[0]), source)

    def _words(self, ticket: Ticket) -> tuple[tuple[str, ...], str]:
        for label, value in self.labels.items():
            if label.casefold() in ticket.folded.labels:
                return (value,), f"label {label}"
        if self.field is not None:
            for name, texts in ticket.fields.items():
                if name.casefold() == self.field.casefold() and texts:
                    return texts, f"field {name}"
        for entries, names, word in (
            (self.organisations, ticket.folded.organisations, "organisation"),
            (self.domains, ticket.folded.domains, "domain"),
        ):
            if named := [name for name in entries if name.casefold() in names]:
                return tuple(entries[name] for name in named), f"{word} {', '.join(named)}"
        return (), ""

    def _renamed(self, word: str) -> str:
        return next((value for text, value in self.values.items() if text.casefold() == word.casefold()), word)

    def _typed(self, value: Any) -> Any:
        if self.type is FieldType.names and isinstance(value, str):
            return frozenset({value})
        if self.type is not FieldType.number or value is None:
            return value
        try:
            return float(value)
        except ValueError:
            return None
