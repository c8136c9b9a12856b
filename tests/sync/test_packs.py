"""Policies by name and as a team's own files."""

from pathlib import Path

import pytest
from tests.sync.flow import config_text

from hypercare_rules.policy import Policy
from hypercare_rules.values import Priority
from hypercare_sync.config import Config, load
from hypercare_sync.errors import ConfigError
from hypercare_sync.packs import builtin, policies, policy_of


def config(folder: Path, policy: str) -> Config:
    path = folder / "hypercare.yaml"
    path.write_text(config_text("http://127.0.0.1:1", policy=policy))
    path.chmod(0o600)
    return load(path, {})


def pack_text() -> str:
    from importlib.resources import files

    return (files("hypercare_rules") / "packs" / "standard.yaml").read_text()


def test_standard_pack_is_quiet() -> None:
    policy = builtin("standard")
    assert isinstance(policy, Policy)
    assert policy.comments.priorities == (Priority.P1, Priority.P2)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("standrad", "did you mean standard?"), ("../packs/standard", "./policy.yaml"), ("", "./policy.yaml")],
)
def test_unknown_pack_says_which_there_are(name: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        builtin(name)
    assert hint in str(raised.value)
    assert raised.value.exit_code == 2


def test_release_takes_the_pack_that_it_names(tmp_path: Path) -> None:
    made = config(tmp_path, "standard")
    assert policy_of(made, made.releases[0]) == builtin("standard")


@pytest.mark.parametrize("name", ["./policy.yaml", "policy.yml", "team/policy.yaml"])
def test_file_is_found_beside_the_config(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(pack_text().replace("acknowledge: {P1: 30m", "acknowledge: {P1: 10m"))
    made = config(tmp_path, name)
    assert policy_of(made, made.releases[0]).targets.acknowledge[Priority.P1].total_seconds() == 600


def test_every_fault_of_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        pack_text().replace("{P1: 30m, P2: 2h", "{P1: 3 hours, P2: 2h").replace("outage: high", "outage: hihg")
    )
    made = config(tmp_path, "./policy.yaml")
    with pytest.raises(ConfigError) as raised:
        policy_of(made, made.releases[0])
    told = str(raised.value).splitlines()
    assert any("targets.acknowledge.P1" in line for line in told)
    assert any("impact.labels.outage" in line and "hihg" in line for line in told)
    assert all("policy.yaml:" in line for line in told)


def test_missing_file_is_told(tmp_path: Path) -> None:
    made = config(tmp_path, "./nowhere.yaml")
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        policy_of(made, made.releases[0])


def test_faults_of_every_releases_file_are_told_at_once(tmp_path: Path) -> None:
    made = config(tmp_path, "./nowhere.yaml")
    other = made.releases[0].model_copy(update={"name": "App 7", "policy": "standrad"})
    with pytest.raises(ConfigError) as raised:
        policies(made.model_copy(update={"releases": (*made.releases, other)}))
    assert len(str(raised.value).splitlines()) == 2


def test_policies_stand_under_their_releases(tmp_path: Path) -> None:
    assert policies(config(tmp_path, "standard")) == {"Shop 5.2": builtin("standard")}
