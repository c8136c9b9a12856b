"""A progress bar for people: on stderr, and only where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from hypercare_sync.tick_result import Progress


@contextmanager
def tick_progress() -> Iterator[Progress]:
    """What to tell a tick, so that a person sees how far it is."""
    if not sys.stderr.isatty():
        yield Progress()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=None)
        yield Progress(
            reading=lambda label: bar.update(task, description=f"Reading {label}"),
            writing=lambda number: bar.update(task, description="Writing", total=number, completed=0),
            wrote=lambda changes: bar.advance(task, len(changes)),
        )
