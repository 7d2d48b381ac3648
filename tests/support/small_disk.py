"""A disk that is nearly full: a real small one, where one may be mounted."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path


class SmallDisk:
    """A file system in memory with room for so many bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def used(self) -> int:
        """The bytes that are taken, by deleted files that somebody has open, too."""
        found = os.statvfs(self.folder)
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    def resize(self, room: int) -> None:
        """Give it room for so many bytes in all."""
        subprocess.run(["mount", "-o", f"remount,size={room}", str(self.folder)], check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(folder: Path, room: int) -> Iterator[SmallDisk | None]:
    """A disk at this folder, made where it isn't there; None where nothing may be mounted (a test then skips)."""
    folder.mkdir(exist_ok=True)
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(folder)]
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield SmallDisk(folder) if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
