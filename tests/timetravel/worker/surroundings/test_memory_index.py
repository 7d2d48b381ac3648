"""An index in memory whose inside is called otherwise still finds by meaning, and the log says what that costs."""

import sys
from pathlib import Path
from typing import Any

import pytest
from langgraph.store.memory import InMemoryStore

from ui.timetravel.worker.child.shared import missing_parts
from ui.timetravel.worker.child.surroundings.lasting_store import LastingStore


def embed(texts: list[str]) -> list[list[float]]:
    return [[float("owl" in text), 1.0] for text in texts]


class Closed(InMemoryStore):
    """LangGraph's store in memory, which lets nobody else have its items and vectors."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("_data", "_vectors") and sys._getframe(1).f_globals["__name__"] != InMemoryStore.__module__:
            raise AttributeError(name)
        return super().__getattribute__(name)


def opened(file: Path) -> LastingStore:
    """The store, as another process opens it."""
    index: Any = {"dims": 2, "embed": embed}
    made = LastingStore(file, index)
    made._index = Closed(index=index)
    return made


def test_what_another_process_put_is_found_by_meaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(missing_parts, "_said", set())
    file = tmp_path / "memory.sqlite"
    for key, text in (("a", "an owl"), ("b", "a cat")):
        opened(file).put(("n",), key, {"text": text})
    other = opened(file)
    assert [item.key for item in other.search(("n",), query="owl")] == ["a", "b"]
    opened(file).delete(("n",), "a")
    assert [item.key for item in other.search(("n",), query="owl")] == ["b"]
    (line,) = [one.getMessage() for one in caplog.records if one.name == "timetravel"]
    assert "made anew" in line
