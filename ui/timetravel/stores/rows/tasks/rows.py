"""Makes tasks from rows of writes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ui.timetravel.ground.redaction.redact import masked
from ui.timetravel.model.checkpoints import Interrupt, Task, Write
from ui.timetravel.model.values import Plain, Typed
from ui.timetravel.stores.rows.checkpoint_outline import CheckpointOutline
from ui.timetravel.stores.rows.tasks.outcomes import WriteKey, name_of
from ui.timetravel.worker.child.shared.reserved_names import ERROR, INTERRUPT


@dataclass(frozen=True, slots=True)
class WriteRow:
    """One row of writes with its decoded value and its size in bytes."""

    key: WriteKey
    value: Plain
    size: int
    notes: tuple[str, ...] = ()


def tasks_of(rows: Sequence[WriteRow], outline: CheckpointOutline, names: Mapping[str, str]) -> list[Task]:
    """The tasks that wrote on a checkpoint of this outline, in the order of their task paths, as LangGraph applies
    them.

    `names` are the nodes by task id, for rows that have no paths.
    """
    by_task: dict[tuple[str, str], list[WriteRow]] = {}
    for row in sorted(rows, key=lambda r: (r.key.path, r.key.task_id, r.key.index)):
        by_task.setdefault((row.key.path, row.key.task_id), []).append(row)
    return [_task(task_id, path, found, outline, names) for (path, task_id), found in by_task.items()]


def _task(
    task_id: str, path: str, rows: Sequence[WriteRow], outline: CheckpointOutline, names: Mapping[str, str]
) -> Task:
    errors = [error_of(row.value) for row in rows if row.key.channel == ERROR]
    return Task(
        task_id=task_id,
        node=_node(rows, outline, names),
        path=path,
        writes=tuple(Write(row.key.channel, row.key.index, row.value, row.size) for row in rows),
        error=errors[0] if errors else None,
        interrupts=tuple(i for row in rows if row.key.channel == INTERRUPT for i in interrupts_of(row.value)),
        notes=tuple(dict.fromkeys(note for row in rows for note in row.notes)),
    )


def _node(rows: Sequence[WriteRow], outline: CheckpointOutline, names: Mapping[str, str]) -> str:
    """The node of a task. In old formats it wrote to the channel of its own name."""
    own = (row.key.channel for row in rows if not row.key.path and row.key.channel in outline.triggers)
    return name_of(rows[0].key, outline, names) or next(own, "")


def error_of(value: Plain) -> Plain:
    """The error in the value of an "__error__" write (see `error_as_stored`), with known secrets masked.

    The same secrets were masked when the error was shown during the run. The write itself is shown as stored.
    """
    said = error_as_stored(value)
    return masked(said) if isinstance(said, str) else said


def error_as_stored(value: Plain) -> Plain:
    """An error in a store as text: Python stores an exception as text, LangGraph.js in two parts. Secrets are not
    masked, so it must not be shown.
    """
    if isinstance(value, dict) and value.keys() == {"name", "message"}:
        return f"{value['name']}: {value['message']}"
    return value


def interrupts_of(value: Plain) -> list[Interrupt]:
    """The questions in the value of an "__interrupt__" write: one `Interrupt` or several, of any version.

    Before langgraph 0.6 an Interrupt had a namespace and a flag instead of an id; then the id is empty.
    """
    items = value if isinstance(value, list) else [value]
    return [_interrupt(item) for item in items]


def _interrupt(item: Plain) -> Interrupt:
    fields = item.value if isinstance(item, Typed) else item
    if isinstance(fields, dict) and "value" in fields:
        found = str(fields.get("id") or fields.get("interrupt_id") or "")
        return Interrupt(found, fields["value"], fields.get("response_schema"))
    if isinstance(item, Typed) and isinstance(fields, list) and fields:
        return Interrupt(str(fields[1]) if len(fields) > 1 else "", fields[0])
    return Interrupt("", item)
