"""A whole tick with a scoped token: all of it goes through the gateway, and what people read leads to the site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import START
from tests.sync.test_tick_both_jiras import Desk

from hypercare_sync.access import accounts
from hypercare_sync.config import load
from hypercare_sync.connect import paces
from hypercare_sync.packs import policies
from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.store import Store
from hypercare_sync.tick import Tick
from hypercare_sync.trackers import jira

SCOPES = "jira-scopes=read:jira-work+read:jira-user+write:jira-work"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    sandbox = Sandbox.new(START, {"scoped": f"hypercare-bot:{SCOPES}"})
    with running(sandbox) as base:
        made = Desk(sandbox, base, tmp_path)
        text = made.config.read_text()
        made.config.write_text(text.replace("token: sandbox", "token: scoped, scoped: true"))
        yield made


@pytest.mark.parametrize("email", ["bot@shop.example", None])
def test_whole_ticks_go_through_the_gateway(desk: Desk, email: str | None) -> None:
    config = load(desk.config, {})
    assert config.trackers["shop"].kind == "jira"
    assert config.trackers["shop"].scoped
    for _ in range(2):
        desk.sandbox.log.served.clear()
        tracker = jira.connect("shop", f"{desk.base}/jira", email, "scoped", scoped=True, gateway=desk.base)
        with Store(config.store_url, config.team) as store:
            tick = Tick(config, policies(config), {"shop": tracker}, store, START, backfill=True)
            assert exit_code(tick.sync(paces(config))) == 0
    assert desk.written() == 0
    found = accounts(config, {"shop": tracker}, policies(config).values())
    assert (found.lacks, found.doubts) == ((), ())
    assert "Jira Cloud with a scoped token by the gateway" in found.told[0]
    (summary,) = (issue for issue in desk.sandbox.jira.issues.values() if "Shop" in issue.fields["summary"])
    (comment,) = desk.sandbox.jira.issue("SHOP-1").comments  # type: ignore[union-attr]
    for text in (str(summary.fields["description"]), str(comment["body"])):
        assert f"{desk.base}/jira/browse/SHOP-1" in text
        assert "/ex/jira" not in text
