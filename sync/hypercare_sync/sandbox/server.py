"""The sandbox on a port of 127.0.0.1: behind a program that uses it, or in the foreground until somebody ends it."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from hypercare_sync.errors import ConfigError

from .app import build
from .front import HANG_UP
from .world import Sandbox

HOST = "127.0.0.1"
_PATIENCE = 3600  # seconds: clients keep connections between ticks, and one closed under their hands looks like a fault


class _Protocol(H11Protocol):
    """HTTP whose applications may end the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn itself narrows it
        super().connection_made(transport)
        app = self.app

        async def with_hang_up(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "extensions": {HANG_UP: transport.abort}}, receive, send)

        self.app = with_hang_up


@contextmanager
def running(sandbox: Sandbox, port: int = 0) -> Iterator[str]:
    """Serve from a thread of its own for as long as the context lasts; yields the base URL. Port 0 takes any free one.

    Raises ConfigError when the port is taken.
    """
    with _listening(port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                build(sandbox),
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_level="critical",  # the application itself logs what fails in it
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=_PATIENCE,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.002)
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def serve(sandbox: Sandbox, port: int, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is told the base URL once connections are accepted."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with running(sandbox, port) as base:
        ready(base)
        ended.wait()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # asyncio turns Nagle's delay off only where the protocol is named, and that delay is 40 ms an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise ConfigError(
                f"--port {port}: cannot listen there ({error.strerror}); write another, or 0 for a free one"
            ) from error
        listener.listen(128)
        yield listener
