"""Works out how a checkpoint came to be, from its row and its parent's. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ui.timetravel.model.checkpoint_ids import step_of
from ui.timetravel.model.checkpoints import CheckpointId, Gap, Made, is_internal
from ui.timetravel.model.values import Plain
from ui.timetravel.stores.delta_channels import counted
from ui.timetravel.stores.rows.cells import is_count, source_in
from ui.timetravel.stores.rows.checkpoint_outline import EMPTY_OUTLINE, CheckpointOutline
from ui.timetravel.stores.rows.tasks.next_nodes import added_between, changed_between, ran_between, stored_anew
from ui.timetravel.stores.rows.tasks.outcomes import TaskOutline
from ui.timetravel.worker.child.shared.reserved_names import INTERRUPT, START


@dataclass(frozen=True, slots=True)
class OriginRow:
    """One decoded row of checkpoints: everything except the state."""

    checkpoint_id: CheckpointId
    parent_id: CheckpointId | None
    created_at: datetime
    metadata: Mapping[str, Plain]
    size: int
    outline: CheckpointOutline
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """What made it: input, loop, update or fork; empty where the metadata does not say."""
        return source_in(self.metadata)


def step_in(row: OriginRow) -> int:
    """The superstep number that a row's metadata states, else the one in its id, else -2."""
    step = row.metadata.get("step")
    if is_count(step):
        return step
    guess = step_of(row.checkpoint_id)
    return -2 if guess is None else guess


@dataclass(frozen=True, slots=True)
class Origin:
    """How a checkpoint came to be. Its fields are those of `Header` with the same names."""

    made: Made
    ran: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    steps: int = 1
    by_input: tuple[str, ...] = ()
    took_input: bool = False
    dropped: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    gap: Gap = Gap.UNKNOWN


def origin_of(
    row: OriginRow,
    parent: OriginRow | None,
    tasks: Sequence[TaskOutline],
    due: Sequence[str],
    edited: Collection[str] | None,
) -> Origin:
    """Work out how the checkpoint of a row came to be.

    `parent` is None where there is none, or the store lacks it. `tasks` ran from the parent; the nodes `due` were due
    there; `edited` are the nodes that an update counted as, as far as the parent's writes say.
    """
    changed = _changed(row, parent)
    if parent is None and row.parent_id:
        return Origin(_made_without_parent(row), changed=changed)
    before = parent.outline if parent else EMPTY_OUTLINE
    match row.source:
        case "input":
            return Origin(Made.INPUT, changed=changed)
        case "update":
            return _by_hand(row, before, changed, tasks, due, edited)
        case "fork":
            if _is_fork(row, parent):
                return Origin(Made.FORK, changed=changed)
            # A copy repeats what the superstep did that made the original.
            return Origin(Made.COPY, (*before.sends, *ran_between(before.seen, row.outline.seen)), changed)
        case _:
            return _by_run(row, parent, changed, tasks)


def _made_without_parent(row: OriginRow) -> Made:
    match row.source:
        case "input":
            return Made.INPUT
        case "update":
            return Made.EDIT
        case "fork":
            return Made.FORK
        case _:
            return Made.START if step_in(row) <= 0 and row.source == "loop" else Made.UNKNOWN


def _is_fork(row: OriginRow, parent: OriginRow | None) -> bool:
    """Whether a run wrote this row in order to continue from its parent, so that it has the parent's versions.

    A delta channel may have been stored in full for it. A copy of such a fork has the fork's versions too, and a step
    number that is one higher (langgraph 1.2.22, `update_state`).
    """
    if parent is None:
        return False
    deltas = {*counted(row.metadata), *counted(parent.metadata), *stored_anew(row.outline.seen)}
    same = all(name in deltas for name in changed_between(parent.outline.versions, row.outline.versions))
    return same and step_in(row) != step_in(parent) + 2


def _by_hand(
    row: OriginRow,
    before: CheckpointOutline,
    changed: tuple[str, ...],
    tasks: Iterable[TaskOutline],
    due: Sequence[str],
    edited: Collection[str] | None,
) -> Origin:
    """The origin of an update: as a node, or as END, which marks the due nodes as if they had run.

    An update as a node leaves its writes on the parent and changes no versions seen, except before langgraph 1.2, which
    also takes in the writes of tasks that are done. Both drop Sends.
    """
    moved = ran_between(before.seen, row.outline.seen)
    added = added_between(before.seen, row.outline.seen)
    had_result = {task.node for task in tasks if task.finished and not task.by_hand}
    may_drop = {*before.sends, *moved} - had_result
    dropped = tuple(node for node in due if node in may_drop)
    by_node = edited is not None or bool(added) or (bool(changed) and not moved)
    if dropped and not by_node:
        return Origin(Made.DROPPED, changed=changed, dropped=dropped)
    nodes = {*(edited or ()), *added}
    return Origin(Made.EDIT, ran=tuple(sorted(nodes)), changed=changed, dropped=() if moved else dropped)


