"""What people say in the summary: who may, which ticket they mean, what comes of it, and that it is heard once."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rules import build
from tests.rules.build import ANA, BEN, BOT, CUSTOMER, US

from hypercare_rules.assess import Assessment, Memory, SourceView, TicketAssessment, World, assess
from hypercare_rules.clocks import acknowledged_at
from hypercare_rules.conversation import Conversation
from hypercare_rules.decisions import Ask, decisions
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.exit_criteria import SignedOff
from hypercare_rules.hearing import Reply
from hypercare_rules.people import Member
from hypercare_rules.policy import Policy
from hypercare_rules.release import SourceState
from hypercare_rules.signoffs import SignOff
from hypercare_rules.ticket import Audience, Comment, Marker, Person, Ref, Ticket
from hypercare_rules.values import Priority
from hypercare_rules.words import Answer

SUMMARY = Ref("web-github", "acme/web#1")
PEOPLE = {"people": {"ana": Member(name="Ana K", github="Ana", jira="ana"), "lea": Member(name="Lea", jira="lea")}}
ESCALATION = {
    "escalation": {
        "p3": EscalationPolicy.model_validate(
            {"for": ["P2", "P3"], "tiers": [{"after": "1h", "notify": ["ana"]}, {"after": "3h", "notify": ["ana"]}]}
        )
    }
}


def comment(text: str, author: Person = ANA, at: str = "2h", **given: Any) -> Comment:
    moment = build.after(at)
    given = {"id": f"{moment:%d%H%M}", "created": moment, "updated": moment, **given}
    return Comment(author=author, text=text, **given)


def web(number: int, place: str = "acme/web", **given: Any) -> Ticket:
    return build.ticket(f"{place}#{number}", tracker="web-github", **given)


TICKETS = (build.ticket("SHOP-1"), build.ticket("SHOP-2", labels={build.P1_LABEL}), web(7), web(7, "acme/app"))


class Room:
    """The summary's comments, with a tick that answers what is asked there, and forgets everything else."""

    def __init__(self, *tickets: Ticket, readers: Audience = Audience.internal, **given: Any) -> None:
        self.tickets, self.readers = tickets or TICKETS, readers
        self.policy: Policy = build.policy(**{**PEOPLE, **given})
        self.comments: list[Comment] = []

    def say(self, text: str, author: Person = ANA, at: str = "2h", **given: Any) -> Comment:
        """Somebody comments."""
        self.comments.append(comment(text, author, at, **given))
        return self.comments[-1]

    def look(self, now: str = "2h") -> Assessment:
        """What is so now; nothing is answered."""
        sources = tuple(
            SourceView(
                selector=build.source().selector,
                state=SourceState(tracker=tracker, label=tracker, as_of=build.GO_LIVE, audience=Audience.internal),
                tickets=tuple(one for one in self.tickets if one.ref.tracker == tracker),
            )
            for tracker in sorted({one.ref.tracker for one in self.tickets})
        )
        talk = Conversation.of(self.comments, str(len(self.comments)), SUMMARY)
        talk = talk.model_copy(update={"readers": self.readers})
        memory = Memory(baseline=build.GO_LIVE, backfilled=True, conversation=talk)
        world = World(release=build.release(), sources=sources, memory=memory)
        return assess(world, self.policy, build.after(now))

    def tick(self, now: str = "2h") -> tuple[Reply, ...]:
        """Answer what there is to answer."""
        replies = self.look(now).replies
        for reply in replies:
            answer = Marker(purpose="answer", release="Shop 5.2", answer=Answer(to=reply.to, words=reply.words))
            self.comments.append(comment("...", US, now, id=f"9{len(self.comments)}", marker=answer))
        return replies

    def seen(self, key: str, now: str) -> TicketAssessment:
        """A ticket as it is now."""
        return next(one for one in self.look(now).tickets if one.ticket.ref.key == key)


def refusals(reply: Reply) -> list[str]:
    return [one.why for one in reply.outcomes if one.why]


# Who.
def test_without_a_command_nobody_is_answered() -> None:
    room = Room()
    room.say("All well?")
    assert room.tick() == ()


def test_people_of_the_policy_are_heard_by_their_account_where_the_summary_is_without_case() -> None:
    room = Room()
    room.say("/hypercare ack SHOP-1", ANA)
    (reply,) = room.tick()
    (word,) = reply.words
    assert (word.who, word.name, word.ticket, word.at) == ("ana", "Ana K", "shop-jira:SHOP-1", build.after("2h"))


