"""Looking only: the switch that whatever starts a run, deletes or makes a file asks before it does so.

It is in the environment, so that the worker processes have it, too, and refuse by themselves (worker/child/errors).
"""

import os

from ui.timetravel.errors import ReadOnly
from ui.timetravel.worker.child.shared.protocol import READ_ONLY

WHY = "This app was started with --read-only: it looks at stores alone; nothing is run, changed or deleted."


def is_read_only() -> bool:
    """Whether the app was started to look only."""
    return bool(os.environ.get(READ_ONLY))


def switch_on() -> None:
    """From now on, in this process and in all that it starts, nothing is run or written."""
    os.environ[READ_ONLY] = "1"


def looks_only() -> dict[str, str]:
    """What the environment of a worker must hold, whatever a project's own says."""
    return {READ_ONLY: os.environ[READ_ONLY]} if is_read_only() else {}


def refuse_if_read_only(what: str) -> None:
    """Raise ReadOnly where the app was started to look only; `what` would be done, such as "a run"."""
    if is_read_only():
        raise ReadOnly(f"{WHY} So there is no {what}.")
