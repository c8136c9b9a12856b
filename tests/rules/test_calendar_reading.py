"""How calendars are written, and what is said about those that cannot be read."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from hypercare_rules.calendars import Calendar, Holidays

OFFICE = {"mon-fri": ["08:00-18:00"]}
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)  # with which a Monday begins


def calendar(**fields: object) -> Calendar:
    return Calendar.model_validate({"zone": "UTC", "hours": OFFICE, **fields})


def open_days(days: str) -> str:
    """The days of a week, Monday first, on which a calendar is open at noon."""
    team = calendar(hours={days: ["08:00-18:00"]})
    return "".join("x" if team.is_open(MIDNIGHT + timedelta(days=day, hours=12)) else "." for day in range(7))


@pytest.mark.parametrize(
    ("days", "week"),
    [
        ("mon", "x......"),
        ("mon-fri", "xxxxx.."),
        ("sat-sun", ".....xx"),
        ("mon-sun", "xxxxxxx"),
        ("fri-mon", "x...xxx"),
        ("sun-mon", "x.....x"),
        ("tue-mon", "xxxxxxx"),
        ("wed-wed", "..x...."),
    ],
)
def test_days_are_single_or_a_range_that_may_go_over_the_weekend(days: str, week: str) -> None:
    assert open_days(days) == week


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        ("08:00-18:00", 8, 18),
        ("00:00-24:00", 0, 24),
        ("20:00-24:00", 20, 24),
        ("20:00-00:00", 20, 24),
        ("22:00-06:00", 22, 30),
        ("08:00-08:00", 8, 32),
    ],
)
def test_a_span_whose_end_is_not_after_its_start_ends_on_the_next_day(span: str, start: int, end: int) -> None:
    spans = calendar(hours={"mon": [span]}).open_spans(MIDNIGHT, MIDNIGHT + timedelta(days=7))
    assert spans == ((MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=end)),)


def test_a_calendar_keeps_its_text() -> None:
    text = (
        '{"zone":"Europe/Berlin","hours":{"mon-fri":["08:00-18:00"],"sat":[]},'
        '"holidays":{"country":"DE","subdiv":"BY"},"special":{"2026-12-24":["08:00-12:00"]}}'
    )
    team = Calendar.model_validate_json(text)
    assert team.special == {date(2026, 12, 24): ("08:00-12:00",)}
    assert team.model_dump_json() == text


def test_a_calendar_that_has_answered_is_still_equal_to_one_that_has_not() -> None:
    asked = calendar()
    assert asked.is_open(MIDNIGHT + timedelta(hours=9))
    assert asked == calendar()


@pytest.mark.parametrize(
    ("fields", "place", "message"),
    [
        ({"zone": "Europe/Berln"}, "zone", "not a time zone: 'Europe/Berln'; did you mean Europe/Berlin?"),
        ({"zone": "utc"}, "zone", "not a time zone: 'utc'; did you mean UTC?"),
        ({"zone": "Europe"}, "zone", "not a time zone: 'Europe'; did you mean "),
        ({"zone": "../zone"}, "zone", "not a time zone: '../zone'; write one such as Europe/Berlin or UTC"),
        (
            {"hours": {"mon-fri": ["8-18"]}},
            "hours.mon-fri.0",
            "not a span of hours: '8-18'; write 08:00-18:00",
        ),
        ({"hours": {"mon": ["08:00-18:00", "24:00-25:00"]}}, "hours.mon.1", "not a span of hours: '24:00-25:00'"),
        ({"hours": {"mon": ["08:00 - 18:00"]}}, "hours.mon.0", "not a span of hours: '08:00 - 18:00'"),
        ({"hours": {"mon": ["08:60-18:00"]}}, "hours.mon.0", "not a span of hours: '08:60-18:00'"),
        ({"hours": {"mon": ["08:00-24:30"]}}, "hours.mon.0", "not a span of hours: '08:00-24:30'"),
        (
            {"hours": {"monday": ["08:00-18:00"]}},
            "hours.monday.[key]",
            "not a day or a range of days: 'monday'; write mon, mon-fri or sat-sun",
        ),
        (
            {"hours": {"mon-fri": ["08:00-18:00"], "fri-sat": ["22:00-06:00"]}},
            "hours",
            "mon-fri and fri-sat both name fri; write each day once",
        ),
        ({"hours": {}}, "", 'no working hours at all; write hours: {mon-fri: ["08:00-18:00"]}'),
        ({"hours": {"mon": []}, "special": {"2026-12-24": []}}, "", "no working hours at all"),
        (
            {"special": {"24.12.2026": []}},
            "special.24.12.2026.[key]",
            "not a day: '24.12.2026'; write 2026-12-24",
        ),
        ({"special": {"2026-02-30": []}}, "special.2026-02-30.[key]", "not a day: '2026-02-30'"),
        ({"special": {20261224: []}}, "special.20261224.[key]", "not a day: 20261224"),
        ({"special": {"2026-12-24": ["noon"]}}, "special.2026-12-24.0", "not a span of hours: 'noon'"),
        (
            {"holidays": {"country": "de"}},
            "holidays.country",
            "not a country whose holidays are known: 'de'; did you mean DE?",
        ),
        ({"holidays": {"country": "Germany"}}, "holidays.country", "write its ISO 3166 code, such as DE"),
        (
            {"holidays": {"country": "DE", "subdiv": "Bavaria"}},
            "holidays.subdiv",
            "not a part of DE whose holidays are known: 'Bavaria'; write BB, BE, BW, BY, ",
        ),
        ({"holidays": {"country": "DE", "subdiv": "Bayren"}}, "holidays.subdiv", "did you mean Bayern?"),
        ({"holidays": {"country": "LU", "subdiv": "XX"}}, "holidays.subdiv", "take subdiv out"),
        ({"holidays": {"country": "Deutschland", "subdiv": "BY"}}, "holidays.country", "such as DE"),
    ],
)
def test_what_is_wrong_is_told_where_it_is_with_what_to_write(
    fields: dict[str, object], place: str, message: str
) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)) as failure:
        calendar(**fields)
    assert [".".join(map(str, error["loc"])) for error in failure.value.errors()] == [place]


def test_a_region_may_be_written_by_its_code_or_its_name() -> None:
    epiphany = date(2027, 1, 6)
    assert Holidays(country="DE", subdiv="BY").include(epiphany)
    assert Holidays(country="DE", subdiv="Bayern").include(epiphany)
    assert not Holidays(country="DE").include(epiphany)


def test_the_schema_gives_editors_a_pattern_for_every_key_and_span() -> None:
    properties: dict[str, Any] = Calendar.model_json_schema()["properties"]
    written = {
        "hours": ({"mon": True, "mon-fri": True, "fri-mon": True, "monday": False, "mon-": False}),
        "special": ({"2026-12-24": True, "24.12.2026": False}),
    }
    for field, keys in written.items():
        shape = properties[field]
        ((pattern, spans),) = shape["patternProperties"].items()
        assert shape["additionalProperties"] is False
        assert {key: bool(re.search(pattern, key)) for key in keys} == keys
        texts = {"08:00-18:00": True, "22:00-06:00": True, "00:00-24:00": True, "8-18": False, "24:00-06:00": False}
        assert {text: bool(re.search(spans["items"]["pattern"], text)) for text in texts} == texts
