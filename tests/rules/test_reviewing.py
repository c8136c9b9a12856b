"""What a review looks at: since when, its agenda, what is proposed, and who hands over what."""

from typing import Any

import pytest
from tests.rules import build

from hypercare_rules.assess import Memory, World, assess
from hypercare_rules.conversation import Conversation
from hypercare_rules.held_review import HeldReview
from hypercare_rules.people import Member, Roster, Shift
from hypercare_rules.review import Review
from hypercare_rules.reviewing import Proposal, ReviewContent, Topic, review_now
from hypercare_rules.ticket import Comment, Marker, Person, Ticket
from hypercare_rules.values import Priority

ALWAYS = {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}
PEOPLE = {name: Member(name=name.title(), github=name, jira=name) for name in ("ana", "ben")}
OVERRIDE = "hypercare-override:P1"
DAILY = Review(id="daily", schedule="0 7 * * *")
"""At go-live's time of day."""


def shifts(**given: Any) -> dict[str, Any]:
    shift = {"who": ("ana", "ben"), "calendar": "always", "since": build.GO_LIVE, "rotate": "1d", **given}
    return {"people": PEOPLE, "roster": Roster(shifts=(Shift(**shift),))}


def content(
    *tickets: Ticket, now: str = "24h10m", comments: tuple[Comment, ...] = (), **given: Any
) -> ReviewContent | None:
    calendars = {"always": ALWAYS, "office": build.OFFICE}
    policy = build.policy(calendars=calendars, reviews=(DAILY,), **given)
    memory = Memory(baseline=build.GO_LIVE, backfilled=True, conversation=Conversation.of(comments, "1"))
    seen = World(release=build.release(), sources=(build.source(*tickets),), memory=memory)
    return review_now(assess(seen, policy, build.after(now)), policy, build.GO_LIVE)


def posted(at: str, told: str, author: Person = build.US, release: str = "Shop 5.2", **numbers: int) -> Comment:
    held = HeldReview(review="daily", at=build.after(at), told=build.after(told), numbers=numbers)
    marker = Marker(purpose="review", release=release, review=held)
    when = build.after(told)
    return Comment(id=at.removesuffix("h"), author=author, created=when, updated=when, text="...", marker=marker)


def due(*tickets: Ticket, **given: Any) -> ReviewContent:
    found = content(*tickets, **given)
    assert found is not None
    return found


def test_the_first_review_tells_since_go_live() -> None:
    found = due()
    assert (found.moment, found.before, found.meeting.at) == (build.GO_LIVE, None, build.after("24h"))


def test_a_review_tells_since_the_one_before_told_and_knows_its_numbers() -> None:
    found = due(now="48h5m", comments=(posted("24h", "24h40m", open=7),))
    assert found.moment == build.after("24h40m")
    assert found.before is not None
    assert found.before.numbers == {"open": 7}


def test_a_review_that_stands_there_is_not_posted_again() -> None:
    assert content(comments=(posted("24h", "24h5m"),)) is None


@pytest.mark.parametrize(
    "comment",
    [
        posted("24h", "24h5m", author=build.ANA),
        posted("24h", "24h5m", release="Shop 6"),
    ],
    ids=["somebody else's", "another release's"],
)
def test_a_marker_that_is_not_ours_keeps_none_away(comment: Comment) -> None:
    assert content(comments=(comment,)) is not None


def test_what_it_keeps_for_the_next_are_its_numbers_and_when_it_told() -> None:
    now = build.after("24h10m")
    found = due(build.ticket("SHOP-1", labels={build.P1_LABEL}), build.ticket("SHOP-2", created="24h"))
    numbers = {"open": 2, "P1": 1, "P2": 0, "P3": 1, "P4": 0, "breached": 1, "at risk": 0}
    assert found.held(now) == HeldReview(review="daily", at=build.after("24h"), told=now, numbers=numbers)


