"""What is asked for, and the same on a store."""

from dataclasses import fields

import pytest

from ui.timetravel.model.jobs import Edits, Input, Job, Resume, RunRequest, RunSettings

REQUEST = RunRequest(
    "g", "t", Resume(), "2", edits=Edits({"x": 1}), copy_to="new", run=False, settings=RunSettings(tags=("a",))
)


def test_a_job_is_what_was_asked_for_on_a_store() -> None:
    job = REQUEST.on("s.sqlite")
    assert (job.store, job.target_thread) == ("s.sqlite", "new")
    assert {each.name: getattr(job, each.name) for each in fields(REQUEST)} == {
        each.name: getattr(REQUEST, each.name) for each in fields(REQUEST)
    }


def test_what_a_job_was_made_of_can_be_asked_for_again() -> None:
    assert REQUEST.on("s.sqlite").request == REQUEST


def test_a_job_has_besides_only_what_is_known_once_there_is_a_store() -> None:
    more = {each.name for each in fields(Job)} - {each.name for each in fields(RunRequest)}
    assert more == {"store", "surroundings", "allowed"}


@pytest.mark.parametrize("make", [lambda: REQUEST.on(""), lambda: Job("g", "", "t", Input({}))])
def test_no_job_is_without_a_store(make) -> None:
    with pytest.raises(ValueError, match="name it"):
        make()
