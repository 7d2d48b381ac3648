"""What may not be done from a checkpoint, and what in it does not fit the graph: shown before anything is pressed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ui.components.base.plain_text import Look, plain_text
from ui.components.checkpoint.fork.graph_choice import new_thread_id
from ui.session.permissions.writes import destination
from ui.session.reads.cached_reads import called
from ui.session.start_run import start_run
from ui.timetravel.history.graph_of_thread import changes_since
from ui.timetravel.model.checkpoints import Checkpoint
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.model.jobs import RunRequest
from ui.timetravel.runs.write_permission import Destination, Permission


@dataclass(frozen=True, slots=True)
class WayToRun:
    """A run, and where it would go from this screen: to its thread, a new one or the sandbox, or nowhere."""

    request: RunRequest
    may: Permission
    forks: bool = False

    @property
    def place(self) -> Destination | None:
        """Where the request goes; None where it may go nowhere."""
        return destination(self.may, forks=self.forks)

    @property
    def why(self) -> str:
        """Why it does not go to its thread, and where it goes instead; empty where it goes to its thread."""
        said = self.may.why_not()
        match self.place:
            case Destination.NEW_THREAD:
                return f"{said} What you run from here goes to a new thread."
            case Destination.SANDBOX:
                return f"{said} What you run from here goes to a copy in the local sandbox."
        return said

    def start(self, request: RunRequest | None = None, **more: Any) -> None:
        """Start this run, or the given one in its place, where it may go."""
        made = request or self.request
        if self.place is Destination.NEW_THREAD:
            made = replace(made, copy_to=new_thread_id(called(made.thread_id)))
        start_run(made, sandbox=self.place is Destination.SANDBOX, **more)


def why_not(ways: Iterable[WayToRun]) -> None:
    """Say why some of these go elsewhere or nowhere, each reason once."""
    said = dict.fromkeys(way.why for way in ways if way.why)
    if said:
        plain_text(*(("asks", one) for one in said), key="why_not")


def changed_code(shown: Checkpoint, graph: GraphInfo | None) -> None:
    """Say what in the checkpoint no longer fits the graph."""
    lines: list[tuple[Look, str]] = [("asks", one) for one in changes_since(shown, graph)] if graph else []
    if lines:
        plain_text(*lines, key="changed_code")
