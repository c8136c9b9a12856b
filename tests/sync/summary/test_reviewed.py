"""A review's comment: what it says, the same in every form, and to whom."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.rules import build
from tests.sync.summary.scenes import POLICY, TICKETS, assessment
from tests.sync.summary.test_everywhere import FORMS, WRITE, in_adf, in_html, in_markdown, in_wiki

from hypercare_rules.assess import Assessment
from hypercare_rules.conversation import Conversation
from hypercare_rules.held_review import HeldReview
from hypercare_rules.policy import Policy
from hypercare_rules.reviewing import review_now
from hypercare_rules.ticket import Audience, Comment, Marker
from hypercare_sync.summary import review_document, review_view
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document

SNAPSHOTS = Path(__file__).parent / "snapshots"
THERE = ("markdown.md", "adf.jsonl", "wiki.txt")
BEFORE = HeldReview(
    review="daily-look",
    at=build.after("73h"),
    told=build.after("73h20m"),
    numbers={"open": 5, "P1": 0, "P2": 1, "P3": 4, "P4": 0, "breached": 1},
)


def held(assessed: Assessment, before: HeldReview | None = BEFORE) -> Assessment:
    """The release with the review of the day before in its summary."""
    marker = Marker(purpose="review", release=assessed.release.name, review=before)
    told = build.after("73h20m")
    comment = Comment(id="1", author=build.US, created=told, updated=told, text="", marker=marker)
    talk = Conversation.of([comment] if before else [], "1")
    return replace(assessed, memory=assessed.memory.model_copy(update={"conversation": talk}))


def review(
    audience: Audience = Audience.internal, *, before: HeldReview | None = BEFORE, policy: Policy = POLICY
) -> Document:
    assessed = held(assessment(policy=policy), before)
    content = review_now(assessed, policy, build.GO_LIVE)
    assert content is not None
    return review_document(review_view(content, assessed, policy, audience, "web-github"))


@pytest.mark.parametrize("name", THERE)
def test_it_looks_as_it_was_last_looked_at(name: str) -> None:
    """With HYPERCARE_SNAPSHOTS=write it is written anew, to be looked at."""
    shown, path = FORMS[name](review()), SNAPSHOTS / f"review-{name}"
    if WRITE:
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("told", [in_markdown, in_wiki, in_html])
def test_every_form_says_word_for_word_what_the_others_say(
    told: Callable[[Document], list[str]], audience: Audience
) -> None:
    document = review(audience)
    assert len(in_adf(document)) > 100
    assert told(document) == in_adf(document)


def test_what_readers_may_not_see_is_counted_and_not_named() -> None:
    said = markdown.render(review(Audience.public))
    hidden = [ticket for ticket in TICKETS if ticket.audience > Audience.public]
    assert hidden
    assert not any(ticket.ref.key in said or ticket.title in said for ticket in hidden)
    assert "1 more about tickets of a narrower audience" in said
    assert "Ana K hands over 1 open ticket: of a narrower audience" in said


def test_the_first_review_has_no_numbers_to_compare_with() -> None:
    said = markdown.render(review(before=None))
    assert "| Tickets | Now |" in said
    assert "Since Fri 20 Nov 08:00" in said
    assert "Since the last review (Mon 23 Nov 09:20)" in markdown.render(review())
