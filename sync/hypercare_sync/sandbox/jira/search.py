"""REST resources that find issues by JQL, and those that fetch many at once."""

import base64
import binascii
import json
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira import people
from hypercare_sync.sandbox.jira.access import Seen, sees
from hypercare_sync.sandbox.jira.conditions import SortKey, compile_condition, sort_keys
from hypercare_sync.sandbox.jira.dates import zone_of
from hypercare_sync.sandbox.jira.http import Call
from hypercare_sync.sandbox.jira.jql import parse
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.jira.query import JqlError
from hypercare_sync.sandbox.jira.refusal import Refusal
from hypercare_sync.sandbox.jira.scope import Scope
from hypercare_sync.sandbox.jira.shape import Selection, expanded

MOST_IDENTITIES = 5000
MOST_ISSUES = 100
"""Issues on a page: of ids and keys only, and with fields."""

_Request = TypeVar("_Request", bound=BaseModel)
Properties = Annotated[list[str], Field(max_length=5)]


class _Search(BaseModel, extra="forbid"):
    """What `/search/jql` takes."""

    jql: str = ""
    fields: list[str] | None = None
    expand: str | None = None
    properties: Properties | None = None
    maxResults: Annotated[int, Field(ge=0)] = 50  # noqa: N815 - the API's own name
    nextPageToken: str | None = None  # noqa: N815
    reconcileIssues: Annotated[list[int], Field(max_length=50)] | None = None  # noqa: N815
    fieldsByKeys: bool = False  # noqa: N815
    failFast: bool = False  # noqa: N815


class _Count(BaseModel, extra="forbid"):
    """What `/search/approximate-count` takes."""

    jql: str = ""


class _Fetch(BaseModel, extra="forbid"):
    """What `/issue/bulkfetch` takes."""

    issueIdsOrKeys: Annotated[list[str], Field(min_length=1, max_length=100)]  # noqa: N815
    fields: list[str] | None = None
    expand: list[str] | None = None
    properties: Properties | None = None
    fieldsByKeys: bool = False  # noqa: N815


class _Histories(BaseModel, extra="forbid"):
    """What `/changelog/bulkfetch` takes."""

    issueIdsOrKeys: Annotated[list[str], Field(min_length=1, max_length=1000)]  # noqa: N815
    fieldIds: Annotated[list[str], Field(max_length=10)] | None = None  # noqa: N815
    maxResults: Annotated[int, Field(ge=1, le=10_000)] = 1000  # noqa: N815
    nextPageToken: str | None = None  # noqa: N815


@dataclass(frozen=True)
class _Place:
    """Where an issue stands in an order: a value for each term, and which terms descend."""

    values: Sequence[SortKey]
    descending: tuple[bool, ...]

    def __lt__(self, other: "_Place") -> bool:
        for mine, theirs, falling in zip(self.values, other.values, self.descending, strict=True):
            if mine != theirs:
                return theirs < mine if falling else mine < theirs
        return False


def search(call: Call) -> Response:
    """GET or POST /search/jql.

    A page's token holds the place of its last issue in the order, so an issue that changes between two pages makes no other one be skipped.
    """
    asked = asked_of(_Search, call.body if call.body is not None else _query(call))
    selection = Selection.of(asked.fields or (), "id")
    expand = asked.expand or ""
    found, falling = ordered(call, asked.jql, asked.reconcileIssues or ())
    start = 0
    if asked.nextPageToken:
        last = _Place([(empty, value) for empty, value in _opened(asked.nextPageToken, asked.jql)], falling)
        start = bisect_right(found, last, key=lambda row: row[0])
    most = MOST_IDENTITIES if selection.identity_only and not expand else MOST_ISSUES
    page = found[start : start + min(asked.maxResults, most)]
    answer: Json = {
        "issues": [call.shaper.issue(issue, selection, expand, asked.properties or ()) for _, issue in page],
        "isLast": start + len(page) >= len(found),
    }
    if page and not answer["isLast"]:
        answer["nextPageToken"] = _sealed(page[-1][0].values, asked.jql)
    return JSONResponse(answer | expanded(call.world, selection, expand))


def count(call: Call) -> Response:
    """POST /search/approximate-count."""
    found, _ = ordered(call, asked_of(_Count, call.body).jql, ())
    return JSONResponse({"count": len(found)})


def gone(_call: Call) -> Response:
    """GET or POST /search, which Cloud took away in 2025."""
    raise Refusal(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
        "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
    )


