"""Each fault at each kind of request by which we write to Jira, in both flavours: in the end it stands as on a calm day, and once."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.contract.scenes.desk import FLAVOURS, TOKENS, Desk
from tests.contract.scenes.scene import document, marker, record, styled
from tests.sync.sandbox.jira_site import Site, serving

from hypercare_rules.ticket import OurLink, Ref
from hypercare_sync.errors import HypercareError
from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.trackers.jira.writer import JiraWriter
from hypercare_sync.trackers.port import Page

pytestmark = pytest.mark.slow

SUMMARY = ("Shop", document("All well."), record())
Step = Callable[[Desk, JiraWriter], None]


def labels(desk: Desk, writer: JiraWriter) -> None:
    """Labels with the record beside them."""
    writer.change_labels(desk.ref(1), styled("hypercare:P1"), [], "SHOP-99")


def comment(desk: Desk, writer: JiraWriter, *, first: bool = False) -> None:
    """A comment, which a later tick looks for."""
    writer.add_comment(desk.ref(1), marker(), document("Priority P1."), first=first)


def edit(desk: Desk, writer: JiraWriter) -> None:
    """Another text of it."""
    writer.edit_comment(desk.ref(1), desk.comments(1)[0]["id"], marker("d2"), document("Priority P2."))


def remove(desk: Desk, writer: JiraWriter) -> None:
    """The comment away, as a later tick does that still reads of it."""
    writer.remove_comment(desk.ref(1), next((one["id"] for one in desk.comments(1)), "404"))


def assign(desk: Desk, writer: JiraWriter) -> None:
    """Somebody for a ticket that nobody has."""
    writer.assign(desk.ref(1), desk.pat)


LINK = OurLink("hypercare:", Ref("web-github", "acme/web#12"))


def link(desk: Desk, writer: JiraWriter) -> None:
    """A link to another ticket of the incident."""
    page = Page("https://github.com/acme/web/issues/12", "Cart is empty", "same incident")
    writer.link(desk.ref(1), LINK, page)


def unlink(desk: Desk, writer: JiraWriter) -> None:
    """The link off."""
    writer.unlink(desk.ref(1), LINK)


def prioritise(desk: Desk, writer: JiraWriter) -> None:
    """Another native priority."""
    writer.set_priority(desk.ref(1), "High", None)


def summary(desk: Desk, writer: JiraWriter) -> None:
    """A summary, unless a later tick finds one."""
    if not desk.summaries():
        writer.create_summary(desk.place, *SUMMARY)


def edit_summary(desk: Desk, writer: JiraWriter) -> None:
    """Another text of it."""
    writer.edit_summary(desk.summaries()[0]["key"], "Shop: red", document("It burns."), record("s2"))


def close(desk: Desk, writer: JiraWriter) -> None:
    """The summary closed as a double, for as long as it is found as one."""
    fields = desk.summaries()[0]["fields"]
    if "hypercare:summary" in fields["labels"] and fields["status"]["statusCategory"]["key"] != "done":
        writer.close_summary(desk.place, desk.summaries()[0]["key"], "SHOP-1")


class Write(NamedTuple):
    """What stands before, what is done, and the requests of it: method, and what the path ends with."""

    before: tuple[Step, ...]
    step: Step
    requests: tuple[str, ...]
    later: Step | None = None


WRITES: Mapping[str, Write] = {
    "labels": Write((), labels, ("PUT issue/KEY",)),
    "first comment": Write((), partial(comment, first=True), ("POST issue/KEY/comment",), comment),
    "comment": Write((), comment, ("GET issue/KEY/comment", "POST issue/KEY/comment")),
    "edit of a comment": Write((comment,), edit, ("GET issue/KEY/comment/ID", "PUT issue/KEY/comment/ID")),
    "doubled comment": Write((comment,), remove, ("DELETE issue/KEY/comment/ID",)),
    "assignee": Write((), assign, ("GET issue/KEY", "PUT issue/KEY")),
    "link": Write((), link, ("POST issue/KEY/remotelink",)),
    "link that is no longer so": Write((link,), unlink, ("DELETE issue/KEY/remotelink",)),
    "native priority": Write((), prioritise, ("GET issue/KEY", "PUT issue/KEY")),
    "summary": Write((), summary, ("POST issue",)),
    "edit of the summary": Write((summary,), edit_summary, ("PUT issue/KEY",)),
    "doubled summary": Write(
        (summary,),
        close,
        ("PUT issue/KEY", "GET issue/KEY/transitions", "POST issue/KEY/transitions"),
    ),
}
FAULTS: Mapping[str, dict[str, Any]] = {
    "502": {"name": "502"},
    "502 for long": {"name": "502", "times": 10**5},
    "reset": {"name": "reset"},
    "reset for long": {"name": "reset", "times": 10**5},
    "lost": {"name": "lost"},
    "lost twice": {"name": "lost", "times": 2},
    "lost for long": {"name": "lost", "times": 10**5},
    "timeout": {"name": "timeout", "seconds": 0.01},
    "truncated": {"name": "truncated"},
    "burst": {"name": "429"},
    "burst for long": {"name": "429", "times": 10**5},
    "too much for one issue": {"name": "429", "reason": "jira-per-issue-on-write"},
    "quota": {"name": "429", "reason": "jira-quota-tenant-based"},
    "quota for long": {"name": "429", "reason": "jira-quota-global-based", "times": 10**5, "seconds": 3600},
}


class Case(NamedTuple):
    """A fault at one of a write's requests."""

    write: str
    request: str
    fault: str


