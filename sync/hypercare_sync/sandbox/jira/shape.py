"""Answers in Jira's shapes: from what the world keeps to what REST v2 and v3 give."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hypercare_sync.sandbox.jira import people
from hypercare_sync.sandbox.jira.access import readable
from hypercare_sync.sandbox.jira.builtin import FIELDS, NOT_NAVIGABLE
from hypercare_sync.sandbox.jira.custom import is_custom
from hypercare_sync.sandbox.jira.markup import to_document
from hypercare_sync.sandbox.jira.model import Issue, Json, Project
from hypercare_sync.sandbox.jira.wiki import from_document
from hypercare_sync.sandbox.jira.world import JiraWorld
from hypercare_sync.sandbox.jira_rights import JiraRights

EMBEDDED_COMMENTS = 20
EMBEDDED_HISTORIES = 40
"""How many of the latest ride along with an issue in a list of Cloud's; the rest is read from its own resource. The number of comments
is not documented, only that there may be more. Data Center sends all.
"""

_TEXTS = frozenset({"description", "environment"})
_PATHS = {
    "status": "status/{}",
    "priority": "priority/{}",
    "issuetype": "issuetype/{}",
    "resolution": "resolution/{}",
    "project": "project/{}",
    "versions": "version/{}",
    "fixVersions": "version/{}",
    "components": "component/{}",
    "security": "securitylevel/{}",
}
_USERS = frozenset({"assignee", "reporter", "creator"})


@dataclass(frozen=True)
class Selection:
    """Which fields an answer carries."""

    everything: bool
    navigable: bool
    named: frozenset[str]
    excluded: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str], default: str) -> "Selection":
        """The selection that a request's `fields` state: `*all`, `*navigable`, names, and names to leave out with a minus."""
        words = [word.strip() for name in names for word in name.split(",") if word.strip()] or [default]
        excluded = frozenset(word[1:] for word in words if word.startswith("-"))
        named = frozenset(word for word in words if not word.startswith(("-", "*")))
        only_exclusions = not named and not any(word.startswith("*") for word in words)
        return cls("*all" in words, only_exclusions or "*navigable" in words, named, excluded)

    @property
    def identity_only(self) -> bool:
        """Whether nothing but ids or keys is asked for."""
        return not self.everything and not self.navigable and self.named <= {"id", "key", "issuekey"}

    @property
    def id_only(self) -> bool:
        """Whether nothing but ids is asked for."""
        return self.identity_only and self.named == {"id"}

    def takes(self, name: str) -> bool:
        """Whether field `name` is in the answer."""
        if name in self.excluded:
            return False
        return self.everything or name in self.named or (self.navigable and name not in NOT_NAVIGABLE)


