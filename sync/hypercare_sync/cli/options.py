"""Options that several commands share, and what they mean."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from hypercare_sync.errors import ConfigError

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[datetime, str | datetime]):
    """A point in time with its offset, such as 2026-11-23T08:00+00:00 or 2026-11-23T08:00Z."""

    name = "ISO"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"not a time: {value!r}; write 2026-11-23T08:00+00:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"no offset from UTC: {value!r}; write {value}+00:00 or {value}Z", param, ctx)
        if not 2000 <= moment.year < 2100:  # within these years no sum with a length leaves the calendar
            self.fail(f"not in this century: {value!r}; write 2026-11-23T08:00+00:00", param, ctx)
        return moment.astimezone(UTC)


class Length(click.ParamType[timedelta, str | timedelta]):
    """A length of time such as 6h or 1d."""

    name = "LENGTH"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length; longer than none."""
        from hypercare_rules.durations import parse

        if isinstance(value, timedelta):
            return value
        try:
            length = parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not length:
            self.fail("no time at all; write 6h or 1d", param, ctx)
        return length


class When(click.ParamType[datetime, str | datetime]):
    """A point in time, or how long ago it was: 2026-11-23T08:00+00:00, 6h, 2d."""

    name = "WHEN"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time in UTC."""
        from hypercare_rules.durations import parse

        if isinstance(value, str):
            with suppress(ValueError, OverflowError):
                return datetime.now(UTC) - parse(value)
        return Moment().convert(value, param, ctx)


def config_option(command: F) -> F:
    """`-c FILE`."""
    return click.option(
        "-c", "--config", "config", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help="The config [default: $HYPERCARE_CONFIG, else hypercare.yaml].",
    )(command)  # fmt: skip


def now_option(command: F) -> F:
    """`--now ISO`."""
    return click.option(
        "--now", type=Moment(), help="Policy time: the rules take this for the present [default: the clock]."
    )(command)


def format_option(command: F) -> F:
    """`--format text|json`."""
    return click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)(
        command
    )


def release_option(command: F) -> F:
    """`--release NAME`."""
    return click.option("--release", metavar="NAME", help="Only this release of the config.")(command)


def audience_option(flag: str, default: str, told: str) -> Callable[[F], F]:
    """Who reads what is written: `public`, `internal` or `restricted`."""
    return click.option(
        flag, type=click.Choice(["public", "internal", "restricted"]), default=default, show_default=True, help=told
    )


def config_path(given: Path | None) -> Path:
    """The config's path: as given, else from the environment, else `hypercare.yaml` here."""
    return given or Path(os.environ.get("HYPERCARE_CONFIG") or "hypercare.yaml")


def existing_config(given: Path | None) -> Path:
    """The path of a config that is there. Raises ConfigError."""
    path = config_path(given)
    try:
        there = path.exists()
    except OSError:
        there = True  # reading it says what is wrong
    if not there:
        raise ConfigError(
            f"{path}: no such file; write one (see the README), or name it with -c FILE or $HYPERCARE_CONFIG"
        )
    return path


def load_config(given: Path | None, release: str | None = None) -> Any:
    """The config, in which `release` is one of the releases if it is given. Raises ConfigError."""
    from hypercare_sync.config import load
    from hypercare_sync.yaml_file import suggest

    path = existing_config(given)
    config = load(path, os.environ)
    for warning in config.warnings:
        click.echo(f"Warning: {warning}", err=True)
    known = [one.name for one in config.releases]
    if release is not None and release not in known:
        names = f" (there are {', '.join(known)})" if len(known) > 1 else ""
        raise ConfigError(f"{release!r}: no such release in {path}{names}; {suggest(release, known)}")
    return config
