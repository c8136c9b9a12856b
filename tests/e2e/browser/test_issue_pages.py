"""The sandbox's issue pages as a lead opens them: the demo's summary on GitHub, and a summary on either Jira."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, expect
from tests.e2e.browser.chromium import DESK, PHONE, Scheme
from tests.e2e.browser.conftest import Visit, Visitor
from tests.sync.flow import BEFORE, ON_JIRA, a_team
from tests.sync.sandbox import jira_site

from hypercare_sync.demo.script import load
from hypercare_sync.demo.show import prepared

pytestmark = pytest.mark.slow

HOSTILE = '<script>document.title = "run"</script><img src="https://evil.example/x.png" onerror="alert(2)">'
EVERYWHERE = pytest.mark.parametrize(
    ("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
)


@pytest.fixture(scope="module")
def summary() -> Iterator[str]:
    """Where the demo's summary is at the end of its week."""
    with prepared(load(), port=0) as show:
        *_, last = show.turns()
        (release,) = last.result.releases
        assert release.summary_url is not None
        yield release.summary_url


def is_fine(seen: Visit) -> None:
    """The page fits, folded and open, asks nobody, and shuts nobody out."""
    assert seen.fits()
    for details in seen.page.locator("details").all():
        details.evaluate("one => { one.open = true }")
    assert seen.fits()
    assert seen.faults() == []
    assert (seen.console, seen.asked) == ([], [])


def columns(table: Locator) -> list[list[str]]:
    """The words of a table, row by row."""
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


@EVERYWHERE
def test_summary_on_github_can_be_read_by_everybody(visit: Visitor, summary: str, width: int, scheme: Scheme) -> None:
    seen = visit(summary, width, scheme)
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Hypercare Shop 5.2: amber, day 6 of 14")
    expect(seen.page.get_by_role("heading", name="Decisions needed", level=3)).to_be_visible()
    expect(seen.page.get_by_role("checkbox", name="Not done")).to_have_count(4)
    is_fine(seen)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_charts_show_what_their_table_says(visit: Visitor, summary: str, width: int) -> None:
    seen = visit(summary, width)
    moved = seen.page.get_by_role("img", name="New (bars), Resolved (line)")
    left = seen.page.get_by_role("img", name="Open at the end (line)")
    for picture in (moved, left):
        expect(picture).to_be_visible()
    fold = seen.page.locator("details").filter(has_text="As a table")
    expect(fold.get_by_role("table")).to_be_hidden()
    fold.locator("summary").press("Enter")
    expect(fold.get_by_role("table")).to_be_visible()
    told = columns(fold)
    heights = moved.locator("rect").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    highest = max(int(row[1]) for row in told)
    assert heights == pytest.approx([max(heights) * int(row[1]) / highest for row in told], abs=0.2)
    spots = left.locator("circle title").evaluate_all("all => all.map(one => one.textContent)")
    assert spots == [f"{row[0]}: {row[3]}" for row in told]
    names = moved.locator(".plot > text").all()
    edges = [name.bounding_box() for name in names if name.is_visible()]
    assert all(
        one is not None and other is not None and one["x"] + one["width"] <= other["x"]
        for one, other in pairwise(edges)
    )


def test_reader_goes_from_the_summary_to_a_ticket_of_either_tracker(visit: Visitor, summary: str) -> None:
    seen = visit(summary)
    seen.page.get_by_role("link", name="SHOP-35").first.click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text(
        "SHOP-35 Click and collect does not offer the shop in Lyon"
    )
    seen.page.get_by_role("link", name="acme/ops#1").first.click()
    seen.page.get_by_role("link", name="acme/web#22").first.click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Push notifications arrive twice #22")
    seen.page.get_by_role("navigation", name="You are here").get_by_role("link", name="Sandbox").click()
    pinned = seen.page.get_by_role("listitem").filter(has_text="in acme/ops")
    expect(pinned.get_by_role("link")).to_contain_text("Hypercare Shop 5.2: amber")
    assert (seen.console, seen.asked) == ([], [])


