"""Imports the user's graph, with its folder and dependencies first on the import path, and ours not on it at all."""

import importlib
import importlib.machinery
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from langgraph.graph import StateGraph
from langgraph.pregel import Pregel

from ..own_paths import TOP
from .factory import call, parameters

_OUR_NAMES = ("ui", "graphs")


_imported: dict[str, ModuleType] = {}


class NotAGraph(Exception):
    """No graph can be made from what the spec names. The message is for a person."""


@dataclass
class LoadedModule:
    """A user's module, imported, and the value of the variable that the spec names.

    `factory` is that value if it is a function that makes the graph and has not been called yet.
    """

    name: str
    module: ModuleType
    value: Any
    notes: list[str] = field(default_factory=list)
    factory: Callable[..., Any] | None = None

    @property
    def takes_config(self) -> bool:
        """Whether the graph is made by a function that takes something from each run."""
        return self.factory is not None and bool(parameters(self.factory))

    def called(
        self, configurable: Mapping[str, Any] | None = None, context: Any = None, store: Any = None
    ) -> "LoadedModule":
        """The same with its factory called, if it has one.

        Must be called outside of any event loop, since the factory may run one.
        """
        if self.factory is None:
            return self
        value = call(self.factory, dict(configurable or {}), context, store)
        return LoadedModule(self.name, self.module, value, list(self.notes))

    async def build(self, stack: AsyncExitStack) -> Pregel[Any, Any, Any, Any]:
        """The compiled graph, whatever the variable is; `stack` closes what a context manager opened."""
        value = self.called().value
        if inspect.isawaitable(value):
            value = await value
        if hasattr(value, "__aenter__"):
            value = await stack.enter_async_context(value)
        elif hasattr(value, "__enter__"):
            value = stack.enter_context(value)
        if isinstance(value, StateGraph):
            value = value.compile()
        if not isinstance(value, Pregel):
            raise NotAGraph(
                f'"{self.name}" is {type(value).__name__}, not a graph: name a compiled graph, a StateGraph, or a '
                "function that returns one."
            )
        if value.checkpointer not in (None, True, False):
            kind = type(value.checkpointer).__name__
            self.notes = [
                f"The graph has its own checkpointer ({kind}); here it writes to this store instead. To open that one, "
                f"give saver:{self.name} as TARGET."
            ]
        return value


def load(name: str, spec: str, dependencies: Sequence[str]) -> LoadedModule:
    """Import the module in `spec`, and call nothing. Raises NotAGraph, or whatever the user's code raises."""
    module = import_graph(spec, dependencies)
    place, _, variable = spec.rpartition(":")
    if not hasattr(module, variable):
        likely = [key for key, each in vars(module).items() if isinstance(each, (Pregel, StateGraph))]
        hint = f" It has {', '.join(likely)}." if likely else ""
        raise NotAGraph(f'{place} has no variable "{variable}".{hint}')
    value = getattr(module, variable)
    is_factory = callable(value) and not isinstance(value, (Pregel, StateGraph))
    return LoadedModule(name, module, value, factory=value if is_factory else None)


def import_graph(spec: str, dependencies: Sequence[str]) -> ModuleType:
    """The module in `spec`, imported if necessary. Raises NotAGraph, or whatever the user's code raises."""
    place = spec.rpartition(":")[0]
    if place not in _imported:
        if place.endswith(".py"):
            _imported[place] = _import_file(Path(place), dependencies)
        else:
            _put_first(dependencies)
            _imported[place] = importlib.import_module(place)
    return _imported[place]


def _import_file(file: Path, dependencies: Sequence[str]) -> ModuleType:
    """Import a file under the name by which the rest of its project would import it, so that its types keep their
    names.

    A file in a package is imported as part of it, so relative imports work.
    """
    folder, parts = file.parent, [file.stem]
    ends = {Path(each) for each in dependencies}
    while (folder / "__init__.py").is_file() and folder not in ends and folder.parent != folder:
        parts.insert(0, folder.name)
        folder = folder.parent
    _put_first([str(folder), *dependencies])
    if len(parts) > 1:
        # Last of the user's folders: code that is also started as a script may import its neighbours by bare names.
        sys.path.insert(1 + len(dependencies), str(file.parent))
    name = ".".join(parts)
    if parts[-1].isidentifier() and parts[0] not in sys.modules and parts[0] not in sys.stdlib_module_names:
        module = importlib.import_module(name)
        if module.__file__ and Path(module.__file__).resolve() == file:
            return module
    return _import_by_location(file)


def _import_by_location(file: Path) -> ModuleType:
    """Import a file whose name is taken (json.py) or is not an identifier (my-agent.py)."""
    name = "graph_" + "".join(letter if letter.isalnum() else "_" for letter in file.stem)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise NotAGraph(f"{file} can't be imported: it is not Python source.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _put_first(folders: Sequence[str]) -> None:
    """Put these folders, in this order, first on the import path."""
    sys.path[:] = [*dict.fromkeys(folders), *(entry for entry in sys.path if entry not in folders)]
    sys.meta_path.insert(0, _HideOurs({str(Path(folder).resolve()) for folder in folders}))
    importlib.invalidate_caches()


class _HideOurs(MetaPathFinder):
    """Hides our own packages where the user has a namespace package of the same name, or none.

    A folder `graphs` without an __init__.py would lose against our installed package `graphs`, wherever it is on the
    path: regular packages win.
    """

    def __init__(self, allowed: set[str]) -> None:
        self._allowed = allowed

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Look past our folder for the two names that are ours; leave every other name to the other finders."""
        if fullname not in _OUR_NAMES:
            return None
        places = [entry for entry in sys.path if entry in self._allowed or Path(entry or ".").resolve() != TOP]
        spec = importlib.machinery.PathFinder.find_spec(fullname, places)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return spec
