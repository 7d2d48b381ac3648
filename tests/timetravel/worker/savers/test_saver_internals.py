"""Where a part of LangGraph's savers is missing that nobody promised, their public methods are used, and the log says
so in one line."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver, Checkpoint, empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from ui.timetravel.worker.child.allowed_types.allowlist import RefusedTypes
from ui.timetravel.worker.child.allowed_types.guarded_serializer import guarded, looking
from ui.timetravel.worker.child.cleanup.delete import delete_in
from ui.timetravel.worker.child.cleanup.delete_from_saver import delete_kept
from ui.timetravel.worker.child.errors.refused import Refused
from ui.timetravel.worker.child.graphs.schemas.context import Context
from ui.timetravel.worker.child.runs.settings import Ready, SettingsOfRun
from ui.timetravel.worker.child.savers import direct_reads
from ui.timetravel.worker.child.savers.adapter import Adapter
from ui.timetravel.worker.child.savers.internals import classes, database, memory, serializers
from ui.timetravel.worker.child.savers.opening.saver import behind, telling
from ui.timetravel.worker.child.savers.read import SaverReader
from ui.timetravel.worker.child.savers.sync_or_async import AnyWaySaver
from ui.timetravel.worker.child.shared import missing_parts
from ui.timetravel.worker.child.shared.protocol import fingerprint

Lines = Callable[[], list[str]]
LIMITS = {"limit": 100, "seconds": 30}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Lines:
    """What the log says of missing parts, as in a process that has just begun."""
    monkeypatch.setattr(missing_parts, "_said", set())
    return lambda: [one.getMessage() for one in caplog.records if one.name == "timetravel"]


def closed(kind: type[Any], *names: str) -> type[Any]:
    """The saver, which lets nobody but its own module have these parts: they are called otherwise, so to speak."""

    class Closed(kind):  # type: ignore[misc]
        def __getattribute__(self, name: str) -> Any:
            if name in names and sys._getframe(1).f_globals["__name__"] != kind.__module__:
                raise AttributeError(f"no attribute {name!r}")
            return super().__getattribute__(name)

    return Closed


ClosedMemory = closed(InMemorySaver, "storage", "writes", "blobs")
ClosedSqlite = closed(AsyncSqliteSaver, "conn")


class Fixed(InMemorySaver):
    """A saver whose class can't be changed."""

    __class__ = property(lambda self: Fixed)  # type: ignore[assignment]


class FixedSerializer(JsonPlusSerializer):
    """A serializer whose class can't be changed."""

    __class__ = property(lambda self: FixedSerializer)  # type: ignore[assignment]


async def fill(saver: BaseCheckpointSaver[Any], thread: str = "t") -> list[str]:
    """Two checkpoints of the root with writes on the last one, and one of a subgraph; the ids, oldest first."""
    made: list[Checkpoint] = [empty_checkpoint() for _ in range(3)]
    parent = None
    for number, (namespace, each) in enumerate(zip(["", "", "inner:1"], made, strict=True)):
        where: Any = {"configurable": {"thread_id": thread, "checkpoint_ns": namespace, "checkpoint_id": parent}}
        each["channel_values"], each["channel_versions"] = {"x": number}, {"x": str(number)}
        metadata: Any = {"source": "loop", "step": number, "parents": {}}
        saved = await saver.aput(where, each, metadata, {"x": str(number)})
        if number == 1:
            await saver.aput_writes(saved, [("x", 7)], "task", "~__pregel_pull, node")
        parent = each["id"] if number == 0 else None
    return [each["id"] for each in made]


def adapted(saver: Any) -> Adapter:
    return Adapter(AnyWaySaver(saver), asyncio.get_running_loop(), lambda *place: None)


async def answers(saver: Any, ids: list[str]) -> list[Any]:
    """All that is asked of a saver which a worker holds."""
    reader = SaverReader(adapted(saver))
    places = [["t", "", ids[1]]]
    return [
        await reader.answer({"what": "threads", **LIMITS}),
        sorted((await reader.answer({"what": "ids", "thread": "t", **LIMITS}))["ids"]),
        await reader.answer({"what": "newest", "thread": "t"}),
        (await reader.answer({"what": "read", "want": "state", "places": places}))["found"],
    ]


