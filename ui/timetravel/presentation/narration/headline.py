"""The sentences that the screen shows for a checkpoint, and the facts that they are made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ui.timetravel.diff import same
from ui.timetravel.errors import CheckpointNotFound
from ui.timetravel.history.subgraphs import is_over, with_answers
from ui.timetravel.history.supersteps import Superstep, superstep
from ui.timetravel.history.tree.tree import Tree, build
from ui.timetravel.model.channel_names import channel_name
from ui.timetravel.model.checkpoints import Checkpoint, CheckpointId, Header, Made, Skeleton, Task
from ui.timetravel.presentation.narration.checkpoints import what_happened
from ui.timetravel.presentation.narration.tasks import what_follows, what_tasks_did
from ui.timetravel.stores.base import Store

MOST_CHILDREN = 200
"""The most checkpoints below one that are read: if there are more branches, the first ones decide."""


@dataclass(frozen=True, slots=True)
class Account:
    """The facts about a checkpoint apart from its own state. `original` is the one it is a copy of, where that is
    known.

    `changed` are the channels that were written and whose value differs now.
    """

    header: Header
    parent: Header | None
    changed: tuple[str, ...]
    step: Superstep
    original: Header | None


def headline(store: Store, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> str:
    """What happened at a checkpoint, what is next, and how its tasks ended: whole sentences.

    The Debugger shows exactly this text. Raises CheckpointNotFound and StoreError.
    """
    tree = _tree(store.skeleton(thread_id, namespace))
    return say(account(store, tree, thread_id, namespace, checkpoint_id))


@lru_cache(maxsize=1)
def _tree(skeleton: Skeleton) -> Tree:
    """The tree of the history that was used last is cached: for 100,000 checkpoints it takes a fifth of a second to
    make.
    """
    return build(skeleton)


def say(known: Account) -> str:
    """The headline, from these facts."""
    header = replace(known.header, changed=tuple(map(channel_name, known.changed)))
    happened = what_happened(header, known.parent, known.original)
    follows = what_follows(header, known.step)
    return " ".join([f"Step {header.step}: {happened}; {follows}.", *what_tasks_did(header, known.step)])


def account(store: Store, tree: Tree, thread_id: str, namespace: str, checkpoint_id: CheckpointId) -> Account:
    """The facts about a checkpoint of the history `tree`. Raises CheckpointNotFound and StoreError."""
    shown = store.checkpoint(thread_id, namespace, checkpoint_id)
    before = parent_of(shown, lambda one: store.checkpoint(thread_id, namespace, one))
    return account_of(store, tree, shown, before, store.writes(thread_id, namespace, checkpoint_id))


def account_of(
    store: Store, tree: Tree, shown: Checkpoint, before: Checkpoint | None, tasks: Sequence[Task]
) -> Account:
    """The same for a checkpoint that was read already, with its parent `before` and the `tasks` on it."""
    header = shown.header
    return Account(
        header=header,
        parent=before.header if before else None,
        changed=_really_changed(shown, before),
        step=superstep_of(store, tree, header, tasks),
        original=_original(store, tree, shown) if header.made is Made.COPY else None,
    )


def parent_of(shown: Checkpoint, read: Callable[[CheckpointId], Checkpoint]) -> Checkpoint | None:
    """The parent, as `read` returns it; None where there is none, or the store lacks it."""
    try:
        return read(shown.header.parent_id) if shown.header.parent_id else None
    except CheckpointNotFound:
        return None


def superstep_of(store: Store, tree: Tree, header: Header, tasks: Sequence[Task]) -> Superstep:
    """The superstep that ran from a checkpoint; `tasks` are the writes on it. Raises StoreError."""
    thread, namespace = header.thread_id, header.namespace
    below = tree.children(header.checkpoint_id) if header.checkpoint_id in tree else ()
    children = store.headers(thread, namespace, below[:MOST_CHILDREN])
    made = superstep(header, tasks, children, is_over=is_over(store, header))
    return with_answers(store, header, made)


def _really_changed(shown: Checkpoint, before: Checkpoint | None) -> tuple[str, ...]:
    """The channels that were written, without those whose stored value stayed the same."""
    if before is None:
        return shown.header.changed
    missing = object()
    written = [
        (name, before.values.get(name, missing), shown.values.get(name, missing)) for name in shown.header.changed
    ]
    return tuple(name for name, old, new in written if old is missing or new is missing or not same(old, new))


def _original(store: Store, tree: Tree, copy: Checkpoint) -> Header | None:
    """The checkpoint that another one is a copy of: an earlier one with the same parent and versions, and the step
    number before.
    """
    header = copy.header
    siblings = tree.children(header.parent_id) if header.parent_id and header.parent_id in tree else tree.roots
    beside = [one for one in siblings if one < header.checkpoint_id]
    for one in store.headers(header.thread_id, header.namespace, beside[-MOST_CHILDREN:]):
        if one.step == header.step - 1:
            found = store.checkpoint(header.thread_id, header.namespace, one.checkpoint_id)
            if (found.versions, found.versions_seen) == (copy.versions, copy.versions_seen):
                return one
    return None
