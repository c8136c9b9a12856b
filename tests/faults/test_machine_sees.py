"""The fault machine can fail: each of these breaks one promise, and a few of its steps find out."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.faults.machine import FaultMachine
from tests.faults.people import People

import hypercare_rules.labels
import hypercare_sync.plan
import hypercare_sync.trackers.github.section
from hypercare_rules.ticket import Standing
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.store.lease import Holder
from hypercare_sync.trackers.github.writer import GithubWriter

pytestmark = pytest.mark.slow

Broken = pytest.MonkeyPatch


@pytest.fixture
def machine() -> Iterator[FaultMachine]:
    made = FaultMachine()
    made.backfill = True
    yield made
    made._end.close()


def acting(machine: FaultMachine, act: Callable[[People, int, int], None], which: int, how: int) -> None:
    """One act of people, by its name."""
    names = [one.__name__ for one in machine.people.acts()]
    machine.people_act(names.index(act.__name__), which, how)


def looks(machine: FaultMachine) -> None:
    """All that is looked at after each step."""
    machine.labels_are_within_our_rights()
    machine.one_summary_and_nothing_said_twice()
    machine.secrets_stay_so()
    machine.nothing_goes_to_a_wider_audience()


def lost_comment(machine: FaultMachine) -> None:
    path = "/repos/acme/web/issues/1/comments"
    machine.team.sandbox.faults.planted.append(Fault("github", "POST", path, "lost", seconds=0))
    machine.tick()
    looks(machine)


def label_taken_off(machine: FaultMachine) -> None:
    machine.calm()
    looks(machine)
    acting(machine, People.take_ours_off, 1, 0)
    looks(machine)
    machine.tick()
    looks(machine)


def killed_and_followed(machine: FaultMachine) -> None:
    machine.tick_is_killed(20)
    machine.tick()
    looks(machine)


def noted_around_the_summary(machine: FaultMachine) -> None:
    machine.calm()
    acting(machine, People.write_around_the_summary, 0, 1)
    machine.time_passes(70)
    machine.tick()


def unread_while_time_passes(machine: FaultMachine) -> None:
    acting(machine, People.report, 1, 1)
    machine.calm()
    machine.time_passes(1440)
    machine.time_passes(1440)
    machine.team.sandbox.faults.planted.append(Fault("github", "POST", "/graphql", "502", times=6))
    machine.tick()


def in_peace(machine: FaultMachine) -> None:
    machine.calm()
    looks(machine)


def _look_skipped(broken: Broken) -> None:
    broken.setattr(GithubWriter, "_own_comment", lambda *_: None)


def _label_insisted_on(broken: Broken) -> None:
    broken.setattr(hypercare_rules.labels, "_taken_off", lambda *_: None)


def _dead_owner_waited_for(broken: Broken) -> None:
    broken.setattr(Holder, "gone", lambda *_, **__: False)


def _summary_overwritten(broken: Broken) -> None:
    broken.setattr(hypercare_sync.trackers.github.section, "around", lambda *_: ("", ""))


def _failed_source_believed(broken: Broken) -> None:
    original = hypercare_sync.plan._Wanted.over

    def over(releases: list[hypercare_sync.release_state.ReleaseState]) -> object:
        return original([replace(one, stale=frozenset()) for one in releases])

    broken.setattr(hypercare_sync.plan._Wanted, "over", over)


def _own_acts_counted(broken: Broken) -> None:
    broken.setattr(Standing, "human", property(lambda _: True))


SEEN = [
    pytest.param(_look_skipped, lost_comment, id="no look before a comment is repeated"),
    pytest.param(_label_insisted_on, label_taken_off, id="a label that a person took off is set again"),
    pytest.param(_dead_owner_waited_for, killed_and_followed, id="a dead owner's lease is not taken over"),
    pytest.param(_summary_overwritten, noted_around_the_summary, id="the whole summary is overwritten"),
    pytest.param(_failed_source_believed, unread_while_time_passes, id="a source that failed is believed"),
    pytest.param(_own_acts_counted, in_peace, id="our own writes count as activity"),
]


@pytest.mark.parametrize(("breaks", "steps"), SEEN)
def test_machine_sees(
    machine: FaultMachine, monkeypatch: Broken, breaks: Callable[[Broken], None], steps: Callable[[FaultMachine], None]
) -> None:
    breaks(monkeypatch)
    with pytest.raises(AssertionError):
        steps(machine)


@pytest.mark.parametrize("steps", [case.values[1] for case in SEEN])
def test_machine_is_content_with_what_is_whole(machine: FaultMachine, steps: Callable[[FaultMachine], None]) -> None:
    steps(machine)
    machine.calm()
    looks(machine)