class TestMemory:
    def test_that_is_closed_is_read_as_one_that_is_open(self, lines: Lines) -> None:
        async def read() -> None:
            saver = ClosedMemory()
            ids = await fill(saver)
            plain = InMemorySaver()
            vars(plain).update(vars(saver))
            assert [_ordered(each) for each in await answers(saver, ids)] == [
                _ordered(each) for each in await answers(plain, ids)
            ]

        asyncio.run(read())
        assert len(lines()) == len(set(lines())) >= 1

    def test_that_is_closed_hides_the_paths_of_tasks_alone(self, lines: Lines) -> None:
        async def read() -> None:
            saver = ClosedMemory()
            ids = await fill(saver)
            assert await direct_reads.task_paths(saver, "t", "", ids[1]) == {}
            reader = SaverReader(adapted(saver))
            (row,) = (await reader.answer({"what": "read", "want": "row", "places": [["t", "", ids[1]]]}))["found"]
            assert row["writes"] == [["task", "", 0, "x"]]

        asyncio.run(read())
        (line,) = lines()
        assert line.startswith("InMemorySaver.writes: ")

    def test_that_is_closed_loses_whole_threads_and_refuses_to_lose_single_checkpoints(self, lines: Lines) -> None:
        async def delete() -> None:
            saver = ClosedMemory()
            ids = await fill(saver)
            places = [("", ids[0]), ("", ids[1]), ("inner:1", ids[2])]
            thread: dict[str, Any] = {"thread_id": "t", "seen": fingerprint(places), "bytes": 5, "whole": False}
            some = {"thread": {**thread, "delete": {"": ids[:1]}}, "limits": LIMITS}
            told = await delete_kept(adapted(saver), some, ())
            assert "only whole threads can be deleted" in told["failure"]["message"]
            assert "Choose whole threads" in told["failure"]["message"]
            assert await saver.aget_tuple({"configurable": {"thread_id": "t", "checkpoint_id": ids[0]}})
            whole = {"thread": {**thread, "whole": True, "delete": {"": ids[:2], "inner:1": ids[2:]}}, "limits": LIMITS}
            told = await delete_kept(adapted(saver), whole, ())
            assert (told.get("failure"), told["threads"], told["checkpoints"]) == (None, 1, 3)
            assert await saver.aget_tuple({"configurable": {"thread_id": "t"}}) is None

        asyncio.run(delete())
        assert len(lines()) == 1

    def test_whose_rows_are_of_another_shape_loses_nothing(self, lines: Lines) -> None:
        saver = InMemorySaver()
        (one, *_) = asyncio.run(fill(saver))
        odd: Any = {"checkpoint": b"", "metadata": b""}
        saver.storage["t"][""][one] = odd
        before = {namespace: dict(rows) for namespace, rows in saver.storage["t"].items()}
        assert memory.ids(saver, "t") is None
        for whole in (False, True):
            with pytest.raises(memory.UnknownMemory):
                memory.delete(saver, "t", {"": [one]}, lambda stored: [], whole=whole)
        assert {namespace: dict(rows) for namespace, rows in saver.storage["t"].items()} == before
        assert len(lines()) == 2


class TestSqlite:
    @staticmethod
    async def on_file(file: Path, use: Callable[[Any], Any]) -> None:
        async with AsyncSqliteSaver.from_conn_string(str(file)) as plain:
            saver = ClosedSqlite(plain.conn)
            await saver.setup()
            await use(saver)

    def test_that_is_closed_is_listed(self, lines: Lines, tmp_path: Path) -> None:
        async def use(saver: Any) -> None:
            ids = await fill(saver)
            ((namespace, one, metadata),) = await direct_reads.inside(saver, "t")
            assert (namespace, one, metadata["step"]) == ("inner:1", ids[2], 2)
            assert await direct_reads.task_paths(saver, "t", "", ids[1]) == {}

        asyncio.run(self.on_file(tmp_path / "a.sqlite", use))
        assert len(lines()) == 1

    def test_whose_connection_is_another_thing_is_listed(self, lines: Lines, tmp_path: Path) -> None:
        async def use(saver: Any) -> None:
            ids = await fill(saver)
            database.remember_connection(saver, object())
            assert [one for _, one, _ in await direct_reads.inside(saver, "t")] == ids[2:]
            assert await direct_reads.task_paths(saver, "t", "", ids[1]) == {}

        asyncio.run(self.on_file(tmp_path / "a.sqlite", use))
        assert len(lines()) == 1

    def test_that_is_closed_says_how_to_delete_from_it(self, lines: Lines, tmp_path: Path) -> None:
        async def use(saver: Any) -> None:
            ids = await fill(saver)
            thread = {"thread_id": "t", "whole": False, "delete": {"": ids[:1]}, "seen": ""}
            with pytest.raises(Refused, match=r"Install the version that timetravel was tested with"):
                await delete_in(saver, thread)

        asyncio.run(self.on_file(tmp_path / "a.sqlite", use))
        assert len(lines()) == 1

    def test_whose_connection_was_made_here_needs_not_tell_it(self, lines: Lines, tmp_path: Path) -> None:
        async def use(saver: Any) -> None:
            database.remember_connection(saver, vars(saver)["conn"])
            ids = await fill(saver)
            assert await direct_reads.task_paths(saver, "t", "", ids[1]) == {"task": "~__pregel_pull, node"}
            places = [("", ids[0]), ("", ids[1]), ("inner:1", ids[2])]
            thread = {"thread_id": "t", "whole": False, "delete": {"": ids[:1]}, "seen": fingerprint(places)}
            assert sum(await delete_in(saver, thread)) > 0
            told = telling(saver, lambda *place: None)
            assert database.connection_of(told) is vars(saver)["conn"]

        asyncio.run(self.on_file(tmp_path / "a.sqlite", use))
        assert lines() == []


