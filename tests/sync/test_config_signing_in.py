"""How a config says who we are on GitHub: one way for each tracker, and every fault of a key before anything is sent."""

import json
import os
import pathlib
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from tests.sync.apps import private_key

from hypercare_sync.config import Config, GithubTracker, load
from hypercare_sync.connect import connect
from hypercare_sync.errors import ConfigError
from hypercare_sync.trackers.github.reader import GithubReader

TEXT = """\
version: 1
trackers:
  gh: {{kind: github, {tracker}}}
releases:
  - name: Shop
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    sources: [{{tracker: gh, repo: acme/web, milestone: "5.2"}}]
    summary: {{tracker: gh, repo: acme/ops}}
"""
BY_FILE = "app: {id: 4711, private_key_file: keys/app.pem}"
BY_VARIABLE = 'app: {id: 4711, private_key: "${APP_KEY}"}'
PEM = "write the whole PEM file that GitHub gave for the App, from BEGIN to END"


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "keys").mkdir()
    return tmp_path


def loading(folder: pathlib.Path, tracker: str, env: Mapping[str, str] | None = None, mode: int = 0o600) -> Config:
    """The config with this tracker."""
    path = folder / "hypercare.yaml"
    path.write_text(TEXT.format(tracker=tracker))
    path.chmod(mode)
    return load(path, env or {})


def keep(folder: pathlib.Path, key: str, mode: int = 0o600) -> None:
    """Put a key where BY_FILE looks for it."""
    (path := folder / "keys" / "app.pem").write_text(key)
    path.chmod(mode)


def test_a_path_that_no_file_can_have_is_told_once(folder: pathlib.Path) -> None:
    with pytest.raises(ConfigError) as raised:
        loading(folder, 'app: {id: 4711, private_key_file: "keys/\\0.pem"}')
    (line,) = str(raised.value).splitlines()
    assert "trackers.gh.app.private_key_file: more than one line, or with a control character" in line


def key_of(config: Config) -> str:
    """The key that the config's App signs with."""
    tracker = config.trackers["gh"]
    assert isinstance(tracker, GithubTracker)
    assert tracker.app is not None
    return config.signing_key(tracker.app).get_secret_value()


def only_fault(folder: pathlib.Path, tracker: str, env: Mapping[str, str] | None = None) -> str:
    """The one fault of a config, without the path of its file."""
    with pytest.raises(ConfigError) as caught:
        loading(folder, tracker, env)
    assert caught.value.__context__ is None
    (line,) = str(caught.value).splitlines()
    return line.partition("hypercare.yaml:")[2]


def test_key_comes_from_a_variable_or_from_a_file_beside_the_config(folder: pathlib.Path) -> None:
    keep(folder, f"\n{private_key()}\n\n")
    by_file = key_of(loading(folder, BY_FILE))
    assert by_file == private_key()
    assert key_of(loading(folder, BY_VARIABLE, {"APP_KEY": private_key()})) == by_file
    in_one_line = private_key().replace("\n", "\\n")
    assert key_of(loading(folder, BY_VARIABLE, {"APP_KEY": in_one_line})) == by_file


@pytest.mark.parametrize("number", ["4711", '"4711"', "Iv23liabcdefgh012345", "Iv1.0123456789abcdef"])
def test_app_goes_by_its_app_id_or_its_client_id(folder: pathlib.Path, number: str) -> None:
    keep(folder, private_key())
    tracker = loading(folder, BY_FILE.replace("4711", number)).trackers["gh"]
    assert isinstance(tracker, GithubTracker)
    assert tracker.app is not None
    assert tracker.app.id == number.strip('"')


