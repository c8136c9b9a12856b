"""Where the pages are, and the first of them: what there is to look at."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hypercare_sync.sandbox.world import Sandbox

from . import github, jira
from .layout import link, page, section, table


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """The first page and GitHub's, to be served where nothing else is."""

    async def home(_: Request) -> Response:
        return _home(sandbox)

    return [Route("/", home), *github.routes(sandbox.github)]


def _home(sandbox: Sandbox) -> HTMLResponse:
    repositories = sorted(sandbox.github.repositories.values(), key=lambda each: each.full_name.lower())
    listed = [
        (
            link(each.full_name, github.address(each)),
            "private" if each.private else "public",
            str(sum(issue.state == "open" for issue in each.issues.values())),
            str(len(each.issues)),
        )
        for each in repositories
    ]
    projects = [
        (
            link(each.key, f"/jira/projects/{each.key}"),
            escape(each.name),
            *map(str, jira.counts(sandbox.jira, each)),
        )
        for each in sorted(sandbox.jira.projects.values(), key=lambda each: each.key)
    ]
    pinned = "".join(
        f"<li>{github.headline(pin.issue)} <span class=soft>in {escape(each.full_name)}</span></li>"
        for each in repositories
        for pin in each.pins
    )
    flavour = "Jira Cloud" if sandbox.jira.cloud else "Jira Data Center"
    return page(
        "Sandbox",
        f'<p class="lead">GitHub and {flavour}, embedded; their time is {sandbox.clock.now():%Y-%m-%d %H:%M} UTC. '
        "GitHub's API is at <code>/api/v3</code> and <code>/api/graphql</code>, Jira's at <code>/jira</code>, "
        f"what they served at {link('/_sandbox/requests', '/_sandbox/requests')}.</p>"
        + section("Pinned", f"<ul>{pinned}</ul>" if pinned else "")
        + section("GitHub repositories", table(("Repository", "Audience", "Open", "All"), listed))
        + section(f"{flavour} projects", table(("Key", "Name", "Open", "All"), projects)),
    )
