"""The sentence of a checkpoint, on real histories: what LangGraph's own `get_state` says of them is what it says."""

import operator
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from ui.timetravel.model.checkpoints import ThreadState
from ui.timetravel.presentation.narration.headline import headline
from ui.timetravel.stores import open_store

CONFIG: Any = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    n: int
    log: Annotated[list[str], operator.add]


@pytest.fixture
def saver(tmp_path: Path) -> Iterator[SqliteSaver]:
    with SqliteSaver.from_conn_string(str(tmp_path / "s.sqlite")) as opened:
        yield opened


@pytest.fixture
def say(tmp_path: Path, saver: SqliteSaver) -> Any:
    """The sentences of a thread's checkpoints, oldest first."""

    def sentences(thread: str = "t", namespace: str = "") -> list[str]:
        with open_store(str(tmp_path / "s.sqlite")) as store:
            return [headline(store, thread, namespace, one) for one in store.skeleton(thread, namespace).ids]

    return sentences


def asks(name: str, question: Any) -> Any:
    return lambda state: {"log": [f"{name}: {interrupt(question)}"]}


def side_by_side(saver: SqliteSaver, **nodes: Any) -> Any:
    """A graph whose nodes run in one superstep."""
    graph = StateGraph(State)
    for name, node in nodes.items():
        graph.add_node(name, node).add_edge(START, name)
    return graph.compile(checkpointer=saver)


class TestQuestions:
    def test_of_two_the_answered_one_is_told_apart_from_the_open_one(self, saver: SqliteSaver, say: Any) -> None:
        graph = side_by_side(saver, left=asks("left", "Left?"), right=asks("right", "Right?"))
        graph.invoke({"n": 1}, CONFIG)
        graph.invoke(Command(resume={graph.get_state(CONFIG).interrupts[0].id: "yes"}), CONFIG)
        assert graph.get_state(CONFIG).next == ("right",)
        assert say()[-1].endswith(
            "next is right. left asked “Left?”, and was answered (stored with it: “yes”). "
            "right asks and waits for an answer: “Right?” left is done and will not run again, unless in a fork."
        )

    def test_one_that_is_no_text_names_who_asks(self, saver: SqliteSaver, say: Any) -> None:
        side_by_side(saver, ask=asks("ask", {"question": "Sure?"})).invoke({"n": 1}, CONFIG)
        assert say()[-1].endswith("ask asks and waits for an answer.")

    def test_one_that_a_new_input_came_after_does_not_wait(self, saver: SqliteSaver, say: Any) -> None:
        graph = side_by_side(saver, ask=lambda state: {"log": [interrupt("Sure?") if state["n"] else "no"]})
        graph.invoke({"n": 1}, CONFIG)
        graph.invoke({"n": 0}, CONFIG)
        assert "ask asked “Sure?”; it was never answered here: a new input came instead (step 1)." in say()[1]
        assert not any("wait" in one for one in say())

    def test_one_that_was_dropped_does_not_wait(self, saver: SqliteSaver, say: Any) -> None:
        graph = side_by_side(saver, ask=asks("ask", "Sure?"))
        graph.invoke({"n": 1}, CONFIG)
        graph.update_state(CONFIG, None, as_node=END)
        assert "it was dropped by hand, with an update as END (step 1)" in say()[1]
        assert say()[-1] == "Step 1: what was due (ask) was dropped by hand, with an update as END; nothing is next."

    def test_one_whose_node_was_filled_in_by_hand_was_not_answered(self, saver: SqliteSaver, say: Any) -> None:
        graph = side_by_side(saver, ask=asks("ask", "Sure?"))
        graph.invoke({"n": 1}, CONFIG)
        graph.update_state(CONFIG, {"log": ["by hand"]}, as_node="ask")
        assert "ask asked “Sure?”, and was not answered: what it was to write was given by hand." in say()[1]

    def test_one_of_a_subgraph_is_answered_there_with_what_is_stored_there(self, saver: SqliteSaver, say: Any) -> None:
        team = StateGraph(State).add_node("review", asks("review", "Ship?")).add_edge(START, "review").compile()
        graph = side_by_side(saver, team=team)
        graph.invoke({"n": 1}, CONFIG)
        assert say()[-1].endswith("team asks and waits for an answer: “Ship?”")
        graph.invoke(Command(resume="yes"), CONFIG)
        assert "team asked “Ship?”, and was answered (stored with it: “yes”)." in say()[1]
        assert not any("wait" in one for one in say())

    def test_inside_a_subgraph_that_was_left_behind_it_does_not_wait(
        self, saver: SqliteSaver, say: Any, tmp_path: Path
    ) -> None:
        node = lambda state: {"log": [interrupt("Ship?") if state["n"] else "no"]}  # noqa: E731
        team = StateGraph(State).add_node("review", node).add_edge(START, "review").compile()
        graph = side_by_side(saver, team=team)
        graph.invoke({"n": 1}, CONFIG)
        with open_store(str(tmp_path / "s.sqlite")) as store:
            inside = store.namespaces("t")[1]
        assert say(namespace=inside)[-1].endswith("review asks and waits for an answer: “Ship?”")
        graph.invoke({"n": 0}, CONFIG)
        assert "wait" not in say(namespace=inside)[-1]

    def test_answered_differently_the_copy_says_what_it_is_a_copy_of(self, saver: SqliteSaver, say: Any) -> None:
        graph = side_by_side(saver, ask=asks("ask", "Sure?"))
        graph.invoke({"n": 1}, CONFIG)
        asked = graph.get_state(CONFIG).config
        graph.invoke(Command(resume="yes"), CONFIG)
        graph.update_state(asked, None, as_node="__copy__")
        assert any(one.startswith("Step 1: a copy of step 0; next is ask.") for one in say())


