"""The pages of a tick in a folder, for leads who have no account in a tracker: one a release, and an index of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hypercare_rules.ticket import Audience
from hypercare_sync.errors import HypercareError, PublishFailed
from hypercare_sync.record import record_view
from hypercare_sync.record.html import record_html, render
from hypercare_sync.tick_result import ReleaseResult, TickResult
from hypercare_sync.whole_file import write_whole

PAGE = "index.html"


@dataclass(frozen=True)
class Published:
    """The pages that were written, and why others could not be: those stay as they were."""

    files: tuple[Path, ...]
    errors: tuple[HypercareError, ...]


@dataclass(frozen=True)
class _Entry:
    """A release in the index: without `page` it has none yet, without `health` it was not looked at."""

    name: str
    page: str
    health: str
    said: str


def publish(result: TickResult, names: Iterable[str], folder: Path, audience: Audience) -> Published:
    """Write the page of each release of a tick, and the index of all releases of the config, each in one piece.

    Whoever may read the folder is of that audience. Nothing is raised: what the tick did in the trackers stands.
    """
    at, known = places(tuple(names)), {one.config.name: one for one in result.releases}
    files: list[Path] = []
    errors: list[HypercareError] = []
    for name, release in known.items():
        try:
            files += _release(release, folder / at[name] / PAGE, audience)
        except (OSError, ValueError) as error:
            errors.append(_failed(name, folder / at[name] / PAGE, error))
    try:
        entries = tuple(_entries(at, known, folder))
        page = render("index.html.j2", releases=entries, now=result.now, audience=audience.name)
        files.append(_written(folder / PAGE, page))
    except (OSError, ValueError) as error:
        errors.append(_failed("the index", folder / PAGE, error))
    return Published(tuple(files), tuple(errors))


def _release(release: ReleaseResult, path: Path, audience: Audience) -> Iterator[Path]:
    """The page of a release that is live; where nothing of it could be read, the last one says more."""
    state = release.state
    unknown = all(one.error for one in release.collected) and not any(one.tickets for one in release.collected)
    if state is not None and not unknown:
        yield _written(path, record_html(record_view(state.assessment, state.policy, audience)))


def _written(path: Path, page: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, page.encode())
    return path


def _failed(what: str, path: Path, error: Exception) -> PublishFailed:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return PublishFailed(f"{what}: {path} could not be written: {why}; what was published before stays")


def _entries(at: dict[str, str], known: dict[str, ReleaseResult], folder: Path) -> Iterator[_Entry]:
    for name, place in at.items():
        page = f"{place}/{PAGE}" if (folder / place / PAGE).is_file() else ""
        release = known.get(name)
        if release is None:
            yield _Entry(name, page, "", "")
        elif release.assessment is None:
            yield _Entry(name, page, "", f"goes live {release.config.go_live:%Y-%m-%d %H:%M %Z}")
        else:
            said = f"{release.phase}, day {release.day} of {release.config.release.days}"
            yield _Entry(name, page, release.assessment.health.state, said)


def places(names: tuple[str, ...]) -> dict[str, str]:
    """A folder for each release, the same at each tick: its name in small letters, with a digest where that is not all of it."""
    plain = {name: re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") for name in names}
    shared = [name for name in names if list(plain.values()).count(plain[name]) > 1]
    return {
        name: place
        if place == name.lower().replace(" ", "-") and name not in shared
        else f"{place}-{sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
        for name, place in plain.items()
    }
