"""How a server's checkpoint came to be, and what runs from it, worked out from its summary and its parent's. Pure."""

from collections import Counter
from dataclasses import replace

from ui.timetravel.model.checkpoints import CheckpointId, Gap, Header, Made, is_internal
from ui.timetravel.stores.server.states import StateSummary
from ui.timetravel.worker.child.shared.reserved_names import START


def header_of(one: StateSummary, parent: StateSummary | None, newest: CheckpointId | None) -> Header:
    """The header of a checkpoint, with how it came to be from its parent (which may be missing) and what runs from it.

    A server gives neither channel versions nor the node that an update counted as: a channel has changed if its value
    differs, and tasks are known only for checkpoints whose source is "loop". `newest` is the newest checkpoint of its
    namespace: see `Header`.
    """
    header = one.header
    is_newest = header.checkpoint_id == newest
    left = [task.node for task in one.tasks if not task.finished] if is_newest else list(header.due)
    header = replace(
        header,
        next=tuple(left) if one.tasks else header.next,
        done=tuple((Counter(header.due) - Counter(left)).elements()),
        is_newest=is_newest,
        made=_made(header, parent),
        gap=_gap(header, parent),
    )
    if parent is None and header.parent_id:
        return header
    before = parent.keys if parent else {}
    ran = [task.node for task in parent.tasks] if parent and header.source == "loop" else []
    changed = [name for name, key in one.keys.items() if name not in before or before[name] != key]
    gone = [name for name in before if name not in one.keys]
    named = tuple(sorted(name for name in (*changed, *gone) if not is_internal(name)))
    dropped = _dropped(header, parent) if not named else ()
    return replace(header, ran=tuple(ran), changed=named, dropped=dropped, steps=_steps(header, parent))


def _made(header: Header, parent: StateSummary | None) -> Made:
    match header.source:
        case "input":
            return Made.INPUT
        case "update":
            return Made.EDIT
        case "fork":
            # A copy has the same parent as its original, and a step number that is one higher (langgraph 1.2.22,
            # `update_state`).
            after = parent is not None and header.step == parent.header.step + 1
            return Made.FORK if after or parent is None else Made.COPY
        case "loop" if parent and _steps(header, parent) > 1:
            return Made.SEVERAL
        case "loop" if header.step <= 0 or (parent and [task.node for task in parent.tasks] == [START]):
            return Made.START
        case "loop" if parent and parent.tasks:
            return Made.STEP
        case _:
            return Made.UNKNOWN


def _steps(header: Header, parent: StateSummary | None) -> int:
    return max(1, header.step - parent.header.step) if parent and header.source == "loop" else 1


def _dropped(header: Header, parent: StateSummary | None) -> tuple[str, ...]:
    """The nodes that were due before an update that changed no value, and are no longer due after it."""
    if header.source != "update" or parent is None:
        return ()
    still = Counter(header.due)
    return tuple((Counter(task.node for task in parent.tasks if not task.finished) - still).elements())


def _gap(header: Header, parent: StateSummary | None) -> Gap:
    """Whether a single run led from the parent to here: a server gives each run an id, which its checkpoints keep."""
    runs = (header.metadata.get("run_id"), parent.header.metadata.get("run_id") if parent else None)
    if not all(runs):
        return Gap.UNKNOWN
    return Gap.NONE if runs[0] == runs[1] else Gap.RESUMED
