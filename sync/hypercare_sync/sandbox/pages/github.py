"""GitHub's pages: a repository's issues, and an issue with its conversation and history."""

from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hypercare_sync.sandbox.github import GitHubWorld, selection
from hypercare_sync.sandbox.github.model import REACTIONS, Comment, Event, Issue, Reactable, Repository, User

from . import markdown
from .layout import badge, card, choice, facts, label, link, moment, page, section, table

_ACTS = {
    "renamed": "changed the title to",
    "milestoned": "added this to the milestone",
    "demilestoned": "removed this from the milestone",
    "cross-referenced": "mentioned this in",
    "marked_as_duplicate": "marked this as a duplicate of",
    "unmarked_as_duplicate": "took back that this is a duplicate of",
    "comment_deleted": "deleted a comment",
    "labeled": "added the label",
    "unlabeled": "removed the label",
    "closed": "closed this",
    "reopened": "reopened this",
    "pinned": "pinned this",
    "unpinned": "unpinned this",
}
_SIGNS = dict(zip(REACTIONS, ["👍", "👎", "😄", "😕", "❤️", "🎉", "👀", "🚀"], strict=True))


def routes(world: GitHubWorld) -> list[BaseRoute]:
    """The pages, to be served where nothing else is."""

    def repository(request: Request) -> Repository:
        found = world.repository(request.path_params["owner"], request.path_params["repo"])
        if found is None:
            raise HTTPException(404)
        return found

    async def issues(request: Request) -> Response:
        return _issues_page(repository(request), request.query_params.get("state", "open"))

    async def issue(request: Request) -> Response:
        found = repository(request).issues.get(request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        return _issue_page(found)

    return [
        Route("/{owner}/{repo}", issues),
        Route("/{owner}/{repo}/issues", issues),
        Route("/{owner}/{repo}/issues/{number:int}", issue),
        Route("/{owner}/{repo}/pull/{number:int}", issue),
    ]


def address(place: Repository | Issue) -> str:
    """Where a repository or an issue is, on this server."""
    return (
        f"/{place.full_name}" if isinstance(place, Repository) else f"{address(place.repository)}/issues/{place.number}"
    )


def headline(issue: Issue) -> str:
    """An issue's number and title as a link."""
    return link(f"#{issue.number} {issue.title}", address(issue))


def _issues_page(repository: Repository, state: str) -> HTMLResponse:
    issues = sorted(repository.issues.values(), key=lambda issue: -issue.number)
    rows = [
        (
            f"{headline(issue)} {_labels(issue)}",
            _state(issue),
            escape(issue.milestone.title) if issue.milestone else "",
            ", ".join(map(_name, issue.assignees)),
            str(len(issue.comments)),
            moment(issue.updated_at),
        )
        for issue in issues
        if state in {issue.state, "all"}
    ]
    number_open = sum(issue.state == "open" for issue in issues)
    numbers = (("open", number_open), ("closed", len(issues) - number_open), ("all", len(issues)))
    head = ("Issue", "State", "Milestone", "Assignees", "Comments", "Updated (UTC)")
    pinned = "".join(f"<li>{headline(pin.issue)}</li>" for pin in repository.pins)
    return page(
        repository.full_name,
        section("Pinned", f"<ul>{pinned}</ul>" if pinned else "")
        + section("Issues", choice(address(repository), numbers, state) + table(head, rows)),
    )


def _issue_page(issue: Issue) -> HTMLResponse:
    lines = selection.timeline(issue, lambda _: True)
    body = (
        f'<p class="lead">{_state(issue)} {_name(issue.user)} opened this on {moment(issue.created_at)} UTC'
        f" · {len(issue.comments)} comments</p>"
        + _written(issue, issue.user, f"wrote on {moment(issue.created_at)}{_edited(issue)}", issue.body or "", issue)
        + '<ol class="timeline">'
        + "".join(f"<li>{_comment(line) if isinstance(line, Comment) else _event(line)}</li>" for line in lines)
        + "</ol>"
    )
    home = issue.repository
    return page(
        f"{issue.title} #{issue.number}", body, crumbs=((home.full_name, address(home)),), aside=facts(_facts(issue))
    )


def _facts(issue: Issue) -> list[tuple[str, str]]:
    return [
        ("Assignees", "<br>".join(map(_name, issue.assignees)) or '<span class="soft">nobody</span>'),
        ("Labels", _labels(issue)),
        ("Type", escape(issue.type.name) if issue.type else ""),
        ("Milestone", escape(issue.milestone.title) if issue.milestone else ""),
        ("Parent", headline(issue.parent) if issue.parent else ""),
        ("Sub-issues", "<br>".join(map(headline, issue.sub_issues))),
        ("Blocked by", "<br>".join(map(headline, issue.blocked_by))),
        ("Blocking", "<br>".join(map(headline, issue.blocking))),
        ("Pinned", "to the repository" if issue.pinned else ""),
        ("Conversation", "locked" if issue.locked else ""),
        ("Updated", f"{moment(issue.updated_at)} UTC"),
    ]


def _comment(comment: Comment) -> str:
    act = f"commented on {moment(comment.created_at)}{_edited(comment)}"
    return _written(comment.issue, comment.user, act, comment.body, comment, f"issuecomment-{comment.id}")


def _written(issue: Issue, who: User | None, act: str, text: str, reacted: Reactable, anchor: str = "") -> str:
    given = " ".join(f"{_SIGNS[name]} {number}" for name, number in reacted.rollup().items() if number > 0)
    body = markdown.render(text, issue.repository.full_name) or '<p class="soft">No description.</p>'
    return card(_login(who), act, body + (f'<p class="reactions">{given}</p>' if given else ""), anchor)


def _edited(thing: Issue | Comment) -> str:
    return f" · edited on {moment(thing.edited_at)}" if thing.edited_at else ""


def _event(event: Event) -> str:
    act = escape(_ACTS.get(event.kind, event.kind.replace("_", " ")))
    return f'<p class="event"><span>{_name(event.actor)} {act} {_about(event)} · {moment(event.created_at)}</span></p>'


def _about(event: Event) -> str:
    """What or whom a line of the history is about."""
    details = event.details
    if named := details.get("label"):
        return label(named["name"], named.get("color") or "")
    if event.assignee:
        return escape(event.assignee.login)
    if event.source:
        name = f"{event.source.repository.full_name}#{event.source.number} {event.source.title}"
        return link(name, address(event.source))
    if named := details.get("milestone"):
        return escape(named["title"])
    if named := details.get("rename"):
        return escape(named["to"])
    reason = details.get("state_reason") if event.kind == "closed" else details.get("lock_reason")
    return f"as {escape(reason.replace('_', ' '))}" if reason else ""


def _state(issue: Issue) -> str:
    if issue.state == "open":
        shown = badge("open", "open")
    else:
        reason = (issue.state_reason or "").replace("_", " ")
        shown = badge("closed", "") + f" as {escape(reason)}" if reason == "not planned" else badge("closed", "done")
    return f"{shown} pull request" if issue.is_pull_request else shown


def _labels(issue: Issue) -> str:
    return " ".join(label(each.name, each.color) for each in issue.labels)


def _name(user: User | None) -> str:
    return f"<strong>{escape(_login(user))}</strong>"


def _login(user: User | None) -> str:
    return user.login if user else "ghost"
