"""Holding a YAML file against a pydantic model, and telling the model's errors in the words of the file."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hypercare_sync.yaml_file.places import Fault, Path, YamlFile, follow
from hypercare_sync.yaml_file.shape import Shape
from hypercare_sync.yaml_file.wording import Wording, nearest, words_for

M = TypeVar("M", bound=BaseModel)


def validate(file: YamlFile, model: type[M]) -> M:
    """The file's value as a `model`. Raises ConfigError with every fault."""
    outcome = attempt(file, model)
    if isinstance(outcome, list):
        raise file.error(outcome)
    return outcome


def attempt(file: YamlFile, model: type[M]) -> M | list[Fault]:
    """The file's value as a `model`, or all that keeps it from being one."""
    try:
        # Strict, or a policy would take "30" for a number and "no" for false; by way of JSON, so that a list still makes a tuple
        # and text a time.
        return model.model_validate_json(json.dumps(file.value), strict=True)
    except ValidationError as failure:
        errors = failure.errors(include_url=False)
    shape = Shape(model, file.value)
    by_path: dict[Path, list[ErrorDetails]] = defaultdict(list)
    for error in errors:
        if not _echo(error, file.value):
            by_path[_path(error, file.value)].append(error)
    faults = [
        _fault(file, shape, path, here)
        for path, here in by_path.items()
        if not (_only_type(here) and any(other[: len(path)] == path for other in by_path if other != path))
    ]
    # What is there under a misspelt key is not missing as well.
    misspelt = {(*fault.path[:-1], fault.meant) for fault in faults if fault.meant}
    return [fault for fault in faults if fault.path not in misspelt]


def _path(error: ErrorDetails, value: object) -> Path:
    """Where the error is in the file: pydantic's path without the names of union branches and validators, which are no keys."""
    path: Path = ()
    for step in error["loc"]:
        if (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        ):
            path, value = (*path, step), follow(value, (step,))
    if error["type"] == "missing":
        return (*path, error["loc"][-1])
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return (*path, error["ctx"]["discriminator"].strip("'"))
    return path


def _echo(error: ErrorDetails, value: object) -> bool:
    """Whether a list is called too short only because its items, which have errors of their own, were not counted."""
    here = follow(value, _path(error, value))
    return error["type"] == "too_short" and isinstance(here, list) and len(here) >= error["ctx"]["min_length"]


def _only_type(errors: list[ErrorDetails]) -> bool:
    """Whether the errors only say that the value is of another type, as the other branches of a union do."""
    return all(error["type"].endswith("_type") or error["type"] in ("literal_error", "enum") for error in errors)


def _fault(file: YamlFile, shape: Shape, path: Path, errors: list[ErrorDetails]) -> Fault:
    """The errors at one path in one line: a union has one for each of its branches."""
    wordings = [words_for(error, path, file, shape) for error in errors]
    first, remedies = wordings[0], list(dict.fromkeys(wording.remedy for wording in wordings if wording.remedy))
    for later in range(1, len(remedies)):
        remedies[later] = remedies[later].removeprefix("write ")
    # A key that is wrong is in the path: the value is not meant.
    unknown = any(error["type"] == "extra_forbidden" for error in errors)
    at_key = unknown or any(error["loc"][-1:] == ("[key]",) for error in errors)
    keys = [key for key in shape.keys(path[:-1]) if key not in _keys(file, path[:-1])] if unknown else []
    quoted = first.quoted and not at_key and not shape.secret(path)
    told = Wording(first.what, " or ".join(remedies), quoted=quoted)
    meant = nearest(str(path[-1]), keys) if unknown else None
    return Fault(path, told.text(file.quote(path)), at_key=at_key, unknown=unknown, meant=meant)


def _keys(file: YamlFile, path: Path) -> Collection[object]:
    value = follow(file.value, path)
    return value if isinstance(value, dict) else ()
