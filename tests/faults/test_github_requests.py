"""Each fault of GitHub's at each kind of request that we send it: in the end all is as on a calm day, and no comment stands twice."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.faults.pictures import Picture, doubled
from tests.faults.story import called, told
from tests.sync.flow import Team

from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.sandbox.log import Served

pytestmark = pytest.mark.slow


class Asked(NamedTuple):
    """A request of the story: in which tick, how it is called there, and the how manieth of that name it is, from 0."""

    tick: int
    name: str
    nth: int = 0


REQUESTS: Mapping[str, Asked] = {
    "the milestone": Asked(0, "query Milestone"),
    "tickets, cold": Asked(0, "query Tickets"),
    "the rest of a ticket": Asked(0, "query RestOfTicket"),
    "list of newcomers": Asked(0, "GET /web/issues"),
    "summaries, before there is one": Asked(0, "query Summaries"),
    "call for help, first tick": Asked(0, "POST /web/issues/1/comments"),
    "label of the summary": Asked(0, "POST /ops/labels"),
    "new summary": Asked(0, "POST /ops/issues"),
    "ticket before it is assigned": Asked(0, "GET /web/issues/1"),
    "assignee": Asked(0, "POST /web/issues/1/assignees"),
    "new label": Asked(0, "POST /web/labels"),
    "labels": Asked(0, "POST /web/issues/1/labels"),
    "status comment": Asked(0, "POST /web/issues/2/comments"),
    "our own issues, before there is a summary": Asked(0, "query OwnIssues"),
    "pin": Asked(0, "mutation Pin"),
    "tickets, warm": Asked(1, "query Tickets"),
    "census": Asked(1, "query Census"),
    "ticket that left": Asked(1, "query Tickets", 1),
    "summaries, one doubled": Asked(1, "query Summaries"),
    "comments before a call for help": Asked(1, "GET /web/issues/2/comments"),
    "call for help": Asked(1, "POST /web/issues/2/comments"),
    "summary before it is edited": Asked(1, "GET /ops/issues/1"),
    "summary": Asked(1, "PATCH /ops/issues/1"),
    "doubled summary closed": Asked(1, "PATCH /ops/issues/2"),
    "label off the doubled summary": Asked(1, r"DELETE /ops/issues/2/labels/.*"),
    "label off": Asked(1, "DELETE /web/issues/2/labels/hypercare:P3"),
    "comment before it is edited": Asked(1, r"GET /web/issues/comments/\d+"),
    "comment edited": Asked(1, r"PATCH /web/issues/comments/\d+"),
    "doubled comment": Asked(1, r"DELETE /web/issues/comments/\d+"),
}
"""Every kind of request that we send to GitHub."""

FAULTS: Mapping[str, dict[str, Any]] = {
    "502": {"name": "502"},
    "502 for long": {"name": "502", "times": 10**5},
    "429": {"name": "429", "seconds": 2},
    "429 with a date": {"name": "429", "seconds": 2, "retry_after": "date"},
    "429 for long": {"name": "429", "seconds": 0, "times": 10**5},
    "reset": {"name": "reset"},
    "lost": {"name": "lost"},
    "lost for long": {"name": "lost", "times": 10**5},
    "timeout": {"name": "timeout", "seconds": 0.01},
    "truncated": {"name": "truncated"},
    "quota used up for seconds": {"name": "primary", "seconds": 2},
    "quota used up for half an hour": {"name": "primary", "seconds": 1800},
    "secondary limit": {"name": "secondary", "seconds": 2},
    "secondary limit without a time": {"name": "secondary", "retry_after": "none"},
    "secondary limit for five minutes": {"name": "secondary", "seconds": 300},
    "partial": {"name": "partial"},
    "partial by time": {"name": "partial", "error": "timeout"},
    "partial without data": {"name": "partial", "data": "none"},
}


class Case(NamedTuple):
    """A fault at a request."""

    request: str
    fault: str

    @property
    def possible(self) -> bool:
        """Only GraphQL answers in part."""
        of_graphql = REQUESTS[self.request].name.startswith(("query", "mutation"))
        return of_graphql or not self.fault.startswith("partial")


ALL = [case for request in REQUESTS for fault in FAULTS if (case := Case(request, fault)).possible]
_NAMES = list(REQUESTS)
# Each write lost, the worst that can happen to one, and each other fault somewhere.
SAMPLE = [
    case
    for case in ALL
    if (case.fault == "lost" and not REQUESTS[case.request].name.startswith(("query", "GET")))
    or case.request == _NAMES[(list(FAULTS).index(case.fault) * 5 + 3) % len(_NAMES)]
]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Picture, list[list[Served]]]:
    """What a story leads to that nobody disturbs, and what GitHub served in it."""
    return told(tmp_path_factory.mktemp("calm") / "team")


def ends_as_a_calm_day(case: Case, calm: tuple[Picture, list[list[Served]]], folder: Path) -> None:
    """Tell the story with the fault in it. Raises AssertionError where its end is another one."""
    expected, served = calm
    tick, name, nth = REQUESTS[case.request]
    before = [n for n, row in enumerate(served[tick]) if re.fullmatch(name, called(row))][nth]
    fault = Fault("github", "*", "/", **{"seconds": 0, **FAULTS[case.fault]}, after=before)

    def disturb(team: Team, number: int) -> None:
        if number == tick:
            team.sandbox.faults.planted.append(fault)

    found, _ = told(folder / "team", disturb)
    assert fault.struck, "the fault was never met"
    assert not doubled(found)
    assert found == expected


def test_story_holds_every_kind_of_request(calm: tuple[Picture, list[list[Served]]]) -> None:
    assert {_kind(called(row)) for served in calm[1] for row in served} == {
        _kind(name) for _, name, _ in REQUESTS.values()
    }


def _kind(request: str) -> str:
    """The request without its numbers and names."""
    return re.sub(r"\d+|\\d\+", "1", request).partition("hypercare:")[0].removesuffix(".*")


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: f"{case.fault} - {case.request}")
def test_fault_at_a_request_is_made_good(case: Case, calm: tuple[Picture, list[list[Served]]], tmp_path: Path) -> None:
    ends_as_a_calm_day(case, calm, tmp_path)


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", [case for case in ALL if case not in SAMPLE], ids=lambda c: f"{c.fault} - {c.request}")
def test_every_fault_at_every_request_is_made_good(
    case: Case, calm: tuple[Picture, list[list[Served]]], tmp_path: Path
) -> None:
    ends_as_a_calm_day(case, calm, tmp_path)
