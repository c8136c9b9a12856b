"""The fields that JQL knows: how each is read from an issue, compared and sorted."""

import operator as operators
import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from hypercare_sync.sandbox.jira.builtin import CATEGORIES
from hypercare_sync.sandbox.jira.custom import CustomField, CustomFields
from hypercare_sync.sandbox.jira.dates import moment
from hypercare_sync.sandbox.jira.model import Catalogue, Issue, Json, Project
from hypercare_sync.sandbox.jira.query import Call, JqlError, Operand, Value
from hypercare_sync.sandbox.jira.scope import Field, Scope, Site, Test
from hypercare_sync.sandbox.jira.version_functions import versions
from hypercare_sync.sandbox.jira.words import holds, terms, text_of

_EQUAL = frozenset({"=", "!=", "in", "not in", "is", "is not"})
_ORDERED = _EQUAL | {"<", "<=", ">", ">="}
_COMPARISONS = {"<": operators.lt, "<=": operators.le, ">": operators.gt, ">=": operators.ge}
_TEXT = frozenset({"~", "!~", "is", "is not"})


def _compare(operator: str, left: Any, right: Any) -> bool:
    return bool(_COMPARISONS.get(operator, operators.eq)(left, right))


def _literal(operand: Operand, field: str) -> str:
    if isinstance(operand, Value):
        return operand.text
    shown = f"{operand.name}({', '.join(operand.arguments)})" if isinstance(operand, Call) else "EMPTY"
    raise JqlError(f"Unable to find JQL function '{shown}' for the field '{field}'.")


def _unknown(operand: str, field: str) -> JqlError:
    return JqlError(f"The value '{operand}' does not exist for the field '{field}'.")


def _reader(key: str) -> Callable[[Issue], list[Any]]:
    def read(issue: Issue) -> list[Any]:
        value = issue.fields.get(key)
        if isinstance(value, list):
            return value
        return [] if value is None else [value]

    return read


def _named(name: str, key: str, catalogue: Callable[[Site], Catalogue]) -> Field:
    """A field with one value of the site's own list."""

    def test(scope: Scope, operator: str, operand: Operand) -> Test:
        text = _literal(operand, name)
        wanted = catalogue(scope.site).find(text)
        if wanted is None:
            raise _unknown(text, name)
        if operator in {"<", "<=", ">", ">="}:
            return lambda value: _compare(operator, -int(value["id"]), -int(wanted["id"]))
        return lambda value: bool(value["id"] == wanted["id"])

    if key == "priority":  # a lower id is more urgent, and `priority > Medium` means more urgent
        return Field(name, _ORDERED, _reader(key), test, lambda value: -int(value["id"]))
    return Field(name, _EQUAL, _reader(key), test, lambda value: str(value["name"]).casefold())


def _of_projects(name: str, key: str, catalogue: Callable[[Project], Catalogue], *, patterns: bool) -> Field:
    """A field whose values belong to projects; `patterns` allows `~` with wildcards."""

    def test(scope: Scope, operator: str, operand: Operand) -> Test:
        if isinstance(operand, Call) and patterns:
            identities = versions(operand, list(scope.site.projects.values()))
            return lambda value: value["id"] in identities
        text = _literal(operand, name)
        if operator in {"~", "!~"}:
            pattern = re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)
            return lambda value: pattern.fullmatch(value["name"]) is not None
        projects = scope.site.projects.values()
        named = [project for project in projects if project.key in scope.projects]
        # A project that has no such values at all answers nothing rather than "unknown": its first release is yet to be made.
        fresh = not all(map(catalogue, named)) if named else not any(map(catalogue, projects))
        if not fresh and not any(catalogue(project).find(text) for project in projects):
            raise _unknown(text, name)
        return lambda value: text in (value["id"], value["name"]) or value["name"].casefold() == text.casefold()

    return Field(
        name,
        _EQUAL | {"~", "!~"} if patterns else _EQUAL,
        _reader(key),
        test,
        lambda value: str(value["name"]).casefold(),
    )


def _project_test(scope: Scope, _operator: str, operand: Operand) -> Test:
    text = _literal(operand, "project")
    project = find_project(scope.site, text)
    if project is None:
        if scope.site.projects:
            raise _unknown(text, "project")
        return lambda _value: False
    return lambda value: bool(value["key"] == project.key)


def find_project(site: Site, text: str) -> Project | None:
    """The project with this key, id or name, in any case."""
    wanted = text.casefold()
    return next((p for p in site.projects.values() if wanted in (p.key.casefold(), p.id, p.name.casefold())), None)


def _user(name: str) -> Field:
    def test(scope: Scope, _operator: str, operand: Operand) -> Test:
        if isinstance(operand, Call) and operand.name.lower() == "currentuser":
            return lambda user: bool(user.get("accountId") == scope.account_id)
        text = _literal(operand, name)
        return lambda user: (
            text in (user.get(part) for part in ("accountId", "name", "key", "displayName", "emailAddress"))
        )

    return Field(name, _EQUAL, _reader(name), test, lambda user: str(user.get("displayName", "")).casefold())


def _date(name: str, key: str) -> Field:
    def test(scope: Scope, operator: str, operand: Operand) -> Test:
        wanted = moment(operand, name, scope.now, scope.zone)
        return lambda value: _compare(operator, _instant(value, scope.zone), wanted)

    return Field(name, _ORDERED, _reader(key), test, lambda value: _instant(value, UTC).timestamp())


