"""Starts a run from the screens: on the view's store, or in the sandbox."""

import secrets
from dataclasses import replace
from typing import Any

import streamlit as st

from ui.services.store_registry import OpenedStore
from ui.session import keys
from ui.session.context import is_traced, reload_code, runner, source, sources, update_view, watched_runs
from ui.session.permissions.writes import may_write
from ui.session.reads.cached_reads import called
from ui.timetravel.errors import CheckpointNotFound, TimeTravelError, WorkerError
from ui.timetravel.model.jobs import Input, RunRequest
from ui.timetravel.runs.retries.retry_policy import RetryPolicy
from ui.timetravel.runs.run_settings import inherited
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.runs.write_permission import Destination


def start_run(
    request: RunRequest, *, sandbox: bool = False, retries: RetryPolicy | None = None, **changes: Any
) -> None:
    """Start a run from what the view shows, and show it.

    With `retries` it is repeated on failure. With `sandbox`, and wherever the store can only be read, it runs in the
    local sandbox, on a thread of its own. If it can't be started, `start_error` gives the reason.
    """
    st.session_state.pop(keys.START_TROUBLE, None)
    here = source()
    if (sources().workers if sandbox else runner()) is None:
        return
    aside = sandbox or here.runner is None
    place = Destination.SANDBOX if aside else Destination.NEW_THREAD if request.copy_to else Destination.THREAD
    try:
        if why := may_write(request).why_not(place):
            raise WorkerError(why)
        if aside:
            target, ready = _in_sandbox(request, here)
        else:
            target, ready = here, request
        run = sources().runs.start(target, ready, retries, traced=is_traced())
    except TimeTravelError as error:
        st.session_state[keys.START_TROUBLE] = str(error)
        return
    watched_runs().add(run.id)
    reload_code()
    if target is not here:
        changes |= {"store": target.name, "checkpoint": "", "namespace": ""}
    # A server chooses the ids of new threads.
    thread = run.state().job.target_thread
    update_view(run=run.id, graph=request.graph, thread=thread, nameless=not thread, **changes)


def start_error() -> str:
    """Why the last run could not be started; empty if it could. Returned only once."""
    return str(st.session_state.pop(keys.START_TROUBLE, ""))


def _in_sandbox(request: RunRequest, here: OpenedStore) -> tuple[OpenedStore, RunRequest]:
    """The sandbox, and the run for it, with the exported checkpoint that it starts from. Raises TimeTravelError."""
    if request.namespace:
        raise WorkerError("A subgraph can't be run alone in the sandbox. Go to the checkpoint above it, and fork that.")
    target = sources().sandbox()
    if isinstance(request.action, Input) and request.checkpoint_id is None:
        return target, request
    chosen = request.checkpoint_id or here.store.skeleton(request.thread_id).latest
    if chosen is None:
        raise CheckpointNotFound(
            f"The thread {request.thread_id} is not in this store any more, so nothing can run from it."
        )
    new = request.copy_to or f"{called(request.thread_id)[:40]}-{secrets.token_hex(2)}"
    if request.settings is None:
        header = here.store.headers(request.thread_id, "", [chosen])
        request = replace(request, settings=inherited(here.store, header[0]).settings if header else None)
    with st.spinner("Copying the checkpoint to the sandbox…"):
        bundle = export_checkpoint(here.store, request.thread_id, chosen)
    return target, replace(request, checkpoint_id=chosen, copy_to=new, bring=bundle)