class TestFailures:
    def test_each_is_told_with_its_own_error(self, saver: SqliteSaver, say: Any) -> None:
        def first(state: State) -> State:
            raise ValueError("one")

        graph = side_by_side(saver, first=first, fine=lambda state: {"log": ["fine"]})
        with pytest.raises(ValueError, match="one"):
            graph.invoke({"n": 1}, CONFIG)
        text = say()[-1]
        assert "next is first." in text
        assert "Then first failed: ValueError('one')." in text
        assert "fine is done and will not run again, unless in a fork." in text
        assert graph.get_state(CONFIG).next == ("first",)

    def test_those_that_are_done_are_told_in_one_go(self, saver: SqliteSaver, say: Any) -> None:
        def boom(state: State) -> State:
            raise ValueError("one")

        well = {name: (lambda state: {"log": ["fine"]}) for name in ("first", "second")}
        with pytest.raises(ValueError, match="one"):
            side_by_side(saver, **well, boom=boom).invoke({"n": 1}, CONFIG)
        assert say()[-1].endswith("first and second are done and will not run again, unless in a fork.")

    def test_one_that_went_well_later_says_so(self, saver: SqliteSaver, say: Any) -> None:
        tries: list[int] = []

        def unsure(state: State) -> State:
            tries.append(1)
            if len(tries) == 1:
                raise ValueError("not yet")
            return {"log": ["done"]}

        graph = side_by_side(saver, unsure=unsure)
        with pytest.raises(ValueError, match="not yet"):
            graph.invoke({"n": 1}, CONFIG)
        graph.invoke(None, CONFIG)
        assert "Then unsure failed: ValueError('not yet'). A later try went well." in say()[1]
        assert "unsure ran and changed log" in say()[2]

    async def _cancelled(self, path: Path) -> Any:
        import asyncio

        from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

        async def fails(state: State) -> State:
            await asyncio.sleep(0.05)
            raise ValueError("no")

        async def slow(state: State) -> State:
            await asyncio.sleep(20)
            return {"log": ["slow"]}

        async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
            graph = side_by_side(saver, fails=fails, slow=slow)  # type: ignore[arg-type]
            with pytest.raises(ValueError, match="no"):
                await graph.ainvoke({"n": 1}, CONFIG)

    def test_a_sibling_that_was_cancelled_has_not_failed(self, saver: SqliteSaver, say: Any, tmp_path: Path) -> None:
        import asyncio

        asyncio.run(self._cancelled(tmp_path / "s.sqlite"))
        with open_store(str(tmp_path / "s.sqlite")) as store:
            header = store.headers("t", "", store.skeleton("t").ids[-1:])[0]
        assert header.failed == ("fails",)
        if header.cancelled:
            assert "slow was cancelled when fails failed: neither done nor failed." in say()[-1]

    def test_two_writers_of_one_channel_are_told_as_that(self, saver: SqliteSaver, say: Any, tmp_path: Path) -> None:
        graph = side_by_side(saver, a=lambda state: {"n": 1}, b=lambda state: {"n": 2})
        with pytest.raises(Exception, match="Can receive only one value"):
            graph.invoke({"n": 0}, CONFIG)
        assert "a and b are done, and no step was made of what they wrote yet" in say()[-1]
        assert "a and b both wrote n in one step: where it has no reducer, LangGraph takes only one value." in say()[-1]
        with open_store(str(tmp_path / "s.sqlite")) as store:
            assert store.threads().threads[0].state is ThreadState.UNFINISHED


class TestTime:
    def test_one_run_that_went_on_tells_how_long_its_node_ran(self, saver: SqliteSaver, say: Any) -> None:
        side_by_side(saver, a=lambda state: {"n": 1}).invoke({"n": 0}, CONFIG)
        assert say()[-1].startswith("Step 1: a ran for ")

    def test_a_pause_is_not_the_node_s_time(self, saver: SqliteSaver, say: Any) -> None:
        graph = StateGraph(State).add_node("a", lambda state: {"n": 1}).add_edge(START, "a")
        compiled = graph.compile(checkpointer=saver, interrupt_before=["a"])
        compiled.invoke({"n": 0}, CONFIG)
        compiled.invoke(None, CONFIG)
        assert "ran for" not in say()[-1]
        assert "after step 0, where the run had stopped" in say()[-1]

    def test_a_run_that_saved_at_its_exit_tells_no_time_and_what_the_input_set(
        self, saver: SqliteSaver, say: Any
    ) -> None:
        graph = StateGraph(State).add_node("a", lambda state: {"n": 1}).add_edge(START, "a").compile(checkpointer=saver)
        graph.invoke({"log": ["in"]}, CONFIG, durability="exit")
        assert say() == [
            "Step 1: 3 steps were saved as one when the run ended; the input set log; a ran and changed n; "
            "nothing is next: the run is finished."
        ]
