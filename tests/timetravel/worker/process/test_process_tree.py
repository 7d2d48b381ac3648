"""What is hard to end: processes that never stay what they are, and what has something to put away first."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ui.timetravel.worker.child.shared.process_tree import children, kill_tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells of the tree")

HOPS = "import os, time\nos.setsid()\nwhile True:\n  if os.fork(): os._exit(0)\n  time.sleep(0.001)\n"
TREE = """
import subprocess, sys, time
from ui.timetravel.worker.child.shared.process_tree import adopt_orphans
adopt_orphans()
for _ in range(2):
    subprocess.Popen([sys.executable, "-I", "-S", "-c", sys.argv[1]])
print("ready", flush=True)
time.sleep(600)
"""
SHARES = """
import os, sys, time
from multiprocessing import Semaphore, resource_tracker
from multiprocessing.shared_memory import SharedMemory
os.setsid()
memory = SharedMemory(create=True, size=1000)
print(memory.name, resource_tracker._resource_tracker._pid, flush=True)
time.sleep(600)
"""


def start(code: str, *arguments: str) -> tuple["subprocess.Popen[str]", list[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    return process, process.stdout.readline().split()


def left_of(pid: int) -> list[int]:
    """Its children that have not ended."""
    found = []
    for each in children(pid):
        with suppress(OSError):
            found += [each] if Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX" else []
    return found


def test_processes_that_live_for_a_millisecond_and_leave_another_are_ended_too() -> None:
    root, _ = start(TREE, HOPS)
    try:
        time.sleep(0.2)
        kill_tree(root.pid, itself=False)
        deadline = time.monotonic() + 5
        while left_of(root.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert left_of(root.pid) == []
    finally:
        kill_tree(root.pid)
        root.wait()


def test_shared_memory_of_a_process_that_is_ended_is_removed_by_its_tracker() -> None:
    process, (name, tracker) = start(SHARES)
    there = Path("/dev/shm") / name
    assert there.exists()
    kill_tree(process.pid)
    process.wait()
    assert not there.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(tracker), 0) or _reaped(int(tracker))


def _reaped(pid: int) -> None:
    """It may be there as one that nobody has asked about."""
    if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
        raise ProcessLookupError
