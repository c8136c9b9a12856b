"""A change in words for people, from its JSON: as a plan has it, or as the journal keeps it. Pure; what people wrote in it is not made safe yet."""

from collections.abc import Mapping
from typing import Any

_VERBS = {"add_label": "+", "remove_label": "-", "assign": "assigned", "set_priority": "native priority"}


def line(row: Mapping[str, Any], *, width: int = 0) -> str:
    """`set_priority shop:SHOP-1 Low -> High (mapped from P2)`; the kind takes `width` characters at least."""
    told = (f"{row.get('kind')!s:<{width}}", row.get("ticket"), value(row), f"({row.get('why')})")
    return " ".join(str(part) for part in told if part)


def words(row: Mapping[str, Any]) -> str:
    """What a change does, without its ticket: `+ hypercare:P1`, `native priority Low -> High`."""
    kind = str(row["kind"])
    return f"{_VERBS.get(kind, kind.replace('_', ' '))} {value(row)}".rstrip()


def value(row: Mapping[str, Any]) -> str:
    """What a change makes of its ticket; empty where that is a text, or the kind says it all."""
    match row.get("kind"):
        case "add_label" | "remove_label":
            return str(row.get("label"))
        case "assign":
            return f"to {row.get('who') or row.get('assignee')}"
        case "set_priority":
            return f"{row.get('before') or 'none'} -> {row.get('native_priority') or row.get('after')}"
        case "link_ticket":
            return f"to {row.get('to')}"
        case "unlink_ticket":
            return f"from {row.get('to')}"
        case "link_summary":
            return f"of {row.get('release')}"
        case "close_summary":
            return f"for {row.get('first')}"
        case "remove_comment":
            return str(row.get("comment"))
        case _:
            return str(row.get("response_id") or "")
