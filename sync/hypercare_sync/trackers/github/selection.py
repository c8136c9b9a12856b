"""What a source selects, in GitHub's words: the lists that hold its tickets."""

from collections.abc import Mapping
from datetime import datetime

from hypercare_rules.ticket import LabelChanged, ScopeChanged, Ticket
from hypercare_sync.trackers.github.pages import Listing
from hypercare_sync.trackers.github.rest_lists import stamp
from hypercare_sync.trackers.port import Source


def selected(source: Source, milestone: int | None, since: datetime | None, *, empty: bool = False) -> list[Listing]:
    """One list for each way in which a ticket may be the source's: its milestone, and each of the labels.

    Without `since` something is expected in each of them; `empty` says that the milestone is known to have no issue.
    """
    delta = {} if since is None else {"since": stamp(since)}
    lists = []
    if milestone is not None:
        lists.append(Listing({"milestoneNumber": str(milestone), **delta}, expected=since is None and not empty))
    return lists + [
        Listing({"labels": [label], **delta}, expected=since is None) for label in sorted(source.selector.labels)
    ]


def newcomers(source: Source, since: datetime | None) -> list[Listing]:
    """What lists issues that were created after go-live and have no milestone, where anybody wants them."""
    if not source.selector.suggest_untagged:
        return []
    touched: Mapping[str, str | None] = {
        "milestoneNumber": None,
        "since": stamp(max(since or source.go_live, source.go_live)),
    }
    return [Listing(touched, down_to=source.go_live)]


def typed_since(source: Source, since: datetime | None) -> datetime | None:
    """From when on issues of the source's type matter: those untouched since go-live were planned before, at the most."""
    if source.selector.take_planned:
        return since
    return max(since or source.go_live, source.go_live)


def was_selected(source: Source, ticket: Ticket) -> bool:
    """Whether the ticket's history says that it was the source's once: then our labels on it are this release's."""
    selector = source.selector
    return any(
        (isinstance(event, ScopeChanged) and event.name == selector.version)
        or (isinstance(event, LabelChanged) and event.label in selector.labels)
        for event in ticket.history
    )
