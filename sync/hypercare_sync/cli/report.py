"""`report`: the record of a release, for a board, for a spreadsheet or for scripts."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.looking import look, stood, worlds
from hypercare_sync.cli.options import audience_option, config_option, now_option
from hypercare_sync.errors import ConfigError

if TYPE_CHECKING:
    from hypercare_sync.record import RecordView

FORMATS = ("html", "md", "csv", "json")


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@click.argument("release")
@click.option(
    "--format", "form", type=click.Choice(FORMATS),
    help="A page with charts, Markdown, one row a ticket, or everything for scripts [default: by the ending of FILE, else md].",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where to write it, in one piece [default: stdout].",
)  # fmt: skip
@audience_option("--audience", "internal", "Who will read it: what they may not see is counted and not named.")
@config_option
@now_option
@click.pass_context
def report(  # noqa: PLR0913 -- click hands every option over by its name
    ctx: click.Context,
    /,
    *,
    release: str,
    form: str | None,
    output: Path | None,
    audience: str,
    config: Path | None,
    now: datetime | None,
) -> None:
    """The record of RELEASE: times and targets, incidents, breaches and their causes, decisions, what is to be learned. Writes to no tracker.

    \b
    Examples:
      hypercare-sync report "Shop 5.2" -o shop-5.2.html
      hypercare-sync report "Shop 5.2" --format csv > tickets.csv
      hypercare-sync report "Shop 5.2" --audience public --now 2026-12-04T08:00+01:00
    """  # fmt: skip
    from hypercare_rules.ticket import Audience
    from hypercare_sync.record import record_view
    from hypercare_sync.report import exit_code

    form = form or _by_ending(output)
    if form == "html":
        import hypercare_sync.record.html  # noqa: F401 -- what is missing is told before the trackers are asked
    loaded, result = look(config, release, now, alone=True)
    if result.releases[0].state is None:
        live = loaded.releases[0].release.local(loaded.releases[0].go_live)
        raise ConfigError(f"{release}: goes live only on {live:%Y-%m-%d %H:%M %Z}, and nothing is known of it before")
    _, (state,) = stood(worlds(result), result)
    if result.nothing_read and not state.assessment.tickets:
        click.echo("Error: no source could be read, so there is nothing to report", err=True)
        ctx.exit(exit_code(result))
    view = record_view(state.assessment, state.policy, Audience[audience])
    content = _rendered(view, form).encode()
    if output is None:
        click.echo(content, nl=False)
    else:
        _write(output, content)
    ctx.exit(exit_code(result))


def _by_ending(output: Path | None) -> str:
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return ending if ending in FORMATS else "md"


def _rendered(view: "RecordView", form: str) -> str:
    match form:
        case "html":
            from hypercare_sync.record.html import record_html

            return record_html(view)
        case "csv":
            from hypercare_sync.record.table import record_csv

            return record_csv(view)
        case "json":
            from hypercare_sync.record.as_json import record_json

            return f"{json.dumps(record_json(view), indent=2)}\n"
        case _:
            from hypercare_sync.record.markdown import record_markdown

            return record_markdown(view)


def _write(output: Path, content: bytes) -> None:
    from hypercare_sync.whole_file import write_whole

    try:
        write_whole(output, content)
    except OSError as error:
        raise ConfigError(
            f"-o {output}: {error.strerror}; write the path of a file in a folder that is there"
        ) from error
