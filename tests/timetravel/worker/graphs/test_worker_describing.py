from ui.timetravel.model.graphs import ChannelInfo, EdgeInfo


def test_nodes_come_with_their_source_and_place(workers):
    info = workers.describe("steps")
    assert [each.name for each in info.nodes] == ["plan", "write", "check"]
    plan = info.nodes[0]
    assert plan.source.startswith('def plan(state: State) -> State:\n    """Plan it."""')
    assert plan.file.endswith("steps.py")
    assert plan.line > 1
    assert [each.is_async for each in info.nodes] == [False, True, False]


def test_edges_lead_from_start_to_end(workers):
    edges = workers.describe("steps").edges
    assert EdgeInfo("__start__", "plan") in edges
    assert EdgeInfo("plan", "write") in edges
    assert EdgeInfo("check", "__end__") in edges


def test_conditional_edges_are_marked(workers):
    edges = {(each.source, each.target): each for each in workers.describe("delta").edges}
    assert edges["step", "step"].conditional
    assert edges["step", "__end__"].conditional
    assert not edges["__start__", "step"].conditional


def test_the_nodes_of_a_subgraph_have_its_name_before_theirs(workers):
    info = workers.describe("nested")
    inner = {each.name: each for each in info.nodes if each.subgraph}
    assert set(inner) == {"inside:first", "inside:ask"}
    assert inner["inside:ask"].subgraph == "inside"
    assert "interrupt(" in inner["inside:ask"].source


def test_channels_have_types_and_reducers_in_words(workers):
    assert workers.describe("steps").channels == (
        ChannelInfo("log", "list[str]", "add"),
        ChannelInfo("topic", "str", None),
        ChannelInfo("messages", "list[AnyMessage]", "add_messages"),
        ChannelInfo("fail", "bool", None),
    )


def test_the_input_schema_keeps_descriptions_and_examples(workers):
    topic = workers.describe("steps").input_schema["properties"]["topic"]
    assert topic["description"] == "What it is about"
    assert topic["examples"] == ["owls"]


def test_the_description_is_the_modules_docstring(workers):
    assert workers.describe("steps").description.startswith("Three steps with a reducer")


def test_every_kind_of_sample_can_be_described(workers):
    for graph in ("fan", "memory", "delta", "made_async", "two", "tokens"):
        info = workers.describe(graph)
        assert info.nodes
        assert info.input_schema["properties"]
