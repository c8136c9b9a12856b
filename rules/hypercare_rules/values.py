"""The closed lists of words: which kind of tracker, and in what a ticket is judged: kind, impact and urgency, severity, priority."""

from enum import StrEnum


class TrackerKind(StrEnum):
    """Which kind of tracker: logins of the one say nothing about accounts of the other."""

    github = "github"
    jira = "jira"


class Kind(StrEnum):
    """What a ticket is about."""

    defect = "defect"
    performance = "performance"
    operation = "operation"
    usage_question = "usage_question"
    change_request = "change_request"


class Level(StrEnum):
    """A degree of impact or urgency."""

    high = "high"
    medium = "medium"
    low = "low"


class Severity(StrEnum):
    """The technical degree that the reporter stated."""

    critical = "critical"
    major = "major"
    minor = "minor"
    trivial = "trivial"


class Priority(StrEnum):
    """P1 is the highest; derived from impact and urgency, it sets the targets."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
