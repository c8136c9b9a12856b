"""`explain`: the whole story of one ticket."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.looking import look, show, stood, worlds
from hypercare_sync.cli.options import config_option, format_option, now_option, release_option
from hypercare_sync.errors import ConfigError

if TYPE_CHECKING:
    from hypercare_rules.assess import World
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
      hypercare-sync explain SHOP-12 --now 2026-11-24T08:00+01:00     as it stood then
    """  # fmt: skip
    from hypercare_rules.explanation import explanation
    from hypercare_sync.explained import explained_document
    from hypercare_sync.explained_json import explained_json
    from hypercare_sync.explained_labels import label_stories
    from hypercare_sync.report import exit_code

    _, result = look(config, release, now)
    present = worlds(result)
    seen, states = stood(present, result)
    known, later = (_created(each, release) for each in (seen, present))
    ref = named(ticket, known, later)
    asked = [state for state in states if release in (None, state.assessment.release.name)]
    found = [explanation(ref, seen[s.assessment.release.name], s.policy, s.assessment) for s in asked]
    stories, labels = [story for story in found if story], label_stories(states, ref)
    hindsight = seen != present
    if form == "json":
        click.echo(json.dumps(explained_json(stories, labels, hindsight=hindsight), indent=2))
    else:
        show(explained_document(stories, labels, hindsight=hindsight))
    ctx.exit(exit_code(result))


def _created(worlds: Mapping[str, "World"], release: str | None) -> dict["Ref", datetime]:
    """When each ticket of the release, or of all of them, came up."""
    asked = (world for name, world in worlds.items() if release in (None, name))
    return {one.ref: one.created for world in asked for source in world.sources for one in source.tickets}


def named(text: str, known: Collection["Ref"], later: Mapping["Ref", datetime] = MappingProxyType({})) -> "Ref":
    """The ticket that somebody means by its key, with or without its tracker. Raises ConfigError for none and for several.

    `later` are tickets with the time at which each came up, of which some are not known yet.
    """
    from hypercare_sync.yaml_file import suggest

    wanted = text.strip().casefold()

    def meant(refs: Iterable["Ref"]) -> list["Ref"]:
        return sorted(ref for ref in refs if wanted in (str(ref).casefold(), ref.key.casefold()))

    match meant(known), meant(later):
        case [ref], _:
            return ref
        case [], [ref, *_]:
            raise ConfigError(f"{text}: came up only on {later[ref]:%Y-%m-%dT%H:%MZ}; write a later --now")
        case [], []:
            near = suggest(text, sorted({ref.key for ref in known}), otherwise="is it in a source of the config?")
            raise ConfigError(f"{text}: no such ticket is known; {near}")
        case several, _:
            raise ConfigError(f"{text}: in more than one tracker; write {' or '.join(map(str, several))}")
