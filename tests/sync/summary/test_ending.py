"""The last state of the summary and the comment that hands over: the same in every form, and nothing for whom it is not meant."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.rules import build
from tests.sync.summary import scenes
from tests.sync.summary.test_everywhere import FORMS, SNAPSHOTS, WRITE, in_adf, in_html, in_markdown, in_wiki
from tests.sync.summary.test_sections import section

from hypercare_rules.assess import Assessment
from hypercare_rules.handover_policy import HandoverPolicy
from hypercare_rules.leaving import leave
from hypercare_rules.ticket import Audience
from hypercare_sync.owners import with_owners
from hypercare_sync.summary import SummaryView, as_written, summary_document, summary_title, summary_view
from hypercare_sync.summary.ending import handover_comment
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document

POLICY = scenes.POLICY.model_copy(
    update={"handover": HandoverPolicy(owner="kim", owners={"Payments": "ben"}, relapse="3d")}
)
BECAUSE = "the vendor | took [over] <support> @ana"


def ended(because: str = BECAUSE) -> Assessment:
    """The release as it was left although criteria did not hold, after Ana had signed off."""
    before = scenes.assessment(policy=POLICY)
    left = leave(before, POLICY, because)
    handover = left.memory.handover
    assert handover is not None
    signed = handover.model_copy(update={"signed": build.sign_offs(["ana"], "90h")})
    return replace(left, memory=left.memory.model_copy(update={"handover": signed}))


def seen(audience: Audience = Audience.internal, because: str = BECAUSE) -> SummaryView:
    return summary_view(with_owners(ended(because), POLICY), POLICY, audience, "web-github")


DOCUMENTS: dict[str, Callable[[SummaryView], Document]] = {"summary": summary_document, "comment": handover_comment}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_looks_as_it_was_last_looked_at(name: str) -> None:
    shown, path = FORMS["markdown.md"](DOCUMENTS[name](seen())), SNAPSHOTS / f"ending-{name}.md"
    if WRITE:
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("told", [in_markdown, in_wiki, in_html])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_form_says_word_for_word_what_the_others_say(
    told: Callable[[Document], list[str]], name: str, audience: Audience
) -> None:
    document = DOCUMENTS[name](seen(audience))
    facts = in_adf(document)
    assert len(facts) > 100
    assert told(document) == facts


def test_title_says_that_it_has_ended_and_the_text_is_never_late() -> None:
    view = seen()
    assert summary_title(view) == "🏁 Hypercare Shop 5.2: ended on day 5 of 14"
    text = markdown.render(as_written(summary_document(view), view, scenes.NOW))
    assert "late if you read this" not in text
    assert text.startswith(
        "> [!TIP]\n> **Hypercare ended** Tue 24 Nov 10:00 (Europe/Berlin), by a decision of the team"
    )
    assert "A new P1 of the release until Fri 27 Nov 10:00 takes hypercare up again." in text


def test_every_open_ticket_has_an_owner_and_no_clock() -> None:
    table = section(markdown.render(summary_document(seen())), "Handed over")
    assert table[0] == "These were open and carry the label `hypercare:bau`."
    assert "| Priority | Ticket | Title | Owner | Runbook | Age in days |" in table
    owners = {
        row.split("|")[2].strip().split("]")[0].strip("["): row.split("|")[4].strip() for row in table if "SHOP" in row
    }
    assert owners["SHOP-1"] == "Ben L"  # of payments
    assert owners["SHOP-2"] == "Ben L"  # who has it
    assert owners["SHOP-7"] == "Kim S"


def test_evidence_is_that_of_the_decision() -> None:
    text = markdown.render(handover_comment(seen()))
    assert section(text, "Signed off") == ["- **Ana K**, Tue 24 Nov 02:00"]
    assert any(line.startswith("- [ ] **no open p1**: 1 open") for line in section(text, "Exit criteria"))
    assert "It ended although not all criteria were met, because: the vendor" in text
    assert "because" not in markdown.render(handover_comment(seen(because="")))


def test_tickets_of_a_narrower_audience_are_counted_and_not_named() -> None:
    for told in DOCUMENTS.values():
        text = markdown.render(told(seen(Audience.public)))
        assert "SHOP-" not in text
        assert "tickets of a narrower audience not named here" in text
        assert "acme/web#7" in text.replace("\\", "")


def test_reopened_release_says_what_took_the_end_back() -> None:
    handover = ended().memory.handover
    assert handover is not None
    before = scenes.assessment(policy=POLICY)
    back = handover.model_copy(update={"at": build.after("97h"), "relapsed": build.after("97h30m")})
    relapsed = replace(before, memory=before.memory.model_copy(update={"handover": back}))
    text = markdown.render(summary_document(summary_view(relapsed, POLICY, Audience.internal)))
    assert "Hypercare, day 5 of 14; reopened Tue 24 Nov 09:30 by [SHOP-1]" in text
    assert "after it had ended Tue 24 Nov 09:00." in text
    hidden = markdown.render(summary_document(summary_view(relapsed, POLICY, Audience.public)))
    assert "SHOP-1" not in hidden
    assert "reopened Tue 24 Nov 09:30" in hidden
