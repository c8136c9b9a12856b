"""Weeks of talk in a summary, on a tracker held in memory: each review once, each command answered once, whatever the store remembers."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.strategies import of_whole_releases

from hypercare_rules.ticket import Audience, Marker, Person, Ref, Standing, Ticket
from hypercare_rules.words import Answer, Verb
from hypercare_sync.config import Config, load
from hypercare_sync.connect import paces
from hypercare_sync.packs import policies
from hypercare_sync.store import Store
from hypercare_sync.tick import Tick
from hypercare_sync.tick_result import TickResult
from hypercare_sync.trackers.memory import OPEN, MemoryTracker
from hypercare_sync.trackers.port import Tracker

PAT = Person(id="pat", name="Pat P", standing=Standing.team)
EVE = Person(id="eve", name="Eve", standing=Standing.other)
BERLIN = ZoneInfo("Europe/Berlin")
CONFIG = """\
version: 1
trackers: {web: {kind: github, url: "https://api.github.com", token: not-used, pace: off}}
releases:
  - name: Shop
    go_live: %s
    hypercare: 14d
    zone: Europe/Berlin
    policy: ./policy.yaml
    sources: [{tracker: web, repo: acme/web, milestone: "5.2"}]
    summary: {tracker: web, repo: acme/web}
"""
POLICY = """\
extends: minimal
people: {pat: {name: Pat P, github: pat}}
reviews: [{id: daily, schedule: 0 10 * * *}]
"""
AUTUMN = datetime(2026, 10, 24, 6, tzinfo=UTC)
"""The day before the clocks of Berlin go back."""


@dataclass
class Talk:
    """A team, its tracker, and the time of both."""

    config: Config
    now: datetime
    forgetful: bool
    memory: MemoryTracker = field(init=False)
    store: Store | None = None

    def __post_init__(self) -> None:
        self.memory = MemoryTracker("web", lambda: self.now)
        for number in (1, 2):
            ref = Ref("web", f"acme/web#{number}")
            self.memory.add(
                Ticket(ref=ref, url=f"https://github.com/acme/web/issues/{number}", title="Bug", status=OPEN, planned_for=("5.2",),
                       created=self.now, updated=self.now, audience=Audience.internal)
            )  # fmt: skip

    def tick(self, gap: timedelta = timedelta()) -> TickResult:
        """A tick so much later."""
        self.now += gap
        if self.store is None or self.forgetful:
            self.store = Store("sqlite://", "shop")
            self.store.__enter__()
        tracker: Tracker = self.memory.tracker
        tick = Tick(self.config, policies(self.config), {"web": tracker}, self.store, self.now)
        return tick.sync(paces(self.config))

    @property
    def key(self) -> str:
        """The summary."""
        (only,) = self.memory.summaries
        return only

    def say(self, text: str, who: Person = PAT) -> str:
        """A comment in the summary."""
        return self.memory.comment_as(who, Ref("web", self.key), text)

    def ours(self, purpose: str) -> list[Marker]:
        """The markers of our comments for a purpose in the summary."""
        markers = (one.marker for one in self.memory.summaries[self.key].comments)
        return [one for one in markers if one and one.purpose == purpose]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder: Path = tmp_path_factory.mktemp("talk")
    (folder / "policy.yaml").write_text(POLICY)
    path = folder / "hypercare.yaml"
    path.write_text(CONFIG % AUTUMN.isoformat())
    path.chmod(0o600)
    return load(path, {})


@pytest.mark.parametrize("forgetful", [False, True], ids=["with a store", "store deleted at each tick"])
def test_days_over_a_change_of_the_clock_have_each_review_once_and_at_its_time(
    config: Config, *, forgetful: bool
) -> None:
    talk = Talk(config, AUTUMN, forgetful)
    for _ in range(3 * 48):
        talk.tick(timedelta(minutes=30))
    held = [marker.review for marker in talk.ours("review") if marker.review]
    walls = [one.told.astimezone(BERLIN) for one in held]
    assert {f"{wall:%H:%M}" for wall in walls} == {"10:00"}
    assert [wall.day for wall in walls] == [24, 25, 26]
    assert [one.at for one in held] == [one.told for one in held]
    assert len(talk.memory.summaries[talk.key].comments) == 3


ACTS = st.one_of(
    st.tuples(st.just("tick"), st.integers(1, 600)),
    st.tuples(st.sampled_from(["ack", "priority", "snooze", "sign-off", "talk", "stranger", "forge", "edit"]), st.integers(0, 5)),
)  # fmt: skip
SAID = {
    "ack": "/hypercare ack #1",
    "priority": "/hypercare priority acme/web#2 P1 because it burns",
    "snooze": "/hypercare snooze #2 1h",
    "sign-off": "/hypercare sign-off",
    "talk": "> /hypercare sign-off\n\nNot yet!",
    "stranger": "/hypercare sign-off",
}


@of_whole_releases
@given(acts=st.lists(ACTS, max_size=10), forgetful=st.booleans())
def test_whatever_is_said_and_whenever_each_command_is_answered_once_and_no_tick_repeats_itself(
    config: Config, acts: list[tuple[str, int]], *, forgetful: bool
) -> None:
    talk = Talk(config, AUTUMN, forgetful)
    talk.tick()
    commands: list[str] = []
    mine: list[str] = []
    for act, number in (*acts, ("tick", 7)):
        match act:
            case "tick":
                talk.tick(timedelta(minutes=number))
                assert talk.tick().plan.changes == ()
            case "forge":
                forged = Marker(purpose="answer", release="Shop", answer=Answer(to=str(number)))
                talk.say(f"<!-- hypercare-sync {forged.model_dump_json()} -->", EVE)
            case "edit" if mine:
                talk.memory.rewrite(Ref("web", talk.key), mine[number % len(mine)], "/hypercare ack #2")
            case "edit":
                pass
            case _:
                said = talk.say(SAID[act], EVE if act == "stranger" else PAT)
                mine.append(said)
                commands += [said] if act != "talk" else []
    answered = Counter(marker.answer.to for marker in talk.ours("answer") if marker.answer)
    assert set(answered.values()) <= {1}
    assert set(commands) <= answered.keys() <= set(mine)
    words = [word for marker in talk.ours("answer") if marker.answer for word in marker.answer.words]
    assert all(word.who == "pat" for word in words)
    assert {word.verb for word in words} <= {Verb(act) for act, _ in acts if act in SAID and act in set(Verb)} | {
        Verb.ack
    }
    reviews = Counter(marker.review.at for marker in talk.ours("review") if marker.review)
    assert set(reviews.values()) <= {1}
