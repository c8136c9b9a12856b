"""From HTTP to a call and back: who comes, what was sent, and Jira's ways of refusing."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira import signing
from hypercare_sync.sandbox.jira.access import sees
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.jira.refusal import Refusal, missing_issue
from hypercare_sync.sandbox.jira.shape import Shaper
from hypercare_sync.sandbox.jira.throttle import Slowed, bucket_headers
from hypercare_sync.sandbox.jira.world import JiraWorld
from hypercare_sync.sandbox.jira_rights import JiraRights
from hypercare_sync.sandbox.people import Account

_VERSIONS = {"cloud": {"2": 2, "3": 3, "latest": 2}, "datacenter": {"2": 2, "latest": 2}}
Door = Literal["site", "gateway"]
"""Where a request came in: at the site's own address, or at the gateway's, where scoped tokens go."""


@dataclass(frozen=True)
class Call:
    """One request to the REST API; `person` is the user who makes it, as the site keeps them, and `body` the JSON that came."""

    world: JiraWorld
    account: Account
    person: Json
    shaper: Shaper
    address: str
    path: Mapping[str, str]
    query: QueryParams
    body: Any

    @property
    def rights(self) -> JiraRights:
        """What the caller may do."""
        return self.shaper.rights

    def issue(self) -> Issue:
        """The issue that the path names. Raises Refusal when there is none, or none that the caller may see."""
        return self.visible(self.path["issue"])

    def visible(self, id_or_key: str) -> Issue:
        """The issue with this id or key. Raises Refusal when there is none, or none that the caller may see."""
        found = self.world.issue(id_or_key)
        if found is None or not sees(self.rights, found):
            raise missing_issue()
        return found

    def payload(self) -> Json:
        """The body as an object. Raises Refusal for any other."""
        if not isinstance(self.body, dict):
            raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        return self.body

    def number(self, name: str, default: int) -> int:
        """A number from the query. Raises Refusal for what is none, or negative."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isdecimal():
            raise Refusal(400, f"The value '{text}' is not valid for the parameter '{name}'.")
        return int(text)

    def words(self, name: str) -> list[str]:
        """A list from the query, whether repeated or separated by commas."""
        return [word.strip() for given in self.query.getlist(name) for word in given.split(",") if word.strip()]


Handler = Callable[[Call], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(world: JiraWorld, path: str, handlers: Mapping[str, Handler], door: Door = "site") -> Endpoint:
    """The handlers of one path, by method, for accounts that are known."""

    async def respond(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        caller = signing.caller(world, request, gateway=door == "gateway")
        if caller is None:
            return signing.unauthenticated()
        account, rights = caller
        if refused := signing.refused(rights, request.method, path, gateway=door == "gateway"):
            return refused
        version = _VERSIONS[world.flavour].get(request.path_params["version"])
        if version is None:
            return JSONResponse({"message": "null for uri: " + str(request.url), "status-code": 404}, 404)
        if slowed := _slowed(world, account, method, path, request.path_params.get("issue")):
            return JSONResponse(slowed.body, slowed.status, slowed.headers)
        try:
            body = _parsed(await request.body())
            person = signing.person(world, account, rights)
            shaper = Shaper(world, site_address(request), version, person["accountId"], rights)
            address = f"{request.url.scheme}://{request.url.netloc}{request.url.path}"
            call = Call(world, account, person, shaper, address, request.path_params, request.query_params, body)
            answer = handlers[method](call)
        except Refusal as refusal:
            answer = JSONResponse(refusal.body, refusal.status)
        if world.limits and not world.cloud:
            answer.headers.update(bucket_headers(world.limits.remaining(account.login)))
        return answer

    return respond


def _slowed(world: JiraWorld, account: Account, method: str, path: str, issue: str | None) -> Slowed | None:
    """What refuses a request where the site keeps limits."""
    if world.limits is None:
        return None
    if not world.cloud:
        return world.limits.on_server(account.login)
    known = world.issue(issue) if issue and method != "GET" else None
    return world.limits.on_cloud(method, path, known.id if known else None)


def site_address(request: Request) -> str:
    """The site's address as the client sees it, without a slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"


def no_content() -> Response:
    """Done, and nothing to say."""
    return Response(status_code=204)


def page(
    call: Call, key: str, rows: list[Any], shape: Callable[[Any], Json], *, default: int = 50, most: int = 100
) -> JSONResponse:
    """One page of `rows` under `key`, by the query's `startAt` and `maxResults`, with links where Jira's page beans have them."""
    start, size = call.number("startAt", 0), min(call.number("maxResults", default), most)
    shown = [shape(row) for row in rows[start : start + size]]
    bean: Json = {key: shown, "startAt": start, "maxResults": size, "total": len(rows)}
    if key == "values":
        bean["self"] = f"{call.address}?startAt={start}&maxResults={size}"
        bean["isLast"] = start + len(shown) >= len(rows)
        if not bean["isLast"]:
            bean["nextPage"] = f"{call.address}?startAt={start + size}&maxResults={size}"
    return JSONResponse(bean)


def _parsed(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        body = json.loads(raw)
        if b"\\ud" in raw.lower():  # half a character, escaped, is no text that could be given back
            json.dumps(body, ensure_ascii=False).encode()
        return body  # noqa: TRY300 - both lines above may fail
    except (ValueError, RecursionError):
        raise Refusal(400, "There was an error parsing JSON. Check that your request body is valid.") from None
