"""Text as hostile people and careless programs write it, and documents made of it."""

from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from tests.effort import examples

from hypercare_sync.text.document import (
    Block,
    Bullets,
    Chart,
    Checklist,
    Code,
    Document,
    Fold,
    Heading,
    Inline,
    Link,
    Note,
    Paragraph,
    PlainBlock,
    Series,
    Spans,
    Strong,
    Table,
    Text,
)

_T = TypeVar("_T")

# A machine shared with others may stand still in the middle of an example; that says nothing about the code.
unhurried = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])

_PIECES = [
    *"\\`*_~[]()#!|<>&$@{}^+-=:.1a \n\t\r\x00\x1b\x07\x9b\u200b\u202e\u2066\u2028\ufeff\u200d\u2060\ud800é漢",
    *(
        "@ana",
        "@acme/team",
        "a@b.example",
        "#12",
        "acme/web#7",
        "GH-3",
        "1234567",
        "deadbeefcafe",
        "https://",
        "www.",
        "evil.example",
    ),
    *(
        "<!-- hypercare",
        "-->",
        "<img src=x>",
        "&lt;",
        "&#64;",
        "&copy;",
        "[x](http://x)",
        "![",
        "](",
        "```",
        "**",
        "__",
        "~~",
        "$$",
    ),
    *(
        ":tada:",
        "- ",
        "1. ",
        "> ",
        "# ",
        "[ ] ",
        "[!NOTE]",
        "{code}",
        "{panel}",
        "h1. ",
        "bq. ",
        "||",
        "[~ana]",
        "\x1b[31m",
        "\x1b]8;;x\x07",
        "[red]",
    ),
]

texts = st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=8).map("".join)
urls = st.builds(
    "{}{}".format,
    st.sampled_from(["https://a.example/", "http://a.example?q=", "javascript:", "https://a@b/", ""]),
    texts,
)

inlines: st.SearchStrategy[Inline] = st.one_of(
    st.builds(Text, texts), st.builds(Strong, texts), st.builds(Code, texts), st.builds(Link, texts, urls)
)


def _tuples(values: st.SearchStrategy[_T], most: int = 3) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(values, max_size=most).map(tuple)


lines: st.SearchStrategy[Spans] = _tuples(inlines, 5)
tables = st.integers(1, 3).flatmap(
    lambda width: st.builds(Table, st.tuples(*[texts] * width), _tuples(st.tuples(*[lines] * width)))
)
words = st.text(alphabet="abc 12:()/", max_size=6)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    points = draw(_tuples(words))
    series = st.builds(Series, words, st.tuples(*[st.integers(0, 99)] * len(points)), st.sampled_from(["bar", "line"]))
    return Chart("Day", points, draw(_tuples(st.lists(series, min_size=1, max_size=2).map(tuple))))


plain_blocks: st.SearchStrategy[PlainBlock] = st.one_of(
    st.builds(Heading, st.sampled_from([1, 2, 3]), lines),
    st.builds(Paragraph, lines),
    st.builds(Bullets, _tuples(lines)),
    st.builds(Checklist, _tuples(st.tuples(st.booleans(), lines))),
    tables,
    charts(),
)
blocks: st.SearchStrategy[Block] = st.one_of(
    plain_blocks,
    st.builds(Note, st.sampled_from(["good", "warning", "danger", "info"]), lines),
    st.builds(Fold, texts, _tuples(plain_blocks)),
)
documents: st.SearchStrategy[Document] = st.builds(Document, _tuples(blocks))
