"""What a lively release's record looks like, word for word. With HYPERCARE_GOLDEN=write the files are written anew, to be looked at."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sync.reports.worlds import LIVELY, secret, view

from hypercare_sync.record import RecordView
from hypercare_sync.record.markdown import record_markdown
from hypercare_sync.record.table import record_csv

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize(("name", "rendered"), [("lively.md", record_markdown), ("lively.csv", record_csv)])
def test_record_reads_as_it_did(name: str, rendered: Callable[[RecordView], str]) -> None:
    text, path = rendered(view(*LIVELY, secret())).encode(), GOLDEN / name
    if os.environ.get("HYPERCARE_GOLDEN") == "write":
        path.write_bytes(text)
    assert text == path.read_bytes()
