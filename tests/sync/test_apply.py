"""Carrying a plan out: what goes out together, what failures stop, and what is left to the next tick."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.rules import build

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.apply import Applier, Outcome
from hypercare_sync.aside import SetAside, set_aside
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    LinkSummary,
    LinkTicket,
    PinSummary,
    Plan,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    UnlinkTicket,
)
from hypercare_sync.errors import AccessDenied, HypercareError, LeaseLost, StoreUnusable, TrackerError
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.pace import Pace
from hypercare_sync.recording import Ledger
from hypercare_sync.retry import Reach, Rejected, Unanswered
from hypercare_sync.store import Store
from hypercare_sync.text.document import Document
from hypercare_sync.trackers.http import Forbidden, Invalid, NotFound, NotGranted, Requests, Unwritable
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import Created, FieldEdit, Page

PLACE = SummaryPlace("gh", "acme/ops", "hypercare:summary")
MARKER = Marker(purpose="status", release="Shop 5.2", digest="d")
RECORD = SummaryRecord(release="Shop 5.2", digest="d", baseline=build.GO_LIVE, backfilled=False, as_of=build.GO_LIVE)
NOTHING = Document(())
LINK = OurLink("hypercare:", Ref("shop", "S-1"))


class Notes:
    """A tracker's writing port that notes what it is told; the next write on a key in `fails` ends in that error."""

    def __init__(self, fails: Mapping[str, HypercareError] | None = None) -> None:
        self.fails = fails or {}
        self.told: list[tuple[object, ...]] = []
        self.on_the_wire = Requests()

    def change_labels(
        self, ticket: Ref, add: Mapping[str, LabelStyle], remove: Collection[str], summary_key: str | None
    ) -> None:
        """A ticket's deltas."""
        self._note("labels", ticket.key, list(add), list(remove), summary_key)

    def add_comment(self, ticket: Ref, marker: Marker, document: Document, *, first: bool = False) -> str:
        """A new comment."""
        self._note("comment", ticket.key, first)
        return "12"

    def edit_comment(self, ticket: Ref, comment: str, marker: Marker, document: Document) -> bool:
        """A comment's new text."""
        self._note("edit", ticket.key, comment)
        return True

    def remove_comment(self, ticket: Ref, comment: str) -> None:
        """A comment less."""
        self._note("remove", ticket.key, comment)

    def assign(self, ticket: Ref, account: str) -> None:
        """An assignee."""
        self._note("assign", ticket.key, account)

    def link(self, ticket: Ref, link: OurLink, page: Page) -> None:
        """A link more, of which this tracker tells no id."""
        self._note("link", ticket.key, str(link), page)

    def unlink(self, ticket: Ref, link: OurLink) -> None:
        """A link less."""
        self._note("unlink", ticket.key, str(link))

    def create_summary(self, place: SummaryPlace, title: str, document: Document, record: SummaryRecord) -> Created:
        """A new summary, always the same."""
        self._note("create", place.place)
        return Created("acme/ops#1", "https://github.example/1")

    def edit_summary(
        self, key: str, title: str, document: Document, record: SummaryRecord, *, be_open: bool | None = None
    ) -> None:
        """A summary's new text."""
        self._note("summary", key)

    def close_summary(self, place: SummaryPlace, key: str, first: str) -> None:
        """A double less."""
        self._note("close", key, first)

    def pin_summary(self, key: str) -> None:
        """A pin."""
        self._note("pin", key)

    def _note(self, *what: object) -> None:
        self.told.append(what)
        self.on_the_wire.write += 3
        error = self.fails.get(str(what[1]))
        if error:
            raise error


class AtOnce(Notes):
    """One that makes all of a ticket's field changes in one write; what is in `refuses` it refuses together with anything else."""

    refuses: HypercareError | None = None

    def edit_fields(self, ticket: Ref, edit: FieldEdit) -> None:
        """Labels, an assignee, a native priority."""
        self._note("edit", ticket.key, list(edit.add), edit.account, edit.native)
        if self.refuses:
            raise self.refuses

    def set_priority(self, ticket: Ref, native: str, before: str | None) -> None:
        """A native priority."""
        self._note("priority", ticket.key, native)


