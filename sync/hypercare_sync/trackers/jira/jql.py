"""The queries that we ask Jira. Times go in as epoch milliseconds: date literals would be read in the account's zone."""

import re
from datetime import datetime

from hypercare_sync.trackers.port import Source

_ORDER = re.compile(r"\border\s+by\b[^\"']*$", re.IGNORECASE)


def source_jql(source: Source, since: datetime | None) -> str:
    """What finds a source's tickets, planned work and newcomers without a version included, updated `since` if given."""
    parts = (
        [f"({_ORDER.sub('', source.query)})"]
        if source.query
        else [f"project = {quoted(source.place)}", f"({' OR '.join(_named(source))})"]
    )
    if since is not None:
        parts.append(f"updated >= {_milliseconds(since)}")
    return f"{' AND '.join(parts)} ORDER BY created ASC, key ASC"


def quoted(text: str) -> str:
    """A JQL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _named(source: Source) -> list[str]:
    selector = source.selector
    ways = []
    if selector.version:
        ways += [f"affectedVersion = {quoted(selector.version)}", f"fixVersion = {quoted(selector.version)}"]
    if selector.labels:
        ways.append(f"labels in ({', '.join(map(quoted, sorted(selector.labels)))})")
    if selector.suggest_untagged:
        ways.append(
            f"(created >= {_milliseconds(source.go_live)} AND affectedVersion is EMPTY AND fixVersion is EMPTY)"
        )
    return ways


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
