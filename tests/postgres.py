"""A PostgreSQL server of the tests' own: made in a folder of its own, as a user without rights, and gone with the process that asked for it.

Where none is installed the tests that need it say so and skip; with `CI` set they fail.
"""

import atexit
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

OLDEST = 15
USER, PASSWORD = "hypercare", "s3cr3t of the/server"
_DEBIAN = Path("/usr/lib/postgresql")
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB", "max_connections=40")


@dataclass(frozen=True)
class Server:
    """A running server, and how many databases were made on it."""

    port: int
    folder: Path
    number: "count[int]"

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD, port: int | None = None) -> str:
        """The address of one of its databases."""
        address = sa.URL.create("postgresql+psycopg", user, password, "127.0.0.1", port or self.port, database)
        return address.render_as_string(hide_password=False)

    def database(self, like: str | None = None) -> str:
        """The address of a new database: an empty one, or a copy of the one at that address."""
        name = f"test_{next(self.number)}"
        self.run(f"create database {name}{f' template {sa.make_url(like).database}' if like else ''}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove the database at an address."""
        self.run(f"drop database {sa.make_url(url).database} with (force)")

    @property
    def version(self) -> int:
        """Its major version."""
        return int((self.folder / "data" / "PG_VERSION").read_text())

    def run(self, statement: str) -> None:
        """Carry a statement out outside of any of its databases' transactions."""
        engine = sa.create_engine(self.url("postgres"), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


@cache
def server() -> Server:
    """The server of this process; it is started when it is first asked for."""
    programs = _programs()
    if programs is None:
        text = f"no PostgreSQL {OLDEST} or newer here; Debian and Ubuntu have it as the package postgresql"
        if os.environ.get("CI"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="hypercare-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    for path in (folder, secret):
        if os.geteuid() == 0:
            os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        path.chmod(0o700)
    data, port = folder / "data", _free_port()
    make = (programs / "initdb", "-D", data, "-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8")
    subprocess.run([*_as(user), *make, "--locale=C", "--no-sync"], check=True, capture_output=True, cwd=folder)
    settings = [part for setting in _FAST for part in ("-c", setting)]
    serve = (programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, *settings)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*_as(user), *serve], stdout=log, stderr=log, cwd=folder)
    atexit.register(_end, process)
    started = Server(port, folder, count(1))
    deadline = time.monotonic() + 30
    while True:
        try:
            started.run("select 1")
        except sa.exc.OperationalError:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "no answer in 30 s"
            time.sleep(0.05)
        else:
            return started


def _programs() -> Path | None:
    """The folder of the newest server's programs."""
    versions = [path for path in _DEBIAN.glob("*/bin") if path.parent.name.isdecimal() and (path / "initdb").exists()]
    newest = max(versions, key=lambda path: int(path.parent.name), default=None)
    if newest and int(newest.parent.name) >= OLDEST:
        return newest
    found = shutil.which("postgres")
    if found is None:
        return None
    told = subprocess.run([found, "--version"], check=True, capture_output=True, text=True).stdout
    return Path(found).resolve().parent if int(told.split()[2].partition(".")[0]) >= OLDEST else None


def _unprivileged() -> str:
    """Whom the server runs as: it refuses root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _as(user: str) -> tuple[str, ...]:
    """What to put before a command so that this user runs it; where it can be, it also ends when we do, however we end."""
    dies = ("--pdeathsig", "QUIT") if shutil.which("setpriv") else ()
    if os.geteuid() == 0:
        return ("setpriv", "--reuid", user, "--regid", str(pwd.getpwnam(user).pw_gid), "--init-groups", *dies)
    return ("setpriv", *dies) if dies else ()


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
