"""How an act on an issue is remembered: a line in its history, and a line with whatever its texts mention."""

from dataclasses import dataclass
from typing import Any

from . import access, references
from .model import Event, Issue, Repository, User
from .world import GitHubWorld, node_id


@dataclass
class Chronicle:
    """The lines that one person's acts leave, at the present moment."""

    world: GitHubWorld
    who: User

    def allow(self, repository: Repository, least: str) -> None:
        """Raises ForbiddenError where the person has a lesser role than `least`, or the repository is archived."""
        access.require(self.world, repository, self.who, least)

    def allow_own(self, repository: Repository, author: User | None, least: str) -> None:
        """As `allow`, but whoever wrote a thing may change it with the right to read alone."""
        self.allow(repository, "read" if author is self.who else least)

    def record(self, issue: Issue, kind: str, **details: Any) -> Event:
        """Leave a line in the history, with details in REST's shape, and move `updated_at`."""
        event = self._enter(issue, kind)
        event.details = details
        issue.updated_at = event.created_at
        return event

    def _enter(self, issue: Issue, kind: str) -> Event:
        number, now = self.world.new_id(), self.world.now()
        event = Event(
            issue=issue, id=number, node_id=node_id("Event", number), kind=kind, actor=self.who, created_at=now
        )
        issue.events.append(self.world.enter(event))
        issue.repository.events[event.id] = event
        return event

    def refer(self, source: Issue, text: str | None) -> None:
        """Leave a line with every issue that `text` newly mentions. It does not move `updated_at`: nobody has done anything to it."""
        for target in references.mentioned(self.world, source.repository, text or ""):
            known = any(event.source is source and event.kind == "cross-referenced" for event in target.events)
            if target is not source and not known:
                self._enter(target, "cross-referenced").source = source
