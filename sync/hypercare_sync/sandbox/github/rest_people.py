"""REST handlers for people around issues: assignees and collaborators."""

from typing import Any

from starlette.responses import Response

from . import access
from .calls import NOT_FOUND, Call, Problem
from .model import Repository, User
from .refusal import InvalidError, fault


def _people(call: Call, value: Any) -> list[User | None]:
    if not isinstance(value, list) or not all(isinstance(login, str) for login in value):
        raise Problem(422, "Invalid request.\n\nFor 'properties/assignees', expected an array of logins.")
    return [call.world.person(login) for login in value]


def assignees_meant(call: Call, repository: Repository, value: Any) -> list[User]:
    """Whom the body of an issue names. Raises InvalidError for anybody who cannot be assigned."""
    found = []
    for person in _people(call, value):
        if person is None or not access.assignable(call.world, repository, person):
            raise InvalidError(fault("Issue", "assignees", "invalid"))
        found.append(person)
    return found


def assignees_added(call: Call) -> Response:
    """POST assignees. Who is unknown or without access is passed over, and so is all that a caller without push access asks for."""
    issue, people = call.issue, _people(call, call.fields().get("assignees", []))
    call.acts.allow(issue.repository, "read")
    if access.may(call.world, issue.repository, call.who, "triage"):
        call.acts.assign(issue, [each for each in people if each and access.assignable_to(call.world, issue, each)])
    return call.answer(call.shapes.issue(issue), 201)


def assignees_removed(call: Call) -> Response:
    """DELETE assignees; passed over as they are when they are added."""
    issue, people = call.issue, _people(call, call.fields().get("assignees", []))
    call.acts.allow(issue.repository, "read")
    if access.may(call.world, issue.repository, call.who, "triage"):
        call.acts.unassign(issue, [each for each in people if each])
    return call.answer(call.shapes.issue(issue))


def assignees_listed(call: Call) -> Response:
    """GET who can be assigned in a repository."""
    repository, world = call.repository, call.world
    return call.page(
        [user for user in world.users.values() if access.assignable(world, repository, user)], call.shapes.user
    )


def assignee_checked(call: Call) -> Response:
    """GET whether somebody can be assigned in a repository: 204 or 404."""
    repository, person = call.repository, call.world.person(call.path("assignee"))
    if person is None or not access.assignable(call.world, repository, person):
        raise Problem(*NOT_FOUND)
    return Response(status_code=204)


def issue_assignee_checked(call: Call) -> Response:
    """GET whether somebody can be assigned to an issue: 204 or 404."""
    issue, person = call.issue, call.world.person(call.path("assignee"))
    if person is None or not access.assignable_to(call.world, issue, person):
        raise Problem(*NOT_FOUND)
    return Response(status_code=204)


def _collaborator(call: Call) -> User | None:
    """The person of the path, if they may do more than everybody may."""
    repository, person = call.repository, call.world.person(call.path("username"))
    invited = person is not None and person.login.lower() in repository.roles
    if person and (invited or access.may(call.world, repository, person, "triage")):
        return person
    return None


def collaborators_listed(call: Call) -> Response:
    """GET who has been given a role in a repository, or has one by its data."""
    repository, world = call.repository, call.world
    people = [user for user in world.users.values() if access.may(world, repository, user, "triage")]

    def shape(user: User) -> dict[str, Any]:
        role = access.role_of(world, repository, user)
        held = {name: access.may(world, repository, user, least) for name, least in access.PERMISSIONS.items()}
        return {**(call.shapes.user(user) or {}), "permissions": held, "role_name": role}

    return call.page(people, shape)


def collaborator_checked(call: Call) -> Response:
    """GET whether somebody is a collaborator: 204 or 404."""
    if _collaborator(call) is None:
        raise Problem(*NOT_FOUND)
    return Response(status_code=204)


def collaborator_set(call: Call) -> Response:
    """PUT a collaborator with a permission, `push` if none is said; nobody is invited first."""
    repository, person = call.repository_to("admin"), call.world.person(call.path("username"))
    if person is None:
        raise Problem(*NOT_FOUND)
    role = access.PERMISSIONS.get(call.text("permission") or "push")
    if role is None:
        raise InvalidError(fault("Repository", "permission", "invalid"))
    repository.roles[person.login.lower()] = role
    return Response(status_code=204)


def collaborator_removed(call: Call) -> Response:
    """DELETE a collaborator, who may then do what everybody may, even with one of the sandbox's tokens."""
    repository, person = call.repository_to("admin"), call.world.person(call.path("username"))
    if person is None:
        raise Problem(*NOT_FOUND)
    repository.roles[person.login.lower()] = "none"
    return Response(status_code=204)


def permission_shown(call: Call) -> Response:
    """GET what somebody may do in a repository, in the old words (admin, write, read, none) and as a role."""
    repository, user = call.repository, call.world.person(call.path("username"))
    if user is None:
        raise Problem(*NOT_FOUND)
    role = access.role_of(call.world, repository, user)
    level = {"triage": "read", "maintain": "write"}.get(role, role)
    shape = {**(call.shapes.user(user) or {}), "role_name": role}
    return call.answer({"permission": level, "role_name": role, "user": shape})
