"""The drawing of graphs that LangGraph can't draw without more ado."""


def test_a_cache_key_that_needs_an_input_does_not_stop_the_drawing(workers):
    info = workers.describe("cached")
    assert [node.name for node in info.nodes] == ["first", "numbered", "more"]
    assert ("__start__", "first") in {(edge.source, edge.target) for edge in info.edges}
    assert info.notes == ()


def test_insides_that_can_not_be_drawn_are_left_out_with_a_word(workers):
    info = workers.describe("cached_inside")
    assert [node.name for node in info.nodes] == ["cached"]
    assert info.notes == ("The insides of subgraphs can't be drawn (KeyError: 'n').",)
