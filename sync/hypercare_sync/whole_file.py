"""Writing a file so that whoever reads it meanwhile sees the old one or the new one, never half of one."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` at once. Raises OSError, and leaves what was there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
