"""From a topic to a text in four steps (research, outline, draft, finalize), written by a chat model.

The model is a scripted one that works offline; TIMETRAVEL_MODEL can name a real one. Watch the words arrive while it
runs; then look, in the Debugger, at what each step added to logs and how outline became the plan that draft follows.
Choose the style poem: the model then answers the outline in verse instead of JSON, so the step falls back to a plan of
its own, and logs says why. Or change outline in the checkpoint before draft, fork, and compare the two final texts.
"""

import json
import operator
import re
import zlib
from datetime import UTC, datetime
from typing import Annotated, Literal

from langchain_core.messages import HumanMessage, SystemMessage
from langgraph.graph import END, START, StateGraph
from parts.settings import chat_model
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

Stage = Literal["research", "outline", "draft", "finalize"]

TASKS: dict[Stage, str] = {
    "research": "List three angles from which this topic is worth reading about.",
    "outline": 'Answer with JSON only, in this form: {"title": "a title", "sections": ["first", "second"]}',
    "draft": "Write a short first draft that follows the outline.",
    "finalize": "Shorten and polish the draft. Answer with the text only.",
}


class Outline(TypedDict):
    """The plan that the draft follows."""

    title: str
    sections: list[str]


class PipelineInput(TypedDict, total=False):
    """What a person gives."""

    topic: Annotated[
        str,
        Field(description="What to write about.", examples=["How tides work", "为什么海水是咸的？🌊"]),
    ]
    platform: Annotated[
        str, Field(description="Where it will be read.", examples=["blog", "newsletter"], default="blog")
    ]
    style: Annotated[
        Literal["plain", "poem"],
        Field(description="With poem, the scripted model answers the outline in verse, not in JSON.", default="plain"),
    ]
    task_id: Annotated[str, Field(description="A name for the task; made from the topic when empty.", default="")]


class PipelineState(PipelineInput, total=False):
    """What every checkpoint holds. Times are ISO 8601, in UTC."""

    current_stage: Annotated[str, Field(description="The step that ran last.")]
    started_at: Annotated[str, Field(description="When research began.")]
    updated_at: Annotated[str, Field(description="When the last step ended.")]
    research: Annotated[str, Field(description="What the model found.")]
    outline: Annotated[Outline, Field(description="The plan: a title and sections.")]
    draft: Annotated[str, Field(description="The first version.")]
    final: Annotated[str, Field(description="The text.")]
    logs: Annotated[list[str], Field(description="A line for each step, and for what went wrong."), operator.add]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _topic(state: PipelineState) -> str:
    """The topic on one line, since each line of a prompt says one thing."""
    return " ".join((state.get("topic") or "").split()) or "an unnamed topic"


def _ask(state: PipelineState, stage: Stage, material: str = "") -> str:
    """The model's answer for one stage, streamed to whoever watches the run."""
    print(f"{stage}: asking the model about {_topic(state)}")
    prompt = [
        f"Step: {stage}",
        f"Topic: {_topic(state)}",
        f"Platform: {state.get('platform') or 'blog'}",
        f"Style: {state.get('style') or 'plain'}",
        "",
        TASKS[stage],
    ]
    if material:
        prompt += ["", "Material:", material]
    answer = chat_model().invoke(
        [SystemMessage("You write short texts for a general audience."), HumanMessage("\n".join(prompt))]
    )
    print(f"{stage}: {len(answer.text.split())} words")
    return answer.text


def _done(stage: Stage, *logs: str) -> PipelineState:
    """What every stage reports besides its own result."""
    return {"current_stage": stage, "updated_at": _now(), "logs": list(logs)}


def parse_outline(text: str) -> Outline:
    """The outline in a model's answer; a code fence around it, which models like, is taken off.

    Raises ValueError, whose message says in words what is wrong, when the text is not JSON or not an outline.
    """
    fenced = re.fullmatch(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", text, re.DOTALL)
    try:
        outline = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        raise ValueError("the answer is not JSON") from error
    if not isinstance(outline, dict) or not isinstance(outline.get("title"), str):
        raise ValueError("the JSON has no title")
    sections = outline.get("sections")
    if not sections or not isinstance(sections, list) or not all(isinstance(section, str) for section in sections):
        raise ValueError("the JSON has no list of sections")
    return {"title": outline["title"], "sections": sections}


def research(state: PipelineState) -> PipelineState:
    """Ask the model for angles, and open the task: its name and when it began."""
    started = _now()
    text = _ask(state, "research")
    name = state.get("task_id") or f"task-{zlib.crc32(_topic(state).encode()):08x}"
    return {
        **_done("research", f"research: {len(text)} characters"),
        "task_id": name,
        "started_at": started,
        "research": text,
    }


def outline(state: PipelineState) -> PipelineState:
    """Ask the model for a plan as JSON; when its answer can't be used, plan three parts and say so in logs."""
    text = _ask(state, "outline", state.get("research", ""))
    try:
        plan = parse_outline(text)
        log = f"outline: {len(plan['sections'])} sections"
    except ValueError as problem:
        plan = {"title": _topic(state), "sections": ["Beginning", "Middle", "End"]}
        log = f"outline: fell back to a plan of three parts, because {problem}"
        print(log)
    return {**_done("outline", log), "outline": plan}


def draft(state: PipelineState) -> PipelineState:
    """Ask the model for a text that follows the outline."""
    text = _ask(state, "draft", json.dumps(state.get("outline"), ensure_ascii=False, default=str))
    return {**_done("draft", f"draft: {len(text)} characters"), "draft": text}


def finalize(state: PipelineState) -> PipelineState:
    """Ask the model to polish the draft."""
    text = _ask(state, "finalize", state.get("draft", ""))
    return {**_done("finalize", f"finalize: {len(text)} characters"), "final": text}


builder = StateGraph(PipelineState, input_schema=PipelineInput)
builder.add_node("research", research)
builder.add_node("outline", outline)
builder.add_node("draft", draft)
builder.add_node("finalize", finalize)
builder.add_edge(START, "research")
builder.add_edge("research", "outline")
builder.add_edge("outline", "draft")
builder.add_edge("draft", "finalize")
builder.add_edge("finalize", END)

graph = builder.compile(name="content_pipeline")
