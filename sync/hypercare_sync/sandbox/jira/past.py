"""WAS and CHANGED: what a query asks of an issue's history, by its entries and the values between them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypercare_sync.sandbox.jira.dates import moment
from hypercare_sync.sandbox.jira.fields import field_named
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.jira.query import Call, Empty, JqlError, Operand, Past, Predicate, Value
from hypercare_sync.sandbox.jira.scope import Scope

_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
FIELDS = {
    "assignee": "assignee",
    "fixVersion": "Fix Version",
    "priority": "priority",
    "reporter": "reporter",
    "resolution": "resolution",
    "status": "status",
}
"""The fields whose past can be asked for, and what histories call them."""


@dataclass(frozen=True)
class _Span:
    """A value of a field, by all its names, with when it held and who set it, if that was seen."""

    names: frozenset[str]
    start: datetime
    end: datetime
    by: Json | None


@dataclass(frozen=True)
class _Step:
    """One change of a field."""

    at: datetime
    before: frozenset[str]
    after: frozenset[str]
    by: Json | None


Matches = Callable[[Issue], bool]


def compile_past(clause: Past, scope: Scope) -> Matches:
    """Whether an issue's past is as `clause` says. Raises JqlError for fields without a past, and for what is no date or person."""
    field = field_named(clause.field, scope.site.custom)
    if field.name not in FIELDS:
        raise JqlError(f"History searches do not support the '{clause.field}' field.")
    times = [_window(predicate, scope) for predicate in clause.predicates if predicate.name in _TIMES]
    people = [
        _names_of(one, scope) for predicate in clause.predicates if predicate.name == "by" for one in predicate.operands
    ]
    if clause.changed:
        befores, afters = (_wanted(clause.predicates, name, scope) for name in ("from", "to"))

        def changed(issue: Issue) -> bool:
            return any(
                all(start <= step.at < end for start, end in times)
                and (not people or any(_is(step.by, names) for names in people))
                and (befores is None or bool(step.before & befores))
                and (afters is None or bool(step.after & afters))
                for step in _steps(issue, field.name)
            )

        return changed
    wanted = frozenset().union(*(_names_of(operand, scope) for operand in clause.operands))

    def was(issue: Issue) -> bool:
        return any(
            bool(span.names & wanted)
            and all(span.start < end and span.end > start for start, end in times)
            and (not people or any(_is(span.by, names) for names in people))
            for span in _spans(issue, field.name)
        )

    return was


_TIMES = {"after", "before", "on", "during"}


def _window(predicate: Predicate, scope: Scope) -> tuple[datetime, datetime]:
    """The time that a predicate names, its end excluded."""
    bounds = [moment(operand, predicate.name, scope.now, scope.zone) for operand in predicate.operands]
    match predicate.name, bounds:
        case "after", [start]:
            return start + timedelta(microseconds=1), _END
        case "before", [end]:
            return _BEGINNING, end
        case "on", [day]:
            return day, day + timedelta(days=1)
        case "during", [start, end]:
            return start, end + timedelta(microseconds=1)
        case _:
            raise JqlError(f"The predicate '{predicate.name}' takes one date, and 'during' two in parentheses.")


def _wanted(predicates: tuple[Predicate, ...], name: str, scope: Scope) -> frozenset[str] | None:
    named = [_names_of(one, scope) for predicate in predicates if predicate.name == name for one in predicate.operands]
    return frozenset().union(*named) if named else None


def _names_of(operand: Operand, scope: Scope) -> frozenset[str]:
    """What an operand names a value; the empty name is no value."""
    match operand:
        case Value(text):
            return frozenset({text.casefold()})
        case Empty():
            return frozenset({""})
        case Call(name) if name.lower() == "currentuser":
            return frozenset(name.casefold() for name in (scope.account_id, *scope.names))
        case _:
            raise JqlError(f"Unable to find JQL function '{operand.name}({', '.join(operand.arguments)})'.")


def _steps(issue: Issue, field: str) -> Iterator[_Step]:
    for history in issue.histories:
        for item in history.get("items", []):
            if str(item.get("field", "")).casefold() == FIELDS[field].casefold():
                before, after = (
                    _names(item, value, text) for value, text in (("from", "fromString"), ("to", "toString"))
                )
                yield _Step(datetime.fromisoformat(history["created"]), before, after, history.get("author"))


def _names(item: Json, value: str, text: str) -> frozenset[str]:
    return frozenset(str(item.get(name) or "").casefold() for name in (value, text) if item.get(name)) or frozenset(
        {""}
    )


def _spans(issue: Issue, field: str) -> Iterator[_Span]:
    """The values that a field had, oldest first, the present one last."""
    start, by = _BEGINNING, None
    names: frozenset[str] | None = None
    for step in _steps(issue, field):
        yield _Span(step.before, start, step.at, by)
        start, by, names = step.at, step.by, step.after
    yield _Span(names or _present(issue, field), start, _END, by)


def _present(issue: Issue, field: str) -> frozenset[str]:
    """The names of what a field has had all along."""
    value = issue.fields.get("fixVersions" if field == "fixVersion" else field)
    entries = value if isinstance(value, list) else [value] if value else []
    members = ("id", "name", "accountId", "key", "displayName")
    return frozenset(
        str(entry[name]).casefold() for entry in entries for name in members if name in entry
    ) or frozenset({""})


def _is(person: Json | None, names: frozenset[str]) -> bool:
    shown = (str((person or {}).get(part) or "").casefold() for part in ("accountId", "name", "key", "displayName"))
    return any(one in names for one in shown if one)
