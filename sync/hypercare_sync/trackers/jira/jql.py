"""The queries that we ask Jira. Times go in as epoch milliseconds: date literals would be read in the account's zone."""

import re
from collections.abc import Iterable
from datetime import datetime

from hypercare_sync.trackers.port import Source

_ORDER = re.compile(r"\border\s+by\b[^\"']*$", re.IGNORECASE)
_IN_ORDER = "ORDER BY created ASC, key ASC"


def source_jql(source: Source, since: datetime | None) -> str:
    """What finds a source's tickets, planned work and newcomers without a version included, updated `since` if given."""
    parts = (
        [f"({_ORDER.sub('', source.query)})"]
        if source.query
        else [f"project = {quoted(source.place)}", f"({' OR '.join(_named(source))})"]
    )
    if since is not None:
        parts.append(f"updated >= {_milliseconds(since)}")
    return f"{' AND '.join(parts)} {_IN_ORDER}"


def finds_nothing(source: Source) -> bool:
    """Whether nothing is left that could find a ticket of the source's."""
    return source.query is None and not _named(source)


def labelled_jql(place: str, labels: Iterable[str]) -> str:
    """What finds the tickets of a project that carry any of the labels."""
    return f"project = {quoted(place)} AND labels in ({_listed(labels)}) {_IN_ORDER}"


def summary_jql(place: str, label: str) -> str:
    """What finds our own issues under the summary's label."""
    return f"project = {quoted(place)} AND labels = {quoted(label)} AND reporter = currentUser() {_IN_ORDER}"


def own_jql(place: str, beside: str) -> str:
    """What finds all issues of our own, and another one beside them: an answer without it is none."""
    return f"project = {quoted(place)} AND (reporter = currentUser() OR key = {quoted(beside)}) {_IN_ORDER}"


def newest_jql(place: str) -> str:
    """What finds the issue with the highest key first."""
    return f"project = {quoted(place)} ORDER BY key DESC"


def quoted(text: str) -> str:
    """A JQL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(quoted, sorted(texts)))


def _named(source: Source) -> list[str]:
    """One condition for each way in which a ticket may be the source's. What a component only planned is left out where it can be."""
    selector, go_live = source.selector, _milliseconds(source.go_live)
    ways = []
    if selector.version:
        ways += [f"affectedVersion = {quoted(selector.version)}", f"fixVersion = {quoted(selector.version)}"]
    if selector.labels:
        ways.append(f"labels in ({_listed(selector.labels)})")
    if selector.components:
        within = f"component in ({_listed(selector.components)})"
        ways.append(within if selector.take_planned else f"({within} AND created >= {go_live})")
    if selector.suggest_untagged:
        ways.append(f"(created >= {go_live} AND affectedVersion is EMPTY AND fixVersion is EMPTY)")
    return ways


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
