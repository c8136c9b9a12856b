"""What the commands share that look and never write."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hypercare_sync.cli.options import load_config
from hypercare_sync.cli.sync import show_errors, ticking

if TYPE_CHECKING:
    from hypercare_rules.assess import World
    from hypercare_sync.config import Config
    from hypercare_sync.text.document import Document
    from hypercare_sync.tick import TickResult


def look(config: Path | None, release: str | None, now: datetime | None) -> tuple["Config", "TickResult"]:
    """The config, and what a tick finds now; what failed is told on stderr."""
    from hypercare_sync.cli.progress import tick_progress

    loaded: Config = load_config(config, release)
    with tick_progress() as progress, ticking(loaded, now, progress, backfill=False, writes=False) as tick:
        result = tick.plan()
    show_errors(result)
    return loaded, result


def worlds(result: "TickResult", only: str | None = None) -> dict[str, "World"]:
    """What the rules saw of each release that is live, or of this one alone, by its name."""
    from hypercare_rules.assess import World

    return {
        one.config.name: World(
            release=one.state.assessment.release,
            sources=tuple(source.view() for source in one.collected),
            memory=one.state.memory,
        )
        for one in result.releases
        if one.state and only in (None, one.config.name)
    }


def show(document: "Document") -> None:
    """A document on stdout."""
    from rich.console import Console

    from hypercare_sync.text import terminal

    Console(highlight=False).print(terminal.render(document))
