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
    no_edits = "no_edits"
    """Our account may not edit tickets of the place, nor the summary there; comments are another matter."""
    no_labels = "no_labels"
    """Tickets of this type have no field for labels that our account could edit."""
    no_reader = "no_reader"
    """Our account is not among those whom our comments in that place are for."""
    read_only = "read_only"
    """The ticket's status lets nothing of it be edited; comments are another matter."""
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
