"""The wire that both trackers share: answers and failures told apart, requests counted, server waits understood."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.errors import AccessDenied, LeaseLost, TrackerError
from hypercare_sync.retry import ATTEMPTS, Broken, Rejected, Unanswered
from hypercare_sync.trackers.budget import Budget
from hypercare_sync.trackers.http import Answer, Client, Forbidden, Invalid, NotFound, Unwritable, server_wait
from hypercare_sync.trackers.obstacle import Obstacle

DATE = "Mon, 23 Nov 2026 08:00:00 GMT"
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)

Reply = tuple[int, Mapping[str, str], str] | Exception


class Replies:
    """A transport that gives these replies in turn."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = iter(replies)

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """The next reply."""
        reply = next(self.replies)
        if isinstance(reply, Exception):
            raise reply
        return reply


def client(*replies: Reply) -> Client:
    """A client that never sleeps; `x-limited` makes a rate limit and `x-locked` an obstacle; errors say `message`."""
    return Client(
        "shop",
        Replies(*replies),
        said=lambda body: str(body["message"]) if isinstance(body, dict) else "",
        limited=lambda answer: "x-limited" in answer.headers,
        obstacle=lambda answer: Obstacle.locked if "x-locked" in answer.headers else None,
        sleep=lambda _: None,
    )


def said(message: str) -> str:
    return json.dumps({"message": message})


def test_answer_has_lower_case_headers_a_parsed_body_and_the_trackers_time() -> None:
    answer = client((200, {"Date": DATE}, '{"a": 1}')).read("GET", "/x")
    assert (answer.body, answer.headers, answer.at) == ({"a": 1}, {"date": DATE}, AT)


def test_empty_body_is_none() -> None:
    assert client((204, {}, "")).write("DELETE", "/x", repeatable=True).body is None


