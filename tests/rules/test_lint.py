"""What the linter finds in a policy, and what it leaves alone."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rules.build import OFFICE, after, condition, policy, release, rule, targets

from hypercare_rules.handover_policy import HandoverPolicy
from hypercare_rules.label_style import LabelStyle
from hypercare_rules.lint import Finding, Gravity, errors, lint, unmatched
from hypercare_rules.people import Member
from hypercare_rules.values import Level, Priority

NOW = after("3d")  # a Monday
ALWAYS = {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}
PEOPLE = {"ana": {"name": "Ana K", "github": "ana-k"}, "ben": {"name": "Ben L", "github": "ben-l"}}
TIERS = [{"after": "0m", "notify": ["ana"]}]


def found(trackers: tuple[str, ...] = (), **given: Any) -> list[tuple[Gravity, str, str]]:
    return [_told(finding) for finding in lint(policy(**given), NOW, trackers)]


def _told(finding: Finding) -> tuple[Gravity, str, str]:
    return (finding.severity, ".".join(map(str, finding.path)), finding.text)


def escalation(**given: Any) -> dict[str, Any]:
    return {"people": PEOPLE, "escalation": {"p1": {"for": ["P1"], "tiers": TIERS, **given}}}


def test_an_ordinary_policy_is_without_finding() -> None:
    assert found(("github",), **escalation(), rules=(rule("web", {"labels": "web"}, comment=True),)) == []


@pytest.mark.parametrize(
    ("given", "path", "text"),
    [
        (
            {"targets": targets(acknowledge={"P1": "1h", "P2": "2h", "P3": "8h on emae", "P4": "9h on emea"})},
            "targets.acknowledge.P3",
            "no such calendar: 'emae'; did you mean emea?",
        ),
        (
            {"phases": [{"until_day": 2, "targets": targets(update={"P1": "1h on x"})}]},
            "phases.0.targets.update.P1",
            "no such calendar: 'x'; write emea",
        ),
        (escalation(calendar="emae"), "escalation.p1.calendar", "no such calendar: 'emae'; did you mean emea?"),
        (
            {"people": PEOPLE, "roster": {"shifts": [{"who": ["ana", "bem"], "calendar": "emea"}]}},
            "roster.shifts.0.who.1",
            "no such person: 'bem'; did you mean ben?",
        ),
        (
            {"people": PEOPLE, "roster": {"shifts": [{"who": ["ana"], "calendar": "amer"}]}},
            "roster.shifts.0.calendar",
            "no such calendar: 'amer'; write emea",
        ),
        (
            escalation(tiers=[{"after": "0m", "notify": ["on_call", "ana", "leed"]}]) | {"roles": {"lead": ["ana"]}},
            "escalation.p1.tiers.0.notify.2",
            "no such role or person: 'leed'; did you mean lead?",
        ),
        (
            {"people": PEOPLE, "reviews": [{"id": "a", "schedule": "0 10 * * *", "who": ["ana", "bem"]}]},
            "reviews.0.who.1",
            "no such role or person: 'bem'; did you mean ben?",
        ),
        (
            {"reviews": [{"id": "a", "schedule": "0 10 * * *", "calendar": "emae"}]},
            "reviews.0.calendar",
            "no such calendar: 'emae'; did you mean emea?",
        ),
        (
            {"reviews": [{"id": "a", "schedule": "0 10 * * *"}, {"id": "a", "schedule": "0 11 * * *"}]},
            "reviews.1.id",
            "a second one of this id: 'a'; rename one of the two",
        ),
        ({"roles": {"lead": ["ana"]}}, "roles.lead.0", "no such person: 'ana'; define it in the policy"),
        (
            {"people": PEOPLE, "exit": [{"id": "sign-off", "signed_off": ["ana", "lea"]}]},
            "exit.0.signed_off.1",
            "no such person: 'lea'; write ana or ben",
        ),
        (
            escalation() | {"rules": (rule("a", {"labels": "x"}, escalate=["p2"]),)},
            "rules.0.then.escalate.0",
            "no such escalation policy: 'p2'; write p1",
        ),
        (
            {"rules": (rule("a", {"labels": "x"}, comment=True), rule("a", {"labels": "y"}, comment=True))},
            "rules.1.id",
            "a second one of this id: 'a'; rename one of the two",
        ),
        (
            {"rules": (rule("a", {"any": [{"labls": "x"}]}, comment=True),)},
            "rules.0.when.any.0.labls",
            "unknown field; did you mean labels?",
        ),
        (
            {"exit": [{"id": "a", "none_open": {"teir": "pro"}}], "fields": {"tier": {"field": "Tier"}}},
            "exit.0.none_open.teir",
            "unknown field; did you mean tier?",
        ),
        (
            {"rules": (rule("a", {"votes": {"gt": 5, "lt": 3}}, comment=True),)},
            "rules.0.when",
            "no ticket can ever meet this; change it or take it out",
        ),
        (
            {"exit": [{"id": "a", "none_open": {"open": False}}]},
            "exit.0.none_open",
            "no ticket can ever meet this; change it or take it out",
        ),
        (
            {"roles": {"on_call": ["ana"]}, "people": PEOPLE},
            "roles.on_call",
            "who is on call comes from the roster; write its shifts, or rename the role",
        ),
        ({"roles": {"ana": ["ben"]}, "people": PEOPLE}, "roles.ana", "a role and a person of one name; rename one of the two"),
        (
            {"targets": targets(acknowledge={"P1": "1h", "P2": "5h", "P3": "3h", "P4": "9h"})},
            "targets.acknowledge.P2",
            "P2 (5h) may not take longer than P3 (3h); write less time for P2, or more for P3",
        ),
        (
            {"phases": [{"until_day": 2, "targets": targets(update={"P1": "9h on emea", "P4": "8h on emea"})}]},
            "phases.0.targets.update.P1",
            "P1 (9h on emea) may not take longer than P4 (8h on emea); write less time for P1, or more for P4",
        ),
        (
            escalation(tiers=[{"after": "30m", "notify": ["ana"]}, {"after": "30m", "notify": ["ben"]}]),
            "escalation.p1.tiers.1.after",
            "30m is not after the tier before it (30m); write more, or change their order",
        ),
        (
            {"phases": [{"until_day": day, "targets": targets()} for day in (3, 3)]},
            "phases.1.until_day",
            "day 3 is not after day 3, with which the phase before it ends; write a later day, or change their order",
        ),
        ({"stale": {"P1": "0m"}}, "stale.P1", "every ticket would be stale at once; write a length such as 1d"),
        ({"targets": targets(update={"P1": "0m"})}, "targets.update.P1", "no time at all; write a length such as 30m"),
    ],
)  # fmt: skip
def test_what_can_never_be_so_is_an_error(given: dict[str, Any], path: str, text: str) -> None:
    calendars = {"calendars": {"emea": OFFICE}}
    assert (Gravity.error, path, text) in found(**calendars | given)


@pytest.mark.parametrize(
    ("asked", "about"),
    [
        ({"resolve_used": {"gt": 0.5}}, "resolve_used: clocks decide it"),
        ({"any": [{"labels": "x"}, {"not": {"acknowledged": True}}]}, "acknowledged: clocks decide it"),
        ({"acknowledged_at": {"missing": True}}, "acknowledged_at: clocks decide it"),
        ({"idle_for": {"gt": "2d"}}, "idle_for: it changes as time passes"),
        ({"created": {"older_than": "2d"}}, "created: it changes as time passes"),
        ({"votes": {"gte": 5}}, "votes: no history tells since when it is so"),
        ({"not": {"linked": {"gt": 0}}}, "linked: no history tells since when it is so"),
        ({"duplicates": {"gt": 0}}, "duplicates: no history tells since when it is so"),
        ({"open_blockers": {"gt": 0}}, "open_blockers: no history tells since when it is so"),
        ({"disagreement": True}, "disagreement: no history tells since when it is so"),
        ({"customers_affected": {"lt": 2}}, "customers_affected: no history tells since when it is so"),
        ({"reason": "vendor"}, "reason: no history tells since when it is so"),
    ],
)
def test_a_pause_may_not_ask_what_it_cannot_know(asked: dict[str, Any], about: str) -> None:
    reason = {"reason": {"field": "Pending reason"}}
    ((gravity, path, text),) = found(targets=targets(pause_when=condition(**asked)), fields=reason)
    assert (gravity, path) == (Gravity.error, "targets.pause_when")
    assert text.startswith(about)


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "Waiting"},
        {"labels": {"none": ["x"]}},
        {"created": {"after": "2026-11-20"}},
        {"comments": {"gte": 3}},
        {"reopened": 0},
        {"stage": "vendor"},
    ],
)
def test_a_pause_may_ask_what_the_history_tells(asked: dict[str, Any]) -> None:
    stage = {"stage": {"labels": {"at-vendor": "vendor"}}}
    assert found(targets=targets(pause_when=condition(**asked)), fields=stage) == []


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("P1", "hypercare:P1 has a meaning of its own"),
        ("At-Risk", "hypercare:At-Risk has a meaning of its own"),
        ("hypercare:summary", "hypercare:summary has a meaning of its own"),
        ("hypercare-override:P1", "'hypercare-override:P1': labels that override belong to people"),
        ("two words", "no label in every tracker: 'two words'"),
        ("a,b", "no label in every tracker: 'a,b'"),
        ("", "no label in every tracker: ''"),
        ("x" * 41, "longer than 50 characters with its prefix"),
    ],
)
def test_a_label_that_a_rule_cannot_add_is_an_error(label: str, text: str) -> None:
    ((gravity, path, told),) = found(rules=(rule("a", {"labels": "x"}, add_labels=[label]),))
    assert (gravity, path) == (Gravity.error, "rules.0.then.add_labels.0")
    assert told.startswith(text)


def test_labels_that_differ_by_case_alone_are_an_error() -> None:
    rules = (rule("a", {"labels": "x"}, add_labels=["Outage"]), rule("b", {"labels": "y"}, add_labels=["outage"]))
    assert [path for _, path, _ in found(rules=rules)] == ["rules.1.then.add_labels.0"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"rules": (rule("a", {"any": [{"labels": ["x", "Hypercare:P1"]}]}, comment=True),)}, "rules.0.when"),
        ({"impact": {"labels": {"hypercare:stale": "high"}, "default": "low"}}, "impact.labels.hypercare:stale"),
        ({"fields": {"tier": {"labels": {"hypercare:vip": "pro"}}}}, "fields.tier.labels.hypercare:vip"),
    ],
)
def test_nothing_may_follow_from_a_label_of_ours(given: dict[str, Any], path: str) -> None:
    ((gravity, told, text),) = found(**given)
    assert (gravity, told) == (Gravity.error, path)
    assert "ourselves" in text


def test_a_rule_behind_one_that_stops_is_never_reached() -> None:
    rules = (
        rule("outage", {"labels": "outage"}, comment=True, stop=True),
        rule("web-outage", {"labels": {"all": ["web", "OUTAGE"]}}, comment=True),
        rule("web", {"labels": "web"}, comment=True),
    )
    assert found(rules=rules) == [
        (
            Gravity.error,
            "rules.1",
            "never reached: wherever it holds, rule 'outage' before it holds and stops; put it first, or change one of the two",
        )
    ]


def test_a_rule_is_reached_where_one_between_may_change_what_stops() -> None:
    stops = rule("p1", {"priority": "P1"}, stop=True)
    between = rule("raise", {"labels": "x"}, raise_={"impact": 1})
    last = rule("still-p1", {"priority": "P1", "labels": "x"}, comment=True)
    assert [path for _, path, _ in found(rules=(stops, last))] == ["rules.1"]
    assert found(rules=(stops, between, last)) == []


def test_a_priority_that_a_later_rule_always_replaces_never_lasts() -> None:
    first, last = rule("a", {"labels": "x"}, set={"priority": "P1"}), rule("b", {}, set={"priority": "P3"})
    told = found(rules=(first, last))
    assert told[0][:2] == (Gravity.error, "rules.0.then.set.priority")
    assert told[0][2].startswith("never lasts: rule 'b' after it always holds and sets P3")


@pytest.mark.parametrize(
    "between",
    [rule("c", {"labels": "y"}, stop=True), rule("c", {"priority": "P1"}, comment=True)],
    ids=["stops", "asks for it"],
)
def test_a_priority_lasts_where_a_rule_between_makes_use_of_it(between: Any) -> None:
    first, last = rule("a", {"labels": "x"}, set={"priority": "P1"}), rule("b", {}, set={"priority": "P3"})
    assert all(gravity is Gravity.warning for gravity, _, _ in found(rules=(first, between, last)))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ({"labels": "x"}, {"labels": "x"}),
        ({"labels": "x"}, {"any": [{"labels": "y"}, {"labels": "X"}]}),
        ({"votes": {"gt": 9}}, {"votes": {"gte": 5}}),
    ],
    ids=["the same", "weaker", "an earlier bound"],
)
def test_a_priority_never_lasts_where_a_later_rule_holds_whenever_it_was_set(first: Any, last: Any) -> None:
    ((gravity, path, text),) = found(
        rules=(rule("a", first, set={"priority": "P1"}), rule("b", last, set={"priority": "P3"}))
    )
    assert (gravity, path) == (Gravity.error, "rules.0.then.set.priority")
    assert text.startswith("never lasts: rule 'b' after it holds wherever it does and sets P3; add stop: true here")


@pytest.mark.parametrize(
    ("between", "last"),
    [
        ((), {"labels": {"all": ["x", "y"]}}),
        ((), {"priority": "P1"}),
        ((rule("c", {}, set={"impact": "low"}),), {"impact": "high"}),
    ],
    ids=["stricter", "asks what was set", "one between may change what it asks"],
)
def test_a_priority_may_last_where_the_later_rule_may_not_hold(between: Any, last: dict[str, Any]) -> None:
    first = rule("a", {"labels": "x", "impact": "high"}, set={"priority": "P1"})
    told = found(rules=(first, *between, rule("b", last, set={"priority": "P3"})))
    assert all(gravity is Gravity.warning for gravity, _, _ in told)


def test_a_rule_that_no_ticket_can_meet_is_told_once() -> None:
    rules = (
        rule("a", {"labels": "x"}, set={"priority": "P1"}, stop=True),
        rule("never", {"votes": {"gt": 5, "lt": 3}}, set={"priority": "P2"}, escalate=["p1"]),
        rule("b", {"labels": "y"}, comment=True),
    )
    told = found(**escalation(), rules=rules)
    assert [path for _, path, _ in told] == ["rules.1.when"]


def test_a_rule_that_never_holds_hides_nothing_about_others() -> None:
    between = rule("never", {"votes": {"gt": 5, "lt": 3}}, set={"impact": "low"}, stop=True)
    rules = (rule("a", {"labels": "x"}, set={"priority": "P1"}), between, rule("b", {}, set={"priority": "P3"}))
    assert [path for _, path, _ in found(rules=rules)] == ["rules.1.when", "rules.0.then.set.priority"]


def test_a_rule_behind_several_that_stop_is_told_once() -> None:
    rules = [rule(name, {"labels": "x"}, comment=True, stop=True) for name in "ab"]
    assert [path for _, path, _ in found(rules=(*rules, rule("c", {"labels": "x"}, comment=True)))] == [
        "rules.1",
        "rules.2",
    ]


@pytest.mark.parametrize(
    ("when", "then", "text"),
    [
        ({"labels": "x"}, {"comment": False}, "changes nothing; change it, or take the rule out"),
        ({"labels": "x"}, {"raise": {"impact": 0}}, "changes nothing; change it, or take the rule out"),
        ({"labels": "x"}, {"add_labels": [], "escalate": []}, "changes nothing; change it, or take the rule out"),
        ({"labels": "x"}, {"stop": True}, "changes nothing: it stops the rules where they end anyway"),
        ({"impact": "high"}, {"raise": {"impact": 1}}, "changes nothing: what it sets or raises is so already"),
        ({"kind": "defect"}, {"set": {"kind": "defect"}}, "changes nothing: what it sets or raises is so already"),
        ({"priority": "P1"}, {"set": {"priority": "P1"}}, "changes nothing: what it sets or raises is so already"),
    ],
)
def test_a_rule_that_changes_nothing_is_warned_of(when: dict[str, Any], then: dict[str, Any], text: str) -> None:
    ((gravity, path, told),) = found(rules=(rule("a", when, **then),))
    assert (gravity, path) == (Gravity.warning, "rules.0.then")
    assert told.startswith(text)


@pytest.mark.parametrize(
    "rules",
    [
        (rule("a", {"labels": "x"}, stop=True), rule("b", {}, comment=True)),
        (rule("a", {"impact": "high"}, set={"impact": "medium"}, raise_={"impact": 1}),),
        (rule("a", {"priority": "P1"}, set={"priority": "P1"}), rule("b", {}, set={"impact": "low"})),
        (rule("a", {"impact": {"at_least": "medium"}}, raise_={"impact": 1}),),
    ],
    ids=["stops one after it", "sets it lower first", "keeps it from the matrix", "medium may rise"],
)
def test_a_rule_that_may_change_something_is_left_alone(rules: Any) -> None:
    assert found(rules=rules) == []


def test_rules_that_set_different_priorities_together_are_warned_of() -> None:
    rules = (rule("a", {"labels": "x"}, set={"priority": "P1"}), rule("b", {"labels": "y"}, set={"priority": "P2"}))
    assert found(rules=rules) == [
        (
            Gravity.warning,
            "rules.1.then.set.priority",
            "may hold together with rule 'a', and then P2 replaces its P1; if that one should win, add stop: true to it",
        )
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (rule("a", {"labels": "x"}, set={"priority": "P1"}, stop=True), rule("b", {"labels": "y"}, set={"priority": "P2"})),
        (rule("a", {"labels": "x"}, set={"priority": "P1"}), rule("b", {"labels": {"none": ["x"]}}, set={"priority": "P2"})),
        (rule("a", {"labels": "x"}, set={"priority": "P1"}), rule("b", {"priority": "P1"}, set={"priority": "P2"})),
        (rule("a", {"labels": "x"}, set={"priority": "P1"}), rule("b", {"labels": "y"}, set={"priority": "P1"})),
    ],
    ids=["stops", "never together", "asks what was set", "the same"],
)  # fmt: skip
def test_rules_that_agree_or_never_meet_are_left_alone(first: Any, second: Any) -> None:
    assert found(rules=(first, second)) == []


def test_an_escalation_that_has_ended_before_it_begins_is_an_error() -> None:
    rules = (rule("x", {"labels": "x", "votes": {"gt": 5}}, escalate=["p1"]),)
    told = found(**escalation(until={"any": [{"priority": "P1"}, {"votes": {"gte": 3}}]}), rules=rules)
    assert [path for _, path, _ in told] == ["escalation.p1.for.0", "rules.0.then.escalate.0"]
    assert told[0][2].startswith("never begins for P1: what ends the escalation policy 'p1' is so from the start")


def test_an_escalation_begins_where_a_rule_may_change_what_ends_it() -> None:
    rules = (rule("x", {"priority": "P2"}, set={"priority": "P1"}, escalate=["p1"]),)
    given = escalation(until={"priority": "P2"}) | {"rules": rules}
    assert found(**given) == []


@pytest.mark.parametrize(
    "until", [{"acknowledged": False}, {"not": {"acknowledged": True}}, {"acknowledged_at": {"missing": True}}]
)
def test_an_escalation_that_waits_for_the_response_that_it_should_call_for_is_an_error(until: dict[str, Any]) -> None:
    given = escalation(until=until, **{"for": ["P1", "P2"]})
    ((gravity, path, text),) = found(**given, rules=(rule("x", {"labels": "x"}, escalate=["p1"]),))
    assert (gravity, path) == (Gravity.error, "escalation.p1.until")
    assert text.startswith(
        "so from the start for P1 and P2 and rule 'x': nobody is called before the team has responded"
    )


def test_an_escalation_may_be_for_what_has_been_responded_to() -> None:
    given = escalation(until={"any": [{"acknowledged": False}, {"idle_for": {"lt": "2h"}}]}, **{"for": []})
    rules = (rule("quiet", {"acknowledged": True, "idle_for": {"gt": "1d"}}, escalate=["p1"]),)
    assert found(**given, rules=rules) == []


def test_an_escalation_until_the_ticket_is_closed_is_meant() -> None:
    assert found(**escalation(until={"open": False})) == []


def test_an_escalation_that_nothing_calls_is_warned_of() -> None:
    (told,) = found(people=PEOPLE, escalation={"p1": {"tiers": TIERS}})
    assert told[:2] == (Gravity.warning, "escalation.p1")


def test_nobody_to_tell_is_warned_of() -> None:
    tiers = [{"after": "0m", "notify": ["on_call", "lead"]}]
    told = found(roles={"lead": []}, escalation={"p1": {"for": ["P1"], "tiers": tiers}})
    assert [(gravity, path) for gravity, path, _ in told] == [
        (Gravity.warning, "roles.lead"),
        (Gravity.warning, "roster"),
    ]


def test_people_whom_no_tracker_knows_are_warned_of() -> None:
    people = {**PEOPLE, "kim": {"name": "Kim S", "jira": "kim"}}
    assert found(("jira", "github"), people=people) == []
    (told,) = found(("github",), people=people)
    assert told == (
        Gravity.warning,
        "people.kim",
        "in no tracker, so no response of theirs is seen and nothing reaches them; write github: LOGIN, and else email: or channels:",
    )


@pytest.mark.parametrize("way", [{"email": "kim@shop.example"}, {"channels": ["sms"]}])
def test_people_whom_no_tracker_knows_are_reached_all_the_same_where_the_policy_says_how(way: dict[str, Any]) -> None:
    ((_, _, told),) = found(("github",), people={**PEOPLE, "kim": {"name": "Kim S", **way}})
    assert told == "in no tracker, so no response of theirs is seen; write github: LOGIN"


def special(**days: str) -> dict[str, Any]:
    """A calendar of single days of November 2026, each with a span of hours: `d28="08-12"`."""
    spans = {f"2026-11-{day[1:]}": [f"{span[:2]}:00-{span[3:]}:00"] for day, span in days.items()}
    return {"zone": "UTC", "hours": {}, "special": spans}


# The release is watched from 2026-11-20 to 2026-12-04, and the policy looked at on 2026-11-23.
@pytest.mark.parametrize(
    ("calendar", "target", "told"),
    [
        (special(d20="08-18"), "4h", (Gravity.error, "from 2026-11-23 on for the resolve target of a P1, so a tick would fail")),
        (special(d28="08-11"), "4h", (Gravity.error, "from 2026-11-23 on for the resolve target of a P1, so a tick would fail")),
        (special(d28="08-12"), "4h", (Gravity.warning, "for the resolve target of a P1 of a ticket that comes up on 2026-12-04")),
        (ALWAYS, "4h", None),
    ],
    ids=["run out", "an hour too few", "not to the end", "for ever"],
)  # fmt: skip
def test_calendar_that_runs_out_while_targets_need_it(
    calendar: dict[str, Any], target: str, told: tuple[Gravity, str] | None
) -> None:
    given = policy(calendars={"gone": calendar}, targets=targets(resolve=dict.fromkeys(Priority, f"{target} on gone")))
    wanted = told and (told[0], "calendars.gone", f"has too few hours left {told[1]}; add hours to it, or special days")
    assert [_told(one) for one in lint(given, NOW, release=release())] == ([wanted] if wanted else [])
    assert lint(given, NOW) == ()


def test_calendar_may_run_out_after_the_days_for_which_it_is_needed() -> None:
    early = {"until_day": 5, "targets": targets(resolve=dict.fromkeys(Priority, "4h on gone"))}
    for days, gravities in (({"d25": "08-12"}, []), ({"d24": "08-12"}, [Gravity.warning])):
        given = policy(calendars={"gone": special(**days)}, phases=[early])
        assert [one.severity for one in lint(given, NOW, release=release())] == gravities


@pytest.mark.parametrize(
    ("written", "days", "gravities"),
    [
        ({"after": "0m"}, {"d28": "08-12", "d30": "08-12"}, []),
        ({"after": "0m"}, {"d20": "08-12"}, [Gravity.error]),
        ({"after": "8h"}, {"d28": "08-18", "d30": "08-18"}, []),
        ({"after": "8h"}, {"d28": "08-12"}, [Gravity.error]),
        ({"after": "8h", "repeat": "3h"}, {"d28": "08-18"}, [Gravity.error]),
    ],
    ids=["at once", "never at once", "last tier", "never the last tier", "never again"],
)
def test_calendar_of_an_escalation_must_last_for_its_next_step(
    written: dict[str, str], days: dict[str, str], gravities: list[Gravity]
) -> None:
    tier = {"after": written["after"], "notify": ["ana"]}
    called = escalation(calendar="gone", tiers=[tier], **{"repeat": written["repeat"]} if "repeat" in written else {})
    given = policy(**called, calendars={"gone": special(**days)})
    shop = release(hypercare=timedelta(days=9))
    assert [one.severity for one in lint(given, NOW, release=shop)] == gravities


def test_calendar_that_nothing_runs_on_may_run_out() -> None:
    assert lint(policy(calendars={"gone": special(d20="08-12")}), NOW, release=release()) == ()


def test_review_that_is_never_held_is_warned_of() -> None:
    given: dict[str, Any] = {"calendars": {"office": OFFICE}, "reviews": [{"id": "a", "schedule": "0 10 * * mon"}]}
    late = {"id": "b", "schedule": "0 20 * * *", "calendar": "office"}
    leap = {"id": "c", "schedule": "0 10 29 2 *"}
    given["reviews"] += [late, leap]
    shop, never = release(zone="Europe/Berlin"), "not held once in the coming year: it has no time"
    assert [_told(finding) for finding in lint(policy(**given), NOW, release=shop)] == [
        (
            Gravity.warning,
            "reviews.1.schedule",
            f"{never} within the hours of calendar 'office'; change its schedule or its calendar",
        ),
        (
            Gravity.warning,
            "reviews.2.schedule",
            f"{never}; change its schedule",
        ),
    ]


def test_hours_in_which_nobody_is_on_call_are_told() -> None:
    roster = {"shifts": [{"who": ["ana"], "calendar": "emea"}]}
    given: dict[str, Any] = {"people": PEOPLE, "roster": roster, "calendars": {"emea": OFFICE, "always": ALWAYS}}
    ((gravity, path, text),) = found(**given)
    assert (gravity, path) == (Gravity.warning, "roster.shifts")
    assert text.startswith(
        "nobody is on call for 9d20h of the coming 14d (UTC): Mon 23 Nov 17:00 to Tue 24 Nov 07:00, "
    )
    assert text.endswith(" and 7 more; add a shift")
    roster["shifts"].append({"who": ["ben"], "calendar": "always"})
    assert found(**given) == []


def test_a_higher_priority_due_after_a_lower_one_at_some_hour_is_warned_of() -> None:
    calendars = {"emea": OFFICE, "always": ALWAYS}
    upside = targets(resolve={"P1": "4h on emea", "P2": "8h on always", "P3": "16h on emea", "P4": "32h on emea"})
    ((gravity, path, text),) = found(calendars=calendars, targets=upside)
    assert (gravity, path) == (Gravity.warning, "targets.resolve.P1")
    assert text.startswith("a P1 of Mon 00:00 UTC (4h on emea) is due after a P2 (8h on always)")
    right = targets(resolve={"P1": "4h on always", "P2": "8h on emea", "P3": "16h on emea", "P4": "32h on emea"})
    assert found(calendars=calendars, targets=right) == []


def test_news_after_the_time_to_resolve_are_warned_of() -> None:
    assert found(targets=targets(update={"P1": "4h"})) == []
    ((gravity, path, _),) = found(targets=targets(update={"P1": "5h"}))
    assert (gravity, path) == (Gravity.warning, "targets.update.P1")


def test_a_higher_priority_left_alone_for_longer_is_warned_of() -> None:
    assert [told[:2] for told in found(stale={"P1": "2d", "P3": "1d"})] == [(Gravity.warning, "stale.P1")]


def test_rules_that_held_for_no_ticket_are_told() -> None:
    rules = (rule("a", {"labels": "x"}, comment=True), rule("b", {"labels": "y"}, comment=True))
    (told,) = unmatched(policy(rules=rules), {"a"}, 59)
    assert _told(told)[:2] == (Gravity.warning, "rules.1.when")
    assert "none of the release's tickets (59)" in told.text


def test_everything_is_told_at_once_and_errors_first() -> None:
    given: dict[str, Any] = {
        "rules": (rule("a", {"labls": "x"}, add_labels=["P1"]), rule("a", {"labels": "x"}, escalate=["p9"])),
        "stale": {"P1": "0m", "P3": "3d", "P4": "1d"},
        "people": PEOPLE,
        "escalation": {"p1": {"tiers": TIERS}},
    }
    told = found(**given)
    gravities = [gravity for gravity, _, _ in told]
    assert gravities == sorted(gravities)
    assert len(told) == 7
    assert tuple(lint(policy(**given), NOW))[:5] == errors(policy(**given))


def test_levels_are_no_priorities() -> None:
    rules = (rule("a", {"labels": "x"}, set={"impact": Level.high}), rule("b", {}, set={"impact": Level.low}))
    assert found(rules=rules) == []


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("p1", "did you mean P1?"),
        ("hypercare:P1", "did you mean P1?"),
        ("overridden", "let a rule add it, or take it out"),
        ("outages", "did you mean outage?"),
        ("nonsense", "let a rule add it, or take it out"),
    ],
)
def test_style_for_a_label_that_nothing_sets_may_be_a_slip(name: str, remedy: str) -> None:
    ruled = (rule("a", {"labels": "down"}, add_labels=["outage"]),)
    assert found(labels={name: {}}, rules=ruled) == [
        (Gravity.warning, f"labels.{name}", f"nothing ever sets this label; {remedy}")
    ]


def test_style_for_a_label_that_is_set_is_without_finding() -> None:
    names = ("P1", "P4", "at-risk", "breached", "stale", "escalated", "summary", "outage")
    ruled = (rule("a", {"labels": "down"}, add_labels=["hypercare:outage"]),)
    assert found(labels={name: {} for name in names}, rules=ruled) == []


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("summary", "hypercare:summary has a meaning of its own"),
        ("stale", "hypercare:stale has a meaning of its own"),
        ("outage", "hypercare:outage has a meaning of its own"),
        ("x" * 41, "longer than 50 characters with its prefix"),
    ],
)
def test_label_of_what_is_handed_over_is_no_other_label_of_ours(label: str, text: str) -> None:
    rules = (rule("a", {"labels": "x"}, add_labels=["outage"]),)
    ((gravity, path, told),) = found(rules=rules, handover=HandoverPolicy(label=label))
    assert (gravity, path) == (Gravity.error, "handover.label")
    assert told.startswith(text)


def test_style_of_the_label_of_what_is_handed_over_is_for_something() -> None:
    assert found(labels={"bau": LabelStyle(colour="green")}) == []


def test_owners_after_hypercare_are_people_of_the_policy() -> None:
    handover = HandoverPolicy(owner="bem", owners={"Payments": "ana"})
    told = found(people={"ben": Member(name="Ben", github="ben", jira="ben")}, handover=handover)
    assert [(path, text) for _, path, text in told] == [
        ("handover.owner", "no such person: 'bem'; did you mean ben?"),
        ("handover.owners.Payments", "no such person: 'ana'; write ben"),
    ]
