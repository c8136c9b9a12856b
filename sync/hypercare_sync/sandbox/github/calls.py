"""How a call reaches a handler of the embedded GitHub's REST API, and how its answer leaves: authentication, bodies, pages, ETags, limits, errors."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.grants import Grant

from . import permissions
from .apps import UnsignedError
from .changes import Acts
from .limits import Limits
from .model import Comment, Issue, Repository, User
from .permissions import Needs
from .refusal import ForbiddenError, InvalidError
from .shapes import Shapes
from .world import GitHubWorld

DOCUMENTATION = "https://docs.github.com/rest"
_T = TypeVar("_T")


class Problem(Exception):
    """An answer of GitHub's that says what is wrong with a call."""

    def __init__(
        self, status: int, message: str, errors: list[dict[str, str]] | None = None, *, location: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
        if errors is not None:
            self.body["errors"] = errors
        if location is not None:
            self.body["url"] = location


NOT_FOUND = (404, "Not Found")


@dataclass(frozen=True)
class Call:
    """One authenticated call: who asks for what, and with which body."""

    world: GitHubWorld
    who: User
    grant: Grant
    request: Request
    body: Any
    shapes: Shapes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shapes", Shapes(base_url(self.request), self.world.server))

    @property
    def acts(self) -> Acts:
        """What the caller does, in the caller's name."""
        return Acts(self.world, self.who)

    @property
    def query(self) -> Mapping[str, str]:
        """The query's members."""
        return self.request.query_params

    @property
    def repository(self) -> Repository:
        """The repository of the path. Raises Problem 404 where there is none that the caller may see."""
        found = _found(self.world.repository(self.path("owner"), self.path("repo")))
        return _found(found if self.sees(found) else None)

    def repository_to(self, least: str) -> Repository:
        """The repository of the path, to be written. Raises ForbiddenError where the caller has a lesser role than `least`."""
        repository = self.repository
        self.acts.allow(repository, least)
        return repository

    def sees(self, repository: Repository) -> bool:
        """Whether the caller may see a repository."""
        return permissions.sees(self.world, self.who, self.grant, repository)

    @property
    def issue(self) -> Issue:
        """The issue or pull request of the path.

        Raises Problem 404 where there is none, 410 where it was deleted, and 301 where it moved: only its own address leads to the
        new one, those below it do not.
        """
        repository, number = self.repository, self.number("issue_number")
        if number not in repository.gone:
            return _found(repository.issues.get(number))
        moved = repository.gone[number]
        if moved is None:
            raise Problem(410, "This issue was deleted")
        if self.request.url.path.rpartition("/")[2] != str(number):
            raise Problem(*NOT_FOUND)
        raise Problem(301, "Moved Permanently", location=self.shapes.issue_url(moved))

    @property
    def comment(self) -> Comment:
        """The comment of the path. Raises Problem 404 where there is none."""
        return _found(self.repository.comments.get(self.number("comment_id")))

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """A number in the path. Raises Problem 404 for anything else."""
        text = self.path(name)
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            raise Problem(*NOT_FOUND)
        return int(text)

    def fields(self) -> dict[str, Any]:
        """The body's members. Raises Problem 400 where it is no object."""
        if not isinstance(self.body, dict):
            raise Problem(400, "Body should be a JSON object")
        return self.body

    def text(self, name: str) -> str | None:
        """A text of the body, None where it is missing or null. Raises Problem 422 for another type."""
        value = self.fields().get(name)
        if value is not None and not isinstance(value, str):
            raise Problem(422, f"Invalid request.\n\nFor 'properties/{name}', {json.dumps(value)} is not a string.")
        return value

    def answer(self, content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """A JSON answer; to a GET with the ETag that the caller already has, 304 without a body."""
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        if self.request.method in {"GET", "HEAD"}:
            # Bound to the token: with another one the same content has another tag.
            token = self.request.headers.get("authorization", "").encode()
            etag = f'W/"{hashlib.sha256(body + token).hexdigest()}"'
            sent |= {"ETag": etag, "Cache-Control": "private, max-age=60, s-maxage=60", "Vary": "Accept, Authorization"}
            known = [tag.strip().removeprefix("W/") for tag in self.request.headers.get("if-none-match", "").split(",")]
            if etag.removeprefix("W/") in known or "*" in known:
                return Response(status_code=304, headers=sent)
        return Response(body, status, sent)

    def page(self, rows: Sequence[_T], shape: Callable[[_T], object]) -> Response:
        """One page of a list, with links to the others."""
        size, number = self._count("per_page", 30, 100), self._count("page", 1, 10**9)
        last = max(1, -(-len(rows) // size))
        links = {"prev": min(number - 1, last), "next": number + 1, "last": last, "first": 1}
        if number == 1:
            del links["prev"], links["first"]
        if number >= last:
            del links["next"], links["last"]
        address = f"{self.shapes.base}{self.request.url.path}"
        header = ", ".join(
            f'<{address}?{urlencode({**self.query, "page": str(to)})}>; rel="{name}"' for name, to in links.items()
        )
        content = [shape(row) for row in rows[(number - 1) * size : number * size]]
        return self.answer(content, headers={"Link": header} if header else None)

    def _count(self, name: str, default: int, most: int) -> int:
        """A count in the query; what is no count is passed over, as GitHub does."""
        text = self.query.get(name, "")
        return min(int(text[:12]), most) if text.isascii() and text.isdecimal() and int(text[:12]) else default


def _found(thing: _T | None) -> _T:
    if thing is None:
        raise Problem(*NOT_FOUND)
    return thing


def base_url(request: Request) -> str:
    """Where the caller reached the sandbox: scheme and host."""
    return f"{request.url.scheme}://{request.url.netloc}"


def caller(world: GitHubWorld, request: Request) -> tuple[User, Grant]:
    """Who calls, and with which rights. Raises Problem 401 for a missing or a wrong token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        raise Problem(401, "Requires authentication")
    if scheme.lower() == "basic":
        try:
            token = base64.b64decode(token, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            token = ""
    grant = world.accounts.grant(token.strip()) or world.apps.grant(token.strip())
    if grant is None or scheme.lower() not in {"bearer", "token", "basic"}:
        raise Problem(401, "Bad credentials")
    return world.user(world.accounts.named(grant.login)), grant


def app(world: GitHubWorld, request: Request) -> tuple[User, Grant]:
    """Which App calls, in its own name. Raises Problem 401 where no App signed the token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        found = world.apps.signed(token.strip() if scheme.lower() == "bearer" else "")
    except UnsignedError as error:
        raise Problem(401, str(error)) from error
    return world.user(world.accounts.named(found.login)), found.grant


def endpoint(
    world: GitHubWorld,
    limits: Limits,
    handler: Callable[[Call], Response],
    needs: Needs,
    sign_in: Callable[[GitHubWorld, Request], tuple[User, Grant]] = caller,
) -> Callable[[Request], Awaitable[Response]]:
    """`handler` as Starlette calls it, for tokens with what it `needs`; what it raises becomes GitHub's answer."""

    async def answer(request: Request) -> Response:
        raw = await request.body()
        who, grant = None, None
        try:
            who, grant = sign_in(world, request)
            if slowed := limits.slow(who.login, "core", write=request.method != "GET", creates=_creates(request)):
                headers = {**limits.headers(who.login, "core"), **slowed.headers}
                return JSONResponse(slowed.body, slowed.status, headers)
            call = Call(world, who, grant, request, parse(raw) if raw.strip() else {})
            _check_rights(call, needs)
            response = handler(call)
        except Problem as problem:
            response = _problem(problem)
        except InvalidError as error:
            response = _problem(Problem(422, "Validation Failed", error.faults))
        except ForbiddenError as error:
            response = _problem(Problem(403, str(error)))
        if who and grant:
            response.headers.update({**permissions.headers(grant, needs), **world.server.headers()})
        if who and world.server.has_limits:
            if response.status_code != 304 and not request.url.path.endswith("/rate_limit"):  # both are free
                limits.spend(who.login, "core")
            response.headers.update(limits.headers(who.login, "core"))
        return response

    return answer


def _check_rights(call: Call, needs: Needs) -> None:
    """Raises Problem where the token does not suffice: 403 for a fine-grained one, 404 for a classic one, as GitHub does."""
    names = call.request.path_params
    home = call.world.repository(names["owner"], names["repo"]) if "repo" in names else None
    write = call.request.method != "GET"
    public_read = not write and (home is None or not home.private)
    if not permissions.suffices(call.grant, needs, public_read=public_read):
        raise Problem(403, f"Resource not accessible by {call.grant.bearer}")
    if home and not call.grant.opens(home.full_name, private=home.private, write=write):
        if call.grant.permissions is not None and not home.private:
            raise Problem(403, f"Resource not accessible by {call.grant.bearer}")
        raise Problem(*NOT_FOUND)
    if home and not home.has_issues and _ISSUES.match(call.request.url.path) and call.sees(home):
        raise Problem(410, "Issues are disabled for this repo")


_ISSUES = re.compile(r"/api/v3/repos/[^/]+/[^/]+/issues\b")
_CREATING = re.compile(r"/repos/[^/]+/[^/]+/(issues|labels|milestones)|.*/(comments|reactions)")


def _creates(request: Request) -> int:
    """How much content a request creates."""
    return int(request.method == "POST" and bool(_CREATING.fullmatch(request.url.path.removeprefix("/api/v3"))))


def _problem(problem: Problem) -> Response:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if "url" in problem.body:
        headers["Location"] = problem.body["url"]
    return Response(json.dumps(problem.body).encode(), problem.status, headers)


def parse(raw: bytes) -> Any:
    """The JSON of a body. Raises Problem 400 for what is none, or holds text that no UTF-8 can say."""
    try:
        body = json.loads(raw)
        if b"\\u" in raw:
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Problem(400, "Problems parsing JSON") from error
    return body
