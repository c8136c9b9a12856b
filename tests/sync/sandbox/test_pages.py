"""The sandbox's pages for people: what they show, and that nothing written there can do harm."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser

import pytest
import requests
from tests.sync.sandbox.conftest import Api, row

from hypercare_sync.sandbox.pages import layout


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
    assert '<span class="label" data-colour="d73a4a">bug</span>' in shown
    assert '[data-colour="d73a4a"] { background: #d73a4a; color: #000; }' in shown
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
        "changed the title to Cart broken",
        "added this to the milestone 5.2",
        "mentioned this in <a",
        "added the label <span",
        "assigned pat",
        "<strong>pat</strong> closed this as completed",
        "<dt>Assignees</dt><dd><strong>pat</strong></dd>",
        "<dt>Milestone</dt><dd>5.2</dd>",
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
        '<span onclick="alert(1)" style="position:fixed">x</span>',
        '<summary data-colour="ff0000">',
        "</article></main><h1>x</h1>",
        "`<img src=x>` <IMG SRC=x>",
    ],
)
def test_text_from_people_runs_nothing_and_fetches_nothing(api: Api, evil: str) -> None:
    api.open(evil, body=evil, labels=[evil[:50]])
    api("POST", "/issues/1/comments", {"body": evil})
    for path in (f"/{api.repo}", f"/{api.repo}/issues/1"):
        tags = _Tags()
        tags.feed(_page(api, path))
        names = [tag for tag, _ in tags.found]
        assert not {"script", "img", "iframe", "object"} & set(names)
        assert (names.count("h1"), names.count("main")) == (1, 1)
        for _, attributes in tags.found:
            assert not any(name.startswith("on") or name == "style" for name in attributes)
            assert attributes.get("data-colour") != "ff0000"
            assert not (attributes.get("href") or "").startswith("javascript")


@pytest.mark.parametrize("colour", ["ffffff", "000000", "ededed", "b60205", "1d76db", "808080", "fbca04", "0e8a16"])
def test_label_can_be_read_on_its_colour(colour: str) -> None:
    ground, ink = (
        layout.luminance(one) + 0.05 for one in (colour, {"#000": "000000", "#fff": "ffffff"}[layout.ink(colour)])
    )
    assert max(ground, ink) / min(ground, ink) >= 4.5


@pytest.mark.parametrize("colour", ["red", '000"><script>', "12345", ""])
def test_what_is_no_colour_is_grey(colour: str) -> None:
    assert 'data-colour="ededed"' in layout.label("x", colour)


def test_page_escapes_its_title_and_crumbs() -> None:
    shown = bytes(layout.page("<b>", "<p>body</p>", crumbs=(("<i>", '/"x'),)).body).decode()
    assert "<title>&lt;b&gt;</title>" in shown
    assert '<a href="/&quot;x">&lt;i&gt;</a>' in shown
    assert "<p>body</p>" in shown


def test_page_lets_in_its_own_style_and_nothing_else(api: Api) -> None:
    api.open("Cart", labels=["bug"])
    answer = requests.get(f"{api.base}/{api.repo}/issues/1", timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text


def test_pinned_issues_stand_on_the_first_page_and_in_their_repository(api: Api) -> None:
    api.open("Read me")
    node = api.issue(1)["node_id"]
    api.graphql("mutation($id: ID!) { pinIssue(input: {issueId: $id}) { issue { id } } }", id=node)
    for path in ("/", f"/{api.repo}"):
        pinned = _page(api, path).partition("<h2>Pinned</h2>")[2].partition("</section>")[0]
        assert f'<a href="/{api.repo}/issues/1">#1 Read me</a>' in pinned


def test_reactions_and_relations_are_shown(api: Api) -> None:
    api.open("Parent")
    child = api.open("Child")
    api("POST", "/issues/1/reactions", {"content": "+1"})
    api("POST", "/issues/1/sub_issues", {"sub_issue_id": api.issue(child)["id"]})
    shown = _page(api, f"/{api.repo}/issues/1")
    assert "👍 1" in shown
    assert f'<dt>Sub-issues</dt><dd><a href="/{api.repo}/issues/2">#2 Child</a></dd>' in shown
    assert "<dt>Parent</dt>" in _page(api, f"/{api.repo}/issues/2")
