"""Our answer to a comment with commands: what it says, the same in every form, and that nothing in it comes alive."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.rules import build
from tests.sync.summary.scenes import NOW, POLICY, TICKETS, assessment
from tests.sync.summary.test_everywhere import FORMS, WRITE, in_adf, in_html, in_markdown, in_wiki

from hypercare_rules.conversation import Conversation
from hypercare_rules.hearing import Listener, Reply
from hypercare_rules.ticket import Audience, Comment, Person, Ref, Standing
from hypercare_sync.explained_words import said_in_the_summary
from hypercare_sync.summary import Readers, answer_document
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document

SNAPSHOTS = Path(__file__).parent / "snapshots"
KIM = Person(id="kim", name="Kim S", standing=Standing.team)
SAID = """\
Morning!
/hypercare ack #7
/hypercare priority SHOP-3 P1 because @everybody waits | <b>really</b>
/hypercare priority SHOP-2 auto
/hypercare snooze SHOP-1 4h
/hypercare sign-off
/hypercare ack SHOP-99
/hypercare explode @ana
"""


def reply(text: str = SAID, author: Person = KIM, audience: Audience = Audience.internal) -> Reply:
    comment = Comment(id="5", author=author, created=NOW, updated=NOW, text=text)
    talk = Conversation.of([comment], "1", Ref("web-github", "acme/web#1"))
    talk = talk.model_copy(update={"readers": audience})
    tickets = {ticket.ref: ticket for ticket in TICKETS}
    (found,) = Listener(talk, "Shop 5.2", tickets, POLICY, NOW).hear().replies
    return found


def answer(text: str = SAID, author: Person = KIM, audience: Audience = Audience.internal) -> Document:
    assessed = assessment()
    return answer_document(reply(text, author, audience), assessed, Readers(assessed, POLICY, audience, "web-github"))


@pytest.mark.parametrize("name", ["markdown.md", "adf.jsonl", "wiki.txt"])
def test_it_looks_as_it_was_last_looked_at(name: str) -> None:
    """With HYPERCARE_SNAPSHOTS=write it is written anew, to be looked at."""
    shown, path = FORMS[name](answer()), SNAPSHOTS / f"answer-{name}"
    if WRITE:
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("told", [in_markdown, in_wiki, in_html])
def test_every_form_says_word_for_word_what_the_others_say(told: Callable[[Document], list[str]]) -> None:
    assert told(answer()) == in_adf(answer())


def test_help_lists_every_command_and_is_no_command_itself() -> None:
    said = markdown.render(answer("/hypercare help"))
    for verb in ("ack KEY", "priority KEY P2 because REASON", "snooze KEY 4h", "sign-off", "help"):
        assert f"`/hypercare {verb}`" in said
    assert Conversation.of([Comment(id="6", author=KIM, created=NOW, updated=NOW, text=said)], "1").comments == ()


def test_a_ticket_that_readers_may_not_see_is_unknown_to_the_answer() -> None:
    said = markdown.render(answer("/hypercare ack SHOP-1", audience=Audience.public))
    assert "SHOP-1 is no ticket of this release" in said.replace("\\", "")
    assert "Payments" not in said


def test_who_may_not_is_told_so_and_how_to_learn_more() -> None:
    said = markdown.render(answer("/hypercare sign-off", build.CUSTOMER))
    assert "not done, only the people whom the policy names may say so" in said
    assert "`/hypercare help` lists what can be said" in said


def test_explain_tells_every_word() -> None:
    words = reply().words
    ticket = TICKETS[0].model_copy(
        update={
            "history": (
                build.said("1h", words[1].verb, priority=words[1].priority, why="it burns"),
                build.said("2h", words[1].verb),
                build.said("3h", words[3].verb, until=build.after("7h")),
                build.said("4h", words[0].verb, None),
            )
        }
    )
    said = markdown.render(Document(tuple(said_in_the_summary(ticket, build.release(zone="Europe/Berlin")))))
    assert "Fri 20 Nov 09:00, Ana K: priority P1: it burns" in said
    assert "Fri 20 Nov 10:00, Ana K: priority by the policy again" in said
    assert "Fri 20 Nov 11:00, Ana K: escalation calls nobody until Fri 20 Nov 15:00" in said
    assert "Fri 20 Nov 12:00, somebody: acknowledged" in said
