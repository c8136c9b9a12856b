"""What every request passes before it reaches a tracker: latency, planted faults, the log, and the sandbox's own time in `Date`."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import faults
from .faults import Fault
from .github import throttle
from .github.graphql import operation_of, page_of
from .github.limits import LIMIT
from .jira import faulty, is_write
from .jira import throttle as jira_throttle
from .log import Kind, Served, Tracker
from .world import Sandbox

_LOG = logging.getLogger(__name__)

HANG_UP = "hypercare_sync.hang_up"
"""The ASGI extension by which the server lets an application end the connection without an answer."""

_GITHUB, _JIRA, _GATEWAY = "/api", "/jira", "/ex/jira"


@dataclass(frozen=True)
class Answer:
    """A whole answer, ready to be sent, mended or dropped."""

    status: int
    headers: dict[str, str]
    body: bytes


class Front:
    """The ASGI middleware in front of both trackers; pages and the sandbox's own paths only get the `Date` header."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        tracker = _tracker(scope["path"])
        if tracker is None:
            await self._send(send, await self._served(scope, receive))
            return
        body = await _whole_body(receive)
        if body is None:
            return
        method, path = scope["method"], scope["path"]
        operation = operation_of(body) if path == f"{_GITHUB}/graphql" else None
        kind = _kind(tracker, method, path, operation)
        page = page_of(body) if operation is not None else 0
        fault = self._sandbox.faults.striking(tracker, kind, method, _own_path(tracker, path), page)
        await asyncio.sleep(self._sandbox.latency.total_seconds())
        answer = await self._struck(fault, tracker, scope, body) if fault else await self._served(scope, _replay(body))
        self._sandbox.log.served.append(
            Served(
                tracker=tracker,
                kind=kind,
                method=method,
                path=path,
                query=scope["query_string"].decode("latin-1"),
                status=answer.status if answer else None,
                at=self._sandbox.clock.now(),
                operation=operation,
                fault=fault.name if fault else None,
            )
        )
        if answer:
            await self._send(send, answer)
        else:
            await _hang_up(scope, receive)

    async def _served(self, scope: Scope, receive: Receive) -> Answer:
        """What the tracker answers."""
        start: Message = {}
        chunks: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        try:
            await self._app(scope, receive, collect)
        except Exception:  # noqa: BLE001  (whatever is wrong in a tracker, the others go on being served)
            _LOG.exception("The sandbox could not serve %s %s", scope["method"], scope["path"])
            return _refusal(500, {}, {"message": "Server Error"})
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(chunks))

    async def _struck(self, fault: Fault, tracker: Tracker, scope: Scope, body: bytes) -> Answer | None:
        """What the fault makes of the request; None hangs up."""
        match fault.name:
            case "502":
                return _refusal(502, {}, {"message": "Server Error"})
            case "429":
                return self._too_many(tracker, fault)
            case "primary" | "secondary":
                return self._slowed(fault, graphql=scope["path"] == f"{_GITHUB}/graphql")
            case "reset":
                return None
            case "timeout":
                await asyncio.sleep(fault.seconds)
                return None
        answer = await self._served(scope, _replay(body))
        if fault.name == "lost":
            return None
        if fault.name == "truncated":
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        if fault.name in {"cut", "repeated", "partial"}:
            return replace(answer, body=_falsified(fault, answer.body, body, scope)) if answer.body else answer
        without_links = {name: value for name, value in answer.headers.items() if name != "link"}
        return replace(answer, headers=without_links, body=faults.emptied(answer.body)) if answer.body else answer

    def _wait(self, fault: Fault) -> str | None:
        """How long to wait, as `Retry-After` says it."""
        if fault.retry_after == "none":
            return None
        until = self._sandbox.clock.now() + timedelta(seconds=fault.seconds)
        return format_datetime(until, usegmt=True) if fault.retry_after == "date" else f"{fault.seconds:g}"

    def _slowed(self, fault: Fault, *, graphql: bool) -> Answer:
        """GitHub's two limits; of the secondary one GraphQL tells with the same 403."""
        if fault.name == "primary":
            reset = int(self._sandbox.clock.now().timestamp() + fault.seconds)
            slowed = throttle.primary(LIMIT, reset, graphql=graphql)
        else:
            slowed = throttle.secondary(self._wait(fault))
        return _refusal(slowed.status, slowed.headers, slowed.body)

    def _too_many(self, tracker: Tracker, fault: Fault) -> Answer:
        if tracker == "github":
            slowed = throttle.secondary(self._wait(fault), status=429)
            return _refusal(slowed.status, slowed.headers, slowed.body)
        wait = timedelta(seconds=fault.seconds)
        told = (
            jira_throttle.on_cloud(fault.reason, wait, self._sandbox.clock.now())
            if self._sandbox.jira.cloud
            else jira_throttle.on_server(wait)
        )
        return _refusal(told.status, told.headers, told.body)

    async def _send(self, send: Send, answer: Answer) -> None:
        headers = {**answer.headers, "date": format_datetime(self._sandbox.clock.now(), usegmt=True)}
        if answer.status not in {204, 304}:
            headers["content-length"] = str(len(answer.body))
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
        await send({"type": "http.response.body", "body": answer.body})


def _tracker(path: str) -> Tracker | None:
    """Whose API a path belongs to, if anybody's."""
    if path.startswith(f"{_GITHUB}/"):
        return "github"
    return "jira" if path.startswith((f"{_JIRA}/rest/", f"{_JIRA}/_edge/", f"{_GATEWAY}/")) else None


def _own_path(tracker: Tracker, path: str) -> str:
    """A path as the tracker itself calls it, without where the sandbox mounts it."""
    if tracker == "github":
        return path.removeprefix(f"{_GITHUB}/v3").removeprefix(_GITHUB)
    return re.sub(f"^{_GATEWAY}/[^/]*", "", path) if path.startswith(_GATEWAY) else path.removeprefix(_JIRA)


def _kind(tracker: Tracker, method: str, path: str, operation: str | None) -> Kind:
    if operation is not None:
        writes = operation.startswith("mutation")
    elif tracker == "jira":
        writes = is_write(method, _own_path(tracker, path))
    else:  # an App that asks for its token has written nothing
        writes = method not in {"GET", "HEAD", "OPTIONS"} and not path.endswith("/access_tokens")
    return "write" if writes else "read"


def _falsified(fault: Fault, answer: bytes, request: bytes, scope: Scope) -> bytes:
    """An answer's body with what the fault takes from it or adds to it."""
    match fault.name, fault.tracker:
        case "cut", _:
            return faulty.cut(answer, fault.keep)
        case "repeated", _:
            return faulty.repeated(answer, request, dict(parse_qsl(scope["query_string"].decode("latin-1"))))
        case _, "jira":
            return faulty.partial(answer)
        case _:
            return faults.partial(answer, fault)


def _refusal(status: int, headers: dict[str, str], body: object) -> Answer:
    return Answer(status, {"content-type": "application/json; charset=utf-8", **headers}, json.dumps(body).encode())


async def _whole_body(receive: Receive) -> bytes | None:
    """The request's body, or None where the caller went away before its end."""
    chunks, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


def _replay(body: bytes) -> Receive:
    """A receiver that gives a body that was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """End the connection, and wait until the server has noticed, so that it does not answer in our place."""
    abort: Callable[[], None] = scope["extensions"][HANG_UP]
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass
