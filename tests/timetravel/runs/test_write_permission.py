"""Where a run may write, by what is in the store and what would run it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ui.timetravel.model.checkpoints import Checkpoint, Header
from ui.timetravel.model.graphs import ChannelInfo, GraphInfo, Runtime
from ui.timetravel.model.jobs import Edits, Input, Resume, RunRequest
from ui.timetravel.runs.write_permission import Destination, Ground, Permission, permission

THREAD, NEW, SANDBOX = Destination
ON = RunRequest("g", "t", Resume())
FORK = replace(ON, checkpoint_id="2")
CHANGE = replace(FORK, edits=Edits({"x": 1}))


def header(number: int = 4, **fields: Any) -> Header:
    return Header("t", "", "2", None, datetime.now(UTC), 1, "loop", 10, format=number, **fields)


def start(*due: str, **fields: Any) -> Checkpoint:
    return Checkpoint(header(**fields), {}, {"x": "1"}, {}, 4, due)


def graph(langgraph: str = "1.2.22", *nodes: str, **fields: Any) -> GraphInfo:
    names = {"": ("__start__", *nodes)}
    runtime = Runtime("python", langgraph, "4", 4)
    return GraphInfo("g", "", (), (), fields.pop("channels", ()), {}, node_names=names, runtime=runtime, **fields)


def allowed(found: Permission) -> list[Destination]:
    return [place for place in Destination if found.allows(place)]


def test_a_thread_of_this_format_may_be_written_to() -> None:
    assert allowed(permission(ON, Ground(newest=header()), graph())) == [THREAD, NEW, SANDBOX]


@pytest.mark.parametrize("head", [header(javascript=True), header(1), header(3), header(9)])
def test_a_thread_of_another_program_goes_to_the_sandbox_alone_and_is_told_why(head: Header) -> None:
    for request in (ON, FORK, CHANGE, replace(ON, action=Input({}))):
        found = permission(request, Ground(newest=head), graph())
        assert allowed(found) == [SANDBOX]
        assert "it is only read here" in found.why_not()


def test_a_format_that_the_store_hides_is_left_to_the_worker() -> None:
    assert allowed(permission(ON, Ground(newest=header(0)))) == [THREAD, NEW, SANDBOX]


def test_an_old_start_in_a_thread_of_this_format_does_no_harm_but_one_of_javascript_does() -> None:
    ground = Ground(newest=header(), start=start("a", number=1))
    assert permission(FORK, ground, graph("1.2.22", "a")).allows(THREAD)
    ground = Ground(newest=header(), start=start("a", javascript=True))
    assert allowed(permission(FORK, ground, graph("1.2.22", "a"))) == [SANDBOX]


def test_a_new_thread_is_refused_only_where_all_the_threads_that_changed_last_are_anothers() -> None:
    new = replace(ON, action=Input({}))
    others = [header(javascript=True), header(1)]
    assert allowed(permission(new, Ground(others=others))) == [SANDBOX]
    assert allowed(permission(new, Ground(others=[*others, header()]))) == [THREAD, NEW, SANDBOX]
    assert allowed(permission(new, Ground())) == [THREAD, NEW, SANDBOX]


@pytest.mark.parametrize(("langgraph", "places"), [("0.6.11", [NEW, SANDBOX]), ("1.0.4", [NEW, SANDBOX])])
def test_a_change_where_something_ran_needs_a_new_thread_with_an_old_langgraph(langgraph: str, places: Any) -> None:
    ground = Ground(newest=header(), start=start("a"), ran_from_start=True)
    found = permission(CHANGE, ground, graph(langgraph, "a"))
    assert allowed(found) == places
    assert f"langgraph {langgraph}" in found.why_not()
    assert "1.0.5 or later" in found.why_not()
    assert permission(CHANGE, replace(ground, ran_from_start=False), graph(langgraph, "a")).allows(THREAD)
    assert permission(FORK, ground, graph(langgraph, "a")).allows(THREAD)
    assert permission(CHANGE, ground, graph("1.0.5", "a")).allows(THREAD)


@pytest.mark.parametrize(
    "deltas", [{"channels": (ChannelInfo("log", "list", delta=True),)}, {"delta_inside": True}], ids=["own", "inside"]
)
def test_delta_channels_are_forked_in_their_thread_only_by_a_langgraph_that_can(deltas: Any) -> None:
    ground = Ground(newest=header(), start=start("a"))
    for request in (FORK, CHANGE):
        found = permission(request, ground, graph("1.2.12", "a", **deltas))
        assert allowed(found) == [NEW, SANDBOX]
        assert "1.2.13 or later" in found.why_not()
        assert permission(request, ground, graph("1.2.13", "a", **deltas)).allows(THREAD)
    assert permission(ON, ground, graph("1.2.12", "a", **deltas)).allows(THREAD)


def test_a_subgraphs_checkpoint_is_not_copied_alone() -> None:
    assert allowed(permission(replace(FORK, namespace="sub:1"), Ground(newest=header()))) == [THREAD, SANDBOX]


def test_nothing_may_run_where_what_is_due_is_not_in_the_graph() -> None:
    ground = Ground(newest=header(), start=start("draft"))
    found = permission(ON, ground, graph("1.2.22", "plan", "write"))
    assert allowed(found) == []
    assert "draft is due, and the graph “g” has no such node (its nodes: plan, write)" in found.why_not(SANDBOX)
    assert permission(CHANGE, ground, graph("1.2.22", "plan", "write")).allows(THREAD)


def test_why_a_store_is_only_read_and_why_there_is_no_sandbox_is_handed_on() -> None:
    found = permission(ON, Ground(newest=header(), read_only="Only read.", no_sandbox="No sandbox."))
    assert [found.why_not(place) for place in Destination] == ["Only read.", "Only read.", "No sandbox."]
