"""Plain values as YAML that people like to read: on one line what is short, the rest below each other."""

import json
import re
from collections.abc import Iterator
from typing import Any

_WIDTH = 110
# Sure to be read as text, wherever it stands: words, and lengths of time such as `8h on emea`.
_PLAIN = re.compile(
    r"(?!(?:true|false|null)\Z)(?:(?:[0-9]+[wdhms])+|[A-Za-z])(?:[A-Za-z0-9_./-]| (?=[A-Za-z0-9]))*", re.IGNORECASE
)

_NO_JSON = {"Infinity": ".inf", "-Infinity": "-.inf", "NaN": ".nan"}


def lines(value: Any, width: int = _WIDTH) -> Iterator[str]:
    """The lines of a mapping, a list or a scalar."""
    match value:
        case dict() if value:
            for key, member in value.items():
                yield from _entry(f"{scalar(key)}:", member, width)
        case list() if value:
            for item in value:
                one = f"- {_flow(item)}"
                if len(one) <= width:
                    yield one
                else:
                    yield from (
                        f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines(item, width - 2))
                    )
        case _:
            yield _flow(value)


def _entry(key: str, member: Any, width: int) -> Iterator[str]:
    one = f"{key} {_flow(member)}"
    if len(one) <= width or not (member and isinstance(member, dict | list)):
        yield one
    else:
        yield key
        yield from (f"  {line}" for line in lines(member, width - 2))


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{scalar(key)}: {_flow(member)}" for key, member in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A scalar, in quotes unless it is sure to be read as text without."""
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    quoted = _NO_JSON.get(quoted, quoted)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)
