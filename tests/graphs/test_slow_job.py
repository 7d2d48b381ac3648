import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

GRAPHS = Path(__file__).parents[2] / "graphs"
IN_A_PROCESS = """
import sys, slow_job
from langgraph.checkpoint.sqlite import SqliteSaver
with SqliteSaver.from_conn_string(sys.argv[1]) as saver:
    slow_job.graph.copy({"checkpointer": saver}).invoke(
        {}, {"configurable": {"thread_id": "t"}}, durability="sync"
    )
"""


@pytest.fixture
def graph(sample):
    return sample("slow_job")


@pytest.fixture
def node_runs():
    return importlib.import_module("parts.node_runs")


def test_a_job_has_a_dozen_parts_and_each_is_a_checkpoint(graph, config):
    assert graph.invoke({}, config)["result"] == "The job is done, in 12 parts."
    done = [state.values.get("done") for state in graph.get_state_history(config)][::-1]
    assert done == [None, None, *range(13), 12]


def test_progress_comes_four_times_a_part_and_grows_to_all_of_it(graph, config):
    events = list(graph.stream({"parts": 3}, config, stream_mode="custom"))
    assert [(event["part"], event["quarter"]) for event in events] == [
        (part, quarter) for part in (1, 2, 3) for quarter in (1, 2, 3, 4)
    ]
    percents = [event["percent"] for event in events]
    assert (percents, percents[-1]) == (sorted(set(percents)), 100)


def test_progress_is_in_no_checkpoint_but_the_part_that_ended_is(graph, config):
    graph.invoke({"name": "夜班 🌙", "parts": 2}, config)
    state = graph.get_state(config).values
    assert (state["percent"], state["log"]) == (100, ["part 1 of 2", "part 2 of 2"])
    assert state["result"] == "夜班 🌙 is done, in 2 parts."


def test_a_second_run_on_the_thread_begins_at_the_first_part(graph, config):
    graph.invoke({"parts": 2}, config)
    assert graph.invoke({"parts": 3}, config)["log"] == [
        "part 1 of 2",
        "part 2 of 2",
        "part 1 of 3",
        "part 2 of 3",
        "part 3 of 3",
    ]


def test_a_run_that_stops_in_the_middle_goes_on_without_repeating_a_finished_part(graph, config, node_runs):
    for event in graph.stream({"parts": 4}, config, stream_mode="values", durability="sync"):
        if event.get("done") == 2:
            break
    assert graph.invoke(None, config)["done"] == 4
    runs = node_runs.runs("t")
    assert (runs["prepare"], runs["part 1"], runs["part 2"], runs["part 4"], runs["finish"]) == (1, 1, 1, 1, 1)


def test_a_process_killed_in_the_middle_loses_the_part_it_was_at_and_nothing_else(tmp_path, node_runs):
    environment = {**os.environ, "TIMETRAVEL_SAMPLE_PAUSE": "0.1", "PYTHONDONTWRITEBYTECODE": "1"}
    store = str(tmp_path / "store.sqlite")
    running = subprocess.Popen(
        [sys.executable, "-c", IN_A_PROCESS, store], cwd=GRAPHS, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 60
        while not node_runs.runs("t")["part 3"]:
            assert running.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    with SqliteSaver.from_conn_string(store) as saver:
        graph = importlib.import_module("slow_job").graph.copy({"checkpointer": saver})
        config = {"configurable": {"thread_id": "t"}}
        survived = graph.get_state(config).values["done"]
        assert survived >= 2
        assert graph.invoke(None, config)["done"] == 12
    runs = node_runs.runs("t")
    assert {node: times for node, times in runs.items() if times > 1} in ({}, {f"part {survived + 1}": 2})
    assert len({json.loads(line)["process"] for line in node_runs.log_file().read_text().splitlines()}) == 2
