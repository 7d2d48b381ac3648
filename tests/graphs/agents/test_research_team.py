import importlib

import pytest
from langgraph.types import Command

BEES = {"topic": "How bees agree"}


@pytest.fixture
def graph(sample):
    return sample("research_team")


@pytest.fixture
def asked(graph, config):
    """The graph, where the researcher waits for a person."""
    graph.invoke(BEES, config)
    return graph


def question(graph, config):
    return graph.get_state(config).interrupts[0].value


def test_the_researcher_asks_a_person_and_the_graph_above_waits_at_it(asked, config):
    assert asked.get_state(config).next == ("researcher",)
    asks = question(asked, config)
    assert asks["question"] == "Which angle of “How bees agree”?"
    assert list(asks["angles"]) == ["1", "2", "3"]


@pytest.mark.parametrize("answer", ["2", 2, " 2 "])
def test_a_number_takes_that_angle(asked, config, answer):
    angles = question(asked, config)["angles"]
    assert asked.invoke(Command(resume=answer), config)["angle"] == angles["2"]


@pytest.mark.parametrize("answer", ["它们怎么跳舞 🐝", "9"])
def test_other_words_are_an_angle_of_their_own(asked, config, answer):
    result = asked.invoke(Command(resume=answer), config)
    assert (result["angle"], answer in result["article"]) == (answer, True)


@pytest.mark.parametrize("answer", ["", " ", None])
def test_an_empty_answer_takes_the_first_angle(answer):
    assert importlib.import_module("research_team").chosen(answer, ["a", "b"]) == "a"


def test_the_article_has_the_notes_and_the_editors_steps_are_logged(asked, config):
    result = asked.invoke(Command(resume="who leads"), config)
    assert result["article"].splitlines() == [
        "How bees agree (who leads)",
        "- How bees agree: who leads, from afar",
        "- and who leads, from close by",
    ]
    assert result["log"] == ["assign: How bees agree", "write: 2 notes"]


def test_each_graph_has_checkpoints_of_its_own(asked, config, saver):
    asked.invoke(Command(resume="1"), config)
    found = [one.config["configurable"]["checkpoint_ns"] for one in saver.list(config)]
    inside = {namespace for namespace in found if namespace}
    assert len(inside) == 1
    assert inside.pop().startswith("researcher:")
    assert found.count("") == 5


def test_what_only_the_researcher_has_never_reaches_the_graph_above(asked, config):
    waiting = asked.get_state(config, subgraphs=True).tasks[0].state
    assert (waiting.next, len(waiting.values["angles"])) == (("choose_angle",), 3)
    result = asked.invoke(Command(resume="1"), config)
    assert "angles" not in result


def test_the_answer_repeats_neither_the_editors_step_nor_the_researchers_first(asked, config, capsys):
    capsys.readouterr()
    asked.invoke(Command(resume="1"), config)
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in printed] == ["researcher", "researcher", "editor"]
    assert "?" not in printed[0]


def test_a_fork_above_with_another_brief_makes_the_researcher_ask_anew(asked, config):
    asked.invoke(Command(resume="1"), config)
    before = next(state for state in asked.get_state_history(config) if state.next == ("researcher",))
    fork = asked.update_state(before.config, {"brief": "ants"})
    asked.invoke(None, fork)
    assert question(asked, config)["question"] == "Which angle of “ants”?"
    assert asked.invoke(Command(resume="1"), config)["article"].startswith("ants (")


def test_the_drawing_can_show_the_steps_of_both_graphs(graph):
    nodes = set(graph.get_graph(xray=True).nodes)
    assert {"assign", "researcher:list_angles", "researcher:choose_angle", "researcher:take_notes", "write"} <= nodes
