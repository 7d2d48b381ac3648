"""Makes the preview of what a rule would delete, and checks whether it is still up to date."""

from dataclasses import replace

from ui.components.base.stoppable_progress import StoppableProgress
from ui.components.cleanup import state as clean_state
from ui.components.cleanup.overview import Overview
from ui.components.cleanup.state import Preview
from ui.session.context import live_runs, source
from ui.timetravel.cleanup.plan import changed_since
from ui.timetravel.cleanup.rules import Rule, plan_rule
from ui.timetravel.ground.text.formatting import pluralize


def make_preview(rule: Rule, found: Overview) -> None:
    """Work out what the rule would delete from the view's store, and keep it as the preview. Raises StoreError."""
    here = source()
    progress = StoppableProgress(clean_state.drop_preview)
    threads = checkpoints = 0
    all_checkpoints = max(1, found.checkpoints)

    def hear(read: int) -> None:
        nonlocal threads, checkpoints
        threads += not read
        checkpoints += read
        part = max(checkpoints / all_checkpoints, 0 if rule.thread is not None else threads / len(found.threads))
        progress.show(part, f"{pluralize(threads, 'thread')} and {pluralize(checkpoints, 'checkpoint')} looked at")

    token = here.store.change_token()
    plan = plan_rule(here.store, rule, live_runs(), hear)
    progress.done()
    clean_state.set_preview(Preview(here.name, rule, plan, token))


def current(preview: Preview) -> Preview | None:
    """The preview if it is of the view's store and its threads are unchanged; else None. Raises StoreError.

    Nothing is read while the store's change token is the same; otherwise the ids of the threads to delete from are
    read.
    """
    store = source().store
    token = store.change_token()
    if preview.store != source().name or (token != preview.token and changed_since(store, preview.plan)):
        return None
    return preview if token == preview.token else replace(preview, token=token)
