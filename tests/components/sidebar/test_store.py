"""What a person must know about the store: its name, and whether anything is written to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from tests.components.conftest import Drawn, opened
from ui.components.sidebar.store import (
    IN_SANDBOX,
    LOOKS_ONLY,
    READ_ONLY,
    WRITTEN,
    file_notes,
    gone_with_memory,
    other_store_note,
    store_choice,
    store_facts,
)
from ui.services.create_store import make_store
from ui.services.settings import Settings, sample_graphs
from ui.session.view import View
from ui.timetravel.stores.sqlite.connection import WITHOUT_LOCKS

GRAPHS = str(sample_graphs())


@pytest.fixture
def open_with(store_file: Path) -> Iterator[Callable[..., None]]:
    """Opens the store with these settings, and others beside it."""
    with pytest.MonkeyPatch.context() as environment:

        def open_it(*others: Path, **settings: object) -> None:
            targets = (str(store_file), *map(str, others))
            opened(Settings(targets=targets, **settings), environment)  # type: ignore[arg-type]

        yield open_it
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, READ_ONLY),
        ({"graphs_file": GRAPHS}, WRITTEN),
        ({"graphs_file": GRAPHS, "sandboxed": True}, IN_SANDBOX),
        ({"graphs_file": GRAPHS, "read_only": True}, LOOKS_ONLY),
    ],
)
def test_it_says_whether_the_store_is_written_to(
    open_with: Callable[..., None], drawn: Drawn, tmp_path: Path, settings: dict[str, object], said: str
) -> None:
    open_with(sandbox=str(tmp_path / "sandbox.sqlite"), **settings)
    assert drawn(store_facts).lines == [("heading", "store.sqlite"), ("quiet", said)]


def test_of_one_store_there_is_no_choice(open_with: Callable[..., None], drawn: Drawn) -> None:
    open_with()
    assert not drawn(lambda: store_choice("")).app.selectbox


def test_how_a_file_was_opened_is_said_but_not_where_runs_open_it_in_another_way(
    open_with: Callable[..., None], drawn: Drawn
) -> None:
    open_with()
    assert drawn(file_notes).lines == [("quiet", WITHOUT_LOCKS)]
    open_with(graphs_file=GRAPHS)
    assert drawn(file_notes).lines == []


def test_of_several_one_is_chosen_and_what_is_compared_with_stays(
    open_with: Callable[..., None], drawn: Drawn, tmp_path: Path
) -> None:
    other = tmp_path / "**other** &amp;.sqlite"
    make_store(other)
    open_with(other)
    view = View(thread="loop", checkpoint="x", tab="raw", follow=False)
    part = drawn(lambda: store_choice(""), view)
    assert part.app.selectbox[0].options == ["store.sqlite", "**other** &amp;.sqlite"]
    part.app.selectbox[0].select_index(1).run()
    assert part.view == View(store=str(other), tab="raw", follow=False)


def test_a_store_that_is_not_open_is_named_without_its_password(drawn: Drawn) -> None:
    ((look, text),) = drawn(lambda: other_store_note("postgresql://ann:secret@host/db")).lines
    assert look == "failed"
    assert "is not open here" in text
    assert "secret" not in text


def test_no_thread_of_a_file_is_gone_with_a_worker(open_with: Callable[..., None], drawn: Drawn) -> None:
    open_with()
    said: list[str] = []
    drawn(lambda: said.append(gone_with_memory("t")))
    assert said == [""]
