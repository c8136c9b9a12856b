"""`check`: whether the config is right and every tracker lets us in."""

from pathlib import Path

import click

from hypercare_sync.cli.options import config_option, load_config
from hypercare_sync.cli.sync import show_errors, ticking


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@config_option
@click.option("--offline", is_flag=True, help="Look at the files only; ask no tracker.")
@click.pass_context
def check(ctx: click.Context, config: Path | None, *, offline: bool) -> None:
    """Find every fault of the config and its policies at once, then try each source and summary without writing.

    \b
    Examples:
      hypercare-sync check
      hypercare-sync check -c team.yaml --offline
    """
    from hypercare_sync.packs import policies
    from hypercare_sync.report import exit_code
    from hypercare_sync.tick import Progress
    from hypercare_sync.wording import count, printable

    loaded = load_config(config)
    policies(loaded)
    click.echo("The config and its policies are right.")
    if offline:
        return
    with ticking(loaded, None, Progress(), backfill=False, writes=False) as tick:
        result = tick.plan()
    show_errors(result)
    for release in result.releases:
        for one, state in zip(release.collected, release.assessment.sources if release.assessment else (), strict=True):
            said = "cannot be read" if one.error else f"{count(len(state.tickets), 'ticket')} of the release"
            click.echo(printable("; ".join((f"{release.config.name}: {state.label}: {said}", *one.notes))))
    ctx.exit(exit_code(result))
