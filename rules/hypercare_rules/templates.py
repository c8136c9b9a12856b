"""Templates: a team's own words for the first and the last line of our comments, with placeholders for what a ticket's story fills in."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field, InstanceOf, PlainSerializer, WithJsonSchema

from hypercare_rules.calendars.written import nearest
from hypercare_rules.model import Model

_OF_TICKET = {
    "release": "the release's name",
    "ticket": "the ticket's key",
    "title": "its title",
    "priority": "its priority",
    "reason": "what decided the priority",
    "owner": "to whom it is assigned",
    "due": "the clock that is due first, and when",
    "next_escalation": "whom the next step of escalation calls, and when",
}
_OF_STATUS = {"next_step": "what somebody should do; nothing where all is well"}
_OF_ESCALATION = {
    "escalation": "the name of the escalation policy",
    "steps": "the steps that are told",
    "why": "why the policy applies",
    "since": "since when",
}
PLACEHOLDERS = _OF_TICKET | _OF_STATUS | _OF_ESCALATION
"""Every placeholder with its meaning."""
OF_TICKET = tuple(_OF_TICKET)
"""Those of every template."""
OF_STATUS = (*_OF_TICKET, *_OF_STATUS)
"""Those of the status comment."""
OF_ESCALATION = (*_OF_TICKET, *_OF_ESCALATION)
"""Those of the escalation comment."""

_LONGEST = 1000
_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]|\*\*|\[(?P<words>[^\[\]]*)\]\((?P<url>[^()\s]*)\)")
_WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][^\s{}]*)?")


class Words(NamedTuple):
    """Words of the team."""

    text: str
    strong: bool = False


class Slot(NamedTuple):
    """Where the value of a placeholder comes."""

    name: str
    strong: bool = False


class Linked(NamedTuple):
    """Words that lead to a web page."""

    parts: tuple[Words | Slot, ...]
    url: str


Part: TypeAlias = Words | Slot | Linked


@dataclass(frozen=True, slots=True)
class Template:
    """One line as a team wrote it, and the parts that it is made of."""

    text: str
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return self.text


def parse(text: object, known: Collection[str]) -> Template:
    """The template that `text` writes, with `{name}` for the placeholders that are `known`.

    `**words**` stand out, `[words](https://...)` is a link, and `{{` and `}}` are braces. Raises ValueError.
    """
    if isinstance(text, Template):
        return text
    if not isinstance(text, str) or not text.strip():
        raise ValueError("no text; write a line such as 'Hypercare {release}: {priority}', or leave it out")
    if len(text) > _LONGEST:
        raise ValueError(f"longer than {_LONGEST} characters; write it shorter, with a link to the rest")
    if text.count("**") % 2:
        raise ValueError("** without a second one; write ** before and after the words that stand out")
    return Template(text, tuple(_parts(text, known)))


def _parts(text: str, known: Collection[str]) -> Iterator[Part]:
    at, strong = 0, False
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            yield Words(text[at : token.start()], strong)
        at = token.end()
        if token[0] == "**":
            strong = not strong
        elif token["url"] is not None:
            yield _link(token["words"], token["url"], known)
        else:
            yield _braces(token, known, strong=strong)
    if at < len(text):
        yield Words(text[at:], strong)


def _braces(token: re.Match[str], known: Collection[str], *, strong: bool) -> Words | Slot:
    """A brace that is meant as one, or a placeholder."""
    if token[0] in ("{{", "}}"):
        return Words(token[0][0], strong)
    if token["name"] is None:
        raise ValueError(f"a single {token[0]}; write {token[0] * 2} for a brace, or {{title}} for a placeholder")
    if token["name"] not in known:
        otherwise = f"write one of {', '.join(f'{{{name}}}' for name in known)}"
        raise ValueError(f"unknown placeholder: '{token[0]}'; {nearest(token['name'], known, otherwise=otherwise)}")
    return Slot(token["name"], strong)


def _link(words: str, url: str, known: Collection[str]) -> Linked:
    if not _WEB_ADDRESS.fullmatch(url):
        raise ValueError(f"not the address of a web page: {url!r}; write one such as https://wiki.shop.example/runbook")
    if "**" in words or not words.strip():
        raise ValueError(f"a link needs plain words: [{words}]({url}); write [runbook]({url})")
    return Linked(tuple(part for part in _parts(words, known) if not isinstance(part, Linked)), url)


_SCHEMA = WithJsonSchema(
    {"type": "string", "maxLength": _LONGEST, "examples": ["Runbook: [wiki](https://wiki.shop.example)"]}
)
StatusLine = Annotated[
    InstanceOf[Template],
    BeforeValidator(partial(parse, known=OF_STATUS)),
    PlainSerializer(str, return_type=str),
    _SCHEMA,
]
"""A line of the status comment."""
EscalationLine = Annotated[
    InstanceOf[Template],
    BeforeValidator(partial(parse, known=OF_ESCALATION)),
    PlainSerializer(str, return_type=str),
    _SCHEMA,
]
"""A line of the escalation comment."""


class StatusTemplate(Model):
    """The team's own words in the status comment; the clocks and what was decided between them stay ours."""

    introduction: StatusLine | None = Field(default=None, description="Instead of the first line.")
    closing: StatusLine | None = Field(default=None, description="Instead of the last line, while the ticket is open.")


class EscalationTemplate(Model):
    """The team's own words in the escalation comment; who is called, and until when, stays ours."""

    introduction: EscalationLine | None = Field(default=None, description="Instead of the first line.")
    closing: EscalationLine | None = Field(default=None, description="A line at the end.")


class Templates(Model):
    """The team's own words in our comments, each with its placeholders."""

    status: StatusTemplate = Field(default=StatusTemplate(), description="In the status comment.")
    escalation: EscalationTemplate = Field(default=EscalationTemplate(), description="In the escalation comment.")
