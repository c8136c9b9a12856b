"""Pages for people: a project's issues, and an issue with all that happened to it."""

from collections.abc import Callable
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from hypercare_sync.sandbox.jira.http import site_address
from hypercare_sync.sandbox.jira.model import Issue, Json, Project
from hypercare_sync.sandbox.jira.words import text_of
from hypercare_sync.sandbox.jira.world import JiraWorld
from hypercare_sync.sandbox.layout import link, page, table

_FACTS = (
    ("Status", "status"),
    ("Priority", "priority"),
    ("Type", "issuetype"),
    ("Resolution", "resolution"),
    ("Affects versions", "versions"),
    ("Fix versions", "fixVersions"),
    ("Components", "components"),
    ("Assignee", "assignee"),
    ("Reporter", "reporter"),
    ("Created", "created"),
    ("Updated", "updated"),
)


def routes(world: JiraWorld) -> list[BaseRoute]:
    """The pages, to be mounted where the site is."""
    return [
        Route("/browse/{key}", _served(lambda base, key: _issue(world, base, key))),
        Route("/projects/{key}", _served(lambda base, key: _project(world, base, key))),
    ]


def _served(show: Callable[[str, str], HTMLResponse]) -> Callable[[Request], Any]:
    async def respond(request: Request) -> HTMLResponse:
        return show(site_address(request), request.path_params["key"])

    return respond


def _project(world: JiraWorld, base: str, key: str) -> HTMLResponse:
    project = world.projects.get(key.upper())
    if project is None:
        return _missing(f"There is no project {key}.")
    issues = sorted(
        (issue for issue in world.issues.values() if issue.project_key == project.key), key=lambda issue: -issue.number
    )
    rows: list[tuple[str, ...]] = [
        (
            link(issue.key, f"{base}/browse/{issue.key}"),
            escape(_shown(issue.fields.get("summary"))),
            _state(issue.fields.get("status")),
            escape(_shown(issue.fields.get("priority"))),
            _labels(issue),
            f'<span class="soft">{escape(_moment(issue.fields.get("updated")))}</span>',
        )
        for issue in issues
    ]
    return page(
        f"{project.name} ({project.key})", table(("Key", "Summary", "Status", "Priority", "Labels", "Updated"), rows)
    )


def _issue(world: JiraWorld, base: str, key: str) -> HTMLResponse:
    issue = world.issue(key)
    if issue is None:
        return _missing(f"There is no issue {key}.")
    project = world.projects[issue.project_key]
    facts: list[tuple[str, ...]] = [
        (escape(name), _fact(issue, field)) for name, field in _FACTS if issue.fields.get(field)
    ]
    if labels := _labels(issue):
        facts.append(("Labels", labels))
    parts = [
        table(("Field", "Value"), facts),
        _section("Description", _prose(issue.fields.get("description"))),
        _section("Linked issues", "".join(_linked(base, entry) for entry in issue.fields.get("issuelinks") or [])),
        _section("Links", "".join(_remote(entry) for entry in issue.remote_links)),
        _section("Comments", "".join(_comment(comment) for comment in issue.comments)),
        _section("History", _history(issue)),
    ]
    return page(f"{issue.key} {_shown(issue.fields.get('summary'))}", "".join(parts), crumbs=_crumbs(base, project))


def _crumbs(base: str, project: Project) -> tuple[tuple[str, str], ...]:
    return ((project.name, f"{base}/projects/{project.key}"),)


def _missing(text: str) -> HTMLResponse:
    return page("Not found", f"<p>{escape(text)}</p>", status=404)


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>\n{body}" if body else ""


def _fact(issue: Issue, field: str) -> str:
    value = issue.fields[field]
    if field == "status":
        return _state(value)
    return escape(_moment(value) if field in {"created", "updated"} else _shown(value))


def _shown(value: Any) -> str:
    """A value as people read it: a name, a text, or several of them."""
    if isinstance(value, list):
        return ", ".join(_shown(entry) for entry in value)
    if isinstance(value, dict):
        return str(value.get("displayName") or value.get("name") or "")
    return "" if value is None else str(value)


def _moment(value: str | None) -> str:
    return (value or "")[:16].replace("T", " ")


def _state(status: Json | None) -> str:
    done = ((status or {}).get("statusCategory") or {}).get("key") == "done"
    return f'<span class="state {"closed" if done else "open"}">{escape(_shown(status))}</span>'


def _labels(issue: Issue) -> str:
    return " ".join(f"<code>{escape(name)}</code>" for name in issue.fields.get("labels") or [])


def _prose(body: str | Json | None) -> str:
    paragraphs = text_of(body).replace("\r\n", "\n").split("\n\n")
    return "".join(f"<p>{escape(text.strip()).replace(chr(10), '<br>')}</p>" for text in paragraphs if text.strip())


def _linked(base: str, entry: Json) -> str:
    side = "outwardIssue" if "outwardIssue" in entry else "inwardIssue"
    phrase = _shown((entry.get("type") or {}).get(side.removesuffix("Issue")))
    key = _shown((entry.get(side) or {}).get("key"))
    return f"<p>{escape(phrase)} {link(key, f'{base}/browse/{key}')}</p>"


def _remote(entry: Json) -> str:
    target = entry["object"]
    address = str(target["url"])
    # Only web addresses become links: a page for people runs nothing that came by the API.
    shown = (
        link(str(target["title"]), address)
        if address.startswith(("http://", "https://"))
        else escape(str(target["title"]))
    )
    relationship, about = escape(str(entry.get("relationship", "links to"))), escape(str(target.get("summary") or ""))
    return f"<p>{relationship} {shown} {about}</p>"


def _comment(comment: Json) -> str:
    visibility = comment.get("visibility") or {}
    only = f" (only {visibility.get('value', '')})" if visibility else ""
    who = f"{_shown(comment.get('author'))}, {_moment(comment.get('created'))}{only}"
    return f'<div class="card" id="comment-{escape(comment["id"])}"><header>{escape(who)}</header><div>{_prose(comment.get("body"))}</div></div>'


def _history(issue: Issue) -> str:
    rows: list[tuple[str, ...]] = [
        (
            escape(_moment(history["created"])),
            escape(_shown(history.get("author"))),
            escape(str(item.get("field", ""))),
            escape(_cut(item.get("fromString"))),
            escape(_cut(item.get("toString"))),
        )
        for history in issue.histories
        for item in history.get("items", [])
    ]
    return table(("When", "Who", "Field", "From", "To"), rows) if rows else ""


def _cut(text: str | None, longest: int = 120) -> str:
    value = text or ""
    return value if len(value) <= longest else value[: longest - 1] + "…"
