"""Writes to an issue's fields: what is accepted, what it becomes, and what the history says about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from hypercare_sync.sandbox.jira import custom_values, people
from hypercare_sync.sandbox.jira.model import Catalogue, Json, Project
from hypercare_sync.sandbox.jira.refusal import Refusal, UnusableError
from hypercare_sync.sandbox.jira.words import text_of
from hypercare_sync.sandbox.jira.world import JiraWorld

LONGEST_TEXT = 32_767
"""Characters in a description, an environment or a comment."""
TOO_LONG = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
_DEEPEST = 50
"""How deep a document may nest."""
ARRAYS = ("labels", "versions", "fixVersions", "components")
_HISTORY_NAMES = {"versions": "Version", "fixVersions": "Fix Version", "components": "Component"}


@dataclass(frozen=True)
class Editor:
    """Reads the values that a request gives for an issue of `project`; `rich` for REST v3, whose texts are documents."""

    world: JiraWorld
    project: Project
    rich: bool

    def values(self, body: Json, current: Json, allowed: frozenset[str]) -> Json:
        """The new values by field that the `fields` and `update` of a request ask for. Raises Refusal that names every faulty field."""
        wanted: Json = {}
        errors: dict[str, str] = {}
        fields, update = member(body, "fields"), member(body, "update")
        for name in dict.fromkeys((*fields, *(name for name in update if name != "comment"))):
            try:
                if name not in allowed:
                    _refuse(f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.")
                if name in fields and name in update:
                    _refuse(f"Field '{name}' cannot appear in both 'fields' and 'update'")
                operations = update.get(name)
                wanted[name] = (
                    self._read(name, fields[name])
                    if name in fields
                    else self._updated(name, operations, current.get(name))
                )
            except UnusableError as unusable:
                errors[name] = str(unusable)
        if errors:
            raise Refusal(400, errors=errors)
        return wanted

    def text(self, value: Any) -> str | Json | None:
        """A description or a comment's body as it is kept."""
        if value is None or value == "":
            return None
        if self.rich and not (isinstance(value, dict) and value.get("type") == "doc" and _sound(value)):
            raise UnusableError("Operation value must be an Atlassian Document (see the Atlassian Document Format)")
        if not self.rich and not isinstance(value, str):
            raise UnusableError("Operation value must be a string")
        if len(text_of(value)) > LONGEST_TEXT:
            raise UnusableError(TOO_LONG)
        text: str | Json = value
        return text

    def comment(self, value: Any) -> str | Json:
        """A comment's body. Raises Refusal for one that is empty, too long or of the wrong type."""
        try:
            body = self.text(value)
        except UnusableError as unusable:
            raise Refusal(400, errors={"comment": str(unusable)}) from None
        if (
            not body
            or (isinstance(body, str) and not body.strip())
            or (isinstance(body, dict) and not body.get("content"))
        ):
            raise Refusal(400, errors={"comment": "Comment body can not be empty!"})
        return body

    def _read(self, name: str, value: Any) -> Any:
        match name:
            case "summary":
                return _summary(value)
            case "labels":
                return _labels(value)
            case "versions" | "fixVersions":
                return _chosen_many(self.project.versions, value, "Version")
            case "components":
                return _chosen_many(self.project.components, value, "Component")
            case "priority":
                return _chosen(self.world.priorities, value, "Priority")
            case "issuetype":
                return _chosen(self.world.issue_types, value, "Issue type")
            case "resolution":
                return _chosen(self.world.resolutions, value, "Resolution")
            case "reporter":
                return self._user(value)
            case "assignee":
                return self._assignee(value)
            case "duedate":
                return custom_values.day(value)
            case "security":
                return value and _chosen(self.world.levels, value, "Security level")
            case _:
                known = self.world.custom.get(name)
                if known is None or known.rich:
                    return self.text(value)
                return custom_values.read(known, value, self._user, self.world.new_id)

    def _updated(self, name: str, operations: Any, current: Any) -> Any:
        """The value after `operations`, such as `[{"add": "x"}, {"remove": "y"}]`, in their order."""
        if not isinstance(operations, list) or not all(isinstance(one, dict) and len(one) == 1 for one in operations):
            raise UnusableError("Expected a list of operations, each with one of 'add', 'remove' and 'set'")
        value = current
        for operation in operations:
            (verb, operand), *_ = operation.items()
            if verb == "set":
                value = self._read(name, operand)
            elif verb in {"add", "remove"} and self._is_list(name):
                known = {_identity(entry): entry for entry in value or []}
                for entry in self._read(name, [operand]):
                    if verb == "add":
                        known.setdefault(_identity(entry), entry)
                    else:
                        known.pop(_identity(entry), None)
                value = list(known.values())
            else:
                raise UnusableError(f"Operation '{verb}' is not supported by this field")
        return value

    def _assignee(self, value: Any) -> Json | None:
        person = self._user(value)
        if person and not person.get("active", True):
            raise UnusableError(f"User '{person['displayName']}' cannot be assigned issues.")
        return person

    def _is_list(self, name: str) -> bool:
        known = self.world.custom.get(name)
        return name in ARRAYS or (known is not None and known.type == "array")

    def _user(self, value: Any) -> Json | None:
        if value is None:
            return None
        members = ("accountId", "id") if self.world.cloud else ("name",)
        given = value if isinstance(value, dict) else {}
        wanted = next((given[member] for member in members if given.get(member)), None)
        if wanted is None and given.get(members[0], "") is None:
            return None  # as the assignee's own resource has it
        person = self.world.user(wanted) if isinstance(wanted, str) else None
        if person is None:
            raise UnusableError(f"User '{wanted}' does not exist." if wanted else f"Specify a user by {members[0]}")
        return person


