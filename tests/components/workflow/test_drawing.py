"""A graph's workflow, its marks of a run, and the source code of its nodes."""

from dataclasses import replace

import pytest

from tests.components.conftest import Drawn
from ui.components.workflow.drawing import legend, progress, sources, workflow_drawing
from ui.timetravel.model.graphs import EdgeInfo, GraphInfo, NodeInfo
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.runs import NodeRun, NodeState, Pause, RunState, RunStatus, Try

JOB = Job("g", "s", "t", Input({}))


def task(node: str, state: NodeState, at: float = 1.0, step: int = 1, namespace: str = "") -> NodeRun:
    ended = None if state is NodeState.RUNNING else at + 1
    return NodeRun(f"{node}{at}", node, namespace, step, started=at, ended=ended, state=state)


def test_a_node_that_failed_in_an_earlier_try_is_marked_by_its_last_one() -> None:
    failed, passed = task("work", NodeState.FAILED), task("work", NodeState.DONE, at=5.0)
    tries = (Try(1, 0.5, RunStatus.FAILED, 2.5), Try(2, 4.5, RunStatus.FINISHED, 6.5))
    marks = progress(RunState("r", JOB, RunStatus.FINISHED, 0.5, 6.5, nodes=(failed, passed), tries=tries))
    assert (marks.failed, marks.done) == (frozenset(), {"work"})
    waiting = progress(RunState("r", JOB, RunStatus.WAITING, 0.5, nodes=(failed,), tries=tries[:1]))
    assert (waiting.failed, waiting.done) == ({"work"}, frozenset())


def test_a_cancelled_node_is_marked_neither_as_done_nor_as_failed() -> None:
    nodes = (task("a", NodeState.FAILED), task("b", NodeState.CANCELLED), task("c", NodeState.CACHED))
    marks = progress(RunState("r", JOB, RunStatus.FAILED, 0.5, 6.5, nodes=nodes))
    assert (marks.failed, marks.cancelled, marks.done, marks.notes) == ({"a"}, {"b"}, {"c"}, {"c": "from the cache"})
    assert legend(marks) == "✔ done · ✖ failed · ■ cancelled or stopped"


def test_a_node_of_a_loop_is_marked_by_its_last_step() -> None:
    nodes = (task("work", NodeState.HANDLED), task("work", NodeState.RUNNING, at=3.0, step=2))
    marks = progress(RunState("r", JOB, RunStatus.RUNNING, 0.5, nodes=nodes))
    assert (marks.failed, marks.running) == (frozenset(), {"work"})


def test_the_node_that_a_pause_is_before_is_next_inside_a_subgraph_too() -> None:
    pauses = (Pause("around:review", "before", "graph"),)
    run = RunState("r", JOB, RunStatus.INTERRUPTED, 0.5, 1.0, next=("around",), pauses=pauses)
    assert progress(run).due == {"around", "around:review"}


def test_a_node_says_how_many_of_its_tasks_the_cache_answered_and_that_its_failure_was_handled() -> None:
    nodes = (task("a", NodeState.CACHED), task("a", NodeState.DONE, at=1.5), task("b", NodeState.HANDLED))
    marks = progress(RunState("r", JOB, RunStatus.FINISHED, 0.5, 6.5, nodes=nodes))
    assert marks.notes == {"a": "1 of 2 from the cache", "b": "handled"}


INFO = GraphInfo(
    name="<b>loop</b>",
    description="",
    nodes=(
        NodeInfo("__start__"),
        NodeInfo("count", "def count(state):\n    return '**a**'\n", "loop.py", 7, is_async=True),
        NodeInfo("<i>odd</i> [b]"),
    ),
    edges=(EdgeInfo("__start__", "count"), EdgeInfo("count", "<i>odd</i> [b]", conditional=True, label="go")),
    channels=(),
    input_schema={},
)


@pytest.mark.usefixtures("looked_at")
def test_a_workflow_alone_has_its_nodes_and_no_legend(drawn: Drawn) -> None:
    part = drawn(lambda: workflow_drawing(INFO))
    (drawing,) = part.app.get("graphviz_chart")
    assert "count" in drawing.proto.spec
    assert '"<i>odd</i> [b]"' in drawing.proto.spec, "quoted, so that graphviz takes it for a text"
    assert part.says == ""


@pytest.mark.usefixtures("looked_at")
def test_the_marks_of_a_run_are_explained_below(drawn: Drawn) -> None:
    run = RunState("r", JOB, RunStatus.RUNNING, 0.5, nodes=(task("count", NodeState.RUNNING),))
    assert drawn(lambda: workflow_drawing(INFO, run)).says == "▶ runs"


@pytest.mark.usefixtures("looked_at")
def test_the_source_of_a_node_is_code_below_where_it_stands(drawn: Drawn) -> None:
    part = drawn(lambda: sources(INFO))
    assert part.lines == [("heading", "count · async"), ("quiet", "loop.py, line 7")]
    assert part.app.code[0].value.rstrip() == INFO.nodes[1].source.rstrip()


@pytest.mark.usefixtures("looked_at")
def test_where_python_gives_no_source_that_is_said(drawn: Drawn) -> None:
    assert drawn(lambda: sources(replace(INFO, nodes=INFO.nodes[:1]))).says == (
        "Python can't give the source code of these nodes."
    )
