"""Pages that the summary leads to."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from hypercare_rules.guides import Guide, Runbook
from hypercare_rules.ticket import Audience
from hypercare_sync.text.clean import safe_url

WIKI = "https://wiki.example/runbooks"


def test_a_page_is_for_those_inside_unless_told_otherwise() -> None:
    assert Guide(text="How we decide", url=WIKI).readers is Audience.internal
    assert Guide(text="How we decide", url=WIKI, audience="public").readers is Audience.public


def test_a_runbook_suits_what_it_is_for_without_case() -> None:
    book = Runbook.model_validate({"text": "Payments are down", "url": WIKI, "for": ["Payments", "outage"]})
    assert book.suits({"payments", "web"})
    assert not book.suits({"payment"})
    assert not Runbook(text="Anything", url=WIKI).suits({"payments"})


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "wiki.example/runbooks",
        "https://ana@wiki.example/",
        "https://wiki.example/a b",
        "ftp://x/",
        "https://",
        "",
    ],
)
def test_an_address_that_leads_nowhere_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(ValidationError, match=r"not the address of a web page: .*; write it from http"):
        Guide(text="x", url=url)


@given(st.from_regex(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?", fullmatch=True))
@example('https://wiki.example/"><script>')
def test_every_address_that_is_taken_is_a_link_everywhere(url: str) -> None:
    assert safe_url(Guide(text="x", url=url).url) is not None
