"""Reading on past what does not fit a model, so that no slip hides another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from hypercare_rules.lint import MORE
from hypercare_sync.yaml_file.model_faults import attempt
from hypercare_sync.yaml_file.places import Fault, Path, Place, YamlFile, follow

M = TypeVar("M", bound=BaseModel)

NOTHING = object()
"""What a `StandIn` gives where nothing can stand in."""
StandIn = Callable[[Path], Any]
"""What the model takes at a path in place of what cannot be read."""

_MOST_ROUNDS = 20


def salvage(file: YamlFile, model: type[M], stand_in: StandIn) -> tuple[M | None, YamlFile]:
    """The model of what fits, and the file that it is of: that has every fault as `refused`, and as `unread` what did not fit.

    A misspelt key is read as the one that was probably meant. None where nothing is left to make a model of.
    """
    dropped: list[Path] = []
    for _ in range(_MOST_ROUNDS):
        outcome = attempt(file, model)
        if not isinstance(outcome, list):
            return outcome, file
        new = [fault for fault in outcome if not file.follows(fault)]
        told = file.located(fault for fault in new if not any(one[: len(fault.path)] == fault.path for one in dropped))
        dropped += [fault.path for fault in outcome if fault.unknown]
        file = replace(_Rest(file, outcome, stand_in).file(), refused=(*file.refused, *told))
    return None, file


class _Rest:
    """A file without what its faults are about."""

    def __init__(self, file: YamlFile, faults: Iterable[Fault], stand_in: StandIn) -> None:
        self._file = file
        self._stand_in = stand_in
        self._out: dict[Path, Any] = {}
        self._renamed: dict[Path, str | None] = {}
        for fault in faults:
            if fault.unknown:
                self._renamed[fault.path] = fault.meant
            else:
                self._take_out(fault)
        self._below: dict[Path, list[str | int]] = defaultdict(list)
        for one in {*file.unread, *self._out}:
            self._below[one[:-1]].append(one[-1])
        self._places: dict[Path, Place] = {}
        self._unread: set[Path] = set()

    def _take_out(self, fault: Fault) -> None:
        """What is wrong is left out, or another value stands in for it; what lacks something that has none is wrong as a whole."""
        path = fault.path
        parent = follow(self._file.value, path[:-1])
        while path:
            # What stands in already and still does not fit cannot be helped by itself.
            value = NOTHING if fault.at_key or path in self._file.unread else self._stand_in(path)
            if lacking := dict(_lacking(follow(self._file.value, path), value, path)):
                self._out |= lacking
                return
            if value is not NOTHING or (isinstance(parent, list | dict) and _has(parent, path[-1])):
                self._out[path] = value
                return
            path, parent = path[:-1], follow(self._file.value, path[:-2])

    def file(self) -> YamlFile:
        """The file with the rest; every value keeps its place."""
        value = self._kept(self._file.value, (), ())
        return replace(self._file, value=value, written=value, places=self._places, unread=frozenset(self._unread))

    def _kept(self, value: Any, at: Path, to: Path) -> Any:
        """What is left of the value that was `at` a path and is now at another."""
        if at in self._file.places:
            self._places[to] = self._file.places[at]
        if at in self._file.unread:
            self._unread.add(to)
        match value:
            case dict():
                return self._mapping(value, at, to)
            case list():
                return self._list(value, at, to)
        return value

    def _mapping(self, value: Mapping[str, Any], at: Path, to: Path) -> dict[str, Any]:
        kept = {}
        for key, member in value.items():
            here = (*at, key)
            name = self._renamed.get(here, key)
            if here not in self._out and name is not None:
                kept[name] = self._kept(member, here, (*to, name))
        for step in self._below[at]:
            here, there = (*at, step), (*to, step)
            if here in self._out or step not in value:
                self._unread.add(there)
            if here in self._out and here in self._file.places:
                self._places[there] = self._file.places[here]
            if self._out.get(here, NOTHING) is not NOTHING:
                kept[str(step)] = self._out[here]
        return kept

    def _list(self, value: list[Any], at: Path, to: Path) -> list[Any]:
        kept: list[Any] = []
        if (*at, MORE) in self._file.unread:
            self._unread.add((*to, MORE))
        for index, item in enumerate(value):
            here, there = (*at, index), (*to, len(kept))
            if here not in self._out:
                kept.append(self._kept(item, here, there))
            elif self._out[here] is NOTHING:
                self._unread.add((*to, MORE))
            else:
                self._unread.add(there)
                self._places[there] = self._file.places[here]
                kept.append(self._out[here])
        return kept


def _lacking(value: Any, full: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """What a mapping has not that a full one has, with its path; nothing where it is of another sort."""
    if isinstance(value, dict) and isinstance(full, dict) and value.keys() <= full.keys():
        for key, member in full.items():
            here = (*path, key)
            yield from _lacking(value[key], member, here) if key in value else ((here, member),)


def _has(parent: list[Any] | dict[str, Any], step: str | int) -> bool:
    return step in parent if isinstance(parent, dict) else isinstance(step, int) and 0 <= step < len(parent)
