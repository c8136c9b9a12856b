"""What the commands share that look and never write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hypercare_sync.cli.options import load_config
from hypercare_sync.cli.sync import show_errors, ticking

if TYPE_CHECKING:
    from hypercare_rules.assess import World
    from hypercare_sync.config import Config
    from hypercare_sync.release_state import ReleaseState
    from hypercare_sync.store import Store
    from hypercare_sync.text.document import Document
    from hypercare_sync.tick_result import TickResult


def look(
    config: Path | None, release: str | None, now: datetime | None, *, alone: bool = False
) -> tuple["Config", "TickResult"]:
    """The config, and what a tick finds now; what failed is told on stderr. With `alone` no other release is read."""
    from hypercare_sync.cli.progress import tick_progress

    loaded: Config = load_config(config, release)
    if alone:
        loaded = loaded.model_copy(update={"releases": tuple(one for one in loaded.releases if one.name == release)})
    with tick_progress() as progress, ticking(loaded, now, progress, backfill=False, writes=False, wanted=True) as tick:
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


def stood(present: Mapping[str, "World"], result: "TickResult") -> tuple[dict[str, "World"], list["ReleaseState"]]:
    """Every release as it stood at the policy time, and what is decided of it then: --now may lie in the past."""
    from hypercare_rules.assess import assess
    from hypercare_rules.hindsight import as_it_stood

    worlds, states = {}, []
    for state in (one.state for one in result.releases if one.state):
        name = state.assessment.release.name
        worlds[name] = then = as_it_stood(present[name], result.now)
        if then != present[name]:
            states.append(replace(state, assessment=assess(then, state.policy, result.now), memory=then.memory))
        else:
            states.append(state)
    return worlds, states


def show_notice(store: "Store") -> None:
    """What people should know of a store, on stderr."""
    if store.notice:
        click.echo(f"Warning: {store.notice}", err=True)


def show(document: "Document") -> None:
    """A document on stdout."""
    from rich.console import Console

    from hypercare_sync.text import terminal

    Console(highlight=False).print(terminal.render(document))
