"""The whole of a release: scope, order, counts; what holds for any world."""

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    DONE,
    P1_LABEL,
    P2_LABEL,
    P4_LABEL,
    VERSION,
    after,
    closed,
    comment,
    duplicate_of,
    policy,
    source,
    ticket,
    world,
)
from tests.rules.strategies import any_tickets, minutes, of_whole_releases

from hypercare_rules.assess import Assessment, assess
from hypercare_rules.health import HealthState
from hypercare_rules.mapping import Mapping
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Audience, Ref, Ticket
from hypercare_rules.values import Level, Priority

STANDARD = policy(stale=dict.fromkeys(Priority, policy().targets.resolve[Priority.P1].length))

distinct_tickets = st.lists(any_tickets(), max_size=6, unique_by=lambda one: one.ref)
moments = minutes(-3000, 60_000)


def look(*sources: Any, now: str = "3h", by: Policy = STANDARD, **memory: Any) -> Assessment:
    return assess(world(*sources, **memory), by, after(now))


def keys(tickets: Any) -> list[str]:
    return [getattr(one, "ticket", one).ref.key for one in tickets]


def test_tickets_are_parted_by_what_they_are_to_the_release() -> None:
    found = look(
        source(
            ticket("reported"),
            ticket("planned", created="-1d", affects=(), planned_for=(VERSION,)),
            ticket("untagged", affects=()),
            ticket("other", affects=("6.0",)),
            ticket("summary", labels={"hypercare:summary"}),
        )
    )
    assert keys(found.tickets) == ["reported"]
    assert keys(found.planned) == ["planned"]
    assert keys(found.untagged) == ["untagged"]
    assert keys(found.outside) == ["other", "summary"]


def test_the_rest_is_listed_by_reference() -> None:
    tickets = [ticket(key, affects=()) for key in ("C", "A", "B")]
    assert keys(look(source(*tickets)).untagged) == ["A", "B", "C"]


def test_a_ticket_that_two_sources_report_is_assessed_once_and_counted_in_both() -> None:
    shared, own = ticket("shared", labels={"hotfix"}), ticket("own")
    found = look(source(shared, own), source(shared, label="by label", version=None, labels={"hotfix"}))
    assert keys(found.tickets) == ["own", "shared"]
    assert [state.tickets for state in found.sources] == [(own.ref, shared.ref), (shared.ref,)]
    assert len(found.incidents) == 2


def test_a_ticket_that_two_sources_have_is_for_the_fewest_readers_that_one_of_them_names() -> None:
    wide, narrow = (
        ticket("shared", labels={"hotfix"}).model_copy(update={"audience": audience})
        for audience in (Audience.public, Audience.restricted)
    )
    for first, second in ((wide, narrow), (narrow, wide)):
        found = look(source(first), source(second, label="by label", version=None, labels={"hotfix"}))
        assert [one.ticket.audience for one in found.tickets] == [Audience.restricted]


def test_what_one_source_reports_is_the_releases_whatever_another_makes_of_it() -> None:
    shared = ticket("shared", created="-1d", affects=(), planned_for=(VERSION,), labels={"hotfix"})
    by_version, by_label = source(shared), source(shared, version=None, labels={"hotfix"})
    by_other_label = source(shared, version=None, labels={"web"})
    for sources in ((by_version, by_label, by_other_label), (by_other_label, by_label, by_version)):
        found = look(*sources)
        assert keys(found.tickets) == ["shared"]
        assert (found.planned, found.untagged, found.outside) == ((), (), ())


def test_the_same_key_in_two_trackers_names_two_tickets() -> None:
    found = look(source(ticket("A-1", tracker="shop")), source(ticket("A-1", tracker="web"), label="web"))
    assert [one.ticket.ref for one in found.tickets] == [Ref("shop", "A-1"), Ref("web", "A-1")]
    assert len(found.incidents) == 2


def test_the_most_urgent_ticket_comes_first() -> None:
    found = look(
        source(
            ticket("closed-p1", status=DONE, resolved="2h", labels={P1_LABEL}),
            ticket("p4", labels={P4_LABEL}),
            ticket("p3-later", created="2h"),
            ticket("p3-b"),
            ticket("p3-a"),
            ticket("p3-answered", comments=(comment("2h"),)),
            ticket("p2", created="2h", labels={P2_LABEL}),
            ticket("p1", created="2h30m", labels={P1_LABEL}),
        )
    )
    assert keys(found.tickets) == ["p1", "p2", "p3-a", "p3-b", "p3-later", "p3-answered", "p4", "closed-p1"]
    assert keys(found.open) == keys(found.tickets)[:-1]


