"""The wire that both trackers share: answers and failures told apart, requests counted, server waits understood."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.retry import ATTEMPTS, Rejected, Unanswered
from hypercare_sync.trackers.http import Answer, Client, NotFound, server_wait

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
    """A client that never sleeps; a 403 that carries `x-limited` is a rate limit, and errors say `message`."""
    return Client(
        "shop",
        Replies(*replies),
        said=lambda body: str(body["message"]) if isinstance(body, dict) else "",
        limited=lambda answer: "x-limited" in answer.headers,
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
        (400, {}, TrackerError, "shop: GET /x: 400: why"),
        (401, {}, AccessDenied, "shop: the token was refused (why); check `token` of tracker 'shop' in the config"),
        (403, {}, AccessDenied, "403: why; our account lacks the permission"),
        (403, {"X-Limited": "1"}, Rejected, "the tracker asks to slow down"),
        (404, {}, NotFound, "404: why"),
        (410, {}, NotFound, "410: why"),
        (422, {}, TrackerError, "422: why"),
        (429, {}, Rejected, "slow down"),
        (500, {}, Unanswered, "500: why"),
        (503, {}, Unanswered, "503: why"),
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