@contextmanager
def a_ledger() -> Iterator[Ledger]:
    """A ledger in a store of its own."""
    with Store("sqlite://") as store:
        yield Ledger(store, "t1", build.GO_LIVE)


def add(key: str, label: str = "hypercare:P1", tracker: str = "jira") -> AddLabel:
    return AddLabel(Ref(tracker, key), label, "w")


def comment(key: str, tracker: str = "jira") -> AddComment:
    return AddComment(Ref(tracker, key), MARKER, NOTHING, "w")


def applied(
    writers: Mapping[str, Notes],
    *changes: Change,
    paces: Mapping[str, Pace] | None = None,
    homes: Mapping[Ref, str] | None = None,
    lasts: timedelta = timedelta(minutes=4),
    known: Sequence[SetAside] = (),
) -> Outcome:
    everywhere = {name: Pace(None) for name in writers}
    paced = {**everywhere, **(paces or {})}
    with a_ledger() as ledger:
        applier = Applier(writers, paced, {}, homes or {}, lasts, build.GO_LIVE, ledger, known)
        return applier.apply(Plan(changes))


def test_label_changes_of_one_ticket_are_one_write() -> None:
    jira = Notes()
    removed = RemoveLabel(Ref("jira", "A-1"), "hypercare:P3", "w")
    outcome = applied({"jira": jira}, add("A-1"), removed, add("A-1", "hypercare:stale"), add("A-2"), comment("A-2"))
    assert jira.told == [
        ("labels", "A-1", ["hypercare:P1", "hypercare:stale"], ["hypercare:P3"], None),
        ("labels", "A-2", ["hypercare:P1"], [], None),
        ("comment", "A-2", False),
    ]
    assert len(outcome.applied) == 5


def fields_of(key: str) -> tuple[Change, ...]:
    """Who gets a ticket, its native priority and its label."""
    ref = Ref("jira", key)
    return Assign(ref, "ana", "ana-k", "w"), SetPriority(ref, "High", None, "w"), add(key)


def test_fields_of_a_ticket_are_one_write_where_the_tracker_takes_them_so() -> None:
    jira, github = AtOnce(), Notes()
    on_github = Assign(Ref("gh", "a/b#1"), "ana", "ana-k", "w"), add("a/b#1", tracker="gh")
    changes = (*fields_of("A-1"), add("A-2"), *on_github)
    outcome = applied({"jira": jira, "gh": github}, *changes)
    assert jira.told == [
        ("edit", "A-1", ["hypercare:P1"], "ana-k", "High"),
        ("labels", "A-2", ["hypercare:P1"], [], None),
    ]
    assert [what for what, *_ in github.told] == ["assign", "labels"]
    assert outcome.applied == list(changes)


@pytest.mark.parametrize("refusal", [Invalid("no"), Forbidden("no"), Unwritable("no", Obstacle.unassignable)])
def test_field_that_is_refused_loses_none_of_the_others(refusal: HypercareError) -> None:
    jira = AtOnce()
    jira.refuses = refusal
    outcome = applied({"jira": jira}, *fields_of("A-1"))
    alone = [("priority", "A-1", "High"), ("labels", "A-1", ["hypercare:P1"], [], None)]
    if isinstance(refusal, Unwritable):
        assert jira.told[1:] == alone
        assert [one.change.kind for one in outcome.failed] == ["assign"]
    else:
        assert jira.told[1:] == [("assign", "A-1", "ana-k"), *alone]
        assert outcome.applied == list(fields_of("A-1"))


@pytest.mark.parametrize(
    "error",
    [NotGranted("no", Obstacle.no_edits), Unwritable("no", Obstacle.archived), NotFound("no"), Unanswered("no")],
)
def test_what_keeps_us_from_a_ticket_as_a_whole_is_met_once_for_all_its_fields(error: HypercareError) -> None:
    jira = AtOnce()
    jira.refuses = error
    outcome = applied({"jira": jira}, *fields_of("A-1"))
    assert len(jira.told) == 1
    assert [one.change for one in outcome.failed] == list(fields_of("A-1"))
    assert {one.tries for one in outcome.obstacles} <= {1}, "one write is one try"


