"""What only GitHub has: text of people around the summary, milestones that come late, newcomers, reactions, repositories' visibility."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.contract.scenes.github import GithubScene, comment, event, row
from tests.contract.scenes.scene import VERSION, Follower, document, marker, record, source, styled

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import Audience, LabelChanged, Ref
from hypercare_sync.errors import TrackerError
from hypercare_sync.observed import SummaryPlace
from hypercare_sync.sandbox.github.changes import Acts
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.text.document import Bullets, Document, spans
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.http import NotFound

MINUTES, HOUR = timedelta(minutes=20), timedelta(minutes=61)


def test_text_that_people_wrote_around_our_section_stays(github: GithubScene) -> None:
    github.load(1)
    writer = github.tracker.writer
    key = writer.create_summary(github.place, "Shop", document("All well."), record("s1")).key
    github.rewrite(key, f"War room: today at ten.\n\n{github.summary_text(key)}\n\nThanks to Ana!")
    writer.edit_summary(key, "Shop", document("It burns."), record("s2"))
    text = github.summary_text(key)
    assert text.startswith("War room: today at ten.\n\n<!-- hypercare-sync ")
    assert text.endswith("\n\nThanks to Ana!")
    assert "It burns." in text
    assert "All well." not in text


def test_section_whose_markers_people_took_away_comes_before_what_they_wrote(github: GithubScene) -> None:
    github.load(1)
    writer = github.tracker.writer
    key = writer.create_summary(github.place, "Shop", document("All well."), record("s1")).key
    github.rewrite(key, "All mine.")
    writer.edit_summary(key, "Shop", document("It burns."), record("s2"))
    text = github.summary_text(key)
    assert text.index("It burns.") < text.index("All mine.")


def test_long_text_of_people_is_kept_and_leaves_the_summary_less_room(github: GithubScene) -> None:
    github.load(1)
    writer = github.tracker.writer
    key = writer.create_summary(github.place, "Shop", document("All well."), record("s1")).key
    people = "Minutes of the war room. " * 2_400
    github.rewrite(key, f"{github.summary_text(key)}\n\n{people}")
    long = Document((Bullets(tuple(spans(f"Ticket {number} burns.") for number in range(1_000))),))
    writer.edit_summary(key, "Shop", long, record("s2"))
    text = github.summary_text(key)
    assert text.endswith(people)
    assert "Ticket 0 burns." in text
    assert "more, not shown here" in text


def test_summary_for_which_people_left_no_room_fails_alone(github: GithubScene) -> None:
    github.load(1)
    writer = github.tracker.writer
    key = writer.create_summary(github.place, "Shop", document("All well."), record("s1")).key
    github.rewrite(key, f"{github.summary_text(key)}{'x' * 65_000}")
    with pytest.raises(TrackerError, match="too long"):
        writer.edit_summary(key, "Shop", document("It burns. " * 50), record("s2"))


def test_double_is_seen_although_the_key_of_the_first_is_known(github: GithubScene) -> None:
    github.load(1)
    first, second = (
        github.tracker.writer.create_summary(github.place, "Shop", document("All well."), record()).key for _ in "12"
    )
    for known in (first, second):
        found = github.tracker.reader.summary(github.place, "Shop 5.2", known, ())
        assert found.current is not None
        assert (found.current.key, [double.key for double in found.doubles]) == (first, [second])


def test_summary_of_somebody_else_under_our_label_is_not_ours(github: GithubScene) -> None:
    github.load(1)
    ref = github.open("Hypercare of Shop")
    github.rewrite(ref.key, markers.in_comment(record().model_dump(mode="json")))
    github.label(ref, github.place.label)
    assert github.tracker.reader.summary(github.place, "Shop 5.2", ref.key, ()).current is None


def test_summary_whose_label_a_person_took_off_is_found_by_its_key(github: GithubScene) -> None:
    github.load(1)
    key = github.tracker.writer.create_summary(github.place, "Shop", document("All well."), record()).key
    github.unlabel(Ref("gh", key), github.place.label)
    found = github.tracker.reader.summary(github.place, "Shop 5.2", key, ())
    assert found.current is not None
    assert (found.current.key, found.current.open) == (key, True)


def test_first_comment_of_a_release_is_written_without_a_look(github: GithubScene) -> None:
    (ref,) = github.load(1)
    before = github.tracker.reader.requests.read
    github.tracker.writer.add_comment(ref, marker(), document("Priority P1."), first=True)
    assert github.tracker.reader.requests.read == before
    assert len(github.comments(ref)) == 1


def test_closed_summary_is_found_as_closed(github: GithubScene) -> None:
    github.load(1)
    key = github.tracker.writer.create_summary(github.place, "Shop", document("All well."), record()).key
    github.close(Ref("gh", key))
    found = github.tracker.reader.summary(github.place, "Shop 5.2", key, ())
    assert found.current is not None
    assert not found.current.open


def test_comments_and_history_beyond_a_page_are_all_read(github: GithubScene) -> None:
    written = [comment(number) for number in range(130)]
    events = [event(number, "labeled", label={"name": f"label-{number}"}) for number in range(140)]
    github.load_rows({**row(1), "comments": written, "timeline": events}, row(2))
    follower = Follower(github)
    follower.read()
    ticket = follower.known[Ref("gh", f"{github.repo}#1")]
    assert [one.text for one in ticket.comments] == [f"Comment {number}." for number in range(130)]
    labels = [one.label for one in ticket.history if isinstance(one, LabelChanged)]
    assert labels == [f"label-{number}" for number in range(140)]
    assert not ticket.history_cut


def test_own_comment_beyond_a_page_is_found_before_another_is_written(github: GithubScene) -> None:
    github.load_rows({**row(1), "comments": [comment(number) for number in range(100)]})
    for _ in range(2):
        github.tracker.writer.add_comment(Ref("gh", f"{github.repo}#1"), marker(), document("Priority P1."))
    assert github.issue(f"{github.repo}#1")["comments"] == 101


def test_writer_that_has_read_nothing_knows_who_we_are(github: GithubScene) -> None:
    (ref,) = github.load(1)
    github.forge(ref, marker("forged"))
    for _ in range(2):
        github.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert len(github.comments(ref)) == 2


def test_milestone_that_comes_late_is_read_whole_from_then_on(github: GithubScene) -> None:
    github.load_rows(row(1, milestone=None))
    follower = Follower(github)
    assert follower.read().notes == (f"{github.repo} has no milestone '{VERSION}' yet",)
    github.load_rows(*(row(number) for number in range(2, 5)))  # moved there without a trace
    github.pass_time(MINUTES)
    assert follower.read().notes == ()
    assert len([ref for ref, ticket in follower.known.items() if github.source.selects(ticket)]) == 3


def test_ticket_by_label_is_read_beside_those_of_the_milestone(github: GithubScene) -> None:
    github.load_rows(row(1), row(2, milestone=None, labels=[{"name": "shop-5.2"}]), row(3, milestone=None))
    github.source = source("gh", github.repo, labels=frozenset({"shop-5.2"}), suggest_untagged=False)
    follower = Follower(github)
    follower.read()
    assert [ref.key for ref in sorted(follower.known)] == [f"{github.repo}#1", f"{github.repo}#2"]


def test_newcomer_without_a_milestone_rides_along_until_it_finds_another_home(github: GithubScene) -> None:
    github.load(1)
    ref = github.open("Cart empty")
    follower = Follower(github)
    follower.read()
    assert ref in follower.known
    github.leave(ref)
    github.pass_time(HOUR)
    follower.read()
    assert follower.known[ref].planned_for == ("6.0",)


def test_newcomers_are_not_read_where_nobody_wants_them(github: GithubScene) -> None:
    refs = github.load(1)
    github.open("Cart empty")
    github.source = source("gh", github.repo, suggest_untagged=False)
    follower = Follower(github)
    follower.read()
    assert list(follower.known) == refs


def test_reactions_that_move_no_time_are_seen_by_the_census(github: GithubScene) -> None:
    (ref,) = github.load(1)
    follower = Follower(github)
    follower.read()
    github.pass_time(MINUTES)
    github.react(ref)
    assert follower.read().tickets == ()
    github.pass_time(HOUR)
    follower.read()
    assert follower.known[ref].reactions == 1


def test_audience_is_that_of_the_repository(github: GithubScene) -> None:
    (ref,) = github.load(1)
    follower = Follower(github)
    follower.read()
    assert follower.known[ref].audience is Audience.public
    github.world.repository_for(github.repo, private=True)
    found = github.tracker.reader.summary(SummaryPlace("gh", github.repo, "hypercare:summary"), "Shop 5.2", None, ())
    github.comment(ref, "Seen.")
    follower.read()
    assert follower.known[ref].audience is Audience.internal
    assert found.audience is Audience.internal


def test_label_that_another_tick_made_meanwhile_is_no_failure(github: GithubScene) -> None:
    first, second = github.load(2)
    Follower(github).read()
    github.label(second, "hypercare:P1")
    github.tracker.writer.change_labels(first, styled("hypercare:P1"), [], None)
    assert github.labels(first) == {"hypercare:P1"}


def test_managed_label_of_any_prefix_that_is_there_is_not_made_again(github: GithubScene) -> None:
    first, second = github.load(2)
    github.label(second, "hc-P1", "hc-summary")
    github.source = replace(github.source, label_prefix="hc-")
    Follower(github).read()
    github.tracker.reader.summary(replace(github.place, label="hc-summary"), "Shop 5.2", None, ())
    github.served.forget()
    github.tracker.writer.change_labels(first, styled("hc-P1"), [], None)
    assert github.served.sent("write") == 1


def test_label_that_is_there_in_other_capitals_is_that_label(github: GithubScene) -> None:
    first, second = github.load(2)
    Follower(github).read()
    github.label(second, "Hypercare:p1")
    github.tracker.writer.change_labels(first, styled("hypercare:P1"), [], None)
    assert github.labels(first) == {"Hypercare:p1"}
    github.tracker.writer.change_labels(first, {}, ["hypercare:P1"], None)
    assert github.labels(first) == set()


def test_label_as_long_as_github_takes_is_made_with_its_colour_and_description(github: GithubScene) -> None:
    (ref,) = github.load(1)
    Follower(github).read()
    name = f"hypercare:{'x' * 40}"
    github.tracker.writer.change_labels(ref, {name: LabelStyle(text="y" * 100, colour="red")}, [], None)
    (made,) = github.issue(ref.key)["labels"]
    assert (made["name"], made["color"], made["description"]) == (name, "b60205", "y" * 100)


def test_issue_that_moved_to_another_repository_is_not_written_to_there(github: GithubScene) -> None:
    (ref,) = github.load(1)
    writer = github.tracker.writer
    key = writer.create_summary(github.place, "Shop", document("All well."), record("s1")).key
    elsewhere = github.world.repository_for("acme/elsewhere")
    standing = github.world.repository(*github.repo.split("/"))
    assert standing is not None
    us = github.world.user(github.served.sandbox.accounts.named(OURS))
    for number in (1, int(key.rpartition("#")[2])):
        Acts(github.world, us).transfer(standing.issues[number], elsewhere)
    for write in (
        lambda: writer.assign(ref, "pat"),
        lambda: writer.edit_summary(key, "Shop", document("It burns."), record("s2")),
        lambda: writer.close_summary(github.place, key, f"{github.repo}#1"),
        lambda: writer.change_labels(ref, styled("hypercare:P1"), [], None),
    ):
        with pytest.raises(NotFound, match="has moved"):
            write()
    assert [issue.assignees for issue in elsewhere.issues.values()] == [[], []]
    for word in ("It burns.", "stood twice"):
        assert not any(word in (issue.body or "") for issue in elsewhere.issues.values())
    assert not any("hypercare:P1" in {label.name for label in issue.labels} for issue in elsewhere.issues.values())


def test_pinned_summary_is_not_pinned_again(github: GithubScene) -> None:
    github.load(1)
    writer = github.tracker.writer
    key = writer.create_summary(github.place, "Shop", document("All well."), record()).key
    github.served.forget()
    for _ in range(2):
        writer.pin_summary(key)
    assert github.served.sent("write") == 1
