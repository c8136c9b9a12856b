"""Whatever people, trackers and the machine do, in whatever order: nothing is lost, and nothing is said or done twice."""

from collections.abc import Callable

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.faults.machine import Effort, FaultMachine

STEPS = 2_000
_SEEDS, _EXAMPLES, _LENGTH = 8, 6, 60


def run(number: int, examples: int, length: int) -> Effort:
    """So many weeks of so many steps each, the same for the same number; what was done in them.

    Nothing is shrunk: that would take hours. The last lines of a failure tell the steps that led there.
    """
    machine = seed(number)(type("Machine", (FaultMachine,), {"effort": Effort()}))
    chosen = settings(
        max_examples=examples,
        stateful_step_count=length,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        print_blob=False,
    )
    run_state_machine_as_test(machine, settings=chosen)
    return machine.effort


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_in_some_weeks() -> None:
    effort = run(0, 2, 40)
    assert effort.total > 40


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(1, _SEEDS + 1))
def test_nothing_is_lost_or_done_twice(number: int, record_property: Callable[[str, object], None]) -> None:
    effort = run(number, _EXAMPLES, _LENGTH)
    record_property("fault machine: steps", effort.total)
    record_property("fault machine: ticks refused", effort.refusals)
    assert effort.total >= STEPS / _SEEDS, effort.steps
    assert {"tick", "killed", "fault", "calm"} <= effort.steps.keys()
