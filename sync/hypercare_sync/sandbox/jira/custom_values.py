"""Values of custom fields: what a request may give, what is kept, and what names them."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hypercare_sync.sandbox.jira.custom import CustomField
from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.refusal import UnusableError

ReadUser = Callable[[Any], Json | None]
NewId = Callable[[], str]


def read(field: CustomField, value: Any, user: ReadUser, new_id: NewId) -> Any:
    """The value that a request gives a field. Raises UnusableError for one of another kind.

    Unlike Jira, which knows each field's options, any option is taken here: data tells only those that were chosen.
    """
    if value is None or (field.type == "array" and value == []):
        return None
    if field.type == "array":
        if not isinstance(value, list):
            raise UnusableError("data was not an array")
        return [_one(field.items, entry, user, new_id) for entry in value]
    return _one(field.type, value, user, new_id)


def _one(kind: str, value: Any, user: ReadUser, new_id: NewId) -> Any:
    match kind:
        case "option" | "option-with-child":
            return _option(value, new_id, nested=kind == "option-with-child")
        case "user":
            return user(value)
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise UnusableError("Operation value must be a number")
            return float(value)
        case "date":
            return day(value)
        case "datetime":
            return _moment(value)
        case _:
            if not isinstance(value, str):
                raise UnusableError("Operation value must be a string")
            if kind == "string" and not value:
                return None
            return value


def _option(value: Any, new_id: NewId, *, nested: bool) -> Json:
    given = value if isinstance(value, dict) else {}
    text = given.get("value")
    if not isinstance(text, str) or not text:
        raise UnusableError("Could not find valid 'id' or 'value' in the Parent Option object.")
    option: Json = {"id": str(given.get("id") or new_id()), "value": text}
    if nested and given.get("child"):
        option["child"] = _option(given["child"], new_id, nested=False)
    return option


def day(value: Any) -> str | None:
    """A date. Raises UnusableError for what is none."""
    if value is None or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        return value
    raise UnusableError(f"Error parsing date string: {value}")


def _moment(value: Any) -> str:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise UnusableError(f"Error parsing time: {value}") from None
    return str(value)


def identity(value: Json) -> str:
    """What makes a value the one that it is: somebody's account id, an option's words and its child's, else an id."""
    if "value" in value:
        child = value.get("child")
        return f"{value['value']}/{identity(child)}" if isinstance(child, dict) else str(value["value"])
    return str(value.get("accountId") or value.get("id") or value.get("name") or "")


def shown(value: Json) -> str:
    """What people read."""
    child = value.get("child")
    if isinstance(child, dict):
        return f"{value.get('value')} - {shown(child)}"
    return str(value.get("displayName") or value.get("name") or value.get("value") or value.get("id") or "")
