"""A folder for an embedded PostgreSQL: as root another user runs that, and pytest's folders are root's alone."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter; what is in it stays for the tests of one file."""
    folder = Path(tempfile.mkdtemp(prefix="timetravel-embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
