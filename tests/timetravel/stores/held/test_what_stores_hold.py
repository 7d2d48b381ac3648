"""Everything that a state may be made of, in real stores: read, compared, shown, and through an edit."""

import json
import operator
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypedDict

import numpy as np
import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph, add_messages
from langgraph.types import Send
from pydantic import BaseModel

from ui.timetravel.diff import Change, diff
from ui.timetravel.model.checkpoints import Checkpoint, visible
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.presentation.change_cards import cards, render_value, task_cards
from ui.timetravel.serde.editable_json import from_text, to_text
from ui.timetravel.serde.encode import encode
from ui.timetravel.serde.json_view import display
from ui.timetravel.serde.messages.chat import as_message
from ui.timetravel.stores import Store, open_store

THREAD = "线程 🧵/…"
CONFIG: dict[str, Any] = {"configurable": {"thread_id": THREAD}, "metadata": {"作者": "李 🐼"}}
HERE = __name__


@dataclass
class Point:
    x: int
    label: str = "点"


class Plan(BaseModel):
    title: str
    steps: list[Point] = []


KEYS = {1: "int", "1": "text", None: "none", (2, "二"): "tuple", False: "bool", 2.5: "float", b"k": "bytes"}

State = TypedDict(
    "State",
    {
        "messages": Annotated[list[AnyMessage], add_messages],
        "plan": Plan,
        "point": Point,
        "blob": bytes,
        "array": Any,
        "keys": dict[Any, Any],
        "名前 🎈": str,
    },
    total=False,
)


def think(state: State) -> Any:
    return {
        "messages": [AIMessage("你好 🎈", id="ai")],
        "plan": Plan(title="计划", steps=[Point(1)]),
        "point": Point(2),
        "blob": b"\x00\xff" * 40,
        "array": np.arange(6, dtype="f4").reshape(2, 3),
        "keys": KEYS,
        "名前 🎈": "値 🎌",
    }


def change(state: State) -> Any:
    return {
        "messages": [HumanMessage("再见", id="bye")],
        "plan": Plan(title="计划", steps=[Point(1), Point(5)]),
        "point": Point(3),
        "blob": b"\x00\xff" * 41,
        "array": np.arange(1, 7, dtype="f4").reshape(2, 3),
        "keys": {**KEYS, 1: "changed", (2, "二"): "changed"},
        "名前 🎈": "値 🎏",
    }


