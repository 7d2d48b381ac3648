"""A conversation with an agent that has tools: the model asks for them, they run, and the model goes on from there.

The model is a scripted one that works offline; TIMETRAVEL_MODEL can name a real one. Ask for a sum and for tides, and
it calls two tools at once; then say more on the same thread, and ask what you said before: messages has the reducer
add_messages, so each turn adds to the conversation. In the Debugger, go back to a checkpoint before a tool, change a
message there, and fork: a message with the same id is replaced, one with another is added.
"""

import ast
import operator
from collections.abc import Callable
from typing import Annotated

from langchain_core.messages import AnyMessage, SystemMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode, tools_condition
from parts.scripted_agent import ScriptedAgentModel
from parts.settings import chat_model, pause
from pydantic import Field

# get_input_jsonschema() of langgraph 1.2.22 refuses typing's own TypedDict before Python 3.12.
from typing_extensions import TypedDict

NOTES = {
    ("tide", "tides", "潮汐"): "Tides: the sea rises and falls about twice a day, mostly because of the moon. 🌊",
    ("bread", "面包"): "Bread: flour, water, and patience.",
    ("bee", "bees", "蜜蜂"): "Bees: a swarm looks at several homes before it agrees on one. 🐝",
    ("lighthouse", "lighthouses", "灯塔"): "Lighthouses: each blinks in a rhythm of its own.",
}

LONGEST_SUM = 200
SIGNS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class ChatState(TypedDict, total=False):
    """What every checkpoint holds, and what a person gives."""

    messages: Annotated[
        list[AnyMessage],
        Field(
            description="The conversation; what is given is added to it.",
            examples=[[{"role": "user", "content": "What is 12 * (3 + 4), and what are tides?"}]],
        ),
        add_messages,
    ]


@tool
def calculate(expression: str) -> str:
    """Work out a sum of numbers with + - * / and brackets."""
    pause()
    print(f"calculate: {expression}")
    return f"{expression} = {_shown(worked_out(expression))}."


@tool
def look_up(word: str) -> str:
    """Look a word up in a very small encyclopedia."""
    pause()
    print(f"look_up: {word}")
    found = [note for words, note in NOTES.items() if word.strip().lower() in words]
    return found[0] if found else f"There is no entry for {word}."


TOOLS = [calculate, look_up]


def worked_out(expression: str) -> float:
    """The value of a sum. Raises ValueError, whose message says in words what is wrong; nothing else is evaluated."""
    try:
        if len(expression) > LONGEST_SUM:
            raise ValueError(f"a sum may be {LONGEST_SUM} characters long")
        return _value(ast.parse(expression.replace("×", "*").replace("÷", "/").strip(), mode="eval").body)
    except SyntaxError as error:
        raise ValueError(f"{expression} is not a sum.") from error
    except ArithmeticError as error:
        raise ValueError(f"{expression} can't be worked out: {error}.") from error


def _value(part: ast.expr) -> float:
    match part:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=of):
            return -_value(of)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in SIGNS:
            return SIGNS[type(sign)](_value(left), _value(right))
    raise ValueError("Only numbers, + - * / and brackets can be worked out.")


def _shown(number: float) -> str:
    return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)


def agent(state: ChatState) -> ChatState:
    """Ask the model, with the whole conversation. It answers, or asks for tools."""
    messages = state.get("messages") or []
    model = chat_model(ScriptedAgentModel).bind_tools(TOOLS)
    reply = model.invoke([SystemMessage("Answer in one or two sentences. Use the tools."), *messages])
    asks = ", ".join(call["name"] for call in reply.tool_calls)
    print(f"agent: asks for {asks}" if asks else f"agent: {reply.text}")
    return {"messages": [reply]}


builder = StateGraph(ChatState)
builder.add_node("agent", agent)
builder.add_node("tools", ToolNode(TOOLS, handle_tool_errors=True))
builder.add_edge(START, "agent")
builder.add_conditional_edges("agent", tools_condition, {"tools": "tools", END: END})
builder.add_edge("tools", "agent")

graph = builder.compile(name="chat_agent")
