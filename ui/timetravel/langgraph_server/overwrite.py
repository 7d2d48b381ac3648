"""Replaces a channel's value despite its reducer.

The API does not say which channels have one, so that is tried on a copy.
"""

import threading
from collections.abc import Mapping
from enum import Enum
from typing import Any

from ui.timetravel.stores.server.answers import checkpoint_in, mapping, name_in
from ui.timetravel.stores.server.connection import ServerConnection
from ui.timetravel.worker.child.shared.reserved_names import OVERWRITE, REMOVE_ALL

_REMOVE_ALL: dict[str, Any] = {"type": "remove", "id": REMOVE_ALL, "content": ""}
"""The message by which `add_messages` removes all messages."""


class OverwriteForm(Enum):
    """The form of a write that replaces a channel's value despite its reducer."""

    PLAIN = "plain"
    """A write replaces the value, since there is no reducer."""
    REDUCER = "reducer"
    MESSAGES = "messages"
    """Its reducer is `add_messages`, which makes messages from dicts: an overwrite would leave them dicts."""


class ReducerProbe:
    """Finds out, once for each channel of a graph, how its value is replaced. Safe to use from several threads."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self._kinds: dict[tuple[str, str, str], OverwriteForm] = {}
        self._lock = threading.Lock()

    def update(
        self,
        where: tuple[str, str],
        thread: str,
        at: Mapping[str, Any] | None,
        node: str | None,
        values: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The update that sets these channels to these values, whatever reducers they have.

        `where` is the graph and the subgraph in it, `at` the checkpoint to change (None: the latest), `node` the one
        that the change counts as. For channels not seen before, a copy of the thread is changed and then deleted.
        Raises StoreError.
        """
        with self._lock:
            unknown = {
                name: value
                for name, value in values.items()
                if (*where, name) not in self._kinds
                or (_are_messages(value) and self._kinds[*where, name] is OverwriteForm.REDUCER)
            }
            if unknown:
                learned = self._learn(thread, at, node, unknown)
                self._kinds |= {(*where, name): kind for name, kind in learned.items()}
            return {name: _form(self._kinds[*where, name], value) for name, value in values.items()}

    def _learn(
        self, thread: str, at: Mapping[str, Any] | None, node: str | None, values: Mapping[str, Any]
    ) -> dict[str, OverwriteForm]:
        copy = name_in(self._connection.write(lambda client: client.threads.copy(thread)), "thread_id")
        try:
            overwriting = {name: _form(OverwriteForm.REDUCER, value) for name, value in values.items()}
            after = self._try(copy, at, node, overwriting)
            kinds = {
                name: OverwriteForm.PLAIN if after.get(name) == given else OverwriteForm.REDUCER
                for name, given in overwriting.items()
            }
            talks = {n: v for n, v in values.items() if kinds[n] is OverwriteForm.REDUCER and _are_messages(v)}
            if talks:
                after = self._try(copy, at, node, {n: _form(OverwriteForm.MESSAGES, v) for n, v in talks.items()})
                kinds |= {n: OverwriteForm.MESSAGES for n, v in talks.items() if _same_length(after.get(n), v)}
            return kinds
        finally:
            self._connection.write(lambda client: client.threads.delete(copy))

    def _try(
        self, thread: str, at: Mapping[str, Any] | None, node: str | None, update: dict[str, Any]
    ) -> Mapping[str, Any]:
        """Make an update on a thread, and return its values afterwards."""
        here: Any = at and {**at, "thread_id": thread}
        made = self._connection.write(
            lambda client: client.threads.update_state(thread, update, as_node=node, checkpoint=here)
        )
        there: Any = checkpoint_in(made)
        state = self._connection.read(lambda client: client.threads.get_state(thread, checkpoint=there))
        return mapping(mapping(state).get("values"))


def _form(kind: OverwriteForm, value: Any) -> Any:
    if kind is OverwriteForm.PLAIN:
        return value
    if kind is OverwriteForm.MESSAGES and _are_messages(value):
        return [_REMOVE_ALL, *value]
    return {OVERWRITE: value}


def _are_messages(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and "content" in each and ("type" in each or "role" in each) for each in value)
    )


def _same_length(after: Any, given: list[Any]) -> bool:
    return isinstance(after, list) and len(after) == len(given)