@contextmanager
def made(path: Path, run: Callable[[SqliteSaver], Any], **options: Any) -> Iterator[Store]:
    """The store of what `run` does with a saver."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        saver.serde = JsonPlusSerializer(**options)
        run(saver)
    with open_store(str(path)) as store:
        yield store


def chain(saver: SqliteSaver, schema: Any, **nodes: Callable[[Any], Any]) -> Any:
    builder = StateGraph(schema)
    for before, (name, node) in zip((START, *nodes), nodes.items(), strict=False):
        builder.add_node(name, node)
        builder.add_edge(before, name)
    return builder.compile(checkpointer=saver)


def last(store: Store, back: int = 1, thread: str = THREAD, namespace: str = "") -> Checkpoint:
    return store.checkpoint(thread, namespace, store.skeleton(thread, namespace).ids[-back])


def everywhere(value: Plain) -> None:
    """It can be shown in every place, by any browser, and comes unchanged out of an edit and an encoding."""
    json.dumps([display(value), render_value(value)], allow_nan=False, ensure_ascii=False).encode()
    assert from_text(to_text(value)) == value
    encode(value)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    def run(saver: SqliteSaver) -> None:
        graph = chain(saver, State, **{"考える 🤔": think, "変える": change})
        graph.invoke({"messages": [HumanMessage("Hi", id="hi")]}, CONFIG)

    with made(tmp_path_factory.mktemp("数据 📦") / "存储 🗄.sqlite", run) as store:
        yield store


class TestOddState:
    def test_its_names_are_what_they_are(self, odd: Store) -> None:
        (summary,) = odd.threads("线程").threads
        assert summary.thread_id == THREAD
        assert odd.title == "存储 🗄.sqlite"
        headers = odd.headers(THREAD, "", odd.skeleton(THREAD).ids)
        assert [(h.ran, h.next) for h in headers] == [
            ((), ("__start__",)),
            (("__start__",), ("考える 🤔",)),
            (("考える 🤔",), ("変える",)),
            (("変える",), ()),
        ]
        assert "名前 🎈" in headers[2].changed
        assert headers[2].metadata["作者"] == "李 🐼"

    def test_its_values_are_read(self, odd: Store) -> None:
        values = last(odd, back=2).values
        assert [as_message(message).text for message in values["messages"]] == ["Hi", "你好 🎈"]  # type: ignore[union-attr]
        assert values["plan"] == Typed(
            HERE,
            "Plan",
            {"title": "计划", "steps": [{"x": 1, "label": "点"}]},
            "pydantic2",
            "model_validate_json",
        )
        assert values["point"] == Typed(HERE, "Point", {"x": 2, "label": "点"}, "kwargs")
        assert values["blob"] == b"\x00\xff" * 40
        assert values["array"].value["data"] == [[0, 1, 2], [3, 4, 5]]
        assert values["keys"] == KEYS
        assert [type(key) for key in values["keys"]] == [type(key) for key in KEYS]
        assert values["名前 🎈"] == "値 🎌"
        assert last(odd, back=2).sizes.keys() == values.keys()

    def test_its_values_can_be_shown_and_edited(self, odd: Store) -> None:
        for value in last(odd).values.values():
            everywhere(value)

    def test_its_writes_are_read(self, odd: Store) -> None:
        (written,) = odd.writes(THREAD, "", odd.skeleton(THREAD).ids[-2])
        assert written.node == "変える"
        assert {write.channel: write.value for write in written.writes}["point"].value == {"x": 3, "label": "点"}
        assert len(task_cards(written)) == 7

    def test_its_changes_are_found_where_they_are(self, odd: Store) -> None:
        old, new = (visible(last(odd, back).values) for back in (2, 1))
        changes = diff(old, new)
        assert {change.path: (change.op, change.new) for change in changes if change.path[0] in ("keys", "point")} == {
            ("keys", 1): ("replace", "changed"),
            ("keys", (2, "二")): ("replace", "changed"),
            ("point", "x"): ("replace", 3),
        }
        assert [change.op for change in changes if change.path[0] == "messages"] == ["add"]
        assert {change.path[0] for change in changes} == set(new)
        paths = [card["path"] for card in cards(changes)]
        assert "keys[(2, '二')]" in paths
        assert "['名前 🎈']" in paths


def test_pickled_values_stay_closed_and_two_that_differ_do_so(tmp_path: Path) -> None:
    class Numbers(TypedDict, total=False):
        n: Any

    def run(saver: SqliteSaver) -> None:
        graph = chain(
            saver, Numbers, a=lambda s: {"n": complex(1, 2)}, b=lambda s: {"n": complex(1, 3)}, c=lambda s: {"n": 0}
        )
        graph.invoke({"n": 0}, CONFIG)

    with made(tmp_path / "pickled.sqlite", run, pickle_fallback=True) as store:
        ids = store.skeleton(THREAD).ids
        headers = store.headers(THREAD, "", ids)
        assert [h.step for h in headers] == [-1, 0, 1, 2, 3]
        one, other = (visible(last(store, back).values) for back in (3, 2))
        (value,) = one.values()
        assert isinstance(value, Opaque)
        assert "can run any code" in value.reason
        assert "can run any code" in last(store, 3).notes[0]
        assert [card["op"] for card in cards(diff(one, other))] == ["replace"]
        (written,) = store.writes(THREAD, "", ids[2])
        assert "can run any code" in task_cards(written)[0]["new"]["text"]
        assert last(store).values["n"] == 0


def test_state_that_is_a_dataclass_or_a_pydantic_model_is_read_by_its_channels(tmp_path: Path) -> None:
    @dataclass
    class Data:
        price: Decimal = Decimal(0)

    class Model(BaseModel):
        point: Point = Point(0)

    def run(saver: SqliteSaver) -> None:
        chain(saver, Data, a=lambda s: {"price": s.price + 1}).invoke({"price": Decimal("1.50")}, CONFIG)
        chain(saver, Model, a=lambda s: {"point": Point(s.point.x + 1)}).invoke(
            {"point": {"x": 4}}, {"configurable": {"thread_id": "model"}}
        )

    with made(tmp_path / "kinds.sqlite", run) as store:
        assert visible(last(store).values) == {"price": Typed("decimal", "Decimal", "2.50")}
        assert visible(last(store, thread="model").values)["point"].value["x"] == 5


class Log(TypedDict, total=False):
    n: int
    log: Annotated[list[str], operator.add]


def test_subgraphs_two_deep_have_namespaces_of_their_own(tmp_path: Path) -> None:
    def run(saver: SqliteSaver) -> None:
        inmost = chain(SqliteSaver(saver.conn), Log, 最内=lambda s: {"log": ["最内"]})
        inmost.checkpointer = None
        middle = chain(saver, Log, before=lambda s: {"log": ["before"]}, 内側=inmost)
        middle.checkpointer = None
        chain(saver, Log, 外側=middle).invoke({"log": []}, CONFIG)

    with made(tmp_path / "nested.sqlite", run) as store:
        root, outer, inner = store.namespaces(THREAD)
        assert root == ""
        assert outer.startswith("外側:")
        assert inner.startswith(f"{outer}|内側:")
        ran = [
            [h.ran for h in store.headers(THREAD, name, store.skeleton(THREAD, name).ids)] for name in (outer, inner)
        ]
        assert ran == [[(), ("__start__",), ("before",), ("内側",)], [(), ("__start__",), ("最内",)]]
        found = last(store, namespace=inner)
        assert found.values["log"] == ["before", "最内"]
        parents = found.header.metadata["parents"]
        assert set(parents) == {"", outer}
        assert parents[outer] in store.skeleton(THREAD, outer).ids


def test_send_tasks_are_due_and_wrote_each_for_itself(tmp_path: Path) -> None:
    def run(saver: SqliteSaver) -> None:
        builder = StateGraph(Log)
        builder.add_node("工作 🛠", lambda s: {"log": [f"工作 {s['n']}"]})
        builder.add_conditional_edges(START, lambda s: [Send("工作 🛠", {"n": n, (1, 2): "odd"}) for n in range(12)])
        builder.compile(checkpointer=saver).invoke({"log": []}, CONFIG)

    with made(tmp_path / "sends.sqlite", run) as store:
        before = last(store, 2)
        assert before.next == ("工作 🛠",) * 12
        sent = [send.value[1] for send in before.values["__pregel_tasks"]]
        assert [argument["n"] for argument in sent] == list(range(12))
        tasks = store.writes(THREAD, "", before.header.checkpoint_id)
        assert [(one.node, one.writes[0].value) for one in tasks] == [("工作 🛠", [f"工作 {n}"]) for n in range(12)]
        assert last(store).header.ran == ("工作 🛠",) * 12
        everywhere(before.values["__pregel_tasks"])


def test_the_functional_api_is_read(tmp_path: Path) -> None:
    def run(saver: SqliteSaver) -> None:
        @task
        def 平方(n: int) -> Point:  # noqa: N802
            return Point(n * n)

        @entrypoint(checkpointer=saver)
        def 工作流(n: int, previous: Any = None) -> Any:  # noqa: N802
            return entrypoint.final(value=n, save={"seen": [平方(i).result() for i in range(n)]})

        工作流.invoke(3, CONFIG)

    with made(tmp_path / "functional.sqlite", run) as store:
        before, after = last(store, 2), last(store)
        assert (before.header.next, after.header.ran) == (("工作流",), ("工作流",))
        assert [point.value["x"] for point in after.values["__previous__"]["seen"]] == [0, 1, 4]
        assert after.values["__end__"] == 3
        tasks = store.writes(THREAD, "", before.header.checkpoint_id)
        returned = [w.value for one in tasks for w in one.writes if w.channel == "__return__"]
        assert sorted(value.value["x"] for value in returned if isinstance(value, Typed)) == [0, 1, 4]


def test_a_hundred_channels_are_told_apart(tmp_path: Path) -> None:
    many = TypedDict("many", {f"频道 {i}": int for i in range(100)}, total=False)  # type: ignore[misc]

    def run(saver: SqliteSaver) -> None:
        graph = chain(
            saver,
            many,
            a=lambda s: {f"频道 {i}": i for i in range(100)},
            b=lambda s: {f"频道 {i}": i + i % 2 for i in range(100)},
        )
        graph.invoke({"频道 0": 0}, CONFIG)

    with made(tmp_path / "many.sqlite", run) as store:
        (header,) = store.headers(THREAD, "", store.skeleton(THREAD).ids[-1:])
        assert len(header.changed) == 100
        old, new = (visible(last(store, back).values) for back in (2, 1))
        assert len(new) == len(last(store).sizes) == 100
        assert len(cards(diff(old, new))) == 50
        everywhere(new)


TEXT = "".join(f"{n} 你好 🎈 the quick brown fox\n" for n in range(180_000))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    class Long(TypedDict, total=False):
        text: str

    def run(saver: SqliteSaver) -> None:
        middle = len(TEXT) // 2
        graph = chain(saver, Long, a=lambda s: {"text": f"{s['text'][:middle]} NEW {s['text'][middle + 9 :]}"})
        graph.invoke({"text": TEXT}, CONFIG)

    with made(tmp_path_factory.mktemp("long") / "long.sqlite", run) as store:
        yield store


@pytest.fixture
def found(long: Store) -> Change:
    (change,) = diff(*(visible(last(long, back).values) for back in (2, 1)))
    return change


class TestATextOfFiveMegabytes:
    def test_is_read_and_compared_in_a_moment(self, long: Store) -> None:
        start = time.perf_counter()
        long.headers(THREAD, "", long.skeleton(THREAD).ids)
        old, new = (visible(last(long, back).values) for back in (2, 1))
        made = cards(diff(old, new))
        assert len(TEXT) > 5_000_000
        assert old["text"] == TEXT
        assert time.perf_counter() - start < 3
        assert len(json.dumps(made)) < 20_000

    def test_is_shown_by_what_changed_in_it(self, found: Change) -> None:
        (card,) = cards([found])
        kinds = [piece["kind"] for piece in card["pieces"]]
        assert "left out" in kinds
        assert "added" in kinds
        assert any("NEW" in piece["text"] for piece in card["pieces"])

    def test_is_shown_in_part_where_it_is_shown_alone(self, found: Change) -> None:
        assert len(json.dumps(render_value(found.new), ensure_ascii=False)) < 10_000
        assert len(json.dumps(display({"text": found.new}), ensure_ascii=False)) < 150_000

    def test_goes_through_an_edit_unchanged(self, found: Change) -> None:
        assert from_text(to_text(found.new)) == found.new
