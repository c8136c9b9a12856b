import pytest
from hypothesis import given
from tests.sync.text.strategies import lines, texts, unhurried, urls

from hypercare_sync.text.clean import clean_spans, one_line, safe_url, visible
from hypercare_sync.text.document import Code, Link, Spans, Strong, Text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("zero\u200bwidth\u2060\ufeff", "zerowidth"),
        ("lone \ud800", "lone "),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\x0bb\x1fc\x85d", "a b c d"),
    ],
)
def test_what_steers_the_display_goes_and_what_is_read_stays(text: str, clean: str) -> None:
    assert visible(text) == clean


def test_every_kind_of_line_end_becomes_one_space() -> None:
    assert one_line("a\r\n\n b\u2028c\u0085d\x0be") == "a b c d e"


@unhurried
@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/browse/SHOP-1", "https://a.example/browse/SHOP-1"),
        (
            "https://a.example/x?jql=project%20%3D%20A&x=1#issuecomment-2",
            "https://a.example/x?jql=project%20%3D%20A&x=1#issuecomment-2",
        ),
        ("http://127.0.0.1:8080/acme/web/issues/7", "http://127.0.0.1:8080/acme/web/issues/7"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        (" HTTPS://a.example/é (1)", "https://a.example/%C3%A9%20%281%29"),
        ("https://a.example/<b>'\"|", "https://a.example/%3Cb%3E%27%22%7C"),
    ],
)
def test_a_web_address_is_kept_and_encoded(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//a.example",
        "https://",
        "https://a@evil.example/",
        "https://[::1",
        "https://a b/",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    assert safe_url(url) is None


@unhurried
@given(urls)
def test_a_safe_url_is_plain_and_stays_as_it_is(url: str) -> None:
    safe = safe_url(url)
    if safe is not None:
        assert safe.isascii()
        assert safe.isprintable()
        assert not set(safe) & set(" ()<>\"'|\\`{}")
        assert safe_url(safe) == safe


def test_neighbours_of_one_kind_are_joined_over_what_vanishes() -> None:
    content = (Text("#"), Strong("\u200b"), Text("12"), Link("x", "javascript:"), Code("a"), Code("b"), Strong("c"))
    assert clean_spans(content) == (Text("#12x"), Code("ab"), Strong("c"))


def test_a_link_without_words_shows_its_address() -> None:
    assert clean_spans((Link("", "https://a.example"),)) == (Link("https://a.example", "https://a.example"),)


@unhurried
@given(lines)
def test_clean_spans_stay_as_they_are(content: Spans) -> None:
    assert clean_spans(clean_spans(content)) == clean_spans(content)
