"""A file that counts how often nodes ran: outside the state, so it tells what no checkpoint can.

A checkpoint can't say that a node ran twice, or that it began and failed: that is not in the state. So some samples
add a line to a file whenever a node begins: JSON with the thread, the node, the task, the checkpoint that it ran from,
the process and the time. The lines stay when a run fails, when its process is killed, and when another one resumes it.
Threads are told apart by their ids alone, so a count is right where no two threads of any store have the same id.

The file is the one that the input names as node_log; else the one that TIMETRAVEL_NODE_LOG names; else
node-runs.jsonl in a folder of this user's own in the temp folder.
"""

import errno
import json
import os
import stat
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langgraph.runtime import get_runtime

NODE_LOG = "TIMETRAVEL_NODE_LOG"


def log_file(named: str | None = None) -> Path:
    """Where the lines are, whether or not there are any yet.

    Raises PermissionError when the folder in the temp folder exists already and is somebody else's, or is a link.
    """
    chosen = (named or "").strip() or os.environ.get(NODE_LOG, "").strip()
    return Path(chosen).expanduser() if chosen else _own_folder() / "node-runs.jsonl"


def begin(node: str, named: str | None = None) -> int:
    """Write down that this node begins, and give back how often it has now begun on this thread: 1 for the first time.

    To be called within a node. Without a thread nothing can be resumed, so that is always 1. The folder is made where
    it is missing; raises OSError when the file can't be written.
    """
    told = get_runtime().execution_info
    thread = (told and told.thread_id) or ""
    file = log_file(named)
    file.parent.mkdir(parents=True, exist_ok=True)
    times = runs(thread, named)[node] + 1 if thread else 1
    where = {"task": told.task_id, "checkpoint": told.checkpoint_id} if told else {}
    _add(file, {"thread": thread, "node": node, **where, "process": os.getpid(), "at": _now()})
    return times


def runs(thread: str, named: str | None = None) -> Counter[str]:
    """How often each node has begun on a thread. A line that a crash left unfinished does not count."""
    file = log_file(named)
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else []
    entries = [entry for entry in map(_entry, lines) if entry.get("thread") == thread]
    return Counter(str(entry.get("node")) for entry in entries)


def _entry(line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):  # another program's line, or one that is half written
        return {}
    return entry if isinstance(entry, dict) else {}


def _add(file: Path, entry: dict[str, Any]) -> None:
    """One write at the end of the file, so that lines of processes that run side by side don't mix.

    A line that a full disk or a crash left half written is ended first, so that it takes no other along.
    """
    line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
    to = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        end = os.lseek(to, 0, os.SEEK_END)
        whole = b"\n" + line if end and os.pread(to, 1, end - 1) != b"\n" else line
        if os.write(to, whole) < len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
    finally:
        os.close(to)


def _own_folder() -> Path:
    # Anybody may make a folder of this name in a shared temp folder, and lead our lines elsewhere with a link.
    folder = Path(tempfile.gettempdir()) / f"timetravel-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} is not a folder of yours. Name a file of your own with {NODE_LOG}.")
    return folder


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
