"""Mermaid's `xychart-beta` as SVG, as far as GitHub draws it from our summaries: bars and lines over named points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from math import ceil, inf

_TITLE = re.compile(r'title\s+(?:"([^"]*)"|(\S.*))')
_POINTS = re.compile(r'x-axis\s+(?:"[^"]*"\s+)?\[(.*)\]')
_RANGE = re.compile(r'y-axis\s+(?:"[^"]*"\s+)?(-?\d+(?:\.\d+)?)\s*-->\s*(-?\d+(?:\.\d+)?)')
_SERIES = re.compile(r"(bar|line)\s+\[([-+\d.,\s]*)\]")
_NAME = re.compile(r'"([^"]*)"|([^\s",][^",]*)')

_HEIGHT, _TOP, _BOTTOM = 220, 12, 28  # pixels
_WIDE, _NARROW = 18, 7  # so many names fit below a wide picture, and below one on a phone
_MOST_POINTS = 1_000
_STEPS = (1, 2, 5, 10)
_LINES = 5


@dataclass
class _Chart:
    """What a block tells: `series` are (bar or line, one number for each point)."""

    title: str = ""
    points: list[str] = field(default_factory=list)
    low: float = inf
    high: float = -inf
    series: list[tuple[str, list[float]]] = field(default_factory=list)

    def top(self, value: float) -> float:
        """How far below the picture's upper edge a value lies, in pixels."""
        share = (value - self.low) / (self.high - self.low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def draw(source: str) -> str | None:
    """The chart that a Mermaid block describes, as a figure with inline SVG that is as wide as its place; None for any other block."""
    chart = _read(source)
    if chart is None:
        return None
    return (
        f'<figure class="chart"><figcaption>{escape(chart.title)}</figcaption><div role="img" aria-label="{escape(_said(chart))}">'
        f'<svg class="scale" width="36" height="{_HEIGHT}">{"".join(_numbers(chart))}</svg>'
        f'<svg class="plot" height="{_HEIGHT}">{"".join((*_grid(chart), *_names(chart), *_series(chart)))}</svg>'
        "</div></figure>\n"
    )


def _read(source: str) -> _Chart | None:
    first, *lines = [line.strip() for line in source.splitlines() if line.strip()] or [""]
    if first not in {"xychart-beta", "xychart"}:
        return None
    chart = _Chart()
    for line in lines:
        if match := _TITLE.fullmatch(line):
            chart.title = match[1] or match[2] or ""
        elif match := _POINTS.fullmatch(line):
            chart.points = [(name[1] or name[2] or "").strip() for name in _NAME.finditer(match[1])]
        elif match := _RANGE.fullmatch(line):
            chart.low, chart.high = float(match[1]), float(match[2])
        elif match := _SERIES.fullmatch(line):
            try:
                chart.series.append((match[1], [float(number) for number in match[2].split(",")]))
            except ValueError:
                return None
        else:
            return None
    return _whole(chart)


def _whole(chart: _Chart) -> _Chart | None:
    """The chart with a range that holds all its numbers; None where it is none."""
    numbers = [number for _, values in chart.series for number in values]
    fits = all(len(values) == len(chart.points) for _, values in chart.series)
    if not numbers or not fits or len(chart.points) > _MOST_POINTS:
        return None
    chart.low = min(0, chart.low, *numbers)
    chart.high = max(chart.high, *numbers)
    chart.high += chart.high == chart.low
    return chart


def _said(chart: _Chart) -> str:
    """The chart in words, for who does not see it."""
    told = (
        f"{name} {', '.join(f'{values[at]:g}' for _, values in chart.series)}" for at, name in enumerate(chart.points)
    )
    return f"{chart.title}: {'; '.join(told)}"


def _round_numbers(chart: _Chart) -> Iterator[float]:
    """Few round numbers over the range, a step of 1, 2 or 5 times a power of ten apart."""
    rough = (chart.high - chart.low) / _LINES
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    step = next(power * one for one in _STEPS if power * one >= rough)
    return (number * step for number in range(ceil(chart.low / step), int(chart.high / step) + 1))


def _numbers(chart: _Chart) -> Iterator[str]:
    """The scale: outside of the plot, whose width is told in percent."""
    for number in _round_numbers(chart):
        yield f'<text x="28" y="{chart.top(number) + 4}" text-anchor="end">{number:g}</text>'


def _grid(chart: _Chart) -> Iterator[str]:
    for number in _round_numbers(chart):
        y = chart.top(number)
        yield f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>'


def _names(chart: _Chart) -> Iterator[str]:
    """The points' names, as many as have room."""
    number = len(chart.points)
    wide, narrow = ceil(number / _WIDE), ceil(number / _NARROW)
    for at, name in enumerate(chart.points):
        if at % wide == 0:
            rare = ' class="wide"' if at % narrow else ""
            yield f'<text{rare} x="{_across(chart, at + 0.5)}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(name)}</text>'


def _series(chart: _Chart) -> Iterator[str]:
    bars = sum(kind == "bar" for kind, _ in chart.series)
    drawn = 0
    for kind, values in chart.series:
        if kind == "line":
            yield from _line(chart, values)
        else:
            yield from _bars(chart, values, 0.2 + 0.6 * drawn / bars, 0.6 / bars)
            drawn += 1


def _bars(chart: _Chart, values: list[float], begin: float, width: float) -> Iterator[str]:
    """A bar for each value; `begin` and `width` are shares of a point's room."""
    floor = chart.top(0)
    for at, value in enumerate(values):
        y = chart.top(value)
        yield (
            f'<rect class="bar" x="{_across(chart, at + begin)}" width="{_across(chart, width)}" y="{min(y, floor)}" '
            f'height="{round(abs(floor - y), 1)}"><title>{escape(chart.points[at])}: {value:g}</title></rect>'
        )


def _line(chart: _Chart, values: list[float]) -> Iterator[str]:
    spots = [(_across(chart, at + 0.5), chart.top(value)) for at, value in enumerate(values)]
    for (x, y), (next_x, next_y) in pairwise(spots):
        yield f'<line class="line" x1="{x}" y1="{y}" x2="{next_x}" y2="{next_y}"/>'
    for (x, y), name, value in zip(spots, chart.points, values, strict=True):
        yield f'<circle class="spot" cx="{x}" cy="{y}" r="3.5"><title>{escape(name)}: {value:g}</title></circle>'


def _across(chart: _Chart, points: float) -> str:
    """A way across the picture in so many points' room: in percent, so that words keep their size at any width."""
    return f"{round(100 * points / len(chart.points), 3):g}%"
