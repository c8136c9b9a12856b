"""What a token opens on the embedded Jira: permissions by project, project roles, security levels, scopes, and its account's time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hypercare_sync.errors import ConfigError

GLOBAL = ("ADMINISTER", "BULK_CHANGE", "CREATE_PROJECT", "CREATE_SHARED_OBJECTS", "SYSTEM_ADMIN", "USER_PICKER")
PROJECT = (
    "ADMINISTER_PROJECTS", "BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ASSIGN_ISSUES", "ASSIGNABLE_USER", "CLOSE_ISSUES",
    "RESOLVE_ISSUES", "TRANSITION_ISSUES", "SCHEDULE_ISSUES", "MOVE_ISSUES", "DELETE_ISSUES", "LINK_ISSUES", "MODIFY_REPORTER",
    "SET_ISSUE_SECURITY", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "EDIT_ALL_COMMENTS", "DELETE_OWN_COMMENTS", "DELETE_ALL_COMMENTS",
    "VIEW_VOTERS_AND_WATCHERS", "MANAGE_WATCHERS",
)  # fmt: skip
"""Jira's permissions: those of the whole site, and those of a project."""
_KNOWN = frozenset((*GLOBAL, *PROJECT))
_FORM = (
    "write jira=BROWSE_PROJECTS+ADD_COMMENTS (or jira=-EDIT_ISSUES, all but that; jira@SHOP=... in one project), jira-roles=A+B, "
    "jira-levels=A+B, jira-scopes=read:jira-work+write:jira-work, jira-zone=Europe/Berlin"
)


@dataclass(frozen=True)
class JiraRights:
    """What comes with one token; whatever is left out is not limited.

    `permissions` are by project key, those of every other project (and of the site) under the empty key. `roles` and `levels` are the
    project roles and security levels that the account belongs to, by name. `scopes` make it a scoped token, which only the gateway takes.
    `zone` is the account's time zone.
    """

    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    levels: frozenset[str] | None = None
    scopes: frozenset[str] | None = None
    zone: str | None = None

    def may(self, permission: str, project: str = "") -> bool:
        """Whether a permission is there, in the project with that key or for the whole site; one that Jira does not know never is."""
        held = self.permissions.get(project, self.permissions.get("", _KNOWN))
        return permission in _KNOWN and permission in held

    def in_role(self, role: str) -> bool:
        """Whether the account belongs to a project role, or to a group."""
        return self.roles is None or role in self.roles

    def has_level(self, level: str) -> bool:
        """Whether the account may see issues of a security level."""
        return self.levels is None or level in self.levels


def read_rights(told: Mapping[str, str]) -> JiraRights:
    """The rights that members such as `jira=BROWSE_PROJECTS` describe. Raises ConfigError for what is none."""
    permissions: dict[str, frozenset[str]] = {}
    names: dict[str, frozenset[str]] = {}
    zone: str | None = None
    for member, value in told.items():
        words = frozenset(word for word in value.split("+") if word)
        kind, at, project = member.partition("@")
        if kind == "jira" and bool(at) is bool(project):
            permissions[project.upper()] = _permissions(member, words)
        elif member in {"jira-roles", "jira-levels", "jira-scopes"}:
            names[member.removeprefix("jira-")] = words
        elif member == "jira-zone":
            zone = _zone(value)
        else:
            raise ConfigError(f"--token: {member!r} is no right on Jira; {_FORM}")
    return JiraRights(permissions, names.get("roles"), names.get("levels"), names.get("scopes"), zone)


def _permissions(member: str, words: frozenset[str]) -> frozenset[str]:
    without = frozenset(word.removeprefix("-") for word in words if word.startswith("-"))
    if unknown := (words | without) - _KNOWN - {f"-{name}" for name in without}:
        raise ConfigError(f"--token: {member}: Jira has no permission {', '.join(sorted(unknown))}; {_FORM}")
    if without and len(without) < len(words):
        raise ConfigError(f"--token: {member}: name what is there, or (with a minus each) what is not; {_FORM}")
    return _KNOWN - without if without else words


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"--token: jira-zone: {name!r} is no time zone; {_FORM}") from None
    return name
