"""Every error that the engine raises on purpose.

TimeTravelError
├── StoreError                a checkpoint store can't be opened or read
│   ├── StoreNotFound         there is nothing at that place
│   ├── NotAStore             what exists there is not a checkpoint store
│   ├── StoreUnreadable       the store can't be read now (locked, damaged, too slow, no permission)
│   ├── CheckpointNotFound    the store has no such thread or checkpoint
│   └── NotExportable         a checkpoint holds something that can't be put into a sandbox
├── DecodeError               bytes that can't become plain data (inside the engine: screens see `Opaque`)
├── ReadOnly                  the app was started with --read-only (a StoreError and a WorkerError)
├── ReadingStopped            a person stopped waiting for a read
├── EditError                 text that a person typed is not a value (names line and column)
├── ProjectError              a langgraph.json or a --graph option is wrong
└── WorkerError               the worker could not do what it was asked
    ├── GraphLoadError        the user's graph failed to import or to build (carries its traceback)
    └── WorkerDied            the process ended before it answered (carries its last output)

Each message tells a person what happened and what to do next, in one or two sentences without a traceback, and without
secrets: what PostgreSQL, a server or a node says may hold some, and so may what a person typed.
"""

from ui.timetravel.ground.redaction.redact import masked


class TimeTravelError(Exception):
    """Root of the hierarchy: catch this to catch everything that the engine raises on purpose. Its text is masked."""

    def __str__(self) -> str:
        return masked(super().__str__())


class StoreError(TimeTravelError):
    """A checkpoint store can't be opened or read."""


class StoreNotFound(StoreError):
    """There is nothing at the place that the target names."""


class NotAStore(StoreError):
    """What exists at this place is not a checkpoint store."""


class StoreUnreadable(StoreError):
    """The store can't be read now: locked, damaged, too slow, or not permitted."""


class CheckpointNotFound(StoreError):
    """The store has no such thread, namespace or checkpoint."""


class NotExportable(StoreError):
    """Something that a checkpoint holds, or needs, can't be put into a sandbox."""


class DecodeError(TimeTravelError):
    """Bytes that can't become plain data."""


class ReadingStopped(TimeTravelError):
    """A person stopped waiting for what was being read."""


class EditError(TimeTravelError):
    """A typed text is not a value; `line` and `column` (from 1) say where, when that is known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class ProjectError(TimeTravelError):
    """A langgraph.json, or a --graph option, is malformed or names what is not there."""


class WorkerError(TimeTravelError):
    """The worker could not do what it was asked."""


class GraphLoadError(WorkerError):
    """The user's graph failed to import or to build; `traceback` is its own traceback, as text.

    `takes_config`: a function of the user's failed to make it, which is given configurable values.
    """

    def __init__(self, message: str, traceback: str = "", *, takes_config: bool = False) -> None:
        super().__init__(message)
        self.traceback = traceback
        self.takes_config = takes_config


class WorkerDied(WorkerError):
    """The worker process ended before it answered; `output` is the last that it printed."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class ReadOnly(StoreError, WorkerError):
    """The app was started with `--read-only`, and the request would run or write something."""
