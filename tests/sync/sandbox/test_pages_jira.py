"""Jira's pages for people, of Cloud and of Data Center: what they show, and that nothing written there can do harm."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.sync.sandbox.jira_site import ANA, LONG_AGO, Site, comment, row, serving

from hypercare_sync.sandbox.world import Sandbox

DONE = {"id": "9", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}


@pytest.fixture(scope="module", params=["cloud", "datacenter"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    with serving(request.param) as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path, version=2)
    site.load(
        row(
            site.key(1), labels=["outage"], priority={"id": "1", "name": "Highest"}, comment={"comments": [comment(1)]}
        ),
        row(site.key(2), status=DONE, summary="Logo is wrong"),
    )
    return site


def page(site: Site, path: str) -> str:
    """What a page shows."""
    answer = requests.get(f"{site.base}/{path}", timeout=10)
    assert answer.status_code == 200
    return answer.text


def fact(shown: str, name: str) -> str:
    """What stands beside a name among an issue's details."""
    return shown.partition(f"<dt>{name}</dt><dd>")[2].partition("</dd>")[0]


def put(site: Site, number: int, **body: object) -> None:
    """Edit an issue by REST."""
    headers = {"Authorization": "Bearer sandbox"} if not site.world.cloud else {}
    auth = ("bot@example.com", "sandbox") if site.world.cloud else None
    answer = requests.put(
        f"{site.base}/rest/api/2/issue/{site.key(number)}", json=body, headers=headers, auth=auth, timeout=10
    )
    assert answer.status_code == 204, answer.text


def test_issue_page_shows_its_details_texts_and_history(jira: Site) -> None:
    put(jira, 1, fields={"summary": "<b>Bold</b>"}, update={"labels": [{"add": "hypercare:P1"}, {"remove": "outage"}]})
    shown = page(jira, f"browse/{jira.key(1)}")
    assert f"<h1>{jira.key(1)} &lt;b&gt;Bold&lt;/b&gt;</h1>" in shown
    assert "<p>Seen <strong>twice</strong>.</p>" in shown
    assert "<p>Comment 1</p>" in shown
    assert [fact(shown, name) for name in ("Priority", "Affects versions", "Reporter")] == ["Highest", "5.2", "Ana"]
    assert (
        'added the label <span class="tag">hypercare:P1</span> and removed the label <span class="tag">outage</span>'
        in shown
    )
    assert '<time datetime="2026-11-03T09:00:01Z">2026-11-03 09:00</time>' in shown


def test_project_page_lists_what_is_open_or_done(jira: Site) -> None:
    shown = page(jira, f"projects/{jira.project}")
    assert f'<a href="{jira.base}/browse/{jira.key(1)}">{jira.key(1)}</a> Checkout fails' in shown
    assert "Logo is wrong" not in shown
    assert "Logo is wrong" in page(jira, f"projects/{jira.project}?state=done")
    assert "aria-current=page>All <span>2</span>" in page(jira, f"projects/{jira.project}?state=all")
    assert (
        f"{jira.project}</a></th><td>{jira.project}</td><td>1</td><td>2</td>"
        in requests.get(jira.base.removesuffix("/jira"), timeout=10).text
    )


def test_what_is_not_there_is_not_found(jira: Site) -> None:
    for path in ("browse/NOPE-1", "projects/NOPE"):
        assert requests.get(f"{jira.base}/{path}", timeout=10).status_code == 404


def test_links_lead_to_issues_and_to_the_web_only(jira: Site) -> None:
    issue = jira.world.issue(jira.key(1))
    assert issue is not None
    issue.fields["issuelinks"] = [
        {
            "type": {"inward": "is blocked by", "outward": "blocks"},
            "outwardIssue": {"key": jira.key(2), "fields": {"summary": "Logo"}},
        }
    ]
    issue.remote_links += [
        {"object": {"url": "https://x.example/1", "title": "Status"}, "relationship": "is on"},
        {"object": {"url": "javascript:alert(1)", "title": "Run"}},
    ]
    shown = page(jira, f"browse/{jira.key(1)}")
    assert f'blocks <a href="{jira.base}/browse/{jira.key(2)}">{jira.key(2)}</a> Logo' in shown
    assert 'is on <a href="https://x.example/1">Status</a>' in shown
    assert "javascript:" not in shown


def test_who_may_read_a_comment_and_that_it_was_edited_is_said(jira: Site) -> None:
    jira.load(
        row(
            jira.key(3),
            comment={
                "comments": [
                    {
                        **comment(2),
                        "updated": "2026-11-04T10:00:00.000+0000",
                        "visibility": {"type": "role", "value": "<Devs>"},
                    }
                ]
            },
        )
    )
    shown = page(jira, f"browse/{jira.key(3)}")
    assert 'edited on <time datetime="2026-11-04T10:00:00Z">' in shown
    assert "only for &lt;Devs&gt;" in shown


def test_custom_fields_show_by_their_names(jira: Site) -> None:
    jira.load(
        {
            **row(
                jira.key(3),
                customfield_10031={"value": "Europe", "child": {"value": "Berlin"}},
                customfield_10032="h1. Steps\n* one",
            ),
            "names": {"customfield_10031": "Region", "customfield_10032": "How to"},
            "schema": {},
        }
    )
    shown = page(jira, f"browse/{jira.key(3)}")
    assert "Europe - Berlin" in shown


def test_odd_data_is_shown_and_breaks_no_page(jira: Site) -> None:
    said = {"comments": [{"id": 5, "body": None, "created": LONG_AGO}]}
    odd = row(jira.key(3), labels=["<b>"], description=None, reporter=None, comment=said)
    odd["fields"]["status"] = {"id": "77", "name": "<script>alert(1)</script>"}
    jira.load(odd)
    shown = page(jira, f"browse/{jira.key(3)}")
    assert "<strong>Anonymous</strong> commented" in shown
    assert "<script>" not in shown
    assert '<span class="tag">&lt;b&gt;</span>' in shown


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{panel}</article><h1>x</h1>{panel}"]
)
def test_text_from_people_runs_nothing(jira: Site, evil: str) -> None:
    author = {**ANA, "displayName": evil}
    said = {"id": "77", "author": author, "body": evil, "created": LONG_AGO, "updated": LONG_AGO}
    jira.load(
        row(jira.key(3), summary=evil, description=evil, labels=[evil.replace(" ", "-")], comment={"comments": [said]})
    )
    for path in (f"browse/{jira.key(3)}", f"projects/{jira.project}"):
        shown = page(jira, path)
        assert "<script" not in shown
        assert "<img" not in shown
        assert shown.count("<h1>") == 1
