"""Commands in comments: what counts as one, how each is read, and what is said of one that cannot be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.strategies import unhurried

from hypercare_rules.commands import MOST, Command, Misspelt, command_lines, commands
from hypercare_rules.values import Priority
from hypercare_rules.words import Verb


def one(text: str) -> Command | Misspelt:
    (found,) = commands(text)
    return found


def understood(text: str) -> Command:
    found = one(text)
    assert isinstance(found, Command)
    return found


def wrong(text: str) -> str:
    found = one(text)
    assert isinstance(found, Misspelt)
    return found.why


@pytest.mark.parametrize(
    ("text", "verb", "key"),
    [
        ("/hypercare ack SHOP-12", Verb.ack, "SHOP-12"),
        ("/hypercare acknowledge #12", Verb.ack, "#12"),
        ("/Hypercare  ACK   acme/web#12 ", Verb.ack, "acme/web#12"),
        ("Thanks!\n\n  /hypercare ack SHOP-12\n\nBye", Verb.ack, "SHOP-12"),
        ("/hypercare ack [SHOP-12](https://shop.example/browse/SHOP-12)", Verb.ack, "https://shop.example/browse/SHOP-12"),
        ("/hypercare ack SHOP-12 (https://shop.example/browse/SHOP-12)", Verb.ack, "https://shop.example/browse/SHOP-12"),
        ("/hypercare sign-off", Verb.sign_off, ""),
        ("/hypercare SignOff\r\n", Verb.sign_off, ""),
        ("/hypercare help", Verb.help, ""),
    ],
)  # fmt: skip
def test_a_line_that_begins_with_our_word_is_a_command(text: str, verb: Verb, key: str) -> None:
    found = understood(text)
    assert (found.verb, found.key) == (verb, key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "please /hypercare ack SHOP-12",
        "`/hypercare ack SHOP-12`",
        "- /hypercare ack SHOP-12",
        "/hypercareack SHOP-12",
        "/hypercare-sync ack SHOP-12",
        "```\n/hypercare ack SHOP-12\n```",
        "~~~\n/hypercare ack SHOP-12",
        "    /hypercare ack SHOP-12",
        "\t/hypercare ack SHOP-12",
        "> /hypercare ack SHOP-12",
        "> Somebody said\n/hypercare ack SHOP-12",
        "> Somebody said\nand on\n/hypercare ack SHOP-12",
        "bq. /hypercare ack SHOP-12",
        "{code}\n/hypercare ack SHOP-12\n{code}",
        "{quote}\n/hypercare ack SHOP-12\n{quote}",
        "<!--\n/hypercare ack SHOP-12\n-->",
        "<pre>\n/hypercare ack SHOP-12\n</pre>",
        "~~/hypercare ack SHOP-12~~",
    ],
)
def test_what_is_in_code_or_quoted_or_within_a_line_is_none(text: str) -> None:
    assert list(commands(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "> Somebody said\n\n/hypercare ack SHOP-12",
        "```\ncode\n```\n/hypercare ack SHOP-12",
        "> ```\n> code\n\n/hypercare ack SHOP-12",
    ],
    ids=["after a quote", "after code", "after quoted code"],
)
def test_what_follows_a_quote_or_code_is_one(text: str) -> None:
    assert understood(text).key == "SHOP-12"


def test_several_in_one_comment_all_count_in_their_order() -> None:
    found = list(commands("/hypercare ack SHOP-1\nand\n/hypercare snooze SHOP-2 4h\n/hypercare sign-off"))
    assert [one.verb for one in found if isinstance(one, Command)] == [Verb.ack, Verb.snooze, Verb.sign_off]


def test_beyond_the_most_that_count_one_is_told_so_and_the_rest_is_left() -> None:
    found = list(commands("/hypercare ack SHOP-1\n" * (MOST + 5)))
    assert [type(one) for one in found] == [Command] * MOST + [Misspelt]


@pytest.mark.parametrize(
    ("text", "priority", "why"),
    [
        ("/hypercare priority SHOP-12 P2 because it hurts", Priority.P2, "it hurts"),
        ("/hypercare priority SHOP-12 p4 since it is cosmetic", Priority.P4, "it is cosmetic"),
        ("/hypercare priority SHOP-12 auto", None, ""),
    ],
)
def test_a_priority_is_read_with_its_reason(text: str, priority: Priority | None, why: str) -> None:
    found = understood(text)
    assert (found.verb, found.key, found.priority, found.why) == (Verb.priority, "SHOP-12", priority, why)


@pytest.mark.parametrize(("written", "length"), [("4h", "4:00:00"), ("30m", "0:30:00"), ("0m", "0:00:00"), ("24h", "1 day, 0:00:00")])  # fmt: skip
def test_a_snooze_is_read_with_its_length(written: str, length: str) -> None:
    assert str(understood(f"/hypercare snooze #7 {written}").length) == length


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/hypercare", "it says nothing to do"),
        ("/hypercare explode", "there is no explode"),
        ("/hypercare ack", "write /hypercare ack KEY"),
        ("/hypercare ack SHOP-1 SHOP-2", "write /hypercare ack KEY"),
        ("/hypercare priority", "write P1, P2, P3 or P4"),
        ("/hypercare priority SHOP-1", "write P1, P2, P3 or P4"),
        ("/hypercare priority SHOP-1 P5 because", "P5 is no priority"),
        ("/hypercare priority SHOP-1 P2", "needs its reason"),
        ("/hypercare priority SHOP-1 P2 because", "needs its reason"),
        ("/hypercare snooze SHOP-1", "for how long"),
        ("/hypercare snooze SHOP-1 soon", "for how long"),
        ("/hypercare snooze SHOP-1 25h", "longer than 1d"),
        ("/hypercare sign-off please", "write /hypercare sign-off and nothing else"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_write(text: str, why: str) -> None:
    assert why in wrong(text)


@unhurried
@given(st.text(max_size=400) | st.lists(st.sampled_from(["/hypercare", "ack", "\n", "> ", "```", " ", "SHOP-1", "snooze", "4h", "\0"])).map("".join))  # fmt: skip
def test_whatever_people_write_is_read_and_what_is_kept_of_it_reads_the_same(text: str) -> None:
    lines = command_lines(text)
    again = "\n".join(f"/hypercare {line}" for line in lines)
    assert len(lines) <= MOST + 1
    assert all(len(one.said) <= 200 for one in commands(text))
    if "`" not in again and "\0" not in again and "~" not in again and "<" not in again and "{" not in again:
        assert list(commands(again)) == list(commands(text))


def test_the_longest_snooze_is_a_day() -> None:
    assert understood("/hypercare snooze SHOP-1 1d").length == timedelta(days=1)
