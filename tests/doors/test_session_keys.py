"""Keys of the session state stand in one register: ui/session/keys.py."""

import ast
from pathlib import Path

from ui.session import keys

UI = Path(__file__).resolve().parents[2] / "ui"
REGISTER = {name: value for name, value in vars(keys).items() if name.isupper()}


def literal_keys(file: Path) -> list[str]:
    """Where a module asks the session state for a key by a text of its own."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Subscript) and _is_state(node.value):
            asked: list[ast.expr] = [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_state(node.func.value):
            asked = node.args[:1]
        else:
            continue
        found += [f"{file.relative_to(UI)}:{one.lineno}" for one in asked if isinstance(one, ast.Constant)]
    return found


def _is_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "session_state"


def test_no_two_things_share_a_key() -> None:
    assert len(set(REGISTER.values())) == len(REGISTER) > 50


def test_no_key_is_named_where_it_is_used() -> None:
    assert [place for file in sorted(UI.rglob("*.py")) for place in literal_keys(file)] == []


def test_each_key_is_used() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in UI.rglob("*.py"))
    assert [name for name in REGISTER if f"keys.{name}" not in code] == []
