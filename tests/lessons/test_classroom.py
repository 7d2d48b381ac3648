"""What a lesson asks of its threads, and of the file in which the sample graphs count how often their nodes began."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.lessons.practice.classroom import Classroom, LessonThread
from ui.services.create_store import make_store
from ui.services.settings import Settings
from ui.services.store_registry import StoreRegistry


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    monkeypatch.setenv("TIMETRAVEL_NODE_LOG", str(tmp_path / "node-runs.jsonl"))
    make_store(tmp_path / "s.sqlite")
    sources = StoreRegistry(Settings((str(tmp_path / "s.sqlite"),), sandbox=str(tmp_path / "sandbox.sqlite")))
    yield Classroom("retries", "3f2a", (LessonThread(),), sources)
    sources.close()


def test_nothing_began_where_there_is_no_file(room: Classroom) -> None:
    assert (room.began(), room.processes()) == ({}, set())


def test_lines_that_another_program_wrote_do_not_count(room: Classroom, tmp_path: Path) -> None:
    mine = {"thread": room.thread(), "node": "work", "process": 7}
    others = [
        "{}",
        "[1]",
        "{ }}",
        "5",
        '"}"',
        "null",
        "{" * 5_000 + "}",
        '{"thread": 5}',
        '{"thread": ["x"], "node": "a"}',
    ]
    others += [json.dumps({"thread": room.thread()}), json.dumps(mine | {"process": "seven"}), '{"thread": "retr']
    lines = [json.dumps(mine), *others, json.dumps(mine)]
    (tmp_path / "node-runs.jsonl").write_bytes("\n".join(lines).encode() + b"\n\xff\xfe}")
    assert room.began() == {"work": 3}
    assert room.processes() == {7}
