"""The charts of the page as static SVG, drawn by Altair and vl-convert.

Colours are names to which the style of the page gives values, light and dark. Times are told since go-live, never as dates: those the
library would set in the zone of the machine.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert

from hypercare_rules.metrics import Service
from hypercare_rules.values import Priority
from hypercare_sync.record.periods import periods
from hypercare_sync.record.sheet import ChartName, Picture
from hypercare_sync.record.view import IncidentStory, RecordView

WIDTHS = {"wide": 1080, "narrow": 330}
"""Each chart is drawn for a desk and for a phone, in pixels; the page shows the one that fits."""

MOST_INCIDENTS = 30
"""So many incidents fit a chart; the table has all."""

_SVG = "http://www.w3.org/2000/svg"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MANY_HOURS = 96
_YEAR = 365
_BEFORE = 3
_OUTCOMES = {"Met": "var(--first)", "Missed": "var(--bad)", "Late": "var(--warn)"}
_TYPICAL = {"Median": "var(--first)", "Mean": "var(--second)", "90th percentile": "var(--third)"}
_MOVES = {"New": "var(--warn)", "Resolved": "var(--first)", "Open at its end": "var(--ink)"}
_OF_PRIORITY = {str(priority): f"var(--{priority.lower()})" for priority in Priority}

Rows = list[dict[str, Any]]
Drawn = alt.Chart | alt.LayerChart | alt.FacetChart


def draw(picture: Picture, view: RecordView, size: str) -> str | None:
    """The picture's chart as SVG for a size of `WIDTHS`; None where there is nothing to draw."""
    drawn = _CHARTS[picture.chart](view, WIDTHS[size])
    if drawn is None:
        return None
    specification = _styled(drawn).to_dict()
    return _image(vl_convert.vegalite_to_svg(specification), f"{picture.chart}-{size}", picture)


def _image(svg: str, prefix: str, picture: Picture) -> str:
    """The SVG as one image with a name and a description: no other roles inside, and ids of its own.

    Those of the library count on from chart to chart.
    """
    root = ET.fromstring(svg)  # noqa: S314 -- the library that we called wrote it
    ids: dict[str, str] = {}
    for element in root.iter():
        if "id" in element.attrib:
            ids[element.attrib["id"]] = element.attrib["id"] = f"{prefix}-{len(ids) + 1}"
    for element in root.iter():
        for name, value in tuple(element.attrib.items()):
            if name.startswith("aria-") or name in ("role", "pointer-events"):
                del element.attrib[name]
            elif value.startswith("url(#"):
                element.attrib[name] = f"url(#{ids[value[5:-1]]})"
    root.attrib |= {
        "role": "img",
        "aria-labelledby": f"{prefix}-title {prefix}-description",
        "class": size_class(prefix),
    }
    for position, (name, words) in enumerate((("title", picture.title), ("desc", picture.description))):
        told = ET.Element(f"{{{_SVG}}}{name}", {"id": f"{prefix}-{'title' if name == 'title' else 'description'}"})
        told.text = words
        root.insert(position, told)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def size_class(prefix: str) -> str:
    """The class by which the style shows or hides a size."""
    return prefix.rpartition("-")[2]


def _styled(drawn: Drawn) -> Drawn:
    text = {"labelColor": "var(--muted)", "titleColor": "var(--muted)", "labelFontSize": 12, "titleFontSize": 12}
    plain: Drawn = (
        drawn.configure(
            background="transparent",
            font="system-ui, sans-serif",
            padding={"left": 20, "right": 12, "top": 4, "bottom": 4},
        )
        .configure_view(stroke=None)
        .configure_axis(
            **text,
            titleFontWeight="normal",
            gridColor="var(--line)",
            domainColor="var(--line)",
            tickColor="var(--line)",
        )
        .configure_legend(**text, title=None, orient="top", labelLimit=300, symbolType="square")
    )
    return plain


def _colours(field: str, of: dict[str, str]) -> alt.Color:
    return alt.Color(field, type="nominal", scale=alt.Scale(domain=list(of), range=list(of.values())))


def _chart(rows: Rows, width: int, height: int | alt.Step) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows), width=width - 60, height=height)


def _flow(view: RecordView, width: int) -> Drawn:
    """What came and went side by side in each period, and a line for what was open."""
    flow = periods(view).periods
    named = [
        (f"{one.date.day} {one.date:%b %y}" if len(view.days) > _YEAR else f"{one.date.day} {one.date:%b}", one)
        for one in flow
    ]
    moved: Rows = [
        {"from": name, "what": what, "tickets": number}
        for name, one in named
        for what, number in (("New", one.new), ("Resolved", one.resolved))
    ]
    left: Rows = [{"from": name, "what": "Open at its end", "tickets": one.open} for name, one in named]
    across = alt.X("from", type="ordinal", sort=None, title=None).axis(
        labelAngle=0, labelOverlap="greedy", labelSeparation=12, ticks=False
    )
    up = alt.Y("tickets", type="quantitative", title="Tickets").axis(
        format="d", tickMinStep=1, tickCount=5, domain=False
    )
    bars = _chart(moved, width, 220).mark_bar().encode(
        x=across, y=up, xOffset=alt.XOffset("what", type="nominal", sort=None), color=_colours("what", _MOVES)
    )  # fmt: skip
    line = (
        _chart(left, width, 220)
        .mark_line(point=True, strokeWidth=2)
        .encode(x=across, y=up, color=_colours("what", _MOVES))
    )
    return alt.layer(bars, line)


