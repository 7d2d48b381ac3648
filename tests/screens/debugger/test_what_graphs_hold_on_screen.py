"""What graphs hold beside plain values, as the Debugger shows it: messages in parts, results, what ran in subgraphs."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command

from tests.screens.conftest import Screen
from tests.timetravel.worker import projects
from tests.timetravel.worker.projects.deltas import calling
from tests.timetravel.worker.projects.ending.ends import plain_workflow, with_a_choice

Open = Callable[..., Screen]
PROJECT = Path(projects.__path__[0]) / "langgraph.json"
CONFIG = {"configurable": {"thread_id": "t"}}
TEXT = "# Tea\n\n" + "A line.\n" * 3
CALL = {"name": "write_file", "args": {"path": "/r.md", "content": TEXT}, "id": "c1"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


def leave(store: Path, graph: object, *given: object) -> None:
    with SqliteSaver.from_conn_string(str(store)) as saver:
        kept = graph.copy(update={"checkpointer": saver})
        for each in given:
            kept.invoke(each, CONFIG)


def cards(page: Screen) -> list[dict]:
    assert page.crashes == []
    return [card for data in page.drawings("changes") for card in data["changes"]]


def drawn(page: Screen) -> str:
    return "\n".join(one.proto.spec for one in page.app.get("graphviz_chart"))


# --- messages ---


@pytest.fixture
def talk(store: Path, opened: Open) -> Screen:
    picture = {
        "type": "image_url",
        "image_url": {"url": f"data:image/png;base64,{base64.b64encode(b'x' * 70).decode()}"},
    }
    blocks = [
        {"type": "reasoning", "reasoning": "It is small."},
        {"type": "text", "text": "**A dot**"},
        {"type": "tool_use", "id": "c1", "name": "write_file", "input": CALL["args"]},
    ]
    builder = StateGraph(MessagesState)
    builder.add_node("think", lambda state: {"messages": [AIMessage(blocks, tool_calls=[CALL])]})
    builder.add_node("write", lambda state: {"messages": [ToolMessage("written", tool_call_id="c1")]})
    graph = builder.add_edge(START, "think").add_edge("think", "write").compile()
    leave(store, graph, {"messages": [HumanMessage([{"type": "text", "text": "What is this?"}, picture])]})
    return opened(store)


def parts(card: dict) -> list[tuple[str, str]]:
    return [(part["kind"], part["label"] or part["text"]) for part in card["new"]["parts"]]


@pytest.mark.parametrize("channel", ["messages", ""])
def test_messages_are_shown_in_parts(talk: Screen, channel: str) -> None:
    asked, thought, written = cards(talk.run(thread="t", tab="state", channel=channel))
    assert parts(asked) == [("text", "What is this?"), ("media", "image, 70 bytes, png")]
    assert parts(thought) == [("reasoning", "reasoning"), ("text", "**A dot**"), ("call", "write_file")]
    assert thought["new"]["parts"][2]["fields"] == [["path", "/r.md"], ["content", TEXT]]
    assert written["new"]["answers"] == "c1"
    assert not any("warning" in card for card in (asked, thought, written))


def test_a_step_that_added_a_message_shows_it_in_parts_too(talk: Screen) -> None:
    (written,) = cards(talk.run(thread="t"))
    assert (written["word"], written["new"]["answers"]) == ("added", "c1")


def test_a_call_that_nothing_answers_is_marked_with_its_id(store: Path, opened: Open) -> None:
    builder = StateGraph(MessagesState).add_node("call", lambda state: {"messages": [AIMessage("", tool_calls=[CALL])]})
    leave(store, builder.add_edge(START, "call").compile(), {"messages": [HumanMessage("Hi")]})
    _, called = cards(opened(store).run(thread="t", tab="state", channel="messages"))
    assert called["warning"] == "no tool message answers c1 yet"


# --- functional graphs ---


@pytest.fixture
def functional(store: Path, opened: Open) -> Screen:
    leave(store, plain_workflow, 1)
    return opened(store, graphs_file=str(PROJECT)).on("debugger")


def test_what_a_functional_graph_returned_and_saved_are_changes_by_names_of_their_own(functional: Screen) -> None:
    page = functional.run(thread="t", graph="plain_workflow")
    assert {card["path"]: card["new"]["text"] for card in cards(page)} == {"result": "3", "saved for the next run": "2"}
    assert "changed result and saved for the next run" in page.says


def test_they_are_the_state_and_can_be_changed_in_a_fork(functional: Screen) -> None:
    page = functional.run(thread="t", graph="plain_workflow", tab="state")
    assert "saved for the next run" in page.app.json[0].value
    page.run(thread="t", graph="plain_workflow", tab="fork")
    assert page.crashes == []
    assert [str(one) for one in page.app.multiselect[0].options] == ["result", "saved for the next run"]


def test_the_functions_that_it_called_are_named_in_its_writes(functional: Screen, store: Path) -> None:
    from ui.timetravel.stores import open_store

    with open_store(str(store)) as opened_store:
        first = opened_store.skeleton("t").ids[0]
    page = functional.run(thread="t", graph="plain_workflow", tab="writes", checkpoint=first)
    assert [text for look, text in page.lines if look == "heading"].count("one, called by plain_workflow") == 2


def test_an_error_handler_is_named_by_its_node_in_the_writes(store: Path, opened: Open) -> None:
    from ui.timetravel.stores import open_store

    builder = StateGraph(MessagesState).add_node("work", _fail, error_handler=lambda state: {"messages": []})
    leave(store, builder.add_edge(START, "work").compile(), {"messages": [HumanMessage("Hi")]})
    with open_store(str(store)) as opened_store:
        before = opened_store.skeleton("t").ids[-2]
    page = opened(store).run(thread="t", tab="writes", checkpoint=before)
    assert ("heading", "error handler of work") in page.lines


def _fail(state: MessagesState) -> None:
    raise ValueError("no")


# --- subgraphs ---


@pytest.fixture
def inner(store: Path, opened: Open) -> Screen:
    leave(store, with_a_choice, {"log": []}, Command(resume="yes"))
    return opened(store, graphs_file=str(PROJECT)).on("debugger")


def test_inside_a_subgraph_only_what_ran_is_marked(inner: Screen) -> None:
    page = inner.run(thread="t", graph="with_a_choice")
    assert page.crashes == []
    assert '"✔ asks"' in drawn(page)
    assert "label=never" in drawn(page)


def test_in_its_namespace_the_subgraph_is_drawn_with_its_path(inner: Screen, store: Path) -> None:
    from ui.timetravel.stores import open_store

    with open_store(str(store)) as opened_store:
        (namespace,) = [each for each in opened_store.namespaces("t") if each]
    page = inner.run(thread="t", graph="with_a_choice", ns=namespace)
    assert page.crashes == []
    assert '"✔ asks"' in drawn(page)
    assert "label=never" in drawn(page)
    assert "inner" not in drawn(page)


def test_a_change_can_be_made_as_a_subgraph_and_a_pause_be_before_it(inner: Screen) -> None:
    page = inner.run(thread="t", graph="with_a_choice", tab="fork")
    as_node = next(box for box in page.app.selectbox if box.label == "Change made as")
    assert as_node.options == ["(LangGraph decides)", "inner"]
    page.on("run").run(graph="with_a_choice")
    before = next(box for box in page.app.multiselect if box.label == "Pause before")
    assert before.options == ["inner"]


def test_a_delta_channel_of_a_graph_that_a_node_called_is_rebuilt(store: Path, opened: Open) -> None:
    from ui.timetravel.stores import open_store

    leave(store, calling, {"rounds": 0})
    with open_store(str(store)) as opened_store:
        (namespace,) = [each for each in opened_store.namespaces("t") if each]
    page = opened(store, graphs_file=str(PROJECT)).on("debugger")
    page.run(thread="t", graph="calling", ns=namespace, tab="state")
    assert page.crashes == []
    assert "not rebuilt" not in page.app.json[0].value
    assert "rebuilt by the reducer of the graph researcher" in page.says
    assert "A node called the graph that ran here" in page.says
    assert "✔ search" in drawn(page)
