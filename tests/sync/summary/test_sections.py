"""What a lead reads under each heading: in full for those inside, in numbers for those outside."""

import re
from typing import Any

import pytest
from tests.rules import build
from tests.sync.summary import scenes
from tests.sync.summary.scenes import NOW, POLICY, TICKETS, view

from hypercare_rules.assess import assess
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Audience
from hypercare_sync.summary import changes_document, summary_document, summary_view
from hypercare_sync.text import markdown

JIRA = "https://shop.atlassian.net/browse"


def text(*more: Any, audience: Audience = Audience.internal, **given: Any) -> str:
    return markdown.render(summary_document(view(*more, audience=audience, **given)))


def section(whole: str, heading: str) -> list[str]:
    return whole.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip().splitlines()


def link(number: int) -> str:
    return f"[SHOP-{number}]({JIRA}/SHOP-{number})"


def changed(**given: Any) -> Policy:
    return POLICY.model_copy(update=given)


def many(number: int, **given: Any) -> list[Any]:
    return [build.ticket(f"SHOP-{100 + n}", title=f"Case {n}", created="97h30m", **given) for n in range(number)]


def test_the_first_lines_say_how_it_is_who_is_on_call_and_what_comes_next() -> None:
    head = text().partition("\n## ")[0].strip().split("\n\n")
    assert head == [
        "> [!CAUTION]\n> **Red**: 1 open P1; 1 P2 breached; 1 open P2.",
        "Hypercare, day 5 of 14. 9 tickets in 8 incidents; 1 ticket left out as planned work.",
        "On call: **Ana K** until Tue 24 Nov 18:00, then nobody until Wed 25 Nov 08:00, then Ben L.",
        "Next review: **Wed 25 Nov 09:00** (Europe/Berlin), daily look, with on call, hypercare lead.",
    ]


def test_what_burns_and_what_to_decide_stand_before_all_else() -> None:
    headings = [line[3:] for line in text().splitlines() if line.startswith("## ")]
    assert headings == [
        "Decisions needed", "Burning", "At risk soon", "Since the last review (Tue 24 Nov 09:00)", "Leaving hypercare",
        "Possibly this release", "Possibly the same problem", "Counts", "By day", "Targets", "Customers", "Sources", "Links",
    ]  # fmt: skip


def test_each_decision_names_who_what_and_why() -> None:
    by_hand = "P2 by hand, P3 by the policy (impact medium (default), urgency medium (default))"
    assert section(text(), "Decisions needed") == [
        f"- **Ana K**: take {link(1)}, or say who does: urgent, and nobody has it",
        f"- **Kim S**: settle {link(1)}, acme/web#7: trackers differ, P1 in shop-jira, P3 in web-github",
        f"- **Kim S**: confirm the override of {link(2)}, or take it off: {by_hand}; since Sat 21 Nov 05:00",
        "- **Kim S**: claim acme/web#9: a version or milestone says whether it belongs to this release",
        f"- **Kim S**: say whether {link(3)}, acme/web#8 are one problem",
    ]


def test_decisions_about_hidden_tickets_are_counted() -> None:
    assert section(text(audience=Audience.public), "Decisions needed") == [
        "- **Kim S**: claim acme/web#9: a version or milestone says whether it belongs to this release",
        "",
        "4 decisions about tickets of a narrower audience not told here.",
    ]


def test_of_several_tickets_in_one_decision_those_that_may_be_seen_are_named_and_the_rest_counted() -> None:
    seen = build.ticket("SHOP-50", title="Orders vanish", created="97h30m", labels={build.P1_LABEL})
    seen = seen.model_copy(update={"audience": Audience.public})
    (line,) = (one for one in section(text(seen, audience=Audience.public), "Decisions needed") if "take" in one)
    assert line == f"- **Ana K**: take {link(50)} and 1 more, or say who does: urgent, and nobody has them"


def test_where_the_policy_names_nobody_that_is_said_with_what_to_do() -> None:
    lines = section(text(policy=changed(roles={}, roster=Policy.model_fields["roster"].default)), "Decisions needed")
    assert all(line.startswith("- **Nobody is named**: ") for line in lines if line.startswith("- "))
    assert lines[-1] == "Who decides is named in the policy: by `roles: hypercare_lead` and by its roster."


def test_many_decisions_are_folded() -> None:
    overrides = many(
        20,
        labels={"hypercare-override:P4"},
        assignees=(build.ANA,),
        history=(build.labelled("1h", "hypercare-override:P4"),),
    )
    older = [one.model_copy(update={"created": build.after("1h")}) for one in overrides]
    lines = section(text(*older), "Decisions needed")
    assert len([line for line in lines[: lines.index("<details>")] if line.startswith("- ")]) == 10
    assert "<summary>15 more</summary>" in lines


