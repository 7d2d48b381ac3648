"""docs/security.md names tests that are there, and every promise that `make soak` tries."""

import ast
import re
from pathlib import Path

import pytest

from tests.soak.promise import load, names

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NO_PROMISE = {"What is not promised"}
TEST = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)*)`")


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def promises() -> list[str]:
    return [title for title in sections() if title not in NO_PROMISE]


def has(file: Path, path: list[str]) -> bool:
    """Whether the file has the class, test or function of this path."""
    body: list[ast.stmt] = ast.parse(file.read_text(encoding="utf-8")).body
    for name in path:
        found = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name]
        if not found:
            return False
        body = found[0].body
    return True


@pytest.mark.parametrize("title", promises())
def test_every_promise_names_a_test(title: str) -> None:
    assert TEST.search(sections()[title])


@pytest.mark.parametrize("test", sorted({"".join(found) for found in TEST.findall(TEXT)}))
def test_every_test_that_it_names_is_there(test: str) -> None:
    file, *path = test.split("::")
    assert (ROOT / file).is_file()
    assert has(ROOT / file, path)


@pytest.mark.parametrize("name", names())
def test_every_promise_that_is_tried_at_length_stands_there_by_its_name(name: str) -> None:
    assert load(name).sentence
    assert any(re.search(rf"\b{name}\b", sections()[title]) for title in promises())


def test_every_command_that_it_shows_for_a_promise_names_one_that_is_there() -> None:
    assert set(re.findall(r"--only (\w+)", TEXT)) - {"NAME"} <= set(names())
