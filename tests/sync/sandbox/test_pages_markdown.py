"""Markdown as the sandbox's pages show it: what stands out, folds and leads somewhere, and what HTML is let through."""

import pytest

from hypercare_sync.sandbox.pages import markdown


def test_references_look_like_on_github() -> None:
    html = markdown.render("see acme/web#7, `acme/web#8`, [acme/web#9](http://x.example/) and #3, @ana", "acme/ops")
    assert '<a href="/acme/web/issues/7">acme/web#7</a>' in html
    assert '<a href="/acme/ops/issues/3">#3</a>' in html
    assert "<strong>@ana</strong>" in html
    assert "/acme/web/issues/8" not in html
    assert "/acme/web/issues/9" not in html


@pytest.mark.parametrize("plain", ["mail ana@shop.example", "a#3", "https://x.example/#3", "`@ana`"])
def test_what_is_no_reference_stays_text(plain: str) -> None:
    html = markdown.render(plain, "acme/ops")
    assert "<a " not in html
    assert "<strong>" not in html


def test_number_without_a_repository_leads_nowhere() -> None:
    assert markdown.render("#3 done") == "<p>#3 done</p>\n"


def test_alerts_look_like_on_github_and_say_their_colour_in_words() -> None:
    html = markdown.render("> [!CAUTION]\n> Payments fail")
    assert (
        html == '<blockquote class="alert danger">\n<p class="title">Caution</p>\n<p>Payments fail</p>\n</blockquote>\n'
    )
    assert "alert" not in markdown.render("> said [!CAUTION]")


def test_folds_hold_what_is_in_them() -> None:
    html = markdown.render("<details>\n<summary>More &amp; more</summary>\n\n- inside\n\n</details>\n\nafter")
    assert (
        "<details>\n<summary>More &amp; more</summary>\n<ul>\n<li>inside</li>\n</ul>\n</details>\n<p>after</p>" in html
    )


def test_tags_in_code_are_words() -> None:
    html = markdown.render("`</details>` and\n\n```\n<details>\n```")
    assert "<code>&lt;/details&gt;</code>" in html
    assert "<details>" not in html


def test_tasks_have_boxes_that_say_whether_they_are_done() -> None:
    html = markdown.render("- [ ] open\n- [x] **done**\n- plain [x] here")
    assert '<li class="task"><input type="checkbox" disabled aria-label="Not done"> open</li>' in html
    assert (
        '<li class="task"><input type="checkbox" disabled checked aria-label="Done"> <strong>done</strong></li>' in html
    )
    assert "<li>plain [x] here</li>" in html


def test_headings_go_below_the_page_s_own_without_a_gap() -> None:
    html = markdown.render("# One\n\n#### Two\n\n# Three")
    assert html == "<h3>One</h3>\n<h4>Two</h4>\n<h3>Three</h3>\n"


def test_comments_are_invisible_but_in_code() -> None:
    assert markdown.render("a <!-- b --> c\n\n<!-- d -->\ne") == "<p>a  c</p>\n\n<p>e</p>\n"
    assert "&lt;!-- kept --&gt;" in markdown.render("`<!-- kept -->`")
    assert "secret" not in markdown.render("<!-- secret, never closed")


def test_dollars_that_are_no_formula_are_dollars() -> None:
    assert markdown.render("costs <span>$</span>5") == "<p>costs <span>$</span>5</p>\n"


def test_line_ends_stay_as_in_issues() -> None:
    assert "one<br" in markdown.render("one\ntwo")


def test_tables_scroll_by_themselves_with_the_keyboard_too() -> None:
    html = markdown.render("| a | b |\n|---|---|\n| 1 | 2 |")
    assert html.startswith('<div class="scroll" tabindex="0"')
    assert html.endswith("</table></div>\n")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("<sub onclick=x>2</sub>", "<sub>2</sub>"),
        ("<spanner>", "&lt;spanner&gt;"),
        ("<style>p{}</style>", "&lt;style&gt;p{}&lt;/style&gt;"),
        ("<div><script>x</script></div>", "&lt;div&gt;&lt;script&gt;x&lt;/script&gt;&lt;/div&gt;"),
    ],
)
def test_few_tags_count_and_none_of_their_attributes(written: str, shown: str) -> None:
    assert shown in markdown.render(written)
