"""From the name of a pack or the path of a file to a policy, or to every fault of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from hypercare_rules.lint import Finding, errors
from hypercare_rules.policy import Policy
from hypercare_sync.builtin_packs import PACKS, pack_names
from hypercare_sync.config import Config, ReleaseConfig
from hypercare_sync.errors import ConfigError
from hypercare_sync.packs.merging import merge
from hypercare_sync.yaml_file import Fault, YamlFile, read, suggest, validate

# Policies are read as files: a team's own may stand beside them, and messages name them.
_PACKS = Path(str(PACKS))


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy with the file that it was read from, into which what it extends is merged; `origins` are all of them, it last."""

    policy: Policy
    file: YamlFile
    origins: tuple[str, ...]

    def lines(self, findings: Iterable[Finding]) -> tuple[str, ...]:
        """The findings with their places, in the form of a config's faults."""
        return self.file.lines(Fault(finding.path, finding.text, at_key=finding.at_key) for finding in findings)


def policies(config: Config) -> dict[str, Policy]:
    """The policy of each release by the release's name. Raises ConfigError with every fault of every file."""
    return {name: loaded.policy for name, loaded in policy_files(config).items()}


def policy_files(config: Config) -> dict[str, PolicyFile]:
    """The same with the files."""
    found, faults = {}, []
    for release in config.releases:
        try:
            found[release.name] = _policy_file(config, release)
        except ConfigError as error:
            faults += str(error).splitlines()
    if faults:
        raise ConfigError("\n".join(dict.fromkeys(faults)))
    return found


def policy_of(config: Config, release: ReleaseConfig) -> Policy:
    """The policy of a release. Raises ConfigError with every fault of the file."""
    return _policy_file(config, release).policy


def builtin(name: str) -> Policy:
    """A pack by its name. Raises ConfigError for one that is not built in."""
    return load(pack_path(name)).policy


def pack_path(name: str) -> Path:
    """The file of a built-in pack. Raises ConfigError for a name that is none."""
    if name not in pack_names():
        raise ConfigError(f"policy {name!r}: {_no_such_pack(name)}")
    return _PACKS / f"{name}.yaml"


def load(path: Path) -> PolicyFile:
    """The policy in a file, over what it extends. Raises ConfigError with every fault."""
    file, origins = _merged(path, ())
    policy = validate(file, Policy)
    loaded = PolicyFile(policy, file, origins)
    if lines := loaded.lines(errors(policy)):
        raise ConfigError("\n".join(lines))
    return loaded


def origin(file: str) -> str:
    """The name of the pack that a file is, else the file as it was named."""
    path = Path(file)
    return path.stem if path.parent == _PACKS else file


def _policy_file(config: Config, release: ReleaseConfig) -> PolicyFile:
    path = config.policy_file(release)
    return load(pack_path(release.policy) if path is None else path)


def _no_such_pack(name: str) -> str:
    return f"no such built-in policy; {suggest(name, pack_names())}, or the path of a file such as ./policy.yaml"


def _merged(path: Path, below: tuple[Path, ...]) -> tuple[YamlFile, tuple[str, ...]]:
    """The file over all that it extends, with their names; `below` are the files that lead to it."""
    file = read(path)
    if "extends" not in file.value:
        return file, (file.name,)
    here = (*below, path.resolve())
    base = _extended(file, path)
    if base.resolve() in here:
        circle = " -> ".join(origin(str(one)) for one in (*here[here.index(base.resolve()) :], base.resolve()))
        raise file.error([Fault(("extends",), f"a circle: {circle}; take one of them out")])
    own = {key: value for key, value in file.value.items() if key != "extends"}
    inherited, origins = _merged(base, here)
    return merge(inherited, replace(file, value=own, written=own)), (*origins, file.name)


def _extended(file: YamlFile, path: Path) -> Path:
    """The path of what the file extends."""
    name = file.value["extends"]
    if not isinstance(name, str):
        problem = "not text; write the name of a pack, or the path of a file such as ./team.yaml"
    elif "/" not in name and not name.endswith((".yaml", ".yml")):
        if name in pack_names():
            return _PACKS / f"{name}.yaml"
        problem = _no_such_pack(name)
    elif (found := path.parent / name).is_file():
        return found
    else:
        problem = f"no such file: {file.quote(('extends',))}; write its path as seen from the folder of this file"
    raise file.error([Fault(("extends",), problem)])
