"""What happened at a checkpoint, in words, as a teacher would put it. Pure.

The tasks that ran from it are described by tasks.py, and headline.py joins both.
"""

from collections.abc import Container, Iterable, Mapping, Sequence

from ui.timetravel.ground.text.formatting import format_duration, join_counted, join_limited
from ui.timetravel.model.checkpoints import CheckpointId, Gap, Header, Made
from ui.timetravel.worker.child.shared.reserved_names import START

CUT = "the history before it is not in the store"
TAKES_INPUT = START
"""LangGraph's name for the task that takes in an input."""


def made_by(header: Header, *, cut: bool = False) -> str:
    """What made the checkpoint, in a word or two: "input", "draft", "work × 3", "edit as draft", "fork".

    `cut` says whether it `is_cut`: then the nodes that ran are not known.
    """
    nodes = join_counted(persons_nodes(header.ran))
    if copied_from(header):
        return "copy"
    match header.made:
        case Made.STEP | Made.SEVERAL if nodes:
            return nodes
        case Made.EDIT:
            return f"edit as {nodes}" if nodes else "edit"
        case Made.DROPPED:
            return "edit as END"
        case Made.INPUT | Made.START | Made.FORK | Made.COPY as made:
            return made.value
        case _ if header.source == "loop" or header.source == "":
            return "not known" if cut or not header.source else "step"
        case _:
            return header.source


def what_happened(header: Header, parent: Header | None, original: Header | None = None) -> str:
    """How the checkpoint came to be, without a full stop: "draft ran for 1.2 s and changed draft and logs".

    `parent` is None for the first checkpoint of a thread, and where the parent was deleted, which the text then says.
    `original` is the checkpoint that this one is a copy of, where that is known.
    """
    if parent is None and header.parent_id is not None:
        return _after_a_cut(header)
    return _happened(header, parent, original)


def what_is_next(header: Header, *, is_open: bool = False) -> str:
    """Which nodes run when the thread continues from here, without a full stop.

    `is_open`: a task failed or asks, so something is next even if the store does not name it.
    """
    nodes = persons_nodes(header.next)
    if nodes:
        known = ", as far as the store says" if header.undecided else ""
        return f"next {_is(nodes)} {join_counted(nodes)}{known}"
    if header.next:
        return "the input is taken in next"
    if header.undecided:
        return f"the store does not say {'what' if is_open else 'whether anything'} is next"
    if header.due:
        return "nothing of it is left to run"
    return "nothing is next" if header.made is Made.DROPPED else "nothing is next: the run is finished"


def sentence(
    header: Header, parent: Header | None, questions: tuple[str, ...] = (), error: str = "", *, answered: bool = False
) -> str:
    """What a header alone says, without the tasks and the checkpoints below: less than `headline`, and cheap.

    `questions` are those that are open, and `error` is the error of what failed, where they are known. `answered` adds
    nothing: the header says for each node whether it waits.
    """
    del answered
    said = [f"Step {header.step}: {what_happened(header, parent)}; {what_is_next(header)}."]
    if header.failed:
        said.append(ended(f"Then {join_counted(header.failed)} failed{': ' + error if error else ''}"))
    if header.cancelled:
        said.append(f"{join_counted(header.cancelled)} {_was(header.cancelled)} cancelled: neither done nor failed.")
    waiting = set(header.waiting)
    if past := [node for node in header.interrupted if node not in waiting]:
        said.append(f"{join_counted(past)} asked, and {_was(past)} answered.")
    if header.waiting and not header.is_newest:
        said.append(f"{join_counted(header.waiting)} asked, and {_was(header.waiting)} not answered here.")
    elif header.waiting:
        verb = "asks and waits" if len(header.waiting) == 1 else "ask and wait"
        asked = " ".join(f"“{question}”" for question in questions)
        said.append(f"{join_counted(header.waiting)} {verb} for an answer{': ' + asked if asked else '.'}")
    if header.done and header.next:
        said.append(f"{join_counted(header.done)} {_is(header.done)} done and will not run again.")
    return " ".join(said)


def ended(text: str) -> str:
    """The text with a full stop, unless it ends like a sentence already, as an error's own text often does."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def is_cut(header: Header, held: Container[CheckpointId]) -> bool:
    """Whether a checkpoint's parent is not among those that the store has, because it was deleted."""
    return header.parent_id is not None and header.parent_id not in held


def copied_from(header: Header) -> str:
    """The thread that the first checkpoint of a forked thread was copied from; empty for any other checkpoint."""
    source = header.metadata.get("timetravel_from")
    return str(source.get("thread_id", "")) if header.parent_id is None and isinstance(source, Mapping) else ""


def next_names(names: Iterable[str]) -> str:
    """Names of nodes, each once with its number. Only LangGraph's own node that takes in the input is renamed."""
    return join_counted("the input" if name == TAKES_INPUT else name for name in names)


def persons_nodes(names: tuple[str, ...]) -> list[str]:
    """The nodes that a person wrote. "__start__" is LangGraph's own, which takes in the input."""
    return [name for name in names if name != TAKES_INPUT]


