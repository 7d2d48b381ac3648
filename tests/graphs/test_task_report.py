import pytest

SONG = {"description": "Why do bridges sing?"}


@pytest.fixture
def graph(sample):
    return sample("task_report")


def test_three_steps_write_a_report(graph, config):
    result = graph.invoke(SONG, config)
    assert (result["status"], result["current_step"], result["step_count"]) == ("completed", "report", 3)
    assert result["report"].startswith("Report on Why do bridges sing?\n- Question: Why do bridges sing?")


def test_channels_with_a_reducer_grow_and_the_others_are_replaced(graph, config):
    graph.invoke(SONG, config)
    history = [state.values for state in graph.get_state_history(config)][::-1]
    assert [len(values["results"]) for values in history] == [0, 0, 2, 3, 3]
    assert [values["step_count"] for values in history] == [0, 0, 1, 2, 3]
    assert [values.get("current_step") for values in history] == [None, None, "research", "analyze", "report"]


def test_a_second_run_on_the_same_thread_adds_to_the_lists(graph, config):
    first = graph.invoke(SONG, config)
    second = graph.invoke(SONG, config)
    assert second["log"][:3] == first["log"]
    assert (len(second["log"]), second["step_count"]) == (6, 6)


def test_an_empty_input_gives_a_report_too(graph, config):
    assert graph.invoke({}, config)["report"].startswith("Report on an unnamed subject")


@pytest.mark.parametrize(("step", "done"), [("research", 0), ("analyze", 1), ("report", 2)])
def test_fail_at_makes_that_step_fail_and_what_came_before_is_saved(graph, config, step, done):
    with pytest.raises(RuntimeError, match=f"{step} fails because fail_at names it"):
        graph.invoke({**SONG, "fail_at": step}, config)
    state = graph.get_state(config)
    assert (state.next, state.values["step_count"]) == ((step,), done)


@pytest.mark.parametrize("step", ["research", "analyze", "report"])
def test_clearing_fail_at_in_the_last_checkpoint_lets_the_run_go_on_from_there(graph, config, step, capsys):
    with pytest.raises(RuntimeError):
        graph.invoke({**SONG, "fail_at": step}, config)
    fork = graph.update_state(graph.get_state(config).config, {"fail_at": ""})
    capsys.readouterr()
    result = graph.invoke(None, fork)
    assert (result["status"], result["step_count"]) == ("completed", 3)
    assert capsys.readouterr().out.startswith(f"T-1: {step} begins\n")


def test_steps_print_what_they_do(graph, config, capsys):
    graph.invoke({**SONG, "task_id": "T-7"}, config)
    printed = capsys.readouterr().out
    assert all(f"T-7: {step} begins\n" in printed for step in ("research", "analyze", "report"))
