"""`handover`: the end of hypercare, by a person's decision."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.options import config_option, format_option, load_config, now_option, release_option
from hypercare_sync.cli.sync import carry_out, show_plan, ticking
from hypercare_sync.errors import ConfigError

_LONGEST = 500

if TYPE_CHECKING:
    from hypercare_sync.config import Config
    from hypercare_sync.exited import Leave


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@config_option
@release_option
@now_option
@format_option
@click.option("--plan", "only_plan", is_flag=True, help="Only show what would be written.")
@click.option("--force", is_flag=True, help="End hypercare although criteria do not hold; takes --because.")
@click.option("--because", metavar="TEXT", help="With --force: why; it stands in the evidence that people read.")
def handover(  # noqa: PLR0913 -- click hands every option over by its name
    *,
    config: Path | None,
    release: str | None,
    now: datetime | None,
    form: str,
    only_plan: bool,
    force: bool,
    because: str | None,
) -> None:
    """End hypercare of a release: hand its open tickets over to business as usual, with the evidence, and close the summary.

    While an exit criterion does not hold nothing is written, and what is missing is told (exit code 3). What is killed or
    cannot be written now, the next tick brings to its end. A new P1 takes hypercare up again for as long as the policy says.

    \b
    Examples:
      hypercare-sync handover --plan
      hypercare-sync handover --release "Shop 5.2"
      hypercare-sync handover --force --because "the vendor took over support"
    """
    from hypercare_sync.cli.progress import tick_progress
    from hypercare_sync.leaving_guard import unless_it_holds

    loaded: Config = load_config(config, release)
    leaving = _asked(loaded, release, because, force=force)
    objections = unless_it_holds(leaving, forced=force)
    if not only_plan:
        carry_out(loaded, now, form, only=leaving.release, backfill=False, objections=objections, leaving=leaving)
        return
    with (
        tick_progress() as progress,
        ticking(loaded, now, progress, only=leaving.release, backfill=False, writes=False, leaving=leaving) as tick,
    ):
        result = tick.plan()
    show_plan(replace(result, refusals=objections(result)), form)


def _asked(config: "Config", release: str | None, because: str | None, *, force: bool) -> "Leave":
    """What is to end, and why. Raises ConfigError where that is not said."""
    from hypercare_sync.exited import Leave

    names = [one.name for one in config.releases]
    if release is None and len(names) > 1:
        raise ConfigError(f"which release? There are {', '.join(names)}; name one with --release NAME")
    why = " ".join((because or "").split())
    if force and not why:
        raise ConfigError("--force without a reason; say why hypercare ends all the same with --because TEXT")
    if why and not force:
        raise ConfigError("--because says why hypercare ends although criteria do not hold; it comes with --force")
    if len(why) > _LONGEST:
        raise ConfigError(f"--because: {len(why)} characters; say it in {_LONGEST}")
    return Leave(release or names[0], why)
