"""Reading YAML 1.2 from its event stream: plain values by the core schema, every value's place, every fault at once.

What makes a file mean something else than it says is refused: duplicate keys, anchors, merge keys, tags. Times stay text.
"""

import pathlib
import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from hypercare_rules.lint import MORE
from hypercare_sync.yaml_file.places import WHOLE, Faulty, Located, Mark, Path, Place, YamlFile, shorten

_LARGEST = 1 << 20
_DEEPEST = 50
_LONGEST_NUMBER = 400

_HALF = re.compile("[\ud800-\udfff]")
_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"(true|True|TRUE)|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# Ruamel's words on a syntax error are for those who know the grammar, and may hold what was written: these stand for them.
_SYNTAX = {
    "mapping values are not allowed": "a second ': ' in one value, or wrong indentation; put the value in quotes, or indent as above",
    "found character '\\t'": "a tab; indent with spaces",
    "could not find expected ':'": "a key without ': '; write KEY: VALUE",
    "expected <block end>": "indentation that fits no line above; indent by two spaces a level",
    "expected ',' or": "a list or mapping that is not closed; close each [ with ] and each { with }, with a comma between items",
    "found unexpected end of stream": "a quote that is not closed; close it, or put the value in quotes of the other kind",
    "found unexpected document separator": "a quote that is not closed; close it",
}
_UNKNOWN_SYNTAX = "not YAML; check quotes, brackets and indentation, and put text with special characters in quotes"


def read(path: pathlib.Path) -> YamlFile:
    """The file's value with its places. Raises ConfigError with every fault, also if the file cannot be read."""
    file = read_on(path)
    if file.refused:
        raise file.error(())
    return file


def read_on(path: pathlib.Path) -> YamlFile:
    """The same also where something in it is refused: of a key that is there twice the first is taken, of an alias nothing.

    Raises ConfigError if the file cannot be read or is not YAML.
    """
    name = str(path)
    reading = _Reading(name, _text(path, name))
    value = reading.document()
    refused = tuple(Located(name, mark, text) for mark, text in sorted(reading.faults))
    if not isinstance(value, dict):
        raise Faulty(refused)
    return YamlFile(name, value, value, reading.places, refused, frozenset(reading.unread))