@pytest.mark.parametrize(
    ("status", "headers", "error", "words"),
    [
        (400, {}, Invalid, "shop: GET /x: 400: why"),
        (401, {}, AccessDenied, "shop: the token was refused (why); check `token` of tracker 'shop' in the config"),
        (403, {}, Forbidden, "403: why; our account lacks the permission"),
        (403, {"X-Limited": "1"}, Rejected, "the tracker asks to slow down"),
        (404, {}, NotFound, "404: why"),
        (410, {}, NotFound, "410: why"),
        (422, {}, Invalid, "422: why"),
        (429, {}, Rejected, "slow down"),
        (200, {"X-Limited": "1"}, Rejected, "slow down"),
        (301, {"Location": "/y"}, NotFound, "301: why; it has moved: where something was renamed"),
        (307, {}, NotFound, "it has moved"),
        (403, {"X-Locked": "1"}, Unwritable, "403: why"),
        (500, {}, Broken, "500: why"),
        (503, {}, Broken, "503: why"),
    ],
)
def test_status_tells_what_went_wrong(
    status: int, headers: Mapping[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as raised:
        client(*[(status, headers, said("why"))] * ATTEMPTS).read("GET", "/x")
    assert type(raised.value) is error
    assert words in str(raised.value)


def test_error_page_that_is_no_json_is_told_by_its_status() -> None:
    with pytest.raises(TrackerError, match=r"shop: GET /x: 418$"):
        client((418, {}, "<html>teapot</html>")).read("GET", "/x")


def test_answer_that_was_cut_off_is_no_answer() -> None:
    line = client((200, {}, '{"a": '), (200, {}, '{"a": 1}'))
    assert line.read("GET", "/x").body == {"a": 1}


def test_every_attempt_is_counted_as_a_read_or_a_write() -> None:
    line = client((502, {}, ""), (200, {}, "1"), (429, {}, ""), (201, {}, "2"))
    line.read("POST", "/search")
    line.write("POST", "/x", {}, repeatable=False)
    assert (line.requests.read, line.requests.write) == (2, 2)


def test_lost_connection_names_the_tracker_and_the_request() -> None:
    with pytest.raises(Unanswered, match="shop: PUT /x: no answer from there"):
        client(Unanswered("no answer from there")).write("PUT", "/x", repeatable=False)


@pytest.mark.parametrize("lost", [Unanswered("cut off"), (502, {}, "")], ids=["lost", "502"])
@pytest.mark.parametrize("standing", [True, False])
def test_creation_without_an_answer_is_looked_for_before_it_is_sent_again(lost: Reply, *, standing: bool) -> None:
    line = client(lost, (201, {}, "7"))
    found = line.create("/comments", {}, lambda answer: int(answer.body), lambda: 6 if standing else None)
    assert found == (6 if standing else 7)
    assert line.requests.write == (1 if standing else 2)


def test_tracker_that_stayed_silent_is_asked_once_only_until_it_answers() -> None:
    gone = Unanswered("no answer")
    line = client(*[gone] * 5, gone, (200, {}, "1"), gone, (200, {}, "2"))
    for sent in (5, 6):
        with pytest.raises(Unanswered):
            line.read("GET", "/x")
        assert line.requests.read == sent
    assert [line.read("GET", "/x").body, line.read("GET", "/x").body] == [1, 2]


def test_silence_may_be_remembered_from_before() -> None:
    line = client(Unanswered("no answer"), (200, {}, "1"))
    line.requests.silent = True
    with pytest.raises(Unanswered):
        line.read("GET", "/x")
    assert line.requests.read == 1
    assert line.read("GET", "/x").body == 1
    assert not line.requests.silent


def test_tracker_that_asks_for_a_long_rest_is_sent_nothing_more_until_it_is_over() -> None:
    line = client((429, {"Retry-After": "90"}, ""), (200, {}, "1"))
    now = 50.0
    line.monotonic = lambda: now
    for _ in range(3):
        with pytest.raises(Rejected):
            line.read("GET", "/x")
    with pytest.raises(Rejected, match="not sent; the tracker asked for quiet") as raised:
        line.write("POST", "/x", repeatable=False)
    assert raised.value.wait == timedelta(seconds=90)
    assert (line.requests.read, line.requests.write) == (1, 0)
    now = 140.0
    assert line.read("GET", "/x").body == 1


def test_content_is_counted_apart_and_by_attempt() -> None:
    line = client((201, {}, "1"), (200, {}, "1"), (502, {}, ""), (200, {}, "1"))
    line.create("/comments", {}, lambda answer: int(answer.body), lambda: None)
    line.write("POST", "/labels", repeatable=True)
    line.write("PATCH", "/text", repeatable=True, content=True)
    assert (line.requests.write, line.requests.content) == (4, 3)


def test_budgets_are_those_that_the_last_answers_told() -> None:
    def told(resource: str, left: int) -> Mapping[str, str]:
        names = {"Limit": "5000", "Remaining": str(left), "Reset": str(int(AT.timestamp())), "Resource": resource}
        return {f"X-RateLimit-{name}": value for name, value in names.items()}

    line = client((200, told("core", 9), ""), (200, told("graphql", 7), ""), (404, told("core", 8), ""))
    line.read("GET", "/x")
    line.read("POST", "/graphql")
    with pytest.raises(NotFound):
        line.read("GET", "/y")
    assert line.requests.budgets == {"core": Budget(5000, 8, AT), "graphql": Budget(5000, 7, AT)}


@pytest.mark.parametrize("odd", ["", "soon", "-1e9", "9" * 40])
def test_odd_budgets_are_passed_over(odd: str) -> None:
    assert Budget.told({**dict.fromkeys(_LIMITS, odd), "x-ratelimit-resource": "core"}) == {}


_LIMITS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


def test_creation_that_was_answered_is_not_looked_for() -> None:
    def find() -> int:
        raise AssertionError("nothing was lost")

    line = client((429, {}, ""), (201, {}, "7"))
    assert line.create("/comments", {}, lambda answer: int(answer.body), find) == 7


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "Mon, 23 Nov 2026 08:00:30 GMT", "date": DATE}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:30 +0100", "date": DATE}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 07:00:00 GMT", "date": DATE}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(AT.timestamp()) + 40), "date": DATE}, 40),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-23T08:01Z", "date": DATE}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-23T09:00:50+01:00", "date": DATE}, 50),
        ({"retry-after": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1", "date": DATE}, 5),
        ({"x-ratelimit-remaining": "17", "x-ratelimit-reset": "4000000000", "date": DATE}, None),
        ({"x-ratelimit-remaining": "0", "date": DATE}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon", "date": DATE}, None),
        ({"retry-after": "soon", "date": DATE}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_server_wait(headers: Mapping[str, str], seconds: float | None) -> None:
    wait = None if seconds is None else timedelta(seconds=seconds)
    assert server_wait(Answer(429, headers, None)) == wait


odd = st.one_of(
    st.text(max_size=40),
    st.floats().map(str),
    st.integers().map(str),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.datetimes().map(lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} -0900"),
    st.just(f"Mon, 23 Nov {'9' * 30} 08:00:00 GMT"),
)


@given(odd, odd, odd)
def test_odd_headers_never_end_a_tick(after: str, reset: str, date: str) -> None:
    headers = {"retry-after": after, "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset, "date": date}
    wait = server_wait(Answer(429, headers, None))
    assert wait is None or wait >= timedelta()


def test_write_goes_out_only_while_we_may_write_also_where_it_is_repeated() -> None:
    shop = client((200, {}, "{}"), (502, {}, ""), (200, {}, "{}"))
    asked: list[int] = []

    def may_write() -> None:
        asked.append(1)
        if len(asked) > 1:
            raise LeaseLost

    shop.requests.may_write = may_write
    shop.read("GET", "/x")
    assert asked == []
    with pytest.raises(LeaseLost):
        shop.write("PUT", "/x", repeatable=True)
    assert (len(asked), shop.requests.write) == (2, 1)
