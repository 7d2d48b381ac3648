import importlib

import pytest

THREE = "one\ntwo words\n\n  三个字 🌊  "


@pytest.fixture
def graph(sample):
    return sample("map_reduce")


@pytest.fixture
def node_runs():
    return importlib.import_module("parts.node_runs")


def test_every_line_gets_a_worker_and_the_counts_come_together(graph, config):
    result = graph.invoke({"text": THREE}, config)
    assert [count["letters"] for count in result["counts"]] == [3, 8, 3]
    assert result["total"] == 14
    assert result["report"].splitlines() == [
        "1. 3 letters, longest: one",
        "2. 8 letters, longest: words",
        "3. 3 letters, longest: 三个字",
        "14 letters in 3 lines.",
    ]


def test_all_workers_run_in_one_superstep(graph, config):
    graph.invoke({"text": THREE}, config)
    due = [state.next for state in graph.get_state_history(config)][::-1]
    assert due == [("__start__",), ("split",), ("worker",) * 3, ("gather",), ()]


@pytest.mark.parametrize("text", ["", " \n ", None])
def test_a_text_without_a_line_goes_straight_to_gather(graph, config, text):
    assert graph.invoke({"text": text}, config)["report"] == "0 letters in 0 lines."


def test_the_text_that_is_proposed_has_chinese_and_an_emoji_and_several_lines(graph):
    text = graph.get_input_jsonschema()["properties"]["text"]["default"]
    assert "潮水" in text
    assert "🌊" in text
    assert len(text.splitlines()) == 4


def test_what_a_worker_gets_is_no_channel_of_the_graph(graph):
    assert set(graph.get_input_jsonschema()["properties"]) == {"text", "fail_at", "node_log"}
    assert not {"number", "fails"} & set(graph.channels)


def test_a_worker_that_fails_keeps_the_others_from_running_again(graph, config, node_runs):
    with pytest.raises(RuntimeError, match="worker of line 2 failed"):
        graph.invoke({"text": THREE, "fail_at": 2}, config)
    waiting = graph.get_state(config)
    assert [bool(task.error) for task in waiting.tasks] == [False, True, False]
    # LangGraph stops waiting when one fails, so the result of one that ends at that moment may not get saved.
    saved = [task.result is not None for task in waiting.tasks]
    result = graph.invoke(None, config)
    assert (result["total"], len(result["counts"])) == (14, 3)
    began = {f"worker {number}": 1 if kept else 2 for number, kept in enumerate(saved, 1)}
    assert node_runs.runs("t") == began


def test_a_second_run_on_the_thread_adds_to_the_counts_but_gathers_its_own(graph, config):
    graph.invoke({"text": THREE}, config)
    result = graph.invoke({"text": "ab"}, config)
    assert (len(result["counts"]), result["total"], result["report"]) == (
        4,
        2,
        "1. 2 letters, longest: ab\n2 letters in 1 lines.",
    )


def test_a_fork_with_other_lines_sends_other_workers(graph, config):
    graph.invoke({"text": THREE}, config)
    before = next(state for state in graph.get_state_history(config) if state.next == ("split",))
    result = graph.invoke(None, graph.update_state(before.config, {"text": "a\nbc"}))
    assert result["total"] == 3