def is_file(path: pathlib.Path) -> bool:
    """Whether there is such a file, as far as we may know; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _text(path: pathlib.Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        why = getattr(error, "strerror", None) or error
        raise Faulty([Located(name, WHOLE, f"cannot be read: {why}; check its path and permissions")]) from error
    if len(content) > _LARGEST:
        raise Faulty([Located(name, WHOLE, "larger than 1 MiB; split it, or take out what does not belong there")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = _mark_at(content[: error.start].decode("utf-8", "replace"))
        raise Faulty([Located(name, mark, "not UTF-8; save the file in UTF-8")]) from error


def _mark_at(before: str) -> Mark:
    """The place after the text `before`."""
    return Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))


class _Reading:
    """One pass over the events of a text, collecting places and faults."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._events: Iterator[Event] = iter(())
        self._reached = Mark(1, 1)
        self.places: dict[Path, Place] = {}
        self.faults: list[tuple[Mark, str]] = []
        self.unread: set[Path] = set()

    def document(self) -> object:
        """The value of the only document; unless it is a mapping without fault, `faults` says why."""
        try:
            self._events = YAML(typ="safe", pure=True).parse(self._text)
            return self._only_document()
        except _TooDeep:
            self._fault(self._reached, f"nested deeper than {_DEEPEST} levels; write it flatter")
        except ReaderError as error:
            self._fault(
                _mark_at(self._text[: error.position]),
                "a control character; take it out, or write it as \\x.. in double quotes",
            )
        except MarkedYAMLError as error:
            self._fault(_mark_of(error), _plain(str(error.problem)))
        except (YAMLError, ValueError, OverflowError, AssertionError):  # so ruamel ends on odd escapes and directives
            self._fault(self._reached, _UNKNOWN_SYNTAX)
        return None

    def _only_document(self) -> object:
        value: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._fault(_mark(event), "a second document; keep one a file, without '---' between parts")
                    break
                top, mark = self._next()
                value = self._value(top, (), mark)
                if not isinstance(value, dict):
                    self._fault(mark, "the top level is no mapping; write KEY: VALUE lines")
        if not documents:
            self._fault(self._reached, "nothing in it; write KEY: VALUE lines")
        return value

    def _next(self) -> tuple[Event, Mark]:
        event = next(self._events)
        self._reached = _mark(event)
        return event, self._reached

    def _value(self, event: Event, path: Path, key: Mark) -> object:
        mark = self._reached
        if len(path) > _DEEPEST:
            raise _TooDeep
        if self._refuse_tricks(event, mark):
            self.unread.add(path)
        # What is empty stands nowhere: ruamel places it at whatever follows.
        empty = isinstance(event, ScalarEvent) and not (event.value or event.style)
        self.places[path] = Place(self._name, path, key if empty else mark, key, getattr(event, "value", ""))
        match event:
            case MappingStartEvent():
                return self._mapping(path)
            case SequenceStartEvent():
                return self._sequence(path)
            case ScalarEvent():
                scalar = self._scalar(event, mark)
                if isinstance(scalar, str) and _HALF.search(scalar):
                    self.unread.add(path)
                return scalar
        return None

    def _mapping(self, path: Path) -> dict[str, object]:
        mapping: dict[str, object] = {}
        while not isinstance((start := self._next())[0], MappingEndEvent):
            event, mark = start
            key = self._key(event, path, mark)
            if key in mapping:
                first = self.places[(*path, str(key))].key.line
                self._fault(mark, f"{shorten(str(key))} is here twice; keep this one or the one in line {first}")
                if isinstance(mapping[str(key)], dict | list):
                    self.unread.add((*path, str(key), MORE))
                key = None
            elif key is None:
                self.unread.add((*path, MORE))
            # What stands at a key that is refused has to be read past; no key can be -1.
            value = self._value(self._next()[0], (*path, -1 if key is None else key), mark)
            if key is not None:
                mapping[key] = value
        return mapping

    def _key(self, event: Event, path: Path, mark: Mark) -> str | None:
        """The key that the event gives; None (with a fault) where it is no text."""
        if not isinstance(event, ScalarEvent):
            self._value(event, (*path, -1), mark)
            if not isinstance(event, AliasEvent):
                self._fault(mark, "a list or mapping as a key; write text")
            return None
        self._refuse_tricks(event, mark)
        key = self._scalar(event, mark)
        if key == "<<" and event.style is None:
            self._fault(mark, "a merge key; write its values out here")
            return None
        if not isinstance(key, str):
            typed = str(event.value) or "nothing"
            self._fault(mark, f'a key that is no text: {typed}; put it in quotes: "{typed}"')
            return None
        return key

    def _sequence(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance((start := self._next())[0], SequenceEndEvent):
            items.append(self._value(start[0], (*path, len(items)), start[1]))
        return items

    def _scalar(self, event: ScalarEvent, mark: Mark) -> object:
        text = str(event.value)
        if _HALF.search(text):
            self._fault(mark, "half a character (\\ud800 to \\udfff); write the character itself")
        return _plain_scalar(text) if event.style is None else text

    def _refuse_tricks(self, event: Event, mark: Mark) -> bool:
        """Whether the value is not what it would be without the trick."""
        # The names are not told: a password that starts with one of these signs would be in the message.
        if isinstance(event, AliasEvent):
            self._fault(mark, "an alias (*); write the value out, or put the text in quotes")
        elif getattr(event, "anchor", None) is not None:
            self._fault(mark, "an anchor (&); write the value out at each place, or put the text in quotes")
        tagged = getattr(event, "tag", None) is not None
        if tagged:
            self._fault(mark, "a tag (!); take it out, or put the text in quotes")
        return tagged or isinstance(event, AliasEvent)

    def _fault(self, mark: Mark, text: str) -> None:
        self.faults.append((mark, text))


class _TooDeep(Exception):
    """The rest of the file is not read."""


def _mark(event: Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _mark_of(error: MarkedYAMLError) -> Mark:
    # What is not closed is told where it was opened: ruamel's own place is often the end of the file.
    unclosed = str(error.problem).startswith(("found unexpected", "expected ',' or"))
    mark: Any = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)


def _plain(problem: str) -> str:
    return next((plain for start, plain in _SYNTAX.items() if problem.startswith(start)), _UNKNOWN_SYNTAX)


def _plain_scalar(text: str) -> object:
    """What text without quotes means in YAML 1.2's core schema; numbers of absurd length stay text."""
    if _NULL.fullmatch(text):
        return None
    if boolean := _BOOL.fullmatch(text):
        return boolean[1] is not None
    if len(text) <= _LONGEST_NUMBER and _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if len(text) <= _LONGEST_NUMBER and _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text
