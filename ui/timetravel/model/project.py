"""Which graphs there are and where their code is: a langgraph.json, or `--graph` options. Imports none of that code."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from dotenv import dotenv_values

from ui.timetravel.errors import ProjectError

P = TypeVar("P")

_GENERIC = {"graph", "app", "workflow", "compiled", "builder"}


@dataclass(frozen=True, slots=True)
class Project:
    """Graphs by name, and what a worker needs to import them.

    `graphs` maps a name to "/absolute/file.py:variable" or "module:variable"; `dependencies` are absolute folders for
    the import path, in order; `env` is set in the worker on top of the environment. `config` is the langgraph.json that
    was read, if one was. `python_version` is the version that it asks for, such as "3.12". `notes` are sentences on
    what it names that does not exist, where that does not prevent a start. `store` is its section on long-term memory
    ("path", "index", "ttl"), with absolute paths.
    """

    root: Path
    graphs: Mapping[str, str]
    dependencies: tuple[Path, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    config: Path | None = None
    python_version: str = ""
    notes: tuple[str, ...] = ()
    store: Mapping[str, Any] = field(default_factory=dict)

    def notes_with(self, python: str) -> tuple[str, ...]:
        """The notes, and one more if the graphs run with another Python (given as "3.11.7") than the project asks
        for.
        """
        named = self.python_version.partition("-")[0].split(".")[:2]  # after a dash comes the kind of image to deploy
        if not self.python_version or not python or python.split(".")[: len(named)] == named:
            return self.notes
        said = (
            f"The graphs run with Python {python}, and the project's langgraph.json names Python "
            f"{self.python_version}. To run them with that one, start with --python PATH."
        )
        return (*self.notes, said)


def _in_words(read: Callable[[P], Project]) -> Callable[[P], Project]:
    """Decorate a reader so that impossible file names (a NUL, "~name" of an unknown user) and JSON that is nested too
    deep become a ProjectError.
    """

    @wraps(read)
    def told(named: P) -> Project:
        try:
            return read(named)
        except (ValueError, OSError, RuntimeError) as error:
            raise ProjectError(f"{ascii(str(named))[:200]} can't be read: {error}.") from None

    return told


@_in_words
def load_project(path: str | Path) -> Project:
    """Read a langgraph.json as `langgraph dev` (langgraph-cli 0.4) does; a folder means the langgraph.json in it.

    Guarantees that every graph has a spec with a variable and that files of graphs exist. Whether the variable exists
    is known only after an import. A missing .env or folder of a dependency is a note, as it does not stop `langgraph
    dev` (langgraph-cli 0.4.40, cli.py; langgraph-api 0.16.7, cli.py). Raises ProjectError with one line.
    """
    config = Path(path).expanduser().resolve()
    if config.is_dir():
        config = config / "langgraph.json"
    content = _parse(config)
    root = config.parent
    graphs = content.get("graphs")
    if not isinstance(graphs, dict) or not graphs:
        raise ProjectError(f'{config} lists no graphs: it needs "graphs": {{"name": "./file.py:variable"}}.')
    folders, missing = _folders(content.get("dependencies", ["."]), config)
    env, no_env = _environment(content.get("env"), config)
    return Project(
        root=root,
        graphs={name: _resolve(_text_of(name, spec, config), root, str(config)) for name, spec in graphs.items()},
        dependencies=folders,
        env=env,
        config=config,
        python_version=_python_version(content.get("python_version"), config),
        notes=(*missing, *no_env),
        store=_store(content.get("store"), config),
    )


@_in_words
def from_option(spec: str) -> Project:
    """The project of one `--graph FILE_OR_MODULE:NAME`, relative to the current folder. Raises ProjectError.

    The graph is called NAME, or after its file or module where NAME is as common as "graph" or "app".
    """
    here = Path.cwd()
    resolved = _resolve(spec, here, "--graph")
    place, _, variable = resolved.rpartition(":")
    stem = Path(place).stem if _is_file(place) else place.rpartition(".")[2]
    return Project(root=here, graphs={stem if variable in _GENERIC else variable: resolved}, dependencies=(here,))


def merge(*projects: Project) -> Project:
    """One project with the graphs of all; settings of later ones win.

    Raises ProjectError if two graphs have the same name.
    """
    if not projects:
        raise ProjectError("No graphs are named: use --graphs langgraph.json or --graph FILE:NAME.")
    graphs: dict[str, str] = {}
    env: dict[str, str] = {}
    folders: list[Path] = []
    for project in projects:
        for name, spec in project.graphs.items():
            if graphs.setdefault(name, spec) != spec:
                raise ProjectError(f'Two graphs are called "{name}": {graphs[name]} and {spec}. Name them apart.')
        env |= project.env
        folders += [*project.dependencies, project.root]
    configs = [project.config for project in projects if project.config]
    versions = [project.python_version for project in projects if project.python_version]
    return Project(
        projects[0].root,
        graphs,
        tuple(dict.fromkeys(folders)),
        env,
        configs[0] if configs else None,
        versions[0] if versions else "",
        tuple(dict.fromkeys(note for project in projects for note in project.notes)),
        next((project.store for project in reversed(projects) if project.store), {}),
    )


def _parse(config: Path) -> dict[str, Any]:
    try:
        content = json.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(f"{config} is not there.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{config} can't be read: {error}.") from None
    except json.JSONDecodeError as error:
        raise ProjectError(f"{config} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    if not isinstance(content, dict):
        raise ProjectError(f'{config} must hold a JSON object with "graphs".')
    return content


def _text_of(name: str, spec: object, config: Path) -> str:
    if isinstance(spec, dict):
        spec = spec.get("path")
    if not isinstance(spec, str):
        raise ProjectError(f'{config}: the graph "{name}" needs a text like "./file.py:variable".')
    return spec


def _is_file(place: str) -> bool:
    return place.endswith(".py") or "/" in place or "\\" in place


def _resolve(spec: str, root: Path, origin: str) -> str:
    place, colon, variable = spec.rpartition(":")
    if not colon or not place or not variable.isidentifier():
        raise ProjectError(f'{origin}: "{spec}" names no variable: write FILE.py:VARIABLE or MODULE:VARIABLE.')
    if not _is_file(place):
        return spec
    file = (root / Path(place).expanduser()).resolve()
    if not file.is_file():
        raise ProjectError(f'{origin}: "{spec}" names {file}, which is not a file.')
    return f"{file}:{variable}"


def _store(store: object, config: Path) -> dict[str, Any]:
    """The section on long-term memory, with the places of code resolved like those of graphs."""
    if store is None:
        return {}
    if not isinstance(store, dict):
        raise ProjectError(f'{config}: "store" must be a mapping, with "path", "index" or "ttl" in it.')
    found = dict(store)
    if isinstance(found.get("path"), str):
        found["path"] = _resolve(found["path"], config.parent, f'{config}: "store"')
    index = found.get("index")
    if isinstance(index, dict) and isinstance(index.get("embed"), str) and ".py:" in index["embed"]:
        found["index"] = {**index, "embed": _resolve(index["embed"], config.parent, f'{config}: "store"')}
    return found


def _folders(dependencies: object, config: Path) -> tuple[tuple[Path, ...], list[str]]:
    """The folders among the dependencies, and notes on those that do not exist.

    Names of packages are left to the Python that runs the graphs.
    """
    if not isinstance(dependencies, list) or not all(isinstance(each, str) for each in dependencies):
        raise ProjectError(f'{config}: "dependencies" must be a list of folders and package names.')
    folders, notes = [], []
    for each in dependencies:
        folder = (config.parent / each).resolve()
        if folder.is_dir():
            folders.append(folder)
        elif each.startswith("."):
            notes.append(f'{config}: the dependency "{each}" is {folder}, which is no folder. It is left out.')
    return tuple(folders), notes


def _environment(env: object, config: Path) -> tuple[dict[str, str], list[str]]:
    if env is None or env == "":
        return {}, []
    if isinstance(env, dict):
        return _variables(env, f'{config}: "env"'), []
    if not isinstance(env, str):
        raise ProjectError(f'{config}: "env" must be the name of a file, or a mapping.')
    file = (config.parent / env).resolve()
    if not file.is_file():
        return {}, [
            f'{config}: "env" names {file}, which is not there. Graphs get the environment of this command alone.'
        ]
    try:
        values = dotenv_values(file, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f'{config}: "env" names {file}, which can\'t be read: {error}.') from None
    return _variables(values, str(file)), []


def _variables(told: Mapping[str, object], place: str) -> dict[str, str]:
    """Environment variables that a process can be started with.

    Raises ProjectError for one that no system could hold.
    """
    found = {str(name): str(value) for name, value in told.items() if value is not None}
    for name, value in found.items():
        if not name or "=" in name or "\0" in name + value or not _is_sound(name + value):
            raise ProjectError(
                f"{place} has the variable {name!r}, which no process can get: a name is not empty and has no =, and"
                " neither it nor its value has a NUL or half of a character."
            )
    return found


def _is_sound(text: str) -> bool:
    """Whether any encoding can hold the text: JSON can contain half of a character."""
    return text.encode("utf-8", "ignore").decode("utf-8") == text


def _python_version(named: object, config: Path) -> str:
    if named is not None and not isinstance(named, str):
        raise ProjectError(f'{config}: "python_version" must be a text like "3.12", not {named!r}.')
    return named or ""
