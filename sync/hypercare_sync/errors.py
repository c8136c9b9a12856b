"""What can go wrong, each with the exit code that it ends a command with.

A message says what happened, where, and what to do next; it never holds a secret.
"""

from typing import ClassVar


class HypercareError(Exception):
    """Something went wrong."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(message or type(self).__doc__ or "")


class ConfigError(HypercareError):
    """The config or the command line cannot be used; the message lists every fault, one a line."""

    exit_code = 2


class Refused(HypercareError):
    """A guard refused to carry the plan out."""

    exit_code = 3


class LeaseHeld(HypercareError):
    """Another tick of this config is running."""

    exit_code = 4


class LeaseLost(LeaseHeld):
    """Another tick took over while this one was silent."""


class AccessDenied(HypercareError):
    """A tracker refused our account: the token is wrong or lacks a permission."""

    exit_code = 5


class StoreUnusable(HypercareError):
    """The store cannot be opened, read or written."""

    exit_code = 6


class TrackerError(HypercareError):
    """A tracker could not be reached, answered oddly, or refused one request."""


class PublishFailed(HypercareError):
    """A page could not be written to the folder where it is published."""
