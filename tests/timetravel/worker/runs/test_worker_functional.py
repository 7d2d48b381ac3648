"""A functional graph (`@entrypoint`): its description, and a change of what it returned or saved."""

from ui.timetravel.model.channel_names import RESULT, SAVED
from ui.timetravel.model.jobs import Answer, Edits, Input, Resume
from ui.timetravel.model.runs import RunStatus


def test_it_is_described_with_its_result_its_saved_value_and_its_tasks(workers):
    info = workers.describe("workflow")
    assert [channel.name for channel in info.channels] == [RESULT, SAVED]
    assert (info.outputs, info.tasks) == ((RESULT,), ("one",))
    assert [node.name for node in info.nodes] == ["workflow"]


def finished(do):
    do("workflow", Input(1))
    assert do("workflow", Answer({"": "yes"})).status is RunStatus.FINISHED


def test_what_is_saved_for_the_next_run_can_be_changed_alone(do, values):
    finished(do)
    assert (values()[RESULT], values()[SAVED]) == (3, 2)
    state = do("workflow", Resume(), edits=Edits({SAVED: 40}, frozenset({SAVED})), run=False)
    assert state.status is RunStatus.FINISHED
    assert (values()[RESULT], values()[SAVED]) == (3, 40)


def test_a_change_before_it_returned_is_refused_since_it_would_count_as_its_result(do):
    do("workflow", Input(1))
    state = do("workflow", Resume(), edits=Edits({SAVED: 40}), run=False)
    assert state.status is RunStatus.FAILED
    assert "has not returned yet" in state.failure.message