def _is(names: Sequence[str]) -> str:
    return "is" if len(set(names)) == 1 else "are"


def _was(names: Sequence[str]) -> str:
    return "was" if len(set(names)) == 1 else "were"


def _happened(header: Header, parent: Header | None, original: Header | None) -> str:
    if thread := copied_from(header):
        return f"copied from thread {thread}"
    match header.made:
        case Made.INPUT:
            return "a new input arrived"
        case Made.FORK:
            return f"a fork of step {parent.step}, to run again from there" if parent else "a fork, to run again"
        case Made.COPY:
            return f"a copy of step {original.step}" if original else "a copy of another checkpoint"
        case Made.EDIT:
            return _edit(header)
        case Made.DROPPED:
            return _dropped(header)
        case Made.STEP:
            return _step(header, parent)
        case Made.SEVERAL:
            return _several(header)
        case Made.START:
            changed = join_limited(header.changed)
            return f"the input was taken in and set {changed}" if changed else "the input was taken in"
        case _:
            what = f", which changed {join_limited(header.changed)}" if header.changed else ""
            return f"a step was made{what}; the store does not say which nodes ran"


def _edit(header: Header) -> str:
    nodes, changed = persons_nodes(header.ran), join_limited(header.changed)
    verb = "were" if len(header.changed) > 1 else "was"
    what = f"{changed} {verb} changed by hand" if changed else "an update by hand changed no value"
    gone = f", and what was due ({join_counted(header.dropped)}) is due no longer" if header.dropped else ""
    return what + (f", as if {join_counted(nodes)} had run" if nodes else "") + gone


def _dropped(header: Header) -> str:
    taken_in = f"; what had been done was taken in and changed {join_limited(header.changed)}" if header.changed else ""
    return f"what was due ({join_counted(header.dropped)}) was dropped by hand, with an update as END{taken_in}"


def _step(header: Header, parent: Header | None) -> str:
    nodes, changed = persons_nodes(header.ran), join_limited(header.changed) or "nothing"
    unwritten = set(header.unwritten)
    cached = [node for node in dict.fromkeys(nodes) if node in unwritten]
    if set(cached) == set(nodes):
        it = "its result" if len(nodes) == 1 else "their results"
        return f"{_result_of(nodes)} was taken in and changed {changed}; {_no_writes(it)}"
    took, waited = _took(header, parent)
    note = f"; of {join_limited(cached)} {_no_writes('the result')}" if cached else ""
    return f"{join_counted(nodes)} ran{took} and changed {changed}{waited}{note}"


def _result_of(nodes: list[str]) -> str:
    return f"what {join_counted(nodes)} gave"


def _no_writes(whose: str) -> str:
    return f"{whose} left no writes, so it came from a cache, or the run saved only at its end"


def _several(header: Header) -> str:
    """A run with durability "exit" saves once, so how often and how long each node ran is not known."""
    nodes = persons_nodes(header.ran)
    by_input = set(header.by_input)
    by_nodes = [name for name in header.changed if name not in by_input]
    parts = [f"{header.steps} steps were saved as one when the run ended"]
    if header.by_input:
        parts.append(f"the input set {join_limited(header.by_input)}")
    if nodes:
        parts.append(f"{join_counted(nodes)} ran and changed {join_limited(by_nodes) or 'nothing'}")
    elif by_nodes:
        parts.append(f"{join_limited(by_nodes)} changed; the store does not say which nodes ran")
    return "; ".join(parts)


def _after_a_cut(header: Header) -> str:
    """What can still be said where the parent was deleted, and with it the writes that name the nodes."""
    if header.made is not Made.UNKNOWN or header.ran:
        return f"{_happened(header, None, None)}; {CUT}"
    wrote = f"; it wrote {join_limited(header.changed)}" if header.changed else ""
    return f"{CUT}, so the store does not say which node made it{wrote}"


def _took(header: Header, parent: Header | None) -> tuple[str, str]:
    """How long the nodes ran, or else what is known of the time since the superstep before.

    The time between two checkpoints includes LangGraph's own share. It is stated as the nodes' time where a single run
    led from one to the other; where the store does not show that, as the most that they took. Where a clock was set
    back, nothing is said.
    """
    if parent is None:
        return "", ""
    time = (header.created_at - parent.created_at).total_seconds()
    if time < 0:
        return "", ""
    if header.gap is Gap.RESUMED or _had_stopped(parent, header.gap):
        where = {Made.EDIT: "the change by hand", Made.COPY: "the copy"}.get(parent.made, "where the run had stopped")
        return "", f", {format_duration(time)} after step {parent.step}, {where}"
    return f" for {'' if header.gap is Gap.NONE else 'at most '}{format_duration(time)}", ""


def _had_stopped(parent: Header, gap: Gap) -> bool:
    """Whether the run had stopped at a checkpoint. It had not after a failure that an error handler took over."""
    waited_for = bool(parent.interrupted) or parent.made in (Made.EDIT, Made.COPY)
    return waited_for or (bool(parent.failed) and gap is not Gap.NONE)
