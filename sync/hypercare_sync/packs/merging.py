"""A policy file over the one that it extends: one file, of which every part knows where it stands.

Mappings merge deeply; texts, numbers, lists and conditions replace what was there. Rules, exit criteria and reviews merge by their `id`:
one of the same id takes the place of the other, new ones come after, `{id: ..., remove: true}` takes one out. Null takes a key out.
"""

from typing import Any

from hypercare_rules.lint import MORE
from hypercare_sync.yaml_file import Fault, Path, Place, YamlFile, follow, suggest

# Two conditions merged would ask for both at once, which neither author wrote.
_CONDITIONS = ("pause_when", "until")
BY_ID = ("rules", "exit", "reviews")
"""The lists of a policy whose items merge by their id."""


def merge(base: YamlFile, own: YamlFile) -> YamlFile:
    """`own` over `base`, with `own`'s name; what it takes out although it is not there is refused."""
    merging = _Merging(base, own)
    value = merging.mapping(())
    refused = (*base.refused, *own.refused, *own.located(merging.faults))
    return YamlFile(own.name, value, value, merging.places, refused, frozenset(merging.unread))


class _Merging:
    """One pass over both files, collecting the places of what is taken from each, and faults in paths of the own file."""

    def __init__(self, base: YamlFile, own: YamlFile) -> None:
        self._base = base
        self._own = own
        self.places: dict[Path, Place] = {}
        self.faults: list[Fault] = []
        self.unread: set[Path] = set()

    def mapping(self, path: Path) -> dict[str, Any]:
        """The mappings that both files have at `path`, as one; keys that are new come last."""
        self._stands(path)
        base, own = _mapping(self._base, path), _mapping(self._own, path)
        merged = {}
        for key in (*base, *(key for key in own if key not in base)):
            here = (*path, key)
            if key not in own:
                merged[key] = self._take(self._base, here, here)
            elif own[key] is not None or here in self._own.unread:
                merged[key] = self._member(here, base.get(key), own[key])
            else:  # what is taken out although it is needed is missing there
                self.places[here] = self._own.places[here]
                self._may_have_more(self._own, here, here)
        return merged

    def _stands(self, path: Path) -> None:
        """What both files have at `path` has its place in the own one, and may have more where either may."""
        self.places[path] = self._own.places[path]
        for file in (self._base, self._own):
            self._may_have_more(file, path, path)

    def _may_have_more(self, file: YamlFile, at: Path, to: Path) -> None:
        if (*at, MORE) in file.unread:
            self.unread.add((*to, MORE))

    def _member(self, path: Path, base: object, own: object) -> object:
        if isinstance(base, dict) and isinstance(own, dict) and path[-1] not in _CONDITIONS:
            return self.mapping(path)
        if len(path) == 1 and path[0] in BY_ID and isinstance(own, list):
            return self._by_id(path, base if isinstance(base, list) else [], own)
        return self._take(self._own, path, path)

    def _by_id(self, path: Path, base: list[object], own: list[object]) -> list[object]:
        """The items of both lists; each of the base's makes way for the first of its id."""
        self._stands(path)
        inherited = {_id(item): index for index, item in enumerate(base)}
        chosen: list[tuple[YamlFile, int] | None] = [(self._base, index) for index in range(len(base))]
        for index, item in enumerate(own):
            place = inherited.pop(_id(item), None) if _id(item) else None
            removes = isinstance(item, dict) and item.get("remove") is True and item.keys() == {"id", "remove"}
            if removes and place is None:
                known = [name for name in inherited if name]
                self.faults.append(
                    Fault(
                        (*path, index, "id"),
                        f"nothing of this id to take out; {suggest(_id(item), known, otherwise='leave this entry out')}",
                    )
                )
            elif place is None:
                chosen.append((self._own, index))
            else:
                chosen[place] = None if removes else (self._own, index)
        kept = [one for one in chosen if one]
        return [self._take(file, (*path, index), (*path, to)) for to, (file, index) in enumerate(kept)]

    def _take(self, file: YamlFile, at: Path, to: Path) -> object:
        """What stands in the file `at` a path, with the places of all that is in it, `to` a path of the merged file."""
        self.places[to] = file.places[at]
        if at in file.unread:
            self.unread.add(to)
        self._may_have_more(file, at, to)
        value = follow(file.value, at)
        match value:
            case dict():
                return {key: self._take(file, (*at, key), (*to, key)) for key in value}
            case list():
                return [self._take(file, (*at, index), (*to, index)) for index in range(len(value))]
        return value


def _mapping(file: YamlFile, path: Path) -> dict[str, Any]:
    value = follow(file.value, path)
    return value if isinstance(value, dict) else {}


def _id(item: object) -> str:
    """The item's id; nothing where it has none."""
    name = item.get("id") if isinstance(item, dict) else None
    return name if isinstance(name, str) else ""
