"""`check`: whether the config is right and every tracker lets us in."""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.options import config_option, existing_config, load_config
from hypercare_sync.cli.sync import show_errors, ticking
from hypercare_sync.errors import AccessDenied, ConfigError
from hypercare_sync.wording import printable

if TYPE_CHECKING:
    from hypercare_sync.packs import PolicyFile
    from hypercare_sync.tick_result import TickResult
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
    from hypercare_sync.inspecting import inspect
    from hypercare_sync.report import exit_code
    from hypercare_sync.tick_result import Progress

    if shown:
        _show(config, shown)
        return
    inspected = inspect(existing_config(config), os.environ, datetime.now(UTC))
    for line in inspected.lines():
        click.echo(printable(line), err=True)
    if (usable := inspected.usable) is None:
        ctx.exit(ConfigError.exit_code)
    loaded, policies = usable
    click.echo("The config and its policies are right.")
    _prefixes(policies)
    if offline:
        return
    with ticking(loaded, None, Progress(), backfill=False, writes=False) as tick:
        used = [one.policy for one in policies.values()]
        result = tick.plan()
        read = [one for release in result.releases for one in release.collected]
        access = accounts(loaded, tick.trackers, used, read)
    _tell_access(access, result)
    show_errors(result, set(_of_hidden(access, result)))
    _tell(result, policies)
    ctx.exit(AccessDenied.exit_code if access.lacks else exit_code(result))


def _prefixes(policies: Mapping[str, "PolicyFile"]) -> None:
    """Of a prefix of the team's own, which labels it makes: those by which people override follow it, too."""
    for release, policy in ((name, loaded.policy) for name, loaded in policies.items()):
        if "label_prefix" in policy.model_fields_set:
            override = policy.override_prefix
            text = f"we write labels under {policy.label_prefix}, people override a priority by {override}P1 to {override}P4"
            click.echo(printable(f"{release}: {text}"))


def _show(config: Path | None, wanted: str) -> None:
    """The policies as YAML documents, each once."""
    from hypercare_sync.packs import policy_files, show

    policies = policy_files(load_config(config, None if wanted == _ALL else wanted))
    users: dict[str, list[str]] = {}
    for release, loaded in policies.items():
        if wanted in (_ALL, release):
            users.setdefault(show(loaded), []).append(release)
    documents = (f"# the policy of {printable(', '.join(names))}\n\n{text}" for text, names in users.items())
    click.echo("---\n".join(documents), nl=False)


def _tell_access(access: "Access", result: "TickResult") -> None:
    """What our accounts may do and what they lack, but for what the tick was refused for with the same words."""
    for line in access.told:
        click.echo(printable(line))
    _echo_warnings(access.doubts)
    for line in access.lacks:
        if line not in map(str, result.errors):
            click.echo(f"Error: {printable(line)}", err=True)


def _of_hidden(access: "Access", result: "TickResult") -> Iterator[str]:
    """How reading failed where the account sees nothing: what it lacks has told that."""
    for release in result.releases:
        yield from (str(one.error) for one in release.collected if one.source.label in access.hidden)
        place = release.state.place if release.state else None
        if place and f"{place.tracker} {place.place}" in access.hidden:
            yield str(release.summary_error)


def _tell(result: "TickResult", policies: Mapping[str, "PolicyFile"]) -> None:
    """What each source gave, and which rules held for none of the tickets."""
    from hypercare_rules.lint import unmatched
    from hypercare_sync.wording import count

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
    for line in dict.fromkeys(lines):
        click.echo(f"Warning: {printable(line)}", err=True)
