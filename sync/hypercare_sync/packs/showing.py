"""A policy with all that it extends, as one YAML file that says where each part is from."""

from collections.abc import Iterator

from hypercare_sync.packs.loading import PolicyFile, origin
from hypercare_sync.packs.merging import BY_ID
from hypercare_sync.packs.writing import lines
from hypercare_sync.yaml_file import Path


def show(loaded: PolicyFile) -> str:
    """The merged policy as YAML that loads to the same policy, with a comment on each part, rule, exit criterion and review."""
    return "\n".join(line for part in loaded.file.value for line in _part(loaded, part))


def _part(loaded: PolicyFile, name: str) -> Iterator[str]:
    """The lines of a part, with an empty one at the end."""
    value = loaded.file.value[name]
    if name in BY_ID and value:
        yield f"{name}:"
        for index, item in enumerate(value):
            yield f"  # from {_origins(loaded, (name, index))}"
            yield from (f"  {line}" for line in lines([item]))
    else:
        yield f"# from {_origins(loaded, (name,))}"
        yield from lines({name: value})
    yield ""


def _origins(loaded: PolicyFile, path: Path) -> str:
    """Where what is at `path` is from: all files that gave something to it, what was extended first."""
    last = len(path)
    found = {place.file for where, place in loaded.file.places.items() if where[:last] == path}
    return ", ".join(origin(name) for name in loaded.origins if name in found)
