"""The JSON Schemas of our files, for the help that editors give: the models' own, made for people who write YAML.

Pydantic's schema tells what a model accepts. A file is more: null is no way to leave a key out, titles repeat what keys say, and a
policy that extends another may leave out whatever it inherits.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, TypeAdapter

from hypercare_rules.durations import render
from hypercare_rules.policy import Policy
from hypercare_sync.config import ConfigFile
from hypercare_sync.packs import BY_ID, pack_names

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NULL = {"type": "null"}
_POINTER = "#/$defs/"
_BY_NAME = ("properties", "patternProperties", "$defs")


def config_schema() -> Schema:
    """The schema of a config."""
    return {"$schema": _DIALECT, **_plain(ConfigFile)}


def policy_schema() -> Schema:
    """The schema of a policy file, whole or extending another."""
    whole = _plain(Policy)
    defs = whole.pop("$defs")
    whole["properties"] = {"extends": _EXTENDS, **whole["properties"]}
    defs["Policy"] = whole
    partial = _Partial(defs).of("Policy")
    return {
        "$schema": _DIALECT,
        "title": "Policy",
        "description": whole["description"],
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": partial},
        "else": {"$ref": f"{_POINTER}Policy"},
        "$defs": defs,
    }


_EXTENDS = {
    "description": "The built-in pack or the file (`./team.yaml`) whose policy this one changes.",
    "anyOf": [{"enum": pack_names()}, {"type": "string", "pattern": r"/|\.ya?ml$"}],
}
_REMOVAL = {
    "type": "object",
    "description": "Takes what has this id out of what is extended.",
    "properties": {"id": {"type": "string"}, "remove": {"const": True}},
    "required": ["id", "remove"],
    "additionalProperties": False,
}


class _Partial:
    """The schemas of mappings that merge into inherited ones: nothing is required, and null takes a key out."""

    def __init__(self, defs: dict[str, Schema]) -> None:
        self._defs = defs

    def of(self, name: str) -> str:
        """A reference to the partial form of a definition, which is made if there is none."""
        partial = f"Partial{name}"
        if partial not in self._defs:
            self._defs[partial] = {}  # so that a definition that contains itself ends
            self._defs[partial] = self._loosened(self._defs[name])
        return f"{_POINTER}{partial}"

    def _loosened(self, schema: Schema) -> Schema:
        """The schema, or null; a mapping without what it requires, and its members loosened in turn."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_POINTER)
            merges = self._defs[name].get("type") == "object" and name != "Condition"
            return schema | {"$ref": self.of(name)} if merges else _or_null(schema)
        if schema.get("type") != "object":
            return _or_null(schema)
        loose = {key: value for key, value in schema.items() if key not in ("required", "minProperties")}
        if "properties" in schema:
            loose["properties"] = {name: self._member(name, member) for name, member in schema["properties"].items()}
        if "patternProperties" in schema:
            loose["patternProperties"] = {
                pattern: self._loosened(member) for pattern, member in schema["patternProperties"].items()
            }
        if isinstance(schema.get("additionalProperties"), dict):
            loose["additionalProperties"] = self._loosened(schema["additionalProperties"])
        return _or_null(loose)

    def _member(self, name: str, schema: Schema) -> Schema:
        if name == "extends":
            return schema
        if name in BY_ID:
            schema = schema | {"items": {"anyOf": [schema["items"], _REMOVAL]}}
        return self._loosened(schema)


def _or_null(schema: Schema) -> Schema:
    """The schema, or null; as a type where it can be one, so that an editor marks the very place of a slip."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return schema | {"type": [schema["type"], "null"]}
    about: Schema = {key: schema[key] for key in ("description", "default") if key in schema}
    return {**about, "anyOf": [{key: value for key, value in schema.items() if key not in about}, _NULL]}


def _plain(model: type[BaseModel]) -> Schema:
    """The model's schema as editors should show it."""
    schema: Schema = _cleaned(model.model_json_schema())
    return schema


def _cleaned(value: Any) -> Any:
    match value:
        case dict():
            return dict(_entries(value))
        case list():
            return [_cleaned(item) for item in value]
    return value


def _entries(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries of a schema that say something: no made-up titles, no empty defaults, no null in place of leaving out."""
    branches = [branch for branch in schema.get("anyOf", ()) if branch != _NULL]
    for key, value in schema.items():
        if key in _BY_NAME:  # what is in there are names of ours, not words of JSON Schema
            yield key, {name: _cleaned(member) for name, member in value.items()}
        elif key == "anyOf":
            yield from _entries(branches[0]) if len(branches) == 1 else (("anyOf", _cleaned(branches)),)
        elif key == "description" and isinstance(value, str):
            yield key, re.sub(r"\s*\n(?!\n)\s*", " ", value)
        elif key == "default":
            if value and not isinstance(value, dict | list):
                yield key, _as_written(value)
        elif key != "title":
            yield key, _cleaned(value)


def _as_written(default: object) -> object:
    """A default as a file has it: lengths of time come in ISO 8601."""
    if isinstance(default, str) and default.startswith("PT"):
        length = TypeAdapter(timedelta).validate_python(default)
        return render(length)
    return default
