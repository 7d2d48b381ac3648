"""What may know of what, as far as the linter of imports can't say it: its contracts are in pyproject.toml."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ui.timetravel.ground import paths
from ui.timetravel.worker.child import own_paths
from ui.timetravel.worker.child.shared import reserved_names

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "ui"
ENGINE = UI / "timetravel"
WORKER = ENGINE / "worker"
NEW_STORE = UI / "services" / "create_store.py"

CHILD = sorted((WORKER / "child").rglob("*.py"))
"""What runs in the worker process, where our own package can't be imported: child/shared is for both sides."""

SHOWN = sorted((UI / "lessons").glob("*/*/program.py"))
"""Programs that lessons show: text to the app, which imports none of them."""

COMES_WITH_LANGGRAPH = {
    "langgraph",
    "langgraph_sdk",
    "langsmith",
    "langchain_core",
    "pydantic",
    "typing_extensions",
    "aiosqlite",
    "psycopg",  # with the saver for PostgreSQL, beside which it is imported
    "ormsgpack",
}
"""What any Python that can run a graph on a SQLite store has."""

SKIPPED = {".git", ".venv", ".venv-server", ".venv-old", ".venv-latest", "build", "dist", "screenshots", ".timetravel"}


def modules(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py") if file not in SHOWN)


@cache
def imports(file: Path) -> tuple[str, ...]:
    """The full name of every module, or name in a module, that the file imports, wherever in it."""
    return tuple(_imports(file))


def _imports(file: Path) -> Iterator[str]:
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def offenders(files: list[Path], *packages: str) -> list[str]:
    """Where one of the files imports something in one of the packages."""
    assert files
    return [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imports(file)
        if within(name, *packages)
    ]


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file that we wrote, by its path in the tree."""
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [one for one in sorted(inside) if not _is_skipped(one)]
        for file in (Path(folder, name) for name in sorted(names) if not _is_skipped(name)):
            if file.is_file() and b"\0" not in (content := file.read_bytes()):
                yield file.relative_to(ROOT), content.decode("utf-8", errors="replace")


def ours() -> list[Path]:
    """Our files but hidden ones, by their path in the tree: without what somebody keeps beside them in a checkout."""
    known = ""
    if git := shutil.which("git"):
        known = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = list(map(Path, known.splitlines())) or [path for path, _ in texts()]
    return [path for path in found if not any(part.startswith(".") for part in path.parts)]


def _is_skipped(name: str) -> bool:
    return name in SKIPPED or name.endswith(("_cache", "__pycache__", ".egg-info"))


class TestTheEngine:
    def test_makes_a_new_store_with_the_saver_alone(self) -> None:
        names = [name for name in imports(NEW_STORE) if within(name, "langgraph")]
        savers = ("langgraph.checkpoint.sqlite", "langgraph.checkpoint.postgres")
        assert [name for name in names if not within(name, *savers)] == []


class TestTheLessons:
    def test_show_programs_that_nothing_imports(self) -> None:
        assert SHOWN
        programs = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in SHOWN]
        assert offenders(modules(UI), *programs) == []


class TestTheWorkerProcess:
    def test_needs_only_what_comes_with_python_and_langgraph_and_its_neighbours(self) -> None:
        foreign = [
            f"{file.relative_to(ROOT)} imports {name}"
            for file in CHILD
            for name in imports(file)
            if name.partition(".")[0] not in sys.stdlib_module_names | COMES_WITH_LANGGRAPH
            and not within(name, "ui.timetravel.worker.child")
        ]
        assert foreign == []

    def test_names_its_neighbours_only_relatively_since_our_package_is_not_on_its_path(self) -> None:
        absolute = re.compile(r"^\s*(from|import)\s+ui\b", re.MULTILINE)
        assert [file.name for file in CHILD if absolute.search(file.read_text(encoding="utf-8"))] == []


class TestTheScreens:
    def test_write_no_markup_of_their_own_into_the_page(self) -> None:
        markup = re.compile(r"unsafe_allow_html\s*=\s*True|(inner|outer)HTML|insertAdjacentHTML|document\.write\b")
        found = [str(path) for path, text in texts() if path.parts[0] == "ui" and markup.search(text)]
        assert found == []

    def test_ask_a_store_that_is_open_what_it_is_rather_than_what_its_target_means(self) -> None:
        files = [file for room in ("components", "screens", "session", "lessons") for file in modules(UI / room)]
        assert offenders(files, "ui.timetravel.model.targets.kind_of") == []


class TestEveryModule:
    def test_leaves_it_to_one_place_to_know_where_our_files_are_so_that_a_move_breaks_nothing(self) -> None:
        asking = [str(file.relative_to(UI)) for file in modules(UI) if _names(file, "__file__")]
        child = "timetravel/worker/child"
        assert asking == ["timetravel/ground/paths.py", f"{child}/main.py", f"{child}/own_paths.py"]

    def test_is_where_it_is_said_to_be(self) -> None:
        said = {name: path for module in (paths, own_paths) for name, path in vars(module).items() if name.isupper()}
        assert len(said) > 10
        assert [name for name, path in said.items() if not path.exists()] == []
        assert own_paths.TOP == ROOT

    def test_has_the_names_that_langgraph_keeps_for_itself_from_one_place(self) -> None:
        kept = [name for name in vars(reserved_names).values() if isinstance(name, str) and name.strip("_") != name]
        kept = [name for name in kept if name.isidentifier() and name != reserved_names.OWN] + [reserved_names.EDGE]
        assert len(kept) > 20
        written = {
            str(file.relative_to(UI)): [text for text in _texts(file) if any(name in text for name in kept)]
            for file in modules(UI)
            if file != Path(reserved_names.__file__)
        }
        assert {file: texts for file, texts in written.items() if texts} == {}

    def test_takes_nothing_of_another_that_is_named_as_its_own(self) -> None:
        names = {
            str(file.relative_to(ROOT)): [name for name in imports(file) if within(name, "ui")] for file in modules(UI)
        }
        assert [(file, name) for file, all_ in names.items() for name in all_ if _is_private(name)] == []


def _names(file: Path, name: str) -> bool:
    """Whether a module uses a variable of this name."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


def _texts(file: Path) -> Iterator[str]:
    """The texts in a module's code, without its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def _is_private(name: str) -> bool:
    return any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


def _seen(names: set[str]) -> set[str]:
    """The things in a folder that a person looks through."""
    return names - {"__init__.py"}


class TestTheTree:
    def test_has_no_packages_at_the_top_but_ui_and_graphs(self) -> None:
        folders = {file.relative_to(ROOT).parts[0] for file in ROOT.glob("*/*.py")}
        assert folders - {".venv"} <= {"ui", "graphs", "tests", "scripts"}

    def test_has_sample_graphs_that_are_loaded_as_anybodys_are_so_nothing_imports_them(self) -> None:
        assert offenders(modules(UI), "graphs") == []

    def test_has_no_module_beside_the_app_that_hides_one_of_pythons_own(self) -> None:
        # Streamlit puts the folder of app.py first on the path (1.67, web/bootstrap.py, `_fix_sys_path`).
        assert {path.stem for path in UI.iterdir()} & sys.stdlib_module_names == set()

    def test_has_no_room_with_more_than_twelve_things_in_it(self) -> None:
        inside: dict[Path, set[str]] = {}
        for path in ours():
            for room, name in zip(path.parents, [path.name, *(above.name for above in path.parents)], strict=False):
                inside.setdefault(room, set()).add(name)
        full = {str(room): len(seen) for room, names in inside.items() if len(seen := _seen(names)) > 12}
        assert full == {}

    def test_has_no_address_that_packages_are_downloaded_from(self) -> None:
        hosts = re.compile(r"(pypi|pythonhosted|npmjs|unpkg|jsdelivr)\.(org|com|net)")
        assert [str(path) for path, text in texts() if hosts.search(text)] == []


def test_no_two_things_have_one_name() -> None:
    """One word means one thing in the whole app: a class, or a type, of one module has no namesake in another."""
    made: dict[str, list[str]] = {}
    for file in modules(UI):
        for name in types_of(ast.parse(file.read_text(encoding="utf-8"))):
            made.setdefault(name, []).append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in made.items() if len(files) > 1} == {}


def types_of(module: ast.Module) -> Iterator[str]:
    """The public classes and types that a module makes: names that begin with a capital, and are no constants."""
    for node in module.body:
        names = [one.id for one in getattr(node, "targets", []) if isinstance(one, ast.Name)]
        target = getattr(node, "target", None)
        names += [target.id] if isinstance(target, ast.Name) else []
        names += [node.name] if isinstance(node, ast.ClassDef) else []
        yield from (name for name in names if name[0].isupper() and not name.isupper())
