"""Nothing is there for tests alone: what no file of the app, the sample graphs or the scripts names is taken out."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {*ROOT.glob("ui/lessons/*/*/program.py")}
"""Programs that lessons show: each is there for a person who reads it."""
OURS = [file for file in sorted((ROOT / "ui").rglob("*.py")) if file not in PROGRAMS]
MAIN = ROOT / "ui" / "timetravel" / "worker" / "child" / "main.py"
READERS = [*OURS, *sorted((ROOT / "graphs").rglob("*.py")), *sorted((ROOT / "scripts").rglob("*.py"))]

FOR_OTHERS = {
    "ui/command/entry.py main": "the command of the installed package (pyproject.toml)",
    "ui/command/own_output.py MaskedOutput.writelines": "a stream of text has it",
    "ui/services/settings.py Settings.to_environment": "what `from_environment` reads, for who starts the page alone",
    "ui/timetravel/presentation/narration/checkpoints.py sentence": "a public door: the headline of a header alone",
    "ui/timetravel/presentation/narration/headline.py headline": "a public door: what the page says of a checkpoint",
    "ui/timetravel/stores/server/guarded_transport.py _Stream.start_tls": "httpcore's NetworkStream",
    "ui/timetravel/worker/child/allowed_types/pickles.py _Dry.persistent_load": "pickle's Unpickler",
    "ui/timetravel/worker/child/streams/captured_output.py NodeWriter.encoding": "a stream of text has it",
    "ui/timetravel/worker/child/surroundings/lasting_store.py LastingStore.supports_ttl": "LangGraph's BaseStore",
    "ui/timetravel/worker/child/surroundings/overlay_store.py OverlayStore.supports_ttl": "LangGraph's BaseStore",
}
"""What somebody else's code names, and whose."""


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def path_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@cache
def named_in(file: Path) -> frozenset[str]:
    """The names that a module uses: variables, attributes, arguments, and texts that are names, as `getattr` has."""
    found: set[str] = set()
    for node in ast.walk(tree(file)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                found.add(name)
            case ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
                found.add(name)
            case ast.MatchClass(kwd_attrs=names):
                found.update(names)
    return frozenset(found)


def imported() -> frozenset[tuple[str, str]]:
    """Each module with each name that another one imports from it: both as absolute names."""
    return frozenset(pair for file in READERS for pair in _imports(file))


def _imports(file: Path) -> Iterator[tuple[str, str]]:
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                yield module, alias.name
                # Of a module that is imported whole, whatever is named behind it counts.
                yield from ((f"{module}.{alias.name}", name) for name in named_in(file))


def public(body: list[ast.stmt]) -> Iterator[str]:
    """The public names that a module, or a class, makes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        else:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            names = [one.id for target in targets if target for one in ast.walk(target) if isinstance(one, ast.Name)]
        yield from (name for name in names if not name.startswith("_"))


def _is_loaded(file: Path, name: str) -> bool:
    """Whether the program of a worker uses it, which imports its neighbours by texts (child/main.py)."""
    return MAIN.parent in file.parents and name in named_in(MAIN)


def test_each_public_function_class_and_constant_is_used_where_it_is_or_imported() -> None:
    by_others = imported()
    unused = []
    for file in OURS:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name in public(tree(file).body):
            if name not in named_in(file) and (module, name) not in by_others and not _is_loaded(file, name):
                unused.append(f"{path_of(file)} {name}")
    assert [one for one in unused if one not in FOR_OTHERS] == []


def test_each_public_method_and_field_is_named_somewhere() -> None:
    named = frozenset().union(*map(named_in, READERS))
    unused = []
    for file in OURS:
        for made in (node for node in ast.walk(tree(file)) if isinstance(node, ast.ClassDef)):
            unused += [f"{path_of(file)} {made.name}.{name}" for name in public(made.body) if name not in named]
    assert [one for one in unused if one not in FOR_OTHERS] == []


def test_what_is_there_for_others_is_still_there() -> None:
    there = set()
    for file in OURS:
        there |= {f"{path_of(file)} {name}" for name in public(tree(file).body)}
        for made in (node for node in ast.walk(tree(file)) if isinstance(node, ast.ClassDef)):
            there |= {f"{path_of(file)} {made.name}.{name}" for name in public(made.body)}
    assert sorted(FOR_OTHERS.keys() - there) == []