def test_field_that_an_obstacle_is_known_for_does_not_ride_along() -> None:
    jira = AtOnce()
    known = [set_aside(fields_of("A-1")[0], Obstacle.unassignable, "no", build.GO_LIVE)]
    outcome = applied({"jira": jira}, *fields_of("A-1"), known=known)
    assert jira.told == [("edit", "A-1", ["hypercare:P1"], None, "High")]
    assert outcome.aside == [fields_of("A-1")[0]]


def test_every_kind_of_change_reaches_its_method() -> None:
    notes = Notes()
    ref = Ref("gh", "a/b#1")
    changes: list[Change] = [
        CreateSummary(PLACE, "t", NOTHING, RECORD, "w"),
        EditSummary(PLACE, "acme/ops#1", "t", NOTHING, RECORD, "w"),
        CloseSummary(PLACE, "acme/ops#2", "acme/ops#1", "w"),
        AddLabel(ref, "l", "w"),
        AddComment(ref, MARKER, NOTHING, "w", first=True),
        EditComment(ref, "7", MARKER, NOTHING, "w"),
        RemoveComment(ref, "8", "w"),
        Assign(ref, "ana", "ana-k", "w"),
        LinkTicket(ref, LINK, "https://shop.example/browse/S-1", "Cart is empty", "w"),
        LinkSummary(ref, "hypercare:", PLACE, "Shop 5.2", "w"),
        UnlinkTicket(ref, LINK, "w"),
        PinSummary(PLACE, "Shop 5.2", "w"),
    ]
    assert applied({"gh": notes}, *changes).applied == changes
    assert notes.told == [
        ("create", "acme/ops"),
        ("summary", "acme/ops#1"),
        ("close", "acme/ops#2", "acme/ops#1"),
        ("labels", "a/b#1", ["l"], [], None),
        ("comment", "a/b#1", True),
        ("edit", "a/b#1", "7"),
        ("remove", "a/b#1", "8"),
        ("assign", "a/b#1", "ana-k"),
        ("link", "a/b#1", str(LINK), Page("https://shop.example/browse/S-1", "Cart is empty", "same incident")),
        (
            "link",
            "a/b#1",
            f"hypercare-sync:hypercare:{PLACE.tracker}:acme/ops#1",
            Page("https://github.example/1", "Hypercare summary of Shop 5.2", "hypercare summary"),
        ),
        ("unlink", "a/b#1", str(LINK)),
        ("pin", "acme/ops#1"),
    ]


def ending(kept: Mapping[str, HypercareError], *between: Change) -> Outcome:
    """A decision about two tickets, what follows from it, something else, and the closing of the summary."""
    mine = frozenset({Ref("jira", "A-1"), Ref("jira", "A-2")})
    first = EditSummary(PLACE, "acme/ops#1", "t", NOTHING, RECORD, "w", before=mine)
    last = EditSummary(PLACE, "acme/ops#1", "t", NOTHING, RECORD, "w", open=False, after=mine)
    ports = {"gh": Notes({"acme/ops#1": kept["gh"]} if "gh" in kept else {}), "jira": Notes(kept)}
    return applied(ports, first, *between, last)


FOLLOWING = (add("A-1"), add("A-2"), add("B-1"))


def test_nothing_follows_from_a_decision_that_could_not_be_kept() -> None:
    outcome = ending({"gh": TrackerError("no")}, *FOLLOWING)
    assert outcome.applied == [add("B-1")]
    assert [one.kind for one in outcome.deferred] == ["add_label", "add_label", "edit_summary"]


@pytest.mark.parametrize(
    ("error", "closed"),
    [
        (TrackerError("no"), False),
        (Rejected("later"), False),
        (Unwritable("it is gone", Obstacle.gone), True),
        (Unwritable("we may not", Obstacle.no_edits), False),
    ],
)
def test_summary_is_closed_once_nothing_waits_any_more(error: HypercareError, *, closed: bool) -> None:
    outcome = ending({"A-2": error}, *FOLLOWING)
    assert (outcome.deferred[-1:] == [] or outcome.deferred[-1].kind != "edit_summary") is closed
    assert sum(one.kind == "edit_summary" for one in outcome.applied) == 1 + closed


def test_failure_of_another_ticket_does_not_keep_the_summary_open() -> None:
    outcome = ending({"B-1": TrackerError("no")}, *FOLLOWING)
    assert (outcome.deferred, [one.kind for one in outcome.applied][-1]) == ([], "edit_summary")


