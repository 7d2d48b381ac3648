"""Jobs that are refused before anything is written: those that this LangGraph would do wrong, and runs of no node."""

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.pregel import Pregel

from ..errors.refused import Refused
from ..graphs.any_graph import AnyGraph
from ..shared.protocol import NOTHING_DUE, Message, no_such_node, unsafe_change, unsafe_deltas
from ..shared.reserved_names import EDGE, NO_VALUES, TASKS
from ..streams.versions import installed
from .copy_checkpoint import NULL_TASK
from .overwrite import has_deltas


def check_version(job: Message, graph: AnyGraph, found: CheckpointTuple) -> None:
    """Raise Refused for a fork inside a thread that this LangGraph would do wrong.

    A copy in a new thread is not one.
    """
    if job["copy_to"] or not job["checkpoint_id"]:
        return
    langgraph = installed()["langgraph"]
    inner = [each for _, each in graph.get_subgraphs(recurse=True) if isinstance(each, Pregel)]
    if any(has_deltas(each) for each in (graph, *inner)):
        _refuse(unsafe_deltas(langgraph))
    written = any(task != NULL_TASK for task, _, _ in found.pending_writes or ())
    if job["edits"] and job["edits"]["as_node"] not in NO_VALUES and written:
        _refuse(unsafe_change(langgraph))


async def check_due(job: Message, graph: AnyGraph, found: CheckpointTuple | None, config: RunnableConfig) -> None:
    """Raise Refused if no node of this graph would run from a checkpoint.

    LangGraph reports nothing in that case (1.2.22): the run ends immediately, and an answer stays in the store for the
    next resume.
    """
    nodes = list(map(str, graph.nodes))
    if namespace := job["namespace"]:
        above = namespace.split("|")[0].split(":")[0]
        _refuse(no_such_node([] if above in nodes else [above], job["graph"], nodes))
        return
    _refuse(no_such_node(_missing(graph, found) if found is not None else [], job["graph"], nodes))
    # Not `next`: before 1.2 it leaves out a task that was answered once and asks again.
    if not (await graph.aget_state(config)).tasks:
        raise Refused(NOTHING_DUE)


def _missing(graph: AnyGraph, found: CheckpointTuple) -> list[str]:
    """The nodes to which edges and Sends lead, and which the graph does not have."""
    held = found.checkpoint["channel_values"]
    ends = [name.removeprefix(EDGE) for name in held if name.startswith(EDGE)]
    sends = held.get(TASKS)
    ends += [str(getattr(send, "node", "")) for send in sends] if isinstance(sends, list | tuple) else []
    return [name for name in dict.fromkeys(ends) if name and name not in graph.nodes]


def _refuse(why: str) -> None:
    if why:
        raise Refused(why)