ALL = [Case(name, request, fault) for name, write in WRITES.items() for request in write.requests for fault in FAULTS]
# Each creation lost, the worst that can happen to one, and each other fault somewhere.
SAMPLE = [
    case
    for number, case in enumerate(ALL)
    if (case.fault.startswith("lost") and case.request.startswith("POST")) or number % 17 == 0
]


@pytest.fixture(scope="module", params=FLAVOURS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    with serving(request.param, TOKENS) as both:
        yield both


@pytest.fixture
def desks(served: tuple[str, Sandbox], tmp_path: Path) -> Callable[[], Desk]:
    """Makes a desk with a project of its own."""
    base, sandbox = served

    def made() -> Desk:
        sandbox.faults.planted.clear()
        return Desk(Site(base, sandbox.jira, tmp_path, version=2), sandbox)

    return made


def picture(desk: Desk) -> Any:
    """All that people see, without what differs from project to project."""
    fields = desk.site.issue(1, properties="hypercare-sync")
    told = [
        (one["fields"]["summary"], one["fields"]["description"], one["fields"]["status"]["name"], one["properties"])
        for one in desk.summaries()
    ]
    links = [one["globalId"] for one in desk.site.get(f"issue/{desk.site.key(1)}/remotelink")]
    seen = (
        links,
        desk.labels(1),
        fields["properties"],
        (fields["fields"]["assignee"] or {}).get("displayName"),
        fields["fields"].get("priority"),
        told,
    )
    bodies = [re.sub(r"#hypercare-sync=\S+", "", one["body"]) for one in desk.comments(1)]
    return re.sub(rf"\b{desk.site.project}(-\d+)?\b", "KEY", repr((seen, bodies)))


def at(desk: Desk, case: Case) -> str:
    """Where the fault strikes."""
    method, _, path = case.request.partition(" ")
    key = desk.summaries()[0]["key"] if desk.summaries() else desk.site.key(1)
    comments = desk.comments(1)
    named = path.replace("KEY", key).replace("ID", comments[0]["id"] if comments else "")
    return f"{method} /rest/api/{3 if desk.cloud else 2}/{named}"


def ends_as_a_calm_day(case: Case, desks: Callable[[], Desk]) -> None:
    """Write with the fault in it, then as the next tick does. Raises AssertionError where the end is another one."""
    write = WRITES[case.write]
    calm, desk = desks(), desks()
    for step in (*write.before, write.step):
        step(calm, calm.writer())
    for step in write.before:
        step(desk, desk.writer())
    match = at(desk, case)
    fault = desk.fault(match, **{"seconds": 0, **FAULTS[case.fault]})
    with suppress(HypercareError):
        write.step(desk, desk.writer())
    assert fault.struck, f"{match} was never sent"
    desk.sandbox.faults.planted.clear()
    (write.later or write.step)(desk, desk.writer())
    assert picture(desk) == picture(calm)


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: f"{case.write} - {case.request} - {case.fault}")
def test_fault_at_a_write_is_made_good(case: Case, desks: Callable[[], Desk]) -> None:
    ends_as_a_calm_day(case, desks)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "case",
    [case for case in ALL if case not in SAMPLE],
    ids=lambda case: f"{case.write} - {case.request} - {case.fault}",
)
def test_every_fault_at_every_write_is_made_good(case: Case, desks: Callable[[], Desk]) -> None:
    ends_as_a_calm_day(case, desks)
