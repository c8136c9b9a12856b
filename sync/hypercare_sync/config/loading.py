"""From a file and an environment to a config, or to every fault of it at once."""

import os
import pathlib
import re
import stat
from collections.abc import Iterator, Mapping

from hypercare_sync.builtin_packs import pack_names
from hypercare_sync.config.environment import fill_in, refers
from hypercare_sync.config.links import link
from hypercare_sync.config.models import Config, ConfigFile, is_policy_path
from hypercare_sync.yaml_file import Fault, YamlFile, attempt, read, suggest
from hypercare_sync.yaml_file.places import follow


def load(path: pathlib.Path, env: Mapping[str, str]) -> Config:
    """The config in the file at `path`, with `${VARIABLES}` from `env`. Raises ConfigError with every fault."""
    file, faults = fill_in(read(path), env)
    linked = link(file)
    faults += linked.faults
    outcome = attempt(linked.file, ConfigFile)
    if isinstance(outcome, list):
        explained = {fault.path for fault in faults} | linked.undecided
        faults += [fault for fault in outcome if fault.path not in explained]
    faults += _policies(file)
    if faults or isinstance(outcome, list):
        raise file.error(faults)
    warnings = [*linked.warnings, *_bare_tokens(path, file)]
    return Config(**dict(outcome), base=path.absolute().parent, warnings=file.lines(warnings))


def _policies(file: YamlFile) -> Iterator[Fault]:
    """The policies that are named and not built in; what is wrong within a file is told when it is read."""
    releases = file.value.get("releases")
    for index, release in enumerate(releases if isinstance(releases, list) else ()):
        name = release.get("policy") if isinstance(release, dict) else None
        if not isinstance(name, str) or not name:
            continue
        if not is_policy_path(name) and name not in pack_names():
            remedy = f"{suggest(name, pack_names())}, or the path of a file such as ./policy.yaml"
            yield Fault(("releases", index, "policy"), f"no such built-in policy: {name!r}; {remedy}")


def _bare_tokens(path: pathlib.Path, file: YamlFile) -> Iterator[Fault]:
    """The tokens that stand in a file which others than its owner may read; on POSIX only, where the mode says it."""
    if os.name != "posix" or not path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return
    for name in file.value["trackers"]:
        place = ("trackers", name, "token")
        if not refers(follow(file.written, place)):
            variable = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
            yield Fault(
                place,
                f'a secret in a file that others may read; write "${{{variable}_TOKEN}}", or chmod 600 {path.name}',
            )
