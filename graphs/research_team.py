"""A graph within a graph: an editor hands the topic to a researcher, who is a graph with steps of its own.

The researcher lists three angles, asks a person which one to take (a number, or an angle of your own), and notes what
it finds; then the editor writes. In the Debugger, choose the namespace of researcher: the subgraph keeps checkpoints of
its own there, and its angles never reach the graph above. While it waits for you, the checkpoint above only says that
researcher is due. LangGraph can't run a subgraph from its middle: run one of its checkpoints again, and it begins anew.
"""

import operator
import zlib
from typing import Annotated, Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
from parts.settings import pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

ANGLES = ("who does it", "what it needs", "how it fails", "what it sounds like", "who taught whom", "what it is not")


class TeamInput(TypedDict, total=False):
    """What a person gives."""

    topic: Annotated[
        str,
        Field(
            description="What to research.",
            examples=["How bees agree on a new home", "蜜蜂怎么商量新家？🐝"],
            default="How bees agree on a new home",
        ),
    ]


class TeamState(TeamInput, total=False):
    """What every checkpoint of the graph above holds."""

    brief: Annotated[str, Field(description="What the editor asks the researcher for.")]
    angle: Annotated[str, Field(description="The angle that was taken.")]
    notes: Annotated[list[str], Field(description="What the researcher found.")]
    article: Annotated[str, Field(description="What the editor made of the notes.")]
    log: Annotated[list[str], Field(description="A line for each step of the editor."), operator.add]


class ResearcherState(TypedDict, total=False):
    """What the researcher's own checkpoints hold. brief, angle and notes are shared with the graph above."""

    brief: Annotated[str, Field(description="What the editor asks for.")]
    angles: Annotated[list[str], Field(description="What one could look at; only the researcher has it.")]
    angle: Annotated[str, Field(description="The angle that was taken.")]
    notes: Annotated[list[str], Field(description="What was found.")]


class Found(TypedDict):
    """What the researcher hands back to the editor."""

    angle: str
    notes: list[str]


def list_angles(state: ResearcherState) -> ResearcherState:
    """Three angles, chosen by the brief."""
    pause()
    first = zlib.crc32((state.get("brief") or "").encode()) % len(ANGLES)
    angles = [ANGLES[(first + k) % len(ANGLES)] for k in range(3)]
    print(f"researcher: {', '.join(angles)}?")
    return {"angles": angles}


def chosen(answer: Any, angles: list[str]) -> str:
    """The angle in an answer: by its number, as text or not, or in the person's own words; the first if it is empty."""
    words = str(answer).strip() if answer is not None else ""
    if words.isdecimal() and 1 <= int(words) <= len(angles):
        return angles[int(words) - 1]
    return words or (angles[0] if angles else ANGLES[0])


def choose_angle(state: ResearcherState) -> ResearcherState:
    """Ask a person. The question is recorded in the subgraph, and the graph above waits with it."""
    angles = state.get("angles") or []
    numbered = {str(number): angle for number, angle in enumerate(angles, start=1)}
    answer = interrupt({"question": f"Which angle of “{state.get('brief') or ''}”?", "angles": numbered})
    angle = chosen(answer, angles)
    print(f"researcher: {angle}, then")
    return {"angle": angle}


def take_notes(state: ResearcherState) -> ResearcherState:
    """Find something. (Made up, offline.)"""
    pause()
    angle = state.get("angle") or ANGLES[0]
    print("researcher: two notes")
    return {"notes": [f"{state.get('brief') or ''}: {angle}, from afar", f"and {angle}, from close by"]}


def assign(state: TeamState) -> TeamState:
    """The editor makes a brief of the topic."""
    pause()
    brief = " ".join((state.get("topic") or "").split()) or "an unnamed topic"
    print(f"editor: a brief on {brief}")
    return {"brief": brief, "log": [f"assign: {brief}"]}


def write(state: TeamState) -> TeamState:
    """The editor writes from the notes. Of the researcher's work it sees only what the two graphs share."""
    pause()
    notes = state.get("notes") or []
    print(f"editor: an article from {len(notes)} notes")
    lines = [f"{state.get('brief') or ''} ({state.get('angle') or 'no angle'})", *(f"- {note}" for note in notes)]
    return {"article": "\n".join(lines), "log": [f"write: {len(notes)} notes"]}


inner = StateGraph(ResearcherState, output_schema=Found)
inner.add_node("list_angles", list_angles)
inner.add_node("choose_angle", choose_angle)
inner.add_node("take_notes", take_notes)
inner.add_edge(START, "list_angles")
inner.add_edge("list_angles", "choose_angle")
inner.add_edge("choose_angle", "take_notes")
inner.add_edge("take_notes", END)

builder = StateGraph(TeamState, input_schema=TeamInput)
builder.add_node("assign", assign)
builder.add_node("researcher", inner.compile(name="researcher"))
builder.add_node("write", write)
builder.add_edge(START, "assign")
builder.add_edge("assign", "researcher")
builder.add_edge("researcher", "write")
builder.add_edge("write", END)

graph = builder.compile(name="research_team")
