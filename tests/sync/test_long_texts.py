"""Texts beyond what GitHub takes: whole rows go, controls stay, and it is said where the rest is; counted as GitHub counts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import BEFORE, MILESTONE, Team, a_team, load_rows

from hypercare_sync.report import exit_code
from hypercare_sync.trackers.github.writer import BODY_LIMIT, TITLE_LIMIT


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def burning(team: Team, count: int, title: str) -> None:
    """So many P1 in acme/web."""
    common: dict[str, Any] = {"milestone": MILESTONE, "user": {"login": "cleo"}, "labels": [{"name": "outage"}]}
    issues = [{"number": 10 + n, "title": f"{title} {n}", "created_at": f"{BEFORE}Z"} for n in range(count)]
    load_rows(team.sandbox, team.folder, [{"issue": issue | common} for issue in issues], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Checkout is down for everybody " * 7, id="Latin"),
        pytest.param("決済ができません。" * 24, id="Chinese and Japanese"),
        pytest.param("🔥👩‍👩‍👧‍👦🇩🇪" * 19, id="emoji"),
        pytest.param("|<!-- */~@ana #12 $x$ `" * 9, id="signs that are escaped"),
    ],
)
def test_summary_of_hundreds_of_burning_tickets_is_within_githubs_limit(team: Team, title: str) -> None:
    burning(team, 450, title[:230])
    assert exit_code(team.tick()) == 0
    text = team.summary()
    assert len(text) <= BODY_LIMIT
    assert len(text.encode()) <= 4 * BODY_LIMIT
    assert len(text) > 0.8 * BODY_LIMIT, "as much as fits is shown"
    assert text.startswith("<!-- hypercare-sync {")
    assert text.rstrip().endswith("<!-- /hypercare-sync -->")
    for heading in ("Burning", "Counts", "Sources"):
        assert f"## {heading}\n" in text
    cut = re.findall(r"and (\d+) more: \[acme/web\]\((\S+)\)", text)
    left, link = max((int(left), link) for left, link in cut)
    assert left > 10
    assert link.endswith("/acme/web/issues?q=is%3Aissue+is%3Aopen+label%3A%22hypercare%3AP1%22%2C%22hypercare%3AP3%22")
    assert [row for row in text.splitlines() if row.startswith("|") and not row.endswith("|")] == []
    assert team.plan("10m").plan.changes == ()


@pytest.mark.parametrize("sign", ["x", "漢", "🔥"])
def test_title_is_cut_to_what_both_trackers_take(team: Team, sign: str) -> None:
    name = f"Shop {sign * 300}"
    for summary in ("{tracker: web-github, repo: acme/ops}", "{tracker: shop-jira, project: SHOP}"):
        team.configure(team.config_file.read_text().replace("Shop 5.2", name))
        team.configure(re.sub("summary: .*", f"summary: {summary}", team.config_file.read_text()))
        team.forget()
        assert exit_code(team.tick()) == 0
    (standing,) = team.summaries()
    assert len(standing["title"]) == TITLE_LIMIT
    assert standing["title"].endswith("…")
