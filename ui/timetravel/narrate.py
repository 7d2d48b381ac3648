"""One sentence for every checkpoint: what happened, as a teacher would say it. Pure."""

from ui.timetravel.model import Header
from ui.timetravel.words import listing, seconds

SOURCES = {"input": "input", "loop": "step", "update": "edit", "fork": "fork"}


def made_by(header: Header) -> str:
    """What made the checkpoint, in a word or two: "input", "draft", "edit as draft", "fork"."""
    nodes = [node for node in header.ran if node != "__start__"]
    match header.source:
        case "loop" if nodes:
            return listing(nodes)
        case "loop":
            return "start" if header.step <= 0 or header.ran else "step"
        case "update":
            return f"edit as {listing(nodes)}" if nodes else "edit"
        case source:
            return SOURCES.get(source, source or "unknown")


def sentence(header: Header, parent: Header | None, questions: tuple[str, ...] = (), error: str = "") -> str:
    """What happened at this checkpoint, what is next, and how it went on from there: whole sentences.

    `questions` are what its interrupts asked and `error` what its failed node raised, where they are known.
    """
    said = [f"Step {header.step}: {_happened(header, parent)}; {_due(header)}."]
    if header.failed:
        said.append(f"Then {listing(header.failed)} failed{': ' + error if error else ''}.")
    if header.interrupted:
        asked = " ".join(f"“{question}”" for question in questions)
        said.append(f"{listing(header.interrupted)} asks and waits for an answer{': ' + asked if asked else '.'}")
    return " ".join(said)


def _happened(header: Header, parent: Header | None) -> str:
    nodes = [node for node in header.ran if node != "__start__"]
    changed = listing(header.changed)
    match header.source:
        case "input":
            return "a new input arrived"
        case "fork":
            return f"a fork of step {parent.step}, to run again from there" if parent else "a fork, to run again"
        case "update":
            as_node = f", as if {listing(nodes)} had run" if nodes else ""
            return f"{changed or 'the state'} was changed by hand{as_node}"
        case "loop" if not nodes:
            return f"the input was taken in and set {changed}" if changed else "the input was taken in"
        case _:
            took = _took(header, parent)
            return f"{listing(nodes)} ran{took} and " + (f"changed {changed}" if changed else "changed nothing")


def _took(header: Header, parent: Header | None) -> str:
    """The time between the two checkpoints: what the nodes took, and LangGraph's own share of it."""
    if parent is None:
        return ""
    return f" for {seconds(max(0.0, (header.created_at - parent.created_at).total_seconds()))}"


def _due(header: Header) -> str:
    nodes = [node for node in header.next if node != "__start__"]
    if nodes:
        return f"next {'is' if len(nodes) == 1 else 'are'} {listing(nodes)}"
    return "the input is taken in next" if header.next else "nothing is next: the run is finished"
