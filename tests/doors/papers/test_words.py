"""What is written in the code about the code: plain English that a stranger understands at the first reading."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

UI = Path(__file__).parents[3] / "ui"
FILES = sorted(file for file in UI.rglob("*.py") if file.name != "program.py")
"""The programs that lessons show are left out: they are as short as a reader wants them."""

RIDDLES = (
    r"by then",
    r"whoever",
    r"shall",
    r"need be",
    r"the one that is there",
    r"it is there\.",
    r"what is (told|said|gone)",
    r"(is|are|be|was|were|not) told",
    r"(tells?|hears?) of",
    r"(goes|go|gone|going) on with",
    r"be had",
    r"lets? go of",
    r"see to it",
    r"hand(s|ed)? (it |them )?on",
    r"what (becomes|became) of",
    r"begun anew",
    r"without a word",
    r"(tells?|says?) of itself",
    r"lies there",
)
"""Turns of phrase that once made riddles of docstrings: they leave out who does what, to what."""
FEWEST_WORDS = 5
REFERENCE = re.compile(r"^See `([\w.]+)`")


@dataclass(frozen=True)
class Said:
    """A docstring, or a comment, and what it is of."""

    file: Path
    line: int
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(UI.parent)}:{self.line} {self.name}: {' '.join(self.text.split())}"


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def docstrings(file: Path) -> Iterator[Said]:
    for node in ast.walk(parsed(file)):
        described = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if described and (text := ast.get_docstring(node)):
            yield Said(file, node.body[0].lineno, getattr(node, "name", ""), text)
        for before, after in _neighbours(node):
            if isinstance(before, ast.Assign | ast.AnnAssign) and (text := _text(after)):
                target = before.targets[0] if isinstance(before, ast.Assign) else before.target
                yield Said(file, after.lineno, ast.unparse(target), text)


def _neighbours(node: ast.AST) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    body = getattr(node, "body", None)
    yield from pairwise(body) if isinstance(body, list) else ()


def _text(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
    return ""


def comments(file: Path) -> Iterator[Said]:
    for token in tokenize.generate_tokens(io.StringIO(file.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield Said(file, token.start[0], "", token.string)


@pytest.mark.parametrize("riddle", RIDDLES)
def test_nothing_is_said_in_riddles(riddle: str) -> None:
    pattern = re.compile(rf"\b{riddle}(?!\w)", re.IGNORECASE)
    said = [said for file in FILES for said in (*docstrings(file), *comments(file))]
    assert [str(one) for one in said if pattern.search(" ".join(one.text.split()))] == []


def test_what_is_public_is_described_in_more_than_a_word_or_two() -> None:
    said = [
        one for file in FILES for one in docstrings(file) if not one.name.startswith("_") and one.name.isidentifier()
    ]
    described = [one for one in said if not REFERENCE.match(one.text) and not one.name.isupper()]
    assert [str(one) for one in described if len(one.text.split()) < FEWEST_WORDS] == []


def test_a_reference_to_another_docstring_leads_to_one() -> None:
    there = {f"{owner}.{name}" for owner, name in members()} | {name for _, name in members()}
    said = [one for file in FILES for one in docstrings(file)]
    references = [(one, found[1]) for one in said if (found := REFERENCE.match(one.text))]
    assert [str(one) for one, name in references if name not in there] == []


def members() -> Iterator[tuple[str, str]]:
    for file in FILES:
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ClassDef | ast.Module):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(
                        inner
                    ):
                        yield getattr(node, "name", file.stem), inner.name
