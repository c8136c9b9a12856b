"""Which issues a text mentions, as GitHub reads it: `#12`, `acme/web#12`, links to issues, and `Duplicate of #12`."""

import re
from collections.abc import Iterator

from .model import Issue, Repository
from .world import GitHubWorld

_UNREAD = re.compile(r"<!--.*?-->|```.*?```|`[^`\n]*`", re.DOTALL)
_SHORT = re.compile(r"(?<![\w/&#])(?:(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+))?#(?P<number>\d{1,9})\b")
_LINK = re.compile(r"https?://[^\s/]+/(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+)/(?:issues|pull)/(?P<number>\d{1,9})\b")
_DUPLICATE = re.compile(r"duplicate of (?=\S)", re.IGNORECASE)


def mentioned(world: GitHubWorld, home: Repository, text: str) -> Iterator[Issue]:
    """The issues that `text`, written in `home`, mentions outside code and hidden comments; each as often as it is mentioned."""
    read = _UNREAD.sub(" ", text)
    for pattern in (_SHORT, _LINK):
        for match in pattern.finditer(read):
            issue = _issue(world, home, match)
            if issue:
                yield issue


def duplicated(world: GitHubWorld, home: Repository, text: str) -> Issue | None:
    """The issue that a comment calls its own issue a duplicate of, here or in another repository."""
    told = text.strip()
    start = _DUPLICATE.match(told)
    if start is None:
        return None
    for pattern in (_SHORT, _LINK):
        if match := pattern.match(told, start.end()):
            return _issue(world, home, match)
    return None


def _issue(world: GitHubWorld, home: Repository, match: re.Match[str]) -> Issue | None:
    repository = world.repository(match["owner"], match["repo"]) if match["owner"] else home
    return repository.issues.get(int(match["number"])) if repository else None
