"""README and docs/ tell of every option, variable, error and make target; and their links lead somewhere."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ui.command.options import parser
from ui.timetravel import errors

ROOT = Path(__file__).resolve().parents[3]
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
"""What a person reads to learn what there is."""
ALL_PAPERS = [*PAPERS, ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"]
OURS = re.compile(r"TIMETRAVEL_[A-Z_]+")
READS = ("get", "pop", "setdefault")


def told() -> str:
    return "\n".join(paper.read_text(encoding="utf-8") for paper in PAPERS)


def stands(name: str) -> bool:
    """Whether a name stands in one of the papers, by itself and not as a part of another."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told()) is not None


# --- options ---


def options() -> list[str]:
    return [name for action in parser()._actions for name in action.option_strings if name.startswith("--")]


@pytest.mark.parametrize("option", options())
def test_every_option_of_the_command_stands_in_the_papers(option: str) -> None:
    assert stands(option)


# --- environment variables ---


class Module(NamedTuple):
    """One file, read: its tree, the texts that its names stand for, and where names of other modules come from."""

    tree: ast.Module
    texts: Mapping[str, tuple[str, ...]]
    imported: Mapping[str, tuple[str, str]]


@cache
def module(file: Path) -> Module:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    texts: dict[str, tuple[str, ...]] = {}
    imported: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (found := texts_in(node.value)):
            texts[node.targets[0].id] = found
        elif isinstance(node, ast.ImportFrom):
            origin = ".".join([*file.relative_to(ROOT).parts[: -node.level], node.module or ""]) if node.level else ""
            imported |= {one.asname or one.name: (origin or node.module or "", one.name) for one in node.names}
    return Module(tree, texts, imported)


def texts_in(value: ast.expr) -> tuple[str, ...]:
    """The texts of a constant, or of a tuple of constants; none of anything else."""
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return tuple(one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))


def meant_by(name: str, of: Module) -> tuple[str, ...]:
    """The texts that a name stands for: a constant of this module, or of the one that it was imported from."""
    if name in of.texts or name not in of.imported:
        return of.texts.get(name, ())
    origin, there = of.imported[name]
    file = ROOT.joinpath(*origin.split(".")).with_suffix(".py")
    return meant_by(there, module(file)) if file.is_file() else ()


def is_environ(node: ast.expr) -> bool:
    """Whether it is the environment of the process, also where that is one of two things that it may be."""
    return any(isinstance(part, ast.Attribute) and part.attr == "environ" for part in ast.walk(node))


def asked_for(tree: ast.Module) -> Iterator[ast.expr]:
    """What stands in the place of the name wherever a variable of the environment is read.

    One that is only taken out, with nothing made of it, is not read.
    """
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in (node for node in ast.walk(tree) if id(node) not in alone):
        match node:
            case ast.Subscript(value=value, slice=name, ctx=ast.Load()) if is_environ(value):
                yield name
            case ast.Call(func=ast.Attribute(value=value, attr=how), args=[name, *_]) if (
                is_environ(value) and how in READS
            ):
                yield name
            case ast.Call(func=ast.Attribute(attr="getenv"), args=[name, *_]):
                yield name
            case ast.Compare(left=name, ops=[ast.In() | ast.NotIn()], comparators=[value]) if is_environ(value):
                yield name


def loops(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What the names of comprehensions go through, by the name."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name):
            found.setdefault(node.target.id, []).append(node.iter)
    return found


def read_by(file: Path) -> Iterator[str]:
    """The variables that a file reads; "?" for one whose name the code does not tell."""
    of = module(file)
    through = loops(of.tree)
    for asked in asked_for(of.tree):
        ends = through.get(asked.id, [asked]) if isinstance(asked, ast.Name) else [asked]
        if any(is_environ(end) for end in ends):
            continue  # it goes through all that there are
        texts = [
            text for end in ends for text in (meant_by(end.id, of) if isinstance(end, ast.Name) else texts_in(end))
        ]
        yield from texts or ("?",)


def sources(*folders: str) -> list[Path]:
    shown = set((ROOT / "ui" / "lessons").glob("*/*/program.py"))
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")) if file not in shown]


@cache
def variables() -> list[str]:
    """Those that `ui` and the sample graphs read, and all of ours that anything names."""
    read = {name for file in sources("ui", "graphs") for name in read_by(file)}
    ours = {name for file in sources("ui", "graphs") for name in OURS.findall(file.read_text(encoding="utf-8"))}
    return sorted((read | ours) - {"?"})


def test_the_code_tells_of_each_variable_that_it_reads_what_it_is_called() -> None:
    assert [str(file) for file in sources("ui", "graphs") if "?" in read_by(file)] == []


def test_the_variables_are_found_however_the_code_names_them() -> None:
    assert {"BROWSER", "PGPORT", "LANGGRAPH_AES_KEY", "LANGSMITH_API_KEY", "TIMETRAVEL_TOKEN"} <= set(variables())


def test_every_environment_variable_stands_in_the_papers() -> None:
    assert [variable for variable in variables() if not stands(variable)] == []


def test_every_variable_of_ours_in_the_papers_is_one_that_something_reads() -> None:
    named = {name for paper in PAPERS for name in OURS.findall(paper.read_text())}
    files = [*sources("ui", "graphs", "scripts"), *sorted((ROOT / "tests").rglob("*.py"))]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files if file != Path(__file__))
    assert sorted(name for name in named if name not in code) == []


