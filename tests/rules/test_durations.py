from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hypercare_rules.durations import Duration, parse, render

up_to_ten_years = st.integers(min_value=0, max_value=3660 * 86400)
field: TypeAdapter[timedelta] = TypeAdapter(Duration)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("14d", timedelta(days=14)),
        ("2w", timedelta(days=14)),
        ("2h30m", timedelta(hours=2, minutes=30)),
        ("1w2d3h4m5s", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("90m", timedelta(hours=1, minutes=30)),
        ("0m", timedelta()),
        ("3660d", timedelta(days=3660)),
    ],
)
def test_people_write_lengths_with_units(text: str, length: timedelta) -> None:
    assert parse(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "30", "h", "4 h", " 4h", "4h\n", "30m4h", "4h4h", "-4h", "1.5h", "4H", "4y", "PT4H", "4:00", "four hours"],
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 30m, 4h, 2h30m or 14d"):
        parse(text)


@pytest.mark.parametrize("text", ["3661d", "3660d1s", "99999999999999999999d", "9" * 5000 + "s"])
def test_a_length_beyond_ten_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="longer than ten years"):
        parse(text)


@given(up_to_ten_years)
def test_what_is_rendered_is_read_back(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse(render(length)) == length


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(), "0m"),
        (timedelta(days=14), "14d"),
        (timedelta(hours=36), "1d12h"),
        (timedelta(minutes=150), "2h30m"),
        (timedelta(seconds=61), "1m1s"),
        (timedelta(seconds=59, microseconds=999_999), "59s"),
    ],
)
def test_lengths_are_rendered_short_and_in_whole_seconds(length: timedelta, text: str) -> None:
    assert render(length) == text


def test_a_field_reads_and_writes_text_in_json() -> None:
    length = field.validate_json('"2h30m"')
    assert length == timedelta(hours=2, minutes=30)
    assert field.dump_json(length) == b'"2h30m"'


def test_a_field_takes_a_timedelta_in_python() -> None:
    assert field.validate_python(timedelta(hours=1)) == timedelta(hours=1)
    assert field.dump_python(timedelta(hours=1)) == timedelta(hours=1)


@pytest.mark.parametrize("value", ["30", "1.5", "-5", "true", "null", "[]"])
def test_a_field_never_guesses_the_unit_of_a_number(value: str) -> None:
    with pytest.raises(ValidationError, match="write 30m, 4h, 2h30m or 14d"):
        field.validate_json(value)
