"""Where the demo's week leads: known facts about the trackers after the last tick."""

from pathlib import Path

import pytest
from tests.sync.demo.conftest import Week

from hypercare_sync.change import AddLabel
from hypercare_sync.demo.script import Verb

README = Path(__file__).parents[3] / "README.md"


def test_every_tick_succeeds_and_leaves_nothing_behind(week: Week) -> None:
    for turn in week.turns:
        assert not turn.result.errors
        assert turn.result.outcome is not None
        assert (turn.result.outcome.failed, turn.result.outcome.deferred) == ([], [])


def test_health_follows_the_story(week: Week) -> None:
    found = []
    for turn in week.turns:
        (release,) = turn.result.releases
        assert release.assessment is not None
        found.append(str(release.assessment.health.state))
    monday, rest = ["red", "red", "amber", "red"], ["red", "red", "amber", "amber", "red", "red"]
    assert found == [*monday, *rest, "amber", "amber", "amber", "amber"]


def test_counts_leave_out_planned_work_pull_requests_and_newcomers_without_a_version(week: Week) -> None:
    (release,) = week.turns[-1].result.releases
    assert release.assessment is not None
    found = {key: len(getattr(release.assessment, key)) for key in ("tickets", "open", "planned", "untagged")}
    assert found == {"tickets": 47, "open": 15, "planned": 9, "untagged": 2}
    assert len(release.assessment.incidents) == 43


def test_there_is_one_summary_and_it_is_ours(week: Week) -> None:
    (summary,) = week.issues("acme/ops").values()
    assert summary.user is not None
    assert (summary.user.login, summary.state) == ("hypercare-bot", "open")
    assert summary.title.endswith("Hypercare Shop 5.2: amber, day 6 of 14")
    assert week.ours("acme/ops#1") == {"summary"}


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        pytest.param("SHOP-35", {"P2", "at-risk"}, id="urgent and soon due"),
        pytest.param("acme/web#22", {"P3", "breached"}, id="nobody has answered"),
        pytest.param("SHOP-25", {"P3", "at-risk", "stale"}, id="a workaround, then silence"),
        pytest.param("SHOP-12", {"P1"}, id="closed: the priority stays as a record"),
        pytest.param("SHOP-23", {"P1"}, id="closed with a person's override"),
        pytest.param("acme/web#5", {"P1"}, id="called an outage in its course"),
        pytest.param("SHOP-20", {"P3"}, id="tied to the release late, on Jira"),
        pytest.param("acme/web#16", {"P4"}, id="tied to the release late, on GitHub"),
        pytest.param("SHOP-33", set(), id="tied to nothing"),
        pytest.param("SHOP-6", set(), id="planned work"),
        pytest.param("SHOP-11", set(), id="closed before the first tick"),
        pytest.param("acme/web#13", set(), id="a pull request"),
        pytest.param("SHOP-10", set(), id="taken off by a person, on Jira"),
        pytest.param("acme/web#19", set(), id="taken off by a person, on GitHub"),
    ],
)
def test_ticket_carries_the_labels_that_its_story_gives_it(week: Week, key: str, labels: set[str]) -> None:
    assert week.ours(key) == labels


@pytest.mark.parametrize(("key", "label"), [("SHOP-10", "P4"), ("acme/web#19", "P3")])
def test_label_that_a_person_took_off_was_set_once(week: Week, key: str, label: str) -> None:
    changes = [change for turn in week.turns for change in turn.result.plan.changes]
    added = [change.label for change in changes if isinstance(change, AddLabel) and change.ticket.key == key]
    assert added == [f"hypercare:{label}"]


def test_labels_and_comments_of_people_are_all_there(week: Week) -> None:
    for key, report in week.show.story.tickets.items():
        deeds = [deed for deed in week.show.story.deeds if deed.ticket == key]
        set_by_people = {*report.labels, *(deed.what for deed in deeds if deed.verb is Verb.labels)}
        assert set_by_people <= week.labels(key)
        spoken = (Verb.comments, Verb.duplicates) if "#" in key else (Verb.comments,)
        said = sum(deed.verb in spoken for deed in deeds)
        assert len(week.authors(key)) - week.own_comments(key) == said


def test_ticket_has_at_most_one_comment_of_ours(week: Week) -> None:
    counts = {key: week.own_comments(key) for key in week.show.story.tickets}
    assert set(counts.values()) == {0, 1}
    assert counts["SHOP-12"] == counts["acme/web#5"] == 1
    assert counts["SHOP-11"] == counts["SHOP-6"] == counts["SHOP-33"] == 0


def test_first_tick_is_silent_about_what_was_before_it(week: Week) -> None:
    kinds = {change.kind for change in week.turns[0].result.plan.changes}
    assert kinds == {"add_label", "create_summary", "pin_summary"}


def test_what_is_proved_at_the_end_holds_and_writes_nothing(week: Week) -> None:
    served = week.show.stage.sandbox.log.served
    before = len(served)
    proofs = list(week.show.proofs())
    assert [one.kind for one in served[before:] if one.kind == "write"] == []
    assert len(proofs) == 4
    assert "3 requests" in proofs[0]
    assert proofs[2:] == [
        "hypercare:P4 was taken off SHOP-10 by a person, and stayed away.",
        "hypercare:P3 was taken off acme/web#19 by a person, and stayed away.",
    ]


def test_readme_shows_the_head_of_this_very_summary(week: Week) -> None:
    """Addresses aside: the sandbox's stands for a site's."""
    (summary,) = week.issues("acme/ops").values()
    shown = README.read_text(encoding="utf-8").partition("<!-- summary -->\n")[2].partition("<!-- /summary -->")[0]
    text = summary.body.replace(f"{week.show.base}/jira", "https://shop.atlassian.net")
    head = text.partition("-->\n")[2].partition("## At risk soon")[0].replace("\n## ", "\n#### ")
    lines = [f"> **{summary.title}**", ">", *(f"> {line}".rstrip() for line in _quotable(head).splitlines())]
    assert shown.splitlines() == lines


def _quotable(markdown: str) -> str:
    """An alert cannot stand inside another quote: its text can."""
    return markdown.replace("> [!WARNING]\n> ", "").strip()
