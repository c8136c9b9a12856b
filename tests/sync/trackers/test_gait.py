"""How fast requests follow one another."""

from itertools import pairwise

import pytest

from hypercare_sync.trackers.gait import Gait


def moments(gait: Gait, *requests: str) -> list[float]:
    """When these requests go out, all of which are ready at once."""
    now = 100.0
    found = []
    for request in requests:
        method, path = request.split()
        now += gait.wait(method, path, now)
        found.append(now)
    return found


def test_nobody_waits_where_nobody_was_too_fast() -> None:
    assert moments(Gait(), *["PUT issue/SHOP-1"] * 5) == [100.0] * 5


@pytest.mark.parametrize(("bursts", "gap"), [(1, 0.1), (2, 0.2), (3, 0.4), (30, 2.0)])
def test_endpoint_that_was_too_fast_is_slowed_more_each_time(bursts: int, gap: float) -> None:
    gait = Gait()
    for _ in range(bursts):
        gait.slow("PUT", "issue/SHOP-1")
    sent = moments(gait, "PUT issue/SHOP-1", "PUT issue/WEB-22", "PUT issue/SHOP-1")
    assert [later - earlier for earlier, later in pairwise(sent)] == pytest.approx([gap, gap])


@pytest.mark.parametrize("other", ["GET issue/SHOP-1", "PUT issue/SHOP-1/comment/4", "POST search/jql"])
def test_other_endpoints_are_as_fast_as_before(other: str) -> None:
    gait = Gait()
    gait.slow("PUT", "issue/SHOP-1")
    assert moments(gait, *[other] * 3) == [100.0] * 3


def test_empty_bucket_holds_everything_once() -> None:
    gait = Gait()
    gait.hold(101.0)
    assert moments(gait, "GET myself", "PUT issue/SHOP-1") == [101.0, 101.0]
