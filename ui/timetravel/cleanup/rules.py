"""The rules that a person chooses from to clean up a store, and the plan that follows from each. Only reads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ui.timetravel.cleanup.dependencies import OnProgress
from ui.timetravel.cleanup.plan import BUSY, Plan, Spared, plan_checkpoints, plan_threads
from ui.timetravel.stores.base import Store
from ui.timetravel.stores.threads import iter_threads


class Selection(StrEnum):
    """What a rule selects: whole threads, or checkpoints by age or number."""

    THREADS = "threads"
    """Whole threads, by the time of their latest change."""
    OLD = "old"
    """Single checkpoints, by their time."""
    BEYOND = "beyond"
    """Single checkpoints, by how many newer ones the thread has."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to delete.

    `number` is days, or for BEYOND the number of checkpoints to keep; an empty `thread` means every thread.
    """

    which: Selection
    number: int
    thread: str | None = None


def plan_rule(
    store: Store,
    rule: Rule,
    busy: Collection[str] = (),
    on_progress: OnProgress = lambda read: None,
    now: datetime | None = None,
) -> Plan:
    """The plan for a rule at the time `now` (aware; by default the present).

    Threads in `busy`, where runs are on, are spared and named. `on_progress` is called with the number of checkpoints
    that were read, 0 at the beginning of each thread; if it raises, the planning ends. Raises StoreError.
    """
    before = (now or datetime.now(UTC)) - timedelta(days=rule.number)
    if rule.which is Selection.THREADS:
        return plan_threads(store, before, busy, on_progress)
    names = [rule.thread] if rule.thread is not None else [summary.thread_id for summary in iter_threads(store)]
    plans = []
    for name in names:
        on_progress(0)
        keep, older = (rule.number, None) if rule.which is Selection.BEYOND else (None, before)
        plans.append(
            Plan(spared=(Spared(name, BUSY),))
            if name in busy
            else plan_checkpoints(store, name, keep, older, on_progress=on_progress)
        )
    return Plan(
        tuple(thread for plan in plans for thread in plan.threads),
        tuple(spared for plan in plans for spared in plan.spared),
    )
