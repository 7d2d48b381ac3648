"""Real histories of random programs, written by LangGraph's own savers: what random damage is done to.

path = any_history(folder / "s.sqlite", Random(7))     the threads "t0", "t1", ..., and "healthy"
"""

import warnings
from pathlib import Path
from random import Random
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.conformance.programs.generated import any_program, any_shape
from tests.conformance.programs.local import played
from tests.timetravel.stores.written import histories

HEALTHY = "healthy"
"""The thread that nothing is done to."""
PROGRAMS = 2


def any_history(path: Path, random: Random) -> Path:
    """A SQLite file, in the journal mode that needs no file beside it."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.setup()
        saver.conn.execute("PRAGMA synchronous = OFF")
        write(saver, random)
        saver.conn.execute(f"UPDATE checkpoints SET thread_id = '{HEALTHY}' WHERE thread_id = 't'")
        saver.conn.execute(f"UPDATE writes SET thread_id = '{HEALTHY}' WHERE thread_id = 't'")
        saver.conn.commit()
        saver.conn.execute("PRAGMA journal_mode = DELETE")
    return path


def write(saver: BaseCheckpointSaver[Any], random: Random) -> None:
    """Random programs, and a history that is always the same, on the thread "t"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(PROGRAMS):
            played(any_program(random, any_shape), saver, f"t{number}")
        histories.loop(saver)