@pytest.mark.parametrize("author", [BEN, CUSTOMER], ids=["of the team", "a customer"])
def test_others_are_told_once_that_they_may_not_where_the_policy_names_people(author: Person) -> None:
    room = Room()
    room.say("/hypercare ack SHOP-1\n/hypercare sign-off", author)
    (reply,) = room.tick()
    assert refusals(reply) == ["only the people whom the policy names may say so"]
    assert reply.words == ()
    assert room.tick() == ()


def test_where_the_policy_names_nobody_there_those_are_heard_who_may_write() -> None:
    room = Room(people={"lea": PEOPLE["people"]["lea"]})
    room.say("/hypercare ack SHOP-1", BEN)
    room.say("/hypercare ack SHOP-1", CUSTOMER, "2h1m")
    ours, theirs = room.tick("3h")
    assert [word.who for word in ours.words] == ["ben"]
    assert refusals(theirs) == ["only those who may write here may say so"]


@pytest.mark.parametrize("author", [BOT, US], ids=["a program", "we ourselves"])
def test_programs_are_neither_heard_nor_answered(author: Person) -> None:
    room = Room(people={"ci": Member(name="CI", github="ci")})
    room.say("/hypercare ack SHOP-1", author)
    assert room.tick() == ()


def test_words_that_somebody_else_put_into_a_persons_mouth_do_not_count() -> None:
    room = Room()
    room.say("/hypercare sign-off", edited=True)
    (reply,) = room.tick()
    assert refusals(reply) == ["somebody else edited this comment; write it anew"]


def test_help_is_for_everybody() -> None:
    room = Room()
    room.say("/hypercare help", CUSTOMER)
    (reply,) = room.tick()
    assert [(one.word, one.why) for one in reply.outcomes] == [(None, "")]


# Once.
def test_each_comment_is_answered_once_and_what_was_said_stays() -> None:
    room = Room()
    room.say("/hypercare ack SHOP-1")
    assert len(room.tick()) == 1
    room.comments = [one for one in room.comments if one.marker]  # the person deletes theirs
    assert room.tick("5h") == ()
    assert acknowledged_at(room.seen("SHOP-1", "6h").ticket, room.policy) == build.after("2h")


def test_comment_that_is_edited_after_its_answer_is_not_read_again() -> None:
    room = Room()
    first = room.say("/hypercare ack SHOP-1")
    room.tick()
    later = build.after("4h")
    room.comments[0] = first.model_copy(update={"text": "/hypercare ack SHOP-2", "updated": later})
    assert room.tick("5h") == ()
    assert acknowledged_at(room.seen("SHOP-2", "6h").ticket, room.policy) is None


def test_comment_that_becomes_a_command_says_it_then_and_not_when_it_was_written() -> None:
    room = Room()
    first = room.say("Hello")
    room.tick()
    room.comments[0] = first.model_copy(update={"text": "/hypercare ack SHOP-1", "updated": build.after("4h")})
    (reply,) = room.tick("5h")
    assert [word.at for word in reply.words] == [build.after("4h")]


def test_answer_that_somebody_forged_answers_nothing_and_says_nothing() -> None:
    room = Room()
    room.say("/hypercare ack SHOP-1")
    (reply,) = room.look().replies
    forged = Marker(purpose="answer", release="Shop 5.2", answer=Answer(to=reply.to, words=reply.words))
    room.comments = [comment("...", CUSTOMER, id="5", marker=forged)]
    assert acknowledged_at(room.seen("SHOP-1", "3h").ticket, room.policy) is None
    room.say("/hypercare ack SHOP-1")
    assert len(room.tick("3h")) == 1


def test_what_is_said_in_the_future_is_not_heard_yet() -> None:
    room = Room()
    room.say("/hypercare ack SHOP-1", at="5h")
    assert room.tick("4h") == ()
    assert len(room.tick("5h")) == 1
    assert acknowledged_at(room.seen("SHOP-1", "4h").ticket, room.policy) is None


# Which ticket.
@pytest.mark.parametrize(
    ("key", "ref"),
    [
        ("SHOP-1", "shop-jira:SHOP-1"),
        ("shop-1", "shop-jira:SHOP-1"),
        ("https://shop.atlassian.net/browse/SHOP-1", "shop-jira:SHOP-1"),
        ("acme/app#7", "web-github:acme/app#7"),
        ("#7", "web-github:acme/web#7"),
        ("web-github:acme/web#7", "web-github:acme/web#7"),
    ],
)
def test_a_ticket_is_known_by_its_key_its_address_or_its_number_here(key: str, ref: str) -> None:
    room = Room(
        *(one.model_copy(update={"url": _address(one.ref)}) for one in TICKETS),
    )
    room.say(f"/hypercare ack {key}")
    (reply,) = room.tick()
    assert [word.ticket for word in reply.words] == [ref]


