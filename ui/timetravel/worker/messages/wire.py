"""Jobs, plans to delete and graph descriptions, to and from messages: the debugger's side."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ui.timetravel.cleanup.plan import Plan
from ui.timetravel.errors import EditError, GraphLoadError
from ui.timetravel.ground.redaction.redact import know, masked, masked_schema
from ui.timetravel.ground.redaction.secret_values import of_address
from ui.timetravel.model.bundles import CheckpointBundle, ExportedCheckpoint
from ui.timetravel.model.graphs import ChannelInfo, EdgeInfo, GraphInfo, NodeInfo, Runtime
from ui.timetravel.model.jobs import Answer, Deleted, Input, Job, Resume, RunSettings, Surroundings
from ui.timetravel.model.project import Project
from ui.timetravel.model.targets import StoreKind, kind_of
from ui.timetravel.model.values import Plain
from ui.timetravel.runs.typed_values import Lost, TypesHere
from ui.timetravel.serde.encode import encode
from ui.timetravel.stores.memory_files import memory_file
from ui.timetravel.worker.child.shared.kept_settings import is_secret
from ui.timetravel.worker.child.shared.protocol import Message, pack_value
from ui.timetravel.worker.child.shared.standard_types import StoredType


def graph_request(project: Project, do: str, graph: str) -> Message:
    """The first part of a request about a graph. Raises GraphLoadError when no graph has this name."""
    spec = project.graphs.get(graph)
    if spec is None:
        known = ", ".join(project.graphs) or "none"
        raise GraphLoadError(f'There is no graph called "{graph}". There are: {known}.')
    folders = [str(folder) for folder in dict.fromkeys((*project.dependencies, project.root))]
    return {"do": do, "graph": graph, "spec": spec, "dependencies": folders}


def given(configurable: Mapping[str, Plain] | None) -> Message:
    """The part of a request with the values for a function that makes a graph."""
    return {"configurable": values_message(configurable)} if configurable else {}


def job_message(job: Job, store_config: Mapping[str, Any] | None = None) -> Message:
    """A job in the form that the worker reads. Raises what `encode` raises for a value that no store can hold.

    `store_config` is the project's section on long-term memory.
    """
    return {
        "graph": job.graph,
        "store": _store(job.store),
        "thread_id": job.thread_id,
        "checkpoint_id": job.checkpoint_id,
        "namespace": job.namespace,
        "copy_to": job.copy_to,
        "run": job.run,
        "interrupt_before": list(job.interrupt_before),
        "interrupt_after": list(job.interrupt_after),
        "action": _action(job.action),
        "edits": job.edits
        and {
            "values": _value(dict(job.edits.values)),
            "replace": sorted(job.edits.replace),
            "as_node": job.edits.as_node,
        },
        "bring": job.bring and _bundle(job.bring),
        "settings": job.settings and _settings(job.settings),
        "allowed": types_message(job.allowed),
        "surroundings": {**_surroundings(job), "store_config": dict(store_config or {})},
    }


def types_message(types: Iterable[StoredType]) -> list[list[str]]:
    """Names of types in the form that the worker reads."""
    return sorted(map(list, types))


def types_here(answer: Message) -> TypesHere:
    """A worker's answer about the types in a store."""
    lost = {(module, name): Lost(why) for module, name, why in answer["lost"]}
    return TypesHere(lost, frozenset((module, name) for module, name in answer["refused"]))


def deletion_message(plan: Plan, store: str) -> Message:
    """A plan in the form that the worker reads: for each thread what to delete, and the fingerprint it was planned
    for.
    """
    threads = [
        {
            "thread_id": thread.thread_id,
            "whole": thread.whole,
            "delete": {namespace: list(ids) for namespace, ids in thread.delete.items()},
            "bytes": thread.bytes,
            "seen": thread.seen,
        }
        for thread in plan.threads
    ]
    return {"do": "delete", "job": {"store": _store(store), "threads": threads}}


def shrinking_message(store: str) -> Message:
    """A request to shrink a store's file, in the form that the worker reads."""
    return {"do": "shrink", "job": {"store": _store(store)}}


def deleted(message: Message) -> Deleted:
    """A worker's report on what it has deleted."""
    told = {name: message[name] for name in ("threads", "checkpoints", "bytes", "rest")}
    return Deleted(**told, notes=tuple(message["notes"]))


def gone_by_then(gone: Deleted) -> str:
    """A sentence on what had been deleted before a deletion failed."""
    if not gone.checkpoints:
        return "Nothing was deleted."
    return f"By then {gone.checkpoints} checkpoints were deleted: look at the preview again."


