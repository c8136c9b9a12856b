"""What can keep us from reading something, or from writing to it, although it is there."""

from enum import StrEnum


class Obstacle(StrEnum):
    """Why something is set aside: each stands until somebody changes something in the tracker."""

    archived = "archived"
    """All of the place is read-only."""
    gone = "gone"
    """The ticket was deleted, moved elsewhere, or is hidden from us."""
    locked = "locked"
    """The ticket's conversation is closed to us; labels are not."""
    no_reader = "no_reader"
    """Our account is not among those whom our comments in that place are for."""
    unassignable = "unassignable"
    """The person cannot be assigned there."""
    unlinkable = "unlinkable"
    """Tickets of the place cannot be linked by us."""
    no_such_priority = "no_such_priority"
    """The tracker knows no priority of this name."""
    no_priority = "no_priority"
    """The ticket's native priority cannot be this one."""
    unpinnable = "unpinnable"
    """The summary cannot be pinned."""
    unreadable = "unreadable"
    """The tracker gives the ticket not at all, or in a shape that we do not understand."""
