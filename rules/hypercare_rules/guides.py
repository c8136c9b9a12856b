"""Pages elsewhere that people need beside the tickets: the policy in words, dashboards, runbooks."""

from collections.abc import Collection
from typing import Literal

from pydantic import Field, field_validator

from hypercare_rules.forms import WebAddress
from hypercare_rules.model import Model
from hypercare_rules.ticket import Audience


class Guide(Model):
    """A page on the web that the summary leads to."""

    text: str = Field(min_length=1, description="The words that lead there.")
    url: WebAddress = Field(description="The address of the page.")
    audience: Literal["public", "internal", "restricted"] = Field(
        default="internal", description="Who may know of the page: a summary that more people read does not name it."
    )

    @property
    def readers(self) -> Audience:
        """Who may know of it."""
        return Audience[self.audience]


class Runbook(Guide):
    """A page with the steps for a known problem."""

    topics: tuple[str, ...] = Field(
        default=(),
        alias="for",
        description="It stands beside burning tickets with one of these components, labels or kinds.",
    )

    @field_validator("topics")
    @classmethod
    def _without_case(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(topic.casefold() for topic in topics)

    def suits(self, about: Collection[str]) -> bool:
        """Whether it is for what a ticket is about, casefolded."""
        return not set(self.topics).isdisjoint(about)
