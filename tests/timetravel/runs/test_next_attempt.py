"""What the next try does, by what the one before had saved. Each case says how far that one came."""

from dataclasses import replace

import pytest

from ui.timetravel.model.jobs import Answer, Edits, Input, Job, Resume
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.runs.retries.next_attempt import GONE, UNSURE, GiveUp, next_job

FRESH = Job("g", "s", "t", Input({"n": 1}), interrupt_before=("n",))
GO_ON = replace(FRESH, action=Resume())
FORK = replace(GO_ON, checkpoint_id="2")
CHANGE = replace(FORK, edits=Edits({"n": 2}))
COPY = replace(FORK, copy_to="new")
ANSWER = replace(FRESH, action=Answer({"": "yes"}))


def ended(*told: str, prepared: int | None = 0, died: bool = False) -> RunState:
    status = RunStatus.DIED if died else RunStatus.FAILED
    return RunState("r", FRESH, status, 0.0, 1.0, checkpoints=told, prepared=prepared)


@pytest.mark.parametrize("job", [FRESH, GO_ON, FORK, ANSWER])
def test_what_saved_something_is_gone_on_with(job):
    assert next_job(job, ended("3"), "2", None) == GO_ON


@pytest.mark.parametrize("job", [FRESH, GO_ON, FORK, CHANGE, COPY, ANSWER])
def test_what_failed_before_it_wrote_anything_is_done_as_it_was_asked(job):
    assert next_job(job, ended(prepared=None), "2", None) == job


@pytest.mark.parametrize("job", [FRESH, FORK, ANSWER])
def test_an_action_of_which_nothing_was_saved_is_done_again(job):
    assert next_job(job, ended(), "2", None) == job
    assert next_job(job, ended(died=True), "2", "2") == job


def test_an_edit_is_not_made_again_and_the_run_goes_on_from_it():
    assert next_job(CHANGE, ended("3", prepared=1), "2", None) == GO_ON
    assert next_job(CHANGE, ended("3", "4", prepared=1), "2", None) == GO_ON


def test_a_copy_is_not_made_again_and_the_run_goes_on_in_it():
    assert next_job(COPY, ended("2", "3", prepared=1), None, None) == replace(GO_ON, thread_id="new")
    answer = replace(ANSWER, copy_to="new")
    assert next_job(answer, ended("2", prepared=1), None, None) == replace(ANSWER, thread_id="new")


def test_a_copy_or_edit_that_may_be_there_in_part_is_left_to_the_person():
    assert next_job(COPY, ended("2", prepared=None, died=True), None, "2") == GiveUp(UNSURE)
    assert next_job(CHANGE, ended(prepared=None, died=True), "2", "3") == GiveUp(UNSURE)
    refused_after_its_copy = ended("2", prepared=None)
    assert next_job(replace(CHANGE, copy_to="new"), refused_after_its_copy, None, None) == GiveUp(UNSURE)


def test_a_worker_that_died_may_have_saved_what_it_could_not_tell():
    assert next_job(FRESH, ended(died=True), "2", "3") == GO_ON
    assert next_job(FRESH, ended(prepared=None, died=True), None, "1") == GO_ON


def test_a_memory_that_is_gone_leaves_only_a_run_that_began_on_an_empty_thread():
    assert next_job(FRESH, ended("1", died=True), None, None) == FRESH
    assert next_job(FRESH, ended("3", died=True), "2", None) == GiveUp(GONE)
    assert next_job(GO_ON, ended(died=True), "2", None) == GiveUp(GONE)
