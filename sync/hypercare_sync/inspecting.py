"""Everything that is wrong with a config and with the policies that it names, at once, in the order of its places."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, product
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from hypercare_rules.lint import Draft, Finding, Gravity, lint
from hypercare_rules.people import Member
from hypercare_rules.release import Release
from hypercare_rules.values import TrackerKind
from hypercare_sync.builtin_packs import pack_names
from hypercare_sync.config import DEFAULT_POLICY, Config, ReleaseDates, is_policy_path
from hypercare_sync.config import examine as examine_config
from hypercare_sync.packs import Examined, PolicyFile, located, pack_path
from hypercare_sync.packs import examine as examine_policy
from hypercare_sync.yaml_file import Fault, Located, YamlFile, is_file

_BOTH = 2


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found in its order, and the config with each release's policy; None where an error keeps them from being used."""

    found: tuple[tuple[Gravity, Located], ...]
    usable: tuple[Config, dict[str, PolicyFile]] | None

    def lines(self) -> Iterator[str]:
        """A line for each that was found: `Error: FILE:LINE:COLUMN: ...`."""
        yield from dict.fromkeys(f"{gravity.capitalize()}: {one}" for gravity, one in self.found)


def inspect(path: Path, env: Mapping[str, str], now: datetime) -> Inspected:
    """The config at `path` and all its policies, as they are at a time."""
    config = examine_config(path, env)
    inspecting = _Inspecting(now)
    inspecting.add(Gravity.error, config.faults)
    inspecting.add(Gravity.warning, config.warnings)
    if config.file:
        inspecting.releases(path, config.file)
    found = inspecting.in_order()
    if config.config is None or any(gravity is Gravity.error for gravity, _ in found):
        return Inspected(found, None)
    policies = {
        release.name: inspecting.policies[index].usable() for index, release in enumerate(config.config.releases)
    }
    return Inspected(found, (config.config, policies))


@dataclass
class _Inspecting:
    """One pass over a config, collecting what was found and, by the index of the release, its policy."""

    now: datetime
    policies: dict[int, Examined] = field(default_factory=dict)
    _found: list[tuple[Gravity, Located]] = field(default_factory=list)
    _files: dict[Path, Examined] = field(default_factory=dict)

    def add(self, gravity: Gravity, found: Iterable[Located]) -> None:
        """More that was found."""
        self._found += [(gravity, one) for one in found]

    def in_order(self) -> tuple[tuple[Gravity, Located], ...]:
        """All that was found: file by file as they were come to, and by place in each."""
        files = list(dict.fromkeys(one.file for _, one in self._found))
        return tuple(sorted(self._found, key=lambda one: (files.index(one[1].file), one[1].mark)))

    def releases(self, path: Path, file: YamlFile) -> None:
        """The policy of each release, looked at for that release."""
        kinds = _kinds(file.value)
        releases = file.value.get("releases")
        for index, written in enumerate(releases if isinstance(releases, list) else ()):
            name = written.get("policy", DEFAULT_POLICY) if isinstance(written, dict) else None
            if not isinstance(name, str) or not (is_policy_path(name) or name in pack_names()):
                continue
            where = path.parent / name if is_policy_path(name) else pack_path(name)
            if is_file(where):
                self._policy(index, where, kinds, _release(written))
            elif "${" not in name:
                problem = f"no such file: {file.quote(('releases', index, 'policy'))}"
                remedy = "write its path as seen from the folder of this file"
                self.add(Gravity.error, file.located([Fault(("releases", index, "policy"), f"{problem}; {remedy}")]))
        self.add(Gravity.warning, file.located([*self._prefixes(file), *self._namesakes(file)]))

    def _policy(self, index: int, path: Path, kinds: Iterable[str], release: Release | None) -> None:
        if path not in self._files:
            self._files[path] = examine_policy(path)
        examined = self.policies[index] = self._files[path]
        self.add(Gravity.error, examined.faults)
        if examined.draft is None or examined.file is None:
            return
        findings = lint(examined.draft, self.now, tuple(kinds), release)
        for gravity in Gravity:
            self.add(gravity, located(examined.file, _of(gravity, findings)))

    def _prefixes(self, file: YamlFile) -> Iterator[Fault]:
        """Releases that label the tickets of one place under different prefixes: a ticket of both gets the labels of both."""
        for pair in self._sharing(file):
            mine, theirs = pair.one.policy.label_prefix, pair.other.policy.label_prefix
            if mine == theirs or not (pair.one.whole("label_prefix") and pair.other.whole("label_prefix")):
                continue
            text = f"labels tickets of {pair.place} under {theirs}, and release {pair.name!r} does under {mine}"
            remedy = "write one label_prefix in both policies, or a ticket of both releases gets two priorities"
            yield Fault(("releases", pair.second, "policy"), f"{text}; {remedy}")

    def _namesakes(self, file: YamlFile) -> Iterator[Fault]:
        """Names that two releases with tickets of one place give to different people: whom one calls the other takes for called."""
        for pair in self._sharing(file):
            mine, theirs = pair.one.policy.people, pair.other.policy.people
            both = [
                name
                for name in mine
                if name in theirs
                and pair.one.whole("people", name)
                and pair.other.whole("people", name)
                and _different(mine[name], theirs[name])
            ]
            if both:
                text = f"{', '.join(both)}: in the policy of release {pair.name!r} somebody else has this name"
                remedy = f"give each person one name in both policies, or of a ticket of {pair.place} only one of them is told"
                yield Fault(("releases", pair.second, "policy"), f"{text}; {remedy}")

    def _sharing(self, file: YamlFile) -> Iterator["_Pair"]:
        """Each two releases that may take tickets of one place, with their policies."""
        releases = file.value["releases"] if self.policies else []
        drafts = {index: one.draft for index, one in self.policies.items() if one.draft}
        for (first, one), (second, other) in combinations(drafts.items(), 2):
            if place := _shared(releases[first], releases[second]):
                yield _Pair(place, str(releases[first].get("name")), second, one, other)