# --- errors ---


def error_classes() -> list[str]:
    return [name for name, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]


@pytest.mark.parametrize("name", error_classes())
def test_every_error_stands_in_the_table_of_errors(name: str) -> None:
    table = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{name}` \|", table, re.MULTILINE)


def test_the_table_of_errors_names_none_that_is_not_there() -> None:
    table = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(error_classes())


# --- make ---


def targets() -> list[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE)


@pytest.mark.parametrize("target", sorted(set(targets())))
def test_every_make_target_stands_in_the_papers(target: str) -> None:
    assert re.search(rf"make {target}(?![\w-])", told())


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z][a-z-]*)", told()))))
def test_every_make_target_in_the_papers_is_there(target: str) -> None:
    assert target in targets()


# --- links, and files that are named ---


def tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or ()


def links(paper: Path) -> list[str]:
    """Where the links and pictures of a paper lead, as far as that is in this tree."""
    names = {"a": "href", "img": "src"}
    found = [
        str(token.attrs[names[token.tag]])
        for token in tokens(paper.read_text(encoding="utf-8"))
        if token.tag in names and names[token.tag] in token.attrs
    ]
    return [one for one in found if not re.match(r"[a-z]+:", one)]


@cache
def anchors(paper: Path) -> frozenset[str]:
    """What the headings of a paper are called in an address, by GitHub's rule."""
    parsed = list(tokens(paper.read_text(encoding="utf-8")))
    titles = [text.content for token, text in pairwise(parsed) if token.type == "heading_open"]
    return frozenset(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)


@pytest.mark.parametrize("paper", ALL_PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_link_leads_to_a_file_that_is_there_and_to_a_heading_in_it(paper: Path) -> None:
    for link in links(paper):
        path, _, anchor = link.partition("#")
        file = (paper.parent / path).resolve() if path else paper
        assert file.is_relative_to(ROOT), link
        assert file.exists(), link
        assert not anchor or anchor in anchors(file), link


FILE = re.compile(r"`((?:ui|tests|scripts|graphs|docs|constraints)/[\w./-]+)`")


@pytest.mark.parametrize("paper", ALL_PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_file_that_a_paper_names_is_there(paper: Path) -> None:
    named = FILE.findall(paper.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_file_that_the_glossary_names_is_there_and_has_the_name_beside_it() -> None:
    rows = (ROOT / "docs" / "project" / "glossary.md").read_text(encoding="utf-8").splitlines()
    for row in (row for row in rows if row.startswith("| ") and "`" in row.rsplit("|", 2)[1]):
        *files, last = re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1])
        files, name = ([*files, last], "") if "/" in last else (files, last)
        places = [ROOT / one if one.startswith("ui/") else ROOT / "ui" / "timetravel" / one for one in files]
        assert all(place.exists() for place in places), row
        assert all(part in places[0].read_text(encoding="utf-8") for part in name.split(".") if part), row


def test_every_paper_is_on_the_site() -> None:
    nav = (ROOT / "scripts" / "mkdocs.yml").read_text(encoding="utf-8")
    assert [paper.name for paper in PAPERS[1:] if f": {paper.relative_to(ROOT / 'docs')}\n" not in nav] == []


@pytest.mark.parametrize("paper", ALL_PAPERS, ids=lambda paper: paper.name)
def test_every_row_of_a_table_has_a_cell_for_each_column(paper: Path) -> None:
    """A row with others is one that a change has broken, and Markdown shows it all the same."""
    rows = [(line.startswith("|"), len(re.findall(r"(?<!\\)\|", line))) for line in paper.read_text().splitlines()]
    beside = [(one, two) for (table, one), (goes_on, two) in pairwise(rows) if table and goes_on]
    assert [pair for pair in beside if pair[0] != pair[1]] == []
