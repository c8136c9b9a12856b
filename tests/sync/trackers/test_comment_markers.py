"""Which hidden values are markers of comments of ours."""

from typing import Any

import pytest

from hypercare_rules.ticket import Marker
from hypercare_sync.trackers.marker import of_comment

OURS = {"purpose": "status", "release": "Shop 5.2", "digest": "d1"}


def test_marker_comes_back_as_it_was() -> None:
    marker = Marker(purpose="status", release="Shop 5.2", digest="d1")
    assert of_comment(marker.model_dump()) == marker


def test_marker_with_members_of_a_later_version_is_still_ours() -> None:
    assert of_comment({**OURS, "v": 2}) == of_comment(OURS)


@pytest.mark.parametrize("value", [None, {}, {**OURS, "purpose": "summary"}, {**OURS, "release": 1}, {"release": "x"}])
def test_what_is_for_something_else_is_no_marker_of_a_comment(value: Any) -> None:
    assert of_comment(value) is None
