"""`${VARIABLE}` in a config: filled in from the environment, `$${` for a plain `${`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypercare_sync.yaml_file import Fault, Path, YamlFile

_REFERENCE = re.compile(r"(?P<escaped>\$\$\{)|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{")


def fill_in(file: YamlFile, env: Mapping[str, str]) -> tuple[YamlFile, list[Fault]]:
    """The file with every text's variables filled in, and the faults; a text with a fault stays as it is written."""
    faults: list[Fault] = []

    def filled(value: Any, path: Path) -> Any:
        match value:
            case dict():
                return {key: filled(member, (*path, key)) for key, member in value.items()}
            case list():
                return [filled(member, (*path, index)) for index, member in enumerate(value)]
            case str() if "${" in value:
                wrong = [problem for match in _REFERENCE.finditer(value) if (problem := _problem(match, env))]
                faults.extend(Fault(path, problem) for problem in wrong)
                return (
                    value
                    if wrong
                    else _REFERENCE.sub(lambda match: "${" if match["escaped"] else env[match["name"]], value)
                )
        return value

    return replace(file, value=filled(file.value, ())), faults


def refers(text: object) -> bool:
    """Whether the text takes a variable from the environment."""
    return isinstance(text, str) and any(match["name"] for match in _REFERENCE.finditer(text))


def _problem(reference: re.Match[str], env: Mapping[str, str]) -> str | None:
    name = reference["name"]
    if reference["escaped"]:
        return None
    if name is None:
        return "${ without the name of a variable; write ${NAME}, or $${ where the text itself has ${"
    if name not in env:
        return f"{name} is not set; export it or put it in the cron line's environment"
    if not env[name]:
        return f"{name} is empty; set it to its value"
    if any("\ud800" <= character <= "\udfff" for character in env[name]):  # how Python keeps bytes that are no UTF-8
        return f"{name} holds bytes that are not UTF-8; set it anew"
    return None
