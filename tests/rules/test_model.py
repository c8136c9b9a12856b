from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError
from tests.rules.build import DONE, OPEN, after, moves, ticket

from hypercare_rules.model import Model, Moment


class Example(Model):
    """A value with a moment."""

    at: Moment


def test_moments_are_kept_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    example = Example(at=datetime(2026, 11, 20, 8, 0, tzinfo=berlin))
    assert example.at == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    assert example.at.utcoffset() == timedelta()


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Example.model_validate_json('{"at": "2026-11-20T08:00:00"}')


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Example.model_validate_json('{"at": "2026-11-20T08:00:00Z", "when": 1}')


def test_values_never_change() -> None:
    example = Example(at=after("1h"))
    with pytest.raises(ValidationError, match="frozen"):
        example.at = after("2h")  # type: ignore[misc]


def test_a_ticket_that_was_looked_at_equals_one_that_was_not() -> None:
    looked_at, fresh = (ticket(history=moves(("2h", DONE), ("3h", OPEN))) for _ in range(2))
    assert (looked_at.reopened_count, looked_at.acknowledged) == (1, after("2h"))
    assert looked_at == fresh
    assert looked_at.model_dump_json() == fresh.model_dump_json()


def test_a_copy_works_its_own_facts_out_anew() -> None:
    reopened = ticket(history=moves(("2h", DONE), ("3h", OPEN)))
    assert reopened.reopened_count == 1
    assert reopened.model_copy(update={"history": ()}).reopened_count == 0
