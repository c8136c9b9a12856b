"""Every test of the store runs on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import postgres

from hypercare_sync.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which nothing is yet."""
    return f"sqlite:///{tmp_path / 'hypercare.db'}" if request.param == "sqlite" else postgres.server().database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A new store."""
    with Store(url, "shop") as new:
        yield new
