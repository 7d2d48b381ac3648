"""The exit status of a process, in words."""

import signal


def how_it_ended(code: int) -> str:
    """How a process ended, in words, from its exit status."""
    if code >= 0:
        return f"exited with status {code}"
    try:
        return f"was ended by the signal {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by the signal {-code}"
