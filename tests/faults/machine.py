"""A state machine over the sandbox: people act, time passes, faults strike, ticks run and are killed; the invariants hold all the while."""

import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.faults.mortal import Killed, Life, living
from tests.faults.people import People
from tests.faults.watch import Watch
from tests.sync.flow import START, Team, a_team, config_text, impatient
from tests.sync.record import FrozenClock

from hypercare_rules.policy import Policy
from hypercare_sync import plan_file
from hypercare_sync.change import Change
from hypercare_sync.config import Config, GuardLimits
from hypercare_sync.connect import connect, paces
from hypercare_sync.errors import HypercareError
from hypercare_sync.packs import policies
from hypercare_sync.plan_file import PlanFile
from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.faults import Fault, FaultName
from hypercare_sync.sandbox.log import Tracker
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.store import Store
from hypercare_sync.tick import Tick
from hypercare_sync.tick_result import GUARDED, Objections, TickResult, forced

SECRET = "s3cr3t-0f-0ur-b0t"
POLICY = """\
extends: standard
calendars: {always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
people: {pat: {name: Pat P, github: pat, jira: ana}, cleo: {name: Cleo C, github: cleo}}
roster: {shifts: [{who: [pat], calendar: always}]}
assign: {priorities: [P1]}
escalation: {p1: {for: [P1], tiers: [{after: 0m, notify: [on_call]}, {after: 30m, notify: [cleo]}]}}
"""
FAULTS: tuple[FaultName, ...] = (
    "502",
    "429",
    "reset",
    "lost",
    "timeout",
    "truncated",
    "empty",
    "secondary",
    "primary",
    "partial",
)
BLINDING = {"empty", "partial", "cut", "lag"}
"""Faults by which a tracker tells less than there is: what we ask it whether we wrote then, it may deny."""
STATUSES = {0: "ok", 1: "partial failed", 3: "refused", 5: "partial failed"}

_MATCHES = {
    ("all", "github"): ("*", "/"),
    ("all", "jira"): ("*", "/"),
    ("new", "github"): ("POST", "/repos/"),
    ("new", "jira"): ("POST", "/rest/api/3/issue"),
}
NUMBERS = st.integers(0, 999)
TRACKERS = st.sampled_from(("github", "jira"))


@dataclass
class Effort:
    """How many steps were made, by their names, and how many ticks were refused in them."""

    steps: dict[str, int] = field(default_factory=dict)
    refusals: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.steps.values())

    def made(self, name: str) -> None:
        """One more."""
        self.steps[name] = self.steps.get(name, 0) + 1


class _Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


