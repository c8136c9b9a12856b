"""What ran at the baseline is remembered as such, and nobody is told of it while it goes on; of anything else people are."""

from typing import Any

import pytest
from tests.rules.build import (
    CUSTOMER,
    DONE,
    OPEN,
    P1_LABEL,
    after,
    comment,
    labelled,
    moved,
    release,
    rule,
    source,
    ticket,
    told,
)
from tests.rules.escalating import TIERS, escalating, urgent, with_told

from hypercare_rules.assess import Assessment, Memory, SourceView, World, assess
from hypercare_rules.escalations import Escalation
from hypercare_rules.policy import Policy
from hypercare_rules.quiet import MOST, Quiet, episode_mark
from hypercare_rules.ticket import Audience, Link, Ref, Relation, Ticket

LOUD = escalating(rules=(rule("loud", {"votes": {"gte": 5}}, escalate=["p1"]),))
RAISED = escalating(rules=(rule("loud", {"votes": {"gte": 5}}, set={"priority": "P1"}),))
BASELINE = "3h"


def ticked(
    *tickets: Ticket, now: str, by: Policy | None = None, before: Assessment | None = None, **memory: Any
) -> Assessment:
    return sources_ticked(source(*tickets), now=now, by=by, before=before, **memory)


def sources_ticked(
    *sources: SourceView,
    now: str,
    by: Policy | None = None,
    before: Assessment | None = None,
    readers: Audience = Audience.restricted,
    **memory: Any,
) -> Assessment:
    known = before.memory if before else Memory(**memory)
    world = World(release=release(), sources=sources, memory=known, readers=readers)
    return assess(world, by or escalating(), after(now))


def due(of: Assessment, key: str = "SHOP-1") -> list[int]:
    return [step.number for one in running(of, key) for step in one.due]


def running(of: Assessment, key: str = "SHOP-1") -> tuple[Escalation, ...]:
    return next(one.escalations for one in of.tickets if one.ticket.ref.key == key)


def comments(of: Assessment) -> list[str]:
    return [one.ticket.ref.key for one in of.tickets if one.told]


def test_what_runs_at_the_baseline_is_quiet_for_as_long_as_it_runs() -> None:
    first = ticked(urgent(), now=BASELINE)
    assert (due(first), comments(first)) == ([], [])
    assert first.memory.baseline == after(BASELINE)
    later = ticked(urgent(), now="3h50m", before=first)
    assert (due(later), comments(later)) == ([], [])


def test_an_episode_says_why_nobody_is_told_of_it() -> None:
    first = ticked(urgent(), now=BASELINE)
    assert [one.quiet for one in running(first)] == [
        "it runs at the baseline, the first tick, which tells nobody of what was before it"
    ]
    assert [one.quiet for one in running(ticked(urgent(), now="9h", before=first))] == [
        "it ran before the baseline of 2026-11-20 10:00"
    ]
    assert [one.quiet for one in running(ticked(urgent(created="4h"), now="9h", before=first))] == [None]


@pytest.mark.parametrize("by", [LOUD, RAISED], ids=["that a rule hands to it", "by priority"])
def test_an_old_ticket_that_votes_put_under_an_escalation_pages_by_its_first_step(by: Policy) -> None:
    first = ticked(ticket(), now=BASELINE, by=by)
    later = ticked(ticket(votes=5), now="50h", by=by, before=first)
    assert (due(later), comments(later)) == ([0], ["SHOP-1"])


def test_duplicates_that_make_an_old_ticket_a_p1_page() -> None:
    by = escalating(rules=(rule("many", {"duplicates": {"gte": 1}}, set={"priority": "P1"}),))
    first = ticked(ticket(), now=BASELINE, by=by)
    twin = ticket("SHOP-2", created="5h", links=(Link(relation=Relation.duplicates, key="SHOP-1"),))
    assert due(ticked(ticket(), twin, now="6h", by=by, before=first)) == [0]


def test_the_first_step_of_an_episode_without_a_beginning_is_told_when_it_can_be_due_and_the_next_after_it() -> None:
    by = escalating([{"after": "15m", "notify": ["lead"]}, TIERS[2]], rules=LOUD.rules)
    first = ticked(ticket(), now=BASELINE, by=by)
    soon = ticked(ticket(votes=5), now="3h10m", by=by, before=first)
    assert (due(soon), running(soon)[0].since) == ([], after(BASELINE))
    late = ticked(ticket(votes=5), now="9h", by=by, before=soon)
    assert (due(late), running(late)[0].since) == ([0], after("8h45m"))


def test_the_first_step_of_an_episode_without_a_beginning_is_due_in_working_time_of_its_calendar() -> None:
    by = escalating(
        [{"after": "4h", "notify": ["lead"]}, {"after": "9h", "notify": ["cto"]}], rules=LOUD.rules, calendar="office"
    )
    first = ticked(ticket(), now=BASELINE, by=by)
    # The office was open for seven hours on Friday since the baseline, and for two on Monday.
    late = ticked(ticket(votes=5), now="74h", by=by, before=first)
    (found,) = running(late)
    assert [step.number for step in found.due] == [0]
    assert found.since == after("8h")


