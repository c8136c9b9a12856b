"""Reviews on both trackers, whole ticks over HTTP: one comment each, never twice, with or without a store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import Team, a_team
from tests.sync.talking import IN_THE_SOURCE, PLACES, Desk

from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.tick_result import TickResult

POLICY = """\
extends: standard
reviews: [{id: daily, schedule: "0 10 * * *", who: [on_call]}]
"""
"""At ten in Berlin, an hour after the trackers' time begins."""


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> tuple[str, Flavour]:
    return PLACES[request.param]


@pytest.fixture
def team(place: tuple[str, Flavour], tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path, flavour=place[1]) as made:
        yield made


@pytest.fixture(params=[False, True], ids=["with a store", "store deleted at each tick"])
def desk(team: Team, place: tuple[str, Flavour], request: pytest.FixtureRequest) -> Desk:
    return Desk(team, place[0], POLICY, forgetful=request.param)


def test_each_review_is_one_comment_and_the_next_knows_its_numbers(desk: Desk) -> None:
    for now in ("0m", "30m"):
        desk.tick(now, waited="30m")
    assert desk.comments() == []
    for now in ("65m", "95m", "125m", "4h"):
        desk.tick(now, waited="30m")
    (text,) = desk.comments()
    assert "Review: daily, Mon 23 Nov 10:00" in text
    (first,) = desk.markers("review")
    assert first.review is not None
    assert first.review.numbers["open"] == 4
    desk.team.jira("POST", "issue/SHOP-2/comment", {"body": "On it"})
    for now in ("25h20m", "26h", "26h50m"):
        desk.tick(now, waited="30m")
    _, second = desk.comments()
    assert "Mon 23 Nov 10:05" in second
    assert len(desk.markers("review")) == 2


def test_review_long_past_is_not_posted(desk: Desk) -> None:
    desk.tick("0m")
    desk.tick("3h1m", waited="3h")
    assert desk.comments() == []
    desk.tick("27h", waited="24h")
    assert len(desk.markers("review")) == 1


def test_marker_that_somebody_else_forged_keeps_no_review_away(desk: Desk) -> None:
    desk.tick("0m")
    desk.tick("65m", waited="65m")
    (text,) = desk.comments()
    forged = text.replace("2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z")
    desk.say(forged)
    desk.tick("25h5m", waited="24h")
    assert len(desk.comments()) == 3
    desk.tick("25h15m", waited="10m")
    assert len(desk.comments()) == 3


def test_review_that_stands_twice_is_told_once(desk: Desk) -> None:
    desk.tick("0m")
    desk.tick("65m", waited="65m")
    (text,) = desk.comments()
    desk.say(text, token="sandbox")
    assert len(desk.markers("review")) == 2
    desk.tick("70m", waited="5m")
    assert desk.comments() == [text]


def test_unchanged_tick_reads_the_summary_once_though_much_was_said(team: Team, place: tuple[str, Flavour]) -> None:
    desk = Desk(team, place[0], POLICY)
    desk.tick("0m")
    desk.tick("65m", waited="65m")
    desk.say("Thanks all!")
    desk.tick("70m", waited="12m")
    quiet = requests(desk.tick("75m", waited="12m"))
    assert quiet == requests(desk.tick("80m", waited="12m"))
    in_one = place[0] == IN_THE_SOURCE
    assert sum(quiet.values()) == (2 if in_one else 3)
    desk.say("One more thing")
    said = requests(desk.tick("85m", waited="12m"))
    assert sum(said.values()) - sum(quiet.values()) == 1


def requests(result: TickResult) -> dict[str, Any]:
    return {name: one.read for name, one in result.requests.items()}
