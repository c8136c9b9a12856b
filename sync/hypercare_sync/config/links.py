"""What one part of a config says about another: which tracker a source is in, what is named or listed twice.

It works on the plain values, before the models: so its faults are told together with theirs. What is not of the right
form is passed over here, and told by the models.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypercare_sync.yaml_file import Fault, Path, YamlFile, nearest, suggest

_NAMES = {"jira": "Jira", "github": "GitHub"}
_SIGN_IN_KEYS = {"jira": {"email", "scoped", "comments"}, "github": {"app", "permissions", "account"}}
_KEYS = {"jira": {"project", "version", "jql", "components", "issue_type"}, "github": {"repo", "milestone"}}
# What the keys that the other kind of tracker has are called in this one.
_COUNTERPARTS = {
    "jira": {"repo": "project", "milestone": "version"},
    "github": {
        "project": "repo",
        "version": "milestone",
        "jql": "labels",
        "components": "labels",
        "issue_type": "repo",
    },
}


@dataclass(frozen=True, slots=True)
class Linked:
    """The file with the `kind` of its tracker put into each source and summary, and what was found on the way.

    Where a tracker's own kind is wrong the probable one is put in, so that the other faults are found as well. `undecided` are the paths
    of the kinds that are not put in, since nothing tells them.
    """

    file: YamlFile
    faults: list[Fault]
    warnings: list[Fault]
    undecided: set[Path]


def link(file: YamlFile) -> Linked:
    """Ties sources and summaries to their trackers."""
    value = copy.deepcopy(file.value)
    trackers = _mapping(value.get("trackers"))
    entries = list(_entries(value))
    faults = [fault for path, entry in entries for fault in _entry_faults(path, entry, trackers)]
    undecided = set()
    for path, entry in entries:
        entry.pop("kind", None)
        if kind := _kind(entry, trackers) or _probable_kind(entry, trackers):
            entry["kind"] = kind
        else:
            undecided.add((*path, "kind"))
    faults += [fault for name in trackers for fault in _tracker_kind(file, name, trackers, entries)]
    faults += [*_same_names(file), *_same_sources(file)]
    return Linked(replace(file, value=value), faults, _unused(file, trackers, entries), undecided)


def _unused(file: YamlFile, trackers: dict[str, Any], entries: list[tuple[Path, dict[str, Any]]]) -> list[Fault]:
    """The trackers of which no release takes tickets; none where one may be meant that is misspelt or cannot be read."""
    used = [entry.get("tracker") for _, entry in entries]
    if file.refused or not all(isinstance(name, str) and name in trackers for name in used):
        return []
    text = "used by no release; use it or take it out"
    return [Fault(("trackers", name), text, at_key=True) for name in trackers if name not in used]


def _tracker_kind(
    file: YamlFile, name: str, trackers: dict[str, Any], entries: list[tuple[Path, dict[str, Any]]]
) -> Iterator[Fault]:
    """The fault of a tracker whose kind is wrong but can be told from the rest, by which it is put in."""
    tracker = _mapping(trackers[name])
    if not tracker or _kind({"tracker": name}, trackers):
        return
    kinds = {entry.get("kind") for _, entry in entries if entry.get("tracker") == name}
    if "kind" not in tracker and (misspelt := next((key for key in tracker if nearest(key, ["kind"])), None)):
        tracker["kind"] = tracker[misspelt]  # the key is told by the model
        return
    kind = _probable_by_itself(tracker) or (kinds.pop() if len(kinds) == 1 else None)
    if kind is None:
        return
    path = ("trackers", name, "kind")
    first, other = sorted(_NAMES, key=lambda one: one != kind)
    what = f"not known: {file.quote(path)}; write " if "kind" in tracker else "missing; write kind: "
    yield Fault(path, f"{what}{first} or {other}")
    tracker["kind"] = kind


def _probable_kind(entry: dict[str, Any], trackers: dict[str, Any]) -> str | None:
    """The kind of tracker that a source or summary is made for, by its own keys, else by a tracker of nearly that name."""
    kinds = {kind for kind, keys in _KEYS.items() if keys & entry.keys()}
    if len(kinds) == 1:
        return kinds.pop()
    name = entry.get("tracker")
    meant = nearest(name, list(trackers)) if isinstance(name, str) else None
    tracker = _mapping(trackers.get(meant)) if meant else {}
    return _kind({"tracker": meant}, trackers) or _probable_by_itself(tracker)


def _probable_by_itself(tracker: dict[str, Any]) -> str | None:
    """The kind that a tracker probably is of, by what it says of itself."""
    kind = tracker.get("kind")
    near = nearest(kind, list(_NAMES)) if isinstance(kind, str) else None
    return near or next((name for name, keys in _SIGN_IN_KEYS.items() if keys & tracker.keys()), None)


def _entry_faults(path: Path, entry: dict[str, Any], trackers: dict[str, Any]) -> Iterator[Fault]:
    """What is wrong with a source or summary in view of its tracker."""
    name = entry.get("tracker")
    if "kind" in entry:
        yield Fault((*path, "kind"), "unknown key; take it out, the tracker has it", at_key=True)
    if "tracker" not in entry:
        yield Fault((*path, "tracker"), f"missing; write tracker: {next(iter(trackers), 'NAME')}")
    elif not isinstance(name, str):
        yield Fault((*path, "tracker"), "not text; write the name of a tracker")
    elif name not in trackers:
        yield Fault((*path, "tracker"), f"no such tracker; {suggest(name, list(trackers))}")
    elif kind := _kind(entry, trackers):
        counterparts = _COUNTERPARTS[kind]
        own = (
            {"issue_type"} if path[-1] != "summary" else set()
        )  # GitHub's issues are found by it, Jira's summary is of it
        for key in (entry.keys() & counterparts.keys()) - own:
            other = next(title for other, title in _NAMES.items() if other != kind)
            remedy = "take it out" if counterparts[key] in entry else f"write {counterparts[key]}:"
            text = f"for {other}, but tracker {name!r} is a {_NAMES[kind]} one; {remedy}"
            yield Fault((*path, key), text, at_key=True)


def _same_names(file: YamlFile) -> Iterator[Fault]:
    first: dict[str, Path] = {}
    for path, release in _members(file.value.get("releases"), ("releases",)):
        name = release.get("name")
        if isinstance(name, str):
            here: Path = (*path, "name")
            same = first.setdefault(name.casefold(), here)
            if same != here:
                yield Fault(here, f"a second release of this name; rename it or the one at {file.where(same)}")


def _same_sources(file: YamlFile) -> Iterator[Fault]:
    for release_path, release in _members(file.value.get("releases"), ("releases",)):
        first: dict[str, Path] = {}
        for path, source in _members(release.get("sources"), (*release_path, "sources")):
            same = first.setdefault(_selection(source), path)
            if same != path:
                yield Fault(path, f"the same tickets as the source at {file.where(same)}; take one of them out")


def _selection(source: dict[str, Any]) -> str:
    """The part of a source that says which tickets it takes; GitHub does not tell upper from lower case in a repository."""
    selection = {key: value for key, value in source.items() if key not in ("kind", "scope", "audience")}
    selection["repo"] = str(source.get("repo")).casefold()
    labels = source.get("labels")
    selection["labels"] = sorted(map(str, labels)) if isinstance(labels, list) else labels
    return json.dumps(selection, sort_keys=True)


def _entries(value: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The sources and summaries of all releases: all that names a tracker."""
    for path, release in _members(value.get("releases"), ("releases",)):
        yield from _members(release.get("sources"), (*path, "sources"))
        if isinstance(release.get("summary"), dict):
            yield (*path, "summary"), release["summary"]


def _members(items: object, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The mappings of a list, with their paths."""
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield (*path, index), item


def _kind(entry: dict[str, Any], trackers: dict[str, Any]) -> str | None:
    name = entry.get("tracker")
    kind = _mapping(trackers.get(name)).get("kind") if isinstance(name, str) else None
    return next((known for known in _NAMES if known == kind), None)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
