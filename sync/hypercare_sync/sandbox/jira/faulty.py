"""What a fault makes of an answer of the embedded Jira: wrong in ways that a client cannot see from its status."""

import json
from collections.abc import Callable
from typing import Any

from hypercare_sync.sandbox.jira.model import Json


def cut(answer: bytes, keep: int) -> bytes:
    """Every embedded page of comments and every changelog with its first `keep` entries only; its total goes on telling of all."""
    return _issues_mended(answer, lambda issue: _shorten(issue, keep))


def partial(answer: bytes) -> bytes:
    """Every other issue of a page left out, the first among them, with nothing that says so."""
    body = json.loads(answer)
    if isinstance(body, dict) and isinstance(body.get("issues"), list):
        body["issues"] = body["issues"][1::2]
    return json.dumps(body).encode()


def repeated(answer: bytes, request: bytes, query: dict[str, str]) -> bytes:
    """A page that names itself as the next one; the first page, which has no token of its own, stays as it is."""
    body = json.loads(answer)
    asked = json.loads(request) if request else query
    token = asked.get("nextPageToken") if isinstance(asked, dict) else None
    if token and isinstance(body, dict):
        body |= {"nextPageToken": token, **({"isLast": False} if "isLast" in body else {})}
    return json.dumps(body).encode()


def _issues_mended(answer: bytes, mend: Callable[[Json], None]) -> bytes:
    body: Any = json.loads(answer)
    rows = body.get("issues", [body]) if isinstance(body, dict) else []
    for row in rows:
        if isinstance(row, dict):
            mend(row)
    return json.dumps(body).encode()


def _shorten(issue: Json, keep: int) -> None:
    comments = (issue.get("fields") or {}).get("comment") or {}
    for page, name in ((comments, "comments"), (issue.get("changelog") or {}, "histories")):
        if name in page:
            page[name] = page[name][:keep]
            page["maxResults"] = len(page[name])