def fetch(call: Call) -> Response:
    """POST /issue/bulkfetch: what exists of the wanted issues, by id."""
    asked = asked_of(_Fetch, call.body)
    selection, expand = Selection.of(asked.fields or (), "*navigable"), ",".join(asked.expand or ())
    issues = _wanted(call, asked.issueIdsOrKeys)
    shaped = [
        call.shaper.head(one) | call.shaper.issue(one, selection, expand, asked.properties or ()) for one in issues
    ]
    return JSONResponse({"issues": shaped, "issueErrors": []} | expanded(call.world, selection, expand))


def histories(call: Call) -> Response:
    """POST /changelog/bulkfetch: the histories of many issues together, oldest first, grouped by issue within a page."""
    asked = asked_of(_Histories, call.body)
    fields = set(asked.fieldIds or ())
    rows = [
        (datetime.fromisoformat(history["created"]), int(issue.id), history)
        for issue in _wanted(call, asked.issueIdsOrKeys)
        for history in issue.histories
        if not fields or any(item.get("fieldId", item.get("field")) in fields for item in history.get("items", []))
    ]
    rows.sort(key=lambda row: row[:2])
    mark = json.dumps([asked.issueIdsOrKeys, sorted(fields)])
    start = int(_opened(asked.nextPageToken, mark)) if asked.nextPageToken else 0
    page = rows[start : start + asked.maxResults]
    grouped: dict[int, list[Json]] = {}
    for _, identity, history in page:
        grouped.setdefault(identity, []).append(call.shaper.history(history))
    answer: Json = {
        "issueChangeLogs": [{"issueId": str(one), "changeHistories": entries} for one, entries in grouped.items()]
    }
    if start + len(page) < len(rows):
        answer["nextPageToken"] = _sealed(start + len(page), mark)
    return JSONResponse(answer)


def asked_of(model: type[_Request], body: Any) -> _Request:
    """The request that a body states. Raises Refusal that lists what is wrong with it."""
    given = {name: value for name, value in body.items() if value is not None} if isinstance(body, dict) else body
    try:
        return model.model_validate(given)
    except ValidationError as error:
        details = [
            f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors(include_url=False)
        ]
        raise Refusal(
            400, "Invalid request payload. Refer to the REST API documentation and try again.", *details
        ) from None


def _query(call: Call) -> Json:
    lists = {name: call.words(name) for name in ("fields", "properties", "reconcileIssues") if name in call.query}
    return {name: value for name, value in {**call.query, **lists}.items() if name in _Search.model_fields}


def ordered(
    call: Call, jql: str, reconciled: Iterable[int], *, bounded: bool = True
) -> tuple[list[tuple[_Place, Issue]], tuple[bool, ...]]:
    """The issues that a query finds and the caller may see, in its order, and which terms of the order descend.

    Raises Refusal in Jira's words, also for a query without a condition where it must be `bounded`.
    """
    try:
        query = parse(jql)
        if query.condition is None and bounded:
            raise JqlError("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")  # noqa: TRY301
        scope = _scope(call)
        matches = compile_condition(query.condition, scope) if query.condition else lambda _issue: True
        keys = sort_keys(query.order, scope.site)
    except JqlError as error:
        raise Refusal(400, str(error)) from None
    falling = tuple(descending for _, descending in keys)
    found = [
        (_Place([key(issue) for key, _ in keys], falling), issue)
        for issue in call.world.searchable(reconciled)
        if sees(call.rights, issue) and matches(issue)
    ]
    return sorted(found, key=lambda row: row[0]), falling


def _scope(call: Call) -> Scope:
    site = Seen(call.world, call.rights)
    names = frozenset({people.name_of(call.person), people.key_of(call.person)})
    now, zone = call.world.clock.now(), zone_of(call.person)
    return Scope(site, call.person["accountId"], now, zone=zone, names=names)


def _wanted(call: Call, ids_or_keys: Iterable[str]) -> list[Issue]:
    site = Seen(call.world, call.rights)
    found = {issue.id: issue for name in ids_or_keys if (issue := site.issue(name))}
    return sorted(found.values(), key=lambda issue: int(issue.id))


def _sealed(place: Any, mark: str) -> str:
    """A page token: the place to go on from, good only for the request that `mark` stands for."""
    text = json.dumps(place)
    return base64.urlsafe_b64encode(f"{zlib.crc32((mark + text).encode())}:{text}".encode()).decode()


def _opened(token: str, mark: str) -> Any:
    try:
        seal, _, text = base64.urlsafe_b64decode(token).decode().partition(":")
    except (binascii.Error, ValueError):
        seal, text = "", ""
    if seal != str(zlib.crc32((mark + text).encode())):
        raise Refusal(400, "The provided next page token is invalid or expired.")
    return json.loads(text)
