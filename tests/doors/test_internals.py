"""What other packages do not promise is touched in the few files that know how to do without it, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

import pytest
import streamlit

from tests.doors.test_doors import ROOT, UI, imports, modules, within


def parts(*names: str) -> set[Path]:
    """These files of `ui`, all of which are there."""
    found = {UI / name for name in names}
    assert all(one.exists() for one in found)
    return found


def others(*allowed: Path) -> list[Path]:
    """The modules of ours but these, and but those in these folders."""
    return [one for one in modules(UI) if not any(one == each or each in one.parents for each in allowed)]


class TestStreamlit:
    INSIDE = parts("session/streamlit_internals.py", "gate/streamlit_server.py")
    PAGE = parts("screens/page.css", "components/history/streamlit_table.js", "components/base/reload_when_refused.js")
    PROMISED = ("streamlit.components.v2", "streamlit.starlette.App", "streamlit.testing")
    """Its documented modules; all else that is documented is had by `import streamlit as st`."""
    MODULES = frozenset(
        one.name
        for one in iter_modules(streamlit.__path__)
        if one.name not in ("column_config", "components", "errors", "testing")
        and not callable(getattr(streamlit, one.name, None))
    )
    """What `st` has beside what is documented: its modules, but those that a documented function is called like."""

    def test_is_imported_by_its_documented_names(self) -> None:
        inside = [
            (str(file.relative_to(ROOT)), name)
            for file in others(*self.INSIDE)
            for name in imports(file)
            if within(name, "streamlit") and name != "streamlit" and not within(name, *self.PROMISED)
        ]
        assert inside == []

    def test_is_asked_for_nothing_inside_by_way_of_st(self) -> None:
        assert [
            (str(file.relative_to(ROOT)), name)
            for file in others(*self.INSIDE)
            for name in self.asked_of_st(ast.parse(file.read_text(encoding="utf-8")))
            if self.is_inside(name)
        ] == []

    def is_inside(self, name: str) -> bool:
        return name in self.MODULES or (name.startswith("_") and not name.endswith("__"))

    @staticmethod
    def asked_of_st(tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id="st" | "streamlit"), attr=name):
                    yield name
                case ast.Attribute(value=ast.Attribute(value=ast.Name(id="st")), attr=name) if name.startswith("_"):
                    yield name
                case ast.Constant(value=str(text)) if re.match(r"streamlit\.[a-z_.]+$", text):
                    yield text.split(".")[1]

    def test_names_the_parts_of_its_page_in_a_few_files(self) -> None:
        inside = re.compile(r"data-test-?id|testScriptState|\bdvn-|_stcore|\bst(App|Main|Sidebar|Header)\b")
        found = {file for file in UI.rglob("*") if file.suffix in (".py", ".js", ".css") if inside.search(text(file))}
        assert found - self.INSIDE - self.PAGE == set()

    @pytest.mark.parametrize("line", ["st.runtime.exists()", "st.session_state._a", "st._config", "'streamlit.config'"])
    def test_this_finds_what_it_is_for(self, line: str) -> None:
        assert any(self.is_inside(name) for name in self.asked_of_st(ast.parse(line)))


class TestLangGraph:
    """In the worker: all that the app itself uses of LangGraph is `setup`, a public method of savers."""

    CHILD = UI / "timetravel" / "worker" / "child"
    INSIDE = (
        CHILD / "savers" / "internals",
        CHILD / "graphs" / "langgraph_internals.py",
        CHILD / "surroundings" / "memory_index.py",
    )
    NAMES = frozenset({
        "conn", "storage", "blobs", "cipher", "builder", "import_mappings", "WRITES_IDX_MAP", "LC_REVIVER",
        "RunControl", "var_child_runnable_config", "register_serde_event_listener", "_get_running_loop", "GraphDrained",
        "_vectors", "_serde_allowlist", "_apply_checkpointer_allowlist", "_allowed_msgpack_modules",
        "_allowed_json_modules", "_configure_hooks", "_TaskFunction",
    })  # fmt: skip
    """What of its inside was used once in several files."""
    PACKAGES = ("langgraph", "langchain", "langchain_core")

    def outside(self) -> list[Path]:
        return [file for file in others(*self.INSIDE) if self.CHILD in file.parents]

    def test_is_touched_inside_in_one_room_for_savers_in_one_file_for_graphs_and_in_one_for_memory(self) -> None:
        assert all(one.exists() for one in self.INSIDE)
        found = [(str(file.relative_to(ROOT)), name) for file in self.outside() for name in self.touched(file)]
        assert found == []

    def touched(self, file: Path) -> list[str]:
        return [
            *(name for name in imports(file) if within(name, *self.PACKAGES) and self.is_inside(name)),
            *self.asked_for(ast.parse(text(file))),
        ]

    def is_inside(self, name: str) -> bool:
        parts = name.split(".")
        return any(part.startswith("_") and not part.endswith("__") for part in parts) or parts[-1] in self.NAMES

    def asked_for(self, tree: ast.AST) -> Iterator[str]:
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(attr=name) if name in self.NAMES:
                    yield name
                case ast.Constant(value=str(name)) if name in self.NAMES:
                    yield name
                case ast.Attribute(attr="__class__", ctx=ast.Store()):
                    yield "__class__"

    def test_has_its_names_for_settings_and_channels_in_one_file(self) -> None:
        names = re.compile(r"['\"]__(pregel_\w+|interrupt__|resume__|error__|scheduled__)['\"]")
        files = [file for file in self.outside() if names.search(text(file))]
        assert files == [self.CHILD / "shared" / "reserved_names.py"]

    @pytest.mark.parametrize(
        "line",
        [
            "saver.conn.execute(query)",
            "made.__class__ = kind",
            "getattr(graph, '_serde_allowlist', None)",
            "asyncio._get_running_loop()",
        ],
    )
    def test_this_finds_what_it_is_for(self, line: str) -> None:
        assert list(self.asked_for(ast.parse(line))) != []


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
