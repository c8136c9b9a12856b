"""Issues from files: one REST-shaped JSON object a line, as Jira Cloud, Server and Data Center export them."""

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.jira.custom import CustomFields, is_custom
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.people import Accounts

_KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+")
_MOMENTS = ("created", "updated", "resolutiondate", "statuscategorychangedate")
_SINGLE = ("project", "status", "priority", "resolution", "issuetype", "reporter", "creator", "assignee", "security")
_MULTIPLE = ("versions", "fixVersions", "components", "issuelinks")
_DOCUMENTS = frozenset({"body", "description", "environment", "properties"})
"""Members that are taken as they stand: what people wrote, and what programs stored."""


def read(path: Path, accounts: Accounts, custom: CustomFields) -> list[Issue]:
    """All issues in `path` (JSON Lines, `.gz` too), with every user given an `accountId`; their custom fields become known.

    Raises ConfigError that lists each line that is no issue, by file and number.
    """
    issues: list[Issue] = []
    problems: list[str] = []
    for number, line in enumerate(_lines(path), start=1):
        try:
            if line.strip():
                issues.append(_issue(json.loads(line), accounts, custom))
        except json.JSONDecodeError as error:
            problems.append(f"{path}:{number}: not JSON: {error.msg} at column {error.colno}")
        except (ValueError, RecursionError) as error:
            problems.append(f"{path}:{number}: {error}")
    if problems:
        raise ConfigError("\n".join(problems))
    return issues


def _lines(path: Path) -> Iterator[str]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as source:
            yield from source
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigError(f"{path}: cannot be read: {reason}; give a file of JSON Lines, .gz or not") from error


def _issue(row: Any, accounts: Accounts, custom: CustomFields) -> Issue:
    """Raises ValueError that says which member is wrong."""
    if not isinstance(row, dict):
        raise ValueError("not an object; write one REST-shaped issue a line")
    identity, key = str(row.get("id", "")), row.get("key")
    if not identity.isdigit():
        raise ValueError(f"id: not a number: {row.get('id')!r}")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError(f"key: not an issue key such as SHOP-1: {key!r}")
    fields = _object(_cloud(row.get("fields", {}), accounts), "fields")
    page = _object(fields.pop("comment", None) or {}, "fields.comment")
    changelog = _object(_cloud(row.get("changelog") or {}, accounts), "changelog")
    for name in _SINGLE:
        _object(fields.get(name) or {}, f"fields.{name}")
    for name in _MULTIPLE:
        _objects(fields.get(name) or [], f"fields.{name}")
    labels = fields.get("labels") or []
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ValueError("fields.labels: not a list of words")
    names, schemas = (_object(row.get(member) or {}, member) for member in ("names", "schema"))
    for name, value in fields.items():
        if is_custom(name):
            custom.adopt(name, value, names.get(name), schemas.get(name))
    for name in _MOMENTS:
        _moment(fields.get(name), f"fields.{name}")
    comments = _objects(page.get("comments", []), "fields.comment.comments")
    for comment in comments:
        _moment(comment.get("created"), "a comment's created")
    histories = _objects(changelog.get("histories", []), "changelog.histories")
    for history in histories:
        _moment(history.get("created"), "a history's created", needed=True)
    return Issue(
        id=identity,
        key=key,
        fields=fields,
        comments=comments,
        histories=sorted(histories, key=lambda history: datetime.fromisoformat(history["created"])),
        properties=_object(row.get("properties") or {}, "properties"),
    )


def _object(value: Any, name: str) -> Json:
    if not isinstance(value, dict):
        raise ValueError(f"{name}: not an object")
    return value


def _objects(value: Any, name: str) -> list[Json]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError(f"{name}: not a list of objects")
    return value


def _moment(value: Any, name: str, *, needed: bool = False) -> None:
    if value is None and not needed:
        return
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: not a time such as 2018-11-14T11:25:13.000+0000: {value!r}") from None


def _cloud(value: Any, accounts: Accounts) -> Any:
    """`value` with Cloud's user shape, and without links to the site that it came from."""
    if isinstance(value, list):
        return [_cloud(entry, accounts) for entry in value]
    if not isinstance(value, dict):
        return value
    shaped = {
        name: member if name in _DOCUMENTS else _cloud(member, accounts)
        for name, member in value.items()
        if name != "self"
    }
    login = shaped.get("name") or shaped.get("key")
    if "displayName" in shaped and (login or "accountId" in shaped):
        shaped.setdefault("accountId", accounts.named(str(login)).account_id)
        shaped.setdefault("accountType", "atlassian")
        shaped.setdefault("active", True)
    return shaped
