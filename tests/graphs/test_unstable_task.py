import importlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

GRAPHS = Path(__file__).parents[2] / "graphs"
TRIES = """
import sys, unstable_task
from langgraph.checkpoint.sqlite import SqliteSaver
config = {"configurable": {"thread_id": "t"}}
with SqliteSaver.from_conn_string(sys.argv[1]) as saver:
    graph = unstable_task.graph.copy({"checkpointer": saver})
    for given in eval(sys.argv[2]):
        try:
            print(graph.invoke(given, config)["result"])
        except RuntimeError as error:
            print(error)
"""


@pytest.fixture
def graph(sample):
    return sample("unstable_task")


@pytest.fixture
def node_runs():
    return importlib.import_module("parts.node_runs")


def tries(graph, config, given, limit=20):
    """Start, and resume until it passes: how many tries it took, and the last state."""
    for attempt in range(1, limit + 1):
        try:
            return attempt, graph.invoke(given if attempt == 1 else None, config)
        except RuntimeError as error:
            assert str(error).startswith("unstable failed, as chance and seed decide")  # noqa: PT017
    raise AssertionError("it never passed")


def test_with_an_empty_input_it_fails_three_times_and_passes_the_fourth(graph, config):
    attempt, state = tries(graph, config, {})
    assert (attempt, state["attempts"]) == (4, 4)
    assert state["result"] == "Done: sorted nothing, delivered nothing."


def test_resuming_runs_neither_the_finished_step_again_nor_the_next_one_early(graph, config, node_runs):
    tries(graph, config, {"data": "四十二封信 ✉️"})
    assert node_runs.runs("t") == {"stable": 1, "unstable": 4, "finalize": 1}


def test_a_failed_try_leaves_the_state_of_the_step_before_and_the_error(graph, config):
    with pytest.raises(RuntimeError):
        graph.invoke({"data": "x"}, config)
    state = graph.get_state(config)
    assert (state.next, state.values["processed"]) == (("unstable",), ["sorted x"])
    assert "unstable failed" in state.tasks[0].error


def test_every_step_is_in_the_log_once_however_often_it_was_tried(graph, config):
    state = tries(graph, config, {})[1]
    assert state["log"] == ["stable: done", "unstable: passed in run 4", "finalize: done"]


@pytest.mark.parametrize("chance", [0, 0.0])
def test_with_a_chance_of_nothing_it_passes_at_once(graph, config, chance):
    assert tries(graph, config, {"chance": chance})[0] == 1


def test_with_a_chance_of_one_it_never_passes(graph, config):
    with pytest.raises(AssertionError, match="never passed"):
        tries(graph, config, {"chance": 1})


def test_the_seed_decides_which_tries_fail_whatever_the_thread(graph):
    def needed(seed, thread):
        return tries(graph, {"configurable": {"thread_id": thread}}, {"seed": seed, "chance": 0.5})[0]

    first = [needed(seed, f"a{seed}") for seed in range(12)]
    assert first == [needed(seed, f"b{seed}") for seed in range(12)]
    assert len(set(first)) > 2


def test_another_invoke_with_an_input_starts_over_and_runs_stable_again(graph, config, node_runs):
    with pytest.raises(RuntimeError):
        graph.invoke({}, config)
    with pytest.raises(RuntimeError):
        graph.invoke({}, config)
    assert node_runs.runs("t")["stable"] == 2
    assert graph.get_state(config).values["processed"] == ["sorted nothing", "sorted nothing"]


def test_the_count_goes_on_in_another_process_and_stable_runs_in_the_first_only(tmp_path, node_runs):
    said = [
        subprocess.run(
            [sys.executable, "-c", TRIES, str(tmp_path / "store.sqlite"), given],
            cwd=GRAPHS,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        for given in ("[{}, None]", "[None, None]")
    ]
    assert [said[0].count("failed"), said[1].count("failed")] == [2, 1]
    assert said[1].endswith("Done: sorted nothing, delivered nothing.\n")
    entries = [json.loads(line) for line in node_runs.log_file().read_text().splitlines()]
    assert [entry["node"] for entry in entries] == ["stable", *["unstable"] * 4, "finalize"]
    assert len({entry["process"] for entry in entries}) == 2
    assert len({entry["checkpoint"] for entry in entries if entry["node"] == "unstable"}) == 1


def test_the_input_names_another_file_and_the_state_says_which(graph, config, tmp_path, node_runs):
    file = tmp_path / "new" / "文件.jsonl"
    state = tries(graph, config, {"node_log": str(file)})[1]
    assert state["node_runs"] == str(file)
    assert node_runs.runs("t", str(file))["unstable"] == 4
    assert node_runs.runs("t") == {}


def test_threads_are_counted_apart(graph, node_runs):
    for thread in ("a", "b"):
        tries(graph, {"configurable": {"thread_id": thread}}, {})
    assert node_runs.runs("a") == node_runs.runs("b") == {"stable": 1, "unstable": 4, "finalize": 1}


def test_a_line_that_a_crash_left_unfinished_is_not_counted(graph, config, node_runs):
    tries(graph, config, {})
    with node_runs.log_file().open("a") as file:
        file.write('{"thread": "t", "node": "sta')
    assert node_runs.runs("t")["stable"] == 1


def test_without_a_thread_there_is_nothing_to_resume_so_every_try_is_the_first(node_runs, capsys):
    graph = importlib.import_module("unstable_task").graph
    for _ in range(5):
        with pytest.raises(RuntimeError, match="unstable failed"):
            graph.invoke({})
    assert capsys.readouterr().out.count("run 1 of unstable on this thread") == 5


def test_what_it_raises_has_no_number_since_only_what_it_prints_counts_those_of_the_thread(graph, config, capsys):
    with pytest.raises(RuntimeError) as first:
        graph.invoke({}, config)
    with pytest.raises(RuntimeError) as second:
        graph.invoke(None, config)
    assert str(first.value) == str(second.value)
    assert "run 2 of unstable on this thread" in capsys.readouterr().out


def test_without_a_name_the_file_is_in_a_folder_of_the_users_own(tmp_path, monkeypatch, node_runs):
    monkeypatch.delenv("TIMETRAVEL_NODE_LOG")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    folder = node_runs.log_file().parent
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_that_somebody_laid_in_the_temp_folder_is_not_followed(tmp_path, monkeypatch, node_runs):
    monkeypatch.delenv("TIMETRAVEL_NODE_LOG")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"timetravel-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="TIMETRAVEL_NODE_LOG"):
        node_runs.log_file()


def test_a_thread_that_a_store_lost_and_a_name_that_is_used_again_count_on(tmp_path, node_runs):
    """The file knows nothing of stores: a thread's name is all there is, so new threads should have new names."""
    module = importlib.import_module("unstable_task")
    thread = {"configurable": {"thread_id": str(uuid.uuid4())}}
    for store in ("one", "two"):
        with SqliteSaver.from_conn_string(str(tmp_path / store)) as saver:
            graph = module.graph.copy({"checkpointer": saver})
            with pytest.raises(RuntimeError):
                graph.invoke({}, thread)
    assert node_runs.runs(thread["configurable"]["thread_id"]) == {"stable": 2, "unstable": 2}
