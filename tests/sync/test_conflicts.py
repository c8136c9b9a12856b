"""People and we write to the same place: what they wrote stays, and what we write is ours alone."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_team

from hypercare_sync.connect import paces
from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.store import Store
from hypercare_sync.tick_result import Progress, TickResult

WORLDS: list[tuple[Flavour, str]] = [("cloud", ON_GITHUB), ("cloud", ON_JIRA), ("datacenter", ON_JIRA)]


@pytest.fixture(params=WORLDS, ids=["summary on GitHub", "summary on Jira Cloud", "summary on Data Center"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team that one tick has served."""
    flavour, summary = request.param
    with a_team(tmp_path, flavour=flavour) as made:
        made.configure(summary=summary)
        made.tick(backfill=True)
        made.wait("20m")
        made.tick("20m", backfill=True)
        made.writes()
        yield made


def tick_while(team: Team, now: str, people: Callable[[], object]) -> TickResult:
    """A tick in which people do something between our reading and our writing."""
    with team.prepared(now, backfill=True) as tick:
        tick.progress = Progress(writing=lambda _: people())
        return tick.sync(paces(tick.config))


class Summary:
    """The one summary, wherever it is."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._on_github = bool(team.summaries())
        if not self._on_github:
            (self.key,) = (
                key for key in team.jira_keys() if "hypercare:summary" in team.jira_labels(key)
            )  # what is labelled is ours

    @property
    def text(self) -> str:
        """What stands in it."""
        if self._on_github:
            return self._team.summary()
        found: str = self._team.jira("GET", f"issue/{self.key}")["fields"]["description"]
        return found

    @text.setter
    def text(self, text: str) -> None:
        if self._on_github:
            (only,) = self._team.summaries()
            self._team.github("PATCH", f"/ops/issues/{only['number']}", {"body": text})
        else:
            self._team.jira("PUT", f"issue/{self.key}", {"fields": {"description": text}})


ABOVE, BELOW = "Call the bridge: 555-0199.\n\n", "\n\nNotes of Pat: ask Kim first."


def test_text_around_our_part_of_the_summary_stays(team: Team) -> None:
    summary = Summary(team)
    summary.text = f"{ABOVE}{summary.text}{BELOW}"
    team.tick("2h", backfill=True)
    for part in (ABOVE.strip(), BELOW.strip(), "Checkout is down"):
        assert summary.text.count(part) == 1, part
    assert summary.text.index("555-0199") < summary.text.index("Checkout is down") < summary.text.index("Kim")
    team.writes()
    assert team.plan("2h10m", backfill=True).plan.changes == ()


def test_long_table_of_peoples_above_our_part_of_the_summary_takes_no_room_from_it(team: Team) -> None:
    summary = Summary(team)
    rows = "\n".join(f"|row {number}|x|y|" for number in range(80))
    notes = f"|a|b|c|\n|-|-|-|\n{rows}" if summary._on_github else f"||a||b||c||\n{rows}"
    summary.text = f"Our notes\n\n{notes}\n\n{summary.text}"
    team.wait("20m")
    result = team.tick("2h", backfill=True)
    assert (exit_code(result), [change.kind for change in result.plan.changes]) == (0, ["edit_summary"])
    assert (summary.text.count("row 79"), summary.text.count("Checkout is down")) == (1, 1)
    assert "not shown here" not in summary.text.partition("Checkout is down")[2].partition("Sources")[0]


def test_part_of_the_summary_that_was_edited_by_hand_is_restored_there_only(team: Team) -> None:
    summary = Summary(team)
    calm = summary.text
    summary.text = f"{ABOVE}{calm.replace('Checkout is down', 'All is well')}{BELOW}"
    result = team.plan("30m", backfill=True)
    assert [change.why for change in result.plan.changes] == ["somebody edited our part of it"]
    team.tick("30m", backfill=True)
    assert "All is well" not in summary.text
    assert "Checkout is down" in summary.text
    assert "555-0199" in summary.text
    assert "Kim" in summary.text
    assert team.plan("30m", backfill=True).plan.changes == ()


def no_begin(summary: Summary, text: str) -> str:
    """The summary with what is left after somebody broke its first bound."""
    return text[60:] if summary._on_github else text.partition("\n")[2]


def no_end(summary: Summary, text: str) -> str:
    """The summary without its last bound."""
    return text.replace("<!-- /hypercare-sync -->", "") if summary._on_github else text.rpartition("\n")[0]


def only_end(summary: Summary, text: str) -> str:
    """Nothing but the last bound."""
    return "<!-- /hypercare-sync -->" if summary._on_github else text.rpartition("\n")[2]


def nothing(summary: Summary, text: str) -> str:
    """Nothing of it."""
    return ""


@pytest.mark.parametrize("now", ["30m", "2h"], ids=["at the next tick", "when its content has changed"])
@pytest.mark.parametrize("left", [no_begin, no_end, only_end, nothing])
def test_summary_of_which_somebody_took_a_bound_away_is_restored_and_loses_nothing_of_theirs(
    team: Team, left: Callable[[Summary, str], str], now: str
) -> None:
    summary = Summary(team)
    issues = (len(team.summaries()), len(team.jira_keys()))
    summary.text = f"{ABOVE}{left(summary, summary.text)}{BELOW}"
    team.wait("20m")
    team.writes()
    assert not team.tick(now, backfill=True).errors
    assert team.writes(), "something was mended"
    for part in (ABOVE.strip(), BELOW.strip(), "Checkout is down", "Cart badge is wrong"):
        assert summary.text.count(part) == 1, part
    assert issues == (len(team.summaries()), len(team.jira_keys()))
    assert team.plan(now, backfill=True).plan.changes == ()


def test_summary_that_people_write_to_while_we_edit_it_keeps_their_words(team: Team) -> None:
    summary = Summary(team)

    def people() -> None:
        summary.text = f"{ABOVE}{summary.text}"

    tick_while(team, "2h", people)
    assert summary.text.count("555-0199") == 1


def test_text_that_the_tracker_words_anew_each_time_is_not_fought_over(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = Summary(team)
    summary.text = summary.text.replace("Checkout is down", "Checkout—is—down")
    first = team.plan("30m", backfill=True)
    (edit,) = first.plan.changes
    # The tracker gives back what stood there before: it words it so.
    stood = summary.text
    team.tick("30m", backfill=True)
    properties = _record_of(team, summary)
    assert properties["restored"]
    summary.text = _with_record(stood, summary)
    assert team.plan("40m", backfill=True).plan.changes == ()
    assert edit.kind == "edit_summary"


def _record_of(team: Team, summary: Summary) -> dict[str, Any]:
    from hypercare_sync.trackers import marker

    if summary._on_github:
        found = marker.from_comment(summary.text)
        assert found is not None
        return found
    value: dict[str, Any] = team.jira("GET", f"issue/{summary.key}/properties/hypercare-sync", token="sandbox")["value"]
    return value


def _with_record(stood: str, summary: Summary) -> str:
    """The words that stood, under the record of now."""
    if not summary._on_github:
        return stood
    return summary.text.partition("-->")[0] + "-->" + stood.partition("-->")[2]


class Spot:
    """A ticket of either tracker, with our comment on it."""

    def __init__(self, team: Team, tracker: str) -> None:
        self._team, self._github = team, tracker == "github"

    def comments(self) -> list[str]:
        """What is said there."""
        return self._team.github_comments(1) if self._github else self._team.jira_comments("SHOP-1")

    def edit(self, change: Callable[[str], str]) -> None:
        """Let a person edit our comment."""
        if self._github:
            (ours,) = (one for one in self._team.github("GET", "/web/issues/1/comments") if "hypercare" in one["body"])
            self._team.github("PATCH", f"/web/issues/comments/{ours['id']}", {"body": change(ours["body"])})
        else:
            found = self._team.jira("GET", "issue/SHOP-1/comment")["comments"]
            (ours,) = (one for one in found if "hypercare" in one["body"])
            self._team.jira("PUT", f"issue/SHOP-1/comment/{ours['id']}", {"body": change(ours["body"])})

    def move(self) -> None:
        """Let something happen of which our comment tells."""
        if self._github:
            self._team.github("POST", "/web/issues/1/labels", {"labels": ["hypercare-override:P2"]})
        else:
            self._team.jira("PUT", "issue/SHOP-1", {"update": {"labels": [{"add": "hypercare-override:P2"}]}})


@pytest.fixture(params=["github", "jira"])
def spot(request: pytest.FixtureRequest, team: Team) -> Spot:
    return Spot(team, request.param)


def pats(text: str) -> str:
    """Our comment as Pat edits it."""
    return f"Pat: known since Monday.\n\n{text}"


def test_comment_that_a_person_edited_is_theirs_and_news_come_in_a_new_one(team: Team, spot: Spot) -> None:
    spot.edit(pats)
    team.wait("5m")
    assert team.plan("30m", backfill=True).plan.changes == ()
    spot.move()
    team.tick("40m", backfill=True)
    theirs, ours = (text for text in spot.comments() if "hypercare" in text)
    assert "known since Monday" in theirs
    assert "P1" in theirs
    assert "known since Monday" not in ours
    assert "P2" in ours
    team.wait("5m")
    assert team.plan("50m", backfill=True).plan.changes == ()
    team.forget()
    team.wait("20m")
    assert not [one for one in team.plan("50m", backfill=True).plan.changes if "comment" in one.kind]


def test_comment_that_a_person_edits_while_we_do_keeps_their_words(team: Team, spot: Spot) -> None:
    spot.move()
    tick_while(team, "30m", lambda: spot.edit(pats))
    assert "known since Monday" in "".join(spot.comments())
    (told,) = (one for one in journal(team) if one["kind"] == "edit_comment")
    assert (told["outcome"], told["after"]) == ("dropped", told["before"])
    team.wait("5m")
    team.tick("40m", backfill=True)
    assert len([text for text in spot.comments() if "hypercare" in text]) == 2
    assert "P2" in spot.comments()[-1]


def journal(team: Team) -> list[Mapping[str, Any]]:
    """What the journal tells of changes."""
    config = team.config()
    with Store(config.store_url, config.team) as store:
        return [one.entry.body for one in store.journal() if one.entry.kind == "change"]


def test_labels_that_people_change_while_we_do_are_as_both_left_them(team: Team) -> None:
    team.github("POST", "/web/issues/1/labels", {"labels": ["hypercare-override:P2"]})
    team.jira("PUT", "issue/SHOP-1", {"update": {"labels": [{"add": "hypercare-override:P2"}]}})

    def people() -> None:
        team.github("POST", "/web/issues/1/labels", {"labels": ["theirs"]})
        team.github("DELETE", "/web/issues/1/labels/hypercare:P1")
        labels = [{"add": "theirs"}, {"remove": "hypercare:P1"}]
        team.jira("PUT", "issue/SHOP-1", {"update": {"labels": labels}})

    assert not tick_while(team, "30m", people).errors
    for labels in (team.github_labels(1), team.jira_labels("SHOP-1")):
        assert {"theirs", "hypercare:P2", "hypercare-override:P2"} <= labels
        assert "hypercare:P1" not in labels
