"""A disk of its own that is soon full."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SIZE = "2m"
_FILLER = "filler"


def mountable(folder: Path) -> str | None:
    """Why no disk can be mounted here, if none can."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return "only root may mount a small disk, on Linux"
    try:
        with mounted(folder / "trial"):
            return None
    except subprocess.CalledProcessError as error:
        return f"no disk can be mounted here: {error.stderr.decode().strip()}"


@contextmanager
def mounted(folder: Path) -> Iterator[Path]:
    """A small disk, mounted at a folder that is made for it."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "none", folder], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(folder: Path) -> None:
    """Leave no room there."""
    with suppress(OSError), (folder / _FILLER).open("ab", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)


def make_room(folder: Path) -> None:
    """Take away what filled it."""
    (folder / _FILLER).unlink(missing_ok=True)
