"""A chat model that speaks word by word, and a node that tells how far it is."""

from typing import Any

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.config import get_stream_writer
from langgraph.graph import START, MessagesState, StateGraph


async def talk(state: MessagesState) -> dict[str, Any]:
    model = GenericFakeChatModel(messages=iter([AIMessage("once upon a time")]))
    return {"messages": [await model.ainvoke(state["messages"])]}


def tell(state: MessagesState) -> dict[str, Any]:
    get_stream_writer()({"progress": 1})
    get_stream_writer()("halfway")
    return {}


builder = StateGraph(MessagesState)
builder.add_node(talk)
builder.add_node(tell)
builder.add_edge(START, "talk")
builder.add_edge("talk", "tell")
graph = builder.compile()
