"""Where a config says that the store is, and for whom: a file, or a server with a password that nobody is told."""

from pathlib import Path

import pytest

from hypercare_sync.config import Config, load
from hypercare_sync.errors import ConfigError

SECRET = "hunter2-of-ana"
TEXT = """\
version: 1
{store}
trackers: {{gh: {{kind: github, token: "${{TOKEN}}"}}}}
releases:
  - name: Web
    go_live: 2026-11-20T08:00Z
    hypercare: 1w
    sources: [{{tracker: gh, repo: acme/web, labels: [bug]}}]
    summary: {{tracker: gh, repo: acme/web}}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.touch(mode=0o600)
    return path


def loading(path: Path, store: str) -> Config:
    path.write_text(TEXT.format(store=store))
    return load(path, {"TOKEN": "t", "PGPASS": SECRET})


SERVER = "postgresql+psycopg://me:${PGPASS}@db.example:5433/hypercare"


def test_file_is_beside_the_config_and_its_address_whole(path: Path) -> None:
    config = loading(path, "")
    assert config.store_url == f"sqlite:///{path.parent}/hypercare.db"


@pytest.mark.parametrize(
    "url",
    [
        SERVER,
        "postgresql+psycopg:///hypercare",
        "postgresql+psycopg://me@[::1]/hypercare?sslmode=require",
        "postgresql+psycopg://me:p%40ss@db/hypercare",
    ],
)
def test_server_is_taken_as_it_is_written_with_variables_filled_in(path: Path, url: str) -> None:
    config = loading(path, f'store: "{url}"')
    assert config.store_file is None
    assert config.store_url == url.replace("${PGPASS}", SECRET)


def test_password_is_in_no_text_about_the_config(path: Path) -> None:
    assert SECRET not in repr(loading(path, f"store: {SERVER}"))


@pytest.mark.parametrize(
    ("store", "fault"),
    [
        (SERVER.removesuffix("/hypercare"), "not the address of a database"),
        (SERVER.replace("5433", "x"), "not the address of a database"),
        (SERVER.replace("me:", "me:a/b"), "not the address of a database"),
        (f"{SERVER}?password=x", "holds a password after the ?"),
        (SERVER.replace("+psycopg", ""), "not supported here: postgresql://..."),
    ],
)
def test_address_that_cannot_be_used_is_told_without_the_password(path: Path, store: str, fault: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loading(path, f"store: {store}")
    assert f"shop.yaml:2:8: store: {fault}" in str(raised.value)
    assert "write " in str(raised.value)
    assert SECRET not in str(raised.value)


def test_team_is_the_name_of_the_file_unless_it_is_given(path: Path) -> None:
    assert loading(path, "").team == "shop"
    assert loading(path, "team: Web shop").team == "Web shop"


@pytest.mark.parametrize(
    ("url", "warned"),
    [(SERVER, False), (SERVER.replace("${PGPASS}", "x"), True), (SERVER.replace(":${PGPASS}", ""), False)],
)
def test_password_in_a_file_that_others_may_read_is_warned_of(path: Path, url: str, *, warned: bool) -> None:
    path.chmod(0o644)
    warnings = loading(path, f"store: {url}").warnings
    assert any("shop.yaml:2:8: store: a password in a file that others may read" in line for line in warnings) is warned
    path.chmod(0o600)
    assert loading(path, f"store: {url}").warnings == ()
