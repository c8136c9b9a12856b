"""Real or made-up GitHub data into the embedded GitHub: REST-shaped JSONL, one `{"issue": ..., "comments": [...], "timeline": [...]}` a line.

Ids, numbers, times, authors, labels, milestones and comments are kept as they stand; members that are missing are made up, the same every time.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypercare_sync.errors import ConfigError

from .model import REACTIONS, Comment, Event, Issue, IssueType, Label, Milestone, Reactable, Repository, User
from .world import GitHubWorld, node_id

Raw = Mapping[str, Any]

_EVENT_OWN = {"id", "node_id", "url", "event", "actor", "created_at", "assignee", "source", "commit_id", "commit_url"}
_COMMENT_KINDS = {"commented"}


def load(world: GitHubWorld, full_name: str, path: Path) -> Repository:
    """Load `path` into the repository `full_name`. Raises ConfigError with file and line number for what is no issue."""
    repository = world.repository_for(full_name)
    for number, text in _lines(path):
        try:
            row = _readable(json.loads(text))
            if not isinstance(row, dict) or not isinstance(row.get("issue"), dict):
                raise ConfigError(f'{path}:{number}: not a GitHub row; write {{"issue": {{...}}, "comments": [...]}}')
            _Loader(world, repository).row(row)
        except json.JSONDecodeError as error:
            raise ConfigError(
                f"{path}:{number}: not JSON: {error.msg} at column {error.colno}; write one object a line"
            ) from error
        except KeyError as error:
            raise ConfigError(
                f"{path}:{number}: {error.args[0]} is missing; GitHub's REST answers always have it"
            ) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ConfigError(f"{path}:{number}: not of the shape of GitHub's REST answers: {error}") from error
    return repository


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file, unpacked where its name ends in .gz, with their numbers; empty ones are passed over."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as source:
            for number, text in enumerate(source, 1):
                if text.strip():
                    yield number, text
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(f"--github-data: cannot read {path}: {error}") from error


def _readable(row: Any) -> Any:
    """The row without halves of characters, which data cut in the wrong place has and no answer could be written with."""
    return json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))


def moment(text: str) -> datetime:
    """An ISO time in UTC and whole seconds. Raises ValueError for one without a zone."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone: {text!r}")
    return value.astimezone(UTC).replace(microsecond=0)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else moment(text)


