"""What every cassette keeps to: no secret, no address of the machine that recorded it, and a test that replays it."""

import re
from pathlib import Path

import pytest
from tests.sync.trackers.scenarios import stories

CASSETTES = Path(__file__).parents[3] / "cassettes"
KINDS = ("github", "jira", "jira-server")
SECRET = re.compile(
    r"authorization|cookie|bearer |basic [a-z0-9+/]{8}|gh[pousr]_[a-z0-9]{8}|github_pat_|ATATT|xox[bp]-", re.IGNORECASE
)
LOCAL = re.compile(r"127\.0\.0\.1|localhost|:\d{5}/", re.IGNORECASE)


def test_every_story_has_a_cassette_of_each_tracker_and_no_other_is_there() -> None:
    recorded = {str(path.relative_to(CASSETTES)) for kind in KINDS for path in (CASSETTES / kind).iterdir()}
    assert recorded == {f"{kind}/{story}.yaml" for kind in KINDS for story in stories(kind)}


@pytest.mark.parametrize("path", sorted(CASSETTES.rglob("*.yaml")), ids=lambda path: str(path.relative_to(CASSETTES)))
def test_no_cassette_holds_a_token_or_a_local_address(path: Path) -> None:
    text = path.read_text()
    assert SECRET.findall(text) == []
    assert LOCAL.findall(text) == []