def _instant(value: str, zone: tzinfo) -> datetime:
    """The moment in a field; a date alone begins at midnight of the zone in which it is looked at."""
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _key_test(scope: Scope, operator: str, operand: Operand) -> Test:
    text = _literal(operand, "key")
    if operator in _EQUAL:
        wanted = scope.site.issue(text)
        if wanted is None:
            raise JqlError(f"An issue with key '{text}' does not exist for field 'key'.")
        identity = wanted.id
        return lambda issue: bool(issue.id == identity)
    if text.isdecimal():
        return lambda issue: _compare(operator, int(issue.id), int(text))
    project, _, number = text.upper().rpartition("-")
    if not number.isdecimal():
        raise JqlError(f"The issue key '{text}' for field 'key' is invalid.")
    return lambda issue: issue.project_key == project and _compare(operator, issue.number, int(number))


def _label_test(_scope: Scope, _operator: str, operand: Operand) -> Test:
    wanted = _literal(operand, "labels").casefold()
    return lambda label: bool(label.casefold() == wanted)


def _level_test(_scope: Scope, _operator: str, operand: Operand) -> Test:
    wanted = _literal(operand, "level")
    return lambda level: wanted in (level.get("id"), level.get("name"))


def _category_test(_scope: Scope, _operator: str, operand: Operand) -> Test:
    wanted = _literal(operand, "statusCategory").casefold()
    if not any(wanted in _category_names(category) for category in CATEGORIES.values()):
        raise _unknown(wanted, "statusCategory")
    return lambda category: wanted in _category_names(category)


def _category_names(category: Json) -> tuple[str, ...]:
    return (category["key"], str(category.get("name")).casefold(), str(category["id"]))


def _texts(*keys: str) -> Callable[[Issue], list[str]]:
    def read(issue: Issue) -> list[str]:
        bodies = [issue.fields.get(key) for key in keys if key != "comment"]
        if "comment" in keys:
            bodies += [comment.get("body") for comment in issue.comments]
        return [text for text in map(text_of, bodies) if text]

    return read


def _text(name: str, *keys: str) -> Field:
    def test(_scope: Scope, _operator: str, operand: Operand) -> Test:
        patterns = terms(_literal(operand, name), name)
        return lambda text: holds(patterns, text)

    return Field(name, _TEXT, _texts(*keys), test, str.casefold)


def _category(issue: Issue) -> list[Json]:
    category = (issue.fields.get("status") or {}).get("statusCategory")
    return [category] if category else []


_FIELDS = (
    Field("project", _EQUAL, _reader("project"), _project_test, lambda value: str(value["key"])),
    Field("key", _ORDERED, lambda issue: [issue], _key_test, lambda issue: f"{issue.project_key}-{issue.number:09}"),
    _of_projects("affectedVersion", "versions", lambda project: project.versions, patterns=True),
    _of_projects("fixVersion", "fixVersions", lambda project: project.versions, patterns=True),
    _of_projects("component", "components", lambda project: project.components, patterns=False),
    Field("labels", _EQUAL, _reader("labels"), _label_test, str.casefold),
    _named("status", "status", lambda site: site.statuses),
    Field("statusCategory", _EQUAL, _category, _category_test, lambda value: int(value["id"])),
    _named("resolution", "resolution", lambda site: site.resolutions),
    _named("issuetype", "issuetype", lambda site: site.issue_types),
    _named("priority", "priority", lambda site: site.priorities),
    _date("created", "created"),
    _date("updated", "updated"),
    _date("resolved", "resolutiondate"),
    _date("due", "duedate"),
    _user("reporter"),
    _user("creator"),
    _user("assignee"),
    Field("level", _EQUAL, _reader("security"), _level_test, lambda value: str(value.get("name", "")).casefold()),
    _text("summary", "summary"),
    _text("description", "description"),
    _text("environment", "environment"),
    _text("comment", "comment"),
    _text("text", "summary", "description", "environment", "comment"),
)
_ALIASES = {
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "type": "issuetype",
    "resolutiondate": "resolved",
    "createddate": "created",
    "updateddate": "updated",
    "duedate": "due",
}
_BY_NAME = {field.name.casefold(): field for field in _FIELDS}


def field_named(name: str, custom: CustomFields) -> Field:
    """The field that a query calls `name`, in any case. Raises JqlError when there is none."""
    folded = name.casefold()
    found = _BY_NAME.get(_ALIASES.get(folded, folded))
    if found is not None:
        return found
    own = custom.find(name)
    if own is None:
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
    return _custom(own)


def _custom(field: CustomField) -> Field:
    """A custom field: dates and numbers are ordered, free text is searched, of the rest one asks which it is."""
    if field.type in {"date", "datetime"}:
        return _date(field.name, field.id)
    if field.type == "string":
        return _text(field.name, field.id)
    if field.type == "number":
        return Field(field.name, _ORDERED, _reader(field.id), _number_test(field.name), float)

    def test(_scope: Scope, _operator: str, operand: Operand) -> Test:
        wanted = _literal(operand, field.name).casefold()
        return lambda value: wanted in _names_in(value)

    return Field(field.name, _EQUAL, _reader(field.id), test, lambda value: min(_names_in(value), default=""))


def _number_test(name: str) -> Callable[[Scope, str, Operand], Test]:
    def test(_scope: Scope, operator: str, operand: Operand) -> Test:
        text = _literal(operand, name)
        try:
            wanted = float(text)
        except ValueError:
            raise _unknown(text, name) from None
        return lambda value: _compare(operator, float(value), wanted)

    return test


_NAMING = ("value", "id", "name", "key", "accountId", "displayName")


def _names_in(value: Any) -> set[str]:
    """All that a query may call a value: a word, an option and its child, a person, a request type."""
    if not isinstance(value, dict):
        return {str(value).casefold()}
    own = {str(value[part]).casefold() for part in _NAMING if part in value}
    return own.union(*(_names_in(value[part]) for part in ("child", "requestType") if part in value))
