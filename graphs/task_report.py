"""Three steps in a row (research, analyze, report), to see what a reducer does.

results, log and step_count have a reducer: what a step returns for them is added to what is there. The other channels
have none, so a new value replaces the old one. In the debugger, compare a checkpoint with its parent: log grows by a
line while current_step is replaced. Then run the same thread a second time: the lists grow on instead of starting anew.
Choose a step in fail_at to make it fail and look at what was saved; then clear fail_at in the last checkpoint and fork:
the run goes on from there, and the steps before are not repeated.
"""

import operator
from typing import Annotated, Literal

from langgraph.graph import END, START, StateGraph
from parts.settings import pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

Step = Literal["research", "analyze", "report"]


class TaskInput(TypedDict, total=False):
    """What a person gives."""

    description: Annotated[
        str,
        Field(
            description="What the report is about.",
            examples=["Why do bridges sing in the wind?", "城市里的鸟为什么越来越早开始唱歌？🐦"],
        ),
    ]
    task_id: Annotated[str, Field(description="A name for the task.", examples=["T-7"], default="T-1")]
    fail_at: Annotated[
        Literal["", "research", "analyze", "report"],
        Field(description="A step that shall fail, to see what is saved; empty for none.", default=""),
    ]


class TaskState(TaskInput, total=False):
    """What every checkpoint holds."""

    results: Annotated[list[str], Field(description="What was found; each step adds."), operator.add]
    log: Annotated[list[str], Field(description="A line for each step."), operator.add]
    step_count: Annotated[int, Field(description="Steps done; each adds one."), operator.add]
    current_step: Annotated[str, Field(description="The step that ran last.")]
    status: Annotated[str, Field(description='"working", then "completed".')]
    report: Annotated[str, Field(description="The report, at the end.")]


def _begin(state: TaskState, step: Step) -> None:
    """Announce the step, take a moment, and fail where a person asked for it."""
    print(f"{state.get('task_id') or 'T-1'}: {step} begins")
    pause()
    if state.get("fail_at") == step:
        raise RuntimeError(
            f"{step} fails because fail_at names it. Clear fail_at in the last checkpoint and fork, and it goes on."
        )


def _subject(state: TaskState) -> str:
    return (state.get("description") or "").strip() or "an unnamed subject"


def research(state: TaskState) -> TaskState:
    """Find two things. Both are added to results; the log gets one line."""
    _begin(state, "research")
    found = [f"Question: {_subject(state)}", f"Length of the question: {len(_subject(state))} characters"]
    print(f"found {len(found)} things")
    return {
        "results": found,
        "log": [f"research: found {len(found)} things"],
        "step_count": 1,
        "current_step": "research",
        "status": "working",
    }


def analyze(state: TaskState) -> TaskState:
    """Draw a conclusion from everything in results, which adds one more."""
    _begin(state, "analyze")
    results = state.get("results") or []
    conclusion = f"Conclusion from {len(results)} results: {_subject(state)} deserves a report"
    print(conclusion)
    return {
        "results": [conclusion],
        "log": [f"analyze: drew a conclusion from {len(results)} results"],
        "step_count": 1,
        "current_step": "analyze",
    }


def report(state: TaskState) -> TaskState:
    """Write the report from all results. It replaces an earlier report, since that channel has no reducer."""
    _begin(state, "report")
    lines = [f"Report on {_subject(state)}", *(f"- {result}" for result in state.get("results") or [])]
    print(f"wrote {len(lines)} lines")
    return {
        "log": [f"report: wrote {len(lines)} lines"],
        "step_count": 1,
        "current_step": "report",
        "status": "completed",
        "report": "\n".join(lines),
    }


builder = StateGraph(TaskState, input_schema=TaskInput)
builder.add_node("research", research)
builder.add_node("analyze", analyze)
builder.add_node("report", report)
builder.add_edge(START, "research")
builder.add_edge("research", "analyze")
builder.add_edge("analyze", "report")
builder.add_edge("report", END)

graph = builder.compile(name="task_report")
