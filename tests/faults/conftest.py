"""Tells at the end how much the fault machine did: its tests pass quietly, in several processes."""

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line with the sum of each figure that tests recorded."""
    reports = terminalreporter.stats.get("passed", [])
    told = Counter[str]()
    for report in reports:
        told.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    for name, total in sorted(told.items()):
        terminalreporter.write_line(f"{name}: {total}")
