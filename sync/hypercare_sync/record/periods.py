"""The days of a release in as many periods as a chart can show: a release may be long past."""

from dataclasses import dataclass, replace

from hypercare_rules.flow import Day
from hypercare_sync.record.view import RecordView

_MOST = 62
_UNITS = ((1, "day"), (7, "week"), (28, "four weeks"))


@dataclass(frozen=True)
class Periods:
    """Each period as its first day, with what came and went in all of it and what was open at its end; `unit` is how long one is."""

    unit: str
    periods: tuple[Day, ...]


def periods(view: RecordView) -> Periods:
    """The days by themselves where they are few, else by week, else by four weeks."""
    length, unit = next((one for one in _UNITS if len(view.days) <= _MOST * one[0]), _UNITS[-1])
    parts = (view.days[start : start + length] for start in range(0, len(view.days), length))
    return Periods(
        unit,
        tuple(
            replace(
                part[0],
                new=sum(day.new for day in part),
                resolved=sum(day.resolved for day in part),
                reopened=sum(day.reopened for day in part),
                open=part[-1].open,
            )
            for part in parts
        ),
    )
