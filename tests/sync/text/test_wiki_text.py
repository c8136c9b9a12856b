"""What wiki markup says: the same marks as a document's words, and nothing that can stop us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.text import wiki
from hypercare_sync.text.document import Code, Document, Link, Paragraph, Strong, Text
from hypercare_sync.text.wiki_text import plain_text


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("", ""),
        ("Plain words.\r\nSecond line.", "Plain words.\nSecond line."),
        ("h2. Steps to see it", "Steps to see it"),
        ("*bold*, _leaning_ and +new+", "bold, leaning and new"),
        ("it was -fine- broken, pre-post, a-b-c", "it was ~~fine~~ broken, pre-post, a-b-c"),
        ("run {{make *all*}} now", "run `make *all*` now"),
        ("{code:java}\nint *x*;\n{code}\nafter", "```\nint *x*;\n```\nafter"),
        ("{noformat}raw -x-{noformat}", "```\nraw -x-\n```"),
        ("{code}never closed *b*", "{code}never closed b"),
        ("{quote}he *said*\nmore{quote}\nno", "> he said\n> more\nno"),
        ("bq. old words", "> old words"),
        ("* a\n** b\n# c", "- a\n  - b\n- c"),
        ("||Name||Age||\n|Ana|[site|https://x.example]|", "Name | Age\nAna | site (https://x.example)"),
        ("[text|https://x.example/a_b_c] [https://y.example]", "text (https://x.example/a_b_c) https://y.example"),
        ("[~ana] and [~accountid:5b10] wrote [ERROR]", "@ana and @5b10 wrote [ERROR]"),
        ("see !screen.png|thumbnail!, wow!", "see screen.png, wow!"),
        ("{color:red}red{color} {panel:title=x}in{panel}", "red in"),
        (r"\*not bold\* a\\b", "*not bold*" + " a\nb"),
        ("a &#124; b", "a | b"),
    ],
)
def test_markup_reads_as_its_words(markup: str, said: str) -> None:
    assert plain_text(markup) == said


def test_what_we_write_is_read_as_the_same_words() -> None:
    parts = (
        Text("50% of {all} [x] *y* "),
        Strong("urgent"),
        Text(" "),
        Code("a|b"),
        Text(" "),
        Link("here", "https://x.example/1"),
    )
    assert plain_text(wiki.render(Document((Paragraph(parts),)))) == (
        "50% of {all} [x] *y* urgent `a|b` here (https://x.example/1)"
    )


@given(st.text(alphabet="ab \n*_-+{}[]|!\\~:/.#hq&;1codequt", max_size=200))
def test_any_text_is_read(markup: str) -> None:
    said = plain_text(markup)
    assert not any("\ue000" <= character <= "\ue0ff" for character in said)
