"""Native fields that a policy asks for, by name or id: which of the site's fields they are, and what their values say as text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypercare_sync.text import adf, wiki_text
from hypercare_sync.trackers.raw import Raw

STANDARD = (
    "summary", "description", "status", "resolution", "issuetype", "priority", "reporter", "assignee", "labels", "components", "versions",
    "fixVersions", "created", "updated", "resolutiondate", "statuscategorychangedate", "votes", "comment", "issuelinks",
    "security",
)  # fmt: skip
"""What every ticket is made of, by Jira's ids."""
_ID = re.compile(r"customfield_\d+")
_ORGANISATIONS = "com.atlassian.servicedesk.customer-organizations:sd-customer-organizations"
_SAID = ("value", "displayName", "name", "key", "id")
_DEEPEST = 5


@dataclass
class Wanted:
    """What is asked for beside the standard fields, and the ids by which the site knows it.

    `ids` are by the words of whoever asked: a name may be that of several fields, or of none. `organisations` are the fields that
    hold a service desk's. Both are found out from the first page of a reading, whose answer names its fields.
    """

    asked: frozenset[str] = frozenset()
    organised: bool = False
    ids: dict[str, list[str]] = field(default_factory=dict)
    organisations: list[str] | None = None

    @classmethod
    def recalled(cls, asked: Iterable[str], told: Mapping[str, Any] | None, *, organised: bool) -> "Wanted":
        """With what an earlier reading found out."""
        wanted = cls(frozenset(asked), organised, {name: [name] for name in asked if _ID.fullmatch(name)})
        if told is not None:
            wanted.ids |= {name: list(ids) for name, ids in told["ids"].items() if name in wanted.asked}
            wanted.organisations = told["organisations"]
        return wanted

    @property
    def told(self) -> Mapping[str, Any]:
        """What was found out, as JSON."""
        return {"ids": dict(sorted(self.ids.items())), "organisations": self.organisations}

    @property
    def unknown(self) -> bool:
        """Whether it is yet to be found out which fields these are."""
        return not self.asked <= self.ids.keys() or (self.organised and self.organisations is None)

    def fields(self) -> list[str]:
        """What to ask a search for: exactly what is needed, or all that may be it while that is not known."""
        known = {identity for ids in (*self.ids.values(), self.organisations or ()) for identity in ids}
        return [*STANDARD, *sorted(known - {*STANDARD}), *(["*navigable"] if self.unknown else [])]

    def learn(self, answer: Raw) -> None:
        """Take the ids from an answer that names all fields of the site."""
        names, schema = answer.inner("names"), answer.inner("schema")
        for name in self.asked - self.ids.keys():
            self.ids[name] = sorted(
                identity
                for identity in names.value or ()
                if name.casefold() in (names.text(identity).casefold(), identity.casefold())
            )
        if self.organised and self.organisations is None:
            kinds = {identity: schema.inner(identity).text("custom") for identity in schema.value or ()}
            self.organisations = sorted(identity for identity, kind in kinds.items() if kind == _ORGANISATIONS)

    @property
    def missing(self) -> tuple[str, ...]:
        """What was asked for and the site does not have."""
        return tuple(sorted(name for name, ids in self.ids.items() if not ids))

    def values(self, fields: Raw) -> dict[str, tuple[str, ...]]:
        """The texts of an issue's fields, by the words of whoever asked; of several fields the first that holds any."""
        given = fields.value or {}
        found = {
            name: next(filter(None, (texts(given.get(identity)) for identity in ids)), ())
            for name, ids in sorted(self.ids.items())
        }
        return {name: said for name, said in found.items() if said}

    def customers(self, fields: Raw) -> tuple[str, ...]:
        """The organisations of an issue."""
        given = fields.value or {}
        return tuple(dict.fromkeys(name for one in self.organisations or () for name in texts(given.get(one))))


def texts(value: Any) -> tuple[str, ...]:
    """What a field's value says, each choice a text; a cascading one is told as `parent / child`, and by its parent."""
    return tuple(dict.fromkeys(text.strip() for text in _texts(value, 0) if text.strip()))


def _texts(value: Any, depth: int) -> Iterator[str]:
    match value:
        case None:
            return
        case bool():
            yield "true" if value else "false"
        case str():
            yield wiki_text.plain_text(value) if "\n" in value else value
        case int() | float():
            yield f"{value:.15g}"
        case list() if depth < _DEEPEST:
            for one in value:
                yield from _texts(one, depth + 1)
        case dict() if depth < _DEEPEST:
            yield from _of_object(value, depth)


def _of_object(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    if value.get("type") == "doc":
        yield adf.plain_text(value)
    elif isinstance(value.get("requestType"), dict):
        yield from _texts(value["requestType"], depth + 1)
    else:
        said = next((str(value[name]) for name in _SAID if isinstance(value.get(name), str | int)), "")
        if isinstance(value.get("child"), dict):
            for child in _texts(value["child"], depth + 1):
                yield f"{said} / {child}"
        yield said
