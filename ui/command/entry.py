"""The entry point of the `timetravel` command.

Importing the rest takes a second, in which Ctrl-C works as it does later.
"""

import os
import signal
import sys
from types import FrameType


def main() -> int:
    """Run the command, and return its exit status."""
    end_quietly()
    from ui.cli import main as run

    return run()


def end_quietly() -> None:
    """From now on Ctrl-C ends this process immediately, without a traceback, until another handler is set."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is to be ignored
        signal.signal(signal.SIGINT, _end)


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
