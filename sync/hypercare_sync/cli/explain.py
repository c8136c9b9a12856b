"""`explain`: the whole story of one ticket."""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.looking import look, show, worlds
from hypercare_sync.cli.options import config_option, format_option, now_option, release_option
from hypercare_sync.errors import ConfigError

if TYPE_CHECKING:
    from hypercare_rules.ticket import Ref


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@click.argument("ticket")
@config_option
@release_option
@now_option
@format_option
@click.pass_context
def explain(
    ctx: click.Context, ticket: str, config: Path | None, release: str | None, now: datetime | None, form: str
) -> None:
    """Why TICKET (SHOP-12, acme/web#7 or TRACKER:KEY) is as it is: values, rules, clocks, labels, escalation. Writes nothing.

    \b
    Examples:
      hypercare-sync explain SHOP-12
      hypercare-sync explain web-github:acme/web#7 --format json
      hypercare-sync explain SHOP-12 --now 2026-11-24T08:00+01:00
    """  # fmt: skip
    from hypercare_rules.explanation import explanation
    from hypercare_sync.explained import explained_document
    from hypercare_sync.explained_json import explained_json
    from hypercare_sync.report import exit_code

    _, result = look(config, release, now)
    seen = worlds(result)
    ref = named(ticket, {one.ref for world in seen.values() for source in world.sources for one in source.tickets})
    states = [one.state for one in result.releases if one.state]
    found = [explanation(ref, seen[s.assessment.release.name], s.policy, s.assessment) for s in states]
    stories = [story for story in found if story]
    if form == "json":
        click.echo(json.dumps(explained_json(stories), indent=2))
    else:
        show(explained_document(stories))
    ctx.exit(exit_code(result))


def named(text: str, known: Collection["Ref"]) -> "Ref":
    """The ticket that somebody means by its key, with or without its tracker. Raises ConfigError for none and for several."""
    from hypercare_sync.yaml_file import suggest

    wanted = text.strip().casefold()
    found = sorted(ref for ref in known if wanted in (str(ref).casefold(), ref.key.casefold()))
    match found:
        case [ref]:
            return ref
        case []:
            near = suggest(text, sorted({ref.key for ref in known}), otherwise="is it in a source of the config?")
            raise ConfigError(f"{text}: no such ticket is known; {near}")
        case several:
            raise ConfigError(f"{text}: in more than one tracker; write {' or '.join(map(str, several))}")
