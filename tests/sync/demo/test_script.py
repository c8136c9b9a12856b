"""The demo's story as it is written down."""

from collections import Counter

import pytest

from hypercare_sync.demo.script import Report, Story, Verb
from hypercare_sync.sandbox.people import OURS


def test_story_is_as_large_as_it_promises(story: Story) -> None:
    trackers = Counter("github" if "#" in key else "jira" for key in story.tickets)
    assert trackers == {"jira": 35, "github": 25}
    assert sum(report.pull_request for report in story.tickets.values()) == 2
    assert {deed.verb for deed in story.deeds} == set(Verb)


@pytest.mark.parametrize("mark", ["-", "#"])
def test_keys_count_up_in_the_order_in_which_tickets_are_opened(story: Story, mark: str) -> None:
    numbers = [
        int(deed.ticket.rpartition(mark)[2])
        for deed in story.deeds
        if deed.verb is Verb.opens and (mark == "#") == ("#" in deed.ticket)
    ]
    assert numbers == list(range(1, len(numbers) + 1))


def test_everybody_who_acts_or_is_named_is_introduced(story: Story) -> None:
    acting = {deed.who for deed in story.deeds}
    named = {deed.what for deed in story.deeds if deed.verb is Verb.assigns}
    assert acting | named == set(story.week.people)
    assert OURS not in story.week.people


def test_nothing_happens_to_a_ticket_before_it_is_opened_or_after_the_last_tick(story: Story) -> None:
    opened: set[str] = set()
    for deed in story.deeds:
        assert (deed.verb is Verb.opens) == (deed.ticket not in opened), deed
        opened.add(deed.ticket)
        assert deed.at < story.week.ticks[-1]
        if deed.verb is Verb.duplicates:
            assert deed.what in opened


def test_no_two_deeds_on_one_ticket_share_a_moment(story: Story) -> None:
    moments = Counter((deed.ticket, deed.at) for deed in story.deeds)
    assert moments.total() == len(moments)


def test_ticks_go_forward(story: Story) -> None:
    ticks = story.week.ticks
    assert list(ticks) == sorted(set(ticks))
    assert len(ticks) == 14


def test_threads_are_written_in_the_order_of_time(story: Story) -> None:
    def moments(report: Report) -> list[str]:
        return [line[:11] for line in (report.opened, *report.thread)]

    for key, report in story.tickets.items():
        assert moments(report) == sorted(moments(report)), key
