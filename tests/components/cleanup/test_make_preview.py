"""Making a preview, and knowing when it no longer counts."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from tests.components.conftest import Drawn, opened
from ui.components.cleanup import state
from ui.components.cleanup.make_preview import current, make_preview
from ui.components.cleanup.overview import overview
from ui.components.cleanup.state import Preview
from ui.services.settings import Settings
from ui.timetravel.cleanup.rules import Rule, Selection

RULE = Rule(Selection.BEYOND, 2, "loop")


@pytest.fixture
def path(store_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the store, which is open."""
    path = Path(shutil.copy(store_file, tmp_path / "copy.sqlite"))
    opened(Settings((str(path),), sandbox=str(tmp_path / "sandbox.sqlite")), monkeypatch)
    return path


@pytest.fixture(autouse=True)
def closed(path: Path) -> "object":
    yield
    st.cache_resource.clear()


@pytest.fixture
def preview(drawn: Drawn, path: Path) -> Preview:
    part = drawn(lambda: make_preview(RULE, overview()))
    made: list[Preview | None] = []
    drawn(lambda: made.append(part.app.session_state["cleaning_preview"]))
    assert made[0] is not None
    return made[0]


def test_it_is_what_the_rule_names_of_the_store_of_the_view(preview: Preview, path: Path) -> None:
    assert (preview.store, preview.rule) == (str(path), RULE)
    assert preview.plan.checkpoints == 4


def now(drawn: Drawn, preview: Preview) -> Preview | None:
    found: list[Preview | None] = []
    drawn(lambda: found.append(current(preview)))
    return found[0]


def test_it_counts_as_long_as_the_store_is_as_it_was(drawn: Drawn, preview: Preview) -> None:
    found = now(drawn, preview)
    assert found is not None
    assert found.plan is preview.plan


def test_it_counts_where_only_other_threads_have_changed(drawn: Drawn, preview: Preview, path: Path) -> None:
    change(path, "DELETE FROM checkpoints WHERE thread_id = 'forks'")
    found = now(drawn, preview)
    assert found is not None
    assert found.plan is preview.plan
    assert found.token != preview.token


def test_it_counts_no_more_once_its_thread_has_changed_or_another_store_is_looked_at(
    drawn: Drawn, preview: Preview, path: Path
) -> None:
    assert now(drawn, replace(preview, store="another")) is None
    change(path, "DELETE FROM checkpoints WHERE thread_id = 'loop'")
    assert now(drawn, preview) is None


def change(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def test_stopping_it_forgets_it(drawn: Drawn, path: Path) -> None:
    found: list[bool] = []

    def draw() -> None:
        state.request_preview(str(path), RULE)
        found.append(state.preview_requested(str(path), RULE))
        state.drop_preview()
        found.append(state.preview_requested(str(path), RULE))

    drawn(draw)
    assert found == [True, False]
