"""Chat messages, one of them full of markup that must stay text."""

from langchain_core.messages import AIMessage
from langgraph.graph import END, START, MessagesState, StateGraph

MARKUP = (
    "![pixel](https://example.invalid/pixel.png) <img src=https://example.invalid/x.png> "
    "**bold** $x^2$ :red[red] 你好 🌊"
)


def reply(state: MessagesState) -> MessagesState:
    print(MARKUP)
    return {"messages": [AIMessage(f"You said {state['messages'][-1].content}. {MARKUP}", id="answer")]}


builder = StateGraph(MessagesState)
builder.add_node("reply", reply)
builder.add_edge(START, "reply")
builder.add_edge("reply", END)
graph = builder.compile()
