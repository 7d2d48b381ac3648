"""One sentence for every checkpoint: what happened, as a teacher would say it. Pure."""

from collections.abc import Container, Mapping

from ui.timetravel.model import CheckpointId, Header
from ui.timetravel.words import listing, seconds, tally

SOURCES = {"input": "input", "loop": "step", "update": "edit", "fork": "fork"}


CUT = "the history before it was deleted"


def made_by(header: Header, *, cut: bool = False) -> str:
    """What made the checkpoint, in a word or two: "input", "draft", "work × 3", "edit as draft", "fork".

    `cut` says that it `is_cut`: then nothing tells which nodes ran.
    """
    nodes = tally(_nodes(header.ran))
    match header.source:
        case _ if copied_from(header):
            return "copy"
        case "loop" if nodes:
            return nodes
        case "loop" if _took_input(header):
            return "start"
        case "loop":
            return "not known" if cut else "step"
        case "update":
            return f"edit as {nodes}" if nodes else "edit"
        case source:
            return SOURCES.get(source, source or "unknown")


def sentence(
    header: Header, parent: Header | None, questions: tuple[str, ...] = (), error: str = "", *, answered: bool = False
) -> str:
    """What happened at this checkpoint, what is next, and how it went on from there: whole sentences.

    `parent` is None for the first of a thread, and where the parent was deleted, which the sentence then says.
    `questions` are what its interrupts asked and `error` what its failed node raised, where they are known; `answered`
    says that what it asked has an answer.
    """
    cut = parent is None and header.parent_id is not None
    happened = _after_a_cut(header) if cut else _happened(header, parent)
    said = [f"Step {header.step}: {happened}; {_due(header)}."]
    if header.failed:
        said.append(_ended(f"Then {tally(header.failed)} failed{': ' + error if error else ''}"))
    if header.interrupted and answered:
        said.append(f"{tally(header.interrupted)} asked, and was answered.")
    elif header.interrupted:
        verb = "asks and waits" if len(header.interrupted) == 1 else "ask and wait"
        asked = " ".join(f"“{question}”" for question in questions)
        said.append(f"{tally(header.interrupted)} {verb} for an answer{': ' + asked if asked else '.'}")
    return " ".join(said)


def is_cut(header: Header, held: Container[CheckpointId]) -> bool:
    """Whether a checkpoint names a parent that is not among those that the store holds: it was deleted."""
    return header.parent_id is not None and header.parent_id not in held


def copied_from(header: Header) -> str:
    """The thread that the first checkpoint of a forked thread was copied from; empty for any other checkpoint."""
    source = header.metadata.get("timetravel_from")
    return str(source.get("thread_id", "")) if header.parent_id is None and isinstance(source, Mapping) else ""


def _nodes(names: tuple[str, ...]) -> list[str]:
    """Those that a person wrote: "__start__" is how LangGraph takes in the input."""
    return [name for name in names if name != "__start__"]


def _took_input(header: Header) -> bool:
    """Whether a step without nodes took in an input. Otherwise the store lacks the writes that would name its nodes."""
    return header.step <= 0 or bool(header.ran)


def _ended(text: str) -> str:
    """With a full stop, unless it ends like a sentence already, as an error's own text often does."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _happened(header: Header, parent: Header | None) -> str:
    nodes = tally(_nodes(header.ran))
    changed = listing(header.changed)
    match header.source:
        case _ if copied_from(header):
            return f"copied from thread {copied_from(header)}"
        case "input":
            return "a new input arrived"
        case "fork":
            return f"a fork of step {parent.step}, to run again from there" if parent else "a fork, to run again"
        case "update":
            as_node = f", as if {nodes} had run" if nodes else ""
            verb = "were" if len(header.changed) > 1 else "was"
            return f"{changed or 'the state'} {verb} changed by hand{as_node}"
        case _ if nodes:
            return f"{nodes} ran{_took(header, parent)} and changed {changed or 'nothing'}"
        case "loop" if _took_input(header):
            return f"the input was taken in and set {changed}" if changed else "the input was taken in"
        case _:
            what = f", which changed {changed}" if changed else ""
            return f"a step was made{what}; the store does not say which nodes ran"


def _after_a_cut(header: Header) -> str:
    """What still can be told where the parent was deleted: its writes, which name the nodes, went with it."""
    known = header.source in ("input", "update", "fork") or header.ran
    if known or (header.source == "loop" and _took_input(header)):
        return f"{_happened(header, None)}; {CUT}"
    wrote = f"; it wrote {listing(header.changed)}" if header.changed else ""
    return f"{CUT}, so the store does not say which node made it{wrote}"


def _took(header: Header, parent: Header | None) -> str:
    """The time between the two checkpoints: what the nodes took, and LangGraph's own share of it.

    Nothing where somebody was waited for in between: an answer, a new try after a failure, an edit.
    """
    if parent is None or parent.interrupted or parent.failed or parent.source == "update":
        return ""
    return f" for {seconds(max(0.0, (header.created_at - parent.created_at).total_seconds()))}"


def _due(header: Header) -> str:
    nodes = _nodes(header.next)
    if nodes:
        return f"next {'is' if len(set(nodes)) == 1 else 'are'} {tally(nodes)}"
    return "the input is taken in next" if header.next else "nothing is next: the run is finished"
