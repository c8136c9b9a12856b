"""REST handlers for repositories themselves, people and limits."""

import re
from functools import partial
from typing import Any

from starlette.responses import Response

from .calls import NOT_FOUND, Call, Problem
from .changes import InvalidError, fault
from .limits import Limits
from .repository_shape import repository_shape


def repository_shown(call: Call) -> Response:
    """GET one repository."""
    return call.answer(repository_shape(call.shapes, call.repository))


def repositories_listed(call: Call) -> Response:
    """GET the repositories of an organization."""
    owner = call.path("org").lower()
    rows = [each for each in call.world.repositories.values() if each.owner.login.lower() == owner]
    if not rows:
        raise Problem(*NOT_FOUND)
    return call.page(sorted(rows, key=lambda each: each.full_name.lower()), partial(repository_shape, call.shapes))


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
    return call.answer(
        repository_shape(call.shapes, repository), 201, {"Location": call.shapes.repository_url(repository)}
    )


def permission_shown(call: Call) -> Response:
    """GET what somebody may do in a repository: token holders everything, others may read."""
    _ = call.repository
    user = call.world.person(call.path("username"))
    if user is None:
        raise Problem(*NOT_FOUND)
    level = "admin" if call.world.accounts.holder(user.login) else "read"
    shape = {**(call.shapes.user(user) or {}), "role_name": level}
    return call.answer({"permission": level, "role_name": level, "user": shape})


def caller_shown(call: Call) -> Response:
    """GET /user: who the token belongs to."""
    return call.answer(call.shapes.account(call.who))


def user_shown(call: Call) -> Response:
    """GET /users/LOGIN."""
    user = call.world.person(call.path("login"))
    if user is None:
        raise Problem(*NOT_FOUND)
    return call.answer(call.shapes.account(user))


def rate_limit_shown(call: Call, limits: Limits) -> Response:
    """GET /rate_limit, which costs nothing."""

    def shape(resource: str) -> dict[str, Any]:
        rate = limits.rate(call.who.login, resource)
        return {"limit": rate.limit, "used": rate.used, "remaining": rate.remaining, "reset": rate.reset}

    resources = {name: shape(name) for name in ("core", "graphql", "search")}
    return call.answer({"resources": resources, "rate": resources["core"]})
