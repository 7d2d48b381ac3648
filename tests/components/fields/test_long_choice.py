"""Where a store holds thousands of names to choose from, a choice offers some, and a way to the others."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.components.fields.long_choice import MOST


def draw(number: int, chosen: tuple[str, ...] = ()) -> None:
    import streamlit as st

    from ui.components.fields.long_choice import offered

    names = [f"Name {at}" for at in range(number)]
    st.selectbox("One", offered(names, chosen, "pick", "name", str))


@pytest.fixture
def drawn() -> AppTest:
    return AppTest.from_function(draw, kwargs={"number": MOST + 500, "chosen": ("Name 700", "Name 1")}).run()


def test_few_are_all_offered() -> None:
    app = AppTest.from_function(draw, kwargs={"number": MOST}).run()
    assert len(app.selectbox[0].options) == MOST
    assert not app.text_input
    assert not app.caption


def test_of_many_the_first_are_offered_and_what_is_chosen(drawn: AppTest) -> None:
    assert drawn.selectbox[0].options == [*(f"Name {at}" for at in range(MOST)), "Name 700"]
    assert drawn.caption[0].value == "The first 300 of 800 names are offered below."


def test_the_others_are_found_by_a_part_of_their_names(drawn: AppTest) -> None:
    drawn.text_input[0].set_value("NAME 79").run()
    assert drawn.selectbox[0].options[:2] == ["Name 79", "Name 790"]
    assert drawn.caption[0].value == "11 names found: offered below."
