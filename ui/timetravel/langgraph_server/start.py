"""Starts a run on a server: the checkpoint it starts from, and the edits, answers and input of its job."""

from collections.abc import Callable, Mapping
from typing import Any

from ui.timetravel.errors import StoreError
from ui.timetravel.langgraph_server.answers import ServerQuestion, answered, questions, same_again
from ui.timetravel.langgraph_server.assistants import Assistant
from ui.timetravel.langgraph_server.json_values import to_json
from ui.timetravel.langgraph_server.overwrite import ReducerProbe
from ui.timetravel.langgraph_server.thread_placement import JobRefused, no_checkpoint
from ui.timetravel.model.jobs import Answer, Edits, Input, Job
from ui.timetravel.stores.server.answers import checkpoint_in, mapping, state_in, states_in
from ui.timetravel.stores.server.connection import ServerConnection
from ui.timetravel.worker.child.shared.protocol import (
    AMBIGUOUS,
    NOTHING_DUE,
    Message,
    asks_other_first,
    lost_before_the_first_node,
    resume_value,
)
from ui.timetravel.worker.child.shared.reserved_names import COPY, NO_VALUES, ROOT, START

OnEvent = Callable[[dict[str, Any]], None]


class ServerRunStart:
    """The start of a job on its thread: `prepare` edits, `go` streams.

    `seen` are the checkpoints that existed before.
    """

    def __init__(
        self,
        connection: ServerConnection,
        job: Job,
        assistant: Assistant,
        replacing: ReducerProbe,
        take: Callable[[Message], object],
    ) -> None:
        self._connection = connection
        self._job = job
        self._assistant = assistant
        self._thread = job.target_thread
        self._replacing = replacing
        self._take = take
        self._at: dict[str, Any] | None = None
        self._chosen: list[tuple[ServerQuestion, Any]] = []
        self._moved = False
        self.seen: set[str] = set()
        self.metadata: Mapping[str, Any] = {}
        """The metadata of the checkpoint from which the job starts, after `prepare`."""

    def prepare(self) -> None:
        """Find the checkpoint, then make the edits.

        Raises StoreError, JobRefused, and EditError for what JSON can't represent.
        """
        found = self._find()
        self.metadata = (found or {}).get("metadata") or {}
        if isinstance(self._job.action, Answer):
            self._chosen = answered(self._job.action, questions(found))
        if self._job.run and not self._job.edits and not isinstance(self._job.action, Input):
            self._check_due(found)
        if self._job.edits:
            self._edit(self._job.edits, found)

    def go(self, stream: OnEvent) -> None:
        """Do the job's action by calling `stream` with the arguments for the server."""
        action = self._job.action
        if isinstance(action, Answer):
            self._answer(stream)
        else:
            stream(self._given(to_json(action.value) if isinstance(action, Input) else None))

    def _find(self) -> Mapping[str, Any] | None:
        """The state that the job starts from; None on a thread that has no checkpoint."""
        latest = self._latest("")
        self.seen = {_id(latest)} if latest else set()
        wanted, namespace = self._job.checkpoint_id, self._job.namespace
        if not wanted and not namespace:
            return latest
        if wanted:
            where: Any = {"checkpoint_id": wanted, "checkpoint_ns": namespace}
            found: Mapping[str, Any] | None = self._state(where)
        else:
            found = self._latest(namespace)
        if found is None or not found.get("created_at"):
            raise no_checkpoint(self._job)
        here = latest if not namespace else self._latest(namespace)
        self._moved = here is not None and _id(here) != _id(found)
        self._at = {key: value for key, value in found["checkpoint"].items() if key != "thread_id"}
        self.seen.add(_id(found))
        return found

    def _check_due(self, found: Mapping[str, Any] | None) -> None:
        """Raise JobRefused if no node would run, which a server does not report."""
        if found is None or not found.get("tasks"):
            raise JobRefused(NOTHING_DUE)

    def _latest(self, namespace: str) -> Mapping[str, Any] | None:
        where: Any = {"checkpoint_ns": namespace}
        found = states_in(
            self._connection.read(lambda c: c.threads.get_history(self._thread, limit=1, checkpoint=where))
        )
        return found[0] if found else None

    def _state(self, where: Any) -> Mapping[str, Any]:
        return state_in(self._connection.read(lambda c: c.threads.get_state(self._thread, checkpoint=where)))

    def _edit(self, edits: Edits, found: Mapping[str, Any] | None) -> None:
        """Make one update of the state, which makes a checkpoint of its own (source "update")."""
        node, values = edits.as_node, to_json(dict(edits.values))
        if node in NO_VALUES and values:
            raise JobRefused(f'A change can\'t be made as "{node}", which takes no values. Choose a node.')
        waiting = self._waiting_input(found, node, values)
        where, replaced = self._where(), {name: each for name, each in values.items() if name in edits.replace}
        if replaced and found is not None and waiting is None:
            values |= self._replacing.update(where, self._thread, self._at, node, replaced)
        whole = {**(waiting or {}), **values}
        self._update(None if node in NO_VALUES else whole.get(ROOT) if set(whole) == {ROOT} else whole, node)
        self._moved = True

    def _update(self, values: Any, node: str | None) -> None:
        here: Any = self._at
        try:
            made = self._connection.write(
                lambda c: c.threads.update_state(self._thread, values, as_node=node, checkpoint=here)
            )
        except StoreError as error:
            if "Ambiguous" not in str(error):
                raise
            raise JobRefused(AMBIGUOUS) from None
        self._at = checkpoint_in(made)
        one = self._at["checkpoint_id"]
        self.seen.add(one)
        self._take({"event": "checkpoint", "ns": str(self._at.get("checkpoint_ns") or ""), "id": one})

    def _waiting_input(
        self, found: Mapping[str, Any] | None, node: str | None, values: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The input that an edit before the first node would replace; None where the edit is an ordinary one.

        Such an edit counts as coming from START, which passes on only what the graph takes as input. Raises JobRefused
        for what would be lost.
        """
        if found is None or not values or not self._enters(found, node):
            return None
        schemas = mapping(self._connection.read(lambda c: c.assistants.get_schemas(self._assistant.assistant_id)))
        taken = mapping(mapping(schemas.get("input_schema")).get("properties")).keys()
        lost = [name for name in values if taken and name not in taken]
        if lost:
            raise JobRefused(lost_before_the_first_node(lost))
        inputs = [task.get("result") for task in found.get("tasks") or () if task.get("name") == START]
        return inputs[0] if inputs and isinstance(inputs[0], dict) else {}

    def _enters(self, found: Mapping[str, Any], node: str | None) -> bool:
        """Whether an edit counts as coming from START: because the job says so, or nothing has run since the input."""
        if node is not None or self._job.namespace:
            return node == START
        if START in (found.get("next") or ()):
            return True
        above: Any = found.get("parent_checkpoint")
        if not above:
            return False
        return START in self._state(above)["next"]

    def _where(self) -> tuple[str, str]:
        path = [part.split(":")[0] for part in self._job.namespace.split("|") if not part.isdigit()]
        return self._assistant.graph_id, "|".join(path)

    def _answer(self, stream: OnEvent) -> None:
        """Resume with the answers.

        A checkpoint that was answered before is forked first, without its writes: LangGraph 1.2.22 would return the old
        answer. The fork asks again before it is answered, because its questions have new ids, and it may first ask
        another question than the one that was shown.
        """
        if not self._moved and not any(question.answered for question, _ in self._chosen):
            by_id = {question.id: value for question, value in self._chosen}
            stream(self._resuming(by_id if all(by_id) else resume_value(by_id, list(by_id))))
            return
        if not self._job.edits and not self._job.namespace:
            self._update(None, COPY)
        stream(self._given(None))
        self._at = None
        found = questions(self._latest(""))
        if given := same_again(self._chosen, found):
            stream(self._resuming(given if all(given) else resume_value(given, list(given))))
        else:
            asked = [str(one.value) for one in found if not one.answered]
            self._take({"event": "note", "text": asks_other_first(asked)})

    def _given(self, value: Any) -> dict[str, Any]:
        return {"input": value, "checkpoint": self._at}

    def _resuming(self, value: Any) -> dict[str, Any]:
        return {"command": {"resume": value}, "checkpoint": self._at}


def _id(state: Mapping[str, Any]) -> str:
    return str((state.get("checkpoint") or {}).get("checkpoint_id") or "")
