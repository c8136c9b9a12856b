"""Which pages a plan holds over the releases that a ticket is in, and what they say."""

from typing import Any

import pytest
from tests.rules import build
from tests.rules.escalating import TIERS, escalating
from tests.sync.states import Told, by_ref

from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Marker, Ticket, ToldStep
from hypercare_sync.change import AddComment, AddLabel, Change
from hypercare_sync.plan import plan
from hypercare_sync.text import markdown

QUIET: dict[str, Any] = {"comments": {"priorities": (), "conditions": ()}}
NOW = build.after("2h")


def policy(*notified: str, **written: Any) -> Policy:
    """One escalation for P1 that tells these people at once, and no status comments."""
    by = escalating([{"after": "0m", "notify": list(notified)}], **written)
    return by.model_copy(update={"comments": build.policy(**QUIET).comments})


def urgent(**given: Any) -> Ticket:
    return build.ticket(**{"labels": frozenset({build.P1_LABEL}), **given})


def pages(*releases: Told, now: Any = NOW, only: str | None = None) -> list[AddComment]:
    changes = plan([release.state(now) for release in releases], only).changes
    return [change for change in changes if isinstance(change, AddComment)]


def body(page: AddComment) -> str:
    return markdown.render(page.document).strip()


def test_a_page_names_its_steps_by_when_they_are_due_and_whom_it_tells() -> None:
    by = escalating(TIERS[:2]).model_copy(update={"comments": build.policy(**QUIET).comments})
    (page,) = pages(Told((urgent(),), policy=by))
    assert page.marker == Marker(
        purpose="escalation",
        release="Shop 5.2",
        policy="p1",
        episode=build.after("1h"),
        steps=(ToldStep(after="0m", who=("ana", "ben")), ToldStep(after="30m", who=("ana", "ben"))),
    )


def test_a_page_says_when_its_episode_began_where_that_is_later_than_the_time_before_which_it_did_not() -> None:
    voted = build.ticket(votes=5, history=(build.labelled("70m", "hypercare:P3", build.US),))
    by = policy("ana", rules=(build.rule("loud", {"votes": {"gte": 5}}, set={"priority": "P1"}),))
    (page,) = pages(Told((voted,), policy=by))
    assert (page.marker.episode, page.marker.began) == (build.after("70m"), NOW)


def test_that_nobody_is_on_call_is_said_openly() -> None:
    (page,) = pages(Told((urgent(created="30h"),), policy=policy("on_call")), now=build.after("31h"))
    assert "Nobody is on call now. Who comes on call will be called; whoever reads this first, please respond." in body(
        page
    )
    (page,) = pages(Told((urgent(created="30h"),), policy=policy("on_call", "cto")), now=build.after("31h"))
    assert "Nobody is on call now. Please respond: @cora." in body(page)


def two(here: Policy, there: Policy, ticket: Ticket | None = None) -> tuple[Told, Told]:
    """A ticket in two releases, told in the order of their names."""
    return Told((ticket or urgent(),), name="App 7", policy=here), Told((ticket or urgent(),), policy=there)


def test_two_releases_that_call_the_same_people_to_a_ticket_call_them_once() -> None:
    releases = two(policy("ana", "ben"), policy("ana"))
    (page,) = pages(*releases)
    assert page.marker.release == "App 7"
    assert body(page).endswith("Please respond: @ana, @ben. This is for Shop 5.2, too.")
    later = [release.after([page], NOW) for release in releases]
    assert pages(*later, now=build.after("3h")) == []


def test_the_second_release_calls_only_whom_the_first_does_not() -> None:
    releases = two(policy("ana"), policy("ana", "cto"))
    first, second = pages(*releases)
    assert body(first).endswith("Please respond: @ana.")
    assert body(second).endswith("Please respond: @cora.")
    assert second.marker.steps[0].who == ("ana", "cto")
    later = [release.after([first, second], NOW) for release in releases]
    assert pages(*later, now=build.after("3h")) == []


def test_of_one_release_alone_its_own_people_are_called() -> None:
    (page,) = pages(*two(policy("ana"), policy("ana")), only="Shop 5.2")
    assert page.marker.release == "Shop 5.2"
    assert "too" not in body(page)


def test_two_escalations_of_one_release_each_call_their_people() -> None:
    by = escalating([{"after": "0m", "notify": ["ana"]}]).model_copy(
        update={"comments": build.policy(**QUIET).comments}
    )
    both = by.model_copy(update={"escalation": {"p1": by.escalation["p1"], "more": by.escalation["p1"]}})
    assert [page.marker.policy for page in pages(Told((urgent(),), policy=both))] == ["p1", "more"]


def test_steps_that_nobody_hears_are_said_for_each_release() -> None:
    found = pages(*two(policy("on_call"), policy("on_call"), urgent(created="30h")), now=build.after("31h"))
    assert [page.marker.release for page in found] == ["App 7", "Shop 5.2"]


def labels(changes: tuple[Change, ...]) -> list[str]:
    return [change.label for change in changes if isinstance(change, AddLabel)]


@pytest.mark.parametrize("stricter_first", [True, False])
def test_a_breach_in_one_release_hides_that_the_ticket_is_at_risk_in_another(*, stricter_first: bool) -> None:
    hours = build.targets(acknowledge=dict.fromkeys(("P1", "P2", "P3", "P4"), "1h"))
    longer = build.targets(acknowledge=dict.fromkeys(("P1", "P2", "P3", "P4"), "3h"), at_risk_from=0.5)
    strict, lenient = (build.policy(targets=one) for one in (hours, longer))
    ours, theirs = (strict, lenient) if stricter_first else (lenient, strict)
    found = plan([one.state(build.after("3h")) for one in two(ours, theirs, build.ticket())]).changes
    assert labels(found) == ["hypercare:P3", "hypercare:breached"]
    settled = [one.after(found, build.after("3h")) for one in two(ours, theirs, build.ticket())]
    assert by_ref(plan([one.state(build.after("3h")) for one in settled]).changes) == {}
