"""The sandbox's pages for people: where things are, GitHub's repositories, issues and their history."""

from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from . import markdown
from .github import selection
from .github.model import Comment, Event, Issue, Repository, User
from .layout import label, link, page, table
from .world import Sandbox

_ACTS = {
    "renamed": "changed the title",
    "milestoned": "added this to a milestone",
    "demilestoned": "removed this from a milestone",
    "cross-referenced": "mentioned this",
    "marked_as_duplicate": "marked this as a duplicate",
    "comment_deleted": "deleted a comment",
}


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """The pages, to be served where nothing else is."""

    async def home(_: Request) -> Response:
        return _home(sandbox)

    async def repository(request: Request) -> Response:
        return _repository_page(_repository(sandbox, request), request.query_params.get("state", "open"))

    async def issue(request: Request) -> Response:
        found = _repository(sandbox, request).issues.get(request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        return _issue_page(found)

    return [
        Route("/", home),
        Route("/{owner}/{repo}", repository),
        Route("/{owner}/{repo}/issues", repository),
        Route("/{owner}/{repo}/issues/{number:int}", issue),
        Route("/{owner}/{repo}/pull/{number:int}", issue),
    ]


def _repository(sandbox: Sandbox, request: Request) -> Repository:
    found = sandbox.github.repository(request.path_params["owner"], request.path_params["repo"])
    if found is None:
        raise HTTPException(404)
    return found


def _home(sandbox: Sandbox) -> HTMLResponse:
    repositories = [
        (
            link(each.full_name, f"/{each.full_name}"),
            "private" if each.private else "public",
            str(sum(issue.state == "open" for issue in each.issues.values())),
            str(len(each.issues)),
        )
        for each in sorted(sandbox.github.repositories.values(), key=lambda each: each.full_name.lower())
    ]
    projects = [
        (link(each.key, f"/jira/projects/{each.key}"), escape(each.name))
        for each in sorted(sandbox.jira.projects.values(), key=lambda each: each.key)
    ]
    return page(
        "Sandbox",
        f'<p class="soft">Two embedded trackers; their time is {sandbox.clock.now():%Y-%m-%d %H:%M} UTC. '
        "GitHub's API is at <code>/api/v3</code> and <code>/api/graphql</code>, Jira's at <code>/jira</code>, "
        "what they served at <code>/_sandbox/requests</code>.</p>"
        f"<h2>GitHub repositories</h2>{table(('Repository', 'Audience', 'Open', 'All'), repositories)}"
        f"<h2>Jira projects</h2>{table(('Key', 'Name'), projects)}",
    )


def _repository_page(repository: Repository, state: str) -> HTMLResponse:
    here = f"/{repository.full_name}"
    rows = [
        (
            _state(issue),
            f"{link(f'#{issue.number} {issue.title}', f'{here}/issues/{issue.number}')} {_labels(issue)}",
            escape(issue.milestone.title) if issue.milestone else "",
            _name(issue.user),
            str(len(issue.comments)),
            f"{issue.updated_at:%Y-%m-%d %H:%M}",
        )
        for issue in sorted(repository.issues.values(), key=lambda issue: -issue.number)
        if state in {issue.state, "all"}
    ]
    others = " · ".join(link(each, f"{here}?state={each}") for each in ("open", "closed", "all"))
    head = ("State", "Issue", "Milestone", "Author", "Comments", "Updated")
    return page(repository.full_name, f"<p>{others}</p>{table(head, rows)}")


def _issue_page(issue: Issue) -> HTMLResponse:
    milestone = f" · milestone {escape(issue.milestone.title)}" if issue.milestone else ""
    assigned = ", ".join(_name(person) for person in issue.assignees)
    body = (
        f"<p>{_state(issue)} {_labels(issue)}</p>"
        f'<p class="soft">by {_name(issue.user)}{milestone}{f" · assigned to {assigned}" if assigned else ""}</p>'
        f"{_card(f'{_name(issue.user)} on {issue.created_at:%Y-%m-%d %H:%M}', issue.body or '')}"
    )
    body += "".join(
        _comment(line) if isinstance(line, Comment) else _event(line)
        for line in selection.timeline(issue, lambda _: True)
    )
    home = issue.repository.full_name
    return page(f"#{issue.number} {issue.title}", body, crumbs=((home, f"/{home}"),))


def _comment(comment: Comment) -> str:
    anchor = f'<a id="issuecomment-{comment.id}"></a>'
    return anchor + _card(f"{_name(comment.user)} on {comment.created_at:%Y-%m-%d %H:%M}", comment.body)


def _event(event: Event) -> str:
    act = escape(_ACTS.get(event.kind, event.kind.replace("_", " ")))
    about = ""
    if named := event.details.get("label"):
        about = label(named["name"], named.get("color") or "ededed")
    elif event.assignee:
        about = _name(event.assignee)
    elif event.source:
        about = escape(f"{event.source.repository.full_name}#{event.source.number} {event.source.title}")
    elif named := event.details.get("milestone") or event.details.get("rename"):
        about = escape(named.get("title") or named["to"])
    return f'<p class="soft">{_name(event.actor)} {act} {about} on {event.created_at:%Y-%m-%d %H:%M}</p>'


def _card(head: str, text: str) -> str:
    return f'<div class="card"><header>{head}</header><div>{markdown.render(text)}</div></div>'


def _state(issue: Issue) -> str:
    kind = "pull request" if issue.is_pull_request else issue.state_reason if issue.state == "closed" else None
    badge = f'<span class="state {issue.state}">{issue.state}</span>'
    return f"{badge} {escape(kind.replace('_', ' '))}" if kind else badge


def _labels(issue: Issue) -> str:
    return " ".join(label(each.name, each.color) for each in issue.labels)


def _name(user: User | None) -> str:
    return escape(user.login if user else "ghost")
