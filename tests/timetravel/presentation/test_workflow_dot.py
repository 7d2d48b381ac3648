import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.timetravel.model.graphs import EdgeInfo, GraphInfo, NodeInfo
from ui.timetravel.presentation.workflow_dot import DARK, LIGHT, Palette, StateNode, WorkflowProgress, history, workflow

ODD = st.text(max_size=12) | st.lists(st.sampled_from(["\\", '"', "<b>", "\n", "&lt;", ":", "a", "\0"])).map("".join)

QUOTED = r'"(?:[^"\\\n]|\\.)*"'


def graph(*names: str, edges: tuple[EdgeInfo, ...] = ()) -> GraphInfo:
    return GraphInfo("g", "", tuple(NodeInfo(name) for name in names), edges, (), {})


def drawn(*names: str, edges: tuple[EdgeInfo, ...] = (), progress: WorkflowProgress | None = None) -> str:
    return str(workflow(graph(*names, edges=edges), progress or WorkflowProgress(), LIGHT).source)


def label_of(name: str) -> str:
    """How DOT holds the label of a workflow's only node, without the quotes that a plain word does not need."""
    found = re.search(rf"n0 \[label=({QUOTED}|\S+?)[\]\s]", drawn(name))
    assert found
    return found[1][1:-1] if found[1][0] == '"' else found[1]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("draft", "draft"),
        ("步骤 😀", "步骤 😀"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("<", "<"),
        ('say "hi"', r"say \"hi\""),
        ("back\\", r"back\\"),
        ('\\"', r"\\\""),
        (r"left\l", r"left\\l"),
        (r"\N", r"\\N"),
        ("a&lt;b & c", "a&amp;lt;b &amp; c"),
        ("two\nlines\r\nmore", r"two\nlines\nmore"),
        ("tab\there", "tab here"),
        ("", ""),
        ("nul\0 bell\a half\ud800", "nul␀ bell␇ half⟨U+D800⟩"),
        ("node", "node"),
    ],
)
def test_a_label_shows_just_the_text(name: str, label: str) -> None:
    assert label_of(name) == label


@given(st.lists(ODD, max_size=4), ODD)
def test_a_workflow_of_any_names_is_well_formed(names: list[str], label: str) -> None:
    edges = tuple(EdgeInfo(one, other, True, label) for one in names for other in names)
    assert_well_formed(drawn(*names, edges=edges, progress=WorkflowProgress(running=frozenset(names))))


@given(st.lists(ODD, min_size=1, max_size=4))
def test_a_history_of_any_labels_is_well_formed(texts: list[str]) -> None:
    stops = [StateNode(one, texts[0], one, edge=one, folded=2, mark=one) for one in texts]
    assert_well_formed(history(stops, texts[0], DARK).source)


def assert_well_formed(source: str) -> None:
    """No text got out of its quotes, and any file can hold it."""
    source.encode("utf-8")
    bare = re.sub(QUOTED, "0", source)
    assert re.fullmatch(r"[\w\s{}\[\]=.>-]*", bare, re.ASCII)
    assert bare.count("{") == bare.count("}")


def test_an_edge_goes_from_node_to_node_and_a_conditional_one_is_dashed() -> None:
    edges = (EdgeInfo("__start__", "a"), EdgeInfo("a", "b", conditional=True, label="yes"))
    source = drawn("a", "b", edges=edges)
    assert re.search(r"n2 -> n0 \[label=\"\"\]", source)
    assert re.search(r"n0 -> n1 \[label=\" yes \" style=dashed\]", source)


def test_the_ends_are_drawn_although_no_node_describes_them() -> None:
    source = drawn("a", edges=(EdgeInfo("__start__", "a"), EdgeInfo("a", "__end__")))
    assert "label=start" in source
    assert "label=end" in source


def test_an_edge_that_is_labelled_with_its_target_says_nothing_new() -> None:
    assert 'label=" b' not in drawn("a", "s:b", edges=(EdgeInfo("a", "s:b", True, "b"),))


def test_a_walked_edge_stands_out() -> None:
    edges = (EdgeInfo("a", "b"), EdgeInfo("b", "a"))
    source = drawn("a", "b", edges=edges, progress=WorkflowProgress(edges_taken=frozenset({("a", "b")})))
    assert re.findall(r"n(\d) -> n\d \[.*penwidth", source) == ["0"]


