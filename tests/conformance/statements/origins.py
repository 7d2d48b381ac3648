"""How each checkpoint is said to have come to be, compared with the truth of the thread."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from tests.conformance.oracle.truth import NO_JOURNAL, at, head_before, is_done, slowest, unlike, was_done
from tests.conformance.programs.deeds import Deed, Event, History, Snapshot
from ui.timetravel.model.checkpoints import Gap, Header, Made
from ui.timetravel.presentation.narration.headline import Account

_RAN_FOR = re.compile(r" ran for (?!at most)")
_MOMENT = timedelta(seconds=0.05)


def origin(history: History, snapshot: Snapshot, known: Account, said: str) -> Iterator[str]:
    """Every statement about how the checkpoint came to be that is not so."""
    header = known.header
    found = history.deed_of(snapshot.namespace, snapshot.id)
    if found is None:
        yield "nobody made it"
        return
    number, deed = found
    if snapshot.parent and not at(history, snapshot.namespace, snapshot.parent):
        return  # of two runs at once one may name a parent that the other one never saved
    yield from unlike("made", header.made, _way(history, snapshot, deed, header))
    if deed.how == "twice":
        return
    if deed.kind == "copy" and snapshot.source == "fork":
        yield from unlike(
            "copy of", known.original and known.original.checkpoint_id, deed.at or head_before(history, number)
        )
    if snapshot.source == "loop":
        yield from _ran(history, snapshot, number, header)
        yield from _given(history, deed, header)
    if snapshot.source == "update":
        yield from _edited(history, snapshot, deed, header)
    if header.made in (Made.START, Made.STEP):
        yield from _gap(history, snapshot, number, header)
        yield from _time(history, snapshot, number, known, said)


def _way(history: History, snapshot: Snapshot, deed: Deed, header: Header) -> Made:
    """In which way the checkpoint came to be. Where a statement is free to say one of two things, it is ours."""
    match snapshot.source:
        case "input":
            return Made.INPUT
        case "fork":
            return Made.COPY if deed.kind == "copy" else Made.FORK
        case "update":
            return Made.DROPPED if deed.kind == "clear" and _left(history, snapshot) else Made.EDIT
        case "loop":
            return header.made if header.made in (Made.START, Made.STEP, Made.SEVERAL) else Made.STEP
        case _:
            return Made.UNKNOWN


def _left(history: History, snapshot: Snapshot) -> list[str]:
    """The nodes of the superstep before it whose task has no result."""
    parent = at(history, snapshot.namespace, snapshot.parent)
    return [one.name for one in parent.tasks if not is_done(history, one)] if parent else []


def _edited(history: History, snapshot: Snapshot, deed: Deed, header: Header) -> Iterator[str]:
    """An update counts as a node that was named, if one was, and drops what LangGraph says that it drops."""
    if header.made is Made.DROPPED:
        yield from unlike("dropped", sorted(header.dropped), sorted(_left(history, snapshot)))
    named = {deed.as_node, "a"} if deed.kind == "bulk" else {deed.as_node}
    if header.made is Made.EDIT and deed.as_node and not set(header.ran) <= named:
        yield f"edited as {header.ran}, in truth {named}"


def _given(history: History, deed: Deed, header: Header) -> Iterator[str]:
    """What an input set, where several steps were saved as one."""
    if header.took_input and deed.kind != "input" and not header.namespace:
        yield f"an input came, in truth {deed.kind}"
    # A fork of a checkpoint that holds an input takes that in, which somebody gave before.
    given = {channel for one in history.deeds if one.kind in ("input", "update") for channel in one.channels}
    if not set(header.by_input) <= given:
        yield f"by the input {header.by_input}, in truth {given}"


def _time(history: History, snapshot: Snapshot, number: int, known: Account, said: str) -> Iterator[str]:
    """Nodes are said to have run for a time only where one run went on, and then for at least as long as they did."""
    parent = at(history, snapshot.namespace, snapshot.parent)
    if parent is None or known.parent is None:
        return
    made = history.deed_of(snapshot.namespace, parent.id)
    if "where the run had stopped" in said and made and made[0] == number:
        yield "the run had stopped, in truth it went on"
    if not _RAN_FOR.search(said):
        return
    if made and made[0] != number and made[1].how != "twice":
        yield "ran for a time, in truth the run had stopped"
    took = known.header.created_at - known.parent.created_at
    if slowest(history, parent, number) > took + _MOMENT:
        yield f"ran for {took}, in truth for {slowest(history, parent, number)}"


def _ran(history: History, snapshot: Snapshot, number: int, header: Header) -> Iterator[str]:
    """The nodes that made it, by what they told; a task that was done before is not run again by the deed."""
    parent = at(history, snapshot.namespace, snapshot.parent)
    before = parent.step if parent and parent.step is not None else -2
    steps = (snapshot.step or 0) - before
    yield from unlike("steps", header.steps, max(1, steps))
    ours = Counter(node for node in header.ran if node not in NO_JOURNAL)
    if steps == 1 and parent:
        done = [task.name for task in parent.tasks if was_done(history, task, number)]
        yield from unlike("ran", ours, Counter(name for name in done if name not in NO_JOURNAL))
    elif steps > 1:
        told = [one for one in history.events if _within(one, number, snapshot) and not one.sent]
        ran = {one.node for one in told if one.event == "done"}
        if not ran - NO_JOURNAL <= set(ours):
            yield f"ran: ours {sorted(ours)}, in truth {sorted(ran)}"


def _within(event: Event, number: int, snapshot: Snapshot) -> bool:
    same = event.deed == number and event.namespace == snapshot.namespace
    return same and event.checkpoint != snapshot.id


def _gap(history: History, snapshot: Snapshot, number: int, header: Header) -> Iterator[str]:
    """Whether one run went on from the parent: that the parent was made in the same deed."""
    made = history.deed_of(snapshot.namespace, snapshot.parent or "")
    if made is None or made[1].how == "twice":
        return
    truth = Gap.NONE if made[0] == number else Gap.RESUMED
    if header.gap not in (truth, Gap.UNKNOWN):
        yield f"gap: ours {header.gap}, in truth {truth}"
