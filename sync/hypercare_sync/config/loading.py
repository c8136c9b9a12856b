"""From a file and an environment to a config, or to every fault of it at once."""

import os
import pathlib
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypercare_sync.builtin_packs import pack_names
from hypercare_sync.config.environment import fill_in, refers
from hypercare_sync.config.keys import read_key
from hypercare_sync.config.links import link
from hypercare_sync.config.models import Config, ConfigFile, is_policy_path
from hypercare_sync.config.values import password_in
from hypercare_sync.errors import ConfigError
from hypercare_sync.yaml_file import Fault, Faulty, Located, Path, YamlFile, attempt, read_on, suggest
from hypercare_sync.yaml_file.places import follow


@dataclass(frozen=True, slots=True)
class ExaminedConfig:
    """A config file with every fault, and with what may be wrong as `warnings`; without a fault there is a `config`.

    There is no `file` where nothing of it can be read.
    """

    config: Config | None
    file: YamlFile | None
    faults: tuple[Located, ...]
    warnings: tuple[Located, ...] = ()


def load(path: pathlib.Path, env: Mapping[str, str]) -> Config:
    """The config in the file at `path`, with `${VARIABLES}` from `env`. Raises ConfigError with every fault."""
    examined = examine(path, env)
    if examined.config is None:
        raise Faulty(examined.faults)
    return examined.config


def examine(path: pathlib.Path, env: Mapping[str, str]) -> ExaminedConfig:
    """The config in the file at `path` as far as it can be read, with `${VARIABLES}` from `env`."""
    try:
        written = read_on(path)
    except Faulty as error:
        return ExaminedConfig(None, None, error.faults)
    file, faults = fill_in(written, env)
    linked = link(file)
    faults += linked.faults
    outcome = attempt(linked.file, ConfigFile)
    if isinstance(outcome, list):
        explained = {fault.path for fault in faults} | linked.undecided
        faults += [fault for fault in outcome if fault.path not in explained and not linked.file.follows(fault)]
    told = {fault.path for fault in faults}
    named = (*_policies(file), *_key_files(path.absolute().parent, file))
    faults += [fault for fault in named if fault.path not in told]
    warnings = file.located([*linked.warnings, *_bare_secrets(path, file)])
    if faults or file.refused or isinstance(outcome, list):
        every = file.in_order((*file.refused, *file.located(faults)))
        return ExaminedConfig(None, file, tuple(every), tuple(warnings))
    lines = tuple(dict.fromkeys(map(str, warnings)))
    settled = {**dict(outcome), "team": outcome.team or path.stem}
    config = Config(**settled, base=path.absolute().parent, warnings=lines)
    return ExaminedConfig(config, file, (), tuple(warnings))


def _policies(file: YamlFile) -> Iterator[Fault]:
    """The policies that are named and not built in; what is wrong within a file is told when it is read."""
    releases = file.value.get("releases")
    for index, release in enumerate(releases if isinstance(releases, list) else ()):
        name = release.get("policy") if isinstance(release, dict) else None
        if not isinstance(name, str) or not name:
            continue
        if not is_policy_path(name) and name not in pack_names():
            remedy = f"{suggest(name, pack_names())}, or the path of a file such as ./policy.yaml"
            yield Fault(
                ("releases", index, "policy"),
                f"no such built-in policy: {file.quote(('releases', index, 'policy'))}; {remedy}",
            )


def _key_files(base: pathlib.Path, file: YamlFile) -> Iterator[Fault]:
    """The files of Apps' keys that hold none."""
    for place, key_file in _key_file_places(file):
        try:
            read_key(base / key_file)
        except ConfigError as error:
            yield Fault(place, str(error))


def _key_file_places(file: YamlFile) -> Iterator[tuple[Path, str]]:
    trackers = file.value.get("trackers")
    for name in trackers if isinstance(trackers, dict) else ():
        place = ("trackers", name, "app", "private_key_file")
        key_file = follow(file.value, place)
        if isinstance(key_file, str) and key_file.strip():
            yield place, key_file


def _bare_secrets(path: pathlib.Path, file: YamlFile) -> Iterator[Fault]:
    """The secrets that stand in files which others than their owner may read; on POSIX only, where the mode says it."""
    if os.name != "posix":
        return
    for place, key_file in _key_file_places(file):
        if _open_to_others(path.parent / key_file):
            yield Fault(place, f"a private key that others may read; chmod 600 {key_file}")
    if not _open_to_others(path):
        return
    store = file.written.get("store")
    if isinstance(store, str) and password_in(store) and not refers(password_in(store)):
        yield Fault(
            ("store",),
            f'a password in a file that others may read; write "${{PGPASS}}" for it, or chmod 600 {path.name}',
        )
    trackers = file.value.get("trackers")
    for name in trackers if isinstance(trackers, dict) else ():
        for keys, of in ((("token",), "TOKEN"), (("app", "private_key"), "KEY")):
            place = ("trackers", name, *keys)
            written = follow(file.written, place)
            if isinstance(written, str) and written and not refers(written):
                variable = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
                yield Fault(
                    place,
                    f'a secret in a file that others may read; write "${{{variable}_{of}}}", or chmod 600 {path.name}',
                )


def _open_to_others(path: pathlib.Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except (OSError, ValueError):  # what is not there is a fault of its own
        return False
