"""A policy of whose file not everything could be read: what is claimed of the rest must be so whatever the unread parts would say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypercare_rules.conditions import Condition, problems
from hypercare_rules.lint.finding import Finding, Path
from hypercare_rules.policy import Policy

MORE = -1
"""The last step of an unread path that says: here may have been more. No key and no index can be -1."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy, and the paths in it of what could not be read: it is missing, or something else stands in for it."""

    policy: Policy
    unread: frozenset[Path] = frozenset()

    def whole(self, *path: str | int) -> bool:
        """Whether what is at `path` was read with all that is below it."""
        if len(path) == 1 and (MORE,) in self.unread:
            return False
        return not any(one[: len(path)] == path or path[: len(one)] == one for one in self.unread)

    def each(self, part: str, *below: str) -> bool:
        """Whether what is at these steps below each item of a part was read whole, and no item is missing."""
        members = range(len(getattr(self.policy, part)))
        return not {(MORE,), (part,), (part, MORE)} & self.unread and all(
            self.whole(part, index, *below) for index in members
        )

    def defined(self, *parts: str) -> set[str] | None:
        """The names that stand in these parts of the policy, readable or not; None where there may be others."""
        if any(path in self.unread for part in parts for path in ((MORE,), (part,), (part, MORE))):
            return None
        unread = {str(path[1]) for path in self.unread if len(path) == 2 and path[0] in parts}
        named: Iterable[Mapping[str, Any]] = (getattr(self.policy, part) for part in parts)
        return unread.union(*named)

    def usable(self, calendar: str | None) -> bool:
        """Whether there is such a calendar and it was read whole; so is none at all."""
        return calendar is None or (calendar in self.policy.calendars and self.whole("calendars", calendar))

    def conditions(self) -> Iterator[tuple[Path, Condition]]:
        """The conditions that were read whole and ask only what there is, with their places."""
        for path, condition in self.policy.conditions():
            if self.understood(path, condition):
                yield path, condition

    def understood(self, path: Path, condition: Condition) -> bool:
        """Whether a condition was read whole and asks only what there is."""
        return self.whole(*path) and not problems(condition, self.policy.declared)

    def own(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings but for those about what is unread."""
        for finding in findings:
            if not any(finding.path[: len(one)] == one for one in self.unread):
                yield finding
