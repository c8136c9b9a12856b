"""What stands where in a YAML file, and the one form in which its faults are told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypercare_sync.errors import ConfigError

Path = tuple[str | int, ...]
"""The way from the top to a value: keys and indexes."""

_LONGEST_QUOTE = 60


class Mark(NamedTuple):
    """A place in a file; the first line and the first column are 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Place:
    """In which file a value stands, at which path and where in it, and its key (for what has no key: the value again).

    `text` is a scalar's text as it was typed.
    """

    file: str
    path: Path
    value: Mark
    key: Mark
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at `path` and what to do about it; told at the key's place where the key is what is wrong."""

    path: Path
    text: str
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file read: its `value` as plain dicts, lists and scalars, and the places of all that is in it.

    What was taken over from another file has its place there; faults of the file itself are told first.
    `written` is the value as it stands in the file. It differs from `value` where something was filled in since (a
    secret from the environment), and is what messages quote. Neither is in the repr: they may hold secrets.
    """

    name: str
    value: dict[str, Any] = field(repr=False)
    written: dict[str, Any] = field(repr=False)
    places: Mapping[Path, Place] = field(repr=False)

    def where(self, path: Path, *, key: bool = False) -> str:
        """`hypercare.yaml:14:9`: the place of the value at `path` (or of its key), of the nearest parent if there is none."""
        file, (line, column) = self._spot(path, key=key)
        return f"{file}:{line}:{column}"

    def lines(self, faults: Iterable[Fault]) -> tuple[str, ...]:
        """The lines that tell the faults, in the order of their places, each once."""

        def place(fault: Fault) -> tuple[bool, str, Mark]:
            file, mark = self._spot(fault.path, key=fault.at_key)
            return file != self.name, file, mark

        return tuple(dict.fromkeys(map(self._line, sorted(faults, key=place))))

    def error(self, faults: Iterable[Fault]) -> ConfigError:
        """The error that tells all the faults."""
        return ConfigError("\n".join(self.lines(faults)))

    def quote(self, path: Path) -> str:
        """The value at `path` as messages show it: as it was typed, shortened; text in quotes; a list or mapping by its kind."""
        value = follow(self.written, path)
        match value:
            case str():
                return shorten(value)
            case dict():
                return "a mapping"
            case list():
                return "a list"
            case None:
                return "nothing"
            case _:
                return self.places[path].text[:_LONGEST_QUOTE]

    def _line(self, fault: Fault) -> str:
        path = self._own_path(fault.path)
        field_name = f"{dotted(path)}: " if path else ""
        return f"{self.where(fault.path, key=fault.at_key)}: {field_name}{fault.text}"

    def _own_path(self, path: Path) -> Path:
        """The path in the file where the value stands: lists of two files that were merged count on."""
        if path in self.places:
            return self.places[path].path
        return (*self._own_path(path[:-1]), path[-1]) if path else ()

    def _spot(self, path: Path, *, key: bool) -> tuple[str, Mark]:
        if path in self.places:
            place = self.places[path]
            return place.file, place.key if key else place.value
        return self._spot(path[:-1], key=False) if path else (self.name, Mark(1, 1))


def follow(value: object, path: Path) -> object:
    """What stands at `path` below `value`; None where nothing does."""
    for step in path:
        match value:
            case dict():
                value = value.get(step)
            case list() if isinstance(step, int) and step < len(value):
                value = value[step]
            case _:
                return None
    return value


def dotted(path: Path) -> str:
    """`releases[0].go_live`; a key that is no plain word in quotes, so that no text of the file can drive a terminal."""
    steps = []
    for step in path:
        if isinstance(step, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,60}", step):
            steps.append(f".{step}")
        else:
            steps.append(f"[{shorten(step) if isinstance(step, str) else step}]")
    return "".join(steps).removeprefix(".")


def shorten(text: str) -> str:
    """The text in quotes, escaped, without the credentials of an address, and cut where it is too long for a message."""
    text = re.sub(r"://[^/\s]*@", "://...@", text)
    return repr(text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…")
