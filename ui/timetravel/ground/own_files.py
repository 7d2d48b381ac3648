"""Files of the app's own: only their owner can read them, and they are never seen half written."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ui.timetravel.ground.read_only import refuse_if_read_only

FOLDER = ".timetravel"
"""The folder for files that the app makes."""


def is_own(path: Path) -> bool:
    """Whether a file is in a folder of the app's own."""
    return FOLDER in path.absolute().parent.parts


def make_own_folder(folder: Path) -> None:
    """Create the app's own folder if necessary; if others may look into it, take that right from them.

    Raises OSError.
    """
    refuse_if_read_only(f"folder {folder}")
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    ignored = folder / ".gitignore"
    # A store made by trying the samples inside somebody's project does not belong in their repository.
    with suppress(OSError):
        if not ignored.exists() or ignored.stat().st_size == 0:
            write_own(ignored, "*\n")
    _narrow(folder)


def write_own(path: Path, text: str) -> None:
    """Write a file of the app's own: it has either its old content, or all of the new one. Raises OSError."""
    refuse_if_read_only(f"file {path}")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def narrow(folder: Path) -> list[str]:
    """Take from others all rights to the app's own folder and its content; returns a sentence for each that failed.

    What a person linked into it is not changed.
    """
    if not folder.is_dir():
        return []
    wide = [str(each) for each in (folder, *_inside(folder)) if not _narrow(each)]
    if not wide:
        return []
    more = f" and {len(wide) - 1} more" if len(wide) > 1 else ""
    return [
        f"Others on this machine may read {wide[0]}{more}: it is not yours, or its file system knows no owners. Start"
        " the app in a folder of your own to keep what it stores to yourself."
    ]


def _inside(folder: Path) -> Iterator[Path]:
    """The content of the folder, except that of the embedded PostgreSQL, which sets its rights itself and may belong to
    another user.
    """
    for each in sorted(folder.iterdir()):
        if not each.is_symlink() and each.name != "postgres":
            yield each


def _narrow(path: Path) -> bool:
    """Take all rights from others, and return whether they have none.

    The right to pass through a folder does not count.
    """
    with suppress(OSError):
        if path.is_symlink():
            return not _readable_by_others(path)
        if _readable_by_others(path):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)
        return not _readable_by_others(path)
    return not path.exists()


def _readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o066)
