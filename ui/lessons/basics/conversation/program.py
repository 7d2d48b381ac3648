"""Several turns on one thread: the add_messages reducer keeps the conversation, and a new thread knows nothing."""

from typing import Annotated, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


def agent(state: State) -> State:
    """Stands for a chat model: it knows what is in the messages, and nothing else."""
    earlier = [message.text for message in state["messages"][:-1] if message.type == "human"]
    return {"messages": [AIMessage(f"Before this you said: {earlier}")]}


builder = StateGraph(State)
builder.add_node("agent", agent)
builder.add_edge(START, "agent")
builder.add_edge("agent", END)
graph = builder.compile(checkpointer=InMemorySaver())


def say(text: str, thread_id: str) -> list[AnyMessage]:
    """One turn: only the new message is given, the earlier ones come from the thread."""
    config = {"configurable": {"thread_id": thread_id}}
    messages = graph.invoke({"messages": [HumanMessage(text)]}, config)["messages"]
    print(f"{thread_id}, {len(messages)} messages: {messages[-1].text}")
    return messages


first = say("What are tides?", "ada")
second = say("What did I say before?", "ada")
stranger = say("What did I say before?", "somebody new")

assert second[: len(first)] == first  # the same messages, with the same ids
assert len(second) == 4
assert second[-1].text == "Before this you said: ['What are tides?']"
assert stranger[-1].text == "Before this you said: []"

edited = second[0].model_copy(update={"content": "What are bees?"})  # the same id
graph.update_state({"configurable": {"thread_id": "ada"}}, {"messages": [edited]})
now = graph.get_state({"configurable": {"thread_id": "ada"}}).values["messages"]
assert (len(now), now[0].text) == (4, "What are bees?")  # replaced, not added
