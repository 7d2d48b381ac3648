"""Whatever a server answers is read as far as it has the shapes of the API, and never ends in an error of Python's."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.timetravel.langgraph_server.test_connection import answering
from tests.timetravel.stores.rows.hostile_rows import deep
from ui.timetravel.diff import diff
from ui.timetravel.errors import StoreError
from ui.timetravel.model.checkpoints import visible
from ui.timetravel.presentation.change_cards import cards, task_cards
from ui.timetravel.serde.json_view import display
from ui.timetravel.stores import open_store
from ui.timetravel.stores.server import history as _server_history
from ui.timetravel.stores.server import thread_pages as _server_threads
from ui.timetravel.stores.server.answers import ThreadStateJson, state_in
from ui.timetravel.stores.server.origins import header_of
from ui.timetravel.stores.server.states import build_checkpoint, progress_token, sketch, tasks_of, thread_state

ONE, ABOVE = "1f1eafe9-ab68-6197-8001-e37a11ccab17", "1f1eafe9-ab68-6197-8000-e37a11ccab17"
STATE: ThreadStateJson = {
    "values": {"count": 1, "messages": [{"type": "human", "content": "hi", "additional_kwargs": {}}]},
    "next": ["ask"],
    "tasks": [
        {
            "id": "t1",
            "name": "ask",
            "path": ["__pregel_pull", "ask"],
            "error": None,
            "interrupts": [{"id": "i", "value": "Go on?"}],
            "checkpoint": {"checkpoint_ns": "ask:t1"},
            "state": None,
            "result": {"count": {"$writes": [1, 2]}},
        },
        {
            "id": "t2",
            "name": "fail",
            "path": ["__pregel_push", 0, False],
            "error": "ValueError('no')",
            "interrupts": [],
        },
    ],
    "metadata": {"source": "loop", "step": 1, "parents": {}, "run_id": "r"},
    "created_at": "2026-11-01T10:00:00+00:00",
    "checkpoint": {"checkpoint_id": ONE, "thread_id": "t", "checkpoint_ns": ""},
    "parent_checkpoint": {"checkpoint_id": ABOVE, "thread_id": "t", "checkpoint_ns": ""},
    "interrupts": [],
}
ODD: tuple[Any, ...] = (
    *(None, 0, 5, -1.5, True, "", "x", [], [1], [None], {}, {"a": 1}, [{}], [{"id": 5, "value": 1}], {"$writes": 5}),
    *(10**30, "9999-12-31T23:59:59-23:59", deep(150), {"x": deep(900)}),
)
ABSENT = object()


def places(part: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each part of it is."""
    yield above
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, each in inside:
        yield from places(each, (*above, key))


def changed(place: tuple[Any, ...], odd: Any) -> Any:
    """The state with something else at this place."""
    if not place:
        return None if odd is ABSENT else odd
    whole = copy.deepcopy(STATE)
    part: Any = whole
    for key in place[:-1]:
        part = part[key]
    if odd is ABSENT:
        del part[place[-1]]
    else:
        part[place[-1]] = odd
    return whole


@pytest.mark.parametrize("place", list(places(STATE)), ids=str)
def test_a_state_is_read_whatever_stands_at_one_of_its_places(place: tuple[Any, ...]) -> None:
    for odd in (*ODD, ABSENT):
        state = state_in(changed(place, odd))
        one = sketch(state, "t", "")
        found = build_checkpoint(state, header_of(one, None, None))
        json.dumps(
            [display(dict(found.values)), display(dict(found.header.metadata)), cards(diff({}, visible(found.values)))]
        )
        json.dumps([task_cards(task) for task in tasks_of(state)])
        assert hash((progress_token(state), thread_state(state)))


def test_a_state_as_it_should_be_is_left_as_it_is() -> None:
    read = state_in(STATE)
    assert {name: read[name] for name in STATE if name != "tasks"} == {n: v for n, v in STATE.items() if n != "tasks"}
    assert tasks_of(read)[0].interrupts[0].value == "Go on?"


@pytest.mark.parametrize(
    "answer",
    [
        "[]",
        "[{}]",
        "[5]",
        '[{"thread_id": 5}]',
        f'[{{"thread_id": "{ONE}", "metadata": 5}}]',
        json.dumps([STATE | {"thread_id": ONE}] * 3),
    ],
    ids=lambda text: text[:24],
)
def test_a_server_that_answers_everything_alike_is_read_to_an_end(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # As many as a page has: only what is in them tells that there is nothing more.
    monkeypatch.setattr(_server_threads, "_BATCH", 3)
    monkeypatch.setattr(_server_history, "_LARGEST", 3)
    with answering(200, answer) as server, open_store(f"http://{server.address}") as store:
        for thread in store.threads().threads:
            assert thread.thread_id == ONE
        try:
            for namespace in store.namespaces(ONE):
                ids = store.skeleton(ONE, namespace).ids
                store.headers(ONE, namespace, ids)
            store.writes(ONE, "", ONE)
            store.checkpoint(ONE, "", ONE)
        except StoreError:
            return
        finally:
            assert hash((store.change_token(), store.change_token(ONE), store.thread(ONE)))