def test_failure_is_told_and_does_not_block_the_others() -> None:
    jira = Notes({"A-1": AccessDenied("no")})
    outcome = applied({"jira": jira}, add("A-1"), add("A-1", "hypercare:stale"), comment("A-1"), add("A-2"))
    assert [(failure.change, str(failure.error)) for failure in outcome.failed] == [
        (add("A-1"), "no"),
        (add("A-1", "hypercare:stale"), "no"),
        (comment("A-1"), "no"),
    ]
    assert outcome.applied == [add("A-2")]


def test_rejected_write_leaves_the_rest_of_its_tracker_to_the_next_tick() -> None:
    jira, github = Notes({"A-2": Rejected("slow down")}), Notes()
    changes: list[Change] = [add("A-1"), add("A-2"), add("a/b#1", tracker="gh"), add("A-3"), comment("A-3")]
    outcome = applied({"jira": jira, "gh": github}, *changes)
    assert (outcome.applied, outcome.failed) == ([changes[0], changes[2]], [])
    assert outcome.deferred == [changes[1], changes[3], changes[4]]
    assert len(jira.told) == 2


def test_too_much_for_one_ticket_leaves_its_changes_only() -> None:
    jira = Notes({"A-1": Rejected("slow down", reach=Reach.ticket)})
    changes: list[Change] = [add("A-1"), add("A-2"), comment("A-1"), comment("A-2")]
    outcome = applied({"jira": jira}, *changes)
    assert (outcome.applied, outcome.deferred) == ([changes[1], changes[3]], [changes[0], changes[2]])
    assert (len(jira.told), outcome.failed) == (3, [])


def test_too_much_of_one_kind_leaves_the_changes_of_that_kind_only() -> None:
    jira, github = Notes({"A-1": Rejected("slow down", reach=Reach.endpoint)}), Notes()
    removed = RemoveLabel(Ref("jira", "A-2"), "hypercare:P3", "w")
    changes: list[Change] = [add("A-1"), removed, comment("A-3"), add("a/b#1", tracker="gh")]
    outcome = applied({"jira": jira, "gh": github}, *changes)
    assert (outcome.applied, outcome.deferred) == (changes[2:], changes[:2])
    assert len(jira.told) == 2


def test_quota_that_is_used_up_leaves_all_of_its_tracker() -> None:
    jira = Notes({"A-1": Rejected("no more", reach=Reach.quota)})
    changes: list[Change] = [add("A-1"), add("A-2"), comment("A-3")]
    assert applied({"jira": jira}, *changes).deferred == changes
    assert len(jira.told) == 1


def test_two_unanswered_writes_in_a_row_leave_the_rest_of_that_tracker_only() -> None:
    silent = Unanswered("nobody there")
    jira, github = Notes({"A-1": silent, "A-2": silent}), Notes()
    changes: list[Change] = [add("A-1"), add("a/b#1", tracker="gh"), add("A-2"), add("A-3"), add("a/b#2", tracker="gh")]
    outcome = applied({"jira": jira, "gh": github}, *changes)
    assert [failure.change for failure in outcome.failed] == [changes[0], changes[2]]
    assert outcome.deferred == [changes[3]]
    assert outcome.applied == [changes[1], changes[4]]


@pytest.mark.parametrize("between", [None, AccessDenied("no")], ids=["answered", "refused"])
def test_an_answer_between_two_silences_keeps_the_tracker_in_use(between: HypercareError | None) -> None:
    silent = Unanswered("nobody there")
    jira = Notes({"A-1": silent, "A-3": silent} | ({"A-2": between} if between else {}))
    outcome = applied({"jira": jira}, *(add(f"A-{number}") for number in range(1, 5)))
    assert outcome.applied[-1] == add("A-4")
    assert outcome.deferred == []


LOCKED = Unwritable("acme/web#1: 403: it is locked", Obstacle.locked)
ARCHIVED = Unwritable("acme/web: 403: it is archived", Obstacle.archived)


def on_github(number: int) -> tuple[AddLabel, AddComment]:
    """A label and a comment of one issue."""
    return add(f"acme/web#{number}", tracker="gh"), comment(f"acme/web#{number}", tracker="gh")


