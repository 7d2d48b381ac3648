"""A process that writes checkpoints as fast as LangGraph's saver can: `python busy_writer.py KIND TARGET SECONDS`.

KIND is wal or delete (the journal of a SQLite file), or postgresql. At the end it prints a line of JSON: how many
checkpoints there are, how long the longest write took, what went wrong, and how large the write-ahead log got.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6

THREAD = "busy"


def main(kind: str, target: str, seconds: float) -> dict[str, Any]:
    """Write one checkpoint, wait for a line on stdin, and write until the time is over."""
    log, longest, largest, count = [], 0.0, 0, 1
    with _saver(kind, target) as saver:
        config: Any = {"configurable": {"thread_id": THREAD, "checkpoint_ns": ""}}
        config = _write(saver, config, 0)
        print("ready", flush=True)
        sys.stdin.readline()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                config = _write(saver, config, count)
                count += 1
            except Exception as error:
                log.append(f"{type(error).__name__}: {error}")
            longest = max(longest, time.monotonic() - began)
            if count % 20 == 0 and kind == "wal":
                largest = max(largest, Path(f"{target}-wal").stat().st_size)
    return {"count": count, "longest": longest, "errors": log[:5], "log": largest}


def _write(saver: Any, above: Any, number: int) -> Any:
    """A checkpoint of a graph that counts, and what its next node wrote."""
    checkpoint = empty_checkpoint()
    values = {"n": number, "twice": 2 * number, "text": "x" * 500}
    versions = dict.fromkeys(values, number + 1)
    made = {**checkpoint, "id": str(uuid6(clock_seq=number)), "channel_values": values, "channel_versions": versions}
    metadata = {"source": "loop", "step": number, "parents": {}}
    config = saver.put(above, made, metadata, versions)
    saver.put_writes(config, [("n", number + 1), ("twice", 2 * number + 2)], f"task-{number}")
    return config


@contextmanager
def _saver(kind: str, target: str) -> Iterator[Any]:
    if kind == "postgresql":
        from langgraph.checkpoint.postgres import PostgresSaver

        with PostgresSaver.from_conn_string(target) as saver:
            saver.setup()
            yield saver
        return
    from langgraph.checkpoint.sqlite import SqliteSaver

    connection = sqlite3.connect(target, check_same_thread=False)
    saver = SqliteSaver(connection)
    saver.setup()
    connection.execute(f"PRAGMA journal_mode={kind}")
    yield saver
    connection.close()


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], float(sys.argv[3]))), flush=True)
