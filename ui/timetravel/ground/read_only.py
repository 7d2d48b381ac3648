"""The switch for "read only". Whatever starts a run, deletes, or creates a file checks it first.

It is an environment variable, so that worker processes have it too, and refuse by themselves (worker/child/errors).
"""

import os

from ui.timetravel.errors import ReadOnly
from ui.timetravel.worker.child.shared.protocol import READ_ONLY

WHY = "This app was started with --read-only: it looks at stores alone; nothing is run, changed or deleted."


def is_read_only() -> bool:
    """Whether the app was started with `--read-only`."""
    return bool(os.environ.get(READ_ONLY))


def switch_on() -> None:
    """From now on nothing is run or written, in this process and in all that it starts."""
    os.environ[READ_ONLY] = "1"


def looks_only() -> dict[str, str]:
    """The variable that the environment of a worker must contain, whatever a project's own environment says."""
    return {READ_ONLY: os.environ[READ_ONLY]} if is_read_only() else {}


def refuse_if_read_only(what: str) -> None:
    """Raise ReadOnly if the app was started with `--read-only`; `what` names what was to be done, such as "a run"."""
    if is_read_only():
        raise ReadOnly(f"{WHY} So there is no {what}.")
