"""What the demo says of deeds and changes."""

from datetime import UTC, datetime, timedelta

import pytest

from hypercare_rules.ticket import Marker, Ref
from hypercare_sync.change import AddComment, AddLabel, Change, EditComment, RemoveLabel
from hypercare_sync.demo.script import Deed, Person, Report, Story, Verb, Week
from hypercare_sync.demo.telling import Written, most_telling, told, written
from hypercare_sync.text.document import Document

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
STORY = Story(
    week=Week(
        ticks=(),
        team={"tom": Person(name="Tom Berger", place="apps"), "mia": Person(name="Mia Kern", place="support")},
        customers={"lena": Person(name="Lena Huber", place="shop Zürich")},
    ),
    tickets={
        "SHOP-1": Report(opened="", title="Checkout fails", priority="Highest"),
        "SHOP-2": Report(opened="", title="Old logo"),
        "acme/web#3": Report(opened="", title="Fix", pull_request=True),
    },
    deeds=(),
)


def deed(who: str, verb: Verb, what: str, ticket: str = "SHOP-1", minutes: int = 0) -> Deed:
    return Deed(at=NOON + timedelta(minutes=minutes), who=who, ticket=ticket, verb=verb, what=what)


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (deed("lena", Verb.opens, "Checkout fails"), "Lena (shop Zürich) reported SHOP-1: Checkout fails"),
        (deed("tom", Verb.opens, "Fix", "acme/web#3"), "Tom (apps) opened the pull request acme/web#3: Fix"),
        (deed("lena", Verb.comments, "Still broken."), "Lena (shop Zürich) on SHOP-1: “Still broken.”"),
        (deed("tom", Verb.assigns, "tom"), "Tom (apps) took SHOP-1"),
        (deed("mia", Verb.assigns, "tom"), "Mia (support) gave SHOP-1 to Tom"),
        (deed("lena", Verb.moves, "Reopened"), "Lena (shop Zürich) reopened SHOP-1"),
        (deed("tom", Verb.moves, "Resolved"), "Tom (apps) resolved SHOP-1"),
        (deed("tom", Verb.moves, "closed", "acme/web#3"), "Tom (apps) closed acme/web#3"),
        (deed("tom", Verb.moves, "In Progress"), "Tom (apps) moved SHOP-1 to In Progress"),
        (deed("mia", Verb.labels, "outage"), "Mia (support) labelled SHOP-1 outage"),
        (deed("tom", Verb.unlabels, "hypercare:P3"), "Tom (apps) took hypercare:P3 off SHOP-1"),
        (deed("mia", Verb.tags, "5.2"), "Mia (support) tied SHOP-1 to version 5.2"),
        (deed("mia", Verb.duplicates, "SHOP-2"), "Mia (support) marked SHOP-1 as a duplicate of SHOP-2"),
    ],
)
def test_deed_is_told_in_a_sentence(done: Deed, sentence: str) -> None:
    assert told(done, STORY) == sentence


def test_long_comment_is_cut_after_a_sentence_that_fits_else_after_a_word() -> None:
    assert told(deed("lena", Verb.comments, f"It is back! {'word ' * 30}"), STORY).endswith("“It is back!”")
    assert told(deed("lena", Verb.comments, "word " * 30), STORY).endswith(" word …”")


def test_turns_of_the_story_are_chosen_before_everyday_work_and_told_in_order() -> None:
    everyday = deed("tom", Verb.assigns, "tom", minutes=1)
    angry = deed("lena", Verb.comments, "Again!", minutes=2)
    reopened = deed("lena", Verb.moves, "Reopened", minutes=3)
    harmless = deed("lena", Verb.comments, "Thanks.", "SHOP-2", minutes=4)
    assert most_telling([everyday, angry, reopened, harmless], STORY, 2) == [angry, reopened]


def test_changes_of_a_ticket_are_told_as_one_and_the_most_telling_come_first() -> None:
    one, two = Ref("jira", "SHOP-1"), Ref("jira", "SHOP-2")
    marker, document = Marker(purpose="status", release="Shop 5.2", digest="0"), Document(())
    changes: list[Change] = [
        EditComment(two, "7", marker, document, why="what it says has changed"),
        RemoveLabel(one, "hypercare:P2", why="no longer so"),
        AddLabel(one, "hypercare:P1", why="label outage"),
        AddComment(one, marker, document, why="label outage"),
    ]
    assert written(changes, "hypercare:") == [
        Written("SHOP-1", "-P2, +P1, comment", "label outage"),
        Written("SHOP-2", "comment updated", "what it says has changed"),
    ]