def test_what_was_told_goes_on_from_where_it_began() -> None:
    first = ticked(ticket(), now=BASELINE, by=LOUD)
    found = running(ticked(ticket(votes=5), now="50h", by=LOUD, before=first))[0]
    page = told("50h", "p1", "3h", "0m")
    assert page.marker is not None
    began = page.model_copy(update={"marker": page.marker.model_copy(update={"began": found.since})})
    voted = with_told(ticket(votes=5), began)
    assert due(ticked(voted, now="50h29m", by=LOUD, before=first)) == []
    later = ticked(voted, now="51h", by=LOUD, before=first)
    assert (due(later), running(later)[0].since) == ([1], found.since)


def test_what_ended_and_arises_anew_is_told() -> None:
    first = ticked(ticket(votes=5), now=BASELINE, by=LOUD)
    calm = ticked(ticket(), now="4h", by=LOUD, before=first)
    again = ticked(ticket(votes=5), now="5h", by=LOUD, before=calm)
    assert (due(again), comments(again)) == ([0], ["SHOP-1"])


def test_what_ended_and_arose_anew_between_two_ticks_is_told_by_its_history() -> None:
    first = ticked(urgent(), now=BASELINE)
    back = urgent(history=(moved("4h", OPEN, DONE, CUSTOMER), moved("5h", DONE, OPEN, CUSTOMER)))
    assert due(ticked(back, now="5h40m", before=first)) == [0, 1]


def test_what_was_told_at_the_baseline_or_before_it_is_quiet_and_what_was_told_since_is_not() -> None:
    first = ticked(with_told(urgent(), told("3h", "p1", "1h", "0m")), now=BASELINE)
    for at, numbers in (("2h59m", []), ("3h", []), ("3h1m", [1, 2])):
        assert due(ticked(with_told(urgent(), told(at, "p1", "1h", "0m")), now="9h", before=first)) == numbers


def test_what_began_with_the_baseline_and_was_not_seen_by_it_is_dated_by_its_history() -> None:
    first = ticked(ticket(), now=BASELINE)
    (later,) = running(ticked(urgent(history=(labelled("3h", P1_LABEL),)), now="3h40m", before=first))
    assert (later.since, [step.number for step in later.due]) == (after("3h"), [0, 1])


def test_a_clock_that_breaches_later_is_told_though_another_was_breached_at_the_baseline() -> None:
    answered = {"comments": (comment("6h"),)}
    first = ticked(ticket(**answered), now="7h")
    assert comments(ticked(ticket(**answered), now="12h", before=first)) == []
    assert comments(ticked(ticket(**answered), now="18h", before=first)) == ["SHOP-1"]


def test_a_rule_that_asks_for_a_comment_by_votes_is_told_of() -> None:
    by = escalating(rules=(rule("loud", {"votes": {"gte": 5}}, comment=True),))
    first = ticked(ticket(comments=(comment("2h"),)), now=BASELINE, by=by)
    assert comments(ticked(ticket(votes=5, comments=(comment("2h"),)), now="5h", by=by, before=first)) == ["SHOP-1"]


# Sources.
def test_a_source_that_failed_at_the_baseline_is_quiet_by_its_times_when_it_returns_and_watched_from_then_on() -> None:
    here, there = source(ticket()), source(label="APP", problem="502")
    first = sources_ticked(here, there, now=BASELINE, by=LOUD)
    old, new = ticket("APP-1", votes=5), urgent("APP-2", created="4h")
    quiet = ticket("APP-3")
    back = sources_ticked(here, source(old, new, quiet, label="APP"), now="5h", by=LOUD, before=first)
    assert [due(back, key) for key in ("APP-1", "APP-2", "APP-3")] == [[], [0, 1], []]
    loud = quiet.model_copy(update={"votes": 5})
    later = sources_ticked(here, source(old, loud, label="APP"), now="6h", by=LOUD, before=back)
    assert [due(later, key) for key in ("APP-1", "APP-3")] == [[], [0]]


def test_tickets_that_could_not_be_seen_have_not_ended() -> None:
    first = ticked(ticket(votes=5), now=BASELINE, by=LOUD)
    gone = sources_ticked(source(problem="502"), source(label="APP"), now="4h", by=LOUD, before=first)
    assert due(ticked(ticket(votes=5), now="5h", by=LOUD, before=gone)) == []


def test_a_first_tick_that_read_nothing_is_no_baseline() -> None:
    failed = sources_ticked(source(problem="502"), now=BASELINE)
    assert failed.memory == Memory()


def test_a_record_from_before_there_was_such_a_memory_goes_by_the_times_and_remembers_from_then_on() -> None:
    old = ticked(ticket(votes=5), now="5h", by=LOUD, baseline=after(BASELINE))
    assert due(old) == []
    assert due(ticked(ticket(votes=5), ticket("SHOP-2", votes=5), now="6h", by=LOUD, before=old), "SHOP-2") == [0]


