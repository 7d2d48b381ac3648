"""A draft that a person has to agree to: the run stops at an interrupt, and goes on as the answer says.

Run it, and it asks what to do with the draft. Answer accept, or edit: and your text, or reject: and your reason; as
JSON that is {"action": "edit", "text": "your text"}. Any other answer is asked again, and the question says what was
wrong. In the Debugger, look at the checkpoint that waits: the interrupt is a write on it, no state. Answer the same
checkpoint a second time in another way, and both branches are there to compare; a file outside the state counts how
often draft and review began (the graph's node_runs.py says where it is).
"""

import operator
from typing import Annotated, Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from parts.node_runs import begin
from parts.settings import pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

ACTIONS = {
    "accept": "Send the draft as it is.",
    "edit": 'Send another text: "edit: your text".',
    "reject": 'Send nothing: "reject: your reason".',
}


class Decision(TypedDict):
    """What a person decided; text is the new text of an edit, or the reason of a rejection."""

    action: Literal["accept", "edit", "reject"]
    text: str


class ApprovalInput(TypedDict, total=False):
    """What a person gives."""

    request: Annotated[
        str,
        Field(
            description="What the message shall say.",
            examples=["The library opens an hour later on Monday", "周一图书馆晚一个小时开门 📚"],
            default="The library opens an hour later on Monday",
        ),
    ]
    recipient: Annotated[str, Field(description="Who gets the message.", examples=["Ada", "小林"], default="Ada")]


class ApprovalState(ApprovalInput, total=False):
    """What every checkpoint holds."""

    draft: Annotated[str, Field(description="The message that a person is asked about.")]
    problem: Annotated[str, Field(description="What was wrong with the last answer; empty when it was understood.")]
    decision: Annotated[Decision, Field(description="What the person decided.")]
    status: Annotated[str, Field(description='"waiting", then "sent" or "rejected".')]
    sent: Annotated[str, Field(description="The message that was sent; empty after a rejection.")]
    log: Annotated[list[str], Field(description="A line for each step."), operator.add]


def understood(answer: Any) -> Decision:
    """The decision in an answer: text like "edit: new text", or an object with action and text (or reason).

    Raises ValueError, whose message says in words what is wrong with it.
    """
    if isinstance(answer, dict):
        action, text = answer.get("action"), answer.get("text") or answer.get("reason") or ""
    else:
        action, _, text = str(answer or "").partition(":")
    action, text = str(action or "").strip().lower(), str(text).strip()
    if action not in ACTIONS:
        raise ValueError(f"An answer begins with {', '.join(ACTIONS)}; this one was {str(answer)[:60]!r}.")
    if action == "edit" and not text:
        raise ValueError("An edit needs the new text after the colon.")
    return {"action": action, "text": text}  # type: ignore[typeddict-item]


def draft(state: ApprovalState) -> ApprovalState:
    """Write the message."""
    begin("draft")
    pause()
    recipient = (state.get("recipient") or "").strip() or "everybody"
    request = (state.get("request") or "").strip() or "There is nothing to say"
    print(f"drafting a message to {recipient}")
    return {
        "draft": f"Dear {recipient}, {request}. Thank you!",
        "problem": "",
        "status": "waiting",
        "sent": "",
        "log": [f"draft: a message to {recipient}"],
    }


def review(state: ApprovalState) -> Command[Literal["review", "send", "drop"]]:
    """Ask a person. This node begins twice: once to ask, and once more with the answer."""
    begin("review")
    question = {"question": "Shall this be sent?", "draft": state.get("draft") or "", "answers": ACTIONS}
    if state.get("problem"):
        question["problem"] = state["problem"]
    answer = interrupt(question)
    try:
        decision = understood(answer)
    except ValueError as wrong:
        print(f"asking again: {wrong}")
        return Command(goto="review", update={"problem": str(wrong), "log": ["review: asked again"]})
    update = {"problem": "", "decision": decision, "log": [f"review: {decision['action']}"]}
    return Command(goto="drop" if decision["action"] == "reject" else "send", update=update)


def send(state: ApprovalState) -> ApprovalState:
    """Send the draft, or what the person made of it. (Nothing leaves this computer.)"""
    pause()
    decision = state.get("decision") or {"action": "accept", "text": ""}
    text = decision["text"] if decision["action"] == "edit" else state.get("draft") or ""
    print(f"sent: {text}")
    return {"sent": text, "status": "sent", "log": [f"send: {len(text)} characters"]}


def drop(state: ApprovalState) -> ApprovalState:
    """Send nothing, and keep the reason."""
    pause()
    decision = state.get("decision")
    reason = (decision and decision["text"]) or "no reason given"
    print(f"dropped: {reason}")
    return {"status": "rejected", "log": [f"drop: {reason}"]}


builder = StateGraph(ApprovalState, input_schema=ApprovalInput)
builder.add_node("draft", draft)
builder.add_node("review", review)
builder.add_node("send", send)
builder.add_node("drop", drop)
builder.add_edge(START, "draft")
builder.add_edge("draft", "review")
builder.add_edge("send", END)
builder.add_edge("drop", END)

graph = builder.compile(name="approval")
