"""What `explain` and `replay` show: documents for people, and JSON for scripts."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console
from tests.rules import build
from tests.rules.test_explanation import STEPS, story

from hypercare_rules.explanation import Explanation
from hypercare_rules.policy import Policy
from hypercare_rules.replay import moments, replay
from hypercare_rules.ticket import Marker, Ref, Ticket
from hypercare_sync.cli.explain import named
from hypercare_sync.errors import ConfigError
from hypercare_sync.explained import explained_document
from hypercare_sync.explained_json import explained_json
from hypercare_sync.replayed import replayed_document, replayed_json
from hypercare_sync.text import terminal
from hypercare_sync.text.document import Document

RULED = build.policy(
    rules=(
        build.rule("web-first", {"labels": "web"}, set={"priority": "P1"}, add_labels=["web-team"]),
        build.rule("many-votes", {"open": True, "votes": {"gte": 5}}, comment=True),
        build.rule("other", {"labels": "android"}, comment=True, stop=True),
    ),
    escalation={"p1": STEPS},
)
WEB = build.ticket(labels={"web"}, title="Cart is empty")


def printed(document: Document) -> str:
    console = Console(width=200, force_terminal=False, no_color=True)
    with console.capture() as capture:
        console.print(terminal.render(document))
    return capture.get()


def explained(*stories: Explanation) -> str:
    return printed(explained_document(stories))


def lines(of: Ticket, *others: Ticket, by: Policy = RULED, now: str = "3h", **memory: Any) -> str:
    return explained(story(of, *others, by=by, now=now, **memory))


def line(text: str, *parts: str) -> bool:
    """Whether one line has all the parts, in their order."""
    return re.search(".*".join(map(re.escape, parts)), text) is not None


def test_the_ticket_and_what_it_is_to_the_release_stand_first() -> None:
    text = lines(WEB)
    assert text.strip().startswith(
        "SHOP-1: Cart is empty\nhttps://tracker.example/SHOP-1\nOpen, reported by Cleo Customer"
    )
    assert "• the release's by SHOP: affects 5.2" in text


def test_a_ticket_out_of_scope_says_why_and_nothing_else() -> None:
    text = lines(build.ticket(affects=("6.0",)))
    assert "• not the release's by SHOP: belongs to 6.0" in text
    assert "Values" not in text


def test_values_and_rules_stand_with_their_reasons() -> None:
    text = lines(WEB)
    assert line(text, "priority", "P1", "rule web-first")
    assert line(text, "web-first", "matched", "priority P3 -> P1, label hypercare:web-team", "labels has web (is web)")
    assert line(text, "many-votes", "almost", "but for: votes is at least 5 (is 0)")
    assert "1 rule did not match: other." in text
    stopped = lines(
        build.ticket(), by=build.policy(rules=(build.rule("end", stop=True), build.rule("late", stop=True)))
    )
    assert line(stopped, "end", "matched", "ends the rules; since always")
    assert "1 rule not tried: a rule before ended them: late." in stopped


def test_alternatives_and_negations_are_told_as_they_hold() -> None:
    when = {"any": [{"labels": "web"}, {"votes": {"gte": 5}}], "not": {"title": {"contains": "search"}}}
    text = lines(WEB, by=build.policy(rules=(build.rule("either", when, comment=True),)))
    assert line(text, "either", "labels has web (is web) and not (title contains search (is Cart is empty))")


def test_clocks_are_ledgers() -> None:
    waited = build.ticket(
        status=build.WAITING, history=build.moves(("2h", build.WAITING)), comments=(build.comment("2h"),)
    )
    text = lines(waited, now="5h")
    assert "paused: 1h of 16h used (6%); due" in text
    assert "if it went on now." in text
    assert line(text, "Fri 20 Nov 08:00", "Fri 20 Nov 09:00", "running", "1h")
    assert line(text, "Fri 20 Nov 09:00", "now", "paused")


def test_labels_say_what_is_on_what_is_to_come_and_what_people_keep_away() -> None:
    ticket = build.ticket(
        labels={"web", "hypercare:web-team"}, history=(build.unlabelled("2h", "hypercare:P1", build.BEN),)
    )
    text = lines(ticket, now="5h")
    assert line(text, "hypercare:web-team", "on it", "rule web-first")
    assert line(text, "hypercare:breached", "to be set", "acknowledge: due")
    assert line(text, "hypercare:P1", "kept away", "Ben L took it off on Fri 20 Nov 09:00; would be for rule web-first")


@pytest.mark.parametrize(
    ("given", "memory", "said"),
    [
        ({"labels": {"web"}}, {"baseline": "0m"}, "It gets one."),
        ({"labels": {"web"}}, {"baseline": "2h55m"}, "from which on people are told."),
        ({}, {"baseline": "0m"}, "None: nothing calls for one."),
        ({"status": build.DONE, "resolved": "2h"}, {}, "None: the ticket is closed."),
        (
            {
                "comments": (
                    build.comment("2h", build.US).model_copy(
                        update={"marker": Marker(purpose="status", release="Shop 5.2")}
                    ),
                )
            },
            {},
            "It has one, which is kept up to date.",
        ),
    ],
)
def test_whether_there_is_a_status_comment_and_why(given: dict[str, Any], memory: dict[str, Any], said: str) -> None:
    assert said in lines(build.ticket(**given), **memory)


def test_an_escalation_shows_its_steps_and_the_next() -> None:
    burning = build.ticket(labels={build.P1_LABEL}, comments=(build.told("1h1m", "p1", "1h", 0),))
    text = lines(burning, now="1h10m", baseline="0m")
    assert "p1 (priority P1), running since Fri 20 Nov 08:00; next Fri 20 Nov 08:30 to lead." in text
    assert line(text, "1", "Fri 20 Nov 08:00", "Fri 20 Nov 08:01", "on_call")
    assert line(text, "2", "Fri 20 Nov 08:30", "to come", "lead")
    answered = lines(build.ticket(labels={build.P1_LABEL}, comments=(build.comment("2h"),)))
    assert "p1 (priority P1) calls nobody: acknowledged is true (is true)." in answered


def test_an_incident_shows_the_other_tickets() -> None:
    other = build.ticket("acme/web#7", tracker="web-github", title="Basket lost", description="see SHOP-1")
    text = lines(WEB, other)
    assert "One problem of P1 in 2 tickets. The trackers differ: P1 in shop-jira, P3 in web-github." in text
    assert line(text, "web-github:acme/web#7", "P3", "Open", "Basket lost")


def test_each_release_that_has_the_ticket_tells_its_own_story() -> None:
    text = explained(story(WEB), story(WEB, by=RULED))
    assert (text.count("SHOP-1: Cart is empty"), text.count("Shop 5.2: P")) == (1, 2)


def test_nothing_that_people_wrote_steers_the_terminal() -> None:
    assert "\x1b" not in lines(build.ticket(title="\x1b[31mred\x1b[0m", labels={"\x1b]0;x\x07"}))


def test_scripts_get_the_same() -> None:
    told = explained_json([story(WEB, by=RULED)])
    assert json.loads(json.dumps(told)) == told
    (release,) = told["releases"]
    assert (told["schema"], told["ticket"], release["priority"]) == (
        "hypercare-sync/explain/1",
        "shop-jira:SHOP-1",
        "P1",
    )
    assert release["values"]["priority"] == {"value": "P1", "source": "rule web-first"}
    assert [(rule["id"], rule["verdict"]) for rule in release["rules"]] == [
        ("web-first", "matched"),
        ("many-votes", "almost"),
        ("other", "failed"),
    ]
    assert release["clocks"][0]["ledger"][0] == {
        "from": "2026-11-20T08:00:00Z",
        "until": None,
        "running": True,
        "used_seconds": 7200,
    }


# Which ticket is meant.
KNOWN = {Ref("shop-jira", "SHOP-12"), Ref("a-github", "acme/web#7"), Ref("b-github", "acme/web#7")}


@pytest.mark.parametrize("text", ["SHOP-12", "shop-12", " SHOP-12 ", "shop-jira:SHOP-12"])
def test_a_ticket_is_named_by_its_key_with_or_without_the_tracker(text: str) -> None:
    assert named(text, KNOWN) == Ref("shop-jira", "SHOP-12")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SHOP-13", "SHOP-13: no such ticket is known; did you mean SHOP-12?"),
        ("zzz", "zzz: no such ticket is known; is it in a source of the config?"),
        ("acme/web#7", "in more than one tracker; write a-github:acme/web#7 or b-github:acme/web#7"),
    ],
)
def test_an_unknown_or_ambiguous_name_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("?", r"\?")) as error:
        named(text, KNOWN)
    assert error.value.exit_code == 2


# Replays.
def compared(*tickets: Ticket, theirs: Policy = RULED) -> Any:
    seen = build.world(build.source(*tickets))
    return list(replay(seen, build.policy(), theirs, moments(build.after("2h"), build.after("6h"), timedelta(hours=2))))


def test_a_replay_shows_each_moment_and_what_first_differed() -> None:
    text = printed(replayed_document(build.release(), "strict", compared(WEB), {WEB.ref: WEB}))
    assert "Shop 5.2 under strict" in text
    assert line(text, "Fri 20 Nov 09:00", "green -> red", "0 -> 1", "1 -> 0")
    assert "What would first have been otherwise, for 1 ticket" in text
    assert line(text, "Fri 20 Nov 09:00", "SHOP-1", "priority", "P3", "P1", "rule web-first")


def test_a_replay_without_a_difference_or_a_moment_says_so() -> None:
    same = replayed_document(build.release(), "same", compared(WEB, theirs=build.policy()), {WEB.ref: WEB})
    assert "No ticket would have been treated otherwise." in printed(same)
    assert "No moment after go-live" in printed(replayed_document(build.release(), "x", [], {}))


def test_scripts_get_the_replay() -> None:
    told = replayed_json("strict", {"Shop 5.2": compared(WEB)}, {"Shop 5.2": {WEB.ref: WEB}})
    assert json.loads(json.dumps(told)) == told
    (release,) = told["releases"]
    assert release["moments"][0]["other"]["open"] == {"P1": 1, "P2": 0, "P3": 0, "P4": 0}
    assert release["differences"][0] | {"title": ""} == {
        "ticket": "shop-jira:SHOP-1",
        "title": "",
        "at": "2026-11-20T09:00:00Z",
        "aspect": "priority",
        "configured": "P3",
        "other": "P1",
        "why": "rule web-first",
    }
