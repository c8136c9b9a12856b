"""Reviews on both trackers, whole ticks over HTTP: one comment each, never twice, with or without a store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_team

from hypercare_rules.ticket import Marker
from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.tick import TickResult
from hypercare_sync.trackers import marker as markers

POLICY = """\
extends: standard
reviews: [{id: daily, schedule: "0 10 * * *", who: [on_call]}]
"""
"""At ten in Berlin, an hour after the trackers' time begins."""

IN_THE_SOURCE = "{tracker: web-github, repo: acme/web}"
PLACES: dict[str, tuple[str, Flavour]] = {
    "github": (ON_GITHUB, "cloud"),
    "github, in the source's repository": (IN_THE_SOURCE, "cloud"),
    "jira cloud": (ON_JIRA, "cloud"),
    "data center": (ON_JIRA, "datacenter"),
}


class Desk:
    """A team with a review a day, whose ticks may lose the store each time."""

    def __init__(self, team: Team, place: str, *, forgetful: bool = False) -> None:
        self.team, self.forgetful, self._url = team, forgetful, ""
        (team.folder / "policy.yaml").write_text(POLICY)
        team.configure(policy="./policy.yaml", summary=place)

    def tick(self, now: str, *, waited: str = "") -> TickResult:
        """A tick at a policy time, after some time of the trackers'."""
        if waited:
            self.team.wait(waited)
        if self.forgetful:
            self.team.forget()
        result = self.team.tick(now)
        assert exit_code(result) == 0, result.errors
        self._url = result.releases[0].summary_url or self._url
        return result

    @property
    def key(self) -> str:
        """The last part of the summary's address: its number on GitHub, its key on Jira."""
        return self._url.rpartition("/")[2]

    def comments(self) -> list[str]:
        """The texts of the summary's comments, with what is hidden in them."""
        if self.key.isdecimal():
            repo = self._url.split("/")[-3]
            rows = self.team.github("GET", f"/{repo}/issues/{self.key}/comments?per_page=100")
        else:
            rows = self.team.jira("GET", f"issue/{self.key}/comment")["comments"]
        return [row["body"] for row in rows]

    def say(self, text: str, *, token: str = "person") -> None:
        """Comment on the summary as a person, or with another token."""
        if self.key.isdecimal():
            repo = self._url.split("/")[-3]
            self.team.github("POST", f"/{repo}/issues/{self.key}/comments", {"body": text}, token=token)
        else:
            self.team.jira("POST", f"issue/{self.key}/comment", {"body": text}, token=token)

    def reviews(self) -> list[Marker]:
        """The markers of the reviews that stand there."""
        values = [markers.from_comment(text) or markers.from_fragment(text) for text in self.comments()]
        found = (markers.of_comment(value) for value in values)
        return [one for one in found if one and one.purpose == "review"]


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> tuple[str, Flavour]:
    return PLACES[request.param]


@pytest.fixture
def team(place: tuple[str, Flavour], tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path, flavour=place[1]) as made:
        yield made


@pytest.fixture(params=[False, True], ids=["with a store", "store deleted at each tick"])
def desk(team: Team, place: tuple[str, Flavour], request: pytest.FixtureRequest) -> Desk:
    return Desk(team, place[0], forgetful=request.param)


def test_each_review_is_one_comment_and_the_next_knows_its_numbers(desk: Desk) -> None:
    for now in ("0m", "30m"):
        desk.tick(now, waited="30m")
    assert desk.comments() == []
    for now in ("65m", "95m", "125m", "4h"):
        desk.tick(now, waited="30m")
    (text,) = desk.comments()
    assert "Review: daily, Mon 23 Nov 10:00" in text
    (first,) = desk.reviews()
    assert first.review is not None
    assert first.review.numbers["open"] == 4
    desk.team.jira("POST", "issue/SHOP-2/comment", {"body": "On it"})
    for now in ("25h20m", "26h", "26h50m"):
        desk.tick(now, waited="30m")
    _, second = desk.comments()
    assert "Mon 23 Nov 10:05" in second
    assert len(desk.reviews()) == 2


def test_review_long_past_is_not_posted(desk: Desk) -> None:
    desk.tick("0m")
    desk.tick("3h1m", waited="3h")
    assert desk.comments() == []
    desk.tick("27h", waited="24h")
    assert len(desk.reviews()) == 1


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
    assert len(desk.reviews()) == 2
    desk.tick("70m", waited="5m")
    assert desk.comments() == [text]


def test_unchanged_tick_reads_the_summary_once_though_much_was_said(team: Team, place: tuple[str, Flavour]) -> None:
    desk = Desk(team, place[0])
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