class FaultMachine(RuleBasedStateMachine):
    """One team's weeks. `now` is policy time, which the trackers' time keeps pace with."""

    effort = Effort()

    def __init__(self) -> None:
        super().__init__()
        self._end = ExitStack()
        self.folder = Path(self._end.enter_context(tempfile.TemporaryDirectory()))
        self.team: Team = self._end.enter_context(a_team(self.folder, {SECRET: OURS, "guest": "cleo"}))
        self.team.sandbox.clock.__class__ = FrozenClock
        self.team.sandbox.jira.levels.adopt({"id": "7", "name": "Few"})
        (self.folder / "policy.yaml").write_text(POLICY)
        self.team.configure(
            config_text(self.team.base, policy="./policy.yaml").replace("token: sandbox", f"token: {SECRET}")
        )
        self.config = self.team.config()
        self.policies = _policies(self.config, POLICY)
        self.people = People(self.team)
        self.watch = Watch(self.team, self.people)
        self.now = START
        self.moments: set[datetime] = set()
        self.backfill = False
        self.blind = False
        self.behind = False
        self.reviewed: PlanFile | None = None
        self.lines = _Lines()
        logging.getLogger().addHandler(self.lines)
        self._end.callback(logging.getLogger().removeHandler, self.lines)

    @initialize(backfill=st.booleans(), calm=st.booleans(), wary=st.booleans())
    def begins(self, backfill: bool, calm: bool, wary: bool) -> None:
        """A team that begins, with or without words on what was before, in peace or not; one that is wary is asked for little things."""
        self.backfill = backfill
        if wary:
            self.config = self.config.model_copy(update={"guard": GuardLimits(share=0.01, tickets=0)})
        if calm:
            self.calm()

    # People and time

    @rule(act=NUMBERS, which=NUMBERS, how=NUMBERS)
    def people_act(self, act: int, which: int, how: int) -> None:
        """One of them does something."""
        self._act(act, which, how)

    @rule(act=NUMBERS, which=NUMBERS, how=NUMBERS)
    def people_act_again(self, act: int, which: int, how: int) -> None:
        """Another one does: people do more than all else here."""
        self._act(act, which, how)

    @rule(stay=st.booleans())
    def most_leave(self, stay: bool) -> None:
        """GitHub's tickets leave the release one by one, all of them, or are brought back."""
        self.effort.made("leave")
        self._wait(timedelta(seconds=11))
        with self._undisturbed():
            for number in (1, 2, 3):
                self.team.github("PATCH", f"/web/issues/{number}", {"milestone": 1 if stay else None})
        self.watch.deeds += 1
        self.moments.add(self.now)

    @rule(minutes=st.sampled_from((1, 3, 10, 31, 70, 250, 1440)))
    def time_passes(self, minutes: int) -> None:
        """Minutes to a day."""
        self.effort.made("time_passes")
        self._wait(timedelta(minutes=minutes))

    # Faults

    @rule(
        tracker=TRACKERS,
        name=st.sampled_from(FAULTS),
        after=st.integers(0, 12),
        times=st.sampled_from((1, 1, 2, 6)),
        match=st.sampled_from(("all", "all", "new")),
    )
    def fault_is_planted(self, tracker: Tracker, name: FaultName, after: int, times: int, match: str) -> None:
        """It strikes one of the next requests, or of those that make something new, and maybe those after it."""
        self.effort.made("fault")
        if name == "primary" and tracker == "jira":
            name = "429"
        if name == "secondary" and tracker == "jira":
            name = "cut"
        self.team.sandbox.faults.planted.append(
            Fault(tracker, *_MATCHES[match, tracker], name, after, times, seconds=0)
        )
        self.blind |= name in BLINDING
        self.behind = True

    @rule(tracker=TRACKERS, name=st.sampled_from(("502", "429", "lost")), wait=st.sampled_from((0, 300)))
    def tracker_goes_down(self, tracker: Tracker, name: FaultName, wait: int) -> None:
        """Until it is mended it answers nothing."""
        self.effort.made("down")
        self.team.sandbox.faults.planted.append(Fault(tracker, "*", "/", name, times=10**5, seconds=wait))
        self.behind = True

    @rule(minutes=st.sampled_from((1, 9)))
    def index_lags(self, minutes: int) -> None:
        """From now on Jira's searches show so long after what was written: less than what we read again of the past."""
        self.effort.made("lag")
        self.team.sandbox.jira.lag = timedelta(minutes=minutes)
        self.blind = self.behind = True

    @rule()
    def store_is_lost(self) -> None:
        """Somebody deletes it."""
        self.effort.made("store_lost")
        self.team.forget()

    @rule()
    def store_is_copied(self) -> None:
        """As a backup does."""
        self.effort.made("store_copied")
        for part in self.folder.glob("hypercare.db*"):
            shutil.copy(part, self.folder / f"old-{part.name}")

    @rule()
    def old_store_is_put_back(self) -> None:
        """The last copy, if there is one."""
        self.effort.made("store_put_back")
        self.team.forget()
        for part in self.folder.glob("old-hypercare.db*"):
            shutil.copy(part, self.folder / part.name.removeprefix("old-"))
        self.behind = True

    # Ticks

    @rule()
    def tick(self) -> None:
        """As cron starts it."""
        self.effort.made("tick")
        self._wait(timedelta(seconds=7))
        self._run()

    @rule()
    def tick_again(self) -> None:
        """As cron starts it."""
        self.tick()

    @rule(at=st.integers(1, 90))
    def tick_is_killed(self, at: int) -> None:
        """As early or late as that; one that does less ends as it should."""
        self.effort.made("killed")
        self._wait(timedelta(seconds=7))
        self._run(Life(at))

    @rule(at=st.integers(1, 90))
    def forced_tick_is_killed(self, at: int) -> None:
        """Somebody forces what a guard refuses; what the next tick finds begun of that it finishes unasked."""
        self.effort.made("forced")
        self._wait(timedelta(seconds=7))
        if self._run(Life(at), objections=forced) is not None or self.behind:
            return
        with self._kept() as store:
            accepted = store.accepted().removals
        result = self._run()
        assert result is not None
        if accepted:
            assert not result.refused, result.refusals

    @rule()
    def plan_is_reviewed(self) -> None:
        """Somebody writes a plan to a file."""
        self.effort.made("plan")
        self._wait(timedelta(seconds=7))
        with self._watched() as told, self._prepared(self.now) as tick:
            result = tick.plan()
            self.reviewed = PlanFile.of(tick, result)
            told(result)
        plan_file.write(self.folder / "plan.json", self.reviewed)
        assert SECRET not in (self.folder / "plan.json").read_text()

    @precondition(lambda self: self.reviewed is not None)
    @rule()
    def old_plan_is_applied(self) -> None:
        """However long ago it was written."""
        self.effort.made("apply")
        reviewed = plan_file.read(self.folder / "plan.json")
        self._run(now=reviewed.now, objections=reviewed.objections)

    @rule()
    def calm(self) -> None:
        """All is mended, and a tick sets right what is not."""
        self.effort.made("calm")
        self._mend()
        result = self._run()
        assert result is not None
        assert result.errors == (), result.errors
        if result.refused:
            result = self._run(objections=forced)
            assert result is not None
            assert (result.errors, result.refused) == ((), False), result
        self._converged()

    # What must be so

    @invariant()
    def labels_are_within_our_rights(self) -> None:
        """See there."""
        self.watch.labels_are_within_our_rights()

    @invariant()
    def one_summary_and_nothing_said_twice(self) -> None:
        """But where a tracker did not tell what we had written: then until the next tick in peace."""
        assert self.blind or self.watch.summaries() <= 1
        assert self.blind or not self.watch.doubled()

    @invariant()
    def secrets_stay_so(self) -> None:
        """In no log and in no store; errors, plans and results are looked at where they arise."""
        assert not [line for line in self.lines.said if SECRET in line]
        for part in self.folder.glob("hypercare.db*"):
            assert SECRET.encode() not in part.read_bytes(), part

    @invariant()
    def nothing_goes_to_a_wider_audience(self) -> None:
        """No title of a ticket that only colleagues may read stands where everybody reads."""
        public = "\n".join(self.watch.public())
        assert not [title for title in self.watch.titles_on_jira() if title in public]

    def teardown(self) -> None:
        """At last all is mended, too."""
        try:
            self.calm()
        finally:
            self._end.close()

    # How it is done

    def _act(self, act: int, which: int, how: int) -> None:
        acts = self.people.acts()
        chosen = acts[act % len(acts)]
        self.effort.made(chosen.__name__)
        self._wait(timedelta(seconds=11))
        with self._undisturbed(), suppress(requests.HTTPError):  # what may not be done in that state
            chosen(which, how)
        self.blind |= chosen.__name__ == "hide_the_summary"  # people may bring an old one back beside the new one
        self.watch.deeds += 1
        self.moments.add(self.now)

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """Faults are for us only."""
        faults = self.team.sandbox.faults
        planted, faults.planted = faults.planted, []
        try:
            yield
        finally:
            faults.planted = planted

    def _wait(self, length: timedelta) -> None:
        self.now += length
        self.team.sandbox.clock.advance(length)

    def _mend(self) -> None:
        """No fault any more, and so much later that whoever looks once in a while has looked."""
        self.team.repair()
        self.team.sandbox.jira.lag = timedelta()
        self._wait(timedelta(minutes=61) if self.behind else timedelta(seconds=7))
        with self._kept() as store:
            again = max((one.again for one in store.set_aside()), default=self.now)
        self._wait(max(timedelta(), again - self.now))

    @contextmanager
    def _kept(self) -> Iterator[Store]:
        with Store(self.config.store_url, self.config.team) as store:
            yield store

    @contextmanager
    def _prepared(self, now: datetime, store: Store | None = None) -> Iterator[Tick]:
        """As `Team.prepared`, with the config and the policy read once: reading them would take longer than many a tick."""
        with store or self._kept() as used:
            yield Tick(self.config, self.policies, impatient(connect(self.config)), used, now, self.backfill)

    def _run(
        self, life: Life | None = None, now: datetime | None = None, objections: Objections = GUARDED
    ) -> TickResult | None:
        """One tick, in which nobody else does anything; None where it was killed or could not be run."""
        with self._watched() as told, self._prepared(now or self.now) as tick, living(life or Life(), tick):
            result, problem = None, None
            try:
                result = tick.sync(paces(tick.config), objections)
            except Killed:
                pass
            except HypercareError as error:
                problem = error
            if result:
                told(result)
                self.effort.refusals += result.refused and objections is GUARDED
        if problem:
            assert SECRET not in str(problem)
            assert self.team.sandbox.faults.planted, problem
        return result

    @contextmanager
    def _watched(self) -> Iterator[Callable[[TickResult], None]]:
        """What people have stays as it is; and what is ours where the tracker could not be read, or the plan was refused."""
        theirs, assigned = self.watch.of_people(), self.watch.assigned()
        ours = {tracker: self.watch.of_ours(tracker) for tracker in ("github", "jira")}
        calls = {tracker: self.watch.calls(tracker) for tracker in ("github", "jira")}
        results: list[TickResult] = []
        yield results.append
        after = self.watch.of_people()
        assert {name: after.get(name) for name in theirs} == theirs
        assert {ticket: self.watch.assigned().get(ticket) for ticket in assigned} == assigned
        for result in results:
            _told(result)
            stale = {
                one.source.tracker.partition("-")[2]
                for release in result.releases
                for one in release.collected
                if one.error
            }
            for tracker in ("github", "jira"):
                if tracker in stale or result.outcome is None:
                    assert self.watch.of_ours(tracker) == ours[tracker]
                elif result.refused:
                    self._nothing_but_calls(tracker, ours[tracker], calls[tracker])

    def _nothing_but_calls(self, tracker: Tracker, before: dict[str, Any], calls: set[tuple[str, str]]) -> None:
        """What is ours on a tracker is what it was before, but for new calls for help."""
        new = self.watch.calls(tracker) - calls
        for ticket, (labels, comments) in self.watch.of_ours(tracker).items():
            rest = tuple(one for one in comments if (ticket, one[0]) not in new)
            assert before[ticket] == (labels, rest), ticket

    def _converged(self) -> None:
        """A further tick plans nothing, neither with this store nor from nothing; and what it knows of people is what they did."""
        self.blind = self.behind = False
        hidden = self.watch.summaries(labelled=False) + self.watch.summaries(is_open=False, labelled=False)
        closed = self.watch.summaries(is_open=False)
        assert self.watch.summaries() == 1 or (self.watch.summaries() == 0 and hidden + closed)
        assert not self.watch.doubled()
        for store in (
            ("kept",) if hidden else ("kept", "none")
        ):  # without its label a summary is known by the store alone
            with self._prepared(self.now, Store("sqlite://") if store == "none" else None) as tick:
                result = tick.plan()
            assert not (more := _shown(result.plan.changes)), f"store {store}: {more}"
            self._count_people_only(result)

    def _count_people_only(self, result: TickResult) -> None:
        for release in result.releases:
            assert release.assessment
            for one in release.assessment.tickets:
                at = one.ticket.last_human_activity
                assert at < START or at in self.moments, f"{one.ticket.ref}: nobody did anything at {at}"


_known: dict[str, Mapping[str, Policy]] = {}


def _policies(config: Config, text: str) -> Mapping[str, Policy]:
    """The policies of all machines, which are the same."""
    if text not in _known:
        _known[text] = dict(policies(config))
    return _known[text]


def _told(result: TickResult) -> None:
    """Whoever scripts against us gets what the contract says."""
    document = tick_json(result, with_plan=True)
    text = json.dumps(document, allow_nan=False)
    assert SECRET not in text
    assert document["status"] in STATUSES[exit_code(result)].split()
    changes: dict[str, Any] = document["changes"]
    assert min(changes.values()) >= 0
    assert (document["status"] == "ok") == (not document["errors"] and not result.refused)


def _shown(changes: tuple[Change, ...]) -> list[str]:
    return [
        f"{change.kind} {getattr(change, 'ticket', '')} {getattr(change, 'label', '')} {change.why}"
        for change in changes
    ]
