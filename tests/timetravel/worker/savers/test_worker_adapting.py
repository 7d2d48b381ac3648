"""The adapter before a saver of somebody's own says of every write that something may have changed."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver

from ui.timetravel.worker.child.savers.adapter import Adapter
from ui.timetravel.worker.child.savers.sync_or_async import AnyWaySaver

CHECKPOINT = empty_checkpoint()
PLACE: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": CHECKPOINT["id"]}}
METADATA: Any = {"source": "loop", "step": 1, "parents": {}}


class Breaking(InMemorySaver):
    """Writes what it is given, and then raises all the same, as one does whose connection breaks too early."""

    def put(self, *args: Any) -> Any:
        super().put(*args)
        raise TimeoutError("no answer")

    def put_writes(self, *args: Any) -> None:
        super().put_writes(*args)
        raise TimeoutError("no answer")

    def delete_thread(self, thread_id: str) -> None:
        super().delete_thread(thread_id)
        raise TimeoutError("no answer")


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


WRITES: dict[str, Callable[[Adapter], Any]] = {
    "put": lambda adapter: adapter.put(PLACE, CHECKPOINT, METADATA, {}),
    "aput": lambda adapter: adapter.aput(PLACE, CHECKPOINT, METADATA, {}),
    "put_writes": lambda adapter: adapter.put_writes(PLACE, [("x", 1)], "task"),
    "aput_writes": lambda adapter: adapter.aput_writes(PLACE, [("x", 1)], "task"),
    "delete_thread": lambda adapter: adapter.delete_thread("t"),
    "adelete_thread": lambda adapter: adapter.adelete_thread("t"),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_failed_is_told_as_well_since_it_may_be_there(loop: asyncio.AbstractEventLoop, name: str) -> None:
    heard: list[tuple[str, str, str]] = []
    saved: list[tuple[str, str, str]] = []
    adapter = Adapter(AnyWaySaver(Breaking()), loop, lambda *place: heard.append(place))
    adapter = adapter.telling(lambda *place: saved.append(place))

    async def write() -> None:
        found = WRITES[name](adapter)
        if asyncio.iscoroutine(found):
            await found

    with pytest.raises(TimeoutError):
        loop.run_until_complete(write())
    (place,) = heard
    assert place[0] == "t"
    assert saved == [], "it is no checkpoint that was saved, as far as the saver says"
