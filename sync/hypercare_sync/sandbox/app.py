"""The sandbox as one ASGI application: both trackers, the sandbox's own paths and the pages for people."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from . import control, github, jira, pages
from .front import Front
from .github.calls import NOT_FOUND, Problem
from .github.graphql import graphql_endpoint
from .pages import jira as jira_pages
from .pages.layout import page
from .world import Sandbox


def build(sandbox: Sandbox) -> ASGIApp:
    """The application over one sandbox."""
    limits = github.Limits(sandbox.clock, enforced=sandbox.github_limits)
    app = Starlette(
        routes=[
            Mount("/_sandbox", routes=control.routes(sandbox)),
            Mount("/api/v3", routes=github.routes(sandbox.github, limits)),
            Route("/api/graphql", graphql_endpoint(sandbox.github, limits), methods=["POST"]),
            Mount("/jira", routes=[*jira_pages.routes(sandbox.jira), *jira.routes(sandbox.jira)]),
            *jira.gateway(sandbox.jira, "/ex/jira", "/jira"),
            *pages.routes(sandbox),
        ],
        exception_handlers={HTTPException: _refused},
    )
    return Front(app, sandbox)


async def _refused(request: Request, error: Exception) -> Response:
    """What is not served, in the words of whoever was asked; a wrong method is not found either, as with the trackers."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = request.url.path
    if path.startswith("/api/"):
        return JSONResponse(Problem(*NOT_FOUND).body, status_code=404)
    if path.startswith(("/jira/rest/", "/ex/jira/")):
        return JSONResponse({"errorMessages": [f"null for uri: {request.url}"], "errors": {}}, status_code=404)
    if path.startswith("/_sandbox/"):
        return JSONResponse({"message": "the sandbox has /_sandbox/requests, /clock and /faults"}, status_code=status)
    return page("Nothing here", "<p>There is no such page.</p>", status=404)