# --- subgraphs ---


def test_a_subgraph_is_a_cluster_with_its_nodes_inside() -> None:
    source = drawn("a", "sub:x", "sub:y")
    (inside,) = re.findall(r"subgraph cluster_\d+ \{(.*?)\}", source, re.DOTALL)
    assert "label=sub" in inside
    assert re.findall(r"n\d \[label=(\w)", inside) == ["x", "y"]
    assert re.findall(r"n\d \[label=(\w)", source.replace(inside, "")) == ["a"]


def test_a_subgraph_of_a_subgraph_is_inside_it() -> None:
    lines = [line.strip() for line in drawn("sub:deep:x", "sub:y").splitlines()]
    parts = [line.split(" ", 1)[0] for line in lines if line.startswith(("subgraph", "n0", "n1", "}"))]
    assert parts == ["subgraph", "n1", "subgraph", "n0", "}", "}", "}"]
    assert any("sub › deep" in line for line in lines)


@pytest.mark.parametrize(("name", "label"), [("a:", "a:"), (":b", "b"), ("a::b", "b"), (":", ":")])
def test_a_colon_in_the_name_of_a_node_is_no_port_and_leaves_no_node_without_a_name(name: str, label: str) -> None:
    source = drawn(name, edges=(EdgeInfo(name, name),))
    assert re.search(rf"n0 \[label=\"?{label}\"?\]", source)
    assert "n0 -> n0" in source


# --- marks ---


@pytest.mark.parametrize(
    ("progress", "mark"),
    [
        (WorkflowProgress(running=frozenset({"a"}), done=frozenset({"a"})), "▶"),
        (WorkflowProgress(failed=frozenset({"a"}), done=frozenset({"a"})), "✖"),
        (WorkflowProgress(waiting=frozenset({"a"}), due=frozenset({"a"})), "?"),
        (WorkflowProgress(due=frozenset({"a"}), done=frozenset({"a"})), "→"),
        (WorkflowProgress(done=frozenset({"a"})), "✔"),
    ],
)
def test_a_node_is_marked_by_what_matters_most(progress: WorkflowProgress, mark: str) -> None:
    assert f'label="{mark} a"' in drawn("a", "b", progress=progress)
    assert "label=b" in drawn("a", "b", progress=progress)


def test_the_cluster_of_a_running_subgraph_is_marked() -> None:
    assert 'label="▶ sub"' in drawn("sub:x", progress=WorkflowProgress(running=frozenset({"sub"})))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_in_ink_on_every_page(palette: Palette) -> None:
    assert f'fontcolor="{palette.ink}"' in workflow(graph("a"), WorkflowProgress(), palette).source


# --- histories ---


def test_a_history_has_its_states_as_nodes_and_what_ran_on_the_edges() -> None:
    stops = [StateNode("x", None, "step 0"), StateNode("y", "x", "step 1", edge="draft", latest=True, mark="latest")]
    source = history(stops, "x", LIGHT).source
    assert r'n0 [label="step 0\nselected"' in source
    assert r'n1 [label="step 1\nlatest"' in source
    assert "n0 -> n1 [label=draft]" in source


def test_a_folded_run_says_how_many_checkpoints_it_holds() -> None:
    stops = [StateNode("x", None, "step 0"), StateNode("y", "x", "step 9", edge="count", folded=8)]
    assert r'[label="… 8 more …\ncount"]' in history(stops, "", LIGHT).source


def test_a_state_whose_parent_is_not_drawn_has_no_edge() -> None:
    assert "->" not in history([StateNode("y", "gone", "step 9")], "y", LIGHT).source


def test_an_empty_history_is_an_empty_drawing() -> None:
    assert "n0" not in history([], "", LIGHT).source


def test_an_error_handler_is_named_as_one_and_drawn_below_its_node() -> None:
    info = GraphInfo("g", "", (NodeInfo("work"), NodeInfo("__error_handler__work")), (), (), {})
    source = workflow(info, WorkflowProgress(notes={"work": "handled"}), LIGHT).source
    assert "error handler of work" in source
    assert "work\\nhandled" in source
    assert 'n0 -> n1 [label=" on error "' in source
