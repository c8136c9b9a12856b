"""Finding our own summaries: under their label, or by a key where a person took the label off."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from hypercare_rules.ticket import Comment
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord, SummaryState, Unmarked, first_of
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.github import documents
from hypercare_sync.trackers.github.answers import TooMuch
from hypercare_sync.trackers.github.normalise import audience_of, comments_in
from hypercare_sync.trackers.github.repositories import Repositories, following, further
from hypercare_sync.trackers.github.section import words
from hypercare_sync.trackers.raw import Raw


def listed(repositories: Repositories, place: SummaryPlace) -> tuple[Raw, list[Raw]]:
    """The repository, and the issues under the summary's label there."""
    prefix = place.label.partition(":")[0]
    pages = list(
        repositories.pages(
            place.place, documents.SUMMARIES, "issues", rows=documents.LIGHT, label=place.label, prefix=prefix
        )
    )
    return pages[0], [row for page in pages for row in page.inner("issues").rows("nodes")]


def find(
    repositories: Repositories, place: SummaryPlace, release: str, key: str | None, seen: Raw | None
) -> FoundSummary:
    """The release's summary and its doubles. `seen` is the repository as a reading of tickets has just brought it."""
    repository, rows = listed(repositories, place) if seen is None else (seen, seen.inner("summaries").rows("nodes"))
    audience = audience_of(repository.text("visibility"))
    found = first_of(_states(place, rows, release), audience)
    if found.current is not None or not (key and key.startswith(f"{place.place}#")):
        return found
    number = int(key.rpartition("#")[2])
    issue = repositories.ask(place.place, documents.ONE_SUMMARY, {"number": number}, lenient=True).inner("issue")
    state = _state(place, issue, release, labelled=False)
    unmarked = _unmarked(place, issue) if state is None else None
    return replace(first_of([state] if state and state.stands else [], audience), unmarked=unmarked)


def _unmarked(place: SummaryPlace, issue: Raw) -> Unmarked | None:
    """The issue, if our own account opened it, and it is open, under the summary's label and without any marker."""
    ours = issue.flag("viewerDidAuthor") and issue.text("state").upper() == "OPEN" and place.label in _labels(issue)
    if not ours or marker.from_comment(issue.text("body")) is not None:
        return None
    return Unmarked(_key(place, issue), issue.text("url"), _is_unpinned(issue), _stamp(issue.inner("said")))


def unlabelled(repositories: Repositories, place: SummaryPlace, release: str) -> list[SummaryState]:
    """The release's summaries among all issues of our own, with the label or without it, the oldest first.

    Of closed ones only those that were closed because hypercare ended: others were given up.
    """
    document, mine = documents.OWN_ISSUES, repositories.login
    pages = repositories.pages(place.place, document, "issues", rows=documents.LIGHT, login=mine)
    found = [row for page in pages for row in page.inner("issues").rows("nodes")]
    return [state for state in _states(place, found, release, labelled=False) if state.stands]


def said(repositories: Repositories, repo: str, number: int) -> tuple[Comment, ...]:
    """All comments on an issue."""
    rows: list[Any] = []
    size, after = documents.LIGHT, None
    while True:
        asked = {"number": number, "first": size, "after": after}
        try:
            page = repositories.ask(repo, documents.CONVERSATION, asked).inner("issue", "comments")
        except TooMuch:
            size //= 2
            if not size:
                raise
            continue
        rows += [row.value for row in page.rows("nodes")]
        after = further(after, following(page))
        if after is None:
            return comments_in(Raw({"comments": {"nodes": rows}}).inner("comments"), repositories.account)


def record_in(issue: Raw) -> SummaryRecord | None:
    """The record in an issue's text, if it is a summary that our own account wrote."""
    value = marker.from_comment(issue.text("body")) if issue.flag("viewerDidAuthor") else None
    try:
        return SummaryRecord.model_validate(value)
    except ValidationError:
        return None


def _states(place: SummaryPlace, rows: Iterable[Raw], release: str, *, labelled: bool = True) -> list[SummaryState]:
    issues = sorted(rows, key=lambda issue: issue.number("number"))
    return [state for issue in issues if (state := _state(place, issue, release, labelled=labelled))]


def _state(place: SummaryPlace, issue: Raw, release: str, *, labelled: bool = True) -> SummaryState | None:
    """The summary in an issue, if our own account wrote it for this release and it still carries its label where it must.

    Raises Unanswered for what was read only in part: it may be ours.
    """
    if not issue:
        return None
    issue.expect("body", "viewerDidAuthor", "isPinned", "said")
    record, is_open = record_in(issue), issue.needed("state").upper() == "OPEN"
    labels = _labels(issue)
    if issue.unreadable:
        raise Unanswered(
            f"{place.tracker}: a summary in {place.place} could be read only in part: {', '.join(issue.unreadable)}"
        )
    if record is None or record.release != release or (labelled and place.label not in labels):
        return None
    return SummaryState(
        _key(place, issue),
        issue.text("url"),
        is_open,
        record,
        _is_unpinned(issue),
        words(issue.text("body")),
        _stamp(issue.inner("said")),
    )


def _stamp(said: Raw) -> str:
    """How many comments there are, and when one was last written or edited."""
    latest = next((row.text("updatedAt") for row in said.rows("nodes")), "")
    return f"{said.number('totalCount')} {latest}" if said.number("totalCount") else ""


def _key(place: SummaryPlace, issue: Raw) -> str:
    return f"{place.place}#{issue.number('number')}"


def _labels(issue: Raw) -> set[str]:
    return {row.text("name") for row in issue.listed("labels").rows("nodes")}


def _is_unpinned(issue: Raw) -> bool:
    return not issue.flag("isPinned") and not any(issue.inner("unpinnings").rows("nodes"))
