"""How many requests a cold tick sends to a Jira that holds the release's summary, too."""

from math import ceil
from pathlib import Path

import pytest
from tests.sync.flow import START
from tests.sync.sandbox.jira_site import row, written
from tests.sync.test_native_priorities import BEFORE, Desk

from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Flavour, Sandbox

TICKETS = 104


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_cold_tick_that_keeps_native_priorities_reads_no_more_than_it_takes(flavour: Flavour, tmp_path: Path) -> None:
    """Two looks are beyond that, for they are not for tickets but keep a second summary away.

    Where no search shows a summary, as in a first tick, two tickets are asked for their records on Data Center, whose searches tell none.
    Where those of Cloud's tickets name it, its doubles are searched for with the census, once an hour.
    """
    sandbox = Sandbox.new(START, flavour=flavour)
    with running(sandbox) as base:
        desk = Desk(sandbox, base, tmp_path)
        more = (row(f"SHOP-{number}", **BEFORE) for number in range(3, TICKETS + 1))
        sandbox.jira.load(written(tmp_path / "more.jsonl", *more))
        desk.tick()
        records = [one.path for one in sandbox.log.served if one.method == "GET" and "/properties/" in one.path]
        assert len(records) == (0 if flavour == "cloud" else 2)
        desk.forget()
        result = desk.tick()
        assert result.plan.changes == ()
        assert [one.kind for one in sandbox.log.served if one.kind == "write"] == []
        doubles = flavour == "cloud"
        assert len(sandbox.log.served) <= ceil(TICKETS / 100) + ceil(TICKETS / 1000) + 4 + doubles