def test_locked_ticket_is_told_once_and_what_else_goes_there_is_written() -> None:
    (label, status), (other, _) = on_github(1), on_github(2)
    github = Notes({"acme/web#1": LOCKED})
    edit = EditComment(Ref("gh", "acme/web#1"), "7", MARKER, NOTHING, "w")
    outcome = applied({"gh": github}, status, edit, other)
    assert ([one.change for one in outcome.failed], outcome.aside, outcome.applied) == ([status], [edit], [other])
    github.fails = {}
    github.told.clear()
    later = applied({"gh": github}, label, status, known=outcome.obstacles)
    assert (later.applied, later.aside, later.failed) == ([label], [status], [])
    assert later.obstacles == outcome.obstacles


def test_one_refusal_of_an_archived_repository_speaks_for_all_of_it() -> None:
    github = Notes({"acme/web#1": ARCHIVED})
    elsewhere = add("acme/ops#1", tracker="gh")
    outcome = applied({"gh": github}, *on_github(1), *on_github(2), elsewhere)
    assert [one.change for one in outcome.failed] == [on_github(1)[0]]
    assert outcome.aside == [on_github(1)[1], *on_github(2)]
    assert outcome.applied == [elsewhere]
    assert len(github.told) == 2


def test_ticket_that_is_gone_is_told_once() -> None:
    jira = Notes({"A-1": NotFound("404: no such issue")})
    outcome = applied({"jira": jira}, add("A-1"), comment("A-1"), add("A-2"))
    assert [one.change for one in outcome.failed] == [add("A-1")]
    assert (outcome.aside, outcome.applied) == ([comment("A-1")], [add("A-2")])
    assert [(one.key, one.obstacle) for one in outcome.obstacles] == [("A-1", Obstacle.gone)]


def test_summary_that_is_gone_is_a_failure_each_time() -> None:
    edit = EditSummary(PLACE, "acme/ops#1", "t", NOTHING, RECORD, "w")
    outcome = applied({"gh": Notes({"acme/ops#1": NotFound("404")})}, edit)
    assert ([one.change for one in outcome.failed], outcome.obstacles) == ([edit], [])


def test_obstacle_met_again_is_no_failure_and_waits_longer() -> None:
    _, status = on_github(1)
    due = replace(set_aside(status, Obstacle.locked, "locked", build.GO_LIVE), again=build.GO_LIVE)
    outcome = applied({"gh": Notes({"acme/web#1": LOCKED})}, status, known=[due])
    assert (outcome.failed, outcome.aside) == ([], [status])
    (after,) = outcome.obstacles
    assert (after.since, after.tries, after.again) == (build.GO_LIVE, 2, build.GO_LIVE + timedelta(hours=2))


def test_obstacle_that_is_gone_is_forgotten_by_the_first_write_that_passes() -> None:
    _, status = on_github(1)
    due = replace(set_aside(status, Obstacle.locked, "locked", build.GO_LIVE), again=build.GO_LIVE)
    outcome = applied({"gh": Notes()}, status, known=[due])
    assert (outcome.applied, outcome.obstacles) == ([status], [])


def test_pin_that_is_refused_fails_nobodys_tick() -> None:
    pin = PinSummary(PLACE, "Shop 5.2", "w")
    created = CreateSummary(PLACE, "t", NOTHING, RECORD, "w")
    github = Notes({"acme/ops#1": Unwritable("three are pinned", Obstacle.unpinnable)})
    outcome = applied({"gh": github}, created, pin)
    assert (outcome.applied, outcome.failed, outcome.aside) == ([created], [], [pin])


def test_place_in_which_we_may_not_link_fails_nobodys_tick_and_is_asked_once() -> None:
    links = [UnlinkTicket(Ref("jira", key), LINK, "w") for key in ("A-1", "A-2", "B-1")]
    jira = Notes({"A-1": Unwritable("A-1 cannot be linked", Obstacle.unlinkable)})
    outcome = applied({"jira": jira}, *links, add("A-3"))
    assert (outcome.failed, outcome.aside) == ([], links[:2])
    assert [told[:2] for told in jira.told] == [("unlink", "A-1"), ("unlink", "B-1"), ("labels", "A-3")]


