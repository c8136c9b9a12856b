"""`log`: what every tick did, decided and met."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hypercare_sync.cli.looking import show_notice
from hypercare_sync.cli.options import When, config_option, format_option, load_config, release_option

if TYPE_CHECKING:
    from hypercare_sync.aside import SetAside
    from hypercare_sync.config import Config
    from hypercare_sync.store import EntryKind, Journaled, Run

_SCHEMA = "hypercare-sync/log/1"
_COLOURS = {"tick": "dim", "decision": "cyan", "change": "green", "error": "red"}


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@config_option
@click.option("--ticket", metavar="KEY", help="Only of this ticket: SHOP-12, acme/web#7 or TRACKER:KEY.")
@click.option("--person", metavar="NAME", help="Only what is for or by somebody: a name of the policy, or an account.")
@click.option("--rule", metavar="ID", help="Only what this rule had a part in.")
@click.option("--since", type=When(), help="Only from then on: 2026-11-23T08:00+00:00, or how long ago: 6h, 2d.")
@click.option("--until", type=When(), help="Only before then.")
@click.option("--tick", metavar="ID", help="Only of this tick.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(sorted(_COLOURS)), help="Only these; may be repeated."
)
@release_option
@click.option(
    "-n", "limit", type=click.IntRange(min=0), default=100, show_default=True, help="How many, the newest; 0 for all."
)
@format_option
def log(  # noqa: PLR0913 - one for each option
    *,
    config: Path | None,
    ticket: str | None,
    person: str | None,
    rule: str | None,
    since: datetime | None,
    until: datetime | None,
    tick: str | None,
    kinds: "tuple[EntryKind, ...]",
    release: str | None,
    limit: int,
    form: str,
) -> None:
    """The journal, newest last: each tick, what was decided otherwise than before, each write, and what failed. Times are UTC.

    With --ticket it also tells whether the ticket is set aside now. `--format json` prints one document with all that is known of each entry.

    \b
    Examples:
      hypercare-sync log                                what happened last
      hypercare-sync log --ticket SHOP-12               the story of a ticket
      hypercare-sync log --kind change --since 2h       what was written in the last two hours
      hypercare-sync log --person ana --rule vip-outage
      hypercare-sync log --since 2026-11-23T08:00+00:00 -n 0 --format json
    """
    from hypercare_sync.store import open_to_look, shown

    loaded: Config = load_config(config, release)
    with open_to_look(loaded.store_url, loaded.team) as store:
        show_notice(store)
        if store.database.in_memory and not store.notice:
            click.echo(f"{shown(loaded.store_url)}: not there yet: the next sync makes it", err=True)
        found = store.journal(
            ticket=ticket, person=person, rule=rule, since=since, until=until, tick=tick, release=release, kinds=kinds,
            limit=limit or None,
        )  # fmt: skip
        aside = tuple(one for one in store.set_aside() if ticket and _is_of(one, ticket))
        filtered = bool(ticket or person or rule or since or until or tick or kinds or release)
        running = () if ticket or person or rule or tick else store.running()
        if form == "json":
            click.echo(json.dumps(_document(loaded, list(found), aside, running), indent=2))
        else:
            lines = _lines(found, aside, running)
            first = next(lines, None)
            if first:
                _print(chain((first,), lines))
            elif filtered:
                click.echo("nothing found: no entry is all of what was asked for", err=True)


def _is_of(one: "SetAside", ticket: str) -> bool:
    """Whether a ticket, or all of the place that it is in, is set aside."""
    from hypercare_rules.ticket import Ref

    tracker, colon, key = ticket.partition(":")
    ref = Ref(tracker, key) if colon else Ref("", ticket)
    return ref.tracker in ("", one.tracker) and one.key.partition(" ")[0] in (ref.key, ref.place)


def _lines(
    found: "Iterator[Journaled]", aside: "tuple[SetAside, ...]", running: "tuple[Run, ...]"
) -> Iterator[tuple[str, str, str]]:
    """When, what kind of entry, and what it tells."""
    from hypercare_sync.recording.lines import line

    for one in found:
        yield f"{one.at:%Y-%m-%d %H:%M:%S}", one.entry.kind, line(one)
    for run in running:
        yield (
            f"{run.began:%Y-%m-%d %H:%M:%S}",
            "tick",
            f"{run.tick} began and has not ended: it is at it, or was killed",
        )
    for held in aside:
        until = f"tried again from {held.again:%Y-%m-%d %H:%M} on"
        yield f"{held.since:%Y-%m-%d %H:%M:%S}", "error", f"{held.tracker}:{held.key} is set aside, {until}: {held.why}"


def _print(lines: Iterator[tuple[str, str, str]]) -> None:
    """A line each that no text of people's can break; in colour on a terminal."""
    from hypercare_sync.text.clean import one_line

    colours = sys.stdout.isatty()
    if colours:
        from rich.console import Console
        from rich.text import Text

        console = Console(highlight=False)
    for at, kind, told in lines:
        if colours:
            parts = ((f"{at}  ", "dim"), (f"{kind:<8}  ", _COLOURS[kind]), one_line(told))
            console.print(Text.assemble(*parts), soft_wrap=True)
        else:
            click.echo(f"{at}  {kind:<8}  {one_line(told)}")


def _document(
    config: "Config", found: "list[Journaled]", aside: "tuple[SetAside, ...]", running: "tuple[Run, ...]"
) -> dict[str, Any]:
    from hypercare_sync.report import set_aside_json
    from hypercare_sync.store import shown
    from hypercare_sync.wording import iso

    return {
        "schema": _SCHEMA,
        "store": shown(config.store_url),
        "team": config.team,
        "entries": [_entry(one) for one in found],
        "set_aside": [set_aside_json(one) for one in aside],
        "running": [{"tick": run.tick, "now": iso(run.now), "began": iso(run.began)} for run in running],
    }


def _entry(one: "Journaled") -> dict[str, Any]:
    from hypercare_sync.wording import iso

    entry = one.entry
    return {
        "tick": one.tick,
        "now": iso(one.now),
        "at": f"{one.at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "kind": entry.kind,
        "release": entry.release,
        "ticket": entry.ticket,
        "people": list(entry.people),
        "rules": list(entry.rules),
        "told": dict(entry.body),
    }
