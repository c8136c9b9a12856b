"""The model of a condition, generated from the table of fields: what pydantic checks and editors complete.

A mapping holds where all its entries hold. A key is `all`, `any`, `not` or a field's name; a field's value is a plain value
(`equals`; for a set `has`), a list (`in`; for a set `any`), or a mapping of operators, which must all hold.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
    model_validator,
)

from hypercare_rules.conditions.arguments import Name, Number
from hypercare_rules.conditions.field_types import FLAG, Type
from hypercare_rules.conditions.fields import DECLARABLE, FIELDS
from hypercare_rules.model import Model


def _for_editors(schema: dict[str, Any], model: type[Any]) -> None:
    """Takes out titles that repeat a name, and defaults that nobody may write."""
    for member in schema["properties"].values():
        member.pop("title", None)
        member.pop("default", None)
    if issubclass(model, Operators):
        schema["minProperties"] = 1


class Written(Model):
    """A mapping of which only what was written counts; null is no way to leave something out."""

    model_config = ConfigDict(json_schema_extra=_for_editors)

    def given(self) -> dict[str, Any]:
        """The entries that were written, in the order of the model."""
        return {name: value for name, value in self if value is not None}

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return list(self.given().items())


def _entry(doc: str) -> Any:
    """An entry that may be left out; None stands for that in the model alone, never in a file."""
    return Field(default=None, description=doc, exclude_if=lambda value: value is None)


class Operators(Written):
    """Operators with their arguments, at least one."""

    @model_validator(mode="after")
    def _not_empty(self) -> "Operators":
        if not self.given():
            raise ValueError(f"empty; write one or more of {', '.join(type(self).model_fields)}")
        return self


# The names of forms are no keys that a condition may have: in the path of an error they cannot be taken for one.
_PLAIN, _NUMBER, _LIST, _OPERATORS = "<plain>", "<number>", "<list>", "<operators>"


def _form(value: object) -> str:
    match value:
        case Mapping() | Operators():
            return _OPERATORS
        case list() | tuple():
            return _LIST
    return _PLAIN


def _form_of_any_type(value: object) -> str:
    return _NUMBER if isinstance(value, int | float) and not isinstance(value, bool) else _form(value)


def _one_of(forms: Iterable[Any], form: Callable[[Any], str]) -> Any:
    return Annotated[reduce(or_, forms), Discriminator(form)]


def _operators(name: str, arguments: Mapping[str, tuple[Any, str]]) -> type[Operators]:
    """The model of a mapping of operators, from their arguments and docs."""
    members: dict[str, Any] = {operator: (argument, _entry(doc)) for operator, (argument, doc) in arguments.items()}
    return create_model(name, __base__=Operators, __doc__="All of these must hold.", **members)


def _title(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in (*name.split(), "operators"))


def _value(type_: Type) -> Any:
    """What may be written as the value of a field of this type."""
    arguments = {operator.name: (operator.argument, operator.doc) for operator in type_.operators}
    if type_ is FLAG:
        return type_.operator("is").argument
    mapping = _operators(_title(type_.name), arguments)
    if type_.plain is None or type_.listed is None:
        return Annotated[mapping, _only_operators(type_)]
    plain, listed = type_.operator(type_.plain), type_.operator(type_.listed)
    forms = (
        Annotated[plain.argument, Tag(_PLAIN)],
        Annotated[listed.argument, Tag(_LIST)],
        Annotated[mapping, Tag(_OPERATORS)],
    )
    return _one_of(forms, _form)


def _only_operators(type_: Type) -> BeforeValidator:
    """Refuses a value without an operator, and says how to write one."""
    example = "older_than" if type_.values is datetime else "gt"

    def check(value: object) -> object:
        if _form(value) != _OPERATORS:
            raise ValueError(f"says too little; write it with an operator, such as {{{example}: 2h}}")
        return value

    return BeforeValidator(check)


@dataclass(frozen=True, slots=True)
class Unfit:
    """What suits no field that a policy may declare, as it was written: `tree.problems` tells what is wrong with it.

    The model cannot: whether the field's name or its value is the slip, only who knows the policy's fields can say.
    """

    value: Any


def _or_unfit(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return Unfit(value)


def _declared_value() -> Any:
    """What may be written as the value of a field that the policy declares: anything that suits one of its types."""
    scalar = Annotated[Annotated[Name, Tag(_PLAIN)] | Annotated[Number, Tag(_NUMBER)], Discriminator(_form_of_any_type)]
    scalars = Annotated[tuple[scalar, ...], Field(min_length=1)]
    arguments = {
        operator.name: (operator.argument, operator.doc)
        for type_ in DECLARABLE.values()
        for operator in type_.operators
    }
    shared = {"equals": scalar, "in": scalars, "not_in": scalars}
    arguments |= {name: (argument, arguments[name][1]) for name, argument in shared.items()}
    mapping = _operators(_title("declared"), arguments)
    forms = (
        Annotated[Name, Tag(_PLAIN)],
        Annotated[Number, Tag(_NUMBER)],
        Annotated[scalars, Tag(_LIST)],
        Annotated[mapping, Tag(_OPERATORS)],
    )
    return Annotated[_one_of(forms, _form_of_any_type), WrapValidator(_or_unfit)]


_values = {type_: _value(type_) for type_ in dict.fromkeys(field.type for field in FIELDS.values())}
_conditions = Annotated[tuple["Condition", ...], Field(min_length=1)]
_members: dict[str, Any] = {
    **{field.name: (_values[field.type], _entry(field.doc)) for field in FIELDS.values()},
    "all": (_conditions, _entry("Each of these conditions must hold.")),
    "any": (_conditions, _entry("At least one of these conditions must hold.")),
    "not": ("Condition", _entry("This condition must not hold.")),
}

if TYPE_CHECKING:
    _Table = Written
else:
    _Table = create_model("_Table", __base__=Written, **_members)
    DeclaredValue = _declared_value()


class Condition(_Table, extra="allow"):
    """All entries must hold; one without entries always holds. Keys that are no field's are fields that the policy declares."""

    if not TYPE_CHECKING:
        __pydantic_extra__: dict[str, DeclaredValue]
