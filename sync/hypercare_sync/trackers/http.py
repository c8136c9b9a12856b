"""What both trackers share on the wire: one answer, counted requests, and failures told apart."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from operator import itemgetter
from typing import Any, Protocol, TypeVar

from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.retry import LONGEST_SLEEP, Broken, Reach, Rejected, Unanswered, repeated
from hypercare_sync.trackers.budget import Budget
from hypercare_sync.trackers.gait import Gait
from hypercare_sync.trackers.obstacle import Obstacle

T = TypeVar("T")


class NotFound(TrackerError):
    """What was asked for is not there, or our account may not see it."""


class Forbidden(AccessDenied):
    """Our account may not do this one thing."""


class Invalid(TrackerError):
    """The request names what is not there, or says what cannot be."""


class Unwritable(TrackerError):
    """It is there, but until somebody changes something about it, `obstacle` keeps us from writing this to it."""

    def __init__(self, message: str, obstacle: Obstacle) -> None:
        super().__init__(message)
        self.obstacle = obstacle


class NotGranted(Unwritable, Forbidden):
    """What keeps us from writing is a right that our account lacks, for more than one ticket: each tick tries again, and tells it again."""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; header names in lower case, the body parsed from JSON (None where it is empty)."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def at(self) -> datetime | None:
        """The tracker's time, from its Date header; None where that tells none that we could count with."""
        moment = _http_date(self.headers.get("date", ""))
        return moment if moment and 1970 <= moment.year < 2100 else None


def server_wait(answer: Answer) -> timedelta | None:
    """How long the server asks us to wait: Retry-After in seconds or as a date, or the reset of a used-up limit."""
    after = answer.headers.get("retry-after", "")
    now = answer.at or datetime.now(UTC)
    try:
        return timedelta(seconds=max(0.0, float(after)))
    except (ValueError, OverflowError):
        pass
    until = _http_date(after)
    if until is None and answer.headers.get("x-ratelimit-remaining") == "0":
        until = _reset(answer.headers.get("x-ratelimit-reset", ""))
    return None if until is None else max(timedelta(), until - now)


