"""Where texts reach the page: the arguments of Streamlit's functions, found by reading the code."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "ui"

LABELS = {"label", "title", "help", "tabs", "delta", "captions"}
"""Arguments that Streamlit reads as Markdown, whichever function has them."""
MARKDOWN = {
    "caption": {"body"},
    "error": {"body"},
    "header": {"body"},
    "info": {"body"},
    "markdown": {"body"},
    "metric": {"value"},
    "pills": {"options", "format_func"},
    "progress": {"text"},
    "radio": {"options", "format_func"},
    "segmented_control": {"options", "format_func"},
    "select_slider": {"options", "format_func"},
    "spinner": {"text"},
    "subheader": {"body"},
    "success": {"body"},
    "title": {"body"},
    "toast": {"body"},
    "warning": {"body"},
    "write": {"args"},
}
TEXTS = {"placeholder", "alt", "file_name", "page_title", "key", "column_config"}
"""Arguments that are shown, or sent to the browser, as they are, whichever function has them."""
PLAIN = {
    "code": {"body"},
    "dataframe": {"data"},
    "download_button": {"data"},
    "graphviz_chart": {"figure_or_dot"},
    "html": {"body"},
    "json": {"body"},
    "multiselect": {"options", "format_func"},
    "selectbox": {"options", "format_func"},
    "text": {"body"},
    "text_area": {"value"},
    "text_input": {"value"},
}
SILENT = {
    "App", "Page", "button", "cache_data", "cache_resource", "checkbox", "columns", "container", "dialog", "empty",
    "expander", "form", "form_submit_button", "fragment", "get_option", "navigation", "number_input", "page_link",
    "popover", "rerun", "set_page_config", "slider", "status", "tabs", "toggle",
}  # fmt: skip
"""Functions that show no text but in arguments with the names above."""
WITH_OWN_NAMES = {"code", "empty", "error", "form", "header", "info", "json", "progress", "status", "text", "title"} | {
    "warning",
    "write",
    "success",
}
"""Functions whose names others have, too: of anything but Streamlit's parts of a page, they show nothing."""


@dataclass(frozen=True)
class Sink:
    """An argument by which a text reaches the page."""

    file: Path
    function: str
    argument: str
    value: ast.expr
    markdown: bool

    def __str__(self) -> str:
        shown = f"{self.function}({self.argument}={ast.unparse(self.value)})"
        return f"{self.file.name}:{self.value.lineno} {shown}"


class Module:
    """One file, with its functions by name, and where its names come from."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.tree = ast.parse(file.read_text(encoding="utf-8"))
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)}

    @cached_property
    def enumerations(self) -> set[str]:
        classes = [node for node in self.tree.body if isinstance(node, ast.ClassDef)]
        return {one.name for one in classes if any("Enum" in ast.unparse(base) for base in one.bases)}

    @cached_property
    def imported(self) -> dict[str, tuple[Path, str]]:
        """Names from our own modules: the file, and the name there."""
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "ui":
                file = ROOT.joinpath(*node.module.split("."))
                file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
                found |= {alias.asname or alias.name: (file, alias.name) for alias in node.names}
        return found

    @cached_property
    def calls(self) -> dict[str, list[ast.Call]]:
        """Every call, by the function that is called, as it is written."""
        found: dict[str, list[ast.Call]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                found.setdefault(ast.unparse(node.func), []).append(node)
        return found

    @cached_property
    def parts_of_the_page(self) -> set[str]:
        """What is bound to a container of Streamlit's, as it is written."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and "st." in ast.unparse(node.value):
                found |= {ast.unparse(one) for target in node.targets for one in _each(target)}
            elif isinstance(node, ast.arg | ast.AnnAssign) and "DeltaGenerator" in ast.unparse(node.annotation or node):
                found.add(node.arg if isinstance(node, ast.arg) else ast.unparse(node.target))
        return found

    def scope(self, node: ast.AST) -> ast.FunctionDef | ast.Lambda | ast.Module:
        """The function, or the module, that a node is directly in."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef | ast.Lambda | ast.Module):
                return node
        return self.tree


@cache
def module(file: Path) -> Module:
    return Module(file)


@cache
def files() -> list[Path]:
    """The modules that may draw."""
    draws_nothing = {"timetravel", "lessons"}
    return sorted(file for file in UI.rglob("*.py") if file.relative_to(UI).parts[0] not in draws_nothing)


def sinks(file: Path) -> Iterator[Sink]:
    """Every argument of a Streamlit function by which a text reaches the page.

    Raises LookupError where it isn't said above which texts a function shows.
    """
    here = module(file)
    for node in ast.walk(here.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _draws(here, node.func):
            yield from _of_call(file, node, node.func.attr)


def hidden_drawing(file: Path) -> Iterator[str]:
    """Where a function of Streamlit's that shows texts is handed on, so that nobody sees what it is called with."""
    here = module(file)
    for node in ast.walk(here.tree):
        if isinstance(node, ast.Attribute) and node.attr in MARKDOWN.keys() | PLAIN.keys() and _draws(here, node):
            parent = here.parents[node]
            if not (isinstance(parent, ast.Call) and parent.func is node):
                yield f"{file.name}:{node.lineno} {ast.unparse(parent)}"


def _each(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]


def _draws(here: Module, function: ast.Attribute) -> bool:
    """Whether this is a function of Streamlit's, or of a part of the page."""
    owner, name = ast.unparse(function.value), function.attr
    if owner == "st":
        return callable(getattr(st, name, None)) and name not in {"session_state", "context", "query_params"}
    if name not in MARKDOWN.keys() | PLAIN.keys() | {"button", "checkbox", "expander", "metric", "toggle", "popover"}:
        return False
    return name not in WITH_OWN_NAMES or owner in here.parts_of_the_page or owner.startswith("st.")


def _of_call(file: Path, call: ast.Call, name: str) -> Iterator[Sink]:
    markdown, plain = MARKDOWN.get(name, set()), PLAIN.get(name, set())
    if not (markdown or plain or name in SILENT):
        raise LookupError(
            f"{file}:{call.lineno}: tests/support/text_sinks.py does not know which texts st.{name} shows"
        )
    given = dict(_arguments(call, name))
    if "format_func" in given:
        del given["options"]  # what it makes of them is shown
    for argument, value in given.items():
        is_markdown = argument in markdown | LABELS
        if is_markdown or argument in plain | TEXTS:
            yield Sink(file, name, argument, value, is_markdown)


def _arguments(call: ast.Call, name: str) -> Iterator[tuple[str, ast.expr]]:
    parameters = list(inspect.signature(getattr(st, name)).parameters.values())
    for at, value in enumerate(call.args):
        repeated = [one.name for one in parameters if one.kind is one.VAR_POSITIONAL]
        yield (repeated[0] if repeated else parameters[at].name), value
    yield from ((keyword.arg or "**", keyword.value) for keyword in call.keywords)
