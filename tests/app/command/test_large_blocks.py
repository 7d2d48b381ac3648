"""What the app's memory does with large texts that were let go."""

import subprocess
import sys
from textwrap import dedent

import pytest

from tests.support.command import ROOT

PROGRAM = dedent("""
    import sys, threading
    from ui.command.large_blocks import give_back_large_blocks

    def resident():
        return int(open("/proc/self/status").read().split("VmRSS:")[1].split()[0]) // 1024

    def read():
        [bytes(20_000_000), bytes(20_000_000)]  # one that is freed teaches the C library to keep the others
        held = [b"x" * 1_000_000 for _ in range(100)]
        kept.append(b"k" * 100_000)
        held.clear()

    if sys.argv[1] == "given back":
        give_back_large_blocks()
    kept, before = [], resident()
    for _ in range(3):
        threads = [threading.Thread(target=read) for _ in range(3)]
        [one.start() for one in threads], [one.join() for one in threads]
    print(resident() - before)
""")


@pytest.mark.skipif(sys.platform != "linux", reason="it is measured by Linux's /proc")
def test_large_texts_that_threads_let_go_are_given_back() -> None:
    grown = subprocess.check_output([sys.executable, "-c", PROGRAM, "given back"], cwd=ROOT, text=True)
    assert int(grown) < 10
