"""Policies as files: the built-in packs and a team's own, which may extend one."""

from hypercare_sync.builtin_packs import pack_names
from hypercare_sync.packs.loading import (
    Examined,
    PolicyFile,
    builtin,
    examine,
    load,
    located,
    pack_path,
    policies,
    policy_files,
    policy_of,
)
from hypercare_sync.packs.merging import BY_ID
from hypercare_sync.packs.showing import show

__all__ = [
    "BY_ID",
    "Examined",
    "PolicyFile",
    "builtin",
    "examine",
    "load",
    "located",
    "pack_names",
    "pack_path",
    "policies",
    "policy_files",
    "policy_of",
    "show",
]
