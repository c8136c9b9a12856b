"""A release with two thousand tickets: its summary is within every tracker's limit, and keeps its head and what is below the lists."""

import json

import pytest
from tests.rules import build
from tests.sync.summary.scenes import POLICY

from hypercare_rules.assess import World, assess
from hypercare_rules.ticket import Audience, Ticket
from hypercare_sync.errors import TrackerError
from hypercare_sync.summary import heartbeat, summary_document, summary_view
from hypercare_sync.text import adf, markdown
from hypercare_sync.text.document import Document, Heading, Note
from hypercare_sync.text.shorten import fit
from hypercare_sync.trackers.github.writer import BODY_LIMIT
from hypercare_sync.trackers.jira.texts import TEXT_LIMIT, Texts

NUMBER = 2000
NOW = build.after("98h")
_HEADINGS = ["Decisions needed", "Burning", "At risk soon", "Leaving hypercare", "Possibly the same problem", "Counts", "By day", "Targets", "Customers", "Sources", "Links"]  # fmt: skip


def crowd() -> tuple[Ticket, ...]:
    """Every fourth is a P1, a third is closed, most of them are late, alike or by hand."""
    labels = (build.P1_LABEL, build.P2_LABEL, "web", "hypercare-override:P4")
    return tuple(
        (build.closed if number % 3 == 0 else build.ticket)(
            f"SHOP-{number}",
            title=f"Checkout | fails for customers of region {number % 97}, case {number}",
            created=f"{number % 96 + 1}h",
            labels={labels[number % 4]},
            **({"resolved": f"{number % 96 + 2}h"} if number % 3 == 0 else {}),
            votes=number % 7,
        )
        for number in range(NUMBER)
    )


@pytest.fixture(scope="module")
def document() -> Document:
    release = build.release(zone="Europe/Berlin")
    assessment = assess(World(release=release, sources=(build.source(*crowd()),)), POLICY, NOW)
    return heartbeat(summary_document(summary_view(assessment, POLICY, Audience.internal)), release, NOW)


def headings(found: Document) -> list[str]:
    titles = ["".join(getattr(span, "value", "") for span in b.spans) for b in found.blocks if isinstance(b, Heading)]
    return [title for title in titles if not title.startswith("Since")]


def sent_to_jira(document: Document, *, cloud: bool) -> tuple[Document, int]:
    """What a Jira is sent, and its size in the characters that Jira counts."""
    sent: list[Document] = []
    texts = Texts(cloud=cloud)

    def around(inner: Document) -> Document:
        sent.append(inner)
        return inner

    said = texts.sent(document, lambda text: text, around)
    whole = adf.plain_text(said) if cloud else said
    return sent[-1], len(whole.encode("utf-16-le")) // 2


def test_on_github_it_is_within_the_limit_with_all_its_headings(document: Document) -> None:
    assert len(markdown.render(document)) > BODY_LIMIT, "it has to be shortened"
    measured: list[Document] = []

    def size(shorter: Document) -> int:
        measured.append(shorter)
        return len(markdown.render(shorter))

    fitted = fit(document, size, BODY_LIMIT)
    assert len(markdown.render(fitted)) <= BODY_LIMIT
    assert headings(fitted) == _HEADINGS
    assert fitted.blocks[:4] == document.blocks[:4], "the ten seconds stand as they are"
    assert isinstance(fitted.blocks[1], Note)
    assert len(measured) <= 15, "a measurement renders it all"


@pytest.mark.parametrize("cloud", [True, False], ids=["Cloud", "Data Center"])
def test_on_jira_it_is_within_the_limit_with_all_its_headings(document: Document, *, cloud: bool) -> None:
    fitted, size = sent_to_jira(document, cloud=cloud)
    assert size <= TEXT_LIMIT
    assert headings(fitted) == _HEADINGS
    assert fitted.blocks[:4] == document.blocks[:4]


def test_a_jira_that_counts_all_of_a_document_gets_a_shorter_one(document: Document) -> None:
    sent: list[str] = []

    def send(text: object) -> None:
        sent.append(json.dumps(text, ensure_ascii=False))
        if len(sent) == 1:
            raise TrackerError("The text is too long: it exceeds the limit of 32,767 characters")

    Texts(cloud=True).sent(document, send)
    first, second = sent
    assert len(first) > TEXT_LIMIT >= len(second)
    for heading in _HEADINGS:
        assert f'"{heading}"' in second
