"""A plan in a file: what a person reviews, and what `apply` carries out if it is still the plan.

Nothing of the file is ever executed. It says for which config and which policy time to plan, and what must come out of that: the changes that
are carried out are those of a plan made anew from the trackers as they are. An edited file, a changed policy and people's edits in the
meantime therefore all show as a difference, and so does another tick that wrote something. Age alone is no fault: an old plan that still
comes out the same is what was reviewed, and what time has made due since then is left to the next tick.
"""

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, ValidationError

from hypercare_rules.model import Model
from hypercare_sync.change import as_json
from hypercare_sync.change_words import line
from hypercare_sync.config import Config, JiraSummary
from hypercare_sync.config.values import MomentOfUse
from hypercare_sync.errors import ConfigError
from hypercare_sync.guard import Guard, Refusal
from hypercare_sync.plan import checksum_of
from hypercare_sync.tick import Tick
from hypercare_sync.tick_result import TickResult
from hypercare_sync.wording import count

SCHEMA: Final = "hypercare-sync/plan/1"
_MOST_LINES = 20

Row = dict[str, Any]


class PlanFile(Model):
    """A plan as it was written: for which config, narrowed to which release, with backfill or not, and at which policy time."""

    schema_: Literal["hypercare-sync/plan/1"] = Field(default=SCHEMA, alias="schema")
    config: str
    release: str | None
    backfill: bool
    now: MomentOfUse
    checksum: str
    changes: tuple[Row, ...]

    @classmethod
    def of(cls, tick: Tick, result: TickResult) -> Self:
        """What a tick planned."""
        return cls(
            config=_identity(tick.config),
            release=tick.only,
            backfill=tick.backfill,
            now=tick.now,
            checksum=result.plan.checksum,
            changes=tuple(dict(as_json(change)) for change in result.plan.changes),
        )

    def check(self, path: Path, config: Config) -> None:
        """Raises ConfigError where the plan was made for another config."""
        names = [release.name for release in config.releases]
        if self.config != _identity(config) or (self.release is not None and self.release not in names):
            raise ConfigError(
                f"{path}: this plan was made for another config, of other trackers, releases or summaries; "
                "name that one with -c FILE, or plan again"
            )

    def objections(self, looked: TickResult) -> tuple[Refusal, ...]:
        """What makes the plan another than the one that is planned now; nothing where both have the same checksum.

        Nor where it is the rest of this one, of which a part was carried out before; the summary may tell by then what could not be written.
        """
        if looked.plan.checksum == self.checksum:
            return ()
        now = [dict(as_json(change)) for change in looked.plan.changes]
        gone, new, other = _differences(self.changes, now)
        if (
            looked.accepted.plan == self.checksum
            and not new
            and all(row.get("kind") == "edit_summary" for row in other)
        ):
            return ()  # it was begun, and this is what is left
        said = [f"{len(gone)} gone", f"{len(new)} new", f"{len(other)} different"]
        parts = [text for text, rows in zip(said, (gone, new, other), strict=True) if rows]
        what = ", ".join(parts) if parts else "the same ones in another order"
        lines = [
            f"{word}: {line(row)}"
            for word, rows in (("gone", gone), ("new", new), ("different", other))
            for row in rows
        ]
        more = [f"and {len(lines) - _MOST_LINES} more"] * (len(lines) > _MOST_LINES)
        why = f"the plan of {self.now:%Y-%m-%d %H:%M:%S} UTC would be another now; of its {count(len(self.changes), 'change')}: {what}"
        return (Refusal(Guard.review, why, len(lines), len(self.changes), (*lines[:_MOST_LINES], *more)),)


def write(path: Path, plan: PlanFile) -> None:
    """Write the plan, whole or not at all, readable by its owner only: it may name internal tickets. Raises ConfigError."""
    text = json.dumps(plan.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False)
    unfinished: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        unfinished = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        if unfinished:
            with suppress(OSError):
                unfinished.unlink()
        raise ConfigError(f"{path}: the plan cannot be written: {error.strerror}; name another --out FILE") from error


def read(path: Path) -> PlanFile:
    """The plan in a file. Raises ConfigError where there is none, or where it was edited."""
    again = f"write one with hypercare-sync plan --out {path}"
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; {again}") from None
    except OSError as error:
        raise ConfigError(f"{path}: the plan cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError):
        raise ConfigError(f"{path}: not a plan: it is not JSON; {again}") from None
    schema = written.get("schema") if isinstance(written, dict) else None
    if schema != SCHEMA:
        found = f"its schema is {str(schema)[:40]!r}" if schema else "it has no schema"
        raise ConfigError(f"{path}: not a plan that this program can apply: {found}, not {SCHEMA!r}; {again}")
    try:
        plan = PlanFile.model_validate_json(json.dumps(written))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path}: not a whole plan: {where}: {first['msg']}; {again}") from None
    if checksum_of(plan.changes) != plan.checksum:
        raise ConfigError(f"{path}: its changes are not those of its checksum: it was edited; {again}")
    return plan


def _identity(config: Config) -> str:
    """The same for one team's config, whatever else is edited in it: what matters of that shows in the plan."""
    trackers = sorted((name, one.kind, one.url) for name, one in config.trackers.items())
    releases = sorted(
        (
            one.name,
            one.summary.tracker,
            one.summary.project if isinstance(one.summary, JiraSummary) else one.summary.repo,
        )
        for one in config.releases
    )
    return hashlib.sha256(json.dumps([trackers, releases]).encode()).hexdigest()[:16]


def _differences(before: Sequence[Row], now: Sequence[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """What is gone, what is new, and what is still there but says something else."""
    gone, new = list(_beyond(before, now)), list(_beyond(now, before))
    subjects, others = Counter(map(_subject, new)), []
    for row in list(gone):
        if subjects[_subject(row)]:
            subjects[_subject(row)] -= 1
            gone.remove(row)
            others.append(row)
    paired = Counter(map(_subject, others))
    rest = []
    for row in new:
        if paired[_subject(row)]:
            paired[_subject(row)] -= 1
        else:
            rest.append(row)
    return gone, rest, others


def _beyond(rows: Sequence[Row], others: Sequence[Row]) -> Iterator[Row]:
    """The rows that are not among the others."""
    among = Counter(map(_text, others))
    for row in rows:
        if among[_text(row)]:
            among[_text(row)] -= 1
        else:
            yield row


def _text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)


def _subject(row: Mapping[str, Any]) -> str:
    """What a change is about."""
    return json.dumps([row.get(name) for name in ("kind", "ticket", "label", "comment", "release")])
