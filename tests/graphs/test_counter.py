import pytest


@pytest.fixture
def graph(sample):
    return sample("counter")


def test_it_counts_up_to_the_target_and_stops(graph, config):
    assert graph.invoke({"target": 3}, config) == {"target": 3, "count": 3}


def test_each_round_of_the_loop_is_one_checkpoint(graph, config):
    graph.invoke({"target": 4}, config)
    counts = [state.values.get("count") for state in graph.get_state_history(config)]
    assert counts == [4, 3, 2, 1, None, None]  # the last two: the start of the loop, and the input


def test_an_empty_input_counts_to_five(graph, config):
    assert graph.invoke({}, config)["count"] == 5


def test_a_higher_target_on_the_same_thread_counts_on(graph, config, capsys):
    graph.invoke({"target": 2}, config)
    graph.invoke({"target": 3}, config)
    assert capsys.readouterr().out.splitlines() == ["0 + 1 = 1", "1 + 1 = 2", "2 + 1 = 3"]


def test_a_target_that_is_reached_already_leaves_the_count_alone(graph, config, capsys):
    assert graph.invoke({"target": 0}, config)["count"] == 0
    assert capsys.readouterr().out == "0 is there already\n"


def test_a_fork_in_the_middle_goes_on_from_the_changed_count(graph, config):
    graph.invoke({"target": 4}, config)
    middle = next(state for state in graph.get_state_history(config) if state.values.get("count") == 2)
    fork = graph.update_state(middle.config, {"count": 0})
    assert graph.invoke(None, fork)["count"] == 4
    assert len([state for state in graph.get_state_history(config) if state.values.get("count") == 3]) == 2


def test_the_loop_is_a_conditional_edge_back_to_its_node(graph):
    back = [edge for edge in graph.get_graph().edges if edge.source == edge.target == "increment"]
    assert [(edge.conditional, edge.data) for edge in back] == [(True, "again")]
