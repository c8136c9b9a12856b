"""What the embedded GitHub refuses, in GitHub's words: texts over their limits, and acts that somebody may not do."""

from typing import Literal

LONGEST_BODY = 65_536
LONGEST_TITLE = 256


class InvalidError(Exception):
    """GitHub would not take this: the list says for each fault which field of which resource it is, and why."""

    def __init__(self, *faults: dict[str, str]) -> None:
        super().__init__("; ".join(fault.get("message", fault["code"]) for fault in faults))
        self.faults = list(faults)


ARCHIVED = "Repository was archived so is read-only."
LOCKED = "Unable to create comment because issue is locked."
NOT_ALLOWED = (
    "Must have admin rights to Repository."  # of several wordings; which act is answered with which is not documented
)


class ForbiddenError(Exception):
    """The caller may not do this. `why` tells GraphQL, which says a missing right in words of its own, what to write."""

    def __init__(self, why: Literal["archived", "locked", "role"]) -> None:
        super().__init__({"archived": ARCHIVED, "locked": LOCKED, "role": NOT_ALLOWED}[why])
        self.why = why


def fault(resource: str, field: str, code: str, message: str | None = None) -> dict[str, str]:
    """One fault in GitHub's shape; codes are missing_field, invalid, already_exists, custom and the like."""
    found = {"resource": resource, "field": field, "code": code}
    return found if message is None else {**found, "message": message}


def too_long(resource: str, field: str, longest: int) -> InvalidError:
    """GitHub's words for a text over its limit."""
    return InvalidError(fault(resource, field, "custom", f"{field} is too long (maximum is {longest} characters)"))


def check_label_name(name: str) -> None:
    """Raises InvalidError for a name that GitHub does not take."""
    if not name.strip():
        raise InvalidError(fault("Label", "name", "missing_field"))
    if len(name) > 50:
        raise too_long("Label", "name", 50)


def check_title(title: str) -> None:
    """Raises InvalidError for an issue's title that GitHub does not take."""
    if not title.strip():
        raise InvalidError(fault("Issue", "title", "missing_field"))
    if len(title) > LONGEST_TITLE:
        raise too_long("Issue", "title", LONGEST_TITLE)


def check_body(resource: str, body: str | None) -> None:
    """Raises InvalidError for a text that is too long."""
    if body is not None and len(body) > LONGEST_BODY:
        raise too_long(resource, "body", LONGEST_BODY)


def check_comment(body: str) -> None:
    """Raises InvalidError for a comment that is empty or too long."""
    if not body.strip():
        raise InvalidError(fault("IssueComment", "body", "missing_field"))
    check_body("IssueComment", body)
