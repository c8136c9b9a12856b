"""The summary: what a lead reads in ten seconds, and what its readers may not see."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.strategies import unhurried

from hypercare_rules.assess import Assessment, World, assess
from hypercare_rules.ticket import Audience, Comment, Person, Ref, Standing, Ticket
from hypercare_sync.summary import heartbeat, summary_document, summary_title, summary_view
from hypercare_sync.text import adf, markdown

NOW = build.after("71h")
RELEASE = build.release(zone="Europe/Berlin")


def assessed(*tickets: Ticket, problem: str | None = None, **given: Any) -> Assessment:
    sources = (build.source(*tickets, label="shop-jira SHOP", problem=problem),)
    return assess(World(release=RELEASE, sources=sources), build.policy(**given), NOW)


def shown(*tickets: Ticket, audience: Audience = Audience.internal, github: str | None = None, **given: Any) -> str:
    return markdown.render(summary_document(summary_view(assessed(*tickets, **given), audience, github)))


def section(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip()


def urgent(key: str = "SHOP-1", **given: Any) -> Ticket:
    return build.ticket(key, created="70h", labels=frozenset({build.P1_LABEL}), **given)


def of_audience(ticket: Ticket, audience: Audience) -> Ticket:
    return ticket.model_copy(update={"audience": audience})


def test_health_stands_first_with_its_reasons() -> None:
    view = summary_view(assessed(urgent()), Audience.internal)
    assert summary_title(view) == "🔴 Hypercare Shop 5.2: red, day 3 of 14"
    late = build.ticket("SHOP-2", comments=(build.comment("2h"),))
    assert shown(urgent(), late).startswith("> [!CAUTION]\n> **Red**: 1 open P1; 1 P3 or P4 breached.\n")


def test_release_without_tickets_is_well() -> None:
    text = shown()
    assert text.startswith("> [!TIP]\n> **Green**: no open P1 or P2, nothing breached or at risk.")
    assert section(text, "Burning") == "Nothing burns."
    assert section(text, "New in the last 24 hours") == "Nothing new."
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
    assert row.endswith("| 4 |")
    assert "[SHOP-1](https://tracker.example/SHOP-1)" in row


@pytest.mark.parametrize(("age", "listed"), [("0s", True), ("23h59m", True), ("24h", False), ("-1h", False)])
def test_new_are_the_tickets_of_the_last_24_hours(age: str, *, listed: bool) -> None:
    length = -timedelta(hours=1) if age == "-1h" else build.after(age) - build.GO_LIVE
    ticket = build.ticket(created=NOW - length)
    assert ("SHOP-1" in section(shown(ticket), "New in the last 24 hours")) is listed


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
    assert "https://tracker.example" not in there
    assert "(https://tracker.example/SHOP-1)" in shown(ticket, github="other-github")


def test_heartbeat_says_when_it_was_written_and_when_it_is_late() -> None:
    document = summary_document(summary_view(assessed(), Audience.internal))
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
    )
    hidden = draw(st.sampled_from([Audience.internal, Audience.restricted]))
    return of_audience(ticket.model_copy(update={"title": title}), hidden), words


@unhurried
@given(st.lists(secretive(), min_size=1, max_size=3, unique_by=lambda pair: pair[0].ref), st.booleans())
def test_no_text_of_a_hidden_ticket_is_anywhere_in_a_public_summary(
    pairs: list[tuple[Ticket, list[str]]], stale: bool
) -> None:
    open_ticket = of_audience(urgent("SHOP-1"), Audience.public)
    everything = assessed(open_ticket, *(ticket for ticket, _ in pairs), problem="502" if stale else None)
    view = summary_view(everything, Audience.public)
    document = heartbeat(summary_document(view), RELEASE, NOW)
    texts = [summary_title(view), markdown.render(document), str(adf.render(document))]
    for text in texts:
        assert not [word for _, words in pairs for word in words if word in text]
    assert "SHOP-1" in texts[1]
    counted = len(everything.tickets)
    assert f"{counted} ticket" in texts[1]