def test_an_escalation_added_to_the_policy_tells_nobody_of_what_was_before_the_baseline() -> None:
    first = ticked(
        urgent(), now=BASELINE, by=escalating(rules=LOUD.rules).model_copy(update={"escalation": {}, "rules": ()})
    )
    assert due(ticked(urgent(), urgent("SHOP-2", created="4h"), now="9h", before=first)) == []
    assert due(ticked(urgent(), urgent("SHOP-2", created="4h"), now="9h", before=first), "SHOP-2") == [0, 1, 2]


@pytest.mark.parametrize("then", [{"escalate": ["p1"]}, {"escalate": ["p1"], "comment": True}], ids=str)
def test_a_rule_added_to_the_policy_tells_nobody_of_what_was_before_the_baseline(then: dict[str, Any]) -> None:
    vip = ticket(labels={"vip"})
    first = ticked(vip, now=BASELINE)
    by = escalating(rules=(rule("vip", {"labels": "vip"}, **then),))
    later = ticked(vip, now="3h30m", by=by, before=first)
    assert (due(later), comments(later)) == ([], [])


def test_an_edit_of_the_policy_silences_nothing_that_was_told() -> None:
    first = ticked(ticket(), now=BASELINE, by=LOUD)
    voted = with_told(ticket(votes=5), told("9h", "p1", "3h", "0m"))
    edited = escalating(rules=(*LOUD.rules, rule("more", {"votes": {"gte": 9}}, comment=True)))
    assert due(ticked(voted, now="10h", by=edited, before=first)) == [1, 2]


# How much is remembered.
def test_more_than_can_be_remembered_goes_by_the_times() -> None:
    by = escalating(rules=LOUD.rules)
    crowd = [ticket(f"SHOP-{number}", votes=5) for number in range(2, MOST + 3)]
    first = ticked(*crowd, ticket(), now=BASELINE, by=by)
    assert first.memory.quiet.episodes is None
    later = ticked(*crowd, ticket(votes=5), urgent("APP-1", created="4h"), now="5h", by=by, before=first)
    assert (due(later), due(later, "APP-1")) == ([], [0, 1])


def test_episodes_are_remembered_before_reasons_for_a_comment() -> None:
    digests = frozenset(f"{number:08x}" for number in range(MOST))
    quiet = Quiet(reasons=digests, episodes=digests).after((), {"s": True, "t": False})
    assert (quiet.episodes, quiet.reasons) == (digests, None)


def test_as_many_as_can_be_remembered_are() -> None:
    half = frozenset(f"{number:08x}" for number in range(MOST // 2))
    quiet = Quiet(reasons=half, episodes=half).after((), {"s": True, "t": False})
    assert (quiet.episodes, quiet.reasons) == (half, half)


def test_a_source_is_watched_while_it_fails_and_forgotten_with_the_config() -> None:
    known = Quiet(sources=frozenset({"s", "t"}))
    assert known.after((), {"s": True, "t": False}).sources == {"s", "t"}
    assert known.after((), {"s": True}).sources == {"s"}


def test_it_is_written_as_short_text_that_is_the_same_for_the_same_and_says_nothing() -> None:
    first = ticked(*(urgent(f"SHOP-{number}") for number in range(1, 60)), now=BASELINE)
    text = first.memory.model_dump_json()
    assert Memory.model_validate_json(text) == first.memory
    assert first.memory.quiet.episodes is not None
    assert "".join(sorted(first.memory.quiet.episodes)) in text
    assert "SHOP" not in text
    assert "p1" not in text
    assert len(episode_mark(Ref("shop-jira", "SHOP-1"), "p1")) == 8


def test_a_backfill_remembers_nothing_and_tells_of_everything() -> None:
    first = ticked(urgent(), now=BASELINE, backfilled=True)
    assert (due(first), first.memory.quiet) == ([0, 1, 2], Quiet())


def for_all(of: Ticket | SourceView) -> Any:
    """The same, where the whole world may read it."""
    if isinstance(of, Ticket):
        return of.model_copy(update={"audience": Audience.public})
    return of.model_copy(update={"state": of.state.model_copy(update={"audience": Audience.public})})


def test_where_memory_may_be_read_by_more_no_digest_of_a_ticket_stands() -> None:
    """Keys are few enough to be tried until a digest fits: then what is narrower is quiet by its times alone."""
    seen = for_all(source(urgent(), for_all(urgent("SHOP-2"))))
    first = sources_ticked(seen, now=BASELINE, readers=Audience.public)
    assert first.memory.quiet.episodes == {episode_mark(Ref("shop-jira", "SHOP-2"), "p1")}
    later = sources_ticked(seen, now="3h50m", before=first, readers=Audience.public)
    assert (due(later), due(later, "SHOP-2")) == ([], [])
    assert later.memory == first.memory


def test_a_source_that_readers_of_the_memory_may_not_see_leaves_no_digest() -> None:
    first = ticked(urgent(), now=BASELINE, readers=Audience.public)
    assert first.memory.quiet == Quiet()
    assert first.memory.baseline == after(BASELINE)
    assert due(ticked(urgent(), now="9h", before=first, readers=Audience.public)) == []
