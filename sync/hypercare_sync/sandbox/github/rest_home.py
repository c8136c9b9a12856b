"""REST handlers for repositories themselves, people and limits."""

import re
from functools import partial
from typing import Any

from starlette.responses import Response

from . import access
from .calls import NOT_FOUND, Call, Problem
from .limits import Limits
from .model import Repository
from .refusal import InvalidError, fault
from .repository_shape import repository_shape


def _shape(call: Call, repository: Repository) -> dict[str, Any]:
    return repository_shape(call.shapes, repository, access.role_of(call.world, repository, call.who))


def repository_shown(call: Call) -> Response:
    """GET one repository."""
    return call.answer(_shape(call, call.repository))


def repository_edited(call: Call) -> Response:
    """PATCH one repository: its description, and whether it is archived or private or has issues; an archived one can only be woken."""
    repository, fields = call.repository, call.fields()
    for name in ("archived", "private", "has_issues"):
        if not isinstance(fields.get(name, False), bool):
            raise Problem(422, f"Invalid request.\n\nFor 'properties/{name}', not a boolean.")
    description = call.text("description")
    if fields.get("archived") is False:
        call.acts.archive(repository, archived=False)
    call.acts.allow(repository, "admin")
    if "description" in fields:
        repository.description = description
    repository.private = fields.get("private", repository.private)
    repository.has_issues = fields.get("has_issues", repository.has_issues)
    if fields.get("archived"):
        call.acts.archive(repository, archived=True)
    return call.answer(_shape(call, repository))


def repositories_listed(call: Call) -> Response:
    """GET the repositories of an organization."""
    owner = call.path("org").lower()
    rows = [each for each in call.world.repositories.values() if each.owner.login.lower() == owner and call.sees(each)]
    if not rows:
        raise Problem(*NOT_FOUND)
    return call.page(sorted(rows, key=lambda each: each.full_name.lower()), partial(_shape, call))


def repository_created(call: Call) -> Response:
    """POST a repository to an organization."""
    owner, name = call.path("org"), call.text("name") or ""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name):
        raise InvalidError(fault("Repository", "name", "invalid" if name else "missing_field"))
    if call.world.repository(owner, name):
        raise InvalidError(fault("Repository", "name", "custom", "name already exists on this account"))
    fields = call.fields()
    private = bool(fields.get("private")) or fields.get("visibility") in {"private", "internal"}
    repository = call.world.repository_for(f"{owner}/{name}", private=private)
    repository.description = call.text("description")
    call.world.add_default_labels(repository)
    return call.answer(_shape(call, repository), 201, {"Location": call.shapes.repository_url(repository)})


def caller_shown(call: Call) -> Response:
    """GET /user: who the token belongs to; an App's belongs to nobody."""
    if call.grant.integration:
        raise Problem(403, f"Resource not accessible by {call.grant.bearer}")
    return call.answer(call.shapes.account(call.who))


def user_shown(call: Call) -> Response:
    """GET /users/LOGIN."""
    user = call.world.person(call.path("login"))
    if user is None:
        raise Problem(*NOT_FOUND)
    return call.answer(call.shapes.account(user))


def rate_limit_shown(call: Call, limits: Limits) -> Response:
    """GET /rate_limit, which costs nothing; an Enterprise Server does not count."""
    if not call.world.server.has_limits:
        raise Problem(404, "Rate limiting is not enabled.")

    def shape(resource: str) -> dict[str, Any]:
        rate = limits.rate(call.who.login, resource)
        return {"limit": rate.limit, "used": rate.used, "remaining": rate.remaining, "reset": rate.reset}

    resources = {name: shape(name) for name in ("core", "graphql", "search")}
    return call.answer({"resources": resources, "rate": resources["core"]})
