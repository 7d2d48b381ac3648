"""Which LangGraph this Python has, found without importing it: old ones fail to import here, each in its own way."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ..graphs.langgraph_internals import checkpoint_format
from ..shared.protocol import LEAST_LANGGRAPH, too_old


def installed() -> dict[str, str]:
    """The versions of langgraph and langgraph-checkpoint; empty where one isn't installed."""
    return {"langgraph": _version("langgraph"), "checkpoint": _version("langgraph-checkpoint")}


def runtime() -> dict[str, Any]:
    """The same, and the number of the format in which this LangGraph writes checkpoints (their "v").

    Needs LangGraph.
    """
    return {**installed(), "format": checkpoint_format()}


def unfit(python: str, failure: BaseException | None = None) -> str:
    """Why this Python can't run graphs, in a sentence, given the error of importing LangGraph; empty if it can."""
    found = installed()
    if failure is not None and not found["langgraph"]:
        return (
            f"{python} can't run graphs: {failure}. Install langgraph and langgraph-checkpoint-sqlite there, or name "
            "another Python with --python."
        )
    if too_old(found["langgraph"], LEAST_LANGGRAPH):
        return (
            f"{python} has langgraph {found['langgraph']}, and runs need langgraph {LEAST_LANGGRAPH} or later. Looking "
            "at stores works without. Install a later one there, or name another Python with --python."
        )
    if failure is None:
        return ""
    return (
        f"{python} can't run graphs: {type(failure).__name__}: {failure}. It has langgraph {found['langgraph']} and "
        f"langgraph-checkpoint {found['checkpoint'] or '(none)'}. Install langgraph-checkpoint-sqlite there, in a "
        "version that fits, or name another Python with --python."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