def _address(ref: Ref) -> str:
    if ref.tracker == "web-github":
        return f"https://github.com/{ref.key.replace('#', '/issues/')}"
    return f"https://shop.atlassian.net/browse/{ref.key}"


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("SHOP-99", "SHOP-99 is no ticket of this release"),
        ("#8", "#8 may be acme/app#8 or acme/lib#8; write which"),
        ("SHOP-3", "SHOP-3 is closed"),
        ("SHOP-4", "SHOP-4 is no ticket of this release"),
    ],
    ids=["unknown", "several", "closed", "not for these readers"],
)
def test_a_key_that_means_no_one_ticket_is_told_so(key: str, why: str) -> None:
    secret = build.ticket("SHOP-4").model_copy(update={"audience": Audience.restricted})
    room = Room(*TICKETS, web(8, "acme/app"), web(8, "acme/lib"), build.closed("SHOP-3"), secret)
    room.say(f"/hypercare ack {key}")
    (reply,) = room.tick()
    assert refusals(reply) == [why]


# What comes of it.
def test_ack_ends_the_escalation_as_a_response_would_though_the_reporter_says_it() -> None:
    reported = build.ticket("SHOP-1", reporter=ANA)
    room = Room(reported, **ESCALATION)
    assert room.seen("SHOP-1", "3h").escalations
    room.say("/hypercare ack SHOP-1")
    room.tick("3h")
    assert room.seen("SHOP-1", "3h").escalations == ()
    (acknowledge, *_) = room.seen("SHOP-1", "3h").clocks
    assert acknowledge.stopped == build.after("2h")


def test_it_counts_in_the_tick_that_hears_it_and_in_every_one_after() -> None:
    room = Room(build.ticket("SHOP-1"), **ESCALATION)
    room.say("/hypercare priority SHOP-1 P1 because checkout is down")
    heard = room.seen("SHOP-1", "2h")
    room.tick("2h")
    assert room.seen("SHOP-1", "2h").judgement == heard.judgement
    assert heard.priority is Priority.P1
    assert heard.judgement.overridden
    assert heard.judgement.priority.source == "override by Ana K in the summary: checkout is down"
    (condition,) = (one for one in heard.conditions if one.name == "overridden")
    assert condition.since == build.after("2h")


@pytest.mark.parametrize(
    ("words", "priority"),
    [
        (("P1", "P4"), "P4"),
        (("P1", "auto"), "P3"),
        (("auto",), "P3"),
        (("P1", "label"), "P4"),
        (("label", "P1"), "P1"),
        (("label", "P1", "auto"), "P4"),
        (("label", "P1", "unlabel"), "P3"),
    ],
)
def test_the_last_word_on_priority_counts_by_label_or_in_the_summary(words: tuple[str, ...], priority: str) -> None:
    history = []
    room = Room(build.ticket("SHOP-1"))
    labels: frozenset[str] = frozenset()
    for number, word in enumerate(words, start=2):
        at = f"{number}h"
        match word:
            case "label":
                history.append(build.labelled(at, "hypercare-override:P4"))
                labels |= {"hypercare-override:P4"}
            case "unlabel":
                history.append(build.unlabelled(at, "hypercare-override:P4"))
                labels = frozenset()
            case "auto":
                room.say("/hypercare priority SHOP-1 auto", at=at)
            case _:
                room.say(f"/hypercare priority SHOP-1 {word} because so", at=at)
    room.tickets = (build.ticket("SHOP-1", labels=labels, history=tuple(history)),)
    assert room.seen("SHOP-1", "9h").priority == priority
    room.tick("9h")
    assert room.seen("SHOP-1", "9h").priority == priority


def test_the_reason_is_not_told_to_more_people_than_may_read_the_summary() -> None:
    public = build.ticket("SHOP-1").model_copy(update={"audience": Audience.public})
    room = Room(public, readers=Audience.internal)
    room.say("/hypercare priority SHOP-1 P1 because the board asked")
    assert room.seen("SHOP-1", "3h").judgement.priority.source == "override by a person in the summary"


def test_the_reason_of_a_comment_for_few_is_told_to_nobody() -> None:
    room = Room()
    room.say("/hypercare priority SHOP-1 P1 because of the merger", restricted=True)
    (reply,) = room.tick()
    assert [word.why for word in reply.words] == [""]
    room.say("/hypercare ack merger", at="3h", restricted=True)
    (other,) = room.tick("3h")
    assert "merger" not in repr((reply, other))


