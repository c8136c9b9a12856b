"""What is planned when hypercare ends: everything in its order, nothing a second time, and never against another release."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter
from tests.rules import build
from tests.sync.states import NOW, Told

from hypercare_rules.assess import Memory
from hypercare_rules.exit_criteria import Criterion
from hypercare_rules.handover import Handover
from hypercare_rules.handover_policy import HandoverPolicy
from hypercare_rules.people import Member
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Audience, Marker, Ref, Ticket
from hypercare_sync.change import AddComment, AddLabel, Change, EditComment, EditSummary, RemoveLabel
from hypercare_sync.config import GuardLimits
from hypercare_sync.guard import refusals
from hypercare_sync.observed import FoundSummary, SummaryRecord, SummaryState
from hypercare_sync.plan import plan

PEOPLE = {name: Member(name=name.title(), github=name, jira=name) for name in ("ana", "ben")}
EXIT = TypeAdapter(tuple[Criterion, ...]).validate_python(
    [{"id": "no-p1", "none_open": {"priority": "P1"}}, {"id": "signed", "signed_off": ["ana", "ben"]}]
)
P1 = frozenset({build.P1_LABEL})


def by(**given: Any) -> Policy:
    return build.policy(people=PEOPLE, exit=EXIT, handover=HandoverPolicy(owner="ana", **given))


def summary(memory: Memory, *, is_open: bool = True) -> FoundSummary:
    assert memory.baseline is not None
    record = SummaryRecord(
        release="Shop 5.2",
        digest="old",
        baseline=memory.baseline,
        backfilled=False,
        as_of=NOW,
        handover=memory.handover,
    )
    return FoundSummary(Audience.internal, SummaryState("acme/ops#1", "https://x/1", is_open, record))


def signed(*tickets: Ticket, policy: Policy | None = None, **given: Any) -> Told:
    """A release of which all who are asked have signed off."""
    memory = Memory(baseline=build.GO_LIVE, sign_offs=build.sign_offs(("ana", "ben")))
    return Told(tickets, policy=policy or by(), memory=memory, summary=summary(memory), **given)


def left(*tickets: Ticket, name: str = "Shop 5.2", **handover: Any) -> Told:
    """A release that was handed over for good."""
    ended = Handover(**{"at": build.after("1d"), "by": "handover", "finished": True, **handover})
    memory = Memory(baseline=build.GO_LIVE, handover=ended)
    return Told(tickets, name, by(), memory, summary(memory, is_open=False))


def changes(*releases: Told) -> tuple[Change, ...]:
    return plan([release.state() for release in releases]).changes


def labels(found: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(one.kind[:3], one.label) for one in found if isinstance(one, AddLabel | RemoveLabel)]


OURS = frozenset({"hypercare:P3", "hypercare:stale"})


def labelled(key: str = "SHOP-1", **given: Any) -> Ticket:
    events = tuple(build.labelled("2h", label, build.US) for label in sorted(OURS))
    return build.ticket(key, labels=OURS, history=events, **given)


def test_sign_off_of_all_plans_the_decision_first_and_the_closing_last() -> None:
    found = changes(signed(labelled()))
    assert [one.kind for one in found] == [
        "edit_summary", "remove_label", "add_label", "remove_label", "add_comment", "edit_summary",
    ]  # fmt: skip
    first, last = found[0], found[-1]
    assert isinstance(first, EditSummary)
    assert isinstance(last, EditSummary)
    assert first.record.handover is not None
    assert (first.open, first.record.handover.by, first.record.handover.finished) == (None, "sign-off", False)
    assert last.record.handover is not None
    assert (last.open, last.record.handover.finished) == (False, True)
    here = {Ref("shop-jira", "SHOP-1"), Ref("web-github", "acme/ops#1")}
    assert (first.before, last.after) == (here, here)
    assert labels(found) == [("rem", "hypercare:P3"), ("add", "hypercare:bau"), ("rem", "hypercare:stale")]


def test_comment_on_the_summary_is_of_this_end_alone() -> None:
    (comment,) = [one for one in changes(signed()) if isinstance(one, AddComment)]
    assert comment.ticket == Ref("web-github", "acme/ops#1")
    assert comment.marker == Marker(purpose="handover", release="Shop 5.2", episode=NOW)


def test_nothing_is_planned_once_all_of_it_is_carried_out() -> None:
    told = signed(labelled(), labelled("SHOP-2", components=("web",)), build.closed("SHOP-3"))
    after = told.after(changes(told))
    assert after.summary is not None
    assert after.summary.current is not None
    assert not after.summary.current.open
    assert changes(after) == ()


def test_half_of_it_leaves_the_other_half_to_the_next_tick() -> None:
    told = signed(labelled(), labelled("SHOP-2"))
    found = changes(told)
    for cut in range(1, len(found)):
        after = told.after(found[:cut])
        rest = changes(after)
        done = after.after(rest)
        assert changes(done) == (), f"after {cut} of {len(found)}"
        assert done.after(()).tickets == told.after(found).tickets


def test_status_comments_end_with_the_owner_and_nobody_gets_a_new_one() -> None:
    marker = Marker(purpose="status", release="Shop 5.2", digest="before")
    said = build.comment("2h", build.US).model_copy(update={"marker": marker})
    theirs = said.model_copy(update={"id": "2", "edited": True})
    told = signed(
        build.ticket("SHOP-1", comments=(said,)),
        build.ticket("SHOP-2", labels=frozenset({build.P2_LABEL})),
        build.ticket("SHOP-3", comments=(theirs,)),
    )
    found = [one for one in changes(told) if isinstance(one, AddComment | EditComment)]
    assert [(one.kind, one.ticket.key) for one in found] == [
        ("edit_comment", "SHOP-1"),
        ("add_comment", "acme/ops#1"),
    ]
    assert "Ana" in str(found[0].document)
    assert changes(told.after(changes(told))) == ()


def test_ticket_that_another_release_still_watches_is_left_to_that() -> None:
    watching = Told((labelled(),), name="Shop 5.3", policy=by(), memory=Memory(baseline=build.GO_LIVE))
    found = changes(signed(labelled()), watching)
    assert "hypercare:bau" not in {label for _, label in labels(found)}
    assert ("rem", "hypercare:P3") not in labels(found)


@pytest.mark.parametrize("in_scope", [True, False])
def test_label_of_what_was_handed_over_stays_on_what_is_no_release_of_ours(*, in_scope: bool) -> None:
    labels_of = frozenset({"hypercare:bau", "hypercare:P4"})
    ticket = build.ticket(labels=labels_of, affects=(build.VERSION,) if in_scope else ("6.0",))
    found = changes(Told((ticket,), policy=by(), memory=Memory(baseline=build.GO_LIVE)))
    gone = {label for kind, label in labels(found) if kind == "rem"}
    assert gone == ({"hypercare:bau", "hypercare:P4"} if in_scope else {"hypercare:P4"})


def test_what_was_left_is_planned_for_no_more_whatever_people_do() -> None:
    odd = frozenset({"hypercare:P1", "hypercare:stale"})
    assert changes(left(build.ticket(labels=odd), build.ticket("SHOP-2"), labelled("SHOP-3", votes=9))) == ()


def test_release_that_shares_a_ticket_with_one_that_was_left_decides_alone() -> None:
    shared = labelled().model_copy(update={"labels": OURS | {"hypercare:bau"}})
    watching = Told((shared,), name="Shop 5.3", policy=by(), memory=Memory(baseline=build.GO_LIVE))
    old = left(labelled().model_copy(update={"labels": frozenset({"hypercare:stale"})}), name="Shop 5.2")
    assert labels(changes(old, watching)) == labels(changes(watching))


@pytest.mark.parametrize(
    "told",
    [
        replace(left(labelled()), summary=None),
        replace(left(labelled(), finished=False), summary=None),
        replace(left(labelled(), finished=False), summary=FoundSummary(Audience.internal)),
        Told((build.ticket(labels=frozenset({"hypercare:bau"})),), policy=by(), memory=Memory(), summary=None),
    ],
    ids=["over and unreadable", "not over and unreadable", "not over and gone", "forgotten and unreadable"],
)
def test_nothing_is_planned_while_nobody_can_tell_whether_hypercare_has_ended(told: Told) -> None:
    assert changes(told) == ()


def test_summary_stays_open_while_a_tracker_cannot_be_read() -> None:
    told = left(labelled(), finished=False)
    found = changes(replace(told, summary=summary(told.memory), stale=frozenset({"shop-jira"})))
    assert not [one for one in found if isinstance(one, AddComment) or getattr(one, "open", None) is False]


def test_guard_lets_pass_what_was_asked_for() -> None:
    tickets = tuple(labelled(f"SHOP-{number}") for number in range(1, 41))
    told = signed(*tickets)
    state, found = told.state(), plan([told.state()])
    limits = GuardLimits()
    assert sum(isinstance(one, RemoveLabel) for one in found.changes) == 80
    assert refusals(found, [state], None, lambda: found, limits) == ()
    after = told.after(found.changes)
    new = build.ticket("SHOP-99", created="4d", labels=P1)
    back = replace(after, tickets=(*after.tickets, new)).state(build.after("4d"))
    again = plan([back])
    assert sum(isinstance(one, RemoveLabel) for one in again.changes) == 40
    assert refusals(again, [back], None, lambda: again, limits) == ()


def test_relapse_that_was_written_in_part_is_not_refused_either() -> None:
    tickets = tuple(labelled(f"SHOP-{number}") for number in range(1, 41))
    told = signed(*tickets)
    new = build.ticket("SHOP-99", created="4d", labels=P1)
    after = told.after(plan([told.state()]).changes)
    after = replace(after, tickets=(*after.tickets, new))
    found = plan([after.state(build.after("4d"))]).changes
    part = after.after(found[:10], build.after("4d"))
    state = part.state(build.after("4d"))
    rest = plan([state])
    assert sum(isinstance(one, RemoveLabel) for one in rest.changes) > 30
    assert refusals(rest, [state], None, lambda: rest, GuardLimits()) == ()


def test_reopened_summary_is_opened_once() -> None:
    told = signed(labelled())
    after = told.after(changes(told))
    new = build.ticket("SHOP-9", created="4d", labels=P1)
    now = build.after("4d")
    back = replace(after, tickets=(*after.tickets, new))
    found = plan([back.state(now)]).changes
    (edit,) = [one for one in found if isinstance(one, EditSummary)]
    assert (edit.open, edit.why) == (True, "a new P1 takes the end of hypercare back")
    assert not [one for one in plan([back.after(found, now).state(now)]).changes if not isinstance(one, AddComment)]
