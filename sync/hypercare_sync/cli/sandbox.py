"""`hypercare-sync sandbox`: the embedded trackers on a port, until somebody ends them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hypercare_sync.sandbox.world import Flavour, Sandbox

_HELP = """Serve embedded trackers on 127.0.0.1 that speak GitHub's and Jira's protocols.

GitHub REST is at /api/v3, GraphQL at /api/graphql, Jira at /jira, pages for people at /. Whoever comes with the
token "sandbox" is hypercare-bot, our own account, and with "person" a colleague called pat. What was served is listed at
/_sandbox/requests, time is moved at /_sandbox/clock, and faults are planted at /_sandbox/faults: GitHub's own are its two
limits and partial answers. Nothing is kept after the end.

\b
Examples:
  hypercare-sync sandbox --port 8000 --repo acme/web --repo acme/ops
  hypercare-sync sandbox --port 0 --port-file port --github-data acme/web=issues.jsonl.gz
  hypercare-sync sandbox --port 8000 --jira-data shop.jsonl --clock 2026-11-23T08:00Z
  curl -H 'Authorization: Bearer sandbox' http://127.0.0.1:8000/api/v3/repos/acme/web/issues
  hypercare-sync sandbox --port 8000 --repo acme/web --token ro=ana:issues=read --github-limits
  hypercare-sync sandbox --port 8000 --jira-flavour datacenter --token ro=ana:jira=BROWSE_PROJECTS
  curl -d '{"advance": "2h"}' http://127.0.0.1:8000/_sandbox/clock
