"""One component alone on a page, on a real store; what a person does to it; and what the page then looks at."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from langgraph.checkpoint.sqlite import SqliteSaver
from streamlit.testing.v1 import AppTest

from tests.screens.conftest import Screen
from tests.timetravel.stores.written import histories
from ui.services.settings import Settings, sample_graphs
from ui.session import keys
from ui.session.view import View
from ui.timetravel.stores import open_store

EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"
"""The widget that a component of ours tells of clicks by (streamlit 1.67.0, components/v2/bidi_component/main.py,
`_make_trigger_id`)."""
THREADS = {
    "loop": histories.loop,
    "asks": histories.subgraph_that_asks,
    "failed": histories.failed,
    "forks": histories.forks,
    "copy": histories.one_node,
    "": histories.one_node,
    "**bold** <b>x</b>": histories.one_node,
}
"""The threads of the store, the one that changed last at the end."""

COPIED_FROM = {"store": "", "thread_id": "loop"}
"""Where the thread "copy" says that it was copied from: the last checkpoint of "loop"."""


class Part(Screen):
    """A component alone on a page. `says`, `lines`, `drawings` and `buttons` are what it draws."""

    def press(self, label: str) -> "Part":
        """Click the button with this label, which may be the only thing that is told about it, as a help is."""
        found = [one for one in self.app.button if label in (one.label, one.help)]
        assert found, f"there is no {label}, but {[one.label or one.help for one in self.app.button]}"
        found[0].click().run()
        return self

    def tell(self, component: str, **events: Any) -> "Part":
        """What the script of a component of ours tells: `clicked="id"`, say."""
        (found,) = [
            one for one in self.app.get("bidi_component") if one.proto.component_name == f"timetravel_{component}"
        ]
        states = self.app._tree.get_widget_states()
        heard = [{"event": event, "value": value} for event, value in events.items()]
        states.widgets.add(id=EVENTS.format(found.proto.id), json_trigger_value=json.dumps(heard))
        self.app._run(states)
        return self

    def pick(self, row: int, column: str) -> "Part":
        """Click a cell of the only table, which tells its rows by their place."""
        (shown,) = self.app.dataframe
        states = self.app._tree.get_widget_states()
        cells = {"selection": {"rows": [], "columns": [], "cells": [[row, column]]}}
        states.widgets.add(id=shown.proto.id, string_value=json.dumps(cells))
        self.app._run(states)
        return self

    def drawings(self, component: str) -> list[dict[str, Any]]:
        """What our own components were given to draw; nothing for one that draws nothing of its own."""
        found = self.app.get("bidi_component")
        return [
            json.loads(one.proto.json or "{}") for one in found if one.proto.component_name == f"timetravel_{component}"
        ]

    @property
    def view(self) -> View:
        """What the page looks at by now."""
        found = self.app.session_state[keys.VIEW]
        assert isinstance(found, View)
        return found

    @property
    def said_by(self) -> Mapping[str, list[str]]:
        """The texts of our plain text, by their looks."""
        return {look: [text for one, text in self.lines if one == look] for look, _ in self.lines}


Drawn = Callable[..., Part]
"""`drawn(lambda: component(...), view, **session)` draws a component, looking at `view`, with this in the session.

With `crashes=True` it may fail."""


def page(draw: "Callable[[], Any]") -> None:
    """What runs as the page. What `draw` needs comes along with it."""
    draw()


@pytest.fixture
def drawn() -> Drawn:
    def alone(draw: Callable[[], Any], view: View | None = None, *, crashes: bool = False, **session: Any) -> Part:
        app = AppTest.from_function(page, kwargs={"draw": draw}, default_timeout=60)
        app.session_state[keys.VIEW] = view or View()
        app.query_params.update((view or View()).to_query())
        for name, value in session.items():
            app.session_state[name] = value
        part = Part(app)
        app.run()
        assert crashes or part.crashes == []
        return part

    return alone


@pytest.fixture(scope="session")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that LangGraph wrote, with the `THREADS`."""
    path = tmp_path_factory.mktemp("components") / "store.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        for thread, make in THREADS.items():
            make(saver)
            for table in ("checkpoints", "writes"):
                saver.conn.execute(f"UPDATE {table} SET thread_id = ? WHERE thread_id = 't'", (thread,))
        came_from = json.dumps(COPIED_FROM)
        saver.conn.execute(
            "UPDATE checkpoints SET metadata = json_set(CAST(metadata AS TEXT), '$.timetravel_from',"
            " json_set(?, '$.checkpoint_id', (SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = 'loop')))"
            " WHERE thread_id = 'copy'",
            (came_from,),
        )
        saver.conn.commit()
    return path


@pytest.fixture(scope="session")
def ids(store_file: Path) -> Mapping[str, tuple[str, ...]]:
    """The checkpoints of each thread, oldest first."""
    with open_store(str(store_file)) as store:
        return {thread: store.skeleton(thread).ids for thread in THREADS}


@pytest.fixture(scope="module")
def looked_at(store_file: Path) -> Iterator[str]:
    """The store is open, and there are no graphs. Gives its name."""
    yield from _open(Settings(targets=(str(store_file),)), str(store_file))


@pytest.fixture(scope="module")
def with_graphs(store_file: Path) -> Iterator[str]:
    """The store is open, and the sample graphs are there, which run on it. Gives its name."""
    yield from _open(Settings(targets=(str(store_file),), graphs_file=str(sample_graphs())), str(store_file))


def _open(settings: Settings, name: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as environment:
        opened(settings, environment)
        yield name
    st.cache_resource.clear()


def opened(settings: Settings, environment: pytest.MonkeyPatch) -> None:
    """Have the app's parts see these stores and graphs from now on."""
    for variable, value in settings.to_environment().items():
        environment.setenv(variable, value)
    st.cache_resource.clear()
