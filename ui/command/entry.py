"""The `timetravel` command from its first moment on: it takes a second to import, in which Ctrl-C ends it as later."""

import os
import signal
import sys
from types import FrameType


def main() -> int:
    """Run the command, and give its exit status."""
    end_quietly()
    from ui.cli import main as run

    return run()


def end_quietly() -> None:
    """From now on Ctrl-C ends this process at once, without a traceback, until another handler is set."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it was to be ignored
        signal.signal(signal.SIGINT, _end)


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