def _resolve(view: RecordView, width: int) -> Drawn | None:
    """What was typical of each priority, three bars each."""
    known = {priority: one.to_resolve for priority, one in view.metrics.by_priority.items() if one.to_resolve}
    if not known:
        return None
    longest = max(spread.p90 for spread in known.values())
    unit, name = (_DAY, "Days") if longest > _MANY_HOURS * _HOUR else (_HOUR, "Hours")
    rows: Rows = [
        {"priority": str(priority), "what": what, "time": length / unit}
        for priority, spread in known.items()
        for what, length in zip(_TYPICAL, (spread.median, spread.mean, spread.p90), strict=True)
    ]
    bars: alt.Chart = _chart(rows, width, alt.Step(14)).mark_bar().encode(
        x=alt.X("time", type="quantitative", title=name).axis(tickCount=6, domain=False),
        y=alt.Y("priority", type="nominal", title=None).axis(domain=False, ticks=False),
        yOffset=alt.YOffset("what", type="nominal", sort=None),
        color=_colours("what", _TYPICAL),
    )  # fmt: skip
    return bars


def _targets(view: RecordView, width: int) -> Drawn | None:
    """How the targets of each priority ended; those that still run are left out."""
    rows: Rows = [
        {"target": f"{priority} {name}", "what": what, "number": number, "order": order}
        for priority, service in view.metrics.by_priority.items()
        for name, kept in _kept(service)
        for order, (what, number) in enumerate(zip(_OUTCOMES, kept, strict=True))
        if any(kept)
    ]
    if not rows:
        return None
    bars: alt.Chart = _chart(rows, width - 60, alt.Step(24)).mark_bar().encode(
        x=alt.X("number", type="quantitative", title="Targets", stack="zero").axis(
            format="d", tickMinStep=1, tickCount=6, domain=False
        ),
        y=alt.Y("target", type="nominal", sort=None, title=None).axis(domain=False, ticks=False),
        color=_colours("what", _OUTCOMES),
        order=alt.Order("order", type="ordinal"),
    )  # fmt: skip
    return bars


def _kept(service: Service) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    pairs = (("acknowledge", service.acknowledge), ("resolve", service.resolve))
    return tuple((name, (kept.met, kept.missed, kept.late)) for name, kept in pairs)


def _incidents(view: RecordView, width: int) -> Drawn:
    """A bar for each incident, of which there is one, from when it came up until it ended, and a mark at the team's first response."""
    shown = view.incidents[:MOST_INCIDENTS]

    def since(moment: datetime) -> float:
        return (moment - view.release.go_live) / _DAY

    rows: Rows = [
        {
            "incident": _name(one),
            "priority": one.priority,
            "began": since(one.began),
            "ended": since(one.ended or view.now),
        }
        for one in shown
    ]
    answers: Rows = [
        {"incident": _name(one), "at": since(one.acknowledged_at)} for one in shown if one.acknowledged_at is not None
    ]
    # What was open for years would leave no room for the weeks that matter: bars that reach the end go on.
    first, last = min(row["began"] for row in rows), max(row["ended"] for row in rows)
    scale = alt.Scale(domain=[max(min(0, first), -_BEFORE), min(last, 2 * view.release.days)], nice=False)
    down = alt.Y("incident", type="nominal", sort=None, title=None).axis(domain=False, ticks=False, labelLimit=110)
    bars = _chart(rows, width - 50, alt.Step(18)).mark_bar(height=8, clip=True).encode(
        x=alt.X("began", type="quantitative", title="Days since go-live", scale=scale).axis(tickCount=6, domain=False), x2="ended", y=down,
        color=_colours("priority", _OF_PRIORITY),
    )  # fmt: skip
    marks = _chart(answers, width - 50, alt.Step(18)).mark_tick(thickness=3, size=14, color="var(--ink)", clip=True).encode(
        x=alt.X("at", type="quantitative"), y=down
    )  # fmt: skip
    return alt.layer(bars, marks) if answers else bars


def _name(incident: IncidentStory) -> str:
    return incident.first.ref.key


_CHARTS: dict[ChartName, Callable[[RecordView, int], Drawn | None]] = {
    "flow": _flow,
    "resolve": _resolve,
    "targets": _targets,
    "incidents": _incidents,
}
