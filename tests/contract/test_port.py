"""What every tracker keeps to, the one held in memory included: reading whole, writing once, and leaving alone what is people's."""

from datetime import timedelta

import pytest
from tests.contract.scenes.scene import VERSION, Follower, Scene, document, marker, record, said, styled

from hypercare_rules.handover import Handover
from hypercare_rules.ticket import (
    Assigned,
    LabelChanged,
    NativePriorityChanged,
    OurLink,
    Ref,
    Standing,
    StatusCategory,
    StatusChanged,
)
from hypercare_sync.errors import TrackerError
from hypercare_sync.trackers.port import Page

MINUTES, HOUR = timedelta(minutes=20), timedelta(minutes=61)


def test_cold_reading_is_whole_however_many_pages_it_takes(scene: Scene) -> None:
    refs = scene.load(120)
    reading = Follower(scene).read()
    assert sorted(ticket.ref for ticket in reading.tickets) == sorted(refs)
    assert all(ticket.open and scene.source.selects(ticket) and not ticket.unreadable for ticket in reading.tickets)


def test_nothing_changed_nothing_read(scene: Scene) -> None:
    scene.load(3)
    follower = Follower(scene)
    follower.read()
    scene.pass_time(MINUTES)
    reading = follower.read()
    assert (reading.tickets, reading.gone) == ((), frozenset())
    assert len(follower.known) == 3


def test_what_people_changed_is_read_and_the_rest_is_kept(scene: Scene) -> None:
    first, second, _ = scene.load(3)
    follower = Follower(scene)
    follower.read()
    scene.pass_time(MINUTES)
    scene.comment(first, "Still broken here.")
    scene.close(second)
    reading = follower.read()
    assert {ticket.ref for ticket in reading.tickets} == {first, second}
    assert follower.known[first].comments[-1].text.strip() == "Still broken here."
    assert follower.known[first].comments[-1].author.standing is Standing.team
    assert follower.known[second].status.category is StatusCategory.done
    assert follower.known[second].resolved is not None
    assert len(follower.known) == 3


def test_change_in_the_moment_of_a_reading_is_read_again_by_the_next(scene: Scene) -> None:
    first, *_ = scene.load(2)
    follower = Follower(scene)
    follower.read()
    scene.comment(first, "Just now.")
    follower.read()
    assert [ticket.ref for ticket in follower.read().tickets] == [first]


def test_history_says_who_did_what(scene: Scene) -> None:
    (ref,) = scene.load(1)
    scene.label(ref, "outage")
    scene.assign(ref)
    scene.close(ref)
    scene.unlabel(ref, "outage")
    follower = Follower(scene)
    follower.read()
    history = follower.known[ref].history
    labels = [(event.label, event.added) for event in history if isinstance(event, LabelChanged)]
    moves = [event.after.category for event in history if isinstance(event, StatusChanged)]
    taken = [event.after for event in history if isinstance(event, Assigned)]
    (assignee,) = follower.known[ref].assignees
    assert labels == [("outage", True), ("outage", False)]
    assert moves == [StatusCategory.done]
    assert taken == [assignee.id]
    assert {event.by.standing for event in history if event.by} == {Standing.team}
    assert all(event.by is not None and event.by.id == assignee.id for event in history)


