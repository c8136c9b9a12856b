"""What only Jira has: the record on tickets, indexes that lag, statuses' categories, changelogs in bulk, security levels, JQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.contract.scenes.jira import JiraScene, row
from tests.contract.scenes.scene import Follower, document, marker, record, source, styled

from hypercare_rules.ticket import (
    Audience,
    LabelChanged,
    Link,
    NativePriorityChanged,
    Ref,
    Relation,
    ScopeChanged,
    StatusCategory,
    StatusChanged,
)

MINUTES, HOUR = timedelta(minutes=20), timedelta(minutes=61)


def test_record_on_a_ticket_names_the_summary(jira: JiraScene) -> None:
    (ref,) = jira.load(1)
    follower = Follower(jira)
    follower.read()
    jira.tracker.writer.change_labels(ref, styled("hypercare:P1"), [], "SHOP-99")
    follower.read()
    assert follower.known[ref].summary_key == "SHOP-99"


def test_comment_is_not_doubled_while_searches_lag_behind(jira: JiraScene) -> None:
    (ref,) = jira.load(1)
    Follower(jira).read()
    jira.world.lag = MINUTES
    for _ in range(2):
        jira.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert len(jira.comments(ref)) == 1


def test_what_we_just_wrote_is_read_however_far_the_index_lags_behind(jira: JiraScene) -> None:
    (ref,) = jira.load(1)
    follower = Follower(jira)
    follower.read()
    jira.world.lag = MINUTES
    jira.tracker.writer.change_labels(ref, styled("hypercare:P1"), [], "SHOP-99")
    jira.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    follower.read()
    ticket = follower.known[ref]
    assert (ticket.labels, ticket.summary_key) == ({"hypercare:P1"}, "SHOP-99")
    assert [comment.marker for comment in ticket.comments] == [marker()]


def test_summary_that_searches_do_not_show_yet_is_found_by_its_key(jira: JiraScene) -> None:
    jira.load(1)
    jira.world.lag = MINUTES
    key = jira.tracker.writer.create_summary(jira.place, "Shop", document("All well."), record()).key
    assert jira.tracker.reader.summary(jira.place, "Shop 5.2", None, ()).current is None
    for stored, named in ((key, ()), (None, (key,))):
        found = jira.tracker.reader.summary(jira.place, "Shop 5.2", stored, named)
        assert found.current is not None
        assert found.current.key == key


def test_history_has_statuses_priorities_and_versions(jira: JiraScene) -> None:
    (ref,) = jira.load(1)
    jira.move(ref, "In Progress")
    jira.edit(ref, priority={"name": "Highest"})
    jira.edit(ref, fixVersions=[{"name": "5.2"}])
    jira.move(ref, "Done")
    follower = Follower(jira)
    follower.read()
    ticket = follower.known[ref]
    told = [
        (event.before.name, event.after.name, event.after.category)
        for event in ticket.history
        if isinstance(event, StatusChanged)
    ]
    assert told == [
        ("Open", "In Progress", StatusCategory.in_progress),
        ("In Progress", "Done", StatusCategory.done),
    ]
    (priority,) = (event for event in ticket.history if isinstance(event, NativePriorityChanged))
    assert (priority.before, priority.after) == ("Medium", "Highest")
    (scope,) = (event for event in ticket.history if isinstance(event, ScopeChanged))
    assert (scope.name, scope.added) == ("5.2", True)
    assert ticket.resolved == ticket.status_history[-1].at
    assert (ticket.status.name, ticket.resolution, ticket.native_priority) == ("Done", "Done", "Highest")


def test_comments_and_history_beyond_a_page_are_all_read(jira: JiraScene) -> None:
    refs = [Ref("jira", f"{jira.project}-{number}") for number in (1, 2)]
    jira.load_rows(*(row(ref.key, number, comments=150, labellings=60) for number, ref in enumerate(refs)))
    follower = Follower(jira)
    follower.read()
    for ref in refs:
        ticket = follower.known[ref]
        assert [comment.text.strip() for comment in ticket.comments] == [f"Comment {number}." for number in range(150)]
        labels = [event.label for event in ticket.history if isinstance(event, LabelChanged)]
        assert labels == [f"label-{number}" for number in range(60)]
        assert not ticket.history_cut


def test_own_comment_beyond_a_page_is_found_before_another_is_written(jira: JiraScene) -> None:
    ref = Ref("jira", f"{jira.project}-1")
    jira.load_rows(row(ref.key, 1, comments=100))
    for _ in range(2):
        jira.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert len(jira.comments(ref)) == 101


def test_writer_that_has_read_nothing_knows_who_we_are(jira: JiraScene) -> None:
    (ref,) = jira.load(1)
    jira.forge(ref, marker("forged"))
    for _ in range(2):
        jira.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert len(jira.comments(ref)) == 2


def test_footer_names_us_and_leads_to_the_ticket(jira: JiraScene) -> None:
    (ref,) = jira.load(1)
    jira.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    (text,) = jira.comments(ref)
    assert "Priority P1." in text
    assert f"Kept up to date by [hypercare-sync|{jira.site}/browse/{ref.key}#hypercare-sync=" in text


def test_query_of_the_users_decides_and_what_it_no_longer_finds_is_unlisted(jira: JiraScene) -> None:
    first, second = jira.load(2)
    jira.label(first, "shop")
    jira.source = replace(
        source("jira", "", version=None, by_query=True),
        query=f'project = {jira.project} AND labels = "shop" ORDER BY created',
    )
    follower = Follower(jira)
    follower.read()
    assert list(follower.known) == [first]
    jira.unlabel(first, "shop")
    jira.pass_time(HOUR)
    follower.read()
    assert [(ref, ticket.listed) for ref, ticket in follower.known.items()] == [(first, False)]
    assert second not in follower.known


def test_newcomer_without_a_version_is_followed_until_it_finds_another_home(jira: JiraScene) -> None:
    jira.load(1)
    jira.load_rows(row(f"{jira.project}-2", 2, versions=[]))
    follower = Follower(jira)
    follower.read()
    (ref,) = (ref for ref in follower.known if ref.key.endswith("-2"))
    jira.leave(ref)
    jira.pass_time(HOUR)
    follower.read()
    assert follower.known[ref].affects == ("6.0",)


def test_security_level_narrows_the_audience(jira: JiraScene) -> None:
    jira.load_rows(row(f"{jira.project}-1", 1, security={"id": "1", "name": "Staff only"}), row(f"{jira.project}-2", 2))
    follower = Follower(jira)
    follower.read()
    assert [ticket.audience for _, ticket in sorted(follower.known.items())] == [
        Audience.restricted,
        Audience.internal,
    ]


def test_links_are_read_in_both_directions(jira: JiraScene) -> None:
    first, second = jira.load(2)
    jira.link("Duplicate", first, second)
    follower = Follower(jira)
    follower.read()
    relations = {ref: [(link.relation, link.key) for link in ticket.links] for ref, ticket in follower.known.items()}
    assert relations == {
        first: [(Relation.duplicates, second.key)],
        second: [(Relation.duplicated_by, first.key)],
    }


def test_remote_links_are_read_where_the_history_tells_of_one(jira: JiraScene) -> None:
    linked, unlinked, plain = jira.load(3)
    other = "https://github.com/acme/web/issues/12"
    jira.link_page(linked, other)
    gone = jira.link_page(unlinked, other)
    jira.unlink_page(unlinked, gone)
    follower = Follower(jira)
    follower.read()
    assert jira.client.requests.read == 5  # where we are, who we are, the search, the census, and one issue's links
    assert follower.known[linked].links == (Link(relation=Relation.same, url=other),)
    assert follower.known[unlinked].links == follower.known[plain].links == ()
    for asked in (7, 8):  # once more while its change is in the overlap, then no more
        jira.pass_time(MINUTES)
        follower.read()
        assert jira.client.requests.read == asked
    jira.link_page(plain, other, relationship="relates to")
    follower.read()
    assert follower.known[plain].links == (Link(relation=Relation.relates, url=other),)


@pytest.mark.parametrize("version", ['5.2 "final"', "5.2\\beta", "5.2) OR (project is not EMPTY"])
def test_version_of_any_name_is_quoted(jira: JiraScene, version: str) -> None:
    jira.load_rows(
        row(f"{jira.project}-1", 1, versions=[{"id": "29000", "name": version}]), row(f"{jira.project}-2", 2)
    )
    jira.source = source("jira", jira.project, version=version, suggest_untagged=False)
    follower = Follower(jira)
    follower.read()
    assert [ref.key for ref in follower.known] == [f"{jira.project}-1"]


def test_other_account_reads_everything_anew(jira: JiraScene) -> None:
    jira.load(2)
    follower = Follower(jira)
    follower.read()
    jira.pass_time(MINUTES)
    assert follower.cursor is not None
    follower.cursor = {**follower.cursor, "account_key": "other@example.com"}
    assert len(follower.read().tickets) == 2
