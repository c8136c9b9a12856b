"""A site's custom fields: what kinds there are, and what each is when data brings values without saying so."""

import re
from dataclasses import dataclass
from typing import Any

from hypercare_sync.sandbox.jira.model import Json

PREFIX = "com.atlassian.jira.plugin.system.customfieldtypes:"
_DESK = "com.atlassian.servicedesk"
KINDS: dict[str, tuple[str, str]] = {
    f"{PREFIX}select": ("option", ""),
    f"{PREFIX}radiobuttons": ("option", ""),
    f"{PREFIX}multiselect": ("array", "option"),
    f"{PREFIX}multicheckboxes": ("array", "option"),
    f"{PREFIX}cascadingselect": ("option-with-child", ""),
    f"{PREFIX}userpicker": ("user", ""),
    f"{PREFIX}multiuserpicker": ("array", "user"),
    f"{PREFIX}labels": ("array", "string"),
    f"{PREFIX}float": ("number", ""),
    f"{PREFIX}datepicker": ("date", ""),
    f"{PREFIX}datetime": ("datetime", ""),
    f"{PREFIX}textarea": ("string", ""),
    f"{PREFIX}textfield": ("string", ""),
    f"{PREFIX}url": ("string", ""),
    f"{_DESK}.customer-organizations:sd-customer-organizations": ("array", "sd-customerorganization"),
    f"{_DESK}:vp-origin": ("sd-customerrequesttype", ""),
}
"""By the name that Jira gives a kind: the type of its values, and for a list the type of what is in it."""
_FIRST = 10_000
_ID = re.compile(r"customfield_(\d+)")


@dataclass(frozen=True)
class CustomField:
    """One custom field; `kind` is one of KINDS, or what data says it is."""

    id: str
    name: str
    kind: str
    type: str
    items: str = ""

    @property
    def number(self) -> int:
        """The number in its id."""
        return int(self.id.rpartition("_")[2])

    @property
    def rich(self) -> bool:
        """Whether people write marked-up text in it."""
        return self.kind == f"{PREFIX}textarea"

    @property
    def schema(self) -> Json:
        """What REST says of its values."""
        items = {"items": self.items} if self.items else {}
        return {"type": self.type, **items, "custom": self.kind, "customId": self.number}


class CustomFields:
    """All custom fields of a site, by id."""

    def __init__(self) -> None:
        self._by_id: dict[str, CustomField] = {}
        self._seen_only: set[str] = set()

    def __iter__(self) -> Any:
        """All of them, in the order of their numbers."""
        return iter(sorted(self._by_id.values(), key=lambda one: one.number))

    def get(self, identity: str) -> CustomField | None:
        """The field with that id."""
        return self._by_id.get(identity)

    def find(self, name: str) -> CustomField | None:
        """The field that a query calls by its name (in any case), by its id, or as `cf[10010]`."""
        wanted = name.casefold()
        return next(
            (one for one in self if wanted in (one.name.casefold(), one.id, f"cf[{one.number}]")),
            None,
        )

    def define(self, name: str, kind: str) -> CustomField:
        """A new field of a kind that KINDS has."""
        number = max((one.number for one in self), default=_FIRST) + 1
        made = CustomField(f"customfield_{number}", name, kind, *KINDS[kind])
        self._by_id[made.id] = made
        return made

    def adopt(self, identity: str, value: Any, name: str | None, schema: Json | None) -> None:
        """Take over a field that loaded data has, with the name and schema that it brings, if any.

        Of a field that data only ever left empty nothing is known; the first value says what it is.
        """
        told = bool(name and schema)
        known = self._by_id.get(identity)
        if known is not None and not (told or (identity in self._seen_only and value is not None)):
            return
        self._seen_only.discard(identity)
        if value is None and not told:
            self._seen_only.add(identity)
        given = schema or {}
        kind = str(given.get("custom") or _kind(value))
        type_, items = KINDS.get(kind, ("any", ""))
        self._by_id[identity] = CustomField(
            identity,
            name or (known.name if known else f"Field {identity.rpartition('_')[2]}"),
            kind,
            str(given.get("type") or type_),
            str(given.get("items") or items),
        )


def is_custom(field_id: str) -> bool:
    """Whether a field's id is that of a custom field."""
    return _ID.fullmatch(field_id) is not None


def _kind(value: Any) -> str:
    """The kind whose values look like this one."""
    if isinstance(value, list):
        first = value[0] if value else ""
        if not isinstance(first, dict):
            return f"{PREFIX}labels"
        if "displayName" in first:
            return f"{PREFIX}multiuserpicker"
        return (
            f"{PREFIX}multiselect" if "value" in first else f"{_DESK}.customer-organizations:sd-customer-organizations"
        )
    if isinstance(value, dict):
        if "displayName" in value:
            return f"{PREFIX}userpicker"
        if "requestType" in value:
            return f"{_DESK}:vp-origin"
        if value.get("type") == "doc":
            return f"{PREFIX}textarea"
        return f"{PREFIX}cascadingselect" if "child" in value else f"{PREFIX}select"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{PREFIX}float"
    text = str(value or "")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{PREFIX}datepicker"
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return f"{PREFIX}datetime"
    return f"{PREFIX}textarea" if "\n" in text else f"{PREFIX}textfield"