def _reset(text: str) -> datetime | None:
    """GitHub writes the reset in epoch seconds, Jira as an ISO time."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


@dataclass
class Requests:
    """How many HTTP requests were sent in this tick, and what we learnt of the tracker by them.

    `content` are those of the writes that make or change texts, issues or labels. `budgets` is what is left of the tracker's quotas,
    by its names for them. A tracker is `silent` that answered nothing through all attempts; it is asked once only until it answers.
    `may_write` is asked before each write goes out, again where it is repeated, and raises LeaseLost where another tick has taken over.
    """

    read: int = 0
    write: int = 0
    content: int = 0
    budgets: dict[str, Budget] = field(default_factory=dict)
    silent: bool = False
    may_write: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)


class Transport(Protocol):
    """Sends exactly one request through the tracker's own library. Raises Unanswered where no answer came."""

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of the answer, whatever the status is."""
        ...


@dataclass
class Client:
    """A tracker's wire: counts what is sent, retries by the one policy, and makes errors of what is not an answer.

    `limited` says of an answer that is no 429 whether it is a rate limit in disguise, `wait` for how long such an answer asks us to
    wait, `reach` what it wants less of; `pause` for how many seconds any answer asks us to send nothing. `said` finds the tracker's own words
    in an error's body, `obstacle` what in them keeps us from writing, `wanted` which right it asks for. `signed_by` is the key of the
    config with which we sign in. Once a tracker has asked for a longer wait than we sleep, or its quota is used up, nothing more is sent
    to it until that is over.
    """

    name: str
    transport: Transport
    said: Callable[[Any], str]
    limited: Callable[[Answer], bool] = lambda _: False
    wait: Callable[[Answer], timedelta | None] = server_wait
    obstacle: Callable[[Answer], Obstacle | None] = lambda _: None
    wanted: Callable[[Answer], str] = lambda _: ""
    signed_by: str = "token"
    requests: Requests = field(default_factory=Requests)
    reach: Callable[[Answer], Reach] = lambda _: Reach.tracker
    pause: Callable[[Answer], float] = lambda _: 0
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    _rests_until: float = field(init=False, default=0)
    _rests_for: Reach = field(init=False, default=Reach.tracker)
    _gait: Gait = field(init=False, default_factory=Gait)

    def read(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        """The answer to a request that changes nothing, however it is spelt. A body to be called may ask for less each time."""

        def send() -> Answer:
            return self.once(method, path, params or {}, body() if callable(body) else body)

        return self._repeated(send, repeatable=True)

    def write(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        repeatable: bool,
        content: bool = False,
    ) -> Answer:
        """The answer to a request that changes something; `repeatable` where a second time changes nothing more."""

        def send() -> Answer:
            self.requests.content += content
            return self.once(method, path, params or {}, body, write=True)

        return self._repeated(send, repeatable=repeatable)

    def create(self, path: str, body: Any, made: Callable[[Answer], T], find: Callable[[], T | None]) -> T:
        """What `made` reads in the answer to a creation; where that is lost, `find` looks for it before it is sent again."""
        for wait in (1.0, 4.0):
            try:
                return made(self.write("POST", path, body, repeatable=False, content=True))
            except Unanswered:
                self.sleep(wait)
                found = find()
                if found is not None:
                    return found
        return made(self.write("POST", path, body, repeatable=False, content=True))

    def _repeated(self, send: Callable[[], T], *, repeatable: bool) -> T:
        """What one request brings. A tracker that stayed silent through all attempts is asked once only from then on, until it answers."""
        try:
            answer = repeated(send, repeatable=repeatable and not self.requests.silent, sleep=self.sleep)
        except Unanswered:
            self.requests.silent = self.requests.silent or repeatable
            raise
        except Rejected as error:
            self._rest(error)
            raise
        self.requests.silent = False
        return answer

    def _rest(self, asked: Rejected) -> None:
        """Send nothing more for as long as the tracker asks, where that is for longer than one sleeps or for all of the tick."""
        used_up = asked.reach is Reach.quota
        wait = LONGEST_SLEEP if used_up and asked.wait is None else asked.wait
        if wait is not None and (used_up or (asked.reach is Reach.tracker and wait > LONGEST_SLEEP)):
            self._rests_until, self._rests_for = self.monotonic() + wait.total_seconds(), asked.reach

    def _refuse_to_press(self, method: str, path: str) -> None:
        """Raises Rejected for a request that the tracker does not want yet."""
        rest, reach = max(
            (self._rests_until, self._rests_for),
            (self._gait.rests_until(method, path), Reach.endpoint),
            key=itemgetter(0),
        )
        if (left := rest - self.monotonic()) > 0:
            what = f"{self.name}: {method} {path}: not sent; the tracker asked for quiet"
            raise Rejected(what, timedelta(seconds=left), reach)

    def once(
        self, method: str, path: str, params: Mapping[str, str], body: Any = None, *, write: bool = False
    ) -> Answer:
        """The answer to one request that is not sent again, whatever comes of it."""
        self._refuse_to_press(method, path)
        if wait := self._gait.wait(method, path, self.monotonic()):
            self.sleep(wait)
        if write:
            self.requests.may_write()
            self.requests.write += 1
        else:
            self.requests.read += 1
        try:
            status, headers, text = self.transport.send(method, path, params, body)
        except Unanswered as error:
            raise Unanswered(f"{self.name}: {method} {path}: {error}") from error
        try:
            parsed = json.loads(text) if text.strip() else None
        except (ValueError, RecursionError) as error:
            if status < 400:
                raise Unanswered(
                    f"{self.name}: {method} {path}: the answer is not JSON; it may have been cut off"
                ) from error
            parsed = None
        answer = Answer(status, {name.lower(): value for name, value in headers.items()}, parsed)
        self.requests.budgets |= Budget.told(answer.headers)
        if pause := self.pause(answer):
            self._gait.hold(self.monotonic() + pause)
        if (status < 300 or status == 304) and not (status == 200 and self.limited(answer)):
            return answer
        raise self._problem(method, path, answer)

    def _problem(self, method: str, path: str, answer: Answer) -> Exception:
        words = self.said(answer.body)
        what = f"{self.name}: {method} {path}: {answer.status}{': ' + words if words else ''}"
        status = answer.status
        if status == 429 or (status in (200, 403) and self.limited(answer)):
            reach = self.reach(answer)
            wait = self.wait(answer)
            if reach is Reach.endpoint:
                self._gait.slow(method, path)
                if wait is not None and wait > LONGEST_SLEEP:
                    self._gait.rest(method, path, self.monotonic() + wait.total_seconds())
            return Rejected(f"{what}; the tracker asks to slow down", wait, reach)
        if obstacle := self.obstacle(answer):
            return Unwritable(what, obstacle)
        if status < 400:
            return NotFound(f"{what}; it has moved: where something was renamed, write its new name in the config")
        if status == 401:
            return AccessDenied(
                f"{self.name}: the {self.signed_by} was refused ({words or status}); check `{self.signed_by}` of tracker {self.name!r} in the config"
            )
        if status == 403:
            wanted = self.wanted(answer)
            return Forbidden(f"{what}; our account lacks the permission for this{wanted and f': {wanted}'}")
        if status in (404, 410):
            return NotFound(what)
        return Broken(what) if status >= 500 else Invalid(what)