def test_link_to_a_summary_that_could_not_be_opened_waits() -> None:
    link = LinkSummary(Ref("gh", "a/b#1"), "hypercare:", PLACE, "Shop 5.2", "w")
    created = CreateSummary(PLACE, "t", NOTHING, RECORD, "w")
    assert applied({"gh": Notes({"acme/ops": AccessDenied("no")})}, created, link).deferred == [link]


def test_pin_of_a_summary_that_could_not_be_opened_waits() -> None:
    pin = PinSummary(PLACE, "Shop 5.2", "w")
    created = CreateSummary(PLACE, "t", NOTHING, RECORD, "w")
    outcome = applied({"gh": Notes({"acme/ops": AccessDenied("no")})}, created, pin)
    assert outcome.deferred == [pin]


def test_what_a_write_took_on_the_wire_counts_for_the_pace() -> None:
    jira, sent = Notes(), Requests()
    jira.on_the_wire = sent
    pace = Pace(10, monotonic=lambda: 0.0)
    changes = [add(f"A-{number}") for number in range(5)]
    with a_ledger() as ledger:
        outcome = Applier(
            {"jira": jira}, {"jira": pace}, {}, {}, timedelta(seconds=30), build.GO_LIVE, ledger, sent={"jira": sent},
            monotonic=lambda: 0.0,
        ).apply(Plan(tuple(changes)))  # fmt: skip
    assert (outcome.applied, outcome.deferred) == (changes[:4], changes[4:])


def test_content_of_the_hour_is_used_up_by_comments_only() -> None:
    jira = Notes()
    changes: list[Change] = [comment("A-1"), comment("A-2"), add("A-1"), add("A-2"), comment("A-3"), add("A-3")]
    outcome = applied({"jira": jira}, *changes, paces={"jira": Pace(None, 2)})
    assert outcome.deferred == [changes[4]]
    assert outcome.failed == []


def test_slow_pace_leaves_the_rest_and_fails_nothing() -> None:
    jira, github = Notes(), Notes()
    changes: list[Change] = [add("A-1"), add("A-2"), add("a/b#1", tracker="gh"), add("A-3")]
    outcome = applied({"jira": jira, "gh": github}, *changes, paces={"jira": Pace(1)}, lasts=timedelta(seconds=30))
    assert outcome.applied == [changes[0], changes[2]]
    assert outcome.deferred == [changes[1], changes[3]]
    assert outcome.failed == []


@pytest.mark.parametrize("left", [timedelta(), timedelta(seconds=-5)])
def test_no_time_left_writes_nothing(left: timedelta) -> None:
    jira = Notes()
    outcome = applied({"jira": jira}, add("A-1"), lasts=left)
    assert (jira.told, outcome.deferred, outcome.failed) == ([], [add("A-1")], [])


def test_key_of_a_new_summary_goes_into_the_records_written_after_it() -> None:
    jira, github = Notes(), Notes()
    homes = {Ref("jira", "A-1"): "Shop 5.2", Ref("jira", "A-2"): "App 7"}
    created = CreateSummary(PLACE, "t", NOTHING, RECORD, "w")
    outcome = applied({"jira": jira, "gh": github}, created, add("A-1"), add("A-2"), homes=homes)
    assert [told[4] for told in jira.told] == ["acme/ops#1", None]
    assert outcome.created == {"Shop 5.2": Created("acme/ops#1", "https://github.example/1")}


def test_progress_is_told_of_each_write() -> None:
    seen: list[tuple[Change, ...]] = []
    writers = {"jira": Notes({"A-2": AccessDenied("no")})}
    with a_ledger() as ledger:
        minute, paces = timedelta(minutes=1), {"jira": Pace(None)}
        applier = Applier(writers, paces, {}, {}, minute, build.GO_LIVE, ledger, done=seen.append)
        applier.apply(Plan((add("A-1"), add("A-1", "x"), add("A-2"))))
    assert [len(changes) for changes in seen] == [2, 1]


@pytest.mark.parametrize("error", [LeaseLost(), StoreUnusable("no room")])
def test_nothing_is_tried_after_another_tick_took_over_or_the_store_broke(error: HypercareError) -> None:
    jira = Notes({"A-1": error})
    with pytest.raises(type(error)):
        applied({"jira": jira}, add("A-1"), add("A-2"))
    assert len(jira.told) == 1
