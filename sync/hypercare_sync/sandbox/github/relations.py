"""How issues belong together in the embedded GitHub: sub-issues below a parent, and issues that block others.

That each act moves `updated_at` of both issues is what their timelines suggest, not documented; nor is which lines REST's timeline shows.
"""

from .history import Chronicle
from .model import Issue
from .refusal import InvalidError, fault

MOST_SUB_ISSUES = 100
MOST_BLOCKERS = 50


class Relations(Chronicle):
    """Acts of one person that tie issues together; each raises InvalidError for a tie that cannot be."""

    def add_sub_issue(self, parent: Issue, child: Issue, *, replace_parent: bool = False) -> None:
        """Put an issue of the same owner below another one."""
        self.allow(parent.repository, "triage")
        if child.parent is parent or (child.parent and not replace_parent):
            raise _refused("sub_issue_id", "Issue may not have more than one parent, and only once the same")
        if parent.repository.owner is not child.repository.owner or child in (parent, *_ancestors(parent)):
            raise _refused("sub_issue_id", "Sub-issue must be of the same owner and not above its parent")
        if len(parent.sub_issues) >= MOST_SUB_ISSUES:
            raise _refused("sub_issue_id", f"Parent cannot have more than {MOST_SUB_ISSUES} sub-issues")
        if child.parent:
            self.remove_sub_issue(child.parent, child)
        parent.sub_issues.append(child)
        child.parent = parent
        self._tie(parent, child, "sub_issue_added", "parent_issue_added")

    def remove_sub_issue(self, parent: Issue, child: Issue) -> None:
        """Take an issue from below another one."""
        self.allow(parent.repository, "triage")
        if child.parent is not parent:
            raise _refused("sub_issue_id", "Issue is not a sub-issue of this one")
        parent.sub_issues.remove(child)
        child.parent = None
        self._tie(parent, child, "sub_issue_removed", "parent_issue_removed")

    def place_sub_issue(self, parent: Issue, child: Issue, other: Issue, *, after: bool) -> None:
        """Put a sub-issue right after (or before) another one of the same parent; no line is left."""
        self.allow(parent.repository, "triage")
        if child is other or not {child.id, other.id} <= {each.id for each in parent.sub_issues}:
            raise _refused("sub_issue_id", "Both must be sub-issues of this issue")
        parent.sub_issues.remove(child)
        parent.sub_issues.insert(parent.sub_issues.index(other) + after, child)

    def block(self, issue: Issue, blocker: Issue) -> None:
        """Say that `blocker` has to be done before `issue`."""
        self.allow(issue.repository, "triage")
        if blocker is issue or blocker in issue.blocked_by or issue in blocker.blocked_by:
            raise _refused("issue_id", "Issue cannot block itself, nor twice, nor what blocks it")
        if len(issue.blocked_by) >= MOST_BLOCKERS:
            raise _refused("issue_id", f"Issue cannot be blocked by more than {MOST_BLOCKERS} issues")
        issue.blocked_by.append(blocker)
        blocker.blocking.append(issue)
        self._tie(issue, blocker, "blocked_by_added", "blocking_added")

    def unblock(self, issue: Issue, blocker: Issue) -> None:
        """Say that `blocker` does not block `issue` any more."""
        self.allow(issue.repository, "triage")
        if blocker not in issue.blocked_by:
            raise _refused("issue_id", "Issue is not blocked by this one")
        issue.blocked_by.remove(blocker)
        blocker.blocking.remove(issue)
        self._tie(issue, blocker, "blocked_by_removed", "blocking_removed")

    def untie(self, issue: Issue) -> None:
        """Take an issue out of all its ties, without a line: it is being deleted."""
        if issue.parent:
            issue.parent.sub_issues.remove(issue)
        for child in issue.sub_issues:
            child.parent = None
        for blocker in issue.blocked_by:
            blocker.blocking.remove(issue)
        for blocked in issue.blocking:
            blocked.blocked_by.remove(issue)

    def _tie(self, one: Issue, other: Issue, kind: str, kind_of_other: str) -> None:
        self.record(one, kind).source = other
        self.record(other, kind_of_other).source = one


def _ancestors(issue: Issue) -> list[Issue]:
    above = []
    while issue.parent:
        issue = issue.parent
        above.append(issue)
    return above


def _refused(field: str, message: str) -> InvalidError:
    return InvalidError(fault("Issue", field, "custom", message))
