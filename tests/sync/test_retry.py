"""The one retry policy: what is tried again, after how long, and when it ends."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from hypercare_sync.errors import AccessDenied, HypercareError, TrackerError
from hypercare_sync.retry import ATTEMPTS, Reach, Rejected, Unanswered, repeated

SECOND = timedelta(seconds=1)


class Line:
    """A request that ends in these errors one after another, then is answered; `slept` are the seconds between."""

    def __init__(self, *errors: Exception) -> None:
        self.errors: Iterator[Exception] = iter(errors)
        self.sent = 0
        self.slept: list[float] = []

    def send(self, *, repeatable: bool = True) -> str:
        """The answer, by the policy."""
        return repeated(self._once, repeatable=repeatable, sleep=self.slept.append)

    def _once(self) -> str:
        self.sent += 1
        for error in self.errors:
            raise error
        return "answer"


@pytest.mark.parametrize(
    ("error", "repeatable", "sent"),
    [
        (Rejected("busy"), True, 2),
        (Rejected("busy"), False, 2),
        (Rejected("burst", SECOND, Reach.endpoint), False, 2),
        (Rejected("too much for one issue", SECOND, Reach.ticket), True, 1),
        (Rejected("quota", SECOND, Reach.quota), True, 1),
        (Unanswered("cut off"), True, 2),
        (Unanswered("cut off"), False, 1),
        (TrackerError("400"), True, 1),
        (AccessDenied("401"), True, 1),
        (ValueError("a defect of ours"), True, 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_only_what_may_go_well_the_second_time_is_sent_again(error: Exception, repeatable: bool, sent: int) -> None:
    line = Line(error)
    if sent == 2:
        assert line.send(repeatable=repeatable) == "answer"
    else:
        with pytest.raises(type(error)) as raised:
            line.send(repeatable=repeatable)
        assert raised.value is error
    assert line.sent == sent


@pytest.mark.parametrize("error", [Rejected, Unanswered])
def test_attempts_end_and_the_last_failure_is_raised_as_it_is(error: Callable[[str], HypercareError]) -> None:
    errors = [error(str(number)) for number in range(20)]
    line = Line(*errors)
    with pytest.raises(TrackerError) as raised:
        line.send()
    assert raised.value is errors[ATTEMPTS - 1]
    assert (line.sent, len(line.slept)) == (ATTEMPTS, ATTEMPTS - 1)


def test_pauses_grow_from_about_a_second_where_the_server_names_none() -> None:
    line = Line(*[Unanswered("cut off")] * 4)
    line.send()
    assert all(2**number <= slept <= 2**number + 1 for number, slept in enumerate(line.slept))


@pytest.mark.parametrize("seconds", [0, 7, 60])
def test_wait_that_the_server_names_is_kept(seconds: int) -> None:
    line = Line(Rejected("busy", seconds * SECOND))
    assert line.send() == "answer"
    assert seconds <= line.slept[0] <= seconds + 1


@pytest.mark.parametrize(("seconds", "sent"), [(60, 2), (40, 2), (25, 3), (10, 5)])
def test_no_more_than_a_minute_is_waited_for_one_request_in_all(seconds: int, sent: int) -> None:
    line = Line(*[Rejected("busy", seconds * SECOND)] * 5)
    with pytest.raises(Rejected):
        line.send()
    assert line.sent == sent
    assert sum(line.slept) <= 60 + len(line.slept)


def test_wait_of_more_than_a_minute_is_not_slept() -> None:
    line = Line(Rejected("busy", 61 * SECOND))
    with pytest.raises(Rejected):
        line.send()
    assert (line.sent, line.slept) == (1, [])
