"""Cassettes: replayed from the project's folder, every request as it was recorded, each exactly once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    return str(Path(__file__).parents[3] / "cassettes")


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    return {
        "match_on": ["method", "scheme", "host", "path", "query", "body"],
        "allow_playback_repeats": False,
        "filter_headers": ["authorization", "cookie"],
    }


@pytest.fixture
def all_played(vcr: Any) -> Iterator[None]:
    """Fails a test that did not send what was recorded."""
    yield
    assert vcr.all_played, f"{len(vcr) - vcr.play_count} recorded requests were not sent"