def test_the_agenda_has_what_there_is_to_talk_about() -> None:
    assert due().agenda == ()
    back = build.moves(("3h", build.DONE), ("4h", build.WORKING))
    found = due(build.ticket("SHOP-1", status=build.WORKING, history=back, labels={build.P1_LABEL}))
    assert [(point.topic, point.number) for point in found.agenda] == [
        (Topic.decide, 1),
        (Topic.burning, 1),
        (Topic.returned, 1),
    ]


def test_an_override_that_the_policy_would_not_give_is_proposed_for_adjustment_at_once() -> None:
    ticket = build.ticket("SHOP-1", labels={OVERRIDE}, history=(build.labelled("24h", OVERRIDE),))
    (proposal,) = due(ticket).proposals
    why = "by the policy: impact medium (default), urgency medium (default)"
    assert proposal == Proposal((ticket.ref,), "P1", Priority.P3, why)
    agreed = build.ticket("SHOP-2", labels={OVERRIDE, build.P1_LABEL})
    assert due(agreed).proposals == ()


def test_tickets_of_one_incident_are_proposed_to_have_its_priority() -> None:
    one = build.ticket("SHOP-1", labels={build.P1_LABEL})
    other = build.ticket("SHOP-2", description="Same as SHOP-1")
    (proposal,) = due(one, other).proposals
    assert (proposal.tickets, proposal.now, proposal.proposed) == ((other.ref,), "P3", Priority.P1)


def test_who_leaves_hands_over_what_they_have_open() -> None:
    tickets = (
        build.ticket("SHOP-1", assignees=(build.ANA,)),
        build.ticket("SHOP-2", assignees=(build.BEN,)),
        build.closed("SHOP-3", assignees=(build.ANA,), resolved="3h"),
    )
    shift = due(*tickets, now="24h10m", **shifts()).hand_over
    assert shift is not None
    assert (shift.at, shift.leaves, shift.comes, shift.comes_at) == (
        build.after("24h"),
        ("ana",),
        ("ben",),
        build.after("24h"),
    )
    assert shift.open == (("ana", (tickets[0].ref,)),)


@pytest.mark.parametrize(
    ("given", "at", "comes_at"),
    [
        (shifts(rotate="36h"), "36h", "36h"),
        (shifts(rotate=None, who=("ana",)), None, None),
        (shifts(rotate="60h"), None, None),
    ],
    ids=["between two reviews", "never", "after the next review"],
)
def test_the_hand_over_is_the_next_before_the_next_review(
    given: dict[str, Any], at: str | None, comes_at: str | None
) -> None:
    shift = due(now="24h10m", **given).hand_over
    if at is None or comes_at is None:
        assert shift is None
    else:
        assert shift is not None
        assert (shift.at, shift.comes_at) == (build.after(at), build.after(comes_at))


def test_nobody_in_between_is_seen_by_who_comes_later() -> None:
    # Go-live is a Friday at eight in Berlin; from Monday's review the office closes in the evening and opens in the morning.
    shift = due(now="72h10m", **shifts(rotate=None, since=None, calendar="office", who=("ana",))).hand_over
    assert shift is not None
    ends, begins = build.after("82h"), build.after("96h")
    assert (shift.at, shift.leaves, shift.comes, shift.comes_at) == (ends, ("ana",), ("ana",), begins)


def test_without_a_roster_nobody_hands_over() -> None:
    assert due().hand_over is None


def test_doubled_review_is_told_by_its_time_and_the_oldest_stays() -> None:
    first, second = posted("24h", "24h5m"), posted("24h", "24h20m").model_copy(update={"id": "25"})
    talk = Conversation.of((second, first, posted("48h", "48h5m")), "3")
    assert [one.id for one in talk.doubles("Shop 5.2")] == ["25"]
    assert list(talk.doubles("Shop 6")) == []


def test_of_what_we_wrote_only_the_marker_is_kept() -> None:
    own = posted("24h", "24h5m")
    plain = own.model_copy(update={"id": "7", "marker": None, "created": build.GO_LIVE})
    (kept,) = Conversation.of((own, plain), "2").comments
    assert (kept.id, kept.text) == ("24", "")
