import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.session.view import HISTORIES, TABS, View
from ui.timetravel.model.checkpoint_refs import CheckpointRef

names = st.text(max_size=20)
ids = st.text(min_size=1, max_size=20)
places = st.builds(CheckpointRef, store=ids, thread_id=names, namespace=names, checkpoint_id=ids)
views = st.builds(
    View,
    store=names,
    graph=names,
    thread=names,
    nameless=st.booleans(),
    namespace=names,
    checkpoint=names,
    pin=st.none() | places,
    tab=st.sampled_from(TABS),
    history=st.sampled_from(HISTORIES),
    channel=names,
    page=st.integers(0, 9999),
    run=names,
    follow=st.booleans(),
)


@given(views)
def test_a_view_comes_back_from_its_own_address(view: View) -> None:
    assert View.from_query(view.to_query()) == view


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_an_address_that_makes_no_sense_still_gives_a_view(query: dict[str, object]) -> None:
    assert isinstance(View.from_query(query), View)


def test_an_address_can_be_sent_whatever_a_store_calls_things() -> None:
    view = View(thread="half \ud800", channel="\udfff", pin=CheckpointRef("a", "\ud83d", "", "\ude00"))
    assert all(value.encode() for value in view.to_query().values())


def test_a_plain_view_has_an_empty_address() -> None:
    assert View().to_query() == {}


def test_the_thread_whose_id_is_empty_is_another_than_none() -> None:
    assert View().of_thread("").to_query() == {"thread": ""}
    assert View.from_query({"thread": ""}).has_thread
    assert not View.from_query({}).has_thread
    assert View().of_thread("").of_thread("a") == View(thread="a")


def test_a_pin_without_a_thread_means_the_thread_that_is_looked_at() -> None:
    assert View.from_query({"thread": "t", "a": "x"}).pin == CheckpointRef("", "t", "", "x")


def test_a_pin_in_another_store_names_that_store() -> None:
    view = View(store="here", pin=CheckpointRef("there", "t", "", "x"))
    assert view.to_query()["a_store"] == "there"


def test_going_to_a_place_in_another_store_opens_that_store() -> None:
    assert View(store="here").at(CheckpointRef("there", "t", "", "x")).store == "there"


@pytest.mark.parametrize(
    ("address", "is_history"),
    [
        ({"store": "s"}, True),
        ({"thread": "t"}, True),
        ({"thread": ""}, True),
        ({"store": "s", "thread": "t", "checkpoint": "c", "graph": "g", "run": "r"}, True),
        ({"store": "s", "graph": "g"}, False),
        ({"store": "s", "graph": "g", "thread": "t", "run": "r"}, False),
        ({}, False),
    ],
)
def test_an_address_is_of_the_history_unless_it_names_a_graph_to_run_or_a_run_only(
    address: dict[str, str], is_history: bool
) -> None:
    assert View.from_query(address).is_history is is_history
