"""What stands in for a part of a policy that cannot be read, so that the rest can be looked at. It is never used in a tick."""

from functools import cache
from pathlib import Path
from typing import Any

from hypercare_sync.builtin_packs import PACKS
from hypercare_sync.yaml_file import NOTHING, read
from hypercare_sync.yaml_file import Path as Steps

_NEEDED = ("kind", "impact", "urgency", "severity", "priority_matrix", "targets", "stale")
_ANY = "*"
# Of what these say nothing is told: it is unread. So each says as little as it can.
_MEMBERS: dict[str, Any] = {
    "rules": {_ANY: {"id": "unread", "when": {}, "then": {"comment": True}}},
    "reviews": {_ANY: {"id": "unread", "schedule": "0 0 * * *"}},
    "people": {_ANY: {"name": "unread"}},
    "roster": {"shifts": {_ANY: {"who": ["unread"], "calendar": "unread"}}},
    "escalation": {_ANY: {"tiers": {_ANY: {"after": "0m", "notify": ["unread"]}}}},
    "calendars": {_ANY: {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
}


def stand_in(path: Steps) -> Any:
    """What a policy takes at a path, as a file has it; NOTHING where it can do without."""
    value: Any = _values()
    for step in path:
        if not isinstance(value, dict):
            return NOTHING
        value = value.get(step, value.get(_ANY, NOTHING))
    return value if _whole(value) else NOTHING


def _whole(value: Any) -> bool:
    return not isinstance(value, dict) or (_ANY not in value and all(map(_whole, value.values())))


@cache
def _values() -> dict[str, Any]:
    pack = read(Path(str(PACKS), "standard.yaml")).value
    needed = {name: pack[name] for name in _NEEDED}
    phase = {"until_day": 1, "targets": needed["targets"]}
    return {**needed, **_MEMBERS, "phases": {_ANY: phase}}