"""


class _Pair(click.ParamType[tuple[str, str]]):
    """A text of the form LEFT=RIGHT, both parts not empty."""

    def __init__(self, form: str) -> None:
        self.name = form

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        left, equals, right = value.partition("=")
        if not (left and equals and right):
            self.fail(f"{value!r} is not of the form {self.name}", param, ctx)
        return left, right


class _Moment(click.ParamType[datetime]):
    """An ISO time; without a zone it is UTC."""

    name = "ISO"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write 2026-11-23T08:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("sandbox", help=_HELP)
@click.option(
    "--port", type=click.IntRange(0, 65535), required=True, metavar="N", help="Where to listen; 0 for any free port."
)
@click.option(
    "--port-file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the port there once connections are accepted.",
)
@click.option(
    "--github-data",
    type=_Pair("OWNER/REPO=FILE"),
    multiple=True,
    help='Load a repository from JSONL (also .gz), one {"issue": {...}, "comments": [...]} in GitHub\'s REST shape a line. Repeatable.',
)
@click.option(
    "--jira-data",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="Load JSONL (also .gz), one Jira issue in REST shape a line. Repeatable.",
)
@click.option(
    "--repo", "repositories", multiple=True, metavar="OWNER/REPO", help="Make an empty repository. Repeatable."
)
@click.option(
    "--private",
    "private",
    multiple=True,
    metavar="OWNER/REPO",
    help="Make this repository private; an empty one is made if it has no data. Repeatable.",
)
@click.option(
    "--jira-flavour",
    type=click.Choice(["cloud", "datacenter"]),
    default="cloud",
    show_default=True,
    help="Which Jira to be.",
)
@click.option(
    "--token",
    "tokens",
    type=_Pair("T=LOGIN[:RIGHTS]"),
    multiple=True,
    help="Whoever comes with token T acts as LOGIN. Repeatable; sandbox=hypercare-bot and person=pat are there from the start. "
    "On GitHub it may do all, or only RIGHTS: t=ana:issues=write,metadata=read is a fine-grained token, "
    "t=ana:scopes=public_repo a classic one, t=github-actions[bot]:issues=write,on=acme/web that of GitHub Actions. "
    "On Jira likewise: t=ana:jira=BROWSE_PROJECTS+ADD_COMMENTS (or jira=-EDIT_ISSUES, jira@SHOP=...), jira-roles, jira-levels, "
    "jira-scopes (a scoped token) and jira-zone.",
)
@click.option(
    "--app",
    "apps",
    type=_Pair("SLUG=ID:KEYFILE[:RIGHTS]"),
    multiple=True,
    help="A GitHub App that signs with the RSA key in KEYFILE (private or public, PEM). Repeatable. It may do issues=write everywhere, "
    "or what RIGHTS say: issues=read,on=acme/web+acme/ops.",
)
@click.option(
    "--clock", "start", type=_Moment(), help="The trackers' time, which runs on from there; now, if left out."
)
@click.option(
    "--latency",
    type=click.IntRange(0, 60_000),
    default=0,
    metavar="MS",
    help="Milliseconds added to each answer of a tracker.",
)
@click.option(
    "--github-limits",
    is_flag=True,
    help="Keep GitHub's limits: 80 creations a minute and 500 an hour, points a minute, 5,000 requests an hour.",
)
@click.option(
    "--jira-limits",
    is_flag=True,
    help="Keep Jira's limits: on Cloud 20 writes to an issue in 2 seconds and 100 in 30; on Data Center a bucket of 100 requests, 10 a second.",
)
@click.option(
    "--github-server",
    metavar="3.N",
    help="Be a GitHub Enterprise Server of this version, without what came later and without rate limits; github.com, if left out.",
)
@click.option(
    "--github-reactions-move-updated",
    "reactions_touch",
    is_flag=True,
    help="Let a reaction move its issue's updated_at, which GitHub does not document.",
)
def sandbox(  # noqa: PLR0913  (one parameter for each option of the command)
    *,
    port: int,
    port_file: Path | None,
    github_data: tuple[tuple[str, str], ...],
    jira_data: tuple[Path, ...],
    repositories: tuple[str, ...],
    private: tuple[str, ...],
    jira_flavour: "Flavour",
    tokens: tuple[tuple[str, str], ...],
    apps: tuple[tuple[str, str], ...],
    start: datetime | None,
    latency: int,
    github_limits: bool,
    jira_limits: bool,
    github_server: str | None,
    reactions_touch: bool,
) -> None:
    """Serve the embedded trackers."""
    from hypercare_sync.sandbox import github
    from hypercare_sync.sandbox.github.apps import read_app
    from hypercare_sync.sandbox.github.server import read_server
    from hypercare_sync.sandbox.jira.limits import Limits
    from hypercare_sync.sandbox.server import serve
    from hypercare_sync.sandbox.world import Sandbox

    world = Sandbox.new(start, dict(tokens), jira_flavour)
    world.latency = timedelta(milliseconds=latency)
    world.github_limits = github_limits
    world.jira.limits = Limits(world.clock) if jira_limits else None
    if github_server:
        world.github.server = read_server(github_server)
    world.github.reactions_touch = reactions_touch
    world.github.apps.known += [read_app(slug, told) for slug, told in apps]
    for full_name in repositories:
        world.github.add_default_labels(world.github.repository_for(full_name))
    for full_name, file in github_data:
        github.load(world.github, full_name, Path(file))
    for full_name in private:
        world.github.repository_for(full_name, private=True)
    for path in jira_data:
        world.jira.load(path)
    serve(world, port, lambda base: _tell(base, world, port_file))


def _tell(base: str, world: "Sandbox", port_file: Path | None) -> None:
    """Say where the trackers are, to people on stderr and to programs in the port file."""
    click.echo(f"Sandbox at {base} (Ctrl-C ends it)", err=True)
    click.echo(f"  GitHub  {base}/api/v3, {len(world.github.repositories)} repositories", err=True)
    click.echo(f"  Jira    {base}/jira, {len(world.jira.issues)} issues", err=True)
    if port_file:
        # Whoever waits for the file must never read half a number.
        part = port_file.with_name(f"{port_file.name}.part")
        part.write_text(base.rpartition(":")[2])
        part.replace(port_file)
