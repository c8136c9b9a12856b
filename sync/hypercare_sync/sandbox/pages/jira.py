"""Jira's pages, of Cloud and of Data Center: a project's issues, and an issue with all that happened to it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from hypercare_sync.sandbox.jira.custom import is_custom
from hypercare_sync.sandbox.jira.custom_values import shown as shown_value
from hypercare_sync.sandbox.jira.http import site_address
from hypercare_sync.sandbox.jira.markup import to_document
from hypercare_sync.sandbox.jira.model import Issue, Json, Project
from hypercare_sync.sandbox.jira.world import JiraWorld
from hypercare_sync.text.clean import safe_url

from . import adf
from .layout import badge, card, choice, facts, link, moment, page, section, table

_FACTS = (
    ("Priority", "priority"),
    ("Resolution", "resolution"),
    ("Assignee", "assignee"),
    ("Reporter", "reporter"),
    ("Type", "issuetype"),
    ("Affects versions", "versions"),
    ("Fix versions", "fixVersions"),
    ("Components", "components"),
    ("Due", "duedate"),
    ("Security level", "security"),
)
_BADGES = {"new": "", "indeterminate": "moving", "done": "done"}
_LONGEST = 120  # characters of a value in the history


def routes(world: JiraWorld) -> list[BaseRoute]:
    """The pages, to be mounted where the site is."""
    return [
        Route("/browse/{key}", _served(lambda base, request: _issue_page(world, base, request))),
        Route("/projects/{key}", _served(lambda base, request: _project_page(world, base, request))),
    ]


def counts(world: JiraWorld, project: Project) -> tuple[int, int]:
    """How many issues of a project are not done, and how many there are."""
    issues = _issues(world, project)
    return sum(not _done(issue) for issue in issues), len(issues)


def _served(show: Callable[[str, Request], HTMLResponse]) -> Callable[[Request], Any]:
    async def respond(request: Request) -> HTMLResponse:
        return show(site_address(request), request)

    return respond


def _issues(world: JiraWorld, project: Project) -> list[Issue]:
    mine = (issue for issue in world.issues.values() if issue.project_key == project.key)
    return sorted(mine, key=lambda issue: -issue.number)


def _project_page(world: JiraWorld, base: str, request: Request) -> HTMLResponse:
    key, state = request.path_params["key"], request.query_params.get("state", "open")
    project = world.projects.get(key.upper())
    if project is None:
        return _missing(f"There is no project {key}.")
    rows = [
        (
            f"{_linked(base, issue.key)} {escape(_shown(issue.fields.get('summary')))} {_labels(issue.fields.get('labels'))}",
            _status(issue),
            escape(_shown(issue.fields.get("priority"))),
            escape(_shown(issue.fields.get("versions"))),
            escape(_shown(issue.fields.get("assignee"))),
            _when(issue.fields.get("updated")),
        )
        for issue in _issues(world, project)
        if state == "all" or _done(issue) == (state == "done")
    ]
    number_open, number = counts(world, project)
    lists = (("open", number_open), ("done", number - number_open), ("all", number))
    head = ("Issue", "Status", "Priority", "Affects versions", "Assignee", "Updated (UTC)")
    return page(
        f"{project.name} ({project.key})", choice(f"{base}/projects/{project.key}", lists, state) + table(head, rows)
    )


def _issue_page(world: JiraWorld, base: str, request: Request) -> HTMLResponse:
    key = request.path_params["key"]
    issue = world.issue(key)
    if issue is None:
        return _missing(f"There is no issue {key}.")
    project, fields = world.projects[issue.project_key], issue.fields
    body = (
        f'<p class="lead">{_status(issue)} {escape(_shown(fields.get("issuetype")))}, '
        f"reported by <strong>{escape(_shown(fields.get('reporter')))}</strong> on {_when(fields.get('created'))} UTC</p>"
        + _prose_section(world, "Description", fields.get("description"))
        + "".join(_prose_section(world, name, fields[field]) for field, name, rich in _customs(world, issue) if rich)
        + section("Linked issues", _items(_issue_link(base, entry) for entry in fields.get("issuelinks") or []))
        + section("Web links", _items(map(_web_link, issue.remote_links)))
        + section("Comments", "".join(_comment(world, comment) for comment in issue.comments))
        + section("History", _history(issue))
    )
    title = f"{issue.key} {_shown(fields.get('summary'))}"
    crumbs = ((project.name, f"{base}/projects/{project.key}"),)
    return page(title, body, crumbs=crumbs, aside=facts(_facts(world, issue)))


def _missing(text: str) -> HTMLResponse:
    return page("Not found", f"<p>{escape(text)}</p>", status=404)


def _facts(world: JiraWorld, issue: Issue) -> Iterator[tuple[str, str]]:
    for name, field in _FACTS:
        yield name, escape(_shown(issue.fields.get(field)))
    yield "Labels", _labels(issue.fields.get("labels"))
    for field, name, rich in _customs(world, issue):
        if not rich:
            yield name, escape(_shown(issue.fields[field]))
    yield "Votes", str(len(issue.voters) or "")
    yield "Updated", f"{_when(issue.fields.get('updated'))} UTC"


def _customs(world: JiraWorld, issue: Issue) -> Iterator[tuple[str, str, bool]]:
    """The custom fields that the issue has a value in: id, name, and whether people write marked-up text there."""
    for field, value in issue.fields.items():
        known = world.custom.get(field) if is_custom(field) and value not in (None, "", []) else None
        if known:
            yield field, known.name, known.rich


def _shown(value: Any) -> str:
    """A value as people read it: a name, a text, or several of them."""
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return shown_value(value) if isinstance(value, dict) else "" if value is None else str(value)


def _when(stamp: str | None) -> str:
    """A moment as Jira writes it, where there is one."""
    return moment(datetime.fromisoformat(stamp)) if stamp else ""


def _category(issue: Issue) -> str:
    return str(((issue.fields.get("status") or {}).get("statusCategory") or {}).get("key"))


def _done(issue: Issue) -> bool:
    return _category(issue) == "done"


def _status(issue: Issue) -> str:
    return badge(_shown(issue.fields.get("status")), _BADGES.get(_category(issue), ""))


def _labels(names: Any) -> str:
    return " ".join(f'<span class="tag">{escape(str(name))}</span>' for name in names or [])


def _linked(base: str, key: str) -> str:
    return link(key, f"{base}/browse/{key}")


def _prose(world: JiraWorld, body: Any) -> str:
    """A text in whichever form Jira keeps it: a document, or wiki markup."""
    document = body if isinstance(body, dict) else to_document(str(body or ""))

    def called(identity: str) -> str | None:
        user = world.user(identity)
        return _shown(user) if user else None

    return adf.render(document, called)


def _prose_section(world: JiraWorld, title: str, body: Any) -> str:
    prose = _prose(world, body)
    return section(title, f'<div class="prose">{prose}</div>' if prose else "")


def _items(entries: Iterator[str]) -> str:
    lines = "".join(f"<li>{entry}</li>" for entry in entries)
    return f"<ul>{lines}</ul>" if lines else ""


def _issue_link(base: str, entry: Json) -> str:
    side = "outwardIssue" if "outwardIssue" in entry else "inwardIssue"
    phrase = _shown((entry.get("type") or {}).get(side.removesuffix("Issue")))
    other = entry.get(side) or {}
    title = _shown((other.get("fields") or {}).get("summary"))
    return f"{escape(phrase)} {_linked(base, _shown(other.get('key')))} {escape(title)}"


def _web_link(entry: Json) -> str:
    target = entry["object"]
    title, address = str(target["title"]), safe_url(str(target["url"]))
    shown = link(title, address) if address else escape(title)
    return f"{escape(str(entry.get('relationship', 'links to')))} {shown} {escape(str(target.get('summary') or ''))}"


def _comment(world: JiraWorld, comment: Json) -> str:
    created, updated = comment.get("created"), comment.get("updated")
    visibility = (comment.get("visibility") or {}).get("value")
    act = (
        f"commented on {_when(created)}"
        + (f" · edited on {_when(updated)}" if updated and updated != created else "")
        + (f" · only for {escape(str(visibility))}" if visibility else "")
    )
    who = _shown(comment.get("author")) or "Anonymous"
    return card(who, act, _prose(world, comment.get("body")), f"comment-{comment['id']}")


def _history(issue: Issue) -> str:
    lines = "".join(
        f'<li><p class="event"><span><strong>{escape(_shown(history.get("author")) or "Anonymous")}</strong> '
        f"{'; '.join(map(_moved, history.get('items', [])))} · {_when(history.get('created'))}</span></p></li>"
        for history in issue.histories
    )
    return f'<ol class="timeline">{lines}</ol>' if lines else ""


def _moved(item: Json) -> str:
    """What one line of the history says was changed."""
    name, before, after = (str(item.get(key) or "") for key in ("field", "fromString", "toString"))
    if name == "labels":
        old, new = before.split(), after.split()
        added, removed = ([one for one in these if one not in those] for these, those in ((new, old), (old, new)))
        sides = (("added the label", added), ("removed the label", removed))
        return " and ".join(f"{act} {_labels(names)}" for act, names in sides if names) or "changed the labels"
    old_text, new_text = (f"<strong>{escape(_cut(text))}</strong>" if text else "" for text in (before, after))
    about = f"<em>{escape(name)}</em>"
    if old_text and new_text:
        return f"changed {about} from {old_text} to {new_text}"
    return (
        f"set {about} to {new_text}" if new_text else f"cleared {about}{f', which was {old_text}' if old_text else ''}"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
