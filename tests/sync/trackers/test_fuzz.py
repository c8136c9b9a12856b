"""Issues as no tracker would send them: spoilt anywhere, they are tickets, or refused by ValueError for want of a name."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync.trackers.rows import github_issue, github_ticket, jira_issue, jira_ticket

from hypercare_rules.ticket import Ticket

Path = tuple[Any, ...]

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud800", "9" * 5_000, "0001-01-01T00:00+14:00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "content", "text", "nodes"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands in a JSON value."""
    if path:
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from _paths(member, (*path, name))


def _spoil(raw: Any, path: Path, odd: Any) -> None:
    """Put something odd where something stood, if there is still such a place."""
    for name in path[:-1]:
        try:
            raw = raw[name]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(raw, dict) or (isinstance(raw, list) and isinstance(path[-1], int) and path[-1] < len(raw)):
        raw[path[-1]] = copy.deepcopy(odd)


@pytest.mark.parametrize(("issue", "ticket"), [(github_issue, github_ticket), (jira_issue, jira_ticket)])
@given(data=st.data())
def test_spoilt_issue_is_a_ticket_or_has_no_name(
    issue: Callable[[], dict[str, Any]], ticket: Callable[[Any], Ticket], data: st.DataObject
) -> None:
    raw = copy.deepcopy(issue())
    places = list(_paths(raw))
    for _ in range(data.draw(st.integers(1, 4))):
        _spoil(raw, data.draw(st.sampled_from(places)), data.draw(ODD))
    try:
        read = ticket(raw)
    except ValueError as error:
        assert str(error) in {"an issue without a number", "an issue without a key"}  # noqa: PT017 - other errors are the point
    else:
        json.dumps(read.model_dump(mode="json")).encode()