def test_of_many_pairs_the_first_are_shown_and_the_others_counted() -> None:
    alike = [one.model_copy(update={"title": "Search for umlauts shows nothing"}) for one in many(6)]
    whole = text(*alike)
    assert "are one problem; and 15 more pairs below" in whole
    lines = section(whole, "Possibly the same problem")
    assert (sum(line.startswith("- ") for line in lines), lines[-1]) == (10, "and 6 more pairs.")


def test_a_burning_incident_has_both_trackers_the_reason_of_its_priority_and_its_runbook_in_one_row() -> None:
    header, _, row, _ = section(text(), "Burning")
    assert header == ("| Priority | Ticket | Title | Clock | Owner | Next call | Runbook | Age in days | Why | Note |")
    assert row == (
        f"| **P1** | {link(1)}, acme/web#7 | Payments fail &#124; for \\[all\\] &lt;cards&gt; / Checkout broken "
        "| acknowledge breached since Tue 24 Nov 09:40 | nobody | Ana K, Tue 24 Nov 12:40 "
        "| [Payments are down](https://wiki.example/payments) | 0 | impact high (label outage), urgency high (label outage) "
        "| trackers differ: P1 in shop-jira, P3 in web-github |"
    )


def test_what_is_late_soon_stands_with_the_moment_by_which_it_is() -> None:
    lines = section(text(), "At risk soon")
    assert lines[0] == "Unless somebody acts, these miss a target by Wed 25 Nov 09:00."
    named = [line.split("|")[2].strip() for line in lines[4:]]
    assert named == [link(3), "acme/web#8", link(6), link(7)]
    outside = section(text(audience=Audience.public), "At risk soon")
    assert outside[-1] == "3 tickets of a narrower audience not named here: 2 P3, 1 P4."
    assert [line.split("|")[2].strip() for line in outside[4:-2]] == ["acme/web#7", "acme/web#8"]


def test_since_the_last_review_each_change_is_counted_and_named() -> None:
    lines = section(text(), "Since the last review (Tue 24 Nov 09:00)")
    assert lines[:4] == [
        "- **2 new**",
        f"- **1 resolved**: {link(5)}",
        f"- **1 reopened**: {link(6)}",
        f"- **1 escalated**: {link(1)}",
    ]
    outside = section(text(audience=Audience.public), "Since the last review (Tue 24 Nov 09:00)")
    assert outside[:4] == ["- **2 new**", "- **1 resolved**", "- **1 reopened**", "- **1 escalated**"]
    assert outside[-1] == "1 ticket of a narrower audience not named here: 1 P1."


@pytest.mark.parametrize(
    ("label", "why"),
    [("hypercare-override:P4", "by hand"), (build.P4_LABEL, "impact low (label cosmetic), urgency medium (default)")],
)
def test_another_priority_says_from_what_to_what_and_by_what(label: str, why: str) -> None:
    late = build.ticket(
        "SHOP-60", title="Fonts", created="1h", labels={label}, history=(build.labelled("97h30m", label),)
    )
    lines = section(text(late), "Since the last review (Tue 24 Nov 09:00)")
    assert f"- **1 with another priority**: {link(60)} from P3 to P4 ({why})" in lines
    hidden = section(text(late, audience=Audience.public), "Since the last review (Tue 24 Nov 09:00)")
    assert "- **1 with another priority**" in hidden


def test_of_many_changes_a_few_are_named_and_the_command_lists_all() -> None:
    crowd = many(40)
    lines = section(text(*crowd), "Since the last review (Tue 24 Nov 09:00)")
    assert "- **42 new**" in lines
    assert sum(line.startswith("| **P") for line in lines) == 15
    assert lines[-1] == "and 27 more, which `hypercare-sync summary --since` lists."
    whole = markdown.render(changes_document(view(*crowd)))
    assert sum(line.startswith("| **P") for line in whole.splitlines()) == 42
    assert whole.startswith("> [!CAUTION]")
    assert "## Burning" not in whole


def test_since_another_moment_other_things_changed() -> None:
    seen = summary_view(scenes.assessment(), POLICY, Audience.internal, "web-github", build.after("98h"))
    assert "## Since Tue 24 Nov 10:00\n\nNothing came up, was done or changed its priority.\n" in markdown.render(
        summary_document(seen)
    )


def test_counts_are_by_priority_and_by_kind() -> None:
    lines = section(text(), "Counts")
    assert lines[2:7] == [
        "| **P1** | 1 | 0 | 1 | 2 |",
        "| **P2** | 1 | 0 | 0 | 1 |",
        "| **P3** | 3 | 1 | 1 | 5 |",
        "| **P4** | 1 | 0 | 0 | 1 |",
        "| **All** | 6 | 1 | 2 | 9 |",
    ]
    assert lines[10:] == ["| **defect** | 5 | 1 | 2 | 8 |", "| **usage question** | 1 | 0 | 0 | 1 |"]


