"""Reading a tracker's JSON without trusting it: what is missing, null or of a wrong shape never ends a tick."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_UNTIL = 10**11  # a greater number of an epoch counts milliseconds
_DIGITS = 20  # from here on it is no number of theirs


@dataclass
class Raw:
    """A JSON object from a tracker. What is there but cannot be read is noted in `unreadable`, by its path."""

    value: Any
    path: str = ""
    unreadable: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return isinstance(self.value, dict)

    def inner(self, *names: str) -> "Raw":
        """The object below these names; an empty one where there is none."""
        value, path = self.value, self.path
        for name in names:
            path = f"{path}.{name}" if path else name
            value = value.get(name) if isinstance(value, dict) else None
            if value is not None and not isinstance(value, dict):
                self.unreadable.append(path)
                value = None
        return Raw(value, path, self.unreadable)

    def expect(self, *names: str) -> None:
        """Note which of these names are missing altogether, though we asked for them."""
        if isinstance(self.value, dict):
            self.unreadable += [self._at(name) for name in names if name not in self.value]

    def listed(self, name: str) -> "Raw":
        """The object under this name, noted where it holds no list of `nodes`: that would pass for an empty one."""
        found = self.inner(name)
        if not found.has_list("nodes"):
            self.unreadable.append(self._at(f"{name}.nodes"))
        return found

    def has_list(self, name: str) -> bool:
        """Whether there is a list under this name."""
        return isinstance(self.value, dict) and isinstance(self.value.get(name), list)

    def never_null(self, *names: str) -> None:
        """Note which of these are null, where the tracker would leave them out or give an empty list."""
        if isinstance(self.value, dict):
            self.unreadable += [self._at(name) for name in names if self.value.get(name, ()) is None]

    def rows(self, name: str) -> Iterator["Raw"]:
        """The objects of the list under this name; other rows are noted and passed over, null rows passed over."""
        for path, row in self._listed(name, dict):
            yield Raw(row, path, self.unreadable)

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings of the list under this name; as with `rows`."""
        return tuple(_whole(row) for _, row in self._listed(name, str))

    def text(self, name: str, default: str = "") -> str:
        """The string under this name; half a character, which no store takes, becomes a question mark."""
        found = self._get(name, str)
        return default if found is None else _whole(found)

    def needed(self, name: str, default: str = "") -> str:
        """The string under this name, noted where there is none: people would miss it."""
        found = self.text(name)
        if not found:
            self.unreadable.append(self._at(name))
        return found or default

    def number(self, name: str, default: int = 0) -> int:
        """The whole number under this name, also where it is written as text."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        if isinstance(value, str) and value.isdecimal() and len(value) < _DIGITS:
            return int(value)
        found = self._get(name, int)
        return default if found is None else found

    def flag(self, name: str) -> bool:
        """The truth value under this name; False where there is none."""
        return bool(self._get(name, bool))

    def moment(self, name: str) -> datetime | None:
        """The time under this name, in UTC: text (taken for UTC without an offset), or epoch seconds or milliseconds."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        if value in (None, ""):
            return None
        try:
            return _moment(value)
        except (TypeError, ValueError, OverflowError, OSError):
            self.unreadable.append(self._at(name))
            return None

    def moment_or_epoch(self, name: str) -> datetime:
        """The time under this name; where there is none that can be read, 1970, noted."""
        moment = self.moment(name)
        if moment is None:
            self.unreadable.append(self._at(name))
        return moment or _EPOCH

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _listed(self, name: str, kind: type) -> Iterator[tuple[str, Any]]:
        for index, row in enumerate(self._get(name, list) or []):
            path = f"{self._at(name)}[{index}]"
            if isinstance(row, kind):
                yield path, row
            elif row is not None:
                self.unreadable.append(path)

    def _get(self, name: str, kind: type) -> Any:
        value = self.value.get(name) if isinstance(self.value, dict) else None
        if value is None:
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.unreadable.append(self._at(name))
            return None
        return value


def once(rows: Iterable[Raw], identity: str) -> Iterator[Raw]:
    """The rows without those whose identity came before; one without any is noted and passed over."""
    seen = set()
    for row in rows:
        name = row.value.get(identity)
        if not isinstance(name, str | int) or isinstance(name, bool) or name in ("", 0):
            row.unreadable.append(f"{row.path}.{identity}")
        elif name not in seen:
            seen.add(name)
            yield row


def _whole(text: str) -> str:
    return text.encode(errors="replace").decode()


def _moment(value: Any) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000 if abs(value) > _SECONDS_UNTIL else value, UTC)
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
