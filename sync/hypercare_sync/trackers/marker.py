"""How our own texts are known again: a small JSON value that a reader does not see.

On GitHub it stands in an HTML comment, on Jira in the fragment of a footer's link. A marker counts only in text that our own
account wrote; that is for the adapters to check, as is what the value means.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from hypercare_rules.ticket import Marker

_NAME = "hypercare-sync"
_COMMENT = re.compile(rf"<!-- {_NAME} (\{{.*?\}}) -->")
_FRAGMENT = re.compile(rf"#{_NAME}=([A-Za-z0-9_-]+)")


def in_comment(value: Mapping[str, Any]) -> str:
    """The value as an HTML comment; nothing in it can end the comment."""
    text = _dump(value).replace("--", "-\\u002d").replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!-- {_NAME} {text} -->"


def from_comment(text: str) -> dict[str, Any] | None:
    """The value of the first marker in Markdown, or None."""
    found = _COMMENT.search(text)
    return _load(found.group(1)) if found else None


def in_fragment(value: Mapping[str, Any]) -> str:
    """The value as the fragment of an address, `#` included."""
    return f"#{_NAME}={base64.urlsafe_b64encode(_dump(value).encode()).decode().rstrip('=')}"


def from_fragment(text: str) -> dict[str, Any] | None:
    """The value of the first marker in any text that holds such an address, or None."""
    found = _FRAGMENT.search(text)
    if not found:
        return None
    coded = found.group(1)
    try:
        return _load(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode())
    except (binascii.Error, UnicodeDecodeError):
        return None


def value_of(marker: Marker) -> dict[str, Any]:
    """The marker of a comment as the value to hide."""
    return marker.model_dump(mode="json", exclude_defaults=True)


def of_comment(value: Mapping[str, Any] | None) -> Marker | None:
    """The marker of a comment in a hidden value; what we cannot read, or is for something else, is none."""
    try:
        return Marker.model_validate({name: (value or {})[name] for name in Marker.model_fields.keys() & (value or {})})
    except ValidationError:
        return None


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _load(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
