"""An error on the page: a sentence where it is the engine's, else that timetravel is at fault, without any secret."""

import pytest
import streamlit as st

from tests.components.conftest import Drawn, Part
from ui.components.base.fault import FAULT, draw_error, on_its_own, said_of
from ui.session import keys
from ui.session.view import View
from ui.timetravel.errors import StoreUnreadable

pytestmark = pytest.mark.usefixtures("looked_at")


def test_an_error_of_the_engine_is_its_sentence_and_nothing_more(drawn: Drawn) -> None:
    part = drawn(lambda: draw_error(StoreUnreadable("The **file** is <b>gone</b>.")))
    assert part.lines == [("failed", "The **file** is <b>gone</b>.")]
    assert part.buttons == []


def fails() -> None:
    raise ValueError("postgresql://ann:secret@host/db")


def drawn_fault(drawn: Drawn, view: View) -> Part:
    return drawn(on_its_own(fails), view, crashes=True, **{keys.SCREEN: "Debugger"})


def test_any_other_error_says_where_it_happened_and_offers_a_way_on(drawn: Drawn) -> None:
    part = drawn_fault(drawn, View(thread="loop", checkpoint="1f0"))
    look, text = part.lines[0]
    assert look == "failed"
    assert text.startswith(f"{FAULT}, neither of your graph nor of what you did.")
    assert "on the screen Debugger, at the checkpoint 1f0, the thread loop, the store store.sqlite" in text
    assert part.buttons == ["Try again", "Another thread"]


def test_its_details_name_the_error_and_the_place_but_no_password(drawn: Drawn) -> None:
    (details,) = drawn_fault(drawn, View(thread="loop")).app.code
    assert "ValueError" in details.value
    assert "in fails" in details.value
    assert "streamlit 1." in details.value
    assert "secret@" not in details.value


def test_another_thread_leaves_all_but_the_store(drawn: Drawn, looked_at: str) -> None:
    part = drawn_fault(drawn, View(store=looked_at, thread="loop", checkpoint="x"))
    assert part.press("Another thread").view == View(store=looked_at)


def test_a_part_that_fails_leaves_the_others(drawn: Drawn) -> None:
    def both() -> None:
        on_its_own(lambda: draw_error(StoreUnreadable("first")))()
        on_its_own(lambda: (_ for _ in ()).throw(StoreUnreadable("It is locked.")))()
        st.caption("last")

    assert drawn(both).says.splitlines() == ["last", "first", "It is locked."]


def test_where_nothing_is_looked_at_the_first_store_is_named(drawn: Drawn) -> None:
    said = []
    drawn(lambda: said.append(said_of(View())))
    assert said == ["on the screen (not known), at the store store.sqlite"]
