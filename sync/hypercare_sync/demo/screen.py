"""What a person sees of the demo: each tick as it ends, the summary, what it proves, and where to go from here.

The story goes to stdout; the bar goes to stderr, and only where that is a terminal.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hypercare_rules.health import HealthState
from hypercare_rules.release import Release
from hypercare_rules.ticket import Audience
from hypercare_sync.demo.script import Deed, Story
from hypercare_sync.demo.show import Turn
from hypercare_sync.demo.stage import OPS, PROJECT, WEB
from hypercare_sync.demo.telling import most_telling, told, written
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.summary import heartbeat, summary_document, summary_title, summary_view
from hypercare_sync.text import terminal
from hypercare_sync.tick_result import TickResult
from hypercare_sync.wording import count, stamp

_DEEDS_SHOWN, _WRITES_SHOWN = 4, 3
_WIDTH = 110  # of what goes to a file, and at most: longer lines are hard to read
_COLOURS = {HealthState.green: "green", HealthState.amber: "yellow", HealthState.red: "red"}
_PORT_TO_SERVE_ON = 8080


class Screen:
    """Prints the demo as it goes. `out` is stdout, or a console to look at."""

    def __init__(self, story: Story, out: Console | None = None) -> None:
        self._story = story
        self._out = out or Console(highlight=False)
        self._out.width = min(self._out.width, _WIDTH) if self._out.is_terminal else _WIDTH

    @contextmanager
    def bar(self) -> Iterator[Callable[[], None]]:
        """A progress bar over the ticks of the story, to be told of each; nothing where nobody would see it."""
        if not sys.stderr.isatty():
            yield lambda: None
            return
        # Where both go to one terminal one console must draw them, or they overwrite each other.
        console = self._out if self._out.is_terminal else Console(stderr=True)
        columns = (TextColumn("Tick"), MofNCompleteColumn(), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
            task = progress.add_task("", total=len(self._story.week.ticks))
            yield lambda: progress.advance(task)

    def beginning(self) -> None:
        """What is going to be seen."""
        week, tickets = self._story.week, self._story.tickets
        days = (week.ticks[-1].date() - week.ticks[0].date()).days + 1
        self._out.print(
            Panel(
                f"A web shop's first week after a release: {len(tickets)} tickets in Jira ({PROJECT}) and on GitHub ({WEB}), "
                f"{len(week.people)} people, and hypercare-sync, which a cron runs {len(week.ticks)} times in {days} days. "
                "Both trackers are embedded and spoken to over HTTP like the real ones.\n\n"
                "It writes labels under hypercare: (shown without that prefix), a status comment where somebody must act or "
                "would ask why, and one summary issue.",
                title=Text("Shop 5.2 goes live", "bold"),
                padding=(1, 2),
            )
        )

    def turn(self, turn: Turn) -> None:
        """What people did since the last tick, and what this one made of it."""
        result = turn.result
        (release,) = result.releases
        assert release.assessment is not None
        health, where = release.assessment.health, release.assessment.release
        title = Text.assemble(
            (f"{stamp(result.now, where)}, day {release.day}  ", "bold"),
            (f"● {health.state}", f"bold {_COLOURS[health.state]}"),
            f"  {', '.join(health.reasons(Audience.restricted))}",
        )
        self._out.print()
        self._out.print(Rule(title, align="left", style="dim", characters="─"))
        for part in (self._people(turn.deeds, where), _writes(result), Text(_counts(result), "dim")):
            self._out.print(Padding(part, (0, 0, 0, 1), expand=False))

    def _people(self, deeds: Sequence[Deed], where: Release) -> Table:
        rows = Table.grid(padding=(0, 2))
        shown = most_telling(deeds, self._story, _DEEDS_SHOWN)
        for deed in shown:
            rows.add_row(Text(f"{where.local(deed.at):%a %H:%M}", "dim"), Text(told(deed, self._story)))
        if len(deeds) > len(shown):
            rows.add_row("", Text(f"and {len(deeds) - len(shown)} more", "dim"))
        return rows

    def summary(self, state: ReleaseState) -> None:
        """The summary issue as the last tick left it."""
        assert state.summary is not None
        assessment = state.assessment
        view = summary_view(assessment, state.policy, state.summary.audience, state.place.github)
        document = heartbeat(summary_document(view), assessment.release, assessment.now)
        self._out.print()
        self._out.print(Panel(terminal.render(document), title=Text(summary_title(view), "bold"), padding=(1, 2)))

    def proofs(self, proofs: Iterable[str]) -> None:
        """What holds at the end."""
        self._out.print()
        for proof in proofs:
            self._out.print(Text.assemble(("✓ ", "bold green"), proof))

    def costs(self, results: Sequence[TickResult]) -> None:
        """The requests of all ticks."""
        totals = {
            name: (sum(one.requests[name].read for one in results), sum(one.requests[name].write for one in results))
            for name in results[0].requests
        }
        each = "; ".join(f"{name} {read} to read, {write} to write" for name, (read, write) in totals.items())
        self._out.print(Text(f"  {count(len(results), 'tick')} sent requests: {each}.", "dim"))

    def next_steps(self, summary_url: str) -> None:
        """Where to go when everything is over."""
        page = urlsplit(summary_url).path
        self._steps(
            ("Look around", f"{_program()} demo --serve --port {_PORT_TO_SERVE_ON}"),
            ("", f"then the summary is at http://127.0.0.1:{_PORT_TO_SERVE_ON}{page}"),
            ("Your own release", "README.md"),
        )

    def served(self, base: str, summary_url: str, config: Path, now: datetime) -> None:
        """Where to look while the trackers stay up."""
        self._steps(
            ("Summary", summary_url),
            ("All pages", f"{base}/"),
            ("GitHub", f"{base}/{WEB}, {base}/{OPS}"),
            ("Jira", f"{base}/jira/projects/{PROJECT}"),
            ("A busy ticket", f"{base}/jira/browse/{PROJECT}-12"),
            ("All requests", f"{base}/_sandbox/requests"),
            ("Another tick", f"{_program()} sync -c {config} --now {now:%Y-%m-%dT%H:%MZ}"),
            ("End", "Ctrl-C"),
        )

    def _steps(self, *steps: tuple[str, str]) -> None:
        self._out.print()
        for name, step in steps:
            # An address or a command is for copying: never broken into lines.
            self._out.print(Text.assemble((f"  {name:<18}", "bold"), step), soft_wrap=True)


def _writes(result: TickResult) -> Table:
    """The most telling writes with their reasons; on the first tick, why it is so silent."""
    (release,) = result.releases
    assert release.state is not None
    assert result.outcome is not None
    rows = Table.grid(padding=(0, 2))
    shown = written(result.outcome.applied, release.state.policy.label_prefix)
    for one in shown[:_WRITES_SHOWN]:
        rows.add_row(Text("→", "dim"), Text(one.ticket, "bold"), Text(one.wrote, "cyan"), Text(one.why))
    if more := shown[_WRITES_SHOWN:]:
        rows.add_row("", "", Text(f"and {count(len(more), 'more ticket')}", "dim"))
    if release.state.memory.baseline is None:
        rows.add_row("", "", "", Text("The baseline: no comment on what was before it.", "dim"))
    return rows


def _counts(result: TickResult) -> str:
    (release,) = result.releases
    assessment, outcome = release.assessment, result.outcome
    assert assessment is not None
    assert outcome is not None
    read, write = (sum(getattr(sent, kind) for sent in result.requests.values()) for kind in ("read", "write"))
    return (
        f"{count(len(assessment.tickets), 'ticket')} in {count(len(assessment.incidents), 'incident')}, "
        f"{len(assessment.open)} open; {count(len(outcome.applied), 'change')} written; "
        f"{count(read, 'request')} to read, {write} to write"
    )


def _program() -> str:
    """How to call us again: by our name where the shell finds it, else by the path of this call."""
    return "hypercare-sync" if shutil.which("hypercare-sync") else os.path.relpath(sys.argv[0])
