"""`apply`: a tick that carries out a plan which somebody has reviewed."""

from pathlib import Path

import click

from hypercare_sync.cli.options import config_option, format_option, load_config
from hypercare_sync.cli.sync import carry_out


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@config_option
@format_option
def apply(plan: Path, config: Path | None, form: str) -> None:
    """Carry out a plan that was written by `plan --out PLAN` and reviewed, whatever the guards say of it.

    It is planned again, at the plan's policy time, from what the trackers tell now. Where that gives anything but the same
    changes nothing is written, and what has changed is told. One that could not be finished may be carried out again: what is left of it is.

    \b
    Examples:
      hypercare-sync plan --out plan.json && less plan.json
      hypercare-sync apply plan.json
      hypercare-sync apply plan.json -c team.yaml --format json
    """
    from hypercare_sync.plan_file import read

    reviewed = read(plan)
    loaded = load_config(config)
    reviewed.check(plan, loaded)
    carry_out(
        loaded,
        reviewed.now,
        form,
        only=reviewed.release,
        backfill=reviewed.backfill,
        objections=reviewed.objections,
        reviewed=reviewed.checksum,
    )
