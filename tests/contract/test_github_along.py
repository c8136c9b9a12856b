"""What comes along with a page of GitHub's tickets, and what is fetched beyond it."""

from collections.abc import Mapping
from dataclasses import replace

from tests.contract.scenes.github import HOUR, MINUTES, GithubScene, comment, first_reading, row
from tests.contract.scenes.scene import Follower, document, record

from hypercare_rules.ticket import Ref, Ticket


def test_summary_and_its_doubles_come_with_the_tickets(github: GithubScene) -> None:
    github.load(2)
    first, double = (
        github.tracker.writer.create_summary(github.place, "Shop", document("All well."), record()).key for _ in "12"
    )
    github.source = replace(github.source, summary_label=github.place.label)
    follower = Follower(github)
    for _ in range(2):
        follower.read()
        github.served.forget()
        found = github.tracker.reader.summary(github.place, "Shop 5.2", first, ())
        assert github.served.operations() == []
        assert found.current is not None
        assert (found.current.key, [one.key for one in found.doubles]) == (first, [double])
    assert all(ref.key not in (first, double) for ref in follower.known)


def test_summary_that_was_seen_is_good_for_one_look(github: GithubScene) -> None:
    github.load(1)
    github.source = replace(github.source, summary_label=github.place.label)
    Follower(github).read()
    assert github.tracker.reader.summary(github.place, "Shop 5.2", None, ()).current is None
    key = github.tracker.writer.create_summary(github.place, "Shop", document("All well."), record()).key
    found = github.tracker.reader.summary(github.place, "Shop 5.2", None, ()).current
    assert found is not None
    assert found.key == key


def test_sub_issues_that_are_open_are_counted(github: GithubScene) -> None:
    first, second, third = github.load(3)
    nodes = [github.issue(ref.key)["node_id"] for ref in (first, second, third)]
    for child in nodes[1:]:
        github.mutate("addSubIssue", issueId=nodes[0], subIssueId=child)
    github.close(second)
    follower = first_reading(github)
    assert [follower.known[ref].open_sub_issues for ref in (first, second, third)] == [1, 0, 0]


def test_comments_beyond_a_page_cost_requests_only_for_the_ticket_that_has_them(github: GithubScene) -> None:
    github.load_rows(
        {**row(1), "comments": [comment(number) for number in range(130)]}, *(row(number) for number in range(2, 51))
    )
    github.served.forget()
    follower = first_reading(github)
    assert github.served.operations().count("query RestOfTicket") == 2
    tickets: Mapping[Ref, Ticket] = follower.known
    assert len(tickets[Ref("gh", f"{github.repo}#1")].comments) == 130


def test_open_blockers_are_counted_where_the_policy_asks_and_seen_to_close_with_the_census(github: GithubScene) -> None:
    first, second, third = github.load(3)
    person = f"/issues/{first.key.rpartition('#')[2]}/dependencies/blocked_by"
    for blocker in (second, third):
        github.person("POST", person, {"issue_id": github.issue(blocker.key)["id"]})
    assert first_reading(github).known[first].open_blockers == 0
    github.source = replace(github.source, asks_blockers=True)
    follower = Follower(github)
    follower.read()
    assert [follower.known[ref].open_blockers for ref in (first, second, third)] == [2, 0, 0]
    github.pass_time(MINUTES)
    github.person("POST", "/issues/2/dependencies/blocked_by", {"issue_id": github.issue(third.key)["id"]})
    follower.read()
    assert [follower.known[ref].open_blockers for ref in (first, second, third)] == [2, 1, 0]
    github.close(third)
    github.pass_time(HOUR)
    follower.read()
    assert [follower.known[ref].open_blockers for ref in (first, second, third)] == [1, 0, 0]


def test_blockers_cost_nothing_while_nothing_changes(github: GithubScene) -> None:
    github.load(3)
    github.source = replace(github.source, asks_blockers=True)
    follower = Follower(github)
    follower.read()
    github.pass_time(MINUTES)
    github.served.forget()
    follower.read()
    assert github.served.operations() == ["query Tickets"]
