"""`summary`: what the summary says now, or what changed since a moment."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.looking import look, show, stood, worlds
from hypercare_sync.cli.options import Moment, config_option, now_option, release_option
from hypercare_sync.errors import ConfigError

if TYPE_CHECKING:
    from hypercare_sync.summary import SummaryView
    from hypercare_sync.text.document import Document

_AUDIENCES = ("public", "internal", "restricted")


class Since(click.ParamType["datetime | timedelta", "str | datetime | timedelta"]):
    """A point in time with its offset, or how long ago it was, such as 24h."""

    name = "WHEN"

    def convert(
        self, value: str | datetime | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | timedelta:
        """The time in UTC, or the length of time."""
        from hypercare_rules.durations import parse

        if not isinstance(value, str) or "-" in value or ":" in value:
            return value if isinstance(value, timedelta) else Moment().convert(value, param, ctx)
        try:
            return parse(value)
        except ValueError as error:
            self.fail(f"{error}, or a time such as 2026-11-23T08:00+00:00", param, ctx)


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@click.option("--since", type=Since(), help="Only what changed since then: a time, or how long ago, such as 24h.")
@click.option(
    "--audience", type=click.Choice(_AUDIENCES), default="restricted", show_default=True,
    help="Who is to read it: what they may not see is counted and not named.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "html"]), default="text", show_default=True
)
@config_option
@release_option
@now_option
@click.pass_context
def summary(  # noqa: PLR0913 -- click hands every option over by its name
    ctx: click.Context,
    /,
    *,
    since: datetime | timedelta | None,
    audience: str,
    form: str,
    config: Path | None,
    release: str | None,
    now: datetime | None,
) -> None:
    """What the summary says now: health, decisions, what burns, what changed, when hypercare can end. Writes nothing.

    \b
    Examples:
      hypercare-sync summary
      hypercare-sync summary --since 24h              what changed, with every ticket
      hypercare-sync summary --audience public --format html > status.html
    """  # fmt: skip
    from hypercare_rules.ticket import Audience
    from hypercare_sync.owners import with_owners
    from hypercare_sync.report import exit_code
    from hypercare_sync.summary import summary_view
    from hypercare_sync.summary.as_json import summaries_json

    _, result = look(config, release, now)
    moment = result.now - since if isinstance(since, timedelta) else since
    if moment and moment > result.now:
        raise ConfigError(f"--since {moment:%Y-%m-%dT%H:%MZ}: this is still to come; write an earlier time")
    _, states = stood(worlds(result), result)
    views = [
        summary_view(with_owners(state.assessment, state.policy), state.policy, Audience[audience], since=moment)
        for state in states
        if release in (None, state.assessment.release.name)
    ]
    if form == "json":
        click.echo(json.dumps(summaries_json(views, result.now), indent=2))
    else:
        _show(_document(views, result.now, only_changes=moment is not None), form)
    ctx.exit(exit_code(result))


def _document(views: Iterable["SummaryView"], now: datetime, *, only_changes: bool) -> "Document":
    """All releases, each under its title."""
    from hypercare_sync.summary import changes_document, summary_document, summary_title
    from hypercare_sync.text.document import Block, Document, Heading, Paragraph, spans
    from hypercare_sync.wording import stamp

    blocks: list[Block] = []
    for view in views:
        document = changes_document(view) if only_changes else summary_document(view)
        as_of = Paragraph(spans(f"As of {stamp(now, view.release)} ({view.release.zone})."))
        blocks += [Heading(1, spans(summary_title(view))), as_of, *document.blocks]
    return Document(tuple(blocks))


def _show(document: "Document", form: str) -> None:
    from hypercare_sync.text import html, markdown

    if form == "text":
        show(document)
    else:
        text = html.page("Hypercare", document) if form == "html" else markdown.render(document)
        click.echo(text, nl=False)
