"""`check`: whether the config is right and every tracker lets us in."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.options import config_option, load_config
from hypercare_sync.cli.sync import show_errors, ticking
from hypercare_sync.errors import AccessDenied

if TYPE_CHECKING:
    from hypercare_sync.config import Config
    from hypercare_sync.packs import PolicyFile
    from hypercare_sync.tick import TickResult
    from hypercare_sync.trackers.access import Access

_ALL = "*"


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@config_option
@click.option("--offline", is_flag=True, help="Look at the files only; ask no tracker.")
@click.option(
    "--show-policy",
    "shown",
    is_flag=False,
    flag_value=_ALL,
    metavar="[RELEASE]",
    help="Print the policy with all that it extends, and where each part is from; look at nothing else.",
)
@click.pass_context
def check(ctx: click.Context, config: Path | None, *, offline: bool, shown: str | None) -> None:
    """Find every fault of the config and its policies at once, then try each source and summary without writing.

    \b
    Examples:
      hypercare-sync check
      hypercare-sync check -c team.yaml --offline
      hypercare-sync check --show-policy "Shop 5.2"
    """  # fmt: skip
    from hypercare_sync.access import accounts
    from hypercare_sync.packs import policy_files
    from hypercare_sync.report import exit_code
    from hypercare_sync.tick import Progress

    loaded = load_config(config, None if shown in (None, _ALL) else shown)
    policies = policy_files(loaded)
    if shown:
        _show({release: policy for release, policy in policies.items() if shown in (_ALL, release)})
        return
    kinds = {tracker.kind for tracker in loaded.trackers.values()}
    _lint(loaded, policies, kinds)
    click.echo("The config and its policies are right.")
    if offline:
        return
    with ticking(loaded, None, Progress(), backfill=False, writes=False) as tick:
        access = accounts(loaded, tick.trackers, [one.policy for one in policies.values()])
        result = tick.plan()
    _tell_access(access, result)
    show_errors(result)
    _tell(result, policies)
    ctx.exit(AccessDenied.exit_code if access.lacks else exit_code(result))


def _show(policies: Mapping[str, "PolicyFile"]) -> None:
    """The policies as YAML documents, each once."""
    from hypercare_sync.packs import show
    from hypercare_sync.wording import printable

    users: dict[str, list[str]] = {}
    for release, loaded in policies.items():
        users.setdefault(show(loaded), []).append(release)
    documents = (f"# the policy of {printable(', '.join(names))}\n\n{text}" for text, names in users.items())
    click.echo("---\n".join(documents), nl=False)


def _lint(config: "Config", policies: Mapping[str, "PolicyFile"], kinds: Iterable[str]) -> None:
    """What may be wrong with the policies, each once, to stderr. Raises ConfigError where one cannot do for its release now."""
    from hypercare_rules.lint import Gravity, lint
    from hypercare_sync.errors import ConfigError

    now = datetime.now(UTC)
    told: dict[Gravity, list[str]] = {gravity: [] for gravity in Gravity}
    for release in config.releases:
        loaded = policies[release.name]
        for finding in lint(loaded.policy, now, tuple(kinds), release.release):
            told[finding.severity] += loaded.lines([finding])
    _echo_warnings(told[Gravity.warning])
    if faults := told[Gravity.error]:
        raise ConfigError("\n".join(dict.fromkeys(faults)))


def _tell_access(access: "Access", result: "TickResult") -> None:
    """What our accounts may do and what they lack, but for what the tick was refused for with the same words."""
    from hypercare_sync.wording import printable

    for line in access.told:
        click.echo(printable(line))
    _echo_warnings(access.doubts)
    for line in access.lacks:
        if line not in map(str, result.errors):
            click.echo(f"Error: {printable(line)}", err=True)


def _tell(result: "TickResult", policies: Mapping[str, "PolicyFile"]) -> None:
    """What each source gave, and which rules held for none of the tickets."""
    from hypercare_rules.lint import unmatched
    from hypercare_sync.wording import count, printable

    for release in result.releases:
        if (assessment := release.assessment) is None:
            continue
        for one, state in zip(release.collected, assessment.sources, strict=True):
            said = "cannot be read" if one.error else f"{count(len(state.tickets), 'ticket')} of the release"
            click.echo(printable("; ".join((f"{release.config.name}: {state.label}: {said}", *one.notes))))
        if assessment.tickets:
            loaded = policies[release.config.name]
            matched = {rule for one in assessment.tickets for rule in one.judgement.matched}
            _echo_warnings(loaded.lines(unmatched(loaded.policy, matched, len(assessment.tickets))))


def _echo_warnings(lines: Iterable[str]) -> None:
    from hypercare_sync.wording import printable

    for line in dict.fromkeys(lines):
        click.echo(f"Warning: {printable(line)}", err=True)
