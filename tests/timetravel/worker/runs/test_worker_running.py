import pytest

from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.model.runs import RunStatus


def test_a_run_of_sync_and_async_nodes_finishes_and_tells_each_task(do, values):
    state = do("steps", Input({"topic": "owls", "log": ["in"]}))
    assert state.status is RunStatus.FINISHED
    assert [(each.node, each.step) for each in state.nodes] == [("plan", 1), ("write", 2), ("check", 3)]
    assert all(each.ended is not None and each.started <= each.ended and not each.error for each in state.nodes)
    assert values()["log"] == ["in", "plan", "write", "check"]


def test_the_checkpoints_are_told_in_order_and_the_head_is_the_newest(do, values):
    state = do("steps", Input({"topic": "owls"}))
    assert len(state.checkpoints) == 5
    assert list(state.checkpoints) == sorted(state.checkpoints)
    assert state.head == state.checkpoints[-1]
    assert values(checkpoint=state.head)["topic"] == "owls!"


@pytest.mark.parametrize("graph", ["uncompiled", "made", "made_async"])
def test_the_variable_may_be_a_builder_or_a_function_that_makes_the_graph(do, graph):
    assert do(graph, Input({"topic": "x"})).status is RunStatus.FINISHED


def test_a_failing_node_is_named_with_the_users_traceback_alone(do):
    state = do("steps", Input({"fail": True}))
    assert state.status is RunStatus.FAILED
    assert state.failure is not None
    assert (state.failure.node, state.failure.type, state.failure.message) == ("check", "ValueError", "not good enough")
    assert "steps.py" in state.failure.traceback
    assert "langgraph" not in state.failure.traceback
    assert "asyncio" not in state.failure.traceback
    assert state.nodes[-1].error == "ValueError: not good enough"


def test_a_failed_run_goes_on_at_the_failed_node(do, values):
    failed = do("steps", Input({"fail": True}))
    do("steps", Resume(), edits=Edits({"fail": False}), run=False)
    state = do("steps", Resume())
    assert failed.status is RunStatus.FAILED
    assert [each.node for each in state.nodes] == ["check"]
    assert values()["log"] == ["plan", "write", "check"]


def test_an_interrupt_brings_its_question_and_takes_an_answer(do, values):
    asked = do("one")
    assert asked.status is RunStatus.INTERRUPTED
    (question,) = asked.interrupts
    assert question.value["question"] == "how many?"
    assert asked.nodes[-1].interrupted
    assert do("one", Answer({question.id: 2})).status is RunStatus.FINISHED
    assert values()["log"] == ["before", "answer=2", "after"]


@pytest.mark.parametrize("answer", [None, {}, {"a": 1}, [], "text", False])
def test_any_value_can_be_an_answer(do, values, answer):
    do("one")
    assert do("one", Answer({"": answer})).status is RunStatus.FINISHED
    assert values()["log"][1] == f"answer={answer}"


def test_two_questions_at_once_are_answered_by_their_ids(do, values):
    asked = do("two")
    answers = {each.id: each.value.upper() for each in asked.interrupts}
    assert len(answers) == 2
    assert do("two", Answer(answers)).status is RunStatus.FINISHED
    assert values()["log"] == ["before", "left=LEFT?", "right=RIGHT?"]


def test_one_of_two_questions_can_be_answered_first(do):
    asked = do("two")
    first, second = asked.interrupts
    state = do("two", Answer({first.id: "x"}))
    assert state.status is RunStatus.INTERRUPTED
    assert [each.id for each in state.interrupts] == [second.id]


def test_an_interrupt_inside_a_subgraph_is_told_and_answered(do, values):
    asked = do("nested")
    assert asked.status is RunStatus.INTERRUPTED
    inner = [each for each in asked.nodes if each.namespace]
    assert [each.node for each in inner] == ["first", "ask"]
    assert all(each.namespace.startswith("inside:") for each in inner)
    assert do("nested", Answer({asked.interrupts[0].id: 1})).status is RunStatus.FINISHED
    assert values()["log"][-2:] == ["answer=1", "after"]


def test_the_checkpoints_of_a_subgraph_are_not_counted_among_the_roots(do):
    asked = do("nested")
    assert len(asked.checkpoints) == 3


def test_send_starts_a_task_for_each_item(do, values):
    state = do("fan", Input({"items": ["a", "b", "c"]}))
    assert [each.node for each in state.nodes] == ["before", "work", "work", "work"]
    assert values()["log"] == ["before", "worked on a", "worked on b", "worked on c"]


def test_a_run_stops_before_a_chosen_node_and_goes_on(do, values):
    state = do("steps", Input({"topic": "x"}), interrupt_before=("write",))
    assert (state.status, state.interrupts) == (RunStatus.INTERRUPTED, ())
    assert values()["log"] == ["plan"]
    assert do("steps", Resume()).status is RunStatus.FINISHED
    assert values()["log"] == ["plan", "write", "check"]


def test_a_run_stops_after_a_chosen_node(do, values):
    state = do("steps", Input({"topic": "x"}), interrupt_after=("write",))
    assert state.status is RunStatus.INTERRUPTED
    assert values()["log"] == ["plan", "write"]


def test_a_thread_without_checkpoints_can_not_be_resumed(do):
    state = do("steps", Resume())
    assert state.status is RunStatus.FAILED
    assert state.failure is not None
    assert state.failure.message


def test_the_store_may_be_a_relative_path_and_is_made_with_its_folder(workers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = workers.start(Job("steps", "new/folder/s.sqlite", "t", Input({"topic": "x"}))).wait(30)
    assert state.status is RunStatus.FINISHED
    assert (tmp_path / "new" / "folder" / "s.sqlite").is_file()


def test_a_new_input_goes_through_the_reducers(do, values):
    do("steps", Input({"log": ["one"]}))
    do("steps", Input({"log": ["two"]}))
    assert values()["log"] == ["one", "plan", "write", "check", "two", "plan", "write", "check"]