def _by_run(row: OriginRow, parent: OriginRow | None, changed: tuple[str, ...], tasks: Sequence[TaskOutline]) -> Origin:
    before = parent.outline if parent else EMPTY_OUTLINE
    # Nodes that Sends started leave nothing in the versions seen: they ran if the checkpoint held Sends.
    ran = (*before.sends, *ran_between(before.seen, row.outline.seen))
    steps = _steps(row, parent)
    if steps > 1:
        took_input = _took_input(row.outline, before)
        if took_input:
            newest = max(map(ordinal, before.versions.values()), default=-1)
            ran = tuple(node for node in ran if not _discarded(node, row.outline, newest))
        order = _when_started(row.outline)
        ran = tuple(sorted(ran, key=lambda node: order.get(node, 0)))
        return Origin(
            Made.SEVERAL, ran, changed, steps, _by_input(row, before, changed), took_input, gap=_gap(row, parent)
        )
    if not any(node != START for node in ran):
        took_input = step_in(row) <= 0 or bool(ran)
        made = Made.START if took_input and row.source == "loop" else Made.UNKNOWN
        return Origin(made, ran, changed, gap=_gap(row, parent))
    wrote = {task.node for task in tasks if task.finished}
    known = parent is not None and "" not in wrote
    unwritten = tuple(node for node in dict.fromkeys(ran) if node not in wrote and node != START) if known else ()
    return Origin(Made.STEP, ran, changed, unwritten=unwritten, gap=_gap(row, parent))


def _took_input(after: CheckpointOutline, before: CheckpointOutline) -> bool:
    """Whether an input came between two checkpoints: in the later one a node has seen an input that the earlier
    lacks.
    """
    known = ordinal(before.versions.get(START))
    seen = [read[START] for node, read in after.seen.items() if START in read and node != INTERRUPT]
    return any(ordinal(version) > known for version in seen)


def _discarded(node: str, after: CheckpointOutline, newest: int) -> bool:
    """Whether a node was due when an input came, which drops due nodes as if they had run (langgraph 1.2.22, `_first`).

    Then the last version that it saw is at most `newest`, the newest version before the input, while every node that
    ran since saw a newer one. For nodes that Sends started, nothing shows whether they ran.
    """
    return all(ordinal(version) <= newest for version in after.seen.get(node, {}).values())


def _steps(row: OriginRow, parent: OriginRow | None) -> int:
    """The number of supersteps between a checkpoint and its parent; a thread begins with its input, at step -1."""
    if row.source != "loop":
        return 1
    named = parent is not None and isinstance(parent.metadata.get("step"), int)
    first = step_in(parent) if parent is not None and named else -2
    return max(1, step_in(row) - first)


def _changed(row: OriginRow, parent: OriginRow | None) -> tuple[str, ...]:
    if parent is None and row.parent_id:
        channels: Sequence[str] = row.outline.updated or ()
    else:
        channels = changed_between(parent.outline.versions if parent else {}, row.outline.versions)
    return tuple(name for name in channels if not is_internal(name) and name not in row.outline.triggers)


def _by_input(row: OriginRow, before: CheckpointOutline, changed: Sequence[str]) -> tuple[str, ...]:
    """Those of the channels that were last set in the superstep that took in an input.

    All channels set in one superstep get the same number in their version, one more than the highest before (langgraph
    1.2.22, `apply_writes`), and the number of the input itself is the version of "__start__" that was seen.
    """
    seen = row.outline.seen.get(START, {}).get(START)
    if seen is None or before.seen.get(START, {}).get(START) == seen:
        return ()
    taken_in = ordinal(seen) + 1
    return tuple(name for name in changed if ordinal(row.outline.versions.get(name)) == taken_in)


def _when_started(outline: CheckpointOutline) -> dict[str, int]:
    return {
        node: max((ordinal(version) for version in read.values()), default=0) for node, read in outline.seen.items()
    }


def ordinal(version: Any) -> int:
    """The number in a channel's version: 3 for "00000000000000000000000000000003.0.123"; -1 where it has none."""
    try:
        return int(str(version).split(".", 1)[0])
    except ValueError:
        return -1


def _gap(row: OriginRow, parent: OriginRow | None) -> Gap:
    """Whether a single run went from the parent to this row, or it ended and another run continued.

    A run that continues from a checkpoint notes the versions it found under "__interrupt__" in the versions seen
    (langgraph 1.2.22, pregel/_loop.py, `_first`), however the previous run ended. Where they are noted already, as on a
    fork, nothing shows whether runs continued from it twice.
    """
    if parent is None:
        return Gap.UNKNOWN
    runs = (row.metadata.get("run_id"), parent.metadata.get("run_id"))
    if all(runs) and runs[0] != runs[1]:
        return Gap.RESUMED
    noted, found = row.outline.seen.get(INTERRUPT, {}), parent.outline.seen.get(INTERRUPT, {})
    if noted != found:
        return Gap.RESUMED
    unsure = bool(found) and all(parent.outline.versions.get(name) == version for name, version in found.items())
    if not row.outline.versions or (unsure and not all(runs)):
        return Gap.UNKNOWN
    return Gap.NONE
