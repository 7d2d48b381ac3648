"""Jobs and graph descriptions, to and from messages: the debugger's side."""

from pathlib import Path
from typing import Any

from ui.timetravel.encode import encode
from ui.timetravel.worker.job import Answer, ChannelInfo, EdgeInfo, GraphInfo, Input, Job, NodeInfo, Resume
from ui.timetravel.worker.protocol import Message, pack_value


def job_message(job: Job) -> Message:
    """A job as the worker reads it. Raises what `encode` raises for a value that no store can hold."""
    return {
        "graph": job.graph,
        "store": str(Path(job.store).absolute()),
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
    }


def graph_info(message: dict[str, Any]) -> GraphInfo:
    """The description that a worker sent."""
    return GraphInfo(
        name=message["name"],
        description=message["description"],
        nodes=tuple(NodeInfo(**each) for each in message["nodes"]),
        edges=tuple(EdgeInfo(**each) for each in message["edges"]),
        channels=tuple(ChannelInfo(**each) for each in message["channels"]),
        input_schema=message["input_schema"],
        notes=tuple(message["notes"]),
    )


def _action(action: Input | Resume | Answer) -> Message:
    if isinstance(action, Input):
        return {"kind": "input", "value": _value(action.value)}
    if isinstance(action, Answer):
        return {"kind": "answer", "values": _value(dict(action.values))}
    return {"kind": "resume"}


def _value(value: Any) -> list[str]:
    return pack_value("msgpack", encode(value))
