"""Nodes that print, send, raise or ask without measure: what is kept, how much memory it takes, and that Stop works."""

import io
import random
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.timetravel.worker.oracles.printed import printed
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.runs import NodeRun, NodeState, RunStatus
from ui.timetravel.model.values import Opaque
from ui.timetravel.runs.records.message_shapes import fits
from ui.timetravel.runs.records.run_record import Record
from ui.timetravel.runs.records.task_log import FIRST, MOST, TaskLog
from ui.timetravel.worker.child.shared.clipping import clipped, readable
from ui.timetravel.worker.child.shared.protocol import MOST_BYTES
from ui.timetravel.worker.child.streams.output_gate import OutputGate
from ui.timetravel.worker.process.process import lines


@pytest.fixture
def flood(workers, tmp_path):
    def begin(how, size=0):
        store = str(tmp_path / "s.sqlite")
        return workers.start(Job("flooding", store, how, Input({"how": how, "size": size})))

    return begin


def peak() -> int:
    """The most memory that this process has had, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize(
    ("how", "size"), [("prints", 500), ("writes_past_python", 5_000), ("sends_parts", 500)], ids=str
)
def test_a_flood_takes_no_memory_of_ours_and_is_stopped_in_time(flood, how, size):
    before = peak()
    run = flood(how, size)
    deadline = time.monotonic() + 30
    while not any("left out" in note for note in run.state().notes) and time.monotonic() < deadline:
        time.sleep(0.02)
    pressed = time.monotonic()
    run.stop()
    state = run.wait(30)
    assert state.status is RunStatus.STOPPED
    assert time.monotonic() - pressed < 10  # two seconds by `make soak`, where nothing else runs
    assert any("characters of the output were left out" in note for note in state.notes)
    assert peak() - before < 100


def test_of_one_endless_line_both_ends_are_kept_and_the_middle_is_counted(flood):
    text = printed(flood("prints_one_line", 20_000_000).wait(60))["floods"]
    assert text.startswith("beginsz")
    assert text.endswith("zends\n")
    assert f"… {20_000_000 - text.count('z'):,} characters left out …" in text
    assert len(text) < 300_000


def test_of_one_huge_part_both_ends_are_kept(flood):
    text = printed(flood("sends_one_part", 1_000_000).wait(60), "custom")["floods"]
    assert text.startswith('{"text": "begins')
    assert "characters left out" in text
    assert len(text) < 200_000


def test_a_huge_message_is_told_with_its_ends(flood):
    failure = flood("raises_a_long_message", 10_000_000).wait(60).failure
    assert failure.message.startswith("beginsm")
    assert failure.message.endswith("mends")
    assert "characters left out" in failure.message
    assert len(failure.message) + len(failure.traceback) < 200_000


@pytest.mark.parametrize(
    ("how", "size", "said"),
    [
        ("raises_many_notes", 10_000, "notes left out"),
        ("raises_from_many_causes", 10_000, "more exceptions, each the cause of the next, left out"),
        ("raises_a_group", 10_000, "more in this group left out"),
        ("raises_nested_groups", 10_000, "group 9999"),
        ("raises_deep", 10_000, "frames left out"),
        ("raises_without_text", 0, "can't be had: RuntimeError"),
        ("raises_with_endless_text", 0, "was not there after 2 seconds"),
    ],
)
def test_a_failure_of_any_size_is_told_and_what_is_left_out_is_said(flood, how, size, said):
    state = flood(how, size).wait(60)
    assert state.status is RunStatus.FAILED
    assert state.failure.node == "floods"
    assert said in state.failure.message + state.failure.traceback
    assert len(state.failure.traceback) < 210_000


def test_a_question_that_is_too_big_is_named_with_its_size(flood):
    (asked,) = flood("asks", 8_000_000).wait(60).interrupts
    assert isinstance(asked.value, Opaque)
    assert "with 8.0 MB it is too big" in asked.value.reason


def test_foreign_lines_on_our_pipe_are_one_note_and_the_run_goes_on(flood):
    state = flood("writes_to_our_pipe", 100_000).wait(60)
    assert state.status is RunStatus.FINISHED
    assert printed(state)["floods"] == "still here\n"
    assert not state.interrupts
    (note,) = [note for note in state.notes if "own channel" in note]
    assert note.startswith("14 lines")


def test_of_very_many_tasks_the_first_and_the_last_are_listed_and_the_others_counted():
    log = TaskLog()
    for number in range(3 * MOST):
        log.start(NodeRun(str(number), "n", "", 1, 0.0))
        log.end(str(number), 1.0, NodeState.DONE, "")
    listed = [task.task_id for task in log.listed()]
    assert listed[:FIRST] == [str(number) for number in range(FIRST)]
    assert listed[-1] == str(3 * MOST - 1)
    assert log.unlisted() == {NodeState.DONE: 2 * MOST}


def test_tasks_that_all_run_at_once_are_counted_beyond_the_most():
    log = TaskLog()
    for number in range(MOST + 10):
        log.start(NodeRun(str(number), "n", "", 1, 0.0))
    assert log.unlisted() == {NodeState.RUNNING: 10}
    log.end(str(MOST + 3), 1.0, NodeState.FAILED, "")
    log.end_all(2.0, NodeState.STOPPED)
    assert log.unlisted() == {NodeState.FAILED: 1, NodeState.STOPPED: 9}


def test_the_gate_lets_a_flood_through_with_its_beginning_its_end_and_a_count():
    gate, sent, size = OutputGate(), [], 0
    for number in range(200_000):
        text = f"line {number}\n"
        size += len(text)
        sent += gate.let({"event": "output", "kind": "stdout", "node": "n", "task": "", "text": text})
    sent += gate.release()
    assert sent[0]["text"] == "line 0\n"
    assert sent[-1]["text"].endswith("line 199999\n")
    assert sum(len(each["text"]) + each.get("left_out", 0) for each in sent) == size
    assert sum(len(each["text"]) for each in sent) < 1_500_000


def test_a_line_that_never_ends_is_cut_and_the_next_one_is_whole():
    message = b'{"event":"end","x":"'
    stream = io.BytesIO(b"\n" + b"x" * 5_000 + b"\n" + message + b"y" * 5_000 + b'"}\n' + message + b'"}\n\nlast')
    assert list(lines(stream, 1_000)) == [b"x" * 1_000, message + b"y" * 980, message + b'"}\n', b"last"]


@pytest.mark.parametrize(
    ("begins", "most"), [(b"x", 1), (b'{"event":"output","text":"', 5), (b'{"event":"end","failure":"', 80)], ids=str
)
def test_of_a_line_without_an_end_no_more_is_read_than_such_a_message_may_take(begins, most):
    class Endless(io.RawIOBase):
        left = 80_000_000

        def readable(self):
            return True

        def readinto(self, buffer):
            if self.left == 80_000_000:
                buffer[: len(begins)] = begins
                self.left -= len(begins)
                return len(begins)
            size = min(self.left, len(buffer))
            buffer[:size] = b"w" * size
            self.left -= size
            return size

    tracemalloc.start()
    assert len(list(lines(io.BufferedReader(Endless()), MOST_BYTES))) == 1
    assert tracemalloc.get_traced_memory()[1] < most * 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("seed", range(5))
def test_no_message_of_any_shape_breaks_a_record_or_what_is_drawn_of_it(seed):
    chance = random.Random(seed)
    record = Record("id", Job("g", "s", "t", Input({})))
    known = ["loaded", "load_error", "started", "ended", "output", "checkpoint", "note", "end", "prepared", "x"]
    names = ["event", "id", "node", "ns", "step", "time", "kind", "task", "text", "how", "error", "notes", "status"]
    names += ["interrupts", "failure", "type", "message", "traceback", "next", "pauses", "left_out"]
    values = [None, "", "x", 0, -1, 1e308, True, [], [1], {}, {"id": 1}, ["msgpack", "!"], [[]], "finished", "done"]
    for _ in range(500):
        message = {name: chance.choice(values) for name in names} | {"event": chance.choice([*known, *values])}
        record.message(message)
        state = record.state()
        assert all(isinstance(each.text, str) for each in state.output)
        assert all(isinstance(note, str) for note in state.notes)
    assert "own channel" in " ".join(record.state().notes)


def test_a_text_is_cut_to_its_ends_and_a_short_one_is_not():
    assert clipped("short", 10) == "short"
    assert clipped("a" * 50 + "b" * 50, 10) == "aaaaa\n… 90 characters left out …\nbbbbb"


def test_a_text_that_is_cut_again_says_all_that_is_missing():
    cut = clipped("a" * 5_000 + "b" * 5_000, 100)
    assert clipped(f"Error: {cut}", 100).count("9,907 characters left out") == 1
    assert clipped(cut, 10) == "aaaaa\n… 9,990 characters left out …\nbbbbb"


def test_a_value_is_told_as_json_however_big_or_deep_it_is():
    assert readable({"a": [1, "ü"]}) == '{"a": [1, "ü"]}'
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert "items left out" in readable(deep)
    assert "999,000 items left out" in readable(list(range(1_000_000)))
    assert not fits({"event": "end"})