def test_closed_tickets_are_told_by_priority_and_age() -> None:
    found = look(source(closed("new", created="90m"), closed("old"), closed("p1", labels={P1_LABEL})))
    assert keys(found.tickets) == ["p1", "old", "new"]


def test_health_is_that_of_the_open_tickets_in_scope() -> None:
    burning: dict[str, Any] = {"labels": {P1_LABEL}}
    calm = look(source(closed(**burning), ticket("2", affects=("6.0",), **burning), ticket("3", created="2h")))
    assert calm.health.state is HealthState.green
    assert look(source(ticket(**burning))).health.state is HealthState.red
    assert look(source(ticket()), now="4h").health.figures == ("1 at risk",)


def test_a_source_that_failed_shows_in_the_health_and_stays_listed() -> None:
    found = look(source(problem="HTTP 502"))
    assert found.health.reasons(Audience.internal) == ("SHOP is not up to date",)
    assert [state.problem for state in found.sources] == ["HTTP 502"]


def test_duplicates_are_counted_once() -> None:
    tickets = [ticket("A"), ticket("B", links=duplicate_of("A")), closed("C", links=duplicate_of("B"))]
    assert len(look(source(*tickets, ticket("D"))).incidents) == 2


def test_a_ticket_outside_binds_no_incidents_together() -> None:
    outside = ticket("X", affects=("6.0",), links=duplicate_of("A", "B"))
    assert len(look(source(ticket("A"), ticket("B"), outside)).incidents) == 2


def test_phase_and_day_are_those_of_now() -> None:
    found = look(source(), now="50h")
    assert (found.phase, found.day, found.now, found.release.name) == (Phase.hypercare, 3, after("50h"), "Shop 5.2")


def test_a_release_without_tickets_is_well() -> None:
    empty = look()
    assert (empty.tickets, empty.incidents, empty.health.state) == ((), (), HealthState.green)


def test_what_is_told_depends_on_the_baseline_of_the_release() -> None:
    one = source(ticket(created="2h", labels={P1_LABEL}))
    memories: list[dict[str, Any]] = [{}, {"baseline": "1h"}, {"baseline": "2h59m"}, {"backfilled": True}]
    told = [assessed.told for memory in memories for assessed in look(one, **memory).tickets]
    assert told == [False, True, False, True]


def test_the_policy_decides() -> None:
    all_high = Mapping[Level](default=Level.high)
    assert look(source(ticket()), by=policy(impact=all_high, urgency=all_high)).tickets[0].priority is Priority.P1


@of_whole_releases
@given(distinct_tickets, moments)
def test_every_ticket_is_told_of_exactly_once(tickets: list[Ticket], now: datetime) -> None:
    found = assess(world(source(*tickets)), STANDARD, now)
    told = [*(one.ticket for one in found.tickets), *found.planned, *found.untagged, *found.outside]
    assert sorted(one.ref for one in told) == sorted(one.ref for one in tickets)
    assert sorted(ref for incident in found.incidents for ref in incident.tickets) == sorted(
        one.ticket.ref for one in found.tickets
    )


@of_whole_releases
@given(distinct_tickets, moments)
def test_nothing_begins_in_the_future_however_odd_the_times(tickets: list[Ticket], now: datetime) -> None:
    for assessed in assess(world(source(*tickets)), STANDARD, now).open:
        for condition in assessed.conditions:
            assert condition.since <= now or condition.name == "overridden"


@of_whole_releases
@given(distinct_tickets, moments)
def test_labels_of_ours_are_one_priority_and_known_conditions(tickets: list[Ticket], now: datetime) -> None:
    for assessed in assess(world(source(*tickets)), STANDARD, now).open:
        names = [wanted.label.removeprefix("hypercare:") for wanted in assessed.labels]
        assert len(names) == len(set(names))
        assert {name for name in names if name in set(Priority)} <= {assessed.priority}
        assert set(names) - set(Priority) <= {"breached", "at-risk", "stale"}
        assert not {"breached", "at-risk"} <= set(names)
