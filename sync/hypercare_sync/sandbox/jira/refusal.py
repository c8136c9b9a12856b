"""How Jira says no."""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that Jira answers with `status` and its error collection: `messages` for the whole, `errors` by field."""

    def __init__(self, status: int, *messages: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(*messages)
        self.status = status
        self.body = {"errorMessages": list(messages), "errors": dict(errors or {})}


def missing_issue() -> Refusal:
    """What Jira answers for an issue that does not exist or may not be seen."""
    return Refusal(404, "Issue does not exist or you do not have permission to see it.")


class UnusableError(ValueError):
    """A value that a field does not take, in Jira's words."""
