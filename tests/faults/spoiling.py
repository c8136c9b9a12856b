"""Answers that are spoilt on their way from a tracker to us: an odd value, a part that is missing, a page that is no JSON, odd headers."""

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Path: TypeAlias = tuple[Any, ...]

DEEP = b"[" * 100_000
HTML = b"<!doctype html><html><title>502</title><p>Maintenance; we will be back soon.</html>"
ODD: list[Any] = [
    True, False, 0, -1, 10**20, 1e308, "", " ", "odd", "\ud800", "9" * 5_000, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "<!-- hypercare-sync {} -->", "\u202e\u0000\u001b[2J", [], {}, [[]], [None], {"nodes": None}, {"": {}}, ["hypercare:P1"],
]  # fmt: skip
"""What no tracker sends where another type stands; or a strange value where the type is right."""
HEADERS: list[tuple[str, str]] = [
    ("link", '<>; rel="next"'), ("link", 'rel="next"'), ("link", "," * 999), ("link", '<https://evil.example/>; rel="next"'),
    ("date", "soon"), ("date", ""), ("date", "Fri, 31 Dec 9999 23:59:59 GMT"), ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("date", "Mon, 01 Jan 0001 00:00:00 +1400"), ("date", "Mon, 32 Foo 2026 25:61:61 GMT"),
    ("retry-after", "nan"), ("retry-after", "inf"), ("retry-after", "-1"), ("retry-after", "1e400"), ("retry-after", "9" * 400),
    ("x-ratelimit-remaining", "0"), ("x-ratelimit-remaining", "many"), ("x-ratelimit-remaining", "-9"), ("x-ratelimit-limit", "0"),
    ("x-ratelimit-reset", "nan"), ("x-ratelimit-reset", "9" * 400), ("x-ratelimit-reset", "yesterday"),
    ("content-type", "text/html"), ("content-type", "application/json; charset=utf-7"), ("content-type", "application/json; charset=odd"),
    ("content-type", ""), ("content-encoding", "gzip"), ("content-encoding", "odd"), ("content-length", "3"),
    ("x-github-enterprise-version", "2.1"), ("etag", '"'), ("location", "http://127.0.0.1:9/"), ("x-seraph-loginreason", "AUTHENTICATED_FAILED"),
]  # fmt: skip
STATUSES = (100, 201, 204, 206, 302, 304, 400, 401, 403, 409, 418, 422, 429, 451, 500, 503, 599, 999)


@dataclass
class Reply:
    """An answer on its way."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str, value: str) -> None:
        """Let a header have this value alone."""
        self.headers = [(each, told) for each, told in self.headers if each != name] + [(name, value)]


@dataclass(frozen=True)
class Spoil:
    """One way to spoil an answer. A `plausible` one is something that a tracker might mean: it may be believed."""

    name: str
    do: Callable[[Reply], None] = field(compare=False)
    plausible: bool = False


@dataclass
class Spoiling:
    """Serves `app`, and spoils its answer to the request `at` this place among those that come while it is armed."""

    app: ASGIApp
    spoil: Spoil | None = None
    at: int = 0
    always: bool = False
    seen: int = 0
    struck: str = ""

    def arm(self, spoil: Spoil, at: int, *, always: bool = False) -> None:
        """Spoil the answer at this place, or from there on each answer to the same path."""
        self.spoil, self.at, self.always, self.seen, self.struck = spoil, at, always, 0, ""

    def disarm(self) -> None:
        """Let every answer through."""
        self.spoil = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        spoil = self.spoil
        if spoil is None or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        place, self.seen = self.seen, self.seen + 1
        asked = f"{scope['method']} {scope['path']}"
        if place != self.at and not (self.always and asked == self.struck):
            await self.app(scope, receive, send)
            return
        self.struck = asked
        reply = Reply(200, [], b"")

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = [(name.decode().lower(), value.decode()) for name, value in message["headers"]]
            else:
                reply.body += message.get("body", b"")

        await self.app(scope, receive, keep)
        length = len(reply.body)
        spoil.do(reply)
        if len(reply.body) != length:
            reply.header("content-length", str(len(reply.body)))
        headers = [(name.encode(), value.encode("latin-1")) for name, value in reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands in a JSON value."""
    if path:
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from places(member, (*path, name))


def _inside(reply: Reply, number: int, change: Callable[[Any, Any], None]) -> None:
    """Change what holds a place in the body, which is chosen by a number."""
    try:
        body = json.loads(reply.body)
    except ValueError:
        return
    found = list(places(body))
    if not found:
        return
    path = found[number % len(found)]
    holder = body
    for name in path[:-1]:
        holder = holder[name]
    change(holder, path[-1])
    reply.body = json.dumps(body).encode()


