"""Who sees what on the embedded Jira, and what Jira answers whoever lacks a permission."""

from dataclasses import dataclass

from hypercare_sync.sandbox.jira.custom import CustomFields
from hypercare_sync.sandbox.jira.model import Catalogue, Issue, Json, Project
from hypercare_sync.sandbox.jira.refusal import Refusal
from hypercare_sync.sandbox.jira.world import JiraWorld
from hypercare_sync.sandbox.jira_rights import JiraRights


def sees(rights: JiraRights, issue: Issue) -> bool:
    """Whether somebody may see an issue: its project, and its security level where it has one."""
    level = issue.fields.get("security") or {}
    secret = bool(level) and not rights.has_level(str(level.get("name")))
    return rights.may("BROWSE_PROJECTS", issue.project_key) and not secret


def reads(rights: JiraRights, comment: Json) -> bool:
    """Whether somebody may read a comment: one for a role or a group is hidden from all others."""
    only = comment.get("visibility") or {}
    return not only or rights.in_role(str(only.get("value")))


def readable(rights: JiraRights, issue: Issue) -> list[Json]:
    """The comments of an issue that somebody may read, oldest first."""
    return [comment for comment in issue.comments if reads(rights, comment)]


def require(rights: JiraRights, permission: str, project: str, refusal: Refusal) -> None:
    """Raises `refusal` where the permission is missing in the project with that key."""
    if not rights.may(permission, project):
        raise refusal


NO_EDITS = "You do not have permission to edit issues in this project."


def require_edit(rights: JiraRights, project: str, *, cloud: bool, fields: bool) -> None:
    """Raises Refusal for who may not edit issues; on Cloud that is said of each of the `fields`, if there are any."""
    if not (cloud and fields):
        require(rights, "EDIT_ISSUES", project, Refusal(400, NO_EDITS))


def require_quiet(rights: JiraRights, project: str) -> None:
    """Raises Refusal for who wants nobody to be told of an edit, and administers neither the project nor the site.

    The description says that the wish is then ignored; both flavours were seen to refuse the whole edit.
    """
    if not (rights.may("ADMINISTER_PROJECTS", project) or rights.may("ADMINISTER")):
        raise Refusal(403, "To discard the user notification either admin or project admin permissions are required.")


def require_own(rights: JiraRights, verb: str, issue: Issue, *, own: bool) -> None:
    """Raises Refusal where a comment, `own` or another's, may not be edited or deleted (`verb`)."""
    if not _may(rights, verb, issue, own=own):
        raise Refusal(400, f"You do not have the permission to {verb} this comment.")


def require_marking(rights: JiraRights, issue: Issue, *, own: bool) -> None:
    """Raises Refusal where properties may not be written to a comment."""
    if not _may(rights, "edit", issue, own=own):
        raise Refusal(403, "You do not have permission to edit the comment.")


def _may(rights: JiraRights, verb: str, issue: Issue, *, own: bool) -> bool:
    word = verb.upper()
    held = rights.may(f"{word}_ALL_COMMENTS", issue.project_key)
    return held or (own and rights.may(f"{word}_OWN_COMMENTS", issue.project_key))


@dataclass(frozen=True)
class Seen:
    """The site as far as somebody sees it, for the names in a query."""

    world: JiraWorld
    rights: JiraRights

    @property
    def projects(self) -> dict[str, Project]:
        """The projects that may be browsed."""
        return {key: project for key, project in self.world.projects.items() if self.rights.may("BROWSE_PROJECTS", key)}

    @property
    def statuses(self) -> Catalogue:
        """All statuses."""
        return self.world.statuses

    @property
    def priorities(self) -> Catalogue:
        """All priorities."""
        return self.world.priorities

    @property
    def resolutions(self) -> Catalogue:
        """All resolutions."""
        return self.world.resolutions

    @property
    def issue_types(self) -> Catalogue:
        """All issue types."""
        return self.world.issue_types

    @property
    def custom(self) -> CustomFields:
        """All custom fields."""
        return self.world.custom

    def issue(self, id_or_key: str) -> Issue | None:
        """The issue with this id or key, if it may be seen."""
        found = self.world.issue(id_or_key)
        return found if found is not None and sees(self.rights, found) else None
