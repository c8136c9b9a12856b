"""The summary: what a lead reads in ten seconds, and what its readers may not see."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.rules import build
from tests.rules.rich import RICH
from tests.rules.strategies import any_tickets, unhurried

from hypercare_rules.assess import Assessment, Memory, World, assess
from hypercare_rules.decisions import OVERRIDE_STANDS
from hypercare_rules.duties import duties
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.exit_criteria import Criterion
from hypercare_rules.mapping import Mapping
from hypercare_rules.policy import Policy
from hypercare_rules.review import Review
from hypercare_rules.ticket import Audience, Comment, Person, Ref, Standing, Ticket
from hypercare_sync.observed import content_digest
from hypercare_sync.summary import (
    SummaryView,
    changes_document,
    heartbeat,
    summary_document,
    summary_title,
    summary_view,
)
from hypercare_sync.text import adf, html, markdown, wiki
from hypercare_sync.text.document import Document, Link, Table, spans

NOW = build.after("71h")
SINCE = "Since Sun 22 Nov 00:00"
RELEASE = build.release(zone="Europe/Berlin")


def assessed(
    *tickets: Ticket, problem: str | None = None, now: str = "71h", backfilled: bool = False, **given: Any
) -> Assessment:
    sources = (build.source(*tickets, label="shop-jira SHOP", problem=problem),)
    seen = World(release=RELEASE, sources=sources, memory=Memory(backfilled=backfilled))
    return assess(seen, build.policy(**given), build.after(now))


def viewed(
    *tickets: Ticket, audience: Audience = Audience.internal, github: str | None = None, **given: Any
) -> SummaryView:
    seen = {name: given.pop(name) for name in ("problem", "now", "backfilled") if name in given}
    return summary_view(assessed(*tickets, **seen, **given), build.policy(**given), audience, github)


def shown(*tickets: Ticket, audience: Audience = Audience.internal, github: str | None = None, **given: Any) -> str:
    return markdown.render(summary_document(viewed(*tickets, audience=audience, github=github, **given)))


def section(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip()


def urgent(key: str = "SHOP-1", **given: Any) -> Ticket:
    return build.ticket(key, **{"created": "70h", "labels": frozenset({build.P1_LABEL}), **given})


def of_audience(ticket: Ticket, audience: Audience) -> Ticket:
    return ticket.model_copy(update={"audience": audience})


def test_health_stands_first_with_its_reasons() -> None:
    view = viewed(urgent())
    assert summary_title(view) == "🔴 Hypercare Shop 5.2: red, day 3 of 14"
    late = build.ticket("SHOP-2", comments=(build.comment("2h"),))
    assert shown(urgent(), late).startswith("> [!CAUTION]\n> **Red**: 1 open P1; 1 P3 or P4 breached.\n")


def test_release_without_tickets_is_well() -> None:
    text = shown()
    assert text.startswith("> [!TIP]\n> **Green**: no open P1 or P2, nothing breached or at risk.")
    assert section(text, "Burning") == "Nothing burns."
    assert section(text, "Decisions needed") == "Nothing waits for a decision."
    assert section(text, SINCE) == "Nothing came up, was done or changed its priority."
    assert "At risk soon" not in text
    assert "Possibly this release" not in text


def test_burning_are_p1_and_p2_and_what_is_late_the_most_urgent_first() -> None:
    tickets = (
        build.ticket("SHOP-4", created="70h"),
        build.ticket("SHOP-3", created="1h"),
        build.ticket("SHOP-2", created="70h", labels=frozenset({build.P2_LABEL})),
        urgent("SHOP-1"),
        build.closed("SHOP-9", labels=frozenset({build.P1_LABEL})),
    )
    rows = section(shown(*tickets), "Burning").splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == ["**P1**", "**P2**", "**P3**"]
    assert "SHOP-3" in rows[2]


def test_row_names_owner_clock_and_age_in_days() -> None:
    ticket = urgent(assignees=(build.ANA, build.BEN)).model_copy(update={"created": build.after("-1d")})
    (row,) = section(shown(ticket), "Burning").splitlines()[2:]
    assert "| Ana K, Ben L |" in row
    assert "breached since" in row
    assert "| 4 |" in row
    assert "[SHOP-1](https://shop.atlassian.net/browse/SHOP-1)" in row


# It is seven on Monday morning in Berlin.
@pytest.mark.parametrize(
    ("created", "listed"), [("71h", True), ("39h30m", False), ("40h", False), ("40h1m", True), ("72h", False)]
)
def test_without_reviews_new_are_the_tickets_of_yesterday_and_today(created: str, *, listed: bool) -> None:
    assert ("SHOP-1" in section(shown(build.ticket(created=created)), SINCE)) is listed


def test_counts_are_by_priority_and_status() -> None:
    tickets = (
        urgent("SHOP-1"),
        build.ticket("SHOP-2", status=build.WORKING),
        build.closed("SHOP-3"),
        build.closed("SHOP-4"),
    )
    table = section(shown(*tickets), "Counts").splitlines()[2:]
    assert table == [
        "| **P1** | 1 | 0 | 0 | 1 |",
        "| **P2** | 0 | 0 | 0 | 0 |",
        "| **P3** | 0 | 1 | 2 | 3 |",
        "| **P4** | 0 | 0 | 0 | 0 |",
        "| **All** | 1 | 1 | 2 | 4 |",
    ]


def test_planned_work_is_counted_and_duplicates_are_one_incident() -> None:
    planned = build.ticket("SHOP-3", affects=(), planned_for=(build.VERSION,), created="-1d")
    pair = (build.ticket("SHOP-1"), build.ticket("SHOP-2", links=build.duplicate_of("SHOP-1")))
    assert "2 tickets in 1 incident; 1 ticket left out as planned work." in shown(*pair, planned)


def test_newcomers_without_a_version_are_suggested() -> None:
    text = section(shown(build.ticket("SHOP-7", affects=())), "Possibly this release")
    assert "SHOP-7" in text
    assert "| Ticket | Title | Owner | Age in days |" in text
    assert "narrower audience" not in text


def test_source_that_is_not_up_to_date_says_since_when_and_makes_counts_lower_bounds() -> None:
    text = shown(build.ticket(), problem="502: https://internal.example said SHOP-1")
    assert "| shop-jira SHOP | 1 | **Stale** since Fri 20 Nov 08:00; counts are lower bounds |" in text
    assert "At least 1 ticket in" in text
    assert "internal.example" not in text


def test_tickets_beyond_the_first_screen_are_folded() -> None:
    text = section(shown(*(urgent(f"SHOP-{number}") for number in range(1, 31))), "Burning")
    before, _, folded = text.partition("<summary>5 more</summary>")
    assert (before.count("| **P1** |"), folded.count("| **P1** |")) == (25, 5)


def test_tickets_of_the_same_github_are_references_and_others_links() -> None:
    ticket = urgent().model_copy(update={"ref": Ref("web-github", "acme/web#1")})
    there = shown(ticket, github="web-github")
    assert "| acme/web#1 |" in there
    assert "https://shop.atlassian.net" not in there
    assert "(https://shop.atlassian.net/browse/SHOP-1)" in shown(ticket, github="other-github")


def test_heartbeat_says_when_it_was_written_and_when_it_is_late() -> None:
    document = summary_document(viewed())
    first = markdown.render(heartbeat(document, RELEASE, NOW)).splitlines()[0]
    assert first == "As of Mon 23 Nov 07:00 (Europe/Berlin), late if you read this after Mon 23 Nov 08:20."


@pytest.mark.parametrize("audience", list(Audience))
def test_only_tickets_of_a_narrower_audience_are_hidden_and_they_are_counted(audience: Audience) -> None:
    tickets = [of_audience(urgent(f"SHOP-{one}1"), one) for one in Audience]
    text = shown(*tickets, audience=audience)
    assert [f"SHOP-{one}1" in text for one in Audience] == [one <= audience for one in Audience]
    hidden = len(Audience) - 1 - audience
    if hidden:
        noun = "ticket" if hidden == 1 else "tickets"
        assert f"{hidden} {noun} of a narrower audience not named here: {hidden} P1." in text
    assert "3 tickets in 3 incidents" in text


@st.composite
def secretive(draw: st.DrawFn) -> tuple[Ticket, list[str]]:
    """A ticket that the public may not see, and every text of it."""
    unlike = st.text(alphabet="QXZJKW", min_size=7, max_size=9)
    words = draw(st.lists(unlike, min_size=9, max_size=9, unique=True))
    title, key, owner, label, description, said, status, component, login = words
    person = Person(id=login, name=owner, standing=Standing.team)
    moment = build.after("70h30m")
    ticket = build.ticket(
        f"{key}-1",
        created=draw(st.sampled_from(["1h", "70h"])),
        labels=frozenset({label, *draw(st.sets(st.sampled_from([build.P1_LABEL, "hypercare-override:P2"])))}),
        assignees=(person,),
        description=description,
        components=(component,),
        affects=draw(st.sampled_from([(), (build.VERSION,)])),
        comments=(Comment(id="1", author=person, created=moment, updated=moment, text=said),),
        status=build.OPEN.model_copy(update={"name": status}),
        unreadable=(said,),
        links=draw(st.sampled_from([(), build.duplicate_of("SHOP-1")])),
        history=draw(st.sampled_from([(), (build.labelled("70h", "hypercare-override:P2"),)])),
        votes=draw(st.integers(0, 3)),
        organisations=(said,),
    )
    hidden = draw(st.sampled_from([Audience.internal, Audience.restricted]))
    alike = draw(st.sampled_from(["", " payment by card fails"]))
    return of_audience(ticket.model_copy(update={"title": f"{title}{alike}"}), hidden), words


@unhurried
@given(
    st.lists(secretive(), min_size=1, max_size=3, unique_by=lambda pair: pair[0].ref),
    st.booleans(),
    st.sampled_from([Audience.public, Audience.internal]),
)
def test_no_text_of_a_hidden_ticket_is_anywhere_in_a_summary_for_others(
    pairs: list[tuple[Ticket, list[str]]], stale: bool, readers: Audience
) -> None:
    policy = {**LEAVING, **CALLING, "reviews": DAILY, "customer": Mapping[bool](default=True)}
    open_ticket = of_audience(urgent("SHOP-1", title="Payment by card fails"), Audience.public)
    secret = [ticket for ticket, _ in pairs]
    everything = assessed(open_ticket, *secret, problem="502" if stale else None, backfilled=True, **policy)
    view = summary_view(everything, build.policy(**policy), readers)
    document = heartbeat(summary_document(view), RELEASE, NOW)
    rendered = (markdown.render(document), wiki.render(document), html.render(document), str(adf.render(document)))
    hidden = [word for ticket, words in pairs for word in words if ticket.audience > readers]
    for text in (summary_title(view), *rendered, markdown.render(changes_document(view))):
        assert not [word for word in hidden if word in text]
    assert "SHOP-1" in rendered[0]
    assert f"{len(everything.tickets)} ticket" in rendered[0]


DAILY = (Review(id="daily", schedule="0 10 * * *", who=("on_call",)),)


# Incidents, escalation, exit and what may be one problem.
CALLING = {
    "escalation": {"p1": EscalationPolicy.model_validate({"for": ["P1"], "tiers": [{"after": "2h", "notify": ["hypercare_lead"]}]})}
}  # fmt: skip
LEAVING = {
    "exit": TypeAdapter(tuple[Criterion, ...]).validate_python(
        [
            {"id": "no-p1", "none_open": {"priority": "P1"}, "for": "72h"},
            {"id": "calmer", "arrival": "falling", "over": "2d"},
            {"id": "in-time", "targets_met": 0.95, "over": "7d"},
            {"id": "agreed", "signed_off": ["ana"]},
        ]
    )
}


def both_sides(**given: Any) -> tuple[Ticket, Ticket]:
    """One incident: a P1 in one tracker, and a ticket of another that says so."""
    jira = urgent("SHOP-1", title="Payments fail", **given)
    github = build.ticket(
        "acme/web#7", tracker="web-github", created="1h", title="Checkout broken", description="Same as SHOP-1"
    )
    return jira, github


def test_an_incident_burns_in_one_row_with_all_its_tickets_and_names_in_what_its_trackers_differ() -> None:
    (row,) = section(shown(*both_sides()), "Burning").splitlines()[2:]
    assert row.startswith("| **P1** | [SHOP-1](https://shop.atlassian.net/browse/SHOP-1), [acme/web")
    assert "| Payments fail / Checkout broken |" in row
    assert "trackers differ: P1 in shop-jira, P3 in web-github" in row


def test_of_an_incident_readers_see_only_what_they_may() -> None:
    jira, github = both_sides()
    text = shown(of_audience(jira, Audience.restricted), of_audience(github, Audience.public), audience=Audience.public)
    burning = section(text, "Burning")
    for hidden in ("SHOP-1", "Payments", "differ", "**P1**"):
        assert hidden not in burning
    assert "web" in burning
    assert "1 ticket of a narrower audience not named here: 1 P1." in burning


def test_a_priority_that_a_person_set_says_so() -> None:
    assert "| **P1** by hand |" in section(shown(build.ticket(labels=frozenset({"hypercare-override:P1"}))), "Burning")


def test_whom_the_next_step_calls_stands_with_its_time() -> None:
    text = section(shown(urgent(), **CALLING, backfilled=True), "Burning")
    assert "| Next call |" in text
    assert "| hypercare lead, Mon 23 Nov 08:00 |" in text
    assert "Next call" not in section(shown(urgent()), "Burning")


def test_a_clock_whose_history_was_cut_is_marked_as_a_lower_bound() -> None:
    assert "times are a lower bound: its history was cut" in section(shown(urgent(history_cut=True)), "Burning")


def test_of_a_ticket_that_was_done_nobody_knows_when_that_is_said_and_not_that_its_history_was_cut() -> None:
    done = build.closed(created="70h", resolved=None)
    new = section(shown(done), SINCE)
    assert "times are a lower bound: nothing tells when it was done" in new
    assert "times are" not in section(shown(build.closed(created="70h", resolved="71h")), SINCE)


def test_exit_criteria_stand_with_evidence_streak_and_forecast() -> None:
    solved = build.closed("SHOP-4", resolved="20h", labels={build.P1_LABEL}, history=build.moves(("20h", build.DONE)))
    text = section(shown(solved, **LEAVING), "Leaving hypercare")
    streak = "none open, needed for 3d; since Sat 21 Nov 04:00, broken last by [SHOP-4](https://shop.atlassian.net/browse/SHOP-4)"
    link = "[SHOP-4](https://shop.atlassian.net/browse/SHOP-4)"
    missed = (
        f"0 of 2 targets met in the last 7d (0%, needed 95%): {link}; lost since Fri 20 Nov 09:30 by {link} "
        "with 0 of 1 met, 0%; met from Sat 28 Nov 04:00 on"
    )
    assert text.splitlines() == [
        f"- [ ] **no p1**: {streak}; met from Tue 24 Nov 04:00 on",
        "- [x] **calmer**: 0 new in the last 1d, 0 in the 1d before; since Sun 22 Nov 08:00",
        f"- [ ] **in time**: {missed}",
        "- [ ] **agreed**: waiting for ana",
        "",
        "1 of 4 criteria met; when hypercare can end cannot be told yet.",
    ]


def test_the_exit_is_expected_once_each_criterion_says_when() -> None:
    only = {"exit": LEAVING["exit"][:2]}
    solved = build.closed("SHOP-4", resolved="20h", labels={build.P1_LABEL}, history=build.moves(("20h", build.DONE)))
    text = section(shown(solved, **only), "Leaving hypercare")
    assert "1 of 2 criteria met; the exit is expected Tue 24 Nov 04:00 if nothing new comes up." in text
    assert "2 of 2 criteria met: hypercare can end." in section(shown(now="9d", **only), "Leaving hypercare")


def test_a_relapse_stands_with_its_time_and_its_ticket_as_far_as_readers_may_see_it() -> None:
    late, now = (
        build.ticket("SHOP-9", created="5d", labels={build.P1_LABEL}),
        {"now": "6d", "exit": LEAVING["exit"][:1]},
    )
    link = "[SHOP-9](https://shop.atlassian.net/browse/SHOP-9)"
    said = section(shown(late, **now), "Leaving hypercare").splitlines()[0]
    assert said == f"- [ ] **no p1**: 1 open: {link}; lost since Wed 25 Nov 08:00 by {link}"
    hidden = section(shown(of_audience(late, Audience.restricted), **now), "Leaving hypercare").splitlines()[0]
    assert hidden == "- [ ] **no p1**: 1 open; lost since Wed 25 Nov 08:00"


def test_of_many_tickets_that_keep_a_criterion_a_few_are_named_and_the_rest_counted() -> None:
    text = shown(*(urgent(f"SHOP-{number}") for number in range(1, 6)), **LEAVING)
    names = ", ".join(f"[SHOP-{number}](https://shop.atlassian.net/browse/SHOP-{number})" for number in (1, 2, 3))
    assert f"- [ ] **no p1**: 5 open: {names} and 2 more\n" in text


def test_without_exit_criteria_nothing_is_said_of_leaving() -> None:
    assert "Leaving" not in shown(urgent())


def test_criteria_name_no_ticket_that_readers_may_not_see() -> None:
    hidden = of_audience(urgent("SHOP-66"), Audience.restricted)
    text = section(shown(hidden, urgent("SHOP-7"), **LEAVING), "Leaving hypercare")
    assert "- [ ] **no p1**: 2 open: [SHOP-7](https://shop.atlassian.net/browse/SHOP-7) and 1 more\n" in text
    assert "SHOP-66" not in text


def test_titles_that_are_alike_are_suggested_and_never_merged() -> None:
    one, other = (build.ticket(key, title="Payment by card fails at checkout") for key in ("SHOP-1", "SHOP-2"))
    text = shown(one, other)
    assert "2 tickets in 2 incidents" in text
    named = [
        f"[{key}](https://shop.atlassian.net/browse/{key}): Payment by card fails at checkout"
        for key in ("SHOP-1", "SHOP-2")
    ]
    assert section(text, "Possibly the same problem").splitlines()[2:] == [f"- {' / '.join(named)}"]
    hidden = of_audience(other, Audience.restricted)
    assert "Possibly the same problem" not in shown(one, hidden)


def test_next_review_stands_above_what_burns_with_who_comes() -> None:
    reviews = [{"id": "daily-look", "schedule": "0 10 * * *", "who": ["on_call", "ana"]}]
    head = shown(reviews=reviews).partition("## Burning")[0]
    assert "Next review: **Mon 23 Nov 10:00** (Europe/Berlin), daily look, with on call, ana." in head
    assert "Next review" not in shown()


@unhurried
@given(st.lists(any_tickets(), max_size=4, unique_by=lambda one: one.ref), st.integers(0, 4000))
def test_a_tick_half_an_hour_later_says_the_same_where_nothing_became_due(tickets: list[Ticket], halves: int) -> None:
    """Between two moments at which a time of the assessment falls, the content stands still."""
    first = build.after("0m") + timedelta(minutes=30) * halves
    then = first + timedelta(minutes=30)
    policy = RICH.model_copy(update={"rules": (), "reviews": DAILY})
    one, other = (
        assess(World(release=RELEASE, sources=(build.source(*tickets),)), policy, moment) for moment in (first, then)
    )
    if _turning(one, policy) != _turning(other, policy) or _passed(one, first, then):
        return
    views = [summary_view(assessment, policy, Audience.restricted) for assessment in (one, other)]
    digests = [content_digest(summary_title(view), summary_document(view)) for view in views]
    assert digests[0] == digests[1]


def _turning(assessment: Assessment, policy: Policy) -> object:
    """Everything that rightly changes the summary: priorities, states of clocks, conditions, steps, figures of criteria, duties, reviews."""
    local = assessment.release.local(assessment.now)
    return (
        local.date(),
        assessment.day,
        assessment.phase,
        assessment.health,
        assessment.reviews,
        duties(policy, assessment.now),
        [
            (one.ticket.ref, one.priority, [clock.state for clock in one.clocks], [c.name for c in one.conditions],
             [(e.upcoming, e.due) for e in one.escalations])
            for one in assessment.tickets
        ],
        [(state.id, state.met, state.held_since, state.evidence) for state in assessment.exit],
    )  # fmt: skip


def _passed(assessment: Assessment, first: datetime, then: datetime) -> bool:
    """Whether a ticket came up between the two, or an override has stood for a day."""
    edges = [one.ticket.created for one in assessment.tickets]
    edges += [c.since + OVERRIDE_STANDS for one in assessment.tickets for c in one.conditions if c.name == "overridden"]
    return any(first < edge <= then for edge in edges)


def test_where_more_would_be_found_is_no_content_while_nothing_is_left_out() -> None:
    here, there = (
        Document((Table(("Ticket",), ((spans("T-1"),),), spans(Link("acme/web", url))),))
        for url in ("https://here.example", "https://there.example")
    )
    assert content_digest("t", here) == content_digest("t", there)
    assert content_digest("t", here) != content_digest("t", Document((Table(("Ticket",), ((spans("T-2"),),)),)))
