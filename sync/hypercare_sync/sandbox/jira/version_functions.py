"""JQL's functions that name versions of projects by their state."""

from collections.abc import Callable

from hypercare_sync.sandbox.jira.model import Json, Project
from hypercare_sync.sandbox.jira.query import Call, JqlError

_MANY: dict[str, Callable[[Json], bool]] = {
    "releasedversions": lambda version: bool(version.get("released")),
    "unreleasedversions": lambda version: not version.get("released"),
}
_ONE = {"latestreleasedversion": ("releasedversions", -1), "earliestunreleasedversion": ("unreleasedversions", 0)}


def versions(call: Call, projects: list[Project]) -> frozenset[str]:
    """The ids of the versions that a function names, in the projects that it names or else in all of `projects`.

    Raises JqlError for any other function, and for a project that is none of them.
    """
    name = call.name.lower()
    if name not in _MANY and name not in _ONE:
        raise JqlError(f"Unable to find JQL function '{call.name}({', '.join(call.arguments)})'.")
    named = [_project(argument, projects) for argument in call.arguments] or projects
    kind, place = _ONE.get(name, (name, None))
    found = [[one for one in project.versions if not one.get("archived") and _MANY[kind](one)] for project in named]
    kept = found if place is None else [[_by_date(some)[place]] for some in found if some]
    return frozenset(str(version["id"]) for some in kept for version in some)


def _by_date(versions: list[Json]) -> list[Json]:
    return sorted(versions, key=lambda version: str(version.get("releaseDate") or "9999"))


def _project(text: str, projects: list[Project]) -> Project:
    wanted = text.casefold()
    found = next((one for one in projects if wanted in (one.key.casefold(), one.id, one.name.casefold())), None)
    if found is None:
        raise JqlError(f"The project '{text}' does not exist.")
    return found
