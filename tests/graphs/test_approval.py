import importlib

import pytest
from langgraph.types import Command

HOURS = {"request": "We open at ten", "recipient": "Ada"}


@pytest.fixture
def graph(sample):
    return sample("approval")


@pytest.fixture
def asked(graph, config):
    """The graph, where it waits for a person."""
    graph.invoke(HOURS, config)
    return graph


def question(graph, config):
    return graph.get_state(config).interrupts[0].value


def test_it_drafts_and_asks_with_the_draft_and_the_answers_there_are(asked, config):
    assert asked.get_state(config).next == ("review",)
    asks = question(asked, config)
    assert asks["draft"] == "Dear Ada, We open at ten. Thank you!"
    assert list(asks["answers"]) == ["accept", "edit", "reject"]
    assert "problem" not in asks


@pytest.mark.parametrize("answer", ["accept", " Accept ", {"action": "accept"}])
def test_accept_sends_the_draft(asked, config, answer):
    result = asked.invoke(Command(resume=answer), config)
    assert (result["status"], result["sent"]) == ("sent", "Dear Ada, We open at ten. Thank you!")
    assert result["log"] == ["draft: a message to Ada", "review: accept", "send: 36 characters"]


@pytest.mark.parametrize("answer", ["edit: 十点开门：请看 📚", {"action": "edit", "text": "十点开门：请看 📚"}])
def test_edit_sends_the_persons_text(asked, config, answer):
    result = asked.invoke(Command(resume=answer), config)
    assert (result["status"], result["sent"]) == ("sent", "十点开门：请看 📚")
    assert result["draft"] == "Dear Ada, We open at ten. Thank you!"


@pytest.mark.parametrize("answer", ["reject: too short", {"action": "reject", "reason": "too short"}])
def test_reject_sends_nothing_and_keeps_the_reason(asked, config, answer):
    result = asked.invoke(Command(resume=answer), config)
    assert (result["status"], result["sent"]) == ("rejected", "")
    assert result["log"][-1] == "drop: too short"


@pytest.mark.parametrize("answer", ["maybe", "", "edit", "edit: ", {"action": "edit"}, {"to": "x"}, ["accept"], 3])
def test_a_bad_answer_is_asked_again_and_the_question_says_what_was_wrong(asked, config, answer):
    asked.invoke(Command(resume=answer), config)
    assert asked.get_state(config).next == ("review",)
    assert question(asked, config)["problem"]
    assert question(asked, config)["draft"] == "Dear Ada, We open at ten. Thank you!"
    assert asked.invoke(Command(resume="accept"), config)["status"] == "sent"


def test_bad_answers_one_after_the_other_are_each_a_checkpoint(asked, config):
    for answer in ("what?", "why?"):
        asked.invoke(Command(resume=answer), config)
    log = asked.invoke(Command(resume="reject"), config)["log"]
    assert log[1:] == [
        "review: asked again",
        "review: asked again",
        "review: reject",
        "drop: no reason given",
    ]


def test_the_draft_is_not_written_again_after_the_answer(asked, config, capsys):
    capsys.readouterr()
    asked.invoke(Command(resume="accept"), config)
    assert "drafting" not in capsys.readouterr().out


def test_run_again_from_where_it_waited_it_asks_anew_and_another_answer_makes_another_branch(asked, config):
    waiting = asked.get_state(config).config
    asked.invoke(Command(resume="accept"), config)
    asked.invoke(None, waiting)
    assert question(asked, config)["draft"] == "Dear Ada, We open at ten. Thank you!"
    result = asked.invoke(Command(resume="reject: no"), config)
    assert result["status"] == "rejected"
    ends = [state.values["status"] for state in asked.get_state_history(config) if not state.next]
    assert sorted(ends) == ["rejected", "sent"]


def test_a_second_request_on_the_thread_is_asked_about_anew(asked, config):
    asked.invoke(Command(resume="maybe"), config)
    asked.invoke(Command(resume="accept"), config)
    result = asked.invoke({"request": "We close at six"}, config)
    assert (result["status"], result["sent"], result["problem"]) == ("waiting", "", "")
    assert question(asked, config)["draft"] == "Dear Ada, We close at six. Thank you!"


def test_where_a_review_can_lead_is_drawn(graph):
    targets = {edge.target for edge in graph.get_graph().edges if edge.source == "review"}
    assert targets == {"review", "send", "drop"}


def test_the_file_outside_the_state_tells_that_review_began_anew_with_the_answer(asked, config):
    asked.invoke(Command(resume="accept"), config)
    assert importlib.import_module("parts.node_runs").runs("t") == {"draft": 1, "review": 2}