def test_an_override_in_the_summary_that_stands_is_to_be_confirmed_with_what_the_policy_would_give() -> None:
    room = Room(build.ticket("SHOP-1", comments=(build.comment("1h30m"),)))
    room.say("/hypercare priority SHOP-1 P1 because so")
    room.tick()
    found = room.look("27h")
    (asked,) = (one for one in decisions(found, room.policy) if one.ask is Ask.confirm)
    assert asked.why.startswith("P1 by hand, P3 by the policy")
    assert asked.since == build.after("2h")


def due(room: Room, now: str) -> list[timedelta]:
    return [step.after for one in room.seen("SHOP-1", now).escalations for step in one.due]


def test_a_snooze_holds_the_steps_until_it_ends_and_then_they_are_told() -> None:
    room = Room(build.ticket("SHOP-1"), **ESCALATION)
    assert due(room, "2h30m") == [timedelta(hours=1)]
    room.say("/hypercare snooze SHOP-1 4h")
    assert due(room, "2h30m") == []
    room.tick()
    assert due(room, "5h59m") == []
    (running,) = room.seen("SHOP-1", "5h59m").escalations
    assert running.upcoming is not None
    assert running.upcoming.due_at == build.after("6h")
    assert due(room, "6h") == [timedelta(hours=1), timedelta(hours=3)]
    assert room.seen("SHOP-1", "5h59m").snoozed is not None
    assert room.seen("SHOP-1", "6h").snoozed is None


def test_the_last_snooze_counts_also_where_it_ends_at_once() -> None:
    room = Room(build.ticket("SHOP-1"), **ESCALATION)
    room.say("/hypercare snooze SHOP-1 4h")
    room.say("/hypercare snooze SHOP-1 0m", at="3h")
    assert due(room, "2h59m") == []
    assert due(room, "3h") == [timedelta(hours=1)]


@pytest.mark.parametrize(("label", "told"), [("web", []), (build.P2_LABEL, [timedelta(hours=1)])])
def test_a_ticket_that_becomes_more_urgent_is_snoozed_no_more(label: str, told: list[timedelta]) -> None:
    labelled = build.ticket("SHOP-1", labels={label}, history=(build.labelled("3h", label),))
    room = Room(labelled, **ESCALATION)
    room.say("/hypercare snooze SHOP-1 9h")
    assert due(room, "3h30m") == told


def test_a_p1_may_be_snoozed_too() -> None:
    calls = {"escalation": {"p1": EscalationPolicy.model_validate({"for": ["P1"], "tiers": [{"after": "1h", "notify": ["ana"]}]})}}  # fmt: skip
    room = Room(build.ticket("SHOP-1", labels={build.P1_LABEL}), **calls)
    assert due(room, "3h") == [timedelta(hours=1)]
    room.say("/hypercare snooze SHOP-1 2h")
    assert due(room, "3h") == []


# Signing off.
AGREED = {"exit": (SignedOff(id="agreed", signed_off=("ana",)),)}


def test_a_sign_off_is_kept_with_who_when_and_where_and_meets_the_criterion() -> None:
    room = Room(**AGREED)
    assert not room.look().exit[0].met
    said = room.say("/hypercare sign-off")
    expected = (SignOff(who="ana", at=build.after("2h"), comment=said.id),)
    assert room.look().memory.sign_offs == expected
    room.tick()
    assert room.look("9h").memory.sign_offs == expected
    assert room.look("9h").exit[0].met
    assert room.look("1h").memory.sign_offs == ()


def test_nobody_signs_off_where_the_policy_names_nobody() -> None:
    room = Room(people={})
    room.say("/hypercare sign-off")
    (reply,) = room.tick()
    assert refusals(reply) == ["the policy names nobody whose sign-off could count"]


def test_of_an_answer_that_stands_twice_the_first_counts() -> None:
    room = Room(**AGREED)
    room.say("/hypercare sign-off")
    room.tick()
    last = room.comments[-1]
    room.comments.append(last.model_copy(update={"id": "99"}))
    assert len(room.look("3h").memory.sign_offs) == 1
    talk = room.look("3h").memory.conversation
    assert [one.id for one in talk.doubles("Shop 5.2")] == ["99"]


def test_all_that_is_kept_of_a_comment_are_its_commands() -> None:
    room = Room()
    room.say("A secret\n/hypercare  ack SHOP-1 \nand another")
    room.say("Just talk", at="3h")
    (kept,) = room.look("4h").memory.conversation.comments
    assert kept.text == "/hypercare ack SHOP-1"