def test_our_own_writes_come_back_as_ours(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    scene.tracker.writer.change_labels(ref, styled("hypercare:P1"), [], None)
    scene.tracker.writer.add_comment(ref, marker("d1"), document("Priority P1."))
    follower.read()
    ticket = follower.known[ref]
    (comment,) = ticket.comments
    (label,) = ticket.history
    assert ticket.labels == {"hypercare:P1"}
    assert comment.marker == marker("d1")
    assert comment.author.standing is Standing.ours
    assert label.by is not None
    assert label.by.standing is Standing.ours
    assert ticket.last_human_activity == ticket.created


def test_label_changes_are_deltas_and_touch_no_other_label(scene: Scene) -> None:
    (ref,) = scene.load(1)
    Follower(scene).read()
    scene.label(ref, "outage", "hypercare:P2")
    scene.tracker.writer.change_labels(ref, styled("hypercare:P1"), ["hypercare:P2", "hypercare:never-there"], None)
    assert scene.labels(ref) == {"outage", "hypercare:P1"}


def test_label_changes_may_be_called_twice(scene: Scene) -> None:
    (ref,) = scene.load(1)
    scene.label(ref, "hypercare:P2")
    follower = Follower(scene)
    follower.read()
    for _ in range(2):
        scene.tracker.writer.change_labels(ref, styled("hypercare:P1"), ["hypercare:P2"], None)
    follower.read()
    ours = [event for event in follower.known[ref].history if event.by and event.by.standing is Standing.ours]
    assert scene.labels(ref) == {"hypercare:P1"}
    assert len(ours) == 2


def test_comment_is_added_once_by_two_calls(scene: Scene) -> None:
    (ref,) = scene.load(1)
    Follower(scene).read()
    for digest in ("d1", "d2"):
        scene.tracker.writer.add_comment(ref, marker(digest), document("Priority P1."))
    assert len(scene.comments(ref)) == 1


def test_each_release_has_a_comment_of_its_own(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    for release in ("Shop 5.2", "Shop 5.3"):
        scene.tracker.writer.add_comment(ref, marker(release=release), document(f"In {release}."))
    follower.read()
    found = [comment.marker for comment in follower.known[ref].comments]
    assert found == [marker(release="Shop 5.2"), marker(release="Shop 5.3")]


def test_forged_marker_does_not_count(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    scene.forge(ref, marker("forged"))
    follower.read()
    assert [comment.marker for comment in follower.known[ref].comments] == [None]
    scene.tracker.writer.add_comment(ref, marker("d1"), document("Priority P1."))
    follower.read()
    assert [comment.marker for comment in follower.known[ref].comments] == [None, marker("d1")]


def test_forged_comment_is_never_edited(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    scene.forge(ref, marker("forged"))
    follower.read()
    before = scene.comments(ref)
    scene.tracker.writer.edit_comment(ref, follower.known[ref].comments[0].id, marker("d2"), document("Ours now."))
    assert scene.comments(ref) == before


def _commented(scene: Scene) -> tuple[Follower, str]:
    """A ticket with our comment between two of a person's; who follows it, and the comment's id."""
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    scene.comment(ref, "Before.")
    scene.tracker.writer.add_comment(ref, marker("d1"), document("Priority P1."))
    scene.comment(ref, "After.")
    follower.read()
    return follower, next(comment.id for comment in follower.known[ref].comments if comment.marker)


def test_edited_comment_keeps_its_place(scene: Scene) -> None:
    follower, ours = _commented(scene)
    (ref,) = follower.known
    scene.tracker.writer.edit_comment(ref, ours, marker("d2"), document("Priority P2."))
    follower.read()
    comments = follower.known[ref].comments
    assert [comment.marker for comment in comments] == [None, marker("d2"), None]
    assert "Priority P2." in comments[1].text
    assert "Priority P1." not in comments[1].text
    assert comments[1].id == ours


def test_comment_that_a_person_deleted_stays_away(scene: Scene) -> None:
    follower, ours = _commented(scene)
    (ref,) = follower.known
    scene.delete_comment(ref, ours)
    scene.tracker.writer.edit_comment(ref, ours, marker("d2"), document("Priority P2."))
    assert len(scene.comments(ref)) == 2


def test_comment_that_a_person_made_theirs_is_left_alone(scene: Scene) -> None:
    follower, ours = _commented(scene)
    (ref,) = follower.known
    scene.edit_comment(ref, ours, "We decided otherwise.")
    scene.tracker.writer.edit_comment(ref, ours, marker("d2"), document("Priority P2."))
    follower.read()
    assert [comment.text.strip() for comment in follower.known[ref].comments][1] == "We decided otherwise."
    assert [comment.marker for comment in follower.known[ref].comments] == [None, None, None]


def test_doubled_comment_is_removed_and_may_be_gone_already(scene: Scene) -> None:
    follower, ours = _commented(scene)
    (ref,) = follower.known
    for _ in range(2):
        scene.tracker.writer.remove_comment(ref, ours)
    assert [text.strip() for text in scene.comments(ref)] == ["Before.", "After."]


def test_ticket_that_nobody_has_is_assigned_and_comes_back_as_ours(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    for _ in range(2):
        scene.tracker.writer.assign(ref, scene.colleague)
    follower.read()
    assert [person.id for person in follower.known[ref].assignees] == [scene.colleague]
    (event,) = follower.known[ref].history
    assert isinstance(event, Assigned)
    assert event.by is not None
    assert (event.by.standing, event.after) == (Standing.ours, scene.colleague)


def test_ticket_that_somebody_took_meanwhile_is_theirs(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    scene.assign(ref)
    scene.tracker.writer.assign(ref, scene.bystander)
    follower.read()
    assert [person.id for person in follower.known[ref].assignees] == [scene.colleague]


def test_ticket_that_was_closed_meanwhile_is_given_to_nobody(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    scene.close(ref)
    scene.tracker.writer.assign(ref, scene.colleague)
    follower.read()
    assert follower.known[ref].assignees == ()


LINK, PAGE = OurLink("hypercare:", Ref("web", "acme/web#12")), Page("https://x.example/12", "Cart", "same incident")


def _linked(scene: Scene, *links: OurLink) -> frozenset[OurLink]:
    """These, where the tracker has links that lead elsewhere."""
    return frozenset(() if scene.tracker.kind == "github" else links)


def test_link_of_ours_is_made_once_and_comes_back_as_ours_and_says_nothing(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    for _ in range(2):
        scene.tracker.writer.link(ref, LINK, PAGE)
    follower.read()
    ticket = follower.known[ref]
    assert (ticket.linked, ticket.unlinked, ticket.links) == (_linked(scene, LINK), frozenset(), ())
    assert ticket.last_human_activity == ticket.created


def test_link_of_ours_is_taken_off_and_may_be_gone_already(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower, other = Follower(scene), OurLink("hypercare:", Ref("web", "acme/web#13"))
    follower.read()
    for link in (LINK, other):
        scene.tracker.writer.link(ref, link, PAGE)
    for _ in range(2):
        scene.tracker.writer.unlink(ref, LINK)
    follower.read()
    assert (follower.known[ref].linked, follower.known[ref].unlinked) == (_linked(scene, other), frozenset())
    scene.tracker.writer.link(ref, LINK, PAGE)
    follower.read()
    assert follower.known[ref].linked == _linked(scene, LINK, other)


def test_link_of_ours_that_a_person_took_off_is_known(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    scene.tracker.writer.link(ref, LINK, PAGE)
    scene.unlink(ref, LINK)
    follower.read()
    assert (follower.known[ref].linked, follower.known[ref].unlinked) == (frozenset(), _linked(scene, LINK))


def test_native_priority_is_written_once_and_comes_back_as_ours(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    before = follower.known[ref].native_priority
    for _ in range(2):
        scene.tracker.writer.set_priority(ref, "Highest", before)
    follower.read()
    ticket = follower.known[ref]
    assert ticket.native_priority == scene.native_priority(ref) == ("Highest" if before else None)
    events = [(event.before, event.after) for event in ticket.history if isinstance(event, NativePriorityChanged)]
    assert events == ([(before, "Highest")] if before else [])
    assert {event.by.standing for event in ticket.history if event.by} <= {Standing.ours}
    assert (ticket.said_priority, ticket.last_human_activity) == (before, ticket.created)


def test_native_priority_that_somebody_chose_meanwhile_is_theirs(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    scene.prioritise(ref, "Low")
    theirs = scene.native_priority(ref)
    scene.tracker.writer.set_priority(ref, "Highest", follower.known[ref].native_priority)
    assert scene.native_priority(ref) == theirs


def test_native_priority_of_a_ticket_that_was_closed_meanwhile_stays(scene: Scene) -> None:
    (ref,) = scene.load(1)
    follower = Follower(scene)
    follower.read()
    before = scene.native_priority(ref)
    scene.close(ref)
    scene.tracker.writer.set_priority(ref, "Highest", before)
    assert scene.native_priority(ref) == before


def test_summary_is_found_by_its_key_and_without(scene: Scene) -> None:
    scene.load(1)
    Follower(scene).read()
    created = scene.tracker.writer.create_summary(scene.place, "Hypercare of Shop", document("All well."), record())
    for key, named in ((created.key, ()), (None, ()), (None, (created.key,))):
        found = scene.tracker.reader.summary(scene.place, "Shop 5.2", key, named)
        assert found.current is not None
        assert (found.current.key, found.current.url) == created
        assert (found.current.open, said(found), found.doubles) == (True, record(), ())
    assert scene.tracker.reader.summary(scene.place, "Shop 5.3", None, ()).current is None


@pytest.mark.parametrize("key", ["SHOP-404", "acme/elsewhere#404"])
def test_key_from_where_the_summary_was_kept_before_is_passed_over(scene: Scene, key: str) -> None:
    scene.load(1)
    Follower(scene).read()
    created = scene.tracker.writer.create_summary(scene.place, "Hypercare of Shop", document("All well."), record())
    found = scene.tracker.reader.summary(scene.place, "Shop 5.2", key, ())
    assert found.current is not None
    assert found.current.key == created.key


def test_summary_is_no_ticket_of_the_release(scene: Scene) -> None:
    refs = scene.load(1)
    follower = Follower(scene)
    follower.read()
    scene.tracker.writer.create_summary(scene.place, "Hypercare of Shop", document("All well."), record())
    follower.read()
    assert list(follower.known) == refs


def test_summary_is_edited_in_its_place(scene: Scene) -> None:
    scene.load(1)
    Follower(scene).read()
    writer = scene.tracker.writer
    key = writer.create_summary(scene.place, "Hypercare of Shop", document("All well."), record("s1")).key
    writer.edit_summary(key, "Hypercare of Shop: red", document("It burns."), record("s2"))
    found = scene.tracker.reader.summary(scene.place, "Shop 5.2", key, ())
    assert found.current is not None
    assert said(found) == record("s2")
    assert "It burns." in scene.summary_text(key)
    assert "All well." not in scene.summary_text(key)
    assert scene.summaries() == [("Hypercare of Shop: red", True)]


def test_what_people_and_we_say_in_a_summary_is_read_and_told_by_its_stamp(scene: Scene) -> None:
    scene.load(1)
    Follower(scene).read()
    created = scene.tracker.writer.create_summary(scene.place, "Hypercare of Shop", document("All well."), record())
    ref = Ref(scene.tracker.name, created.key)

    def stamp() -> str:
        found = scene.tracker.reader.summary(scene.place, "Shop 5.2", created.key, ()).current
        assert found is not None
        return found.stamp

    assert stamp() == ""
    scene.comment(ref, "Who looks at this?")
    stamps = [stamp()]
    scene.pass_time(timedelta(minutes=1))
    identity = scene.tracker.writer.add_comment(ref, marker(), document("A word."))
    stamps.append(stamp())
    scene.pass_time(timedelta(minutes=1))
    scene.tracker.writer.edit_summary(created.key, "Hypercare of Shop", document("Still well."), record("s2"))
    assert stamp() == stamps[-1]
    theirs, ours = scene.tracker.reader.conversation(created.key)
    assert (theirs.author.id, theirs.text, theirs.marker) == (scene.colleague, "Who looks at this?", None)
    assert (ours.id, ours.author.standing, ours.marker) == (identity, Standing.ours, marker())
    scene.pass_time(timedelta(minutes=1))
    scene.tracker.writer.edit_comment(ref, identity, marker("d2"), document("Another word."))
    stamps.append(stamp())
    scene.tracker.writer.remove_comment(ref, identity)
    stamps.append(stamp())
    assert stamps[-1] == stamps[0]
    assert len(set(stamps)) == 3
    assert len(scene.tracker.reader.conversation(created.key)) == 1


@pytest.mark.parametrize("known", [True, False], ids=["by its key", "without its key"])
def test_summary_that_is_closed_at_the_end_is_found_and_can_be_opened_again(scene: Scene, *, known: bool) -> None:
    scene.load(1)
    Follower(scene).read()
    writer, reader = scene.tracker.writer, scene.tracker.reader
    key = writer.create_summary(scene.place, "Hypercare of Shop", document("All well."), record("s1")).key
    left = record("s2").model_copy(update={"handover": Handover(at=record().as_of, by="handover", finished=True)})
    asked = key if known else None
    for _ in range(2):
        writer.edit_summary(key, "Hypercare of Shop: ended", document("It is over."), left, be_open=False)
        found = reader.summary(scene.place, "Shop 5.2", asked, ())
        assert found.current is not None
        assert (found.current.key, found.current.open, said(found)) == (key, False, left)
        assert scene.summaries() == [("Hypercare of Shop: ended", False)]
    for _ in range(2):
        writer.edit_summary(key, "Hypercare of Shop: red", document("It burns."), record("s3"), be_open=True)
        found = reader.summary(scene.place, "Shop 5.2", asked, ())
        assert found.current is not None
        assert (found.current.key, found.current.open, said(found)) == (key, True, record("s3"))
        assert scene.summaries() == [("Hypercare of Shop: red", True)]


def test_doubled_summary_is_found_and_closed_and_points_to_the_first(scene: Scene) -> None:
    scene.load(1)
    Follower(scene).read()
    first, second = (
        scene.tracker.writer.create_summary(scene.place, f"Summary {number}", document("All well."), record())
        for number in (1, 2)
    )
    found = scene.tracker.reader.summary(scene.place, "Shop 5.2", None, ())
    assert found.current is not None
    assert (found.current.key, [double.key for double in found.doubles]) == (first.key, [second.key])
    for _ in range(2):
        scene.tracker.writer.close_summary(scene.place, second.key, first.key)
    after = scene.tracker.reader.summary(scene.place, "Shop 5.2", None, ())
    assert (after.current, after.doubles) == (found.current, ())
    assert scene.summaries() == [("Summary 1", True), ("Summary 2", False)]
    assert first.key.rpartition("#")[2] in scene.summary_text(second.key)


def test_ticket_that_left_the_release_is_seen_by_the_hourly_census(scene: Scene) -> None:
    first, second = scene.load(2)
    follower = Follower(scene)
    follower.read()
    scene.pass_time(HOUR)
    scene.leave(first)
    reading = follower.read()
    assert [ticket.ref for ticket in reading.tickets] == [first]
    assert not scene.source.selects(follower.known[first])
    assert VERSION not in {*follower.known[first].affects, *follower.known[first].planned_for}
    assert scene.source.selects(follower.known[second])


def test_deleted_ticket_is_gone_after_the_census(scene: Scene) -> None:
    first, second = scene.load(2)
    follower = Follower(scene)
    follower.read()
    scene.delete(first)
    scene.pass_time(MINUTES)
    assert follower.read().gone == frozenset()
    scene.pass_time(HOUR)
    assert follower.read().gone == {first}
    assert list(follower.known) == [second]


def test_source_that_shrank_suddenly_is_not_believed(scene: Scene) -> None:
    refs = scene.load(30)
    follower = Follower(scene)
    follower.read()
    scene.delete(*refs[:12])
    scene.pass_time(HOUR)
    with pytest.raises(TrackerError, match="lists only 18 of 30 known tickets"):
        follower.read()
    assert len(follower.known) == 30
