"""The record as one HTML file: it asks nobody for anything, and no script or style runs in it but its own."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hypercare_sync.record.charts import draw
from hypercare_sync.record.page import record_page
from hypercare_sync.record.sheet import ChartName, Figures, Page, Picture, Remark, Story
from hypercare_sync.record.view import RecordView
from hypercare_sync.text.clean import clean_spans, one_line
from hypercare_sync.text.content_policy import content_policy
from hypercare_sync.text.document import Link, Strong
from hypercare_sync.wording import iso


def record_html(view: RecordView) -> str:
    """The whole record as a page of its own."""
    page = record_page(view)
    charts: dict[ChartName, tuple[Markup, ...]] = {
        part.chart: tuple(Markup(svg) for size in ("wide", "narrow") if (svg := draw(part, view, size)))  # noqa: S704
        for section in page.sections
        for part in section.parts
        if isinstance(part, Picture)
    }
    return page_html(page, charts, view.now)


def page_html(page: Page, charts: Mapping[ChartName, tuple[Markup, ...]], now: datetime) -> str:
    """A page with the charts that are drawn for it; of others it has the table alone."""
    return render("record.html.j2", page=page, charts=charts, now=now)


def render(template: str, **values: Any) -> str:
    """A page by a template of ours, with its style and its script inside, and a policy that lets nothing else in."""
    style, script = _asset("page.css"), _asset("page.js")
    text = _environment().get_template(template).render(
        **values, policy=content_policy(style, script), style=Markup(style), script=Markup(script)  # noqa: S704 -- files of ours
    )  # fmt: skip
    return f"{text.rstrip()}\n"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("hypercare_sync.record", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clean": clean_spans, "line": one_line, "iso": iso}
    kinds = (Link, Strong, Picture, Figures, Remark, Story)
    tests: dict[str, Any] = {kind.__name__.casefold(): partial(_is, kind) for kind in kinds}
    made.tests.update(tests)
    return made


def _is(kind: type, value: object) -> bool:
    return isinstance(value, kind)


@cache
def _asset(name: str) -> str:
    return files("hypercare_sync.record").joinpath("assets", name).read_text(encoding="utf-8")
