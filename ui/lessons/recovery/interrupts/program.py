"""Stop in a node to ask a person, and go on with the answer, as another program could a week later."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt


class State(TypedDict, total=False):
    draft: str
    answer: str
    status: str


began: list[str] = []  # outside the state: how often each node began


def draft(state: State) -> State:
    began.append("draft")
    return {"draft": "Dear Ada, we open at ten."}


def review(state: State) -> State:
    began.append("review")  # what stands before interrupt() runs each time the node begins
    answer = interrupt({"question": "Shall this be sent?", "draft": state["draft"]})
    return {"answer": answer}


def send(state: State) -> State:
    began.append("send")
    return {"status": "sent" if state["answer"] == "accept" else "dropped"}


builder = StateGraph(State)
builder.add_sequence([draft, review, send])
builder.add_edge(START, "draft")
builder.add_edge("send", END)
graph = builder.compile(checkpointer=InMemorySaver())  # without a checkpointer, interrupt() can't wait

thread = {"configurable": {"thread_id": "approval"}}
graph.invoke({}, thread)
waiting = graph.get_state(thread)
print("waits before", waiting.next, "and asks", waiting.interrupts[0].value)

graph.invoke(None, thread)  # no answer: it asks the same once more
assert graph.get_state(thread).next == ("review",)

result = graph.invoke(Command(resume="accept"), thread)
print(result["status"], "- began:", began)

assert waiting.values == {"draft": "Dear Ada, we open at ten."}  # the question is no part of the state
assert result["status"] == "sent"
assert began == ["draft", "review", "review", "review", "send"]  # from its beginning each time; draft only once
