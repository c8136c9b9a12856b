"""The sandbox's own paths below `/_sandbox`, which need no token: its log, its clock and its faults."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hypercare_rules import durations

from . import faults
from .world import Sandbox

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """Routes to be mounted below `/_sandbox`."""
    table: dict[tuple[str, str], Endpoint] = {**_log(sandbox), **_clock(sandbox), **_faults(sandbox)}
    return [Route(path, handler, methods=[method]) for (method, path), handler in table.items()]


def _log(sandbox: Sandbox) -> dict[tuple[str, str], Endpoint]:
    async def listed(_: Request) -> Response:
        return JSONResponse({"requests": [served.shape() for served in sandbox.log.served]})

    async def cleared(_: Request) -> Response:
        sandbox.log.served.clear()
        return Response(status_code=204)

    return {("GET", "/requests"): listed, ("DELETE", "/requests"): cleared}


def _clock(sandbox: Sandbox) -> dict[tuple[str, str], Endpoint]:
    def told() -> Response:
        return JSONResponse({"now": sandbox.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")})

    async def shown(_: Request) -> Response:
        return told()

    async def advanced(request: Request) -> Response:
        body = await _json(request)
        try:
            sandbox.clock.advance(durations.parse(body["advance"]))
        except (KeyError, TypeError, ValueError) as error:
            return _refused(f'{error}; write {{"advance": "2h30m"}}')
        return told()

    return {("GET", "/clock"): shown, ("POST", "/clock"): advanced}


def _faults(sandbox: Sandbox) -> dict[tuple[str, str], Endpoint]:
    async def listed(_: Request) -> Response:
        return JSONResponse({"faults": [fault.shape() for fault in sandbox.faults.planted]})

    async def planted(request: Request) -> Response:
        try:
            fault = faults.read(await _json(request))
        except faults.NotAFaultError as error:
            return _refused(str(error))
        sandbox.faults.planted.append(fault)
        if fault.name == "lag":
            sandbox.jira.lag = timedelta(seconds=fault.seconds)
        return JSONResponse(fault.shape(), status_code=201)

    async def cleared(_: Request) -> Response:
        sandbox.faults.planted.clear()
        sandbox.jira.lag = timedelta()
        return Response(status_code=204)

    return {("GET", "/faults"): listed, ("POST", "/faults"): planted, ("DELETE", "/faults"): cleared}


async def _json(request: Request) -> Any:
    """The body, or None for what is no JSON: each reader says what it wants instead."""
    try:
        return await request.json()
    except ValueError:
        return None


def _refused(message: str) -> Response:
    return JSONResponse({"message": message}, status_code=400)