class _Pair(NamedTuple):
    """Two releases that may take tickets of one place: the name of the first, the index of the second, and their policies."""

    place: str
    name: str
    second: int
    one: Draft
    other: Draft


def _different(one: Member, other: Member) -> bool:
    """Whether two people have different accounts on one kind of tracker."""
    accounts = [(one.identity(kind), other.identity(kind)) for kind in TrackerKind]
    return any(mine and theirs and mine.casefold() != theirs.casefold() for mine, theirs in accounts)


def _of(gravity: Gravity, findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is gravity]


def _kinds(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of all trackers; none where one cannot be told."""
    trackers = config.get("trackers")
    members = trackers.values() if isinstance(trackers, dict) else ()
    kinds = [one.get("kind") if isinstance(one, dict) else None for one in members]
    known = {kind for kind in kinds if kind in ("jira", "github")}
    return tuple(sorted(known)) if len(known) == len(set(map(str, kinds))) else ()


def _release(written: Mapping[str, Any]) -> Release | None:
    """The release as the rules know it; None where its dates cannot be read."""
    dates = {key: value for key, value in written.items() if key in ReleaseDates.model_fields}
    try:
        release: Release = ReleaseDates.model_validate_json(json.dumps(dates), strict=True).release
    except ValidationError:
        return None
    return release


def _shared(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """A place from which both releases may take the same ticket. On GitHub a ticket has one milestone."""
    for first, second in product(_sources(one), _sources(other)):
        place = first.get("repo") or first.get("project")
        same = (first.get("tracker"), str(place).casefold()) == (
            second.get("tracker"),
            str(second.get("repo") or second.get("project")).casefold(),
        )
        milestones = {source.get("milestone") for source in (first, second) if not source.get("labels")}
        if place and same and (None in milestones or len(milestones) < _BOTH):
            return str(place)
    return None


def _sources(release: Mapping[str, Any]) -> list[dict[str, Any]]:
    sources = release.get("sources")
    return [one for one in sources if isinstance(one, dict)] if isinstance(sources, list) else []
