# noqa: INP001 -- a folder of pages is no package
"""Writes docs/policy.md: its template, with the tables of what the schema and the conditions know. Run as `python -m docs.generate`."""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from hypercare_rules.conditions import FIELDS
from hypercare_rules.conditions.field_types import Type
from hypercare_rules.conditions.fields import DECLARABLE
from hypercare_rules.templates import OF_STATUS, OF_TICKET, PLACEHOLDERS
from hypercare_sync.editor_schema import policy_schema
from hypercare_sync.packs import pack_names, pack_path

PAGE = Path(__file__).parent / "policy.md"
_TEMPLATE = PAGE.with_name("policy.template.md")
_PLACEHOLDER = re.compile(r"^\{\{(\w+)(?: (\w+))?\}\}$", re.MULTILINE)
_NOTE = "<!-- Written by `make docs` from policy.template.md and the schema: change those. -->\n\n"

Schema = dict[str, Any]


def page() -> str:
    """The page as it should be."""
    tables: dict[str, Callable[..., Iterator[str]]] = {
        "packs": _packs, "keys": _keys, "operators": _operators, "fields": _fields,
        "placeholders": _placeholders,
    }  # fmt: skip

    def table(match: re.Match[str]) -> str:
        return "\n".join(tables[match[1]](*filter(None, [match[2]])))

    return _NOTE + _PLACEHOLDER.sub(table, _TEMPLATE.read_text(encoding="utf-8"))


def _packs() -> Iterator[str]:
    yield from _head("pack", "what it is for")
    for name in pack_names():
        said = pack_path(name).read_text(encoding="utf-8").splitlines()[0].partition("`: ")[2]
        yield f"| `{name}` | {said[:1].upper()}{said[1:]} |"


def _keys(name: str) -> Iterator[str]:
    """The keys of one model."""
    defs = _definitions()
    schema = defs[name]
    yield from (schema["description"], "", *_head("key", "value", "meaning"))
    for key, member in schema["properties"].items():
        due = " **Required.**" if key in schema.get("required", ()) else ""
        default = f" `{_yaml(member['default'])}` if left out." if "default" in member else ""
        yield f"| `{key}` | {_form(member, defs)} | {member.get('description', '')}{due}{default} |"


@cache
def _definitions() -> dict[str, Schema]:
    defs: dict[str, Schema] = policy_schema()["$defs"]
    return defs


def _form(schema: Schema, defs: dict[str, Schema]) -> str:
    """What is written there, in a few words."""
    match schema:
        case {"$ref": pointer}:
            name = pointer.rpartition("/")[2]
            return _link(name) if defs[name].get("type") == "object" else _form(defs[name], defs)
        case {"enum": words}:
            return ", ".join(f"`{word}`" for word in words)
        case {"const": word}:
            return f"`{_yaml(word)}`"
        case {"anyOf": [{"enum": words}, *_]} if "pattern" in schema["anyOf"][-1]:
            return f"{', '.join(f'`{word}`' for word in words)} or a path"
        case {"anyOf": branches} | {"oneOf": branches}:
            return " or ".join(dict.fromkeys(_form(branch, defs) for branch in branches))
        case {"type": "array", "items": items}:
            return f"a list: {_form(items, defs)}"
        case {"additionalProperties": {} as member} if member:
            return f"names, each with {_form(member, defs)}"
        case {"type": "object"}:
            return "a mapping"
        case {"type": "boolean"}:
            return "`true` or `false`"
        case {"type": "integer" | "number"}:
            return "a number"
        case {"examples": [example, *_]}:
            return f"text such as `{example}`"
    return "text"


def _link(name: str) -> str:
    """A link to the heading under which the page has a model."""
    shown = "Mapping_Level_" if name.startswith("Mapping_") else name
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.partition("_")[0]).lower()
    heading = ""
    for line in _TEMPLATE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if line == f"{{{{keys {shown}}}}}" or heading == f"{name}s":
            break
    anchor = re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
    return f"[{words}](#{anchor})"


def _operators() -> Iterator[str]:
    """The operators of each kind of field; kinds with the same ones together."""
    kinds: dict[tuple[str, ...], dict[str, Type]] = {}
    for type_ in (*(field.type for field in FIELDS.values()), *DECLARABLE.values()):
        same = tuple(operator.name for operator in type_.operators if operator.name != "missing")
        kinds.setdefault(same, {})[_kind(type_)] = type_  # of one that may be missing the last, which says more
    yield from _head("field is a", "operator", "holds where the value is")
    for names in kinds.values():
        type_ = max(names.values(), key=lambda one: len(one.operators))
        title = ", ".join(names)
        for operator in type_.operators:
            short = {type_.plain: ", or a plain value", type_.listed: ", or a list"}.get(operator.name, "")
            yield f"| {title} | `{operator.name}`{short} | {operator.doc.partition('; from grave')[0].rstrip('.')} |"
            title = ""


def _fields() -> Iterator[str]:
    yield from _head("field", "is a", "meaning")
    for field in FIELDS.values():
        words = ", ".join(f"`{word}`" for word in getattr(field.type.values, "__members__", ()))
        yield f"| `{field.name}` | {_kind(field.type)}{': ' * bool(words)}{words} | {field.doc} |"


def _placeholders() -> Iterator[str]:
    yield from _head("placeholder", "in", "is")
    for name, meaning in PLACEHOLDERS.items():
        where = "every template" if name in OF_TICKET else "`status`" if name in OF_STATUS else "`escalation`"
        yield f"| `{{{name}}}` | {where} | {meaning} |"


def _kind(type_: Type) -> str:
    if not issubclass(type_.values, Enum):
        return type_.name.removeprefix("optional ")
    graded = any(operator.name == "at_least" for operator in type_.operators)
    return "graded word" if graded else "word"


def _head(*columns: str) -> Iterable[str]:
    return f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
