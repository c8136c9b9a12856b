"""Reading a tracker's JSON without trusting it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.trackers.raw import Raw

names = st.sampled_from(["a", "b"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.datetimes(timezones=st.timezones()).map(str),
    st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-11:00", "٣", "9" * 5000, "\ud800", 10**400]),
)
json_like = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=2), max_leaves=8
)


@given(json_like, names)
def test_nothing_that_a_tracker_sends_is_an_error(value: Any, name: str) -> None:
    raw = Raw(value)
    assert isinstance(bool(raw), bool)
    assert isinstance(raw.inner(name, name), Raw)
    assert all(isinstance(row.value, dict) for row in raw.rows(name))
    assert all(isinstance(text, str) for text in raw.texts(name))
    assert isinstance(raw.text(name), str)
    assert isinstance(raw.number(name), int)
    assert isinstance(raw.flag(name), bool)
    moment = raw.moment(name)
    assert moment is None or moment.tzinfo is UTC
    assert raw.moment_or_epoch(name).tzinfo is UTC


@given(json_like)
def test_texts_can_be_kept_anywhere(value: Any) -> None:
    raw = Raw({"a": value})
    "".join((raw.text("a"), *raw.texts("a"))).encode()


def test_values_are_read_by_their_names() -> None:
    raw = Raw({"a": {"text": "x", "number": 3, "coded": "4", "flag": True, "rows": [{"n": 1}, None, {"n": 2}]}})
    inner = raw.inner("a")
    assert (inner.text("text"), inner.number("number"), inner.number("coded"), inner.flag("flag")) == ("x", 3, 4, True)
    assert [row.number("n") for row in inner.rows("rows")] == [1, 2]
    assert raw.unreadable == []


def test_what_is_missing_or_null_is_left_out_quietly() -> None:
    raw = Raw({"null": None})
    for name in ("null", "missing"):
        assert not raw.inner(name)
        assert not list(raw.rows(name))
        assert not raw.texts(name)
        assert (raw.text(name), raw.text(name, "else"), raw.number(name, 7), raw.flag(name)) == ("", "else", 7, False)
        assert raw.moment(name) is None
    assert raw.unreadable == []


def test_what_is_of_a_wrong_shape_is_noted_by_its_path() -> None:
    raw = Raw({"a": {"b": 1, "text": 2, "rows": [{"when": "soon"}, 3], "flag": "yes", "number": True}})
    inner = raw.inner("a")
    inner.inner("b")
    inner.text("text")
    for row in inner.rows("rows"):
        row.moment("when")
    inner.flag("flag")
    inner.number("number")
    assert raw.unreadable == ["a.b", "a.text", "a.rows[0].when", "a.rows[1]", "a.flag", "a.number"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00:00Z",
        "2026-11-23T08:00:00",
        "2026-11-23T09:00:00+01:00",
        "2026-11-23T09:00:00.000+0100",
        1795420800,
        1795420800000,
    ],
)
def test_every_form_of_a_moment_is_read_in_utc(text: str | int) -> None:
    assert Raw({"at": text}).moment("at") == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_unreadable_moment_that_is_needed_is_1970_and_noted() -> None:
    raw = Raw({"at": "soon"})
    assert raw.moment_or_epoch("at") == datetime(1970, 1, 1, tzinfo=UTC)
    assert set(raw.unreadable) == {"at"}
