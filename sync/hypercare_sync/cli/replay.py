"""`replay`: what another policy would have decided in the past."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.looking import look, show, worlds
from hypercare_sync.cli.options import Length, Moment, config_option, format_option, now_option, release_option
from hypercare_sync.errors import ConfigError

if TYPE_CHECKING:
    from hypercare_rules.policy import Policy
    from hypercare_rules.replay import Compared

_MOST = 1000


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@click.option("--policy", required=True, metavar="FILE|PACK", help="The policy to try: a file, or a built-in pack.")
@click.option("--from", "start", type=Moment(), help="The first moment [default: one step after go-live].")
@click.option("--to", "end", type=Moment(), help="The last moment [default: now].")
@click.option("--every", type=Length(), default="1d", show_default=True, help="The time between moments.")
@config_option
@release_option
@now_option
@format_option
@click.pass_context
def replay(  # noqa: PLR0913 -- click hands every option over by its name
    ctx: click.Context,
    /,
    *,
    policy: str,
    start: datetime | None,
    end: datetime | None,
    every: timedelta,
    config: Path | None,
    release: str | None,
    now: datetime | None,
    form: str,
) -> None:
    """What would have been decided in the past days under another policy, on tickets as they stood then. Writes nothing.

    \b
    Examples:
      hypercare-sync replay --policy ./stricter.yaml
      hypercare-sync replay --policy follow-the-sun --from 2026-11-20T08:00+01:00 --every 6h
    """  # fmt: skip
    from hypercare_rules.replay import moments
    from hypercare_rules.replay import replay as replayed
    from hypercare_sync.replayed import replayed_document, replayed_json
    from hypercare_sync.report import exit_code

    other = _policy(policy)
    _, result = look(config, release, now)
    compared: dict[str, list[Compared]] = {}
    tickets = {}
    for name, world in worlds(result, release).items():
        first, last = max(start or world.release.go_live + every, world.release.go_live), end or result.now
        if (last - first) / every > _MOST:
            raise ConfigError(f"--every: more than {_MOST} moments; write a longer time between them")
        at = moments(first, last, every)
        ours = next(one.state.policy for one in result.releases if one.state and one.config.name == name)
        compared[name] = list(_progress(name, replayed(world, ours, other, at), len(at)))
        tickets[name] = {ticket.ref: ticket for source in world.sources for ticket in source.tickets}
        if form == "text":
            show(replayed_document(world.release, policy, compared[name], tickets[name]))
    if form == "json":
        click.echo(json.dumps(replayed_json(policy, compared, tickets), indent=2))
    ctx.exit(exit_code(result))


def _policy(given: str) -> "Policy":
    """A file where there is one of this name or the name is a path's, else a pack. Raises ConfigError with every fault."""
    from hypercare_sync.packs import builtin, load

    path = Path(given)
    return load(path).policy if path.suffix in (".yaml", ".yml") or path.is_file() else builtin(given)


def _progress(name: str, compared: Iterable["Compared"], number: int) -> Iterator["Compared"]:
    """The same, with a progress bar on stderr where that is a terminal."""
    from rich.console import Console
    from rich.progress import track

    yield from track(
        compared,
        f"Replaying {name}",
        number,
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