def graph_info(message: dict[str, Any], project: Project) -> GraphInfo:
    """The description of a graph that a worker sent, with the project's notes on it.

    Secrets of the app's in source code and schemas are masked.
    """
    return GraphInfo(
        name=message["name"],
        description=masked(message["description"]),
        nodes=tuple(NodeInfo(**{**each, "source": masked(each["source"])}) for each in message["nodes"]),
        edges=tuple(EdgeInfo(**each) for each in message["edges"]),
        channels=tuple(ChannelInfo(**each) for each in message["channels"]),
        input_schema=masked_schema(message["input_schema"]),
        state_schema=masked_schema(message["state_schema"]),
        fills_defaults=message["fills_defaults"],
        notes=(*map(masked, message["notes"]), *project.notes_with(message["python"])),
        context_schema=masked_schema(message["context_schema"]),
        takes_context=message["takes_context"],
        store=message["store"],
        takes_config=message["takes_config"],
        node_names={path: tuple(names) for path, names in message["node_names"].items()},
        runtime=Runtime(**message["runtime"]),
        delta_inside=message["delta_inside"],
        outputs=tuple(message["outputs"]),
        tasks=tuple(message["tasks"]),
    )


def _store(target: str) -> str:
    """The store as the worker opens it.

    It may contain a password, so it is sent only to the worker that writes, over its pipe.
    """
    know(*of_address(target))
    return str(Path(target).absolute()) if kind_of(target) is StoreKind.FILE else target


def _action(action: Input | Resume | Answer) -> Message:
    if isinstance(action, Input):
        return {"kind": "input", "value": _value(action.value)}
    if isinstance(action, Answer):
        asked = [{"id": one.id, "value": _asked(one.value), "earlier": one.earlier} for one in action.questions]
        return {"kind": "answer", "values": _value(dict(action.values)), "questions": asked}
    return {"kind": "resume"}


def values_message(values: Mapping[str, Any]) -> list[str]:
    """A mapping of values in the form that the worker reads. Raises what `encode` raises."""
    return _value(dict(values))


def _settings(settings: RunSettings) -> Message:
    know(*_secrets_in({**settings.configurable, "context": settings.context, "tags": settings.tags}))
    return {
        "context": None if settings.context is None else _value(dict(settings.context)),
        "configurable": _value(dict(settings.configurable)),
        "recursion_limit": settings.recursion_limit,
        "tags": list(settings.tags),
    }


def _secrets_in(value: Any, name: str = "") -> Iterator[str]:
    """Secrets among the values that a person gave a run: under a name like a secret's, or beginning like a key, at any
    depth.
    """
    if isinstance(value, Mapping):
        for inner, each in value.items():
            yield from _secrets_in(each, inner)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _secrets_in(each, name)
    elif isinstance(value, str) and is_secret(name, value):
        yield value


def _asked(value: Plain) -> list[str] | None:
    """The question's value, serialized; None where it can't be."""
    try:
        return _value(value)
    except EditError:
        return None


def _surroundings(job: Job) -> Message:
    found = job.surroundings or Surroundings(memory_file(job.store), aside=job.bring is not None)
    return asdict(found)


def _bundle(bundle: CheckpointBundle) -> Message:
    update = bundle.update
    return {
        "source": {"store": bundle.store, "thread_id": bundle.thread_id, "checkpoint_id": bundle.checkpoint_id},
        "encrypted": bundle.encrypted,
        "passed": bundle.passed,
        "questions": [
            [one.id, _asked(one.value)]
            for one in (one for task in bundle.tasks for one in task.interrupts)
            if one.id in bundle.questions
        ],
        "answered": [
            [task.task_id, write.channel, _asked(write.value) if write.index < 0 else None]
            for task in (bundle.tasks if bundle.passed else ())
            for write in task.writes
        ],
        "checkpoints": [_brought(each) for each in bundle.checkpoints],
        "update": update
        and {"values": _value(dict(update.values)), "ran": list(update.ran), "next": list(update.next)},
    }


def _brought(each: ExportedCheckpoint) -> Message:
    return {
        "namespace": each.namespace,
        "id": each.checkpoint_id,
        "parent": each.parent_id,
        "checkpoint": _value(dict(each.content)),
        "metadata": json.loads(json.dumps(dict(each.metadata), default=str)),
        "tasks": [
            {"id": task.task_id, "path": task.path, "writes": [[w.channel, _value(w.value)] for w in task.writes]}
            for task in each.tasks
        ],
    }


def _value(value: Any) -> list[str]:
    return pack_value("msgpack", encode(value))