class TestAClassThatCanNotBeChanged:
    def test_tells_what_it_saves_and_loads_all_the_same(self, lines: Lines) -> None:
        saved: list[tuple[str, str, str]] = []
        loaded: list[Any] = []

        async def use() -> list[str]:
            saver: Any = telling(Fixed(), lambda *place: saved.append(place))
            saver.loaded = loaded.append
            ids = await fill(saver)
            await saver.aget_tuple({"configurable": {"thread_id": "t"}})
            return ids

        ids = asyncio.run(use())
        assert [one for _, _, one in saved] == ids
        assert len(loaded) == 1
        (line,) = lines()
        assert line.startswith("The class of Fixed: ")

    def test_keeps_secrets_out_of_what_is_saved_all_the_same(self, lines: Lines) -> None:
        async def use() -> Any:
            ready = Ready(SettingsOfRun(), Context(None, None))
            saver: Any = ready.recording(Fixed())
            where: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "api_key": "s3cret-s3cret"}}
            await saver.aput(where, empty_checkpoint(), {"source": "input", "step": -1, "parents": {}}, {})
            return (await saver.aget_tuple({"configurable": {"thread_id": "t"}})).metadata

        assert "s3cret" not in str(asyncio.run(use()))
        assert len(lines()) == 1

    def test_stays_out_of_a_run_where_even_an_adapter_can_not_stand_before_it(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ui.timetravel.worker.child.savers.opening.saver.with_methods", lambda part, one: None)

        async def use() -> None:
            behind(BaseCheckpointSaver, InMemorySaver())

        with pytest.raises(Refused, match="can't be used for a run"):
            asyncio.run(use())

    def test_of_a_serializer_builds_nothing_that_is_not_on_the_list(self, lines: Lines) -> None:
        packed = JsonPlusSerializer().dumps_typed(Path("a"))
        made = guarded(FixedSerializer())
        assert made.loads_typed(packed) == Path("a")
        with pytest.raises(RefusedTypes):
            made.loads_typed(("json", _STRANGE))
        with looking():
            assert made.loads_typed(JsonPlusSerializer().dumps_typed({"a": 1})) == {"a": 1}
        assert len(lines()) == 1


_STRANGE = b'{"lc": 2, "type": "constructor", "id": ["subprocess", "Popen"], "args": ["true"], "kwargs": {}}'


class TestSerializers:
    def test_have_the_places_of_special_writes_as_before(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        known = dict(serializers.special_channels())
        monkeypatch.delattr("langgraph.checkpoint.base.WRITES_IDX_MAP")
        serializers.special_channels.cache_clear()
        assert serializers.special_channels() == known == {**known, "__interrupt__": -3, "__resume__": -4}
        serializers.special_channels.cache_clear()
        assert len(lines()) == 1

    def test_that_encrypt_count_as_the_users_own_where_they_hide_what_they_serialize_by(self, lines: Lines) -> None:
        class Hidden(EncryptedSerializer):
            serde = property(lambda self: getattr(self, "nothing"))  # type: ignore[assignment]  # noqa: B009

            def __init__(self) -> None:
                pass

        hidden = Hidden()
        assert guarded(hidden).inner is hidden
        assert len(lines()) == 1

    def test_count_moved_types_by_their_old_names(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr("langgraph.checkpoint.serde.jsonplus.LC_REVIVER")
        serializers.names_of_today.cache_clear()
        assert serializers.names_of_today() == {}
        serializers.names_of_today.cache_clear()
        assert len(lines()) == 1

    def test_copy_snapshots_as_they_are(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr("langgraph.checkpoint.serde.types._DeltaSnapshot")
        serializers.kind_of_snapshots.cache_clear()
        assert serializers.kind_of_snapshots() is None
        serializers.kind_of_snapshots.cache_clear()
        assert len(lines()) == 1


def test_a_copy_with_methods_leaves_the_one_that_was_given_as_it_is(lines: Lines) -> None:
    class More(BaseCheckpointSaver[Any]):
        more = 1

    saver = InMemorySaver()
    made = classes.with_methods(More, saver)
    assert (made and made.more, type(saver), isinstance(made, InMemorySaver)) == (1, InMemorySaver, True)
    assert lines() == []


def _ordered(answer: Any) -> Any:
    return sorted(answer) if isinstance(answer, list) and all(isinstance(each, list) for each in answer) else answer