def history_items(world: JiraWorld, name: str, before: Any, after: Any) -> list[Json]:
    """What an issue's history says when field `name` goes from `before` to `after`: one item, or one for each version or component."""
    if name in _HISTORY_NAMES:
        old, new = ({entry["id"]: entry for entry in side or []} for side in (before, after))
        gone = [_item(world, name, entry, None) for identity, entry in old.items() if identity not in new]
        return gone + [_item(world, name, None, entry) for identity, entry in new.items() if identity not in old]
    return [_item(world, name, before, after)]


def same(before: Any, after: Any) -> bool:
    """Whether two values of a field name the same: lists in any order, named values by their ids."""
    return bool(_essence(before) == _essence(after))


def _essence(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(_identity(entry) for entry in value)
    if isinstance(value, dict) and value.get("type") != "doc":
        return custom_values.identity(value)
    return value


def _item(world: JiraWorld, name: str, before: Any, after: Any) -> Json:
    (old_id, old_text), (new_id, new_text) = _shown(world, before), _shown(world, after)
    own = world.custom.get(name)
    # Where there is no value the site's answers hold null, but their description allows texts only.
    return {
        "field": own.name if own else _HISTORY_NAMES.get(name, name),
        "fieldtype": "custom" if own else "jira",
        "fieldId": name,
        "from": old_id,
        "fromString": old_text,
        "to": new_id,
        "toString": new_text,
    }


def _shown(world: JiraWorld, value: Any) -> tuple[str, str]:
    """How a history calls a value: its id, if it has one, and what people read."""
    if isinstance(value, list):
        return "", (" " if all(isinstance(one, str) for one in value) else ", ").join(
            one if isinstance(one, str) else custom_values.shown(one) for one in value
        )
    if isinstance(value, dict) and value.get("type") != "doc":
        if "displayName" in value and not world.cloud:
            return people.key_of(value), value["displayName"]
        return custom_values.identity(value), custom_values.shown(value)
    return "", text_of(value) if isinstance(value, str | dict | None) else f"{value:g}"


def _refuse(reason: str) -> NoReturn:
    raise UnusableError(reason)


def member(body: Json, name: str) -> Json:
    """The object `name` of a request, empty when left out. Raises Refusal where it is something else."""
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal(400, f"Can not deserialize '{name}': an object is expected")
    return value


def _identity(entry: Any) -> str:
    return custom_values.identity(entry) if isinstance(entry, dict) else str(entry)


def _summary(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnusableError("You must specify a summary of the issue.")
    if "\n" in value or "\r" in value:
        raise UnusableError("The summary is invalid because it contains newline characters.")
    if len(value) > 255:
        raise UnusableError("Summary can't exceed 255 characters.")
    return value


def _labels(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        raise UnusableError("data was not an array of strings")
    for label in value:
        if re.search(r"\s", label) or not label:
            raise UnusableError(f"The label '{label}' contains spaces which is invalid.")
        if len(label) > 255:
            raise UnusableError(f"The label '{label}' exceeds the maximum length for single label of 255 characters.")
    return list(dict.fromkeys(value))


def _chosen(catalogue: Catalogue, value: Any, kind: str) -> Json:
    reference = value if isinstance(value, Mapping) else {}
    wanted = reference.get("id") or reference.get("name")
    found = catalogue.find(str(wanted)) if wanted else None
    if found is None:
        raise UnusableError(f"{kind} {'id' if 'id' in reference else 'name'} '{wanted or ''}' is not valid")
    return found


def _chosen_many(catalogue: Catalogue, value: Any, kind: str) -> list[Json]:
    if not isinstance(value, list):
        raise UnusableError("data was not an array")
    return list({entry["id"]: entry for entry in (_chosen(catalogue, one, kind) for one in value)}.values())


def _sound(node: Any, depth: int = 0) -> bool:
    """Whether a document's node and all within it have a type, and its texts have characters: Jira refuses whole documents for less."""
    if not isinstance(node, dict) or not isinstance(node.get("type"), str) or depth > _DEEPEST:
        return False
    if node["type"] == "text":
        return isinstance(node.get("text"), str) and node["text"] != ""
    inner = node.get("content", [])
    return isinstance(inner, list) and all(_sound(one, depth + 1) for one in inner)


EDITABLE = frozenset({
    "summary", "description", "environment", "labels", "versions", "fixVersions", "components", "priority", "issuetype", "assignee", "reporter", "duedate", "security",
})  # fmt: skip
"""What an edit may set; the status and the resolution move by transitions only."""
