"""Waits for a worker's answer, and raises an error that says why there is none."""

import queue
import time
from collections.abc import Callable

from ui.timetravel.errors import GraphLoadError, WorkerDied, WorkerError
from ui.timetravel.runs.records.output_log import OutputLog
from ui.timetravel.worker.child.shared.exit_status import how_it_ended
from ui.timetravel.worker.child.shared.protocol import Message

ANSWERS = ("graph", "rebuilt", "types", "deleted", "shrunk")
"""The messages that answer a request."""
_TICK_SECONDS = 0.5


def answer_of(
    graph: str,
    heard: "queue.SimpleQueue[Message]",
    printed: OutputLog,
    doing: str,
    timeout: float,
    on_progress: Callable[[Message], None],
) -> Message:
    """The answer of a worker that does one thing and ends; waits for it in the calling thread.

    `on_progress` is called with each message about its progress, after which `timeout` begins again, and with {"event":
    "waiting"} every half second without a message. `printed` collects the worker's output, in case it dies. Raises
    GraphLoadError, WorkerDied, WorkerError after `timeout` seconds, or what `on_progress` raises.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            message = heard.get(timeout=min(_TICK_SECONDS, max(0.0, deadline - time.monotonic())))
        except queue.Empty:
            if time.monotonic() < deadline:
                on_progress({"event": "waiting"})
                continue
            advice = "Its module must not run it." if graph else "Look at the preview again: some of it may be gone."
            raise WorkerError(f"{doing} took over {timeout:g} seconds. {advice}") from None
        event = message["event"]
        if event in ANSWERS:
            return message
        if event == "deleting":
            deadline = time.monotonic() + timeout
            on_progress(message)
        elif event == "output":
            printed.add(message["kind"], "", "", message["text"])
        else:
            _raise_for(message, graph, doing, printed)


def _raise_for(message: Message, graph: str, doing: str, printed: OutputLog) -> None:
    """Raise the error that a message reports, if it is one after which no answer comes."""
    event = message["event"]
    if event == "unfit":
        raise GraphLoadError(message["message"])
    if event == "load_error":
        text = f'The graph "{graph}" failed to load: {message["message"]}'
        raise GraphLoadError(text, message["traceback"], takes_config=message.get("takes_config", False))
    if event == "exited":
        which = f'loaded the graph "{graph}"' if graph else f"was {doing[0].lower()}{doing[1:]}"
        text = f"The worker that {which} {how_it_ended(message['code'])}."
        raise WorkerDied(text, printed.tail())
