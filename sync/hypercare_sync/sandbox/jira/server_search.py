"""Data Center's search: pages by place and size, with a total."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira.http import Call
from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.refusal import Refusal
from hypercare_sync.sandbox.jira.search import asked_of, ordered
from hypercare_sync.sandbox.jira.shape import Selection, expanded

MOST_ISSUES = 1000
"""Issues on a page at most, as `jira.search.views.default.max` has it where no administrator set it otherwise."""


class _Search(BaseModel, extra="ignore"):
    """What `/search` takes; the description has no properties of issues."""

    jql: str = ""
    startAt: Annotated[int, Field(ge=0)] = 0  # noqa: N815 - the API's own name
    maxResults: Annotated[int, Field(ge=-1)] = 50  # noqa: N815
    validateQuery: bool = True  # noqa: N815
    fields: list[str] | None = None
    expand: list[str] | None = None


def search(call: Call) -> Response:
    """GET or POST /search."""
    given = _query(call) if call.body is None else call.payload()
    if call.body is not None and (unknown := next((name for name in given if name not in _Search.model_fields), None)):
        place = "Class com.atlassian.jira.rest.v2.search.SearchRequestBean"
        raise Refusal(400, f'Unrecognized field "{unknown}" ({place}), not marked as ignorable')
    asked = asked_of(_Search, given)
    selection, expand = Selection.of(asked.fields or (), "*navigable"), ",".join(asked.expand or ())
    answer: Json = {"expand": "schema,names", "startAt": asked.startAt}
    try:
        found, _ = ordered(call, asked.jql, (), bounded=False)
    except Refusal as refusal:
        if asked.validateQuery:
            raise
        found, answer["warningMessages"] = [], refusal.body["errorMessages"]
    size = MOST_ISSUES if asked.maxResults < 0 else min(asked.maxResults, MOST_ISSUES)
    page = [issue for _, issue in found[asked.startAt : asked.startAt + size]]
    answer |= {
        "maxResults": size,
        "total": len(found),
        "issues": [call.shaper.issue(issue, selection, expand, ()) for issue in page],
    }
    return JSONResponse(answer | expanded(call.world, selection, expand))


def _query(call: Call) -> Json:
    lists = {name: call.words(name) for name in ("fields", "expand") if name in call.query}
    return {**call.query, **lists}
