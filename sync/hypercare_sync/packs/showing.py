"""A policy with all that it extends, as one YAML file that says where each part is from."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from hypercare_sync.packs.loading import PolicyFile, origin
from hypercare_sync.packs.merging import BY_ID
from hypercare_sync.packs.writing import lines, scalar
from hypercare_sync.yaml_file import Path, follow


def show(loaded: PolicyFile) -> str:
    """The merged policy as YAML that loads to the same policy, with a comment before whatever is from another file than that above it."""
    return "\n".join(line for name in loaded.file.value for line in (*_members(loaded, (), [name]), ""))


def _members(loaded: PolicyFile, path: Path, names: Iterable[str]) -> Iterator[str]:
    """The lines of these members of a mapping; those of one file that follow each other share a comment."""
    for origins, group in groupby(names, key=lambda name: _origins(loaded, (*path, name))):
        yield _comment(origins)
        for name in group:
            below = (*path, name)
            value: Any = follow(loaded.file.value, below)
            if below[0] in BY_ID and len(below) == 1 and value:
                yield f"{name}:"
                yield from _indented(_items(loaded, below, value))
            elif len(origins) > 1 and isinstance(value, dict):
                yield f"{scalar(name)}:"
                yield from _indented(_members(loaded, below, value))
            else:
                yield from lines({name: value})


def _items(loaded: PolicyFile, path: Path, items: list[Any]) -> Iterator[str]:
    """The lines of a list that is merged by ids."""
    for origins, group in groupby(range(len(items)), key=lambda index: _origins(loaded, (*path, index))):
        yield _comment(origins)
        for index in group:
            yield from lines([items[index]])


def _comment(origins: tuple[str, ...]) -> str:
    return f"# from {', '.join(origins)}"


def _indented(block: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in block)


def _origins(loaded: PolicyFile, path: Path) -> tuple[str, ...]:
    """Where what is at `path` is from: all files that gave something to it, what was extended first."""
    last = len(path)
    below = {
        place.file for where, place in loaded.file.places.items() if where[:last] == path and _gives(loaded, where)
    }
    return tuple(origin(name) for name in loaded.origins if name in below)


def _gives(loaded: PolicyFile, path: Path) -> bool:
    """Whether something stands at a path that was not merged: a mapping has all from its members, and what was taken out is gone."""
    value, parent = follow(loaded.file.value, path), follow(loaded.file.value, path[:-1])
    gone = isinstance(parent, dict) and path[-1] not in parent
    return not gone and not (isinstance(value, dict) and value)
