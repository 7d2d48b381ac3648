"""What the builders of hostile stores promise: what is put in is in there, and a healthy thread reads as one."""

import math
import sqlite3
from pathlib import Path

import ormsgpack
import pytest

from tests.support.hostile.stores.folders import difference, moment_of
from tests.support.hostile.stores.stores import (
    DECLARED,
    Checkpoint,
    Rows,
    Sql,
    State,
    Write,
    id_at,
    in_postgres,
    in_sqlite,
)
from tests.support.hostile.values.packing import Packed, Pairs, called, extension, nested, pack
from tests.support.postgres import Server
from ui.timetravel.model.values import Typed
from ui.timetravel.stores import open_store


@pytest.mark.parametrize(
    "value",
    [None, True, 0, 127, 128, -1, 2**63, -(2**63), 1.5, math.inf, "", "é" * 40, b"\xff", [1] * 20, {"a": {5: []}}],
)
def test_what_msgpack_can_say_is_packed_as_others_read_it(value: object) -> None:
    assert ormsgpack.unpackb(pack(value), option=ormsgpack.OPT_NON_STR_KEYS) == value


def test_what_no_packer_writes_is_packed_all_the_same() -> None:
    assert pack("\ud800") == b"\xa3\xed\xa0\x80"
    assert pack(Pairs([("x", 1), ("x", 2)])) == b"\x82\xa1x\x01\xa1x\x02"
    assert pack(nested(3)) == b"\x91\x91\x91\xc0"
    assert pack([Packed(b"\xc1")]) == b"\x91\xc1"
    assert pack(extension(-1, b"ab")) == b"\xc9\x00\x00\x00\x02\xffab"


def test_any_value_stands_in_any_column(tmp_path: Path) -> None:
    made = Rows()
    made.add(Checkpoint(5, b"\xff", 1.5, None, "x", state="text", metadata=7))
    made.add(Checkpoint("t", Sql("CAST(x'ff' AS TEXT)"), state=State({"x": called("os", "system", "true")})))
    made.add(Write("t", id_at(1), index="first", channel=None, raw="text"))
    with sqlite3.connect(in_sqlite(made, tmp_path / "s.sqlite")) as connection:
        connection.text_factory = bytes
        rows = connection.execute("SELECT * FROM checkpoints").fetchall()
        assert rows[0] == (5, None, b"\xff", 1.5, b"x", b"text", 7)
        assert rows[1][2] == b"\xff"
        (write,) = connection.execute("SELECT idx, channel, value FROM writes").fetchall()
        assert write == (b"first", None, b"text")
    connection.close()


def test_a_healthy_thread_reads_as_one_in_a_file_and_in_a_database(tmp_path: Path, postgres: Server) -> None:
    made = Rows()
    ids = made.healthy()
    made.add(Checkpoint("t", id_at(1), state=State({"x": called("os", "system", "true"), "y": 2})))
    url = postgres.database()
    assert in_postgres(made, url) == []
    for target in (str(in_sqlite(made, tmp_path / "s.sqlite", DECLARED)), url):
        with open_store(target) as store:
            assert list(store.skeleton("healthy").ids) == ids
            headers = store.headers("healthy", "", ids)
            assert [header.ran for header in headers] == [(), ("node",), ("node",), ("node",)]
            assert headers[-1].next == ("node",)
            assert store.checkpoint("healthy", "", ids[2]).values["log"] == ["step 0", "step 1"]
            hostile = store.checkpoint("t", "", id_at(1)).values
            assert (hostile["x"], hostile["y"]) == (Typed("os", "system", "true"), 2)


def test_what_a_database_refuses_is_told(postgres: Server) -> None:
    made = Rows()
    made.add(
        Checkpoint("nul", id_at(1), metadata={"a": "\0"}),
        Checkpoint("t", id_at(2)),
        Write("t", id_at(2), index="first"),
    )
    assert [row.thread for row in in_postgres(made, postgres.database())] == ["nul", "t"]


def test_what_changed_in_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "same").write_text("x")
    (tmp_path / "gone").write_text("x")
    before = moment_of(tmp_path)
    assert difference(before, moment_of(tmp_path)) == ""
    (tmp_path / "gone").unlink()
    (tmp_path / "new").mkdir()
    assert difference(before, moment_of(tmp_path)) == "new appeared; gone is gone"
    (tmp_path / "same").write_text("x")
    assert "same changed" in difference(before, moment_of(tmp_path))