@pytest.mark.parametrize(
    "path", ["/", "/acme/web", "/acme/web?state=all", "/jira/projects/SHOP", "/jira/browse/SHOP-12", "/nothing"]
)
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_lists_and_tickets_can_be_read_by_everybody(visit: Visitor, summary: str, path: str, width: int) -> None:
    seen = visit(summary.partition("/acme")[0] + path, width, "dark" if width == PHONE else "light")
    if path == "/nothing":  # the browser tells of the answer itself
        seen.console.clear()
    is_fine(seen)


def test_keyboard_skips_to_the_content_and_scrolls_a_wide_table(visit: Visitor, summary: str) -> None:
    seen = visit(summary, PHONE)
    seen.page.keyboard.press("Tab")
    expect(seen.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_role("main")).to_be_focused()
    wide = seen.page.locator(".scroll").first
    wide.focus()
    seen.page.keyboard.press("ArrowRight")
    seen.page.wait_for_function("one => one.scrollLeft > 0", arg=wide.element_handle())


@pytest.fixture(scope="module", params=["cloud", "datacenter"])
def on_jira(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the summary of a team is that keeps it on a Jira of either kind, and a ticket of somebody hostile."""
    folder = tmp_path_factory.mktemp("team")
    with a_team(folder, flavour=request.param) as team:
        when = f"{BEFORE}.000+0000"
        said = {**jira_site.comment(9), "body": HOSTILE}
        hostile = jira_site.row(
            "SHOP-4", summary=HOSTILE, description=f"{HOSTILE} " + "x" * 300, created=when, updated=when,
            priority={"id": "1", "name": "Highest"}, labels=["<b>"], comment={"comments": [said]},
        )  # fmt: skip
        team.sandbox.jira.load(jira_site.written(folder / "more.jsonl", hostile))
        team.configure(summary=ON_JIRA)
        (release,) = team.tick(backfill=True).releases
        assert release.summary_url is not None
        yield release.summary_url, f"{team.base}/jira/browse/SHOP-4"


@EVERYWHERE
def test_summary_on_jira_can_be_read_by_everybody(
    visit: Visitor, on_jira: tuple[str, str], width: int, scheme: Scheme
) -> None:
    seen = visit(on_jira[0], width, scheme)
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text("Hypercare Shop 5.2: red")
    table = seen.page.get_by_role("heading", name="Burning", exact=True).locator("xpath=following::table[1]")
    expect(table.get_by_role("columnheader", name="Priority")).to_be_visible()
    expect(table.get_by_role("row").filter(has_text="Payments fail").get_by_role("link", name="SHOP-1")).to_be_visible()
    expect(table).to_contain_text(HOSTILE)
    expect(seen.page.get_by_role("heading", name="By day")).to_be_visible()
    is_fine(seen)


@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_what_people_wrote_on_jira_is_shown_and_not_run(
    visit: Visitor, on_jira: tuple[str, str], width: int, scheme: Scheme
) -> None:
    seen = visit(on_jira[1], width, scheme)
    expect(seen.page.get_by_role("heading", level=1)).to_have_text(f"SHOP-4 {HOSTILE}")
    assert seen.page.title() == f"SHOP-4 {HOSTILE}"
    expect(seen.page.get_by_role("article").filter(has_text="alert(2)")).to_have_count(1)
    expect(seen.page.get_by_role("complementary", name="Details")).to_contain_text("Highest")
    expect(seen.page.get_by_role("listitem").filter(has_text="hypercare:P1").first).to_contain_text("added the label")
    is_fine(seen)


def test_own_rules_keep_out_even_what_would_get_in(visit: Visitor, summary: str) -> None:
    seen = visit(summary)
    kept_out = seen.page.evaluate(
        """async () => {
            const told = [];
            addEventListener("securitypolicyviolation", (one) => told.push(one.effectiveDirective));
            document.querySelector("main").insertAdjacentHTML("beforeend", '<img src="https://evil.example/x.png"><p style="color:red">x</p>');
            document.head.append(Object.assign(document.createElement("script"), {textContent: "document.title = 'run'"}));
            await new Promise((done) => setTimeout(done, 200));
            return told.sort();
        }"""
    )
    assert kept_out == ["img-src", "script-src-elem", "style-src-attr"]
    assert "Hypercare" in seen.page.title()
    assert seen.asked == []