@dataclass(frozen=True)
class Shaper:
    """Shapes answers for one request: `base` is the site's address as the client sees it, `version` is 2 or 3, `rights` are the caller's."""

    world: JiraWorld
    base: str
    version: int
    account_id: str
    rights: JiraRights = field(default_factory=JiraRights)

    def url(self, path: str) -> str:
        """The address of a REST resource."""
        return f"{self.base}/rest/api/{self.version}/{path}"

    def text(self, body: str | Json | None) -> str | Json | None:
        """A body as this version has it: wiki text for v2, a document for v3."""
        if body is None:
            return None
        if self.version == 2:
            return body if isinstance(body, str) else from_document(body)
        return to_document(body) if isinstance(body, str) else body

    def user(self, user: Json | None) -> Json | None:
        """A user as the flavour has them, with its address."""
        if not user:
            return user
        if self.world.cloud:
            return {"self": self.url(f"user?accountId={user.get('accountId', '')}"), **user}
        return {"self": self.url(f"user?username={people.name_of(user)}"), **people.on_server(user)}

    def head(self, issue: Issue) -> Json:
        """What every answer about an issue begins with."""
        return {"expand": "names,changelog", "id": issue.id, "self": self.url(f"issue/{issue.id}"), "key": issue.key}

    def issue(
        self, issue: Issue, selection: Selection, expand: str, properties: Iterable[str], *, listed: bool = True
    ) -> Json:
        """An issue; those `listed` by Cloud carry only the latest comments, and never say so of those that the caller may not read."""
        cloud = self.world.cloud
        if cloud and selection.id_only and "changelog" not in expand:
            return {"id": issue.id}
        shaped = self.head(issue)
        if not selection.identity_only:
            shaped["fields"] = self._fields(issue, selection, most=EMBEDDED_COMMENTS if cloud and listed else None)
        if "changelog" in expand:
            # Cloud begins with the latest, Data Center with the first.
            latest = issue.histories[: -EMBEDDED_HISTORIES - 1 : -1] if cloud else issue.histories
            histories = [self.history(history) for history in latest]
            shaped["changelog"] = {
                "startAt": 0,
                "maxResults": len(latest),
                "total": len(issue.histories),
                "histories": histories,
            }
        wanted = (
            list(issue.properties) if "*all" in properties else [key for key in properties if key in issue.properties]
        )
        if wanted or properties:
            shaped["properties"] = {key: issue.properties[key] for key in wanted}
        return shaped

    def _fields(self, issue: Issue, selection: Selection, *, most: int | None) -> Json:
        fields = {name: self._field(name, value) for name, value in issue.fields.items() if selection.takes(name)}
        if selection.takes("votes"):
            fields["votes"] = self.votes(issue)
        if selection.takes("comment"):
            comments = readable(self.rights, issue)
            shown = [self.comment(issue, comment) for comment in comments[-most if most else 0 :]]
            fields["comment"] = {
                "comments": shown,
                "maxResults": len(shown),
                "total": len(comments),
                "startAt": 0,
            }
        return fields

    def _field(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name in _TEXTS:
            return self.text(value)
        if name in _USERS:
            return self.user(value)
        if name in _PATHS:
            path = _PATHS[name]
            if isinstance(value, list):
                return [{"self": self.url(path.format(entry["id"])), **entry} for entry in value]
            return {"self": self.url(path.format(value.get("id", ""))), **value}
        if name == "issuelinks":
            return [self.link(link) for link in value]
        return self._custom(name, value) if is_custom(name) else value

    def _custom(self, name: str, value: Any) -> Any:
        """A custom field's value: people as the flavour has them, options with their address, marked-up text as the version has it."""
        known = self.world.custom.get(name)
        if known is not None and known.rich:
            return self.text(value)
        if isinstance(value, list):
            return [self._custom(name, entry) for entry in value]
        if isinstance(value, dict) and "displayName" in value:
            return self.user(value)
        if isinstance(value, dict) and "value" in value and "id" in value:
            return {"self": self.url(f"customFieldOption/{value['id']}"), **value}
        return value

    def votes(self, issue: Issue) -> Json:
        """How many voted for an issue: those in its data, and those who came since."""
        before = (issue.fields.get("votes") or {}).get("votes", 0)
        voted = self.account_id in issue.voters
        return {"self": self.url(f"issue/{issue.key}/votes"), "votes": before + len(issue.voters), "hasVoted": voted}

    def link(self, link: Json) -> Json:
        """A link to another issue, with what that issue looks like now."""
        shaped = {"self": self.url(f"issueLink/{link['id']}"), **link} if "id" in link else dict(link)
        for side in ("inwardIssue", "outwardIssue"):
            other = self.world.issues.get(str(link[side].get("id"))) if side in link else None
            if other is not None:
                fields = {
                    name: self._field(name, other.fields.get(name))
                    for name in ("summary", "status", "priority", "issuetype")
                }
                shaped[side] = {
                    "id": other.id,
                    "key": other.key,
                    "self": self.url(f"issue/{other.id}"),
                    "fields": fields,
                }
        return shaped

    def comment(self, issue: Issue, comment: Json, *, properties: bool = False) -> Json:
        """A comment, with its properties where asked for."""
        shaped: Json = {"self": self.url(f"issue/{issue.id}/comment/{comment['id']}")}
        shaped |= {name: value for name, value in comment.items() if name != "properties"}
        for name in ("author", "updateAuthor"):
            if name in comment:
                shaped[name] = self.user(comment[name])
        if "body" in comment:
            shaped["body"] = self.text(comment["body"])
        if self.world.cloud:
            shaped.setdefault("jsdPublic", not is_internal(comment))
        if properties:
            shaped["properties"] = comment.get("properties", [])
        return shaped

    def history(self, history: Json) -> Json:
        """One entry of an issue's history; Data Center names a field only as people see it."""
        shaped = {**history, "author": self.user(history["author"])} if history.get("author") else dict(history)
        if not self.world.cloud:
            items = history.get("items", [])
            shaped["items"] = [{key: value for key, value in item.items() if key != "fieldId"} for item in items]
        return shaped

    def project(self, project: Project, *, whole: bool = False) -> Json:
        """A project; the whole one has its versions, components and issue types."""
        shaped = {
            "self": self.url(f"project/{project.id}"),
            "projectTypeKey": "software",
            "simplified": False,
            **project.details,
        }
        if whole:
            shaped["versions"] = [self.named("versions", version) for version in project.versions]
            shaped["components"] = [self.named("components", component) for component in project.components]
            shaped["issueTypes"] = [self.named("issuetype", kind) for kind in self.world.issue_types]
        return shaped

    def named(self, name: str, value: Json) -> Json:
        """A value of field `name`, with its address."""
        shaped: Json = self._field(name, value)
        return shaped


INTERNAL = "sd.public.comment"


def is_internal(comment: Json) -> bool:
    """Whether a service desk shows a comment to its own people only, which the comment's own property says."""
    marks = [entry["value"] for entry in comment.get("properties", []) if entry["key"] == INTERNAL]
    return any(isinstance(value, dict) and value.get("internal") in (True, "true") for value in marks)


def field_names(world: JiraWorld, selection: Selection) -> dict[str, str]:
    """The names that people see, of the selected fields."""
    names = {name: shown for name, (shown, _) in FIELDS.items()} | {field.id: field.name for field in world.custom}
    return {name: shown for name, shown in names.items() if selection.takes(name)}


def field_schemas(world: JiraWorld, selection: Selection) -> dict[str, Json]:
    """What the values of the selected fields are."""
    schemas: dict[str, Json] = {name: {"type": kind, "system": name} for name, (_, kind) in FIELDS.items()}
    schemas |= {field.id: field.schema for field in world.custom}
    return {name: schema for name, schema in schemas.items() if selection.takes(name)}


def expanded(world: JiraWorld, selection: Selection, expand: str) -> Json:
    """What `names` and `schema` in `expand` add to an answer."""
    parts = (("names", field_names), ("schema", field_schemas))
    return {part: told(world, selection) for part, told in parts if part in expand}
