"""Where the memory and traces of a run go, and what a sandbox prevents, in words for a person."""

from pathlib import Path

import streamlit as st

from ui.components.base.plain_text import Look, plain_text
from ui.services.opened_store import OpenedStore
from ui.session import keys
from ui.session.context import is_server, known_info, only_sandbox, run_target, source, sources
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.runs.tracing import Tracing

_NOT_HELD_BACK = (
    "In the sandbox, the graph's own long-term memory and cache are not written to. What its nodes do themselves can't "
    "be held back: mail that they send, files and services that they write to."
)


def sandbox_notice(key: str, graph: str) -> None:
    """Say what the sandbox prevents and what it can't, where memory goes there, and whether traces are sent."""
    st.caption(_NOT_HELD_BACK)
    lines: list[tuple[Look, str]] = []
    info = known_info(graph) if graph else None
    if info and info.store:
        lines.append(("quiet", _own_store_aside(info)))
    found = sources().around.tracing
    lines += [("asks", _aside(one)) for one in found]
    if lines:
        plain_text(*lines, key=f"sandbox_{key}")
    if found:
        addresses = ", ".join(one.address for one in found)
        st.session_state.setdefault(f"{keys.SANDBOX_TRACED}_{key}", st.session_state.get(keys.SANDBOX_TRACED, False))
        st.toggle(
            "Send traces of sandbox runs, too",
            key=f"{keys.SANDBOX_TRACED}_{key}",
            help="Off: nothing of what runs in the sandbox is sent by the tools that the environment switches on.",
            on_change=lambda: st.session_state.__setitem__(
                keys.SANDBOX_TRACED, st.session_state[f"{keys.SANDBOX_TRACED}_{key}"]
            ),
        )
        if st.session_state.get(keys.SANDBOX_TRACED):
            said = f"Traces of sandbox runs, with the whole state in them, are sent to {addresses}."
            plain_text(("asks", said), key=f"sandbox_sends_{key}")


def run_notice(info: GraphInfo | None, key: str, *, in_sandbox: bool = False) -> None:
    """Say where the long-term memory and traces of a run go, on the view's store, or with `in_sandbox` in the
    sandbox.
    """
    if is_server() and not only_sandbox():
        return
    if in_sandbox or _is_aside():
        sandbox_notice(key, info.name if info else "")
        if info is None or not info.store:
            said = _memory(info, sources().existing_sandbox() if in_sandbox else run_target())
            plain_text(("quiet", said), key=f"memory_{key}")
        return
    lines: list[tuple[Look, str]] = [("quiet", _memory(info, run_target()))]
    lines += [("asks" if one.sure else "quiet", _sent(one)) for one in sources().around.tracing]
    plain_text(*lines, key=f"surroundings_{key}")


def fork_notice(key: str, graph: str, *, in_sandbox: bool = False) -> None:
    """For a run from a checkpoint: say what the sandbox prevents, or where every run sends its state."""
    if in_sandbox or _is_aside():
        sandbox_notice(key, graph)
    elif not is_server():
        info = known_info(graph)
        # A run from a checkpoint uses long-term memory as it is now: that has no history to go back to.
        now = " It is as it is now, not as it was at this checkpoint."
        lines: list[tuple[Look, str]] = [("quiet", _memory(info, run_target()) + now)] if info and info.store else []
        lines += [("asks", _sent(one)) for one in sources().around.tracing if one.sure]
        if lines:
            plain_text(*lines, key=f"surroundings_{key}")


def _is_aside() -> bool:
    return only_sandbox() or sources().is_aside(source())


def _memory(info: GraphInfo | None, target: OpenedStore | None) -> str:
    """Where the graph's writes to LangGraph's store go; `target` is None before there is a sandbox."""
    file = sources().around.memory_file(target.target) if target else sources().around.sandbox_memory_file
    kept = f"the file {Path(file).name} beside the checkpoints" if target and _beside(file, target.target) else file
    if info and info.store and info.store != "InMemoryStore":
        return f"Long-term memory: the graph's own {info.store}. A run writes to it."
    if not file:
        return "Long-term memory: in the memory of the worker, and gone when that ends."
    if info and info.store:
        return f"Long-term memory: the graph's InMemoryStore; what runs put into it lasts, in {kept}."
    return f"Long-term memory: {kept}, if the graph uses any."


def _own_store_aside(info: GraphInfo) -> str:
    file = Path(sources().around.sandbox_memory_file).name
    return f"The graph's {info.store} is read, and what a run puts into it goes to {file}, beside the sandbox."


def _beside(file: str, target: str) -> bool:
    return bool(file) and Path(file).parent == Path(target).absolute().parent


def _aside(one: Tracing) -> str:
    where = f"{one.tool} ({one.variable} in {sources().around.sets(one.variable)}) would send traces to {one.address}"
    return f"{where}: switched off in the sandbox." if not st.session_state.get(keys.SANDBOX_TRACED) else f"{where}."


def _sent(one: Tracing) -> str:
    set_in = f"{one.variable} in {sources().around.sets(one.variable)}"
    if one.sure:
        return f"{one.tool} tracing is on ({set_in}): every run here sends its state to {one.address}."
    return f"{one.tool} is set up ({set_in}): if the code uses it, runs send traces to {one.address}."
