"""What stands where in a YAML file, and the one form in which its faults are told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypercare_rules.lint import MORE
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


WHOLE = Mark(0, 0)
"""In place of a mark: the file as a whole."""


class Located(NamedTuple):
    """What is wrong in a file, where, and what to do about it."""

    file: str
    mark: Mark
    text: str

    def __str__(self) -> str:
        where = self.file if self.mark == WHOLE else f"{self.file}:{self.mark.line}:{self.mark.column}"
        # Names that people gave are in it, which may hold anything.
        text = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in self.text)
        return f"{where}: {text}"


class Faulty(ConfigError):
    """A file cannot be used; the message has a line for each fault, in their order."""

    def __init__(self, faults: Iterable[Located]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(dict.fromkeys(map(str, self.faults))))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at `path` and what to do about it; told at the key's place where the key is what is wrong.

    `unknown` says that nothing reads the key, and `meant` which one it was probably meant to be.
    """

    path: Path
    text: str
    at_key: bool = False
    unknown: bool = False
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file read: its `value` as plain dicts, lists and scalars, and the places of all that is in it.

    What was taken over from another file has its place there; faults of the file itself are told first.
    `written` is the value as it stands in the file. It differs from `value` where something was filled in since (a
    secret from the environment), and is what messages quote. Neither is in the repr: they may hold secrets.

    `refused` are the faults that were found on the way to this value; `unread` are the paths at which it is not what stands in
    the file, since that cannot be read; one that ends in MORE says that there may have been more. Nothing may be said of what is there.
    """

    name: str
    value: dict[str, Any] = field(repr=False)
    written: dict[str, Any] = field(repr=False)
    places: Mapping[Path, Place] = field(repr=False)
    refused: tuple[Located, ...] = ()
    unread: frozenset[Path] = frozenset()

    def where(self, path: Path, *, key: bool = False) -> str:
        """`hypercare.yaml:14:9`: the place of the value at `path` (or of its key), of the nearest parent if there is none."""
        file, (line, column) = self._spot(path, key=key)
        return f"{file}:{line}:{column}"

    def lines(self, faults: Iterable[Fault]) -> tuple[str, ...]:
        """The lines that tell the faults, in the order of their places, each once."""
        return tuple(dict.fromkeys(map(str, self.located(faults))))

    def located(self, faults: Iterable[Fault]) -> list[Located]:
        """The faults with their places, in the order of these."""
        return self.in_order(self._located(fault) for fault in faults)

    def in_order(self, faults: Iterable[Located]) -> list[Located]:
        """The faults in the order of their places, those of the file itself first."""
        return sorted(faults, key=lambda fault: (fault.file != self.name, fault.file, fault.mark))

    def error(self, faults: Iterable[Fault]) -> Faulty:
        """The error that tells all the faults, and those that were found before."""
        return Faulty(self.in_order((*self.refused, *self.located(faults))))

    def follows(self, fault: Fault) -> bool:
        """Whether the fault is there only because of what is unread: it is in that, is missing where it may be, or is about the rest."""
        path = fault.path
        if any(path[: len(one)] == one for one in self.unread):
            return True
        parent = follow(self.value, path[:-1])
        if path and (*path[:-1], MORE) in self.unread and isinstance(parent, dict) and path[-1] not in parent:
            return True
        return any(one[: len(path)] == path and not self._stands_in(one) for one in self.unread)

    def _stands_in(self, path: Path) -> bool:
        """Whether something else stands in for what is unread at `path`."""
        parent = follow(self.value, path[:-1])
        if isinstance(parent, list):
            return isinstance(path[-1], int) and 0 <= path[-1] < len(parent)
        return isinstance(parent, dict) and path[-1] in parent

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
            case _ if path in self.places:
                return self.places[path].text[:_LONGEST_QUOTE]
            case _:  # what stands in for something unread
                return str(value)

    def _located(self, fault: Fault) -> Located:
        path = self._own_path(fault.path)
        field_name = f"{dotted(path)}: " if path else ""
        return Located(*self._spot(fault.path, key=fault.at_key), f"{field_name}{fault.text}")

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
