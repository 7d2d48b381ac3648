"""Making tasks: one of a topic, or all the examples at once."""

import pytest

from tests.components.conftest import Drawn, Started
from ui.components.tasks.form import task_form
from ui.services.pipeline_tasks import EXAMPLES
from ui.timetravel.model.jobs import Input

pytestmark = pytest.mark.usefixtures("with_graph")


def inputs(started: Started) -> list[dict[str, object]]:
    return [job.action.value for job, _ in started if isinstance(job.action, Input)]  # type: ignore[misc]


def test_a_topic_starts_a_task_on_a_thread_of_its_own_and_the_field_is_empty_again(
    drawn: Drawn, started: Started
) -> None:
    part = drawn(task_form)
    part.app.text_input[0].set_value("  Why <b>*tides*</b>? ")
    part.app.selectbox[0].select("newsletter")
    part.press("Create task")
    (given,) = inputs(started)
    assert (given["topic"], given["platform"]) == ("Why <b>*tides*</b>?", "newsletter")
    assert started[0][0].thread_id == given["task_id"]
    assert part.view.thread == given["task_id"]
    assert part.app.text_input[0].value == ""


def test_without_a_topic_nothing_starts_and_it_says_what_is_missing(drawn: Drawn, started: Started) -> None:
    part = drawn(task_form).press("Create task")
    assert started == []
    assert part.lines == [("failed", "Type what the task is to write about.")]
    assert part.run().lines == [], "once"


def test_the_examples_start_together_each_on_its_own_thread(drawn: Drawn, started: Started) -> None:
    drawn(task_form).press(f"Create {len(EXAMPLES)} example tasks")
    assert [one["topic"] for one in inputs(started)] == list(EXAMPLES)
    assert len({job.thread_id for job, _ in started}) == len(EXAMPLES)
