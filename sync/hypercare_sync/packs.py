"""Policies as files: the built-in packs and a team's own."""

from importlib.resources import as_file
from pathlib import Path

from hypercare_rules.policy import Policy
from hypercare_sync.builtin_packs import PACKS, pack_names
from hypercare_sync.config import Config, ReleaseConfig
from hypercare_sync.errors import ConfigError
from hypercare_sync.yaml_file import read, suggest, validate


def policies(config: Config) -> dict[str, Policy]:
    """The policy of each release by the release's name. Raises ConfigError with every fault of every file."""
    found, faults = {}, []
    for release in config.releases:
        try:
            found[release.name] = policy_of(config, release)
        except ConfigError as error:
            faults += str(error).splitlines()
    if faults:
        raise ConfigError("\n".join(dict.fromkeys(faults)))
    return found


def policy_of(config: Config, release: ReleaseConfig) -> Policy:
    """The policy of a release. Raises ConfigError with every fault of the file."""
    path = config.policy_file(release)
    return builtin(release.policy) if path is None else _load(path)


def builtin(name: str) -> Policy:
    """A pack by its name. Raises ConfigError for one that is not built in."""
    known = pack_names()
    if name not in known:
        raise ConfigError(
            f"policy {name!r}: no such built-in policy; {suggest(name, known)}, or the path of a file such as ./policy.yaml"
        )
    with as_file(PACKS / f"{name}.yaml") as path:
        return _load(path)


def _load(path: Path) -> Policy:
    return validate(read(path), Policy)
