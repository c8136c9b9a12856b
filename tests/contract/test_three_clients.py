"""The same repository as three clients see it that share no code: githubkit, PyGithub, and our reader."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from github import Auth, Github
from tests.contract.scenes.github import GithubScene, comment, first_reading, row
from tests.contract.scenes.scene import document, marker, record, styled

from hypercare_rules.ticket import Ref


class Seen(NamedTuple):
    """What a client sees of an issue, oldest comment first."""

    title: str
    labels: frozenset[str]
    comments: tuple[str, ...]
    history: tuple[str, ...]


def by_githubkit(scene: GithubScene) -> dict[int, Seen]:
    """All issues of the repository through githubkit's typed REST and its own paging."""
    from githubkit import GitHub, TokenAuthStrategy

    owner, name = scene.repo.split("/")
    where: Mapping[str, Any] = {"owner": owner, "repo": name, "per_page": 100}
    with GitHub(TokenAuthStrategy("person"), base_url=f"{scene.served.base}/api/v3/") as client:
        rest, seen = client.rest, {}
        for issue in rest.paginate(rest.issues.list_for_repo, **where, state="all"):
            of_it = {**where, "issue_number": issue.number}
            texts = tuple(one.body for one in rest.paginate(rest.issues.list_comments, **of_it))
            labelled = tuple(
                f"{one.event} {one.label.name}"
                for one in rest.paginate(rest.issues.list_events, **of_it)
                if one.event in ("labeled", "unlabeled")
            )
            seen[issue.number] = Seen(issue.title, frozenset(label.name for label in issue.labels), texts, labelled)
        return seen


def by_pygithub(scene: GithubScene) -> dict[int, Seen]:
    """The same through PyGithub's objects."""
    with Github(auth=Auth.Token("person"), base_url=f"{scene.served.base}/api/v3", retry=None) as client:
        return {
            issue.number: Seen(
                issue.title,
                frozenset(label.name for label in issue.labels),
                tuple(one.body for one in issue.get_comments()),
                tuple(
                    f"{one.event} {one.label.name}"
                    for one in issue.get_events()
                    if one.event in ("labeled", "unlabeled")
                ),
            )
            for issue in client.get_repo(scene.repo).get_issues(state="all")
        }


def by_our_reader(scene: GithubScene) -> dict[int, Seen]:
    """The tickets that our reader makes of it; it leaves our own summary out."""
    return {
        int(ref.key.rpartition("#")[2]): Seen(
            ticket.title,
            ticket.labels,
            tuple(one.text for one in ticket.comments),
            tuple(f"{'' if e.added else 'un'}labeled {e.label}" for e in ticket.history if e.kind == "label"),
        )
        for ref, ticket in first_reading(scene).known.items()
    }


def test_all_see_the_same_labels_comments_and_summary(github: GithubScene) -> None:
    github.load_rows(
        {**row(1), "comments": [comment(number) for number in range(25)]},
        row(2, labels=[{"name": "bug"}]),
        *(row(number) for number in range(3, 8)),
    )
    writer, reader, ref = github.tracker.writer, github.tracker.reader, Ref("gh", f"{github.repo}#2")
    writer.change_labels(ref, styled("hypercare:P1", "hypercare:breached"), [], None)
    writer.change_labels(ref, {}, ["hypercare:breached"], None)
    writer.add_comment(ref, marker(), document("Priority P1."))
    key = writer.create_summary(github.place, "Hypercare: Shop 5.2", document("All well."), record()).key
    kit, py, ours = by_githubkit(github), by_pygithub(github), by_our_reader(github)
    summary = int(key.rpartition("#")[2])
    assert kit == py
    assert ours == {number: seen for number, seen in kit.items() if number != summary}
    assert kit[2].labels == {"bug", "hypercare:P1"}
    assert len(kit[1].comments) == 25
    found = reader.summary(github.place, "Shop 5.2", None, ()).current
    assert found is not None
    assert (found.key, kit[summary].title, kit[summary].labels) == (key, "Hypercare: Shop 5.2", {github.place.label})
    assert "All well." in github.summary_text(key)
