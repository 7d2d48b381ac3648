"""Shows what would be deleted, and what stays for which reason."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import streamlit as st

from ui.components.base.page_text import table
from ui.components.base.plain_text import Look, plain_text
from ui.session.context import source, zone
from ui.timetravel.cleanup.plan import Branch, Plan, ThreadPlan
from ui.timetravel.ground.text.formatting import format_bytes, format_date, pluralize
from ui.timetravel.presentation.narration.checkpoints import made_by

MOST_ROWS = 500
_NEEDED = re.compile(r"^needed by \S+: ")
_BELONGS = re.compile("it belongs to ")
"""The reason of a subgraph's checkpoint that is deleted or stays with another one, and so is no exception to the
rule.
"""
_SHARED = "Values that several checkpoints share are stored once here, so less than that may be freed."
_FITS = 6


def clean_preview(plan: Plan) -> None:
    """Draw a plan that deletes something."""
    inside = sum(len(ids) for thread in plan.threads for name, ids in thread.delete.items() if name)
    lines: list[tuple[Look, str]] = [
        ("heading", f"{what_goes(plan)} would go: {format_bytes(plan.bytes)} of state"),
        ("quiet", f"{inside:,} of them belong to subgraphs." if inside > 1 else ""),
        ("quiet", _SHARED if source().can.shares_values else ""),
    ]
    plain_text(*lines, key="clean_heading")
    _table(["Thread", "What goes", "Size"], [_thread(thread) for thread in plan.threads])
    branches = [(thread, branch) for thread in plan.threads for branch in thread.branches]
    if branches:
        each = "each named" if len(branches) > 1 else "named"
        plain_text(
            ("text", f"{pluralize(len(branches), 'branch')} would go, {each} by its last checkpoint:"), key="tips"
        )
        _table(["Thread", "Last checkpoint", "Time", "Checkpoints"], [_branch(*each) for each in branches])
    stays(plan)


def stays(plan: Plan) -> None:
    """Draw what the rule selects but stays for a reason, if anything does."""
    rows = list(_stays(plan))
    if rows:
        plain_text(("text", "What is old enough, or beyond the last, and stays all the same:"), key="stays")
        _table(["Thread", "What stays", "Why"], rows)


def what_goes(plan: Plan) -> str:
    """What a plan deletes, in numbers: "42 checkpoints of 3 threads"."""
    return f"{pluralize(plan.checkpoints, 'checkpoint')} of {pluralize(len(plan.threads), 'thread')}"


def _thread(thread: ThreadPlan) -> list[str]:
    some = f"{thread.checkpoints:,} of {pluralize(thread.total, 'checkpoint')}"
    whole = f"the whole thread, {pluralize(thread.total, 'checkpoint')}"
    return [thread.thread_id, whole if thread.whole else some, format_bytes(thread.bytes)]


def _branch(thread: ThreadPlan, branch: Branch) -> list[str | int]:
    tip = branch.tip
    state = "".join([", failed" if tip.failed else "", ", waits for an answer" if tip.interrupted else ""])
    what = f"{made_by(tip)}, step {tip.step}{state}"
    return [thread.thread_id, what, format_date(tip.created_at, zone()), branch.checkpoints]


def _stays(plan: Plan) -> Iterator[list[str]]:
    for spared in plan.spared:
        yield [spared.thread_id, "the whole thread", spared.why]
    for thread in plan.threads:
        whys = Counter(
            _NEEDED.sub("needed by one that stays: ", one.why) for one in thread.kept if not _BELONGS.match(one.why)
        )
        yield from ([thread.thread_id, pluralize(number, "checkpoint"), why] for why, number in whys.items())


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    st.dataframe(
        table([dict(zip(columns, row, strict=True)) for row in rows[:MOST_ROWS]], columns),
        hide_index=True,
        height="content" if len(rows) <= _FITS else 36 + 35 * _FITS,
    )
    if len(rows) > MOST_ROWS:
        st.caption(f"and {len(rows) - MOST_ROWS:,} more")
