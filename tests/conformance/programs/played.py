"""The program that plays programs: reads one as a line of JSON, and answers with the truth of its thread as another.

    python -m tests.conformance.programs.played checkpoints.sqlite

It runs in any LangGraph since 0.2.74. Each operation is done in the way that it says: plainly, in an event loop, twice
at once, or in a process of its own, forked from this one while it has no threads, which a node may kill.
"""

import asyncio
import importlib.metadata
import json
import os
import sqlite3
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.errors import GraphBubbleUp, GraphInterrupt, InvalidUpdateError

from tests.conformance.programs.deeds import Deed, Event, History, Live, Question, Snapshot, TaskTold
from tests.conformance.programs.local import Local, history, namespaces
from tests.conformance.programs.programs import Operation, Program, do, given_by, options_of, place_of
from tests.conformance.project import graphs

_QUICK = "PRAGMA synchronous = OFF"
"""Nothing here has to outlive the machine: what a killed process wrote is kept without that."""

_VERSION = importlib.metadata.version("langgraph")


def main(path: str) -> None:
    """Answer each line of the standard input, until there is none."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # so that whatever a library prints is no answer
    for line in sys.stdin:
        data, thread = json.loads(line)
        try:
            answer = _Thread(path, Program.from_data(data), thread).played().as_json()
        except Exception:
            answer = json.dumps(traceback.format_exc())
        answers.write(answer + "\n")
        answers.flush()


class _Thread:
    """One thread of the file, and the journal that its nodes keep."""

    def __init__(self, path: str, program: Program, thread: str) -> None:
        self._path = path
        self._program = program
        self._thread = thread
        self._journal = f"{path}.journal"
        self._number = 0
        Path(self._journal).write_bytes(b"")

    def played(self) -> History:
        graphs.watch = self._watched
        with SqliteSaver.from_conn_string(self._path) as saver:
            saver.setup()
            saver.conn.execute(_QUICK)
            graph = graphs.compiled(self._program.shape, saver)
            deeds = [
                self._done(_Driver(graph, self._thread), number) for number in range(len(self._program.operations))
            ]
            return _history(graph, saver, self._thread, deeds, self._events())

    # --- operations ---

    def _done(self, driver: Any, number: int) -> Deed:
        self._number = number
        operation = self._program.operations[number]
        before = set(self._checkpoints())
        began, at = time.time(), {}
        with suppress(Exception):
            at = place_of(operation, driver).get("configurable", {})
        raised = _WAYS[operation.how](self, driver, operation)
        return Deed(
            kind=operation.kind,
            how=operation.how,
            at=at.get("checkpoint_id"),
            inside=at.get("checkpoint_ns", ""),
            as_node=operation.as_node,
            durability=operation.durability,
            channels=tuple(operation.values or ()),
            paused=(*operation.before, *operation.after),
            began=began,
            ended=time.time(),
            raised=raised,
            made=tuple(sorted(set(self._checkpoints()) - before, key=lambda pair: pair[1])),
        )

    def _checkpoints(self) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(self._path)) as rows:
            asked = "SELECT checkpoint_ns, checkpoint_id FROM checkpoints WHERE thread_id = ?"
            return list(rows.execute(asked, (self._thread,)))

    def plainly(self, driver: Any, operation: Operation) -> str:
        try:
            do(operation, driver)
        except Exception as error:
            return type(error).__name__
        return ""

    def in_a_loop(self, driver: Any, operation: Operation) -> str:
        async def run() -> None:
            config, given = place_of(operation, driver), given_by(operation, driver)
            async with AsyncSqliteSaver.from_conn_string(self._path) as saver:
                await saver.conn.execute(_QUICK)
                graph = graphs.compiled(self._program.shape, saver)
                await _Driver(graph, self._thread).later(given, config, **options_of(operation))

        try:
            asyncio.run(run())
        except Exception as error:
            return type(error).__name__
        return ""

    def twice_at_once(self, driver: Any, operation: Operation) -> str:
        ends: list[str] = []
        runs = [threading.Thread(target=lambda: ends.append(self.plainly(driver, operation))) for _ in range(2)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
        return next(filter(None, ends), "")

    def in_a_process(self, driver: Any, operation: Operation) -> str:
        child = os.fork()
        if not child:
            self._end_as_another(operation)
        _, status = os.waitpid(child, 0)
        return "killed" if os.WIFSIGNALED(status) else ""

    def _end_as_another(self, operation: Operation) -> None:
        graphs.mortal = self._mortal
        try:
            with SqliteSaver.from_conn_string(self._path) as saver:
                saver.conn.execute(_QUICK)
                graph = graphs.compiled(self._program.shape, saver)
                self.plainly(_Driver(graph, self._thread), operation)
        finally:
            os._exit(0)

    def _mortal(self, name: str) -> bool:
        if any(one.event == "killed" and one.node == name for one in self._events()):
            return False
        self._tell(Event("killed", name, "", "", "", self._number, time.time()))
        return True

    # --- the journal ---

    @contextmanager
    def _watched(self, name: str, config: Any) -> Iterator[None]:
        where, sent = _where(config), _is_sent(config)
        number = self._number

        def tell(event: str, what: str = "") -> None:
            self._tell(Event(event, *where, number, time.time(), what, sent))

        tell("started")
        try:
            yield
        except GraphInterrupt as asked:
            tell("asked", json.dumps([one.value for one in asked.args[0]], default=str))
            raise
        except GraphBubbleUp:
            tell("done")
            raise
        except asyncio.CancelledError:
            tell("cancelled")
            raise
        except Exception as error:
            tell("failed", repr(error))
            raise
        tell("done")

    def _tell(self, event: Event) -> None:
        line = json.dumps(asdict(event)).encode() + b"\n"
        file = os.open(self._journal, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(file, line)
        finally:
            os.close(file)

    def _events(self) -> list[Event]:
        return [Event(**json.loads(line)) for line in Path(self._journal).read_text().splitlines()]


class _Driver(Local):
    """A driver that knows how this LangGraph calls its options."""

    def invoke(self, given: Any, config: dict[str, Any], **options: Any) -> Any:
        return super().invoke(given, config, **_in_this_langgraph(**options))

    def later(self, given: Any, config: dict[str, Any], **options: Any) -> Any:
        """The same in an event loop, to be awaited."""
        return self.graph.ainvoke(given, self._at(config), **_in_this_langgraph(**options))


_WAYS = {
    "": _Thread.plainly,
    "loop": _Thread.in_a_loop,
    "twice": _Thread.twice_at_once,
    "process": _Thread.in_a_process,
}


def _in_this_langgraph(durability: str, **options: Any) -> dict[str, Any]:
    """The durability has had this name since 0.6, and was one of two kinds since 0.4."""
    version = tuple(map(int, _VERSION.split(".")[:2]))
    if version >= (0, 6):
        return {**options, "durability": durability}
    return {**options, "checkpoint_during": durability != "exit"} if version >= (0, 4) else options


def _where(config: Any) -> tuple[str, str, str, str]:
    """The name of a node as LangGraph has it, the namespace and the checkpoint that it is due at, and its task."""
    about, metadata = config["configurable"], config.get("metadata") or {}
    own = str(metadata.get("langgraph_checkpoint_ns") or about.get("checkpoint_ns") or "")
    # The root's alone may stand beside those of a subgraph, where the run was begun at a checkpoint inside.
    above = about.get("checkpoint_map") or {}
    namespace = next(reversed(above), "") if "|" in own else ""
    return str(metadata.get("langgraph_node", "")), namespace, above.get(namespace, ""), own.rpartition(":")[2]


def _is_sent(config: Any) -> bool:
    return "__pregel_push" in str((config.get("metadata") or {}).get("langgraph_path"))


# --- what LangGraph says ---


def _history(graph: Any, saver: Any, thread: str, deeds: list[Deed], events: list[Event]) -> History:
    live, snapshots = None, []
    for namespace in namespaces(saver, thread):
        try:
            snapshots += [_snapshot(namespace, one) for one in history(graph, thread, namespace)]
        except (InvalidUpdateError, ValueError):
            return History(thread, _VERSION, (), None, tuple(deeds), tuple(events))
    with suppress(InvalidUpdateError, TypeError):
        state = graph.get_state({"configurable": {"thread_id": thread}})
        asked = [one for task in state.tasks for one in task.interrupts]
        if state.created_at:
            live = Live(state.config["configurable"]["checkpoint_id"], tuple(state.next), _questions(asked))
    return History(thread, _VERSION, tuple(snapshots), live, tuple(deeds), tuple(events))


def _snapshot(namespace: str, snapshot: Any) -> Snapshot:
    metadata = snapshot.metadata or {}
    return Snapshot(
        namespace,
        snapshot.config["configurable"]["checkpoint_id"],
        snapshot.parent_config["configurable"]["checkpoint_id"] if snapshot.parent_config else None,
        str(metadata.get("source", "")),
        metadata.get("step"),
        tuple(snapshot.next),
        tuple(map(_task, snapshot.tasks)),
    )


def _task(task: Any) -> TaskTold:
    error = None if task.error is None else str(task.error)
    return TaskTold(task.id, task.name, task.result is not None, error, _questions(task.interrupts))


def _questions(asked: Any) -> tuple[Question, ...]:
    return tuple(
        Question(getattr(one, "id", None) or getattr(one, "interrupt_id", None) or "", _text(one.value))
        for one in asked
    )


def _text(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main(sys.argv[1])
