"""Answers of GraphQL: data that is whole, or why there is none. What is there only in part is never taken as whole."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.github.transport import GRAPHQL, said
from hypercare_sync.trackers.http import Answer, Client, NotFound
from hypercare_sync.trackers.raw import Raw

Ask = Mapping[str, Any]
"""A request's body: the document under `query`, and its `variables`."""

_DENIED = {"FORBIDDEN", "INSUFFICIENT_SCOPES"}
_TOO_MUCH = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"}
_UNKNOWN_FIELD = re.compile(r"Field '(\w+)' doesn't exist on type '\w+'")


class TooMuch(Unanswered):
    """GitHub gave only a part, or nothing, because of how much was asked; less may be answered."""


class Lacking(TrackerError):
    """The server does not know these fields: it is an older GitHub Enterprise Server."""

    def __init__(self, message: str, fields: frozenset[str]) -> None:
        super().__init__(message)
        self.fields = fields


def graphql(client: Client, ask: Ask | Callable[[], Ask], *, lenient: bool = False) -> Answer:
    """The answer to a query, its body reduced to `data`.

    With `lenient` single things that were not found are null in the data instead. Raises NotFound, AccessDenied, Rejected,
    Lacking, TooMuch, Unanswered or TrackerError.
    """
    answer = client.read("POST", GRAPHQL, body=ask)
    body = Raw(answer.body)
    errors = list(body.rows("errors"))
    if errors or (body and body.value.get("errors")):
        kinds = {error.text("type") for error in errors}
        if not (lenient and kinds == {"NOT_FOUND"}):
            raise _problem(client.name, answer, errors, kinds)
    data = body.inner("data")
    if not data:
        raise Unanswered(f"{client.name}: GraphQL: an answer without data")
    return Answer(answer.status, answer.headers, data.value)


def _problem(name: str, answer: Answer, errors: list[Raw], kinds: set[str]) -> TrackerError | AccessDenied:
    """What the errors of an answer mean; of several kinds the one that decides what to do."""
    words = f"{name}: GraphQL: {said(answer.body)}"
    if unknown := frozenset(field for error in errors for field in _UNKNOWN_FIELD.findall(error.text("message"))):
        return Lacking(f"{words}; this GitHub Enterprise Server is too old for that", unknown)
    if kinds & _DENIED:
        return AccessDenied(f"{words}; our account lacks the permission for this")
    if kinds == {"NOT_FOUND"}:
        return NotFound(f"{name}: {said(answer.body)}")
    if kinds & _TOO_MUCH or any(_in_part(error) for error in errors):
        return TooMuch(words)
    return TrackerError(words)


def _in_part(error: Raw) -> bool:
    """Whether a query that GitHub understood failed on the way: at a place in the data, or by time."""
    return bool(error) and (isinstance(error.value.get("path"), list) or "timeout" in error.text("message").lower())
