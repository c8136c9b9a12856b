"""`store`: how the store is, and taking out what no report needs any more."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hypercare_sync.cli.looking import show_notice
from hypercare_sync.cli.options import Length, config_option, format_option, load_config

if TYPE_CHECKING:
    from hypercare_sync.config import Config
    from hypercare_sync.store import Holder, Run, Store

_SCHEMA = "hypercare-sync/store/1"
_TICKS = 10
_MEGABYTE = 1_000_000


@click.group(invoke_without_command=True, epilog="Exit codes: see hypercare-sync --help.")
@config_option
@format_option
@click.pass_context
def store(ctx: click.Context, config: Path | None, form: str) -> None:
    """Where the store is, how large, what is in it, the last ticks, and who is writing. Changes nothing.

    \b
    Examples:
      hypercare-sync store
      hypercare-sync store -c team.yaml --format json
      hypercare-sync store prune --keep 30d --dry-run
    """
    ctx.obj = config
    if ctx.invoked_subcommand is None:
        loaded: Config = load_config(config)
        told = _told(loaded)
        click.echo(json.dumps(told, indent=2) if form == "json" else _text(told))


@store.command(epilog="Exit codes: see hypercare-sync --help.")
@config_option
@click.option("--keep", type=Length(), default="90d", show_default=True, help="How long what is not needed is kept.")
@click.option("--dry-run", is_flag=True, help="Only tell how much would go.")
@format_option
@click.pass_context
def prune(ctx: click.Context, config: Path | None, keep: timedelta, form: str, *, dry_run: bool) -> None:
    """Take out old ticks, writes and journal entries; all that reports of the config's releases need stays until they are handed over.

    \b
    Examples:
      hypercare-sync store prune --dry-run
      hypercare-sync store prune --keep 30d
    """
    from hypercare_sync.store import Store, open_to_look

    loaded: Config = load_config(config or ctx.obj)
    now = datetime.now(UTC)
    with (open_to_look if dry_run else Store)(loaded.store_url, loaded.team) as opened:
        watched = [one for one in loaded.releases if not _is_over(opened, one.name)]
        since = min((one.go_live for one in watched), default=None)
        names = {one.name for one in watched}
        if dry_run:
            gone = opened.prune(now - keep, names, since, dry_run=True)
        else:
            show_notice(opened)
            with opened.lease():
                gone = opened.prune(now - keep, names, since)
    if form == "json":
        click.echo(json.dumps({"schema": _SCHEMA, "dry_run": dry_run, "pruned": gone}, indent=2))
        return
    rows = ", ".join(f"{number} of {table}" for table, number in gone.items() if number) or "nothing"
    click.echo(f"{'Would take out' if dry_run else 'Taken out'} what is older than {now - keep:%Y-%m-%d}: {rows}.")


def _is_over(opened: "Store", release: str) -> bool:
    """Whether hypercare of a release was handed over, as far as the store knows."""
    known = opened.release(release)
    return known is not None and known.memory.handover is not None and known.memory.handover.over


def _told(config: "Config") -> dict[str, Any]:
    """All that is to be told of the store, for scripts."""
    from hypercare_sync.store import HEAD, holder, open_to_look, shown

    told: dict[str, Any] = {"schema": _SCHEMA, "store": shown(config.store_url), "team": config.team}
    with open_to_look(config.store_url, config.team) as opened:
        show_notice(opened)
        if opened.database.in_memory:
            return {**told, "exists": False}
        return {
            **told,
            "exists": True,
            "version": HEAD,
            "bytes": opened.size(),
            "lease": _holder(holder(opened.database, config.team)),
            "rows": opened.rows(),
            "ticks": [_tick(run) for run in opened.runs(_TICKS)],
        }


def _holder(held: "Holder | None") -> dict[str, Any] | None:
    if held is None:
        return None
    return {
        "host": held.process.host,
        "pid": held.process.pid,
        "epoch": held.epoch,
        "dead": held.process.surely_dead(),
        "silent_seconds": round(held.silence, 1),
    }


def _tick(run: "Run") -> dict[str, Any]:
    return {
        "tick": run.tick,
        "now": f"{run.now:%Y-%m-%dT%H:%M:%SZ}",
        "began": f"{run.began:%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round((run.ended - run.began).total_seconds(), 1) if run.ended else None,
        "outcome": run.outcome,
        "changes": run.figures.get("changes"),
    }


def _text(told: dict[str, Any]) -> str:
    from hypercare_sync.wording import printable

    lines = [told["store"]]
    if not told["exists"]:
        return printable("\n".join([*lines, "  not there yet: the next sync makes it"]))
    lines.append(f"  team {told['team']}, {told['bytes'] / _MEGABYTE:.1f} MB, schema {told['version']}")
    lines.append(f"  {_writing(told['lease'])}")
    lines += ["", "Rows:", *(f"  {table:<15}{number:>8}" for table, number in sorted(told["rows"].items()) if number)]
    lines += ["", "Last ticks (UTC):", *(f"  {_line(tick)}" for tick in told["ticks"])]
    return printable("\n".join(lines))


def _writing(held: dict[str, Any] | None) -> str:
    if held is None:
        return "nobody is writing"
    where = f"process {held['pid']} on {held['host']}"
    if held["dead"]:
        return f"{where} ended while it was writing; the next tick takes over"
    return f"{where} is writing, last seen {held['silent_seconds']} s ago"


def _line(tick: dict[str, Any]) -> str:
    began = tick["began"].replace("T", " ").removesuffix("Z")
    if tick["seconds"] is None:
        return f"{began}  not ended"
    changes = tick["changes"] or {}
    written = f"{changes.get('applied', 0)} of {changes.get('planned', 0)} written"
    return f"{began}  {tick['seconds']:>6.1f} s  {tick['outcome']:<8} {written}"
