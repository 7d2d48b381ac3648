"""Copies a checkpoint in its own thread, with the graph's name in its metadata as in everything else that a run
writes.
"""

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.pregel import Pregel

from ...graphs.graph_copy import copied
from ...runs.copy_checkpoint import named
from ...shared.reserved_names import COPY
from ..sync_or_async import Saver
from .saver import behind


class _Naming(BaseCheckpointSaver[Any]):
    """Mixin that adds the graph's name to the metadata of copies."""

    graph_name = ""

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the checkpoint, with the graph's name."""
        return await super().aput(named(config, self.graph_name), checkpoint, metadata, new_versions)


async def sibling(graph: Pregel[Any, Any, Any, Any], saver: Saver, config: RunnableConfig, name: str) -> RunnableConfig:
    """Copy a checkpoint, and return the copy's config. It has the same parent and the source "fork", and is its
    thread's latest.

    LangGraph 1.2.22 saves such a copy under the parent's config (pregel/main.py), without the metadata that it was
    given: then the graph that continues from it would not be named.
    """
    naming = copied(graph, checkpointer=_naming(saver, name))
    return await naming.aupdate_state(config, None, as_node=COPY)


def _naming(saver: Saver, name: str) -> Saver:
    made = behind(_Naming, saver)
    made.graph_name = name
    return made
