"""What Jira's headers say of its limits."""

from collections.abc import Mapping

import pytest
from tests.contract.scenes.canned import Canned

from hypercare_sync.errors import AccessDenied
from hypercare_sync.retry import Reach, Rejected
from hypercare_sync.sandbox.jira import throttle
from hypercare_sync.trackers.http import Answer, Client
from hypercare_sync.trackers.jira.limits import pause
from hypercare_sync.trackers.jira.transport import jira_client

BUCKET = throttle.bucket_headers(7)
EMPTY = throttle.bucket_headers(0)


def client(status: int, headers: Mapping[str, str]) -> Client:
    """A client of a site that always answers this, and that never sleeps."""
    made = jira_client("shop", "https://shop.example", None, "token")
    made.transport = Canned({}, status, headers)
    made.sleep = lambda _: None
    return made


@pytest.mark.parametrize("headers", [BUCKET, EMPTY, {"Retry-After": "0"}, {"Retry-After": "soon"}, {}])
def test_headers_that_are_on_every_answer_make_no_limit_of_a_refusal(headers: Mapping[str, str]) -> None:
    with pytest.raises(AccessDenied, match="lacks the permission"):
        client(403, headers).read("GET", "x")


@pytest.mark.parametrize("headers", [{**BUCKET, "Retry-After": "3"}, {"RateLimit-Reason": "jira-burst-based"}])
def test_wait_or_reason_makes_a_limit_of_it(headers: Mapping[str, str]) -> None:
    with pytest.raises(Rejected):
        client(403, headers).read("GET", "x")


@pytest.mark.parametrize(
    ("reason", "reach", "sent"),
    [
        ("jira-quota-global-based", Reach.quota, 1),
        ("jira-quota-tenant-based", Reach.quota, 1),
        ("jira-burst-based", Reach.endpoint, 5),
        ("jira-per-issue-on-write", Reach.ticket, 1),
        ("jira-of-a-later-day", Reach.tracker, 5),
    ],
)
def test_reason_says_what_has_to_rest_and_what_is_sent_again(reason: str, reach: Reach, sent: int) -> None:
    made = client(429, {"Retry-After": "2", "RateLimit-Reason": reason})
    with pytest.raises(Rejected) as raised:
        made.write("PUT", "issue/SHOP-1", repeatable=True)
    assert (raised.value.reach, made.requests.write) == (reach, sent)


def test_used_up_quota_is_not_asked_again_until_it_is_there_again() -> None:
    made = client(429, {"Retry-After": "20", "RateLimit-Reason": "jira-quota-tenant-based"})
    now = 50.0
    made.monotonic = lambda: now
    for _ in range(3):
        with pytest.raises(Rejected):
            made.read("GET", "myself")
    assert made.requests.read == 1
    now = 71.0
    with pytest.raises(Rejected):
        made.read("GET", "myself")
    assert made.requests.read == 2


@pytest.mark.parametrize(("reason", "sent"), [("jira-per-issue-on-write", 2), ("jira-burst-based", 1)])
def test_long_wait_for_one_thing_keeps_nothing_else_waiting(reason: str, sent: int) -> None:
    """Another issue is written to; an endpoint as a whole is not asked again before its time."""
    made = client(429, {"Retry-After": "90", "RateLimit-Reason": reason})
    now = 50.0
    made.monotonic = lambda: now
    for key in ("SHOP-1", "SHOP-2"):
        with pytest.raises(Rejected):
            made.write("PUT", f"issue/{key}", repeatable=True)
    assert made.requests.write == sent
    made.transport = Canned({}, 200)
    assert made.read("GET", "myself").body == {}
    now = 141.0
    assert made.write("PUT", "issue/SHOP-1", repeatable=True).body == {}


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (200, EMPTY, 1),
        (403, EMPTY, 1),
        (429, {**EMPTY, "Retry-After": "5"}, 0),
        (200, BUCKET, 0),
        (200, {"X-RateLimit-Remaining": "0"}, 0),
        (200, {**EMPTY, "X-RateLimit-Interval-Seconds": "soon"}, 0),
        (200, {**EMPTY, "X-RateLimit-Interval-Seconds": "nan"}, 0),
        (200, {**EMPTY, "X-RateLimit-Interval-Seconds": "3600"}, 0),
        (200, {**EMPTY, "X-RateLimit-Interval-Seconds": "-1"}, 0),
    ],
)
def test_empty_bucket_is_given_its_interval_to_fill(status: int, headers: Mapping[str, str], seconds: float) -> None:
    assert pause(Answer(status, {name.lower(): value for name, value in headers.items()}, None)) == seconds
