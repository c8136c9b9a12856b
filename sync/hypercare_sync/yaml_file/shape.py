"""What a model would take at a place of a file, read from its JSON schema."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from hypercare_sync.yaml_file.places import Path

_SECRET_NAME = re.compile(r"(^|_)(token|password|passphrase|secret|key)$", re.IGNORECASE)

_PLAIN = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ./:+-]*[A-Za-z0-9]")


class Shape:
    """The shapes that the model allows, by path; a union gives several, its tag in the value narrows them to one."""

    def __init__(self, model: type[BaseModel], value: object) -> None:
        self._schema = model.model_json_schema()
        self._value = value

    def keys(self, path: Path) -> list[str]:
        """The keys that a mapping at `path` may have, in the order of the model."""
        keys = [key for shape in self._at(path) for key in shape.get("properties", {})]
        named = (names for shape in self._at(path) for names in self._resolve(shape.get("propertyNames", {}), None))
        return list(dict.fromkeys([*keys, *(word for names in named for word in names.get("enum", ()))]))

    def words(self, path: Path) -> list[str]:
        """The values that are allowed at `path` where there is a closed list of them."""
        listed = [
            word for shape in self._at(path) for word in shape.get("enum", [shape["const"]] if "const" in shape else [])
        ]
        return [str(word) for word in listed]

    def example(self, path: Path) -> str | None:
        """What the field at `path` gives as its first example, as YAML (of which JSON is a part)."""
        examples = (shape["examples"][0] for shape in self._at(path) if shape.get("examples"))
        return next(
            (text if _PLAIN.fullmatch(text := str(example)) else json.dumps(example) for example in examples), None
        )

    def secret(self, path: Path) -> bool:
        """Whether the value at `path` is a secret, by its type or by a name on the way to it."""
        named = any(isinstance(step, str) and _SECRET_NAME.search(step) for step in path)
        return named or any(shape.get("writeOnly") for shape in self._at(path))

    def _at(self, path: Path) -> list[dict[str, Any]]:
        shapes, value = list(self._resolve(self._schema, self._value)), self._value
        for step in path:
            value = _below(value, step)
            shapes = [end for shape in shapes for inner in _inner(shape, step) for end in self._resolve(inner, value)]
        return shapes

    def _resolve(self, schema: dict[str, Any], value: object) -> Iterator[dict[str, Any]]:
        """The shapes behind a schema's references and unions."""
        if "$ref" in schema:
            target = self._schema["$defs"][schema["$ref"].rpartition("/")[2]]
            yield from self._resolve(target, value)
        tagged = schema.get("discriminator", {})
        tag = _below(value, tagged.get("propertyName"))
        if isinstance(tag, str) and tag in tagged.get("mapping", {}):
            yield from self._resolve({"$ref": tagged["mapping"][tag]}, value)
        else:
            for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
                yield from self._resolve(branch, value)
        yield schema


def _below(value: object, step: object) -> object:
    """The member of `value`, None where it has no such one."""
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _inner(shape: dict[str, Any], step: str | int) -> Iterator[dict[str, Any]]:
    """The schemas of the member `step` of what has this shape."""
    if isinstance(step, str) and step in shape.get("properties", {}):
        yield shape["properties"][step]
    elif isinstance(step, str) and isinstance(shape.get("additionalProperties"), dict):
        yield shape["additionalProperties"]
    elif isinstance(step, int):
        fixed = shape.get("prefixItems", [])
        if step < len(fixed):
            yield fixed[step]
        elif isinstance(shape.get("items"), dict):
            yield shape["items"]
