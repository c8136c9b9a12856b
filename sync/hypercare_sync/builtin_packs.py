"""Where the built-in policies are."""

from importlib.resources import files
from importlib.resources.abc import Traversable

PACKS: Traversable = files("hypercare_rules") / "packs"


def pack_names() -> list[str]:
    """The names of the built-in policies."""
    return sorted(pack.name.removesuffix(".yaml") for pack in PACKS.iterdir() if pack.name.endswith(".yaml"))
