"""The hidden keys in our own texts: what goes in comes out, and nothing in them shows or breaks out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.trackers.marker import from_comment, from_fragment, in_comment, in_fragment

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.dictionaries(st.text(), st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=6))
hostile = st.sampled_from(
    ["-->", "<!--", "--!>", "} -->", "#hypercare-sync=", "\\u002d-", "]]>", "`", "|", "\n", "@ana"]
)


@given(values)
def test_what_goes_into_a_comment_comes_out(value: dict[str, Any]) -> None:
    assert from_comment(f"Text\n{in_comment(value)}\nmore <!-- hypercare-sync {{}} -->") == value


@given(values)
def test_what_goes_into_a_fragment_comes_out(value: dict[str, Any]) -> None:
    assert from_fragment(f'{{"href": "https://shop.example/browse/SHOP-1{in_fragment(value)}"}}') == value


@given(st.dictionaries(st.text() | hostile, st.text() | hostile | st.lists(hostile), min_size=1))
def test_nothing_in_a_value_can_end_the_comment_or_show(value: dict[str, Any]) -> None:
    text = in_comment(value)
    inner = text.removeprefix("<!-- ").removesuffix(" -->")
    assert len(inner) == len(text) - 9
    assert not {"<", ">", "\n", "\r"} & set(inner)
    assert "--" not in inner.removeprefix("hypercare-sync")


@given(st.text() | hostile, st.text(alphabet="abcdefABCDEF0123456789-_=") | st.binary().map(bytes.hex))
def test_any_text_is_read_as_a_marker_or_none(text: str, coded: str) -> None:
    for read in (from_comment, from_fragment):
        for found in (read(text), read(f"#hypercare-sync={coded}"), read(f"<!-- hypercare-sync {{{text}}} -->")):
            assert found is None or isinstance(found, dict)


@pytest.mark.parametrize(
    "text",
    [
        "<!-- hypercare-sync [1] -->",
        "<!-- hypercare-sync {'a': 1} -->",
        "<!-- hypercare-sync {} ->",
        "<!--hypercare-sync {}-->",
        "&lt;!-- hypercare-sync {} --&gt;",
        "#hypercare-sync=!",
        "#hypercare-sync=WzFd",
        '<!-- hypercare-sync {"a": ' + "[" * 100_000 + "} -->",
    ],
)
def test_what_is_not_quite_a_marker_is_none(text: str) -> None:
    assert from_comment(text) is None
    assert from_fragment(text) is None


def test_same_value_gives_the_same_text() -> None:
    assert in_comment({"a": 1, "b": 2}) == in_comment({"b": 2, "a": 1})
    assert in_fragment({"a": 1, "b": 2}) == in_fragment({"b": 2, "a": 1})