@pytest.mark.parametrize(
    ("tracker", "expected"),
    [
        ("pace: off", '3:7: trackers.gh: no way to sign in; write either token: "${TOKEN}" or app: {id: ..., private_key: ...}'),
        (f"token: x, {BY_FILE}", '3:7: trackers.gh: two ways to sign in; write either token: "${TOKEN}" or app: {id: ..., private_key: ...}'),
        (f"{BY_FILE}, permissions: {{issues: write}}", "3:7: trackers.gh: an App's permissions are told by GitHub; leave permissions: out"),
        ("app: {id: 4711}", '3:27: trackers.gh.app: no key; write either private_key: "${APP_KEY}" or private_key_file: ./app.pem'),
        (BY_FILE.replace("keys", 'private_key: "${APP_KEY}", private_key_file: keys').replace("private_key_file: private", "private"), '3:27: trackers.gh.app: two keys; write either private_key: "${APP_KEY}" or private_key_file: ./app.pem'),
        (BY_FILE.replace("4711", "intensive-care"), "3:32: trackers.gh.app.id: not an App's id; write the App ID or the client ID of its settings page"),
        (BY_FILE.replace("}", ", installation: 0}"), "3:84: trackers.gh.app.installation: not more than 0: 0; write more"),
        ("token: x, account: mine", "3:41: trackers.gh.account: not known: 'mine'; write own or shared"),
        ("token: x, permissions: {issues: all}", "3:54: trackers.gh.permissions.issues: not known: 'all'; write none, read, write or admin"),
        ('token: x, url: "https://github.com"', "3:37: trackers.gh.url: the website, not the API; write https://api.github.com, or leave it out"),
    ],
)  # fmt: skip
def test_way_that_is_none_is_a_fault_in_its_place(folder: pathlib.Path, tracker: str, expected: str) -> None:
    keep(folder, private_key())
    assert only_fault(folder, tracker, {"APP_KEY": private_key()}) == expected


def _public() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _locked() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")).decode()


def _elliptic() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KEYS = {
    "words": (lambda: "not a key at all", f"no private key in PEM form; {PEM}"),
    "cut": (lambda: private_key()[:900], f"no private key in PEM form; {PEM}"),
    "public": (_public, f"a public key; {PEM.replace('the whole', 'the private key, the whole')}"),
    "locked": (_locked, "a key behind a password; write it without one"),
    "elliptic": (_elliptic, f"not an RSA key, as GitHub's Apps have; {PEM}"),
}


@pytest.mark.parametrize("kind", KEYS)
def test_text_that_is_no_key_of_an_app_is_a_fault_that_does_not_show_it(folder: pathlib.Path, kind: str) -> None:
    make, expected = KEYS[kind]
    keep(folder, text := make())
    assert only_fault(folder, BY_FILE) == f"3:56: trackers.gh.app.private_key_file: {expected}"
    told = only_fault(folder, BY_VARIABLE, {"APP_KEY": text})
    assert told == f"3:51: trackers.gh.app.private_key: {expected}"


def test_key_file_that_cannot_be_read_is_a_fault(folder: pathlib.Path) -> None:
    said = "cannot be read: No such file or directory; write the path of the App's PEM file"
    assert only_fault(folder, BY_FILE) == f"3:56: trackers.gh.app.private_key_file: {said}"
    (folder / "keys" / "app.pem").write_bytes(b"\x00\xff" * 40)
    assert only_fault(folder, BY_FILE).startswith(
        "3:56: trackers.gh.app.private_key_file: no private key in PEM form; name"
    )


def test_unset_variable_of_a_key_is_one_fault(folder: pathlib.Path) -> None:
    said = "APP_KEY is not set; export it or put it in the cron line's environment"
    assert only_fault(folder, BY_VARIABLE) == f"3:51: trackers.gh.app.private_key: {said}"


@pytest.mark.skipif(os.name != "posix", reason="the mode of a file says who may read it on POSIX only")
def test_key_that_others_may_read_is_warned_of(folder: pathlib.Path) -> None:
    keep(folder, private_key(), mode=0o644)
    (warning,) = loading(folder, BY_FILE).warnings
    assert warning.endswith(
        "trackers.gh.app.private_key_file: a private key that others may read; chmod 600 keys/app.pem"
    )
    literal = f"app: {{id: 4711, private_key: {json.dumps(private_key())}}}"
    (warning,) = loading(folder, literal, mode=0o644).warnings
    assert 'trackers.gh.app.private_key: a secret in a file that others may read; write "${GH_KEY}"' in warning


def test_key_that_became_unusable_since_is_a_config_error(folder: pathlib.Path) -> None:
    keep(folder, private_key())
    config = loading(folder, BY_FILE)
    (folder / "keys" / "app.pem").unlink()
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        connect(config)


def test_no_key_is_in_what_a_config_or_a_tracker_shows(folder: pathlib.Path) -> None:
    config = loading(folder, BY_VARIABLE, {"APP_KEY": private_key()})
    tracker = connect(config)["gh"]
    assert isinstance(tracker.reader, GithubReader)
    shown = repr(config) + config.model_dump_json() + repr(tracker) + repr(tracker.reader.client.transport)
    assert private_key().splitlines()[1] not in shown
