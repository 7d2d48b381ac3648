"""The raw facts of a checkpoint: ids to copy, metadata, channel versions, versions seen, sizes."""

from itertools import islice

import pandas as pd
import streamlit as st

from ui.components.base.page_text import as_text, label, table
from ui.components.checkpoint.json_tree import json_tree
from ui.session.context import source
from ui.timetravel.ground.text.formatting import format_bytes, pluralize
from ui.timetravel.ground.text.visible import code
from ui.timetravel.model.checkpoints import Checkpoint

MOST_ROWS = 2_000
"""The most channels in the table."""
MOST_NODES = 12
"""The most nodes that are named in one row of it."""


def raw(checkpoint: Checkpoint) -> None:
    """Draw the raw facts of a checkpoint."""
    header = checkpoint.header
    ids = {
        "thread_id": header.thread_id,
        "checkpoint_ns": header.namespace,
        "checkpoint_id": header.checkpoint_id,
        "parent_checkpoint_id": header.parent_id,
    }
    st.caption("The config to copy into your own code")
    configurable = {key: value for key, value in ids.items() if key != "parent_checkpoint_id"}
    st.code(as_text(f"config = {code({'configurable': configurable})}"), language="python", wrap_lines=True)
    if header.parent_id:
        st.caption("Parent checkpoint")
        st.code(as_text(header.parent_id), language=None)
    if not checkpoint.versions and not source().can.channel_versions:
        _sizes(checkpoint)
    else:
        st.caption(
            f"Channels: version, size, and which nodes have seen that version ({format_bytes(header.size)} in all)"
        )
        _table(_versions(checkpoint))
        _said_left_out(len(checkpoint.versions))
    st.caption(f"Metadata (checkpoint format {label(str(checkpoint.format))})" if checkpoint.format else "Metadata")
    json_tree(dict(header.metadata))
    if checkpoint.versions_seen:
        with st.expander("Versions seen, by node"):
            json_tree({node: dict(seen) for node, seen in checkpoint.versions_seen.items()})


def _sizes(checkpoint: Checkpoint) -> None:
    """Draw the table for a server's checkpoint: a server gives no versions, and sizes are those of its answer."""
    total = format_bytes(checkpoint.header.size)
    st.caption(f"Channels: about how much JSON each is ({total} in all). A server does not tell their versions.")
    names = islice(checkpoint.values, MOST_ROWS)
    rows = [{"Channel": name, "Size": format_bytes(checkpoint.sizes.get(name, 0))} for name in names]
    _table(table(rows, ["Channel", "Size"]))
    _said_left_out(len(checkpoint.values))


def _table(rows: pd.DataFrame) -> None:
    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) < 12 else 400,
        column_config={"Version": st.column_config.TextColumn(width=170)},
    )


def _said_left_out(channels: int) -> None:
    if channels > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS:,} of {pluralize(channels, 'channel')}.")


def _versions(checkpoint: Checkpoint) -> pd.DataFrame:
    seen_by: dict[str, list[str]] = {}
    for node, seen in checkpoint.versions_seen.items():
        for name, version in seen.items():
            if version == checkpoint.versions.get(name):
                seen_by.setdefault(name, []).append(node)
    rows = [
        {
            "Channel": name,
            "Size": format_bytes(checkpoint.sizes[name]) if name in checkpoint.sizes else "no value",
            "Version": str(version).lstrip("0") or "0",
            "Seen by": _named(seen_by.get(name, [])),
        }
        for name, version in islice(checkpoint.versions.items(), MOST_ROWS)
    ]
    return table(rows, ["Channel", "Size", "Version", "Seen by"])


def _named(nodes: list[str]) -> str:
    rest = [f"{len(nodes) - MOST_NODES:,} more"] if len(nodes) > MOST_NODES else []
    return ", ".join([*nodes[:MOST_NODES], *rest])
