"""A run as it is now: what runs, what came out, how it ended and what to do next."""

from pathlib import Path
from typing import Any

import pytest

from tests.components.conftest import Drawn, Part, ShownRun, Started, run_state
from ui.components.run.status import (
    last_output_button,
    outcome,
    output,
    status_line,
    steps,
    stop_button,
    traceback_button,
)
from ui.timetravel.model.checkpoints import Interrupt
from ui.timetravel.model.jobs import Answer, Resume
from ui.timetravel.model.runs import WORKER_DIED, Failure, NodeRun, NodeState, Output, RunState, RunStatus

pytestmark = pytest.mark.usefixtures("with_graph")

NO = Failure("work", "ValueError", "<b>no</b> luck", "Traceback (most recent call last): …")
DIED = Failure("", WORKER_DIED, "The worker process died: killed by signal 9.", "last words")


def node(name: str, state: NodeState = NodeState.RUNNING, step: int = 1) -> NodeRun:
    return NodeRun(
        f"{name}-{step}", name, "", step, 1_000.0, None if state is NodeState.RUNNING else 1_001.5, "", state
    )


def line(drawn: Drawn, status: RunStatus, **more: Any) -> list[tuple[str, str]]:
    return drawn(lambda: status_line(run_state(status, **more))).lines


def test_a_run_says_which_node_runs_and_on_which_thread(drawn: Drawn) -> None:
    (look, facts), (_, now) = line(drawn, RunStatus.RUNNING, nodes=(node("a", NodeState.DONE), node("<i>b</i>")))
    assert look == "text"
    assert facts.startswith("▶ Running · ")
    assert facts.endswith("thread loop")
    assert now == "<i>b</i> runs now"


@pytest.mark.parametrize(
    ("status", "look", "words"),
    [
        (RunStatus.STOPPED, "asks", "■ Stopped · 9.0 s"),
        (RunStatus.DIED, "failed", "✖ The worker process died · 9.0 s"),
        (RunStatus.FAILED, "failed", "✖ Failed · 9.0 s"),
    ],
)
def test_a_run_that_ended_says_how_and_for_how_long_it_was_on(
    drawn: Drawn, status: RunStatus, look: str, words: str
) -> None:
    first = line(drawn, status, ended=1_009.0, nodes=(node("a", NodeState.DONE),))[0]
    assert first[0] == look
    assert first[1].startswith(words)


def test_why_it_failed_is_said_with_the_node_that_raised_it(drawn: Drawn) -> None:
    assert ("text", "work raised ValueError: <b>no</b> luck") in line(drawn, RunStatus.FAILED, ended=1.0, failure=NO)


def test_a_run_that_is_tried_again_says_which_try_it_is(drawn: Drawn) -> None:
    assert "try 0 of 3" in line(drawn, RunStatus.RUNNING, most_tries=3)[0][1]


def test_stop_is_there_while_it_runs_and_stops_it(drawn: Drawn) -> None:
    run = ShownRun(run_state())
    drawn(lambda: stop_button(run, run.state())).press("Stop")
    assert run.asked == ["stop"]
    over = ShownRun(run_state(RunStatus.FINISHED))
    assert drawn(lambda: stop_button(over, over.state())).buttons == []
    stopping = ShownRun(run_state(RunStatus.STOPPING))
    assert drawn(lambda: stop_button(stopping, stopping.state())).app.button[0].disabled


def after(drawn: Drawn, status: RunStatus, store_file: Path, **more: Any) -> Part:
    return drawn(lambda: outcome(run_state(status, store=str(store_file), **more)))


def test_from_a_failure_one_resumes_with_or_without_retries(drawn: Drawn, store_file: Path, started: Started) -> None:
    part = after(drawn, RunStatus.FAILED, store_file, failure=NO)
    assert part.buttons == ["Resume from there", "Start"]
    part.press("Resume from there")
    part.press("Start")
    assert [job.action for job, _ in started] == [Resume(), Resume()]
    assert [retries is None for _, retries in started] == [True, False]