def _type(value: Any) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def other_type(number: int, odd: int) -> Spoil:
    """Something of another type where something stood."""

    def change(holder: Any, name: Any) -> None:
        others = [value for value in ODD if _type(value) != _type(holder[name])]
        holder[name] = copy.deepcopy(others[odd % len(others)])

    return Spoil(f"other type {number} {odd}", lambda reply: _inside(reply, number, change), plausible=False)


def other_value(number: int, odd: int) -> Spoil:
    """Another value of the same type where something stood, or nothing where a single value stood."""

    def change(holder: Any, name: Any) -> None:
        same = [value for value in ODD if _type(value) == _type(holder[name])] or [None]
        holder[name] = copy.deepcopy(
            (same if isinstance(holder[name], dict | list) else [*same, None])[odd % (len(same) + 1) - 1]
        )

    return Spoil(f"other value {number} {odd}", lambda reply: _inside(reply, number, change), plausible=True)


def left_out(number: int) -> Spoil:
    """A part that is missing."""

    def change(holder: Any, name: Any) -> None:
        del holder[name]

    return Spoil(f"left out {number}", lambda reply: _inside(reply, number, change), plausible=True)


def null_list(number: int) -> Spoil:
    """Nothing where a list or an object stood."""

    def change(holder: Any, name: Any) -> None:
        if isinstance(holder[name], list):
            holder[name] = None

    return Spoil(f"null list {number}", lambda reply: _inside(reply, number, change))


def doubled(number: int) -> Spoil:
    """Every row of a list twice."""

    def change(holder: Any, name: Any) -> None:
        if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[name]))
        elif isinstance(holder[name], list):
            holder[name] = [*holder[name], *copy.deepcopy(holder[name])]

    return Spoil(f"doubled {number}", lambda reply: _inside(reply, number, change))


def bytes_in_place(name: str, make: Callable[[bytes], bytes]) -> Spoil:
    """Other bytes than the tracker's."""

    def do(reply: Reply) -> None:
        reply.body = make(reply.body)

    return Spoil(name, do)


def cut_off(share: int) -> Spoil:
    """The answer's first part alone."""
    return bytes_in_place(f"cut off at {share} %", lambda body: body[: len(body) * share // 100])


def with_header(name: str, value: str) -> Spoil:
    """An odd header beside what is as it should be."""
    return Spoil(f"{name}: {value[:40]}", lambda reply: reply.header(name, value))


def with_status(status: int, body: bytes | None) -> Spoil:
    """Another status, with another body or the same."""

    def do(reply: Reply) -> None:
        reply.status, reply.body = status, reply.body if body is None else body

    return Spoil(f"status {status} {body!r:.20}", do)


BODIES = [
    bytes_in_place("no body", lambda _: b""),
    bytes_in_place("null", lambda _: b"null"),
    bytes_in_place("a list", lambda _: b"[]"),
    bytes_in_place("an object", lambda _: b"{}"),
    bytes_in_place("text", lambda _: b'"moved"'),
    bytes_in_place("a number", lambda _: b"42"),
    bytes_in_place("a list of text", lambda _: b'["a", 1, null, [], {}]'),
    bytes_in_place("a page", lambda _: HTML),
    bytes_in_place("half a character", lambda body: b"\xff\xfe" + body),
    bytes_in_place("zeros", lambda body: bytes(len(body))),
    bytes_in_place("a mark before it", lambda body: b"\xef\xbb\xbf" + body),
    bytes_in_place("too deep", lambda _: DEEP),
    bytes_in_place("a deep object", lambda _: b'{"data":' * 50_000),
    bytes_in_place("packed", gzip.compress),
    bytes_in_place("twice", lambda body: body + body),
    bytes_in_place("a huge number", lambda _: b'{"data": ' + b"9" * 10_000 + b"}"),
]  # fmt: skip

_number = st.integers(0, 100_000)
spoils = st.one_of(
    st.builds(other_type, _number, _number),
    st.builds(other_type, _number, _number),
    st.builds(other_value, _number, _number),
    st.builds(left_out, _number),
    st.builds(null_list, _number),
    st.builds(doubled, _number),
    st.sampled_from(BODIES),
    st.builds(cut_off, st.integers(0, 99)),
    st.builds(lambda pair: with_header(*pair), st.sampled_from(HEADERS)),
    st.builds(
        with_status,
        st.sampled_from(STATUSES),
        st.sampled_from([None, b"", HTML, b"null", b'{"message": ["odd"], "errors": "odd"}']),
    ),
)
