"""`sync` and `plan`: a tick, and a tick that writes nothing; and what `apply` shares with `sync`."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from hypercare_sync.cli.options import (
    audience_option,
    config_option,
    format_option,
    load_config,
    now_option,
    release_option,
)
from hypercare_sync.errors import LeaseHeld

if TYPE_CHECKING:
    from hypercare_sync.config import Config
    from hypercare_sync.exited import Leave
    from hypercare_sync.tick import Tick
    from hypercare_sync.tick_result import Objections, Progress, TickResult

backfill_option = click.option(
    "--backfill",
    is_flag=True,
    help="Comment on what was before the first tick, too; without it people are told of new things only.",
)


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@config_option
@release_option
@now_option
@format_option
@backfill_option
@click.option("--force", is_flag=True, help="Carry the plan out although a guard would refuse it.")
@click.option(
    "--publish", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Keep the report of each release as a page in this folder, for leads who have no account in a tracker.",
)  # fmt: skip
@audience_option(
    "--publish-audience", "public", "Who may read that folder: what they may not see is counted there and not named."
)
def sync(  # noqa: PLR0913 -- click hands every option over by its name
    *,
    config: Path | None,
    release: str | None,
    now: datetime | None,
    form: str,
    backfill: bool,
    force: bool,
    publish: Path | None,
    publish_audience: str,
) -> None:
    """One tick: read both trackers, decide, write labels, comments and the summary.

    A guard refuses to take labels or comments of ours off many tickets at once, or to change many after an edit of the policy:
    then nothing but calls for help is written, and what to do is told (exit code 3).

    \b
    Examples:
      hypercare-sync sync
      hypercare-sync sync -c team.yaml --release "Shop 5.2" --format json
      hypercare-sync sync --backfill     the first time, to comment on what burns already
      hypercare-sync sync --force        once, after `plan` has shown what a guard refuses
      hypercare-sync sync --publish /srv/www/hypercare --publish-audience internal
    """
    from hypercare_sync.tick_result import GUARDED, forced

    loaded = load_config(config, release)
    objections = forced if force else GUARDED
    pages = Pages(publish, publish_audience) if publish else None
    carry_out(loaded, now, form, only=release, backfill=backfill, objections=objections, pages=pages)


class Pages(NamedTuple):
    """Where pages are published, and for which audience."""

    folder: Path
    audience: str


def carry_out(  # noqa: PLR0913 -- what commands are told
    config: "Config",
    now: datetime | None,
    form: str,
    *,
    only: str | None,
    backfill: bool,
    objections: "Objections",
    pages: Pages | None = None,
    leaving: "Leave | None" = None,
    reviewed: str | None = None,
) -> None:
    """One tick that writes unless there are objections; told as text or JSON, and by the exit code."""
    from hypercare_sync.cli.progress import tick_progress
    from hypercare_sync.connect import paces
    from hypercare_sync.report import exit_code, locked_json, tick_json

    if pages:
        import hypercare_sync.publishing  # noqa: F401 -- what is missing for it is told before anything is written
    with (
        tick_progress() as progress,
        ticking(config, now, progress, only=only, backfill=backfill, writes=True, leaving=leaving) as tick,
    ):
        tick.reviewed = reviewed
        try:
            result = tick.sync(paces(config), objections)
        except LeaseHeld:
            if form == "json":
                click.echo(json.dumps(locked_json(tick.now), indent=2))
            raise
    files: tuple[Path, ...] = ()
    if pages:
        files, result = _published(result, config, pages)
    show_errors(result)
    if form == "json":
        document = tick_json(result) | ({"published": list(map(str, files))} if pages else {})
        click.echo(json.dumps(document, indent=2))
    else:
        click.echo("\n".join((_text(result), *(f"published: {path}" for path in files))))
    click.get_current_context().exit(exit_code(result))


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@config_option
@release_option
@now_option
@format_option
@backfill_option
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Keep the plan for `apply`, too."
)
def plan(
    config: Path | None,
    release: str | None,
    now: datetime | None,
    form: str,
    *,
    backfill: bool,
    out: Path | None,
) -> None:
    """What a tick would write now, and why; also whether a guard would refuse it. Writes nothing, not even to the store.

    \b
    Examples:
      hypercare-sync plan
      hypercare-sync plan --now 2026-11-24T08:00+01:00 --format json
      hypercare-sync plan --out plan.json && hypercare-sync apply plan.json
    """
    from hypercare_sync.cli.progress import tick_progress

    loaded = load_config(config, release)
    with (
        tick_progress() as progress,
        ticking(loaded, now, progress, only=release, backfill=backfill, writes=False) as tick,
    ):
        result = tick.plan()
    if out is not None:
        from hypercare_sync.plan_file import PlanFile, write

        write(out, PlanFile.of(tick, result))
    show_plan(result, form)


def show_plan(result: "TickResult", form: str) -> None:
    """What would be written, and the exit code."""
    from hypercare_sync.report import exit_code, tick_json

    show_errors(result)
    click.echo(
        json.dumps(tick_json(result, with_plan=True), indent=2)
        if form == "json"
        else f"{_changes(result)}\n{_text(result)}"
    )
    click.get_current_context().exit(exit_code(result))


@contextmanager
def ticking(  # noqa: PLR0913 -- what commands are told
    config: "Config",
    now: datetime | None,
    progress: "Progress",
    *,
    only: str | None = None,
    backfill: bool,
    writes: bool,
    leaving: "Leave | None" = None,
    wanted: bool = False,
) -> Iterator["Tick"]:
    """A tick of the config at `now`, or at the clock's time; one that does not write makes no store, and works in memory without one.

    Releases that were left long ago are read only where all of it is `wanted`.

    The store comes last: a config that cannot be used leaves none.
    """
    from hypercare_sync.connect import connect
    from hypercare_sync.garbage import look_rarely
    from hypercare_sync.packs import policies
    from hypercare_sync.store import Store, open_to_look
    from hypercare_sync.tick import Tick

    look_rarely()
    rules, trackers = policies(config), connect(config)
    with (Store if writes else open_to_look)(config.store_url, config.team) as store:
        if store.notice:
            click.echo(f"Warning: {store.notice}", err=True)
        yield Tick(config, rules, trackers, store, now or datetime.now(UTC), backfill, progress, only, leaving, wanted)


def _published(result: "TickResult", config: "Config", pages: Pages) -> tuple[tuple[Path, ...], "TickResult"]:
    """The pages that were written, and the tick with what went wrong."""
    from hypercare_rules.ticket import Audience
    from hypercare_sync.publishing import publish

    published = publish(result, (one.name for one in config.releases), pages.folder, Audience[pages.audience])
    return published.files, replace(result, unpublished=published.errors)


def show_errors(result: "TickResult", told_already: Collection[str] = ()) -> None:
    """Everything that failed, once each, and why nothing was written where something was refused, to stderr."""
    from hypercare_sync.guard import told
    from hypercare_sync.wording import printable

    refused = told(result.refusals) if result.refused else ()
    for error in dict.fromkeys((*map(str, result.errors), *refused)):
        if error in told_already:
            continue
        click.echo(f"Error: {printable(error)}", err=True)


def _changes(result: "TickResult") -> str:
    from hypercare_sync.change import as_json
    from hypercare_sync.change_words import line
    from hypercare_sync.wording import printable

    lines = (line(as_json(change), width=15) for change in result.plan.changes)
    return printable("\n".join(lines) or "Nothing to change.")


def _text(result: "TickResult") -> str:
    from hypercare_rules.ticket import Audience
    from hypercare_sync.guard import Guard, told
    from hypercare_sync.wording import count, printable

    lines = []
    for release in result.releases:
        assessment = release.assessment
        if assessment is None:
            lines.append(
                f"{release.config.name}: not live yet; nothing is read before {release.config.go_live:%Y-%m-%d %H:%M %Z}"
            )
            continue
        health = assessment.health
        reasons = "; ".join(health.reasons(Audience.restricted))
        lines.append(f"{release.config.name}: {health.state}, {release.phase} day {release.day}: {reasons}")
        for one, state in zip(release.collected, assessment.sources, strict=True):
            status = "FAILED, kept as it was" if one.error else f"{one.changed} changed"
            lines.append(f"  {state.label}: {count(len(state.tickets), 'ticket')}, {status}")
            lines += [f"    {note}" for note in (*one.notes, *one.details)]
        if release.summary_url:
            lines.append(f"  summary: {release.summary_url}")
    lines += [
        f"set aside since {one.since:%Y-%m-%d %H:%M}, tried again from {one.again:%Y-%m-%d %H:%M} on: {one.obstacle}: {one.why}"
        for one in result.set_aside
    ]
    planned, outcome = len(result.plan.changes), result.outcome
    if outcome is None:
        written = (
            f"none written, checksum {result.plan.checksum[:12]}"
            if result.refused
            else f"checksum {result.plan.checksum[:12]}"
        )
        lines.append(f"{count(planned, 'change')} planned, {written}")
        what = "handover" if any(one.guard is Guard.exit for one in result.refusals) else "sync"
        lines += [f"{what} would be refused: {line}" for line in told(result.refusals)] if not result.refused else []
    else:
        rest = [f"{len(outcome.failed)} failed"] * bool(outcome.failed) + [
            f"{len(outcome.deferred)} left to the next tick"
        ] * bool(outcome.deferred)
        rest += [f"{len(outcome.aside)} set aside"] * bool(outcome.aside)
        lines.append(", ".join([f"{len(outcome.applied)} of {count(planned, 'change')} written", *rest]))
    return printable("\n".join(lines))
