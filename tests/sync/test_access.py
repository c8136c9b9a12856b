"""Which places an account is tried in, and what becomes of trackers that refuse it or stay silent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.contract.scenes.scene import START
from tests.sync.flow import config_text

from hypercare_rules.people import Member
from hypercare_sync.access import accounts, places
from hypercare_sync.config import Config, load
from hypercare_sync.errors import AccessDenied, HypercareError
from hypercare_sync.packs import builtin
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.access import Access, Place
from hypercare_sync.trackers.memory import MemoryTracker
from hypercare_sync.trackers.port import Tracker

RELEASE = """\
  - name: Shop 5.3
    go_live: 2026-11-27T08:00+01:00
    hypercare: 14d
    sources: [{tracker: web-github, repo: acme/web, milestone: "5.3"}, {tracker: web-github, repo: acme/app, labels: [web]}]
    summary: {tracker: web-github, repo: acme/web}
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Two releases, which share a repository."""
    (path := tmp_path / "hypercare.yaml").write_text(config_text("https://ghe.example") + RELEASE)
    return load(path, {})


@dataclass
class Answering:
    """An inspector that answers, or fails, as a test says; it keeps whom it was asked about."""

    answer: Access | HypercareError
    people: Mapping[str, str] | None = None

    def inspect(self, places: Collection[Place], people: Mapping[str, str]) -> Access:
        """The answer."""
        self.people = people
        if isinstance(self.answer, HypercareError):
            raise self.answer
        return self.answer


def _tracker(name: str, inspector: Answering | None) -> Tracker:
    kind = "jira" if name == "shop-jira" else "github"
    return replace(MemoryTracker(name, lambda: START).tracker, kind=kind, inspector=inspector)


def test_each_place_is_named_once_with_what_it_is_for(config: Config) -> None:
    assert places(config, "web-github") == (
        Place("acme/web", source=True, summary=True),
        Place("acme/app", source=True, summary=False),
        Place("acme/ops", source=False, summary=True),
    )
    assert places(config, "shop-jira") == (Place("SHOP", source=True, summary=False),)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Access(("fine",), ("no",), ("perhaps",)), Access(("fine",), ("no",), ("perhaps",))),
        (AccessDenied("the token was refused"), Access(lacks=("the token was refused",))),
        (Unanswered("silence"), Access()),
    ],
)
def test_refusal_is_a_lack_and_silence_is_left_to_reading(
    config: Config, answer: Access | HypercareError, expected: Access
) -> None:
    trackers = {"web-github": _tracker("web-github", Answering(answer)), "shop-jira": _tracker("shop-jira", None)}
    assert accounts(config, trackers, []) == expected


def test_trackers_are_told_of_all_together_and_unused_ones_are_not_tried(config: Config) -> None:
    trackers = {
        name: _tracker(name, Answering(Access((name,)))) for name in ("web-github", "shop-jira", "used by no release")
    }
    assert accounts(config, trackers, []).told == ("web-github", "shop-jira")


def test_policies_people_are_known_by_their_logins(config: Config) -> None:
    people = {"ana": Member(name="Ana K", github="Ana-K"), "bo": Member(name="Bo", jira="5B10")}
    policy = builtin("standard").model_copy(update={"people": people})
    inspectors = {name: Answering(Access()) for name in ("web-github", "shop-jira")}
    accounts(config, {name: _tracker(name, inspector) for name, inspector in inspectors.items()}, [policy])
    assert inspectors["web-github"].people == {"ana-k": "Ana K"}
    assert inspectors["shop-jira"].people == {"5b10": "Bo"}
