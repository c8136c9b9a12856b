"""The group of commands. Each is imported when it is called: a cron line should not pay for the sandbox."""

import os
import shlex
import traceback
from importlib import import_module
from pathlib import Path

import click

from hypercare_sync.cli.output import exit_code_where_lost
from hypercare_sync.errors import ConfigError, HypercareError
from hypercare_sync.wording import printable

_COMMANDS = {
    "sync": "hypercare_sync.cli.sync:sync",
    "plan": "hypercare_sync.cli.sync:plan",
    "apply": "hypercare_sync.cli.apply:apply",
    "handover": "hypercare_sync.cli.handover:handover",
    "check": "hypercare_sync.cli.check:check",
    "schema": "hypercare_sync.cli.schema:schema",
    "explain": "hypercare_sync.cli.explain:explain",
    "summary": "hypercare_sync.cli.summary:summary",
    "replay": "hypercare_sync.cli.replay:replay",
    "log": "hypercare_sync.cli.log:log",
    "store": "hypercare_sync.cli.store:store",
    "report": "hypercare_sync.cli.report:report",
    "demo": "hypercare_sync.cli.demo:demo",
    "sandbox": "hypercare_sync.cli.sandbox:sandbox",
}

_DEBUG = "HYPERCARE_DEBUG"
_SANDBOX = ("the embedded trackers are not installed", "sandbox")
_REPORT = ("what makes an HTML report is not installed", "report")
_EXTRAS = {
    **dict.fromkeys(("graphql", "markdown_it", "starlette", "uvicorn"), _SANDBOX),
    **dict.fromkeys(("altair", "jinja2", "markupsafe", "vl_convert"), _REPORT),
}
"""Modules that come with an extra only: what is missing without them, and its name."""


class _Commands(click.Group):
    """Errors of ours end a command with their exit code; any other is a defect of the program, and is told as one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A bare call with options is a `sync`, as a cron line has it. Raises UsageError where a command follows them."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            if command := self._behind_options(ctx, args):
                rest = [*args]
                rest.remove(command)
                ctx.fail(f"options go after the command; write: hypercare-sync {shlex.join((command, *rest))}")
            args = ["sync", *args]
        return super().parse_args(ctx, args)

    def _behind_options(self, ctx: click.Context, args: list[str]) -> str | None:
        """The command that is named behind what a `sync` takes for options and their values."""
        sync = self.get_command(ctx, "sync")
        assert sync is not None
        parser = sync.make_parser(click.Context(sync, ignore_unknown_options=True, resilient_parsing=True))
        _, rest, _ = parser.parse_args([*args])
        return next((word for word in rest if word in _COMMANDS), None)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            if error.name not in _EXTRAS:
                raise
            missing, extra = _EXTRAS[error.name]
            click.echo(f"Error: {missing}; run: pip install 'hypercare-sync[{extra}]'", err=True)
            ctx.exit(ConfigError.exit_code)
        except HypercareError as error:
            for line in str(error).splitlines():
                click.echo(f"Error: {printable(line)}", err=True)
            ctx.exit(error.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # whatever it is: who runs cron is told what to do, and sees the traceback on demand
            if (code := exit_code_where_lost(error)) is not None:
                ctx.exit(code)
            if os.environ.get(_DEBUG):
                raise
            click.echo(f"Error: {_defect(error)}", err=True)
            ctx.exit(HypercareError.exit_code)


def _defect(error: Exception) -> str:
    """What is said of an error that nobody expected: where, without its words, which may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    return (
        f"a defect of hypercare-sync: {type(error).__name__} at {place}; what was written before stands, and the next tick goes on from "
        f"there; run it again with {_DEBUG}=1 for the traceback, and report that"
    )


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hypercare-sync")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Intensive care for a release across Jira and GitHub.

    Reads every ticket of a release from both trackers, decides priorities and clocks by rules, writes labels and comments
    back, and keeps one summary issue. Without a command it does `sync`, as a cron line has it.

    \b
    Examples:
      hypercare-sync demo                      a release's first week on the embedded trackers
      hypercare-sync check                     is the config right, and do the trackers answer?
      hypercare-sync plan                      what would be written, and why
      hypercare-sync apply plan.json           just what `plan --out plan.json` has shown
      */10 * * * * hypercare-sync -c /etc/hypercare.yaml

    \b
    Exit codes:
      0 done   1 partly done   2 usage or config   3 refused by a guard
      4 another tick is at it   5 authentication or permission   6 the store cannot be used
    """
    if ctx.invoked_subcommand is None:
        from hypercare_sync.cli.options import config_path

        if not config_path(None).exists():
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        command = cli.get_command(ctx, "sync")
        assert command is not None
        ctx.invoke(command)
