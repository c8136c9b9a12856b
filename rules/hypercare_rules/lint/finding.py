"""What the linter finds in a policy."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hypercare_rules.calendars.written import nearest

Path = tuple[str | int, ...]
"""The way from the policy to what a finding is about: keys and indexes."""


class Gravity(StrEnum):
    """An error keeps a policy from being used: it says something that can never be so. A warning may be meant."""

    error = "error"
    warning = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a place of the policy, and what to do about it; `at_key` where the key is what is wrong.

    `also` is another place that it is about as much: what contradicts an inherited value is told where it was written.
    """

    path: Path
    text: str
    severity: Gravity
    at_key: bool = False
    also: Path | None = None


def error(path: Path, text: str, *, at_key: bool = False, also: Path | None = None) -> Finding:
    """A finding that keeps the policy from being used."""
    return Finding(path, text, Gravity.error, at_key, also)


def warning(path: Path, text: str, *, at_key: bool = False, also: Path | None = None) -> Finding:
    """A finding that may be meant."""
    return Finding(path, text, Gravity.warning, at_key, also)


def undefined(path: Path, what: str, name: str, known: Iterable[str]) -> Finding:
    """The error that a name stands for nothing."""
    names = sorted(known)
    otherwise = f"write {' or '.join(names)}" if names else "define it in the policy"
    return error(path, f"no such {what}: {name!r}; {nearest(name, names, otherwise=otherwise)}")