def test_while_it_goes_on_there_is_no_outcome(drawn: Drawn, store_file: Path) -> None:
    part = after(drawn, RunStatus.RUNNING, store_file)
    assert (part.lines, part.buttons) == ([], [])


def test_what_it_asks_is_answered_there(drawn: Drawn, store_file: Path, started: Started) -> None:
    part = after(drawn, RunStatus.INTERRUPTED, store_file, interrupts=(Interrupt("q1", "Go **on**?"),))
    assert part.said_by["asks"] == ["The run asks: Go **on**?"]
    part.app.text_area[0].set_value("yes")
    part.press("Answer and go on")
    ((job, _),) = started
    assert isinstance(job.action, Answer)
    assert job.action.values == {"q1": "yes"}


def test_a_pause_without_a_question_is_gone_on_from(drawn: Drawn, store_file: Path) -> None:
    assert after(drawn, RunStatus.INTERRUPTED, store_file, next=("a",)).buttons == ["Resume from there"]


def test_a_traceback_is_behind_a_button_and_so_are_the_last_words_of_a_worker(drawn: Drawn) -> None:
    def both(failure: Failure) -> Part:
        state = run_state(RunStatus.FAILED, failure=failure)
        return drawn(lambda: (traceback_button(state), last_output_button(state)))

    def labels(part: Part) -> list[str]:
        return [one.proto.popover.label for one in part.app.get("popover")]

    assert (labels(both(NO)), both(NO).app.code[0].value) == (["Traceback"], NO.traceback)
    assert (labels(both(DIED)), both(DIED).app.code[0].value) == (["Last output"], "last words")
    assert labels(both(Failure("", "X", "no", ""))) == []


def test_tasks_are_listed_newest_first_and_those_that_did_not_run_took_no_time(drawn: Drawn) -> None:
    state = run_state(nodes=(node("a", NodeState.CACHED), node("<b>b</b>", NodeState.DONE, 2)))
    (shown,) = drawn(lambda: steps(state)).app.dataframe
    assert shown.value.to_dict("list") == {
        "Step": [2, 1],
        "Node": ["<b>b</b>", "a"],
        "State": ["✔ done", "✔ from the cache"],
        "Took": ["1.5 s", ""],
    }


def test_of_very_many_tasks_the_last_are_listed_and_the_others_counted(drawn: Drawn) -> None:
    state = run_state(
        nodes=tuple(node("a", NodeState.DONE, step) for step in range(400)), unlisted={NodeState.DONE: 50}
    )
    part = drawn(lambda: steps(state))
    assert len(part.app.dataframe[0].value) == 300
    assert part.says == "150 more tasks: the last 300 are listed."
    assert not drawn(lambda: steps(run_state())).app.dataframe


def pieces(drawn: Drawn, *out: Output) -> list[tuple[str, str]]:
    state: RunState = run_state(output=out)
    return drawn(lambda: output(state)).lines


def test_what_nodes_print_is_text_below_who_printed_it(drawn: Drawn) -> None:
    found = pieces(
        drawn, Output("stdout", "a", "**x** <b>\n"), Output("stderr", "", "oh\n"), Output("stdout", "a", "y\n")
    )
    assert found == [
        ("quiet", "a printed"),
        ("text", "**x** <b>\ny"),
        ("quiet", "the process printed (stderr)"),
        ("text", "oh"),
    ]


def test_what_a_model_says_is_not_said_twice_where_its_node_prints_it(drawn: Drawn) -> None:
    found = pieces(drawn, Output("token", "a", "hello"), Output("stdout", "a", "hello\n"))
    assert found == [("quiet", "a printed"), ("text", "hello")]


def test_of_very_much_output_the_first_and_the_last_are_shown(drawn: Drawn) -> None:
    found = pieces(drawn, *(Output("stdout", f"n{number}", "x" * 10) for number in range(500)))
    assert ("quiet", "… 3,000 characters are not shown …") in found
    assert found[0] == ("quiet", "n0 printed")
    assert found[-2] == ("quiet", "n499 printed")
    assert pieces(drawn) == []
