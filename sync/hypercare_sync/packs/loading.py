"""From the name of a pack or the path of a file to a policy, or to every fault of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from hypercare_rules.lint import MORE, Draft, Finding, errors
from hypercare_rules.policy import Policy
from hypercare_sync.builtin_packs import PACKS, pack_names
from hypercare_sync.config import Config, ReleaseConfig
from hypercare_sync.errors import ConfigError
from hypercare_sync.packs.merging import merge
from hypercare_sync.packs.standing_in import stand_in
from hypercare_sync.yaml_file import Fault, Faulty, Located, YamlFile, is_file, nearest, read_on, salvage, suggest

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
        return tuple(map(str, located(self.file, findings)))


@dataclass(frozen=True, slots=True)
class Examined:
    """A policy file with every fault that it has whatever the time, and what could be read of it: no policy to be used.

    Without a draft nothing could be read.
    """

    draft: Draft | None
    file: YamlFile | None
    origins: tuple[str, ...]
    faults: tuple[Located, ...]

    def usable(self) -> PolicyFile:
        """The policy. Raises ConfigError with every fault."""
        if self.faults or self.draft is None or self.file is None:
            raise Faulty(self.faults)
        return PolicyFile(self.draft.policy, self.file, self.origins)


def policies(config: Config) -> dict[str, Policy]:
    """The policy of each release by the release's name. Raises ConfigError with every fault of every file."""
    return {name: loaded.policy for name, loaded in policy_files(config).items()}


def policy_files(config: Config) -> dict[str, PolicyFile]:
    """The same with the files."""
    found: dict[str, PolicyFile] = {}
    faults: list[str] = []
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
    return examine(path).usable()


def examine(path: Path) -> Examined:
    """The policy in a file, over what it extends, as far as it can be read."""
    try:
        merged, origins = _merged(path, ())
    except Faulty as error:
        return Examined(None, None, (str(path),), error.faults)
    policy, file = salvage(merged, Policy, stand_in)
    if policy is None:
        return Examined(None, file, origins, tuple(file.in_order(file.refused)))
    draft = Draft(policy, file.unread)
    faults = (*file.refused, *located(file, errors(draft)))
    return Examined(draft, file, origins, tuple(file.in_order(faults)))


def located(file: YamlFile, findings: Iterable[Finding]) -> list[Located]:
    """The findings with their places, in the order of these."""
    return file.located(Fault(_nearer(file, finding), finding.text, at_key=finding.at_key) for finding in findings)


def _nearer(file: YamlFile, finding: Finding) -> tuple[str | int, ...]:
    """The place of a finding in the file itself, where one of the places that it is about is there."""
    places = [finding.path, *([finding.also] if finding.also else [])]
    return next((path for path in places if path in file.places and file.places[path].file == file.name), finding.path)


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
    """The file over all that it extends, with their names; `below` are the files that lead to it. Raises Faulty."""
    file = read_on(path)
    if "extends" not in file.value:
        return file, (file.name,)
    here = (*below, path.resolve())
    base, problem = _extended(file, path)
    if base and base.resolve() in here:
        circle = " -> ".join(origin(str(one)) for one in (*here[here.index(base.resolve()) :], base.resolve()))
        base, problem = None, f"a circle: {circle}; take one of them out"
    told = file.located([Fault(("extends",), problem)] if problem else ())
    value = {key: value for key, value in file.value.items() if key != "extends"}
    own = replace(file, value=value, written=value, refused=(*file.refused, *told))
    if base is None:
        return _alone(own), (file.name,)
    try:
        inherited, origins = _merged(base, here)
    except Faulty as error:
        return _alone(replace(own, refused=(*own.refused, *error.faults))), (file.name,)
    return merge(inherited, own), (*origins, file.name)


def _alone(file: YamlFile) -> YamlFile:
    """A file of which it is not known what it extends: anything may come from there."""
    return replace(file, unread=file.unread | {(MORE,)})


def _extended(file: YamlFile, path: Path) -> tuple[Path | None, str | None]:
    """The path of what the file extends, or was probably meant to; and what is wrong with what it says."""
    name = file.value["extends"]
    if not isinstance(name, str):
        return None, "not text; write the name of a pack, or the path of a file such as ./team.yaml"
    if "/" not in name and not name.endswith((".yaml", ".yml")):
        known = name if name in pack_names() else nearest(name, pack_names())
        return (pack_path(known) if known else None), (None if name == known else _no_such_pack(name))
    found = path.parent / name
    if is_file(found):
        return found, None
    return None, f"no such file: {file.quote(('extends',))}; write its path as seen from the folder of this file"
