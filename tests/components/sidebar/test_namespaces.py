"""The choice of a namespace: there where a thread has subgraphs' checkpoints, and each is called by its node."""

import pytest

from tests.components.conftest import Drawn
from ui.components.sidebar.namespaces import namespace_choice
from ui.session.reads import cached_reads as reading
from ui.session.view import View

pytestmark = pytest.mark.usefixtures("looked_at")


def test_a_thread_without_subgraphs_has_no_choice(drawn: Drawn) -> None:
    assert not drawn(lambda: namespace_choice(View(thread="loop")), View(thread="loop")).app.selectbox


def test_a_subgraph_is_called_by_its_node_and_the_end_of_its_task(drawn: Drawn) -> None:
    view = View(thread="asks")
    (choice,) = drawn(lambda: namespace_choice(view), view).app.selectbox
    root, inside = choice.options
    assert root == "the graph itself"
    assert inside.startswith("sub …")
    assert len(inside) == len("sub …") + 6


def test_a_choice_opens_the_latest_checkpoint_of_the_namespace(drawn: Drawn) -> None:
    view, found = View(thread="asks", checkpoint="x", tab="raw", channel="n", page=2), {}

    def draw() -> None:
        namespace_choice(view)
        found["names"] = reading.namespaces("asks")
        found["latest"] = reading.tree("asks", found["names"][1]).latest

    part = drawn(draw, view)
    part.app.selectbox[0].select_index(1).run()
    assert (part.view.namespace, part.view.checkpoint) == (found["names"][1], found["latest"])
    assert (part.view.tab, part.view.channel, part.view.page) == ("raw", "", 0)


def test_a_namespace_of_the_address_that_is_not_there_is_offered_and_named_as_it_is(drawn: Drawn) -> None:
    view = View(thread="loop", namespace="**a**:b|<i>")
    (choice,) = drawn(lambda: namespace_choice(view), view).app.selectbox
    assert choice.options == ["the graph itself", "**a** …b › <i>"]
    assert choice.value == "**a**:b|<i>"
