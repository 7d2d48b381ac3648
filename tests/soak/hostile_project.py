"""A person's own project whose every text is hostile: names, descriptions, what nodes print, ask, store and raise."""

import json
from pathlib import Path

from tests.support.hostile.values.texts import NAMES, TEXTS

TALKING = "talking"
"""The name of the graph that has an input of every kind, prints, asks, and fails."""
KINDS = ("html", "image", "link", "streamlit", "dot html", "bidi", "control")
TEXT = " ".join(TEXTS[kind] for kind in KINDS)

_NAMED = """
from typing import TypedDict
from langgraph.graph import StateGraph
NAMES = {names!r}
State = TypedDict("State", {{name: str for name in ["plain", *NAMES]}}, total=False)
builder = StateGraph(State)
before = "__start__"
for name in NAMES:
    builder.add_node("node " + name, lambda state: {{}})
    builder.add_edge(before, "node " + name)
    before = "node " + name
graph = builder.compile()
"""
_TALKING = """
import sys
from typing import Literal
from langgraph.config import get_stream_writer
from langgraph.graph import StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel, Field

TEXT = {text!r}

class Input(BaseModel):
    words: str = Field(default=TEXT, title=TEXT, description=TEXT)
    choice: Literal["x", {text!r}] = Field(default="x", title=TEXT, description=TEXT)
    many: list[Literal["x", {text!r}]] = Field(default_factory=list, description=TEXT)
    number: int = Field(default=3, description=TEXT)
    flag: bool = Field(default=False, description=TEXT)

class Context(BaseModel):
    model: str = Field(default=TEXT, title=TEXT, description=TEXT)

class State(Input):
    told: dict = {{}}

def talk(state: Input) -> dict:
    print(TEXT)
    print(TEXT, file=sys.stderr)
    get_stream_writer()({{TEXT: TEXT}})
    return {{"told": {{TEXT: [TEXT]}}}}

def ask(state: State) -> dict:
    return {{"words": str(interrupt([{{"action": TEXT, "args": {{TEXT: TEXT}}}}]))}}

def fail(state: State) -> dict:
    error = ValueError(TEXT)
    error.add_note(TEXT)
    raise error from KeyError(TEXT)

builder = StateGraph(State, input_schema=Input, context_schema=Context)
for node in (talk, ask, fail):
    node.__doc__ = TEXT
    builder.add_node(node.__name__, node, metadata={{TEXT: TEXT}})
builder.add_edge("__start__", "talk")
builder.add_edge("talk", "ask")
builder.add_edge("ask", "fail")
graph = builder.compile(name=TEXT).with_config(tags=[TEXT], metadata={{TEXT: TEXT}}, run_name=TEXT)
"""
_NO_NODE = (":", "|")
"""What LangGraph allows in no name of a node."""


def make_project(folder: Path) -> Path:
    """Its langgraph.json. Names of graphs and nodes are hostile as far as LangGraph allows that."""
    names = [
        text for text in NAMES.values() if not set(_NO_NODE) & set(text) and text.isprintable() and len(text) < 200
    ]
    (folder / "named.py").write_text(_NAMED.format(names=names), encoding="utf-8")
    (folder / "talking.py").write_text(_TALKING.format(text=TEXT), encoding="utf-8")
    (folder / "broken.py").write_text(f"raise ValueError({TEXT!r})", encoding="utf-8")
    graphs = dict.fromkeys((TEXTS["html"], TEXTS["image"].splitlines()[0], "plain"), "./named.py:graph")
    graphs |= {TALKING: "./talking.py:graph", "broken": "./broken.py:graph"}
    file = folder / "langgraph.json"
    told = {"dependencies": ["."], "graphs": graphs, "env": {"SOAKED": TEXTS["html"]}, TEXT: TEXT}
    file.write_text(json.dumps(told), encoding="utf-8")
    return file
