"""What `explain` and `replay` show: documents for people, and JSON for scripts."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tests.rules import build
from tests.rules.strategies import any_tickets, unhurried
from tests.rules.test_explanation import STEPS, story
from tests.sync.states import Told, consistent

from hypercare_rules.explanation import Explanation
from hypercare_rules.policy import Policy
from hypercare_rules.replay import moments, replay
from hypercare_rules.ticket import Marker, Ref, Ticket
from hypercare_sync.change import AddLabel, RemoveLabel
from hypercare_sync.cli.explain import named
from hypercare_sync.errors import ConfigError
from hypercare_sync.explained import explained_document
from hypercare_sync.explained_json import explained_json
from hypercare_sync.explained_labels import LabelState, LabelStory, label_stories
from hypercare_sync.plan import plan
from hypercare_sync.release_state import ReleaseState
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
        "SHOP-1: Cart is empty\nhttps://shop.atlassian.net/browse/SHOP-1\nOpen, reported by Cleo Customer"
    )
    assert "• the release's by SHOP: affects 5.2" in text


def test_a_ticket_out_of_scope_says_why_and_nothing_else() -> None:
    text = lines(build.ticket(affects=("6.0",)))
    assert "• not the release's by SHOP: belongs to 6.0" in text
    assert "Values" not in text


def test_values_and_rules_stand_with_their_reasons() -> None:
    text = lines(WEB)
    assert line(text, "priority", "P1", "rule web-first")
    assert line(text, "web-first", "matched", "priority P3 -> P1, label hypercare:web-team", "labels has web ")
    assert line(text, "many-votes", "almost", "but for: votes is at least 5 (is 0)")
    assert "1 rule did not match:" in text
    assert line(text, "• other: labels has android (is web)")
    stopped = lines(
        build.ticket(), by=build.policy(rules=(build.rule("end", stop=True), build.rule("late", stop=True)))
    )
    assert line(stopped, "end", "matched", "ends the rules; since always")
    assert "1 rule not tried: a rule before ended them: late." in stopped


def test_of_a_rule_that_failed_the_first_entry_and_how_many_failed_are_told() -> None:
    far = build.rule("far", {"labels": ["web"], "votes": {"gte": 5}, "title": {"contains": "search"}}, comment=True)
    none = build.rule("none", {"any": [{"labels": "android"}, {"labels": "ios"}]}, comment=True)
    text = lines(WEB, by=build.policy(rules=(far, none)))
    assert line(text, "• far: votes is at least 5 (is 0) (2 of 3 entries failed)")
    assert line(text, "• none: labels has android (is web) or labels has ios (is web)")


def test_alternatives_and_negations_are_told_as_they_hold() -> None:
    when = {"any": [{"labels": "web"}, {"votes": {"gte": 5}}], "not": {"title": {"contains": "search"}}}
    text = lines(WEB, by=build.policy(rules=(build.rule("either", when, comment=True),)))
    assert line(text, "either", "labels has web and not (title contains search (is Cart is empty))")


def test_clocks_are_ledgers() -> None:
    waited = build.ticket(
        status=build.WAITING, history=build.moves(("2h", build.WAITING)), comments=(build.comment("2h"),)
    )
    text = lines(waited, now="5h")
    assert "paused: 1h of 16h used (6%); due" in text
    assert "if it went on now." in text
    assert line(text, "Fri 20 Nov 08:00", "Fri 20 Nov 09:00", "running", "1h")
    assert line(text, "Fri 20 Nov 09:00", "now", "paused")


def test_closed_hours_stand_in_the_ledger_and_a_long_one_is_shortened_in_its_middle() -> None:
    by = build.office(acknowledge="8h on office", resolve="40h on office")
    text = lines(build.ticket(), by=by, now="3d5h")
    assert line(text, "Fri 20 Nov 17:00", "Mon 23 Nov 07:00", "closed")
    assert line(text, "Mon 23 Nov 07:00", "now", "running", "5h")
    long = lines(build.ticket(), by=by, now="60d5h")
    assert line(long, "of 40h on calendar office used (11 times the target)")
    assert line(long, "...", "...", "69 more", "350h")
    assert line(long, "Tue 19 Jan", "now", "running", "5h")


# Labels.
def plans(*told: Told) -> list[ReleaseState]:
    return [each.state(build.after("5h")) for each in told]


def labelled(ticket: Ticket, *told: Told) -> dict[str, tuple[str, str]]:
    return {one.label: (str(one.state), one.why) for one in label_stories(plans(*told), ticket.ref)}


def test_labels_say_what_is_on_what_is_to_come_what_goes_and_what_people_keep_away() -> None:
    ticket = build.ticket(
        labels={"web", "hypercare:web-team", "hypercare:stale"},
        history=(build.unlabelled("2h", "hypercare:P1", build.BEN),),
    )
    stories = label_stories(plans(Told((ticket,), policy=RULED)), ticket.ref)
    text = printed(explained_document([story(ticket, by=RULED, now="5h")], stories))
    assert line(text, "hypercare:web-team", "on it", "rule web-first")
    assert line(text, "hypercare:breached", "to be set", "acknowledge: due")
    assert line(text, "hypercare:stale", "to be taken off", "no longer so")
    assert line(text, "hypercare:P1", "kept away", "Ben L took it off on Fri 20 Nov 09:00; would be for rule web-first")
    told = explained_json([story(ticket, by=RULED, now="5h")], stories)
    assert {"label": "hypercare:stale", "state": "to be taken off", "why": "no longer so"} in told["labels"]


def test_labels_of_several_releases_are_told_as_they_are_planned_over_all_of_them() -> None:
    ticket = build.ticket(labels={"web", "hypercare:P3"}, comments=(build.comment("2h"),))
    here, there = Told((ticket,), name="A"), Told((ticket,), name="B", policy=RULED)
    found = labelled(ticket, here, there)
    default = "impact medium (default), urgency medium (default)"
    assert found["hypercare:P1"] == ("to be set", "B: rule web-first")
    assert found["hypercare:P3"] == (
        "to be taken off",
        f"A: {default}; but another release puts a graver one in its place",
    )
    bare = ticket.model_copy(update={"labels": frozenset({"web"})})
    states = labelled(bare, *(replace(each, tickets=(bare,)) for each in (here, there)))
    assert states["hypercare:P3"][0] == "gives way"
    away = ticket.model_copy(update={"affects": ("6.0",)})
    gone = labelled(away, *(replace(each, tickets=(away,)) for each in (here, there)))
    assert gone == {"hypercare:P3": ("to be taken off", "the ticket is not the release's")}


def test_labels_stay_as_they_are_while_their_tracker_cannot_be_read() -> None:
    told = Told((WEB,), policy=RULED, stale=frozenset({"shop-jira"}))
    assert labelled(WEB, told)["hypercare:P1"][0] == "as it is while the tracker cannot be read"


@unhurried
@given(st.lists(any_tickets().map(consistent), min_size=1, max_size=2, unique_by=lambda one: one.ref), st.booleans())
def test_what_is_told_of_labels_is_what_is_planned(tickets: list[Ticket], both: bool) -> None:
    told = [Told(tuple(tickets), name="A"), Told(tuple(tickets), name="B", policy=RULED)][: 1 + both]
    states = plans(*told)
    changes = [one for one in plan(states).changes if isinstance(one, AddLabel | RemoveLabel)]
    for ticket in tickets:
        found = label_stories(states, ticket.ref)

        def of(state: LabelState, found: Sequence[LabelStory] = found) -> set[str]:
            return {one.label for one in found if one.state is state}

        mine = [one for one in changes if one.ticket == ticket.ref]
        assert of(LabelState.to_be_set) == {one.label for one in mine if isinstance(one, AddLabel)}
        removed = {one.label for one in mine if isinstance(one, RemoveLabel)}
        assert of(LabelState.to_be_taken_off) == removed
        if any(one.ticket.ref == ticket.ref for state in states for one in state.assessment.tickets):
            kept = {label for label in ticket.labels if label.startswith("hypercare:")} - removed
            assert of(LabelState.on_it) == kept


@pytest.mark.parametrize(
    ("given", "memory", "said"),
    [
        ({"labels": {"web"}}, {"baseline": "0m"}, "It gets one."),
        (
            {"labels": {"web"}},
            {"baseline": "2h55m"},
            "what calls for one was there at the baseline of Fri 20 Nov 09:55, from which on people are told:",
        ),
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
    burning = build.ticket(labels={build.P1_LABEL}, comments=(build.told("1h1m", "p1", "1h", "0m"),))
    text = lines(burning, now="1h10m", baseline="0m")
    assert "p1 (priority P1), running since Fri 20 Nov 08:00; next Fri 20 Nov 08:30 to lead." in text
    assert line(text, "1", "Fri 20 Nov 08:00", "Fri 20 Nov 08:01", "ana")
    assert line(text, "2", "Fri 20 Nov 08:30", "to come", "lead")
    answered = lines(build.ticket(labels={build.P1_LABEL}, comments=(build.comment("2h"),)))
    assert "p1 (priority P1) calls nobody: acknowledged is true." in answered


def test_an_episode_that_was_there_at_the_baseline_says_why_it_tells_nobody() -> None:
    burning = build.ticket(labels={build.P1_LABEL})
    assert "Nobody is told: it was there at the baseline of Fri 20 Nov 09:00" in lines(burning, baseline="2h")
    assert "Nobody is told" not in lines(burning, baseline="30m")


ON_CALL: dict[str, Any] = {
    "people": {"ana": {"name": "Ana", "jira": "5b10"}},
    "calendars": {"always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
    "roster": {"shifts": [{"who": ["ana"], "calendar": "always"}]},
    "assign": {"priorities": ["P3"]},
}


@pytest.mark.parametrize(
    ("given", "policy", "said", "who"),
    [
        ({}, ON_CALL, "ana gets it: P3, and ana is on call.", "ana"),
        ({}, ON_CALL | {"roster": {}}, "Nobody gets it: nobody is on call.", None),
        ({"history": (build.assigned("90m", None, build.BEN),)}, ON_CALL, "Nobody gets it: Ben L took it", None),
    ],
)
def test_who_gets_a_ticket_and_why_or_why_nobody_does(
    given: dict[str, Any], policy: dict[str, Any], said: str, who: str | None
) -> None:
    told = story(build.ticket(**given), by=build.policy(**policy), now="3h", backfilled=True)
    assert said in explained(told)
    (release,) = explained_json([told])["releases"]
    assert release["assignment"]["who"] == who
    assert release["assignment"]["account"] == ("5b10" if who else None)


def test_nothing_is_said_of_an_assignment_that_nobody_asked_for() -> None:
    told = story(build.ticket(), by=build.policy(), now="3h", backfilled=True)
    assert "gets it" not in explained(told)
    assert explained_json([told])["releases"][0]["assignment"] is None


@pytest.mark.parametrize(
    ("history", "said", "name"),
    [
        ((), "Medium (now Low): it is P3.", "Medium"),
        ((build.reprioritised("90m", "High", "Low", build.BEN),), "Low stays: Ben L made it Low.", None),
    ],
)
def test_what_the_native_priority_should_be_or_why_it_stays(history: Any, said: str, name: str | None) -> None:
    of = build.ticket(native_priority="Low", history=history)
    told = story(of, by=build.policy(native_priority={"P3": "Medium"}), now="3h")
    assert said in explained(told)
    (release,) = explained_json([told])["releases"]
    assert release["native_priority"]["name"] == name
    assert explained_json([story(of, now="3h")])["releases"][0]["native_priority"] is None


def test_an_incident_shows_the_other_tickets() -> None:
    other = build.ticket("acme/web#7", tracker="web-github", title="Basket lost", description="Tracked in SHOP-1.")
    text = lines(WEB, other)
    assert "One problem of P1 in 2 tickets. The trackers differ: P1 in shop-jira, P3 in web-github." in text
    assert line(text, "web-github:acme/web#7", "P3", "Open", "Basket lost")


def test_each_release_that_has_the_ticket_tells_its_own_story() -> None:
    text = explained(story(WEB), story(WEB, by=RULED))
    assert (text.count("SHOP-1: Cart is empty"), text.count("Shop 5.2: P")) == (1, 2)


def test_what_is_told_as_it_stood_says_so_and_what_is_of_today() -> None:
    text = printed(explained_document([story(WEB)], hindsight=True))
    assert line(
        text, "As it stood on Fri 20 Nov 10:00, as far as histories tell: titles, descriptions", "are as they are now."
    )
    assert "As it stood" not in lines(WEB)


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
        "state": "running",
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


def test_a_ticket_that_came_up_only_later_says_when() -> None:
    with pytest.raises(ConfigError, match="SHOP-13: came up only on 2026-11-20T09:00Z; write a later --now"):
        named("SHOP-13", KNOWN, dict.fromkeys(KNOWN, build.GO_LIVE) | {Ref("shop-jira", "SHOP-13"): build.after("2h")})


# Replays.
def compared(*tickets: Ticket, theirs: Policy = RULED) -> Any:
    seen = build.world(build.source(*tickets))
    return list(replay(seen, build.policy(), theirs, moments(build.after("2h"), build.after("6h"), timedelta(hours=2))))


def test_a_replay_shows_each_moment_and_what_first_differed() -> None:
    text = printed(replayed_document(build.release(), "strict", compared(WEB), {WEB.ref: WEB}))
    assert "Shop 5.2 under strict" in text
    assert line(text, "Fri 20 Nov 09:00", "green -> red", "0 -> 1", "1 -> 0")
    assert "What would have been otherwise, for 1 ticket" in text
    assert line(text, "Tickets", "What", "Configured", "Other")
    assert line(text, "1", "priority", "P3", "P1")
    assert line(text, "Fri 20 Nov 09:00", "SHOP-1", "priority", "P3", "P1", "rule web-first")


def test_a_replay_counts_the_tickets_of_each_kind_of_difference_the_most_frequent_first() -> None:
    many = [WEB.model_copy(update={"ref": Ref("shop-jira", f"SHOP-{number}")}) for number in range(1, 4)]
    loud = build.policy(rules=(build.rule("loud", {"key": "SHOP-9"}, set={"priority": "P2"}), *RULED.rules))
    other = WEB.model_copy(update={"ref": Ref("shop-jira", "SHOP-9"), "labels": frozenset()})
    text = printed(
        replayed_document(
            build.release(), "x", compared(*many, other, theirs=loud), {one.ref: one for one in (*many, other)}
        )
    )
    first, second = (text.index(part) for part in ("  3         priority   P3", "  1         priority   P3"))
    assert first < second


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


def test_a_target_that_was_missed_before_the_ticket_was_reopened_stands_with_its_clock() -> None:
    lives = build.moves(("30h", build.DONE), ("40h", build.OPEN))
    reopened = build.ticket(history=lives)
    text = lines(reopened, now="41h")
    assert line(
        text, "• missed before it was reopened: started Fri 20 Nov 08:00, was due Sat 21 Nov 00:00, took 1d5h (181%)"
    )
    (ticket,) = explained_json([story(reopened, now="41h")])["releases"]
    earlier = {clock["name"]: clock["missed_before"] for clock in ticket["clocks"]}
    assert (earlier["acknowledge"], [one["state"] for one in earlier["resolve"]]) == ([], ["missed"])
    assert "missed before" not in lines(build.ticket(), now="41h")
