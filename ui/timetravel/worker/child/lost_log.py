"""A SQLite file that must not be opened: SQLite would delete the log that holds all of it."""

from pathlib import Path

from .refusing import Refused


def refuse_to_lose_a_log(path: Path) -> None:
    """Raise Refused where the file is empty and its log (-wal) is not, as a power cut leaves them.

    SQLite takes the log of an empty file for another one's, and deletes it at the first look, also at one that can
    only read (SQLite 3.40.1, pager.c, `pagerOpenWalIfPresent`).
    """
    log = path.with_name(f"{path.name}-wal")
    if path.is_file() and path.stat().st_size == 0 and log.is_file() and log.stat().st_size:
        raise Refused(
            f"{path.name} is empty, and all that it held is in {log.name}, which SQLite deletes when it opens the file."
            " So nothing is written to it. Keep a copy of both; a checkpoint of it can be forked into the sandbox."
        )
