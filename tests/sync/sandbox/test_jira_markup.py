"""Wiki markup as documents: what REST version 3 tells of what was written by version 2."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.sandbox.jira.edits import _sound
from hypercare_sync.sandbox.jira.markup import to_document
from hypercare_sync.sandbox.jira.wiki import from_document
from hypercare_sync.text.adf import plain_text

SAME = [
    "Just words, 2 * 3 and snake_case_here",
    "one\ntwo\n\nthree",
    "h2. Health\n\nbelow",
    "* one\n*# below\n* two",
    "# first\n# second",
    "{code:java}\na[0] {\n\n  b\n{code}",
    "{quote}\nsaid\n{quote}",
    "||Who||What||\n|Ana|*much*|",
    "see [shop|https://shop.example/a?b=c] and {{x = 1}}",
    "[~accountid:ana] please _look_",
    "a\n\n----\n\nb",
    r"\[not a link\] \*nor bold* \{x\}",
    "{panel:bgColor=#ffebe6}\nred\n{panel}",
    "{info}\ngood to know\n{info}",
    "{tip}\nso\n{tip}",
    "|[shop|https://shop.example]|[bar|https://bar.example], more|",
    r"a \&#124; b",
]


@pytest.mark.parametrize("markup", SAME)
def test_markup_survives_the_way_there_and_back(markup: str) -> None:
    assert from_document(to_document(markup)) == markup


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("{noformat}\n*raw* [x]\n{noformat}", "```\n*raw* [x]\n```"),
        ("{code:title=A.java|borderStyle=solid}x{code}", "```\nx\n```"),
        ("[~bo] look", "@bo look"),
        ("[https://x.example]", "https://x.example"),
        ("{panel:title=Note}careful{panel}", "careful"),
        ("- one\r\n- two", "- one\n- two"),
        ("** deep only", "- - deep only"),
        ("{code} never closed", "{code} never closed"),
        ("[TIMOB-1] and [0]", "[TIMOB-1] and [0]"),
        ("|a &#124; b|[x \\- y|https://x.example]|", "a | b | x - y (https://x.example)"),
        ("*a\\*b* and {{c\\-d}}", "a*b and `c-d`"),
        ("(x) f(x) (!)", "❌ f(x) ⚠️"),
        (r"roles: hypercare\_lead, {{a\_b}}", "roles: hypercare_lead, `a_b`"),
        ("&#55296; &amp; &#0;", "\ufffd &amp; \ufffd"),
    ],
)
def test_markup_reads_as_words(markup: str, words: str) -> None:
    assert plain_text(to_document(markup)).replace("- \n  ", "- ") == words


@given(st.text(st.sampled_from("ab *_#-|[]{}~h1.:\\\n"), max_size=40))
def test_any_text_becomes_a_document_that_jira_takes(text: str) -> None:
    document: dict[str, Any] = to_document(text)
    assert _sound(document)
    assert sum(map(plain_text(document).count, "ab")) <= sum(map(text.count, "ab"))


@given(st.text(st.characters(categories=["L", "Zs"]), max_size=60))
def test_words_without_markup_stay_as_they_are(text: str) -> None:
    assert plain_text(to_document(text)).split() == text.split()
