"""From desired and observed to changes: which, in which order, and none that is not needed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.strategies import any_tickets, unhurried
from tests.sync.states import NOW, Told, by_ref, consistent

from hypercare_rules.assess import Memory
from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import Audience, Comment, Marker, Ref, Relation, Ticket
from hypercare_rules.values import Priority
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    EditSummary,
    RemoveComment,
    RemoveLabel,
    SetPriority,
)
from hypercare_sync.observed import FoundSummary, SummaryRecord, SummaryState
from hypercare_sync.plan import plan
from hypercare_sync.text import markdown

LATEST = build.after("60d")
GITHUB = Ref("web-github", "acme/web#1")


def changes(*releases: Told) -> tuple[Change, ...]:
    return plan([release.state() for release in releases]).changes


def labels(found: Sequence[Change]) -> list[tuple[str, str]]:
    return [(change.kind, change.label) for change in found if isinstance(change, AddLabel | RemoveLabel)]


def kinds(found: Sequence[Change]) -> list[str]:
    return [change.kind for change in found]


def urgent(key: str = "SHOP-1", **given: Any) -> Ticket:
    """A P1 that is acknowledged and not late: it gets one label and, arising after the baseline, one comment."""
    return build.ticket(key, created="71h55m", labels=frozenset({build.P1_LABEL}), **given)


def ours(number: str, when: str, release: str = "Shop 5.2", digest: str = "old") -> Comment:
    moment = build.after(when)
    marker = Marker(purpose="status", release=release, digest=digest)
    return Comment(id=number, author=build.US, created=moment, updated=moment, text="...", marker=marker)


def summary(key: str, *, when: str = "0m", digest: str = "old") -> SummaryState:
    record = SummaryRecord(
        release="Shop 5.2", digest=digest, baseline=build.GO_LIVE, backfilled=False, as_of=build.after(when)
    )
    return SummaryState(key, f"https://github.example/{key}", open=True, record=record)


def called(number: str, when: str, *steps: str, **given: Any) -> Comment:
    """Our page of an episode that began an hour after go-live."""
    return build.told(when, "p1", "1h", *steps, **given).model_copy(update={"id": number})


def test_page_that_tells_nothing_new_is_removed_and_one_that_does_stays() -> None:
    first, again = called("11", "2h", "0m", "30m"), called("12", "2h", "0m")
    other, more = called("13", "3h", "0m", release="Shop 5.3"), called("14", "4h", "30m", "1h")
    unheard = called("15", "5h", "1h", who=("on_call",))
    ticket = urgent(comments=(more, again, first, other, unheard))
    found = [change for change in changes(Told((ticket,))) if isinstance(change, RemoveComment)]
    assert [(change.comment, change.why) for change in found] == [("12", "stands twice; the oldest stays")]


NATIVE = build.policy(native_priority={"P1": "Highest", "P3": "Medium"})
"""A policy that keeps the native priority in step."""


def natives(*releases: Told, only: str | None = None) -> list[tuple[str, str | None, str]]:
    """The native priorities that are planned: of which ticket, from which to which."""
    found = plan([release.state() for release in releases], only).changes
    return [(change.ticket.key, change.before, change.native) for change in found if isinstance(change, SetPriority)]


def test_native_priority_is_planned_where_it_differs_and_once() -> None:
    tickets = urgent(native_priority="Medium"), urgent("SHOP-2", native_priority="highest"), build.ticket("SHOP-3")
    told = Told(tickets, policy=NATIVE)
    assert natives(told) == [("SHOP-1", "Medium", "Highest"), ("SHOP-3", None, "Medium")]
    assert changes(told.after(changes(told))) == ()


def test_native_priority_is_planned_for_a_tracker_that_could_be_read_only() -> None:
    assert natives(Told((urgent(),), policy=NATIVE, stale=frozenset({"shop-jira"}))) == []


def test_release_that_takes_a_ticket_most_seriously_decides_its_native_priority() -> None:
    calm = build.policy(native_priority={"P1": "Medium", "P3": "Low"}, impact={"default": "medium"})
    here, there = (
        Told((urgent(native_priority="Low"),), name="B", policy=NATIVE),
        Told((urgent(native_priority="Low"),), name="A", policy=calm),
    )
    assert natives(here, there) == natives(there, here) == [("SHOP-1", "Low", "Highest")]
    assert natives(here, there, only="A") == [("SHOP-1", "Low", "Highest")]
    kept = build.reprioritised("71h57m", "Medium", "Low", build.BEN)
    chosen = replace(here, tickets=(urgent(native_priority="Low", history=(kept,)),))
    assert natives(chosen, there) == []


many = st.lists(any_tickets().map(consistent), max_size=3, unique_by=lambda ticket: ticket.ref).map(tuple)


@unhurried
@given(many, st.booleans())
def test_plan_on_the_world_that_a_plan_would_make_is_empty(tickets: tuple[Ticket, ...], backfilled: bool) -> None:
    told = Told(tickets, memory=Memory(baseline=build.GO_LIVE, backfilled=backfilled))
    first = plan([told.state(LATEST)]).changes
    again = told.after(first, LATEST)
    assert plan([again.state(LATEST)]).changes == ()


@unhurried
@given(many, many, st.data())
def test_two_releases_settle_and_any_order_gives_the_same_plan(
    here: tuple[Ticket, ...], there: tuple[Ticket, ...], data: st.DataObject
) -> None:
    shared = {ticket.ref: ticket for ticket in (*there, *here)}
    stricter = build.policy(targets=build.targets(at_risk_from=0.1))
    releases = [
        Told(tuple(shared[ticket.ref] for ticket in here)),
        Told(tuple(shared[ticket.ref] for ticket in there), name="App 7", policy=stricter),
    ]
    planned = plan([release.state(LATEST) for release in releases])
    shuffled = [
        replace(release, tickets=tuple(data.draw(st.permutations(release.tickets))))
        for release in data.draw(st.permutations(releases))
    ]
    assert plan([release.state(LATEST) for release in shuffled]) == planned
    settled = [release.after(planned.changes, LATEST) for release in releases]
    assert plan([release.state(LATEST) for release in settled]).changes == ()


@unhurried
@given(many)
def test_only_labels_under_our_prefix_are_touched_and_peoples_overrides_never(tickets: tuple[Ticket, ...]) -> None:
    for _, label in labels(plan([Told(tickets).state(LATEST)]).changes):
        assert label.startswith("hypercare:")
        assert label != "hypercare:summary"


def test_new_label_looks_as_the_first_release_that_wants_it_has_it() -> None:
    styles = {name: LabelStyle(text=name, colour="red") for name in ("App 7", "Shop 5.2")}
    releases = [
        Told((urgent(),), name=name, policy=build.policy(labels={"P1": style})) for name, style in styles.items()
    ]
    (added,) = (change for change in changes(*reversed(releases)) if isinstance(change, AddLabel))
    assert (added.label, added.style) == ("hypercare:P1", styles["App 7"])


@unhurried
@given(many)
def test_nothing_is_planned_for_a_tracker_that_could_not_be_read(tickets: tuple[Ticket, ...]) -> None:
    found = plan([Told(tickets, stale=frozenset({"shop-jira"})).state(LATEST)]).changes
    assert not [ref for ref in by_ref(found) if ref.tracker == "shop-jira"]


def test_tracker_that_one_release_could_not_read_is_left_alone_for_all() -> None:
    tickets = (urgent(),)
    assert by_ref(changes(Told(tickets), Told(tickets, name="App 7", stale=frozenset({"shop-jira"})))) == {}


def test_new_urgent_ticket_gets_its_label_and_a_comment() -> None:
    assert [(c.kind, getattr(c, "label", None)) for c in by_ref(changes(Told((urgent(),))))[urgent().ref]] == [
        ("add_label", "hypercare:P1"),
        ("add_comment", None),
        ("link_summary", None),
    ]


def test_ticket_in_two_releases_gets_the_highest_priority_and_a_comment_for_each() -> None:
    lenient = build.policy(
        impact=build.policy().impact.model_copy(update={"labels": {}}),
        comments=build.policy().comments.model_copy(update={"priorities": tuple(Priority)[:3]}),
    )
    found = changes(Told((urgent(),)), Told((urgent(),), name="App 7", policy=lenient))
    assert ("add_label", "hypercare:P1") in labels(found)
    assert not [label for _, label in labels(found) if label in ("hypercare:P2", "hypercare:P3", "hypercare:P4")]
    assert sorted(change.marker.release for change in found if isinstance(change, AddComment)) == ["App 7", "Shop 5.2"]


def test_plan_of_one_release_alone_lets_the_others_say_in_shared_labels() -> None:
    lenient = build.policy(impact=build.policy().impact.model_copy(update={"labels": {}}))
    releases = [Told((urgent(),)).state(), Told((urgent(),), name="App 7", policy=lenient).state()]
    alone = plan(releases, "App 7").changes
    assert [label for _, label in labels(alone) if "P" in label] == ["hypercare:P1"]
    assert {change.record.release for change in alone if isinstance(change, CreateSummary)} == {"App 7"}
    assert {change.marker.release for change in alone if isinstance(change, AddComment)} <= {"App 7"}


def test_label_in_other_capitals_is_there_already() -> None:
    odd = urgent().labels | {"Hypercare:p1", "HYPERCARE:stale-old"}
    told = Told((urgent().model_copy(update={"labels": odd}),))
    assert ("add_label", "hypercare:P1") not in labels(changes(told))
    assert ("remove_label", "HYPERCARE:stale-old") in labels(changes(told))


def test_ticket_that_one_release_keeps_and_another_lost_keeps_its_labels() -> None:
    keeps = Told((urgent(history=()),))
    (ticket,) = keeps.after(changes(keeps)).tickets
    elsewhere = build.policy()
    lost = Told((ticket.model_copy(update={"listed": False}),), name="App 7", policy=elsewhere)
    assert labels(changes(Told((ticket,)), lost)) == []


@pytest.mark.parametrize(
    "given",
    [
        {"affects": (), "planned_for": (build.VERSION,), "created": "-1d"},
        {"affects": ()},
        {"affects": ("4.0",)},
        {"listed": False},
    ],
    ids=["planned", "untagged", "outside", "no longer listed"],
)
def test_ticket_that_is_not_the_releases_loses_our_labels_and_gets_none(given: dict[str, Any]) -> None:
    carried = frozenset({"hypercare:P1", "hypercare:breached", "hypercare-override:P1", "web"})
    ticket = build.ticket(labels=carried, **given)
    found = changes(Told((ticket,)))
    assert labels(found) == [("remove_label", "hypercare:P1"), ("remove_label", "hypercare:breached")]
    assert list(by_ref(found)[ticket.ref]) == [change for change in found if isinstance(change, RemoveLabel)]


def test_ticket_closed_before_the_first_tick_gets_nothing() -> None:
    for memory in (Memory(), Memory(backfilled=True)):
        assert by_ref(changes(Told((build.closed(labels=frozenset({build.P1_LABEL})),), memory=memory))) == {}


def test_closed_ticket_keeps_its_priority_as_a_record_and_loses_its_conditions() -> None:
    ticket = build.closed(labels=frozenset({"hypercare:P1", "hypercare:breached"}))
    assert labels(changes(Told((ticket,)))) == [("remove_label", "hypercare:breached")]


def test_comment_of_a_ticket_that_was_closed_since_is_brought_to_its_end() -> None:
    ticket = build.closed(comments=(ours("7", "1h"),))
    assert kinds(by_ref(changes(Told((ticket,))))[ticket.ref]) == ["edit_comment"]


def test_summary_comes_first_then_tickets_by_priority_then_closed_ones() -> None:
    tickets = (
        build.closed("SHOP-1", labels=frozenset({"hypercare:stale"})),
        build.ticket("SHOP-2", created="71h", labels=frozenset({build.P4_LABEL})),
        build.ticket("SHOP-3", created="71h"),
        build.ticket("SHOP-4", created="71h", labels=frozenset({build.P2_LABEL})),
        urgent("SHOP-9"),
    )
    found = changes(Told(tickets))
    assert found[0].kind == "create_summary"
    order = list(dict.fromkeys(change.ticket.key for change in found if not hasattr(change, "place")))
    assert order == ["SHOP-9", "SHOP-4", "SHOP-3", "SHOP-2", "SHOP-1"]


def test_labels_of_a_ticket_stand_together_before_its_comment() -> None:
    found = by_ref(changes(Told((urgent(labels_before := "SHOP-1", history=()),))))
    assert kinds(found[Ref("shop-jira", labels_before)]) == ["add_label", "add_comment", "link_summary"]


def test_of_doubled_comments_the_oldest_stays() -> None:
    comments = (ours("12", "3h"), ours("9", "2h"), ours("10", "2h"), ours("11", "1h", release="App 7"))
    found = by_ref(changes(Told((build.ticket(comments=comments),))))[build.ticket().ref]
    assert [(c.kind, getattr(c, "comment", None)) for c in found if c.kind.endswith("comment")] == [
        ("edit_comment", "9"),
        ("remove_comment", "10"),
        ("remove_comment", "12"),
    ]
    assert [isinstance(c, RemoveComment) for c in found[-3:]] == [True, True, False]


@pytest.mark.parametrize(
    ("memory", "first"), [(Memory(backfilled=True), True), (Memory(baseline=build.GO_LIVE), False)]
)
def test_comment_of_the_first_tick_need_not_be_looked_for(memory: Memory, *, first: bool) -> None:
    (comment,) = [c for c in changes(Told((urgent(),), memory=memory)) if isinstance(c, AddComment)]
    assert comment.first is first


def test_comments_of_people_are_never_ours() -> None:
    ticket = build.ticket(comments=(build.comment("2h"), build.comment("3h", build.US)))
    assert not [c for c in changes(Told((ticket,))) if c.kind in ("edit_comment", "remove_comment")]


def test_ticket_of_before_the_baseline_gets_no_comment_unless_backfilled() -> None:
    ticket = build.ticket(labels=frozenset({build.P1_LABEL}))
    late = Memory(baseline=build.after("2d"))
    first = Memory()
    assert "add_comment" not in kinds(changes(Told((ticket,), memory=late)))
    assert "add_comment" not in kinds(changes(Told((ticket,), memory=first)))
    assert "add_comment" in kinds(changes(Told((ticket,), memory=late.model_copy(update={"backfilled": True}))))


@pytest.mark.parametrize(("passed", "edited"), [("0m", 0), ("59m59s", 0), ("1h", 1), ("2h", 1)], ids=str)
def test_unchanged_summary_is_edited_when_its_heartbeat_is_due(passed: str, edited: int) -> None:
    told = Told(())
    standing = told.after(changes(told))
    now = NOW + (build.after(passed) - build.GO_LIVE)
    found = plan([standing.state(now)]).changes
    assert kinds(found) == ["edit_summary"] * edited
    if edited:
        assert found[0].why == "its heartbeat is due"


def test_summary_is_edited_at_once_when_its_content_changed() -> None:
    told = Told(())
    standing = told.after(changes(told))
    (found,) = [c for c in changes(replace(standing, tickets=(build.ticket(),))) if isinstance(c, EditSummary)]
    assert found.why == "its content has changed"


def test_summary_keeps_the_baseline_of_the_first_tick() -> None:
    told = Told((), memory=Memory())
    standing = told.after(changes(told))
    assert standing.memory.baseline == NOW
    (edit,) = plan([standing.state(NOW + timedelta(hours=2))]).changes
    assert isinstance(edit, EditSummary)
    assert edit.record.baseline == NOW


def test_doubled_summary_is_closed_and_points_to_the_first() -> None:
    found = FoundSummary(Audience.public, summary("acme/ops#3"), (summary("acme/ops#8"),))
    closing = [change for change in changes(Told((), summary=found)) if isinstance(change, CloseSummary)]
    assert [(change.key, change.first) for change in closing] == [("acme/ops#8", "acme/ops#3")]


def test_summary_whose_place_could_not_be_read_is_left_alone() -> None:
    assert not [change for change in changes(Told((urgent(),), summary=None)) if "summary" in change.kind]


def test_links_between_tickets_write_nothing() -> None:
    pair = (urgent("SHOP-1"), urgent("SHOP-2", links=build.duplicate_of("SHOP-1")))
    assert pair[1].links[0].relation is Relation.duplicates
    assert {ref.key for ref in by_ref(changes(Told(pair)))} == {"SHOP-1", "SHOP-2"}


CALLING: dict[str, Any] = {
    "people": {"ana": {"name": "Ana K", "github": "ana-k", "jira": "ana"}},
    "calendars": {"always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
    "roster": {"shifts": [{"who": ["ana"], "calendar": "always"}]},
    "assign": {"priorities": ["P1", "P2", "P3"]},
    "escalation": {"all": {"for": ["P1", "P3"], "tiers": [{"after": "0m", "notify": ["ana"]}]}},
}


@unhurried
@given(many, st.booleans())
def test_policy_that_assigns_settles_too(tickets: tuple[Ticket, ...], backfilled: bool) -> None:
    memory = Memory(baseline=build.GO_LIVE, backfilled=backfilled)
    told = Told(tickets, policy=build.policy(**CALLING | {"escalation": {}}), memory=memory)
    again = told.after(plan([told.state(LATEST)]).changes, LATEST)
    assert plan([again.state(LATEST)]).changes == ()


def test_calls_for_help_come_first_then_the_summary_then_tickets_by_priority_then_cosmetics() -> None:
    calm = build.ticket("SHOP-1", created="71h50m")
    left = build.ticket("SHOP-3", affects=("5.3",), labels=frozenset({"hypercare:P1"}))
    told = Told((calm, urgent("SHOP-2"), left), policy=build.policy(**CALLING))
    found = [(change.kind, getattr(change, "ticket", ("", ""))[1]) for change in changes(told)]
    assert found == [
        ("add_comment", "SHOP-2"),
        ("add_comment", "SHOP-1"),
        ("create_summary", ""),
        ("assign", "SHOP-2"),
        ("add_label", "SHOP-2"),
        ("add_label", "SHOP-2"),
        ("add_comment", "SHOP-2"),
        ("assign", "SHOP-1"),
        ("add_label", "SHOP-1"),
        ("add_label", "SHOP-1"),
        ("add_comment", "SHOP-1"),
        ("link_summary", "SHOP-1"),
        ("link_summary", "SHOP-2"),
        ("remove_label", "SHOP-3"),
        ("pin_summary", ""),
    ]


def test_ticket_of_two_releases_is_assigned_once() -> None:
    policy = build.policy(**CALLING)
    found = changes(Told((urgent(),), policy=policy), Told((urgent(),), name="App 7", policy=policy))
    assert [change.account for change in found if isinstance(change, Assign)] == ["ana"]


def test_summary_names_its_owner_in_the_tick_that_assigns() -> None:
    (created,) = (c for c in changes(Told((urgent(),), policy=build.policy(**CALLING))) if isinstance(c, CreateSummary))
    assert "| Ana K |" in markdown.render(created.document)


@pytest.mark.parametrize(("unpinned", "pins"), [(True, 1), (False, 0)])
def test_summary_that_could_be_pinned_is(*, unpinned: bool, pins: int) -> None:
    standing = FoundSummary(Audience.internal, replace(summary("acme/ops#1"), unpinned=unpinned))
    assert kinds(changes(Told((), summary=standing))).count("pin_summary") == pins


def test_escalation_names_people_by_a_bare_login_on_github() -> None:
    issue = build.ticket("acme/web#1", tracker="web-github", created="71h55m", labels=frozenset({build.P1_LABEL}))
    comment = changes(Told((issue,), policy=build.policy(**CALLING)))[0]
    assert isinstance(comment, AddComment)
    assert "Please respond: @ana-k." in markdown.render(comment.document)
