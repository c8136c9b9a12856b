"""The sandbox's pages for people: what they show, and that nothing written there can do harm."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
import requests
from tests.sync.sandbox.conftest import Api, row

from hypercare_sync.sandbox import layout, markdown


def _page(api: Api, path: str) -> str:
    response = requests.get(api.base + path, timeout=5)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    return response.text


def test_start_page_leads_to_each_repository(api: Api) -> None:
    assert f'<a href="/{api.repo}">{api.repo}</a>' in _page(api, "/")


def test_repository_page_lists_open_issues_with_labels(loaded: Callable[..., Api]) -> None:
    api = loaded(
        row(1, labels=[{"name": "bug", "color": "d73a4a"}], milestone={"number": 1, "title": "5.2"}),
        row(2, state="closed", state_reason="not_planned"),
        row(3, pull_request={}),
    )
    shown = _page(api, f"/{api.repo}")
    assert "#1 Case 1" in shown
    assert '<span class="label" style="background:#d73a4a;color:#fff">bug</span>' in shown
    assert "pull request" in shown
    assert "#2 Case 2" not in shown
    assert "not planned" in _page(api, f"/{api.repo}?state=closed")


def test_issue_page_shows_its_whole_history(api: Api, colleague: Api) -> None:
    api("POST", "/milestones", {"title": "5.2"})
    api.open("Cart", body="It **burns**\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    api.open("Other", body="Like #1")
    colleague("PATCH", "/issues/1", {"title": "Cart broken", "labels": ["bug"], "milestone": 1, "assignees": ["pat"]})
    colleague("POST", "/issues/1/comments", {"body": "Seen <!-- marker -->"})
    colleague("PATCH", "/issues/1", {"state": "closed"})
    shown = _page(api, f"/{api.repo}/issues/1")
    assert "<strong>burns</strong>" in shown
    assert "<td>2</td>" in shown
    for line in (
        "changed the title Cart broken",
        "added this to a milestone 5.2",
        "mentioned this",
        "labeled <span",
        "assigned pat",
        "pat closed",
    ):
        assert line in shown, line
    assert "marker" not in shown
    assert "Seen" in shown


@pytest.mark.parametrize("path", ["/acme/none", "/acme/none/issues/1", "/none"])
def test_missing_page_is_not_found(api: Api, path: str) -> None:
    assert requests.get(api.base + path, timeout=5).status_code == 404


class _Tags(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](http://elsewhere.example/x.png)",
        "[x](javascript:alert(1))",
        '"><script>alert(1)</script>',
        "<details ontoggle=alert(1)>",
    ],
)
def test_text_from_people_runs_nothing_and_fetches_nothing(api: Api, evil: str) -> None:
    api.open(evil, body=evil, labels=[evil[:50]])
    api("POST", "/issues/1/comments", {"body": evil})
    for path in (f"/{api.repo}", f"/{api.repo}/issues/1"):
        tags = _Tags()
        tags.feed(_page(api, path))
        assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in tags.found}
        for _, attributes in tags.found:
            assert not any(name.startswith("on") for name in attributes)
            assert not (attributes.get("href") or "").startswith("javascript")


def test_references_and_alerts_look_like_on_github() -> None:
    html = markdown.render("> [!CAUTION]\n> see acme/web#7, `acme/web#8` and [acme/web#9](http://x.example/)\n")
    assert '<blockquote class="caution">' in html
    assert "[!CAUTION]" not in html
    assert '<a href="/acme/web/issues/7">acme/web#7</a>' in html
    assert "/acme/web/issues/8" not in html
    assert "/acme/web/issues/9" not in html


def test_folds_and_tasks_look_like_on_github() -> None:
    html = markdown.render("<details><summary>More</summary>\n\n- [ ] open\n- [x] done\n\n</details>")
    assert "<details><summary>More</summary>" in html
    assert "<li>☐ open" in html
    assert "<li>☑ done" in html


@pytest.mark.parametrize(
    ("colour", "ink"), [("ffffff", "#1f2328"), ("000000", "#fff"), ("ededed", "#1f2328"), ("b60205", "#fff")]
)
def test_label_can_be_read_on_its_colour(colour: str, ink: str) -> None:
    assert f"color:{ink}" in layout.label("x", colour)


def test_page_escapes_its_title_and_crumbs() -> None:
    shown = bytes(layout.page("<b>", "<p>body</p>", crumbs=(("<i>", '/"x'),)).body).decode()
    assert "<title>&lt;b&gt;</title>" in shown
    assert '<a href="/&quot;x">&lt;i&gt;</a>' in shown
    assert "<p>body</p>" in shown
