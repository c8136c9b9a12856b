"""One fault on any request of a tick: what stands after the next tick is what a calm day would have led to."""

from pathlib import Path

import pytest
from tests.faults.pictures import Picture, doubled, picture
from tests.sync.flow import a_team

from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.faults import Fault, FaultName
from hypercare_sync.sandbox.log import Tracker

pytestmark = pytest.mark.slow


def calm(folder: Path) -> tuple[dict[Tracker, int], Picture]:
    """How many requests a first tick sends to each tracker when nothing is planted, and what it leads to."""
    folder.mkdir()
    with a_team(folder) as team:
        team.tick(backfill=True)
        trackers = [row.tracker for row in team.sandbox.log.served]
        return {"github": trackers.count("github"), "jira": trackers.count("jira")}, picture(team)


def after_a_fault(folder: Path, fault: Fault) -> tuple[int, Picture]:
    """The exit code of a tick with the fault, and what stands after another one without."""
    folder.mkdir()
    with a_team(folder) as team:
        team.sandbox.faults.planted.append(fault)
        code = exit_code(team.tick(backfill=True))
        assert fault.struck, "the fault was never met"
        team.repair()
        team.tick(backfill=True)
        assert team.plan(backfill=True).plan.changes == ()
        return code, picture(team)


@pytest.mark.parametrize("tracker", ["github", "jira"])
@pytest.mark.parametrize("name", ["lost", "reset", "429", "truncated"])
def test_one_fault_on_any_request_is_made_good(tmp_path: Path, tracker: Tracker, name: FaultName) -> None:
    requests, expected = calm(tmp_path / "calm")
    for number in range(requests[tracker]):
        fault = Fault(tracker, "*", "/", name, after=number, seconds=0)
        code, found = after_a_fault(tmp_path / str(number), fault)
        told = f"{name} on request {number} of {requests[tracker]}"
        assert code == 0, told
        assert not doubled(found), told
        assert found == expected, told


@pytest.mark.parametrize("forgetful", [False, True], ids=["with the store", "without the store"])
@pytest.mark.parametrize("tracker", ["github", "jira"])
def test_empty_answer_to_any_read_of_a_later_tick_is_never_taken_for_the_truth(
    tmp_path: Path, tracker: Tracker, *, forgetful: bool
) -> None:
    for number in range(8):
        (folder := tmp_path / str(number)).mkdir()
        with a_team(folder) as team:
            team.tick(backfill=True)
            expected = picture(team)
            if forgetful:
                team.forget()
            team.wait("2h")
            fault = Fault(tracker, "*", "/", "empty", after=number)
            team.sandbox.faults.planted.append(fault)
            team.tick(backfill=True)
            team.repair()
            if not fault.struck:
                break
            team.tick(backfill=True)
            assert picture(team) == expected, f"empty answer to read {number}"
    assert number > 1


@pytest.mark.parametrize("tracker", ["github", "jira"])
@pytest.mark.parametrize("name", ["lost", "502", "429"])
def test_tracker_that_fails_in_the_middle_of_a_tick_is_made_good_by_the_next(
    tmp_path: Path, tracker: Tracker, name: FaultName
) -> None:
    requests, expected = calm(tmp_path / "calm")
    for number in range(0, requests[tracker], 2):
        fault = Fault(tracker, "*", "/", name, after=number, times=10**5, seconds=0)
        _, found = after_a_fault(tmp_path / str(number), fault)
        told = f"{name} from request {number} of {requests[tracker]} on"
        assert not doubled(found), told
        assert found == expected, told