class _Loader:
    """Puts rows into one repository."""

    def __init__(self, world: GitHubWorld, repository: Repository) -> None:
        self.world = world
        self.repository = repository

    def row(self, row: Raw) -> None:
        """One issue with its comments and its timeline."""
        issue = self.issue(row["issue"])
        if issue.number in self.repository.issues:
            raise ValueError(f"issue #{issue.number} is in the data twice")
        self.repository.issues[issue.number] = self.world.enter(issue)
        self.repository.last_number = max(self.repository.last_number, issue.number)
        if issue.milestone:
            issue.milestone.open_issues += issue.state == "open"
            issue.milestone.closed_issues += issue.state == "closed"
        for raw in row.get("comments") or []:
            comment = self.comment(issue, raw)
            issue.comments[comment.id] = self.repository.comments[comment.id] = self.world.enter(comment)
        for raw in sorted(row.get("timeline") or [], key=lambda event: event.get("created_at") or ""):
            if raw["event"] not in _COMMENT_KINDS and raw.get("created_at"):
                event = self.event(issue, raw)
                self.repository.events[event.id] = self.world.enter(event)
                issue.events.append(event)

    def issue(self, raw: Raw) -> Issue:
        """An issue with its labels and milestone, not yet entered."""
        user = self.user(raw.get("user"))
        created = _moment_or_none(raw.get("created_at") or raw.get("updated_at")) or self.world.now()
        number = self.id(raw)
        issue = Issue(
            repository=self.repository,
            id=number,
            node_id=raw.get("node_id") or node_id("Issue", number),
            number=int(raw["number"]),
            title=str(raw.get("title") or ""),
            body=raw.get("body"),
            user=user,
            author_association=self.association(user, raw),
            created_at=created,
            updated_at=_moment_or_none(raw.get("updated_at")) or created,
            state="closed" if raw.get("state") == "closed" else "open",
            state_reason=raw.get("state_reason"),
            closed_at=_moment_or_none(raw.get("closed_at")),
            closed_by=self.user(raw.get("closed_by")),
            locked=bool(raw.get("locked")),
            lock_reason=raw.get("active_lock_reason"),
            pull_request=raw.get("pull_request"),
            draft=bool(raw.get("draft")),
            milestone=self.milestone(raw.get("milestone")),
            labels=[self.label(label) for label in raw.get("labels") or []],
            type=self.type(raw.get("type")),
            loaded_ties=_ties(raw),
            assignees=[user for user in map(self.user, raw.get("assignees") or []) if user],
        )
        self.repository.assigned |= {user.login.lower() for user in issue.assignees}
        _count_reactions(issue, raw)
        return issue

    def type(self, raw: Raw | None) -> IssueType | None:
        """The issue type of that name, as the data describes it at its first appearance."""
        if raw is None:
            return None
        types, name = self.world.issue_types(self.repository), str(raw["name"])
        if name.lower() not in types:
            number = self.id(raw)
            node = raw.get("node_id") or node_id("IssueType", number)
            types[name.lower()] = IssueType(number, node, name, raw.get("description"), raw.get("color"))
        return types[name.lower()]

    def comment(self, issue: Issue, raw: Raw) -> Comment:
        """A comment, not yet entered."""
        user = self.user(raw.get("user"))
        created = _moment_or_none(raw.get("created_at") or raw.get("updated_at")) or issue.created_at
        number = self.id(raw)
        comment = Comment(
            issue=issue,
            id=number,
            node_id=raw.get("node_id") or node_id("IssueComment", number),
            body=raw.get("body") or "",
            user=user,
            author_association=self.association(user, raw),
            created_at=created,
            updated_at=_moment_or_none(raw.get("updated_at")) or created,
        )
        _count_reactions(comment, raw)
        return comment

    def event(self, issue: Issue, raw: Raw) -> Event:
        """A line of the timeline, not yet entered; what REST says of it beyond the common members is kept."""
        number = self.id(raw)
        return Event(
            issue=issue,
            id=number,
            node_id=raw.get("node_id") or node_id("Event", number),
            kind=str(raw["event"]),
            actor=self.user(raw.get("actor")),
            created_at=moment(raw["created_at"]),
            details={key: value for key, value in raw.items() if key not in _EVENT_OWN},
            assignee=self.user(raw.get("assignee")),
            source=self.source((raw.get("source") or {}).get("issue")),
        )

    def source(self, raw: Raw | None) -> Issue | None:
        """The issue that refers to another one; of its repository nothing else needs to be here."""
        if raw is None:
            return None
        full_name = (raw.get("repository") or {}).get("full_name") or "/".join(raw["html_url"].split("/")[3:5])
        owner, _, name = full_name.partition("/")
        known = self.world.repository(owner, name)
        if known is self.repository:
            return self.issue(raw)
        elsewhere = Repository(
            self.user({"login": owner}) or self.repository.owner,
            name,
            0,
            "",
            self.world.now(),
            private=bool((raw.get("repository") or {}).get("private")),
        )
        return _Loader(self.world, known or elsewhere).issue(raw)

    def id(self, raw: Raw) -> int:
        """The id that the data has, or a new one."""
        number = raw.get("id")
        if number is None:
            return self.world.new_id()
        self.world.last_id = max(self.world.last_id, int(number))
        return int(number)

    def user(self, raw: Raw | None) -> User | None:
        """Who the data names; ids of the data stand, and the first description of a person holds."""
        if raw is None:
            return None
        login = str(raw["login"])
        known = self.world.users.get(login.lower())
        if known is None:
            number = raw.get("id") or self.world.accounts.named(login).id
            kind = raw.get("type") or ("Bot" if login.endswith("[bot]") else "User")
            known = self.world.enter(
                User(login, number, raw.get("node_id") or node_id("User", number), kind, raw.get("name"))
            )
            self.world.users[login.lower()] = known
        return known

    def association(self, user: User | None, raw: Raw) -> str:
        """How the author stood to the repository then; the strongest such word is kept for what the author writes here."""
        said = raw.get("author_association")
        if user is None:
            return said or "NONE"
        if said and said != "NONE":
            self.repository.associations[user.login.lower()] = said
        return said or self.world.association(self.repository, user)

    def label(self, raw: Raw | str) -> Label:
        """The label of that name, made at its first appearance."""
        if isinstance(raw, str):
            raw = {"name": raw}
        known = self.repository.labels.get(raw["name"].lower())
        if known is None:
            number = self.id(raw)
            known = Label(
                self.repository,
                number,
                raw.get("node_id") or node_id("Label", number),
                raw["name"],
                raw.get("color") or "ededed",
                raw.get("description"),
                bool(raw.get("default")),
            )
            self.repository.labels[raw["name"].lower()] = self.world.enter(known)
        return known

    def milestone(self, raw: Raw | None) -> Milestone | None:
        """The milestone of that number, made at its first appearance; its counts are counted here."""
        if raw is None:
            return None
        known = self.repository.milestones.get(int(raw["number"]))
        if known is None:
            number = self.id(raw)
            created = _moment_or_none(raw.get("created_at")) or self.world.now()
            known = Milestone(
                self.repository,
                number,
                raw.get("node_id") or node_id("Milestone", number),
                int(raw["number"]),
                str(raw["title"]),
                raw.get("state") or "open",
                raw.get("description"),
                self.user(raw.get("creator")),
                created,
                _moment_or_none(raw.get("updated_at")) or created,
                _moment_or_none(raw.get("due_on")),
                _moment_or_none(raw.get("closed_at")),
            )
            self.repository.milestones[known.number] = self.world.enter(known)
        return known


def _ties(raw: Raw) -> Counter[str]:
    """The sub-issues and dependencies that the data counts, without the percentage, which follows."""
    told = {**(raw.get("sub_issues_summary") or {}), **(raw.get("issue_dependencies_summary") or {})}
    return Counter({name: int(count) for name, count in told.items() if name != "percent_completed"})


def _count_reactions(thing: Reactable, raw: Raw) -> None:
    said = raw.get("reactions") or {}
    thing.loaded_reactions = Counter({content: said[content] for content in REACTIONS if said.get(content)})