def test_the_days_are_drawn_and_told() -> None:
    lines = section(text(), "By day")
    assert '    title "New (bars), Resolved (line)"' in lines
    assert "    bar [1, 2, 1, 0, 6]" in lines
    assert "| 24 Nov | 6 | 1 | 7 |" in lines
    assert "What was reopened counts as new." in lines


def test_of_a_long_hypercare_the_last_four_weeks_are_drawn() -> None:
    (table,) = re.findall(r"\| Day .*?\n\n", "\n".join(section(text(now=build.after("60d")), "By day")), re.DOTALL)
    days = table.strip().splitlines()[2:]
    assert (len(days), days[0], days[-1]) == (28, "| 23 Dec | 0 | 0 | 7 |", "| 19 Jan | 0 | 0 | 7 |")


def test_targets_are_told_by_priority_with_median_and_nine_in_ten() -> None:
    lines = section(text(), "Targets")
    assert lines[0] == (
        "| Priority | Answered in time | Time to acknowledge (median, 90%) | Resolved in time | Time to resolve (median, 90%) |"
    )
    assert lines[2] == "| **P1** | 1 of 2, 50% | 20m, 20m | 0 of 1, 0% | 7h, 7h |"
    assert lines[4] == "| **P3** | 4 of 4, 100% | 1h, 3h | 0 of 1, 0% | 67h20m, 67h20m |"
    assert "at least" not in lines[-1]


def test_times_that_are_lower_bounds_are_counted() -> None:
    cut = build.closed("SHOP-70", title="Cut", resolved="40h", history_cut=True)
    assert section(text(cut), "Targets")[-1].endswith(" 1 time is at least so long.")


def test_customers_are_counted_and_the_loudest_named() -> None:
    assert section(text(), "Customers") == [
        "1 customer reported 9 tickets; 1 comment by a customer; 3 votes; 4 reactions.",
        "",
        "| Ticket | Title | Customers | Comments | Votes | Reactions |",
        "| --- | --- | --- | --- | --- | --- |",
        "| acme/web#7 | Checkout broken | 1 | 0 | 3 | 4 |",
        f"| {link(6)} | Mails arrive twice | 1 | 1 | 0 | 0 |",
    ]
    outside = section(text(audience=Audience.public), "Customers")
    assert outside[0] == "1 customer reported 9 tickets; 1 comment by a customer; 3 votes; 4 reactions."
    assert len(outside) == 5


def test_where_customers_said_nothing_nothing_is_told() -> None:
    policy = build.policy()
    alone = assess(build.world(build.source(build.ticket(reporter=build.ANA))), policy, NOW)
    assert "## Customers" not in markdown.render(summary_document(summary_view(alone, policy, Audience.internal)))


def test_links_and_runbooks_are_for_those_who_may_know_of_them() -> None:
    assert section(text(), "Links") == [
        "- [How we decide](https://wiki.example/hypercare)",
        "- [Payments are down](https://wiki.example/payments)",
    ]
    outside = text(
        TICKETS[0].model_copy(update={"audience": Audience.public, "ref": TICKETS[0].ref._replace(key="SHOP-99")}),
        audience=Audience.public,
    )
    assert section(outside, "Links") == ["- [How we decide](https://wiki.example/hypercare)"]
    assert "Payments are down" not in outside


def test_when_the_window_is_over_the_phase_says_why_it_goes_on() -> None:
    whole = text(now=build.after("15d"))
    ended = "Extended, day 16 of 14: the window ended Fri 4 Dec 08:00 with 2 of 3 exit criteria not met"
    assert (
        f"{ended}: no open p1 (lost since Tue 24 Nov 09:10), in time (lost since Fri 20 Nov 14:00). 9 tickets" in whole
    )
    extend = (
        "extend hypercare, or end it all the same: its window ended Fri 4 Dec 08:00, and 2 of 3 exit criteria not met"
    )
    assert f"**Kim S**: {extend}: no open p1, in time" in whole


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("98h", "**Ana K** until Tue 24 Nov 18:00, then nobody until Wed 25 Nov 08:00, then Ben L."),
        ("110h", "**nobody** until Wed 25 Nov 08:00, then Ben L."),
    ],
)
def test_who_is_on_call_now_and_next(now: str, said: str) -> None:
    assert f"On call: {said}\n" in text(now=build.after(now))


def test_without_a_roster_nothing_is_said_of_who_is_on_call() -> None:
    assert "On call" not in text(policy=changed(roster=Policy.model_fields["roster"].default))


def test_counts_of_a_source_that_failed_are_lower_bounds() -> None:
    whole = text(problem="502")
    assert "At least 9 tickets in 8 incidents" in whole
    assert "| shop-jira SHOP | 7 | **Stale** since Fri 20 Nov 08:00; counts are lower bounds |" in whole
