"""A release as it stood at a time of the past."""

from tests.rules.build import DONE, P1_LABEL, after, closed, comment, labelled, moves, source, ticket, world

from hypercare_rules.assess import Memory
from hypercare_rules.hindsight import as_it_stood


def test_tickets_stand_as_they_stood_and_later_ones_are_left_out() -> None:
    solved = closed("A", resolved="6h", history=(labelled("2h", P1_LABEL), *moves(("6h", DONE))), labels={P1_LABEL})
    then = as_it_stood(world(source(solved, ticket("B", created="5h"))), after("90m"))
    (one,) = then.sources[0].tickets
    assert (one.ref.key, one.open, one.labels) == ("A", True, frozenset())
    assert [one.ref.key for one in as_it_stood(world(source(solved)), solved.created).sources[0].tickets] == ["A"]


def test_a_baseline_that_was_still_to_come_is_none() -> None:
    seen = world(source(), baseline="3h", backfilled=True)
    assert as_it_stood(seen, after("2h")).memory == Memory(backfilled=True)
    assert as_it_stood(seen, after("3h")).memory.baseline == after("3h")


def test_nothing_changes_where_nothing_came_later() -> None:
    seen = world(source(ticket(comments=(comment("2h"),))), baseline="0m")
    assert as_it_stood(seen, after("2h")) == seen
