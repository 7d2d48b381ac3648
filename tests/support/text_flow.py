"""Follows a text back to where it comes from, by reading the code.

It is known where it can be nothing but what we wrote: a literal, a formatted number, a name or a condition of these, or
what a function of ours makes of these. Every other text may come from a store, and has to go through the door.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.support.text_sinks import Module, files, module

LABEL_DOORS = frozenset({"label", "our_markdown"})
TEXT_DOORS = frozenset({"label", "as_text", "display", "table", "key_of", "to_text", "workflow", "history"})
"""The functions of ui/components/base/page_text.py, and those of the engine that take each text through `visible`."""

NUMBERS = {"len", "int", "float", "abs", "round", "min", "max", "sum", "hash", "range"}
WORDS = {
    "pluralize", "format_bytes", "format_duration", "format_pause", "format_time", "format_date", "format_age",
}  # fmt: skip
"""Functions that make a text of numbers and times, and of a noun."""
ALIKE = {
    "as_json", "dict", "enumerate", "filter", "islice", "list", "map", "Path", "reversed", "set", "sorted", "str",
    "tuple", "zip",
}  # fmt: skip
ALIKE_METHODS = {
    "capitalize", "format", "get", "items", "join", "keys", "lower", "maketrans", "removeprefix", "removesuffix",
    "resolve", "split", "strip", "translate", "upper", "values", "NumberColumn", "TextColumn",
}  # fmt: skip
"""Functions that give what they are given, or of."""
NUMERIC = (",", "d", "f", "g", "n", "%", "%H:%M", "%S")

_PARTS: dict[type[ast.AST], Callable[..., Iterable[ast.AST | None]]] = {
    ast.Constant: lambda node: [],
    ast.UnaryOp: lambda node: [],  # a number, or whether something holds
    ast.Compare: lambda node: [],
    ast.JoinedStr: lambda node: node.values,
    ast.IfExp: lambda node: [node.body, node.orelse],
    ast.BoolOp: lambda node: node.values,
    ast.BinOp: lambda node: [node.left, node.right],
    ast.List: lambda node: node.elts,
    ast.Tuple: lambda node: node.elts,
    ast.Set: lambda node: node.elts,
    ast.Dict: lambda node: [*node.keys, *node.values],
    ast.Starred: lambda node: [node.value],
    ast.GeneratorExp: lambda node: [node.elt],
    ast.ListComp: lambda node: [node.elt],
    ast.SetComp: lambda node: [node.elt],
    ast.DictComp: lambda node: [node.key, node.value],
    ast.Subscript: lambda node: [node.value],
    ast.NamedExpr: lambda node: [node.value],
    ast.Lambda: lambda node: [node.body],
    ast.Attribute: lambda node: [node.value],  # DICT.__getitem__, a member of an enumeration
}
"""What has to be known for a node of this kind to be known."""


class Flow:
    """Whether a text is known, or went through one of the `doors`."""

    def __init__(self, doors: frozenset[str]) -> None:
        self._doors = doors
        self._asked: set[tuple[object, ...]] = set()

    def known(self, file: Path, node: ast.AST | None) -> bool:
        match node:
            case None:
                return True
            case ast.FormattedValue(value=value, format_spec=spec):
                return (bool(spec) and ast.unparse(spec).rstrip("'\"").endswith(NUMERIC)) or self.known(file, value)
            case ast.Call():
                return self._call(file, node)
            case ast.Name():
                return self._once((file, node.lineno, node.col_offset), lambda: self._name(file, node))
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if there := _module_called(owner, file):
                made = list(_made(module(there), module(there).tree, name))
                return bool(made) and self._all(there, made)
        parts = _PARTS.get(type(node))
        return parts is not None and self._all(file, parts(node))

    def _all(self, file: Path, nodes: Iterable[ast.AST | None]) -> bool:
        return all(self.known(file, node) for node in nodes)

    def _once(self, mark: tuple[object, ...], ask: Callable[[], bool]) -> bool:
        """What is made of itself is known where all else that it is made of is."""
        if mark in self._asked:
            return True
        self._asked.add(mark)
        try:
            return ask()
        finally:
            self._asked.discard(mark)

    def _call(self, file: Path, call: ast.Call) -> bool:
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(call.func, ast.Attribute):
            owner, name = call.func.value, call.func.attr
            streamlits = ast.unparse(owner) == "st.column_config"
            return name in ALIKE_METHODS and self._all(file, [*arguments, *([] if streamlits else [owner])])
        if not isinstance(call.func, ast.Name):
            return False
        name = call.func.id
        if name in self._doors | NUMBERS:
            return True
        if name in ALIKE:
            return self._all(file, arguments)
        if name in WORDS:
            return all(self.known(file, one) for one in arguments if isinstance(one, ast.Constant | ast.JoinedStr))
        return self._function(file, name)

    def _name(self, file: Path, name: ast.Name) -> bool:
        if name.id in self._doors | {"str"}:
            return True
        here = module(file)
        scope: ast.AST = here.scope(name)
        while True:
            if made := list(_made(here, scope, name.id)):
                return self._all(file, made)
            if isinstance(scope, ast.Module):
                return self._global(file, name.id)
            if isinstance(scope, ast.FunctionDef | ast.Lambda) and name.id in _parameters(scope):
                return isinstance(scope, ast.FunctionDef) and self._parameter(file, scope, name.id)
            scope = here.scope(scope)

    def _global(self, file: Path, name: str) -> bool:
        here = module(file)
        if name == "__file__":
            return True
        if name in here.functions:
            return self._function(file, name)
        if name in here.enumerations:
            return True
        if name not in here.imported:
            return False
        there, real = here.imported[name]
        made = list(_made(module(there), module(there).tree, real)) if there.exists() else []
        return self._all(there, made) if made else there.exists() and self._global(there, real)

    def _function(self, file: Path, name: str) -> bool:
        """Whether every text that a function of ours returns is known."""
        here = module(file)
        if name in here.imported:
            there, real = here.imported[name]
            return there.exists() and self._function(there, real)
        if name not in here.functions:
            return False
        function = here.functions[name]
        returned = [
            one.value for one in ast.walk(function) if isinstance(one, ast.Return) and here.scope(one) is function
        ]
        return bool(returned) and self._once((file, name), lambda: self._all(file, returned))

    def _parameter(self, file: Path, function: ast.FunctionDef, name: str) -> bool:
        """Whether a function is given known texts wherever it is called."""
        given = list(_given(file, function, name))
        return bool(given) and all(value is not None and self.known(where, value) for where, value in given)


def _module_called(name: str, file: Path) -> Path | None:
    """The module of ours that a file imports under this name; None where it is no module."""
    package, real = module(file).imported.get(name, (file, ""))
    found = package.with_name(f"{real}.py")
    return found if package.name == "__init__.py" and found.exists() else None


def _parameters(scope: ast.FunctionDef | ast.Lambda) -> list[str]:
    of = scope.args
    return [one.arg for one in [*of.posonlyargs, *of.args, *of.kwonlyargs, of.vararg, of.kwarg] if one]


def _made(here: Module, scope: ast.AST, name: str) -> Iterator[ast.AST | None]:
    """What the name is given in this scope: by assignments, loops and comprehensions."""
    for node in ast.walk(scope):
        place = here.parents.get(node) if isinstance(node, ast.comprehension) else node
        if place is not None and here.scope(place) is scope:
            yield from _given_by(node, name)


def _given_by(node: ast.AST, name: str) -> Iterator[ast.AST | None]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from (_part(target, value, name) for target in targets if _names(target, name))
        case ast.AnnAssign(target=target, value=value) | ast.AugAssign(target=target, value=value):
            yield from [value] if _names(target, name) else []
        case ast.NamedExpr(target=target, value=value):
            yield from [value] if _names(target, name) else []
        case ast.For(target=target, iter=over) | ast.comprehension(target=target, iter=over):
            yield from [over] if _names(target, name) else []


def _names(target: ast.expr, name: str) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return any(_names(one, name) for one in target.elts)
    target = target.value if isinstance(target, ast.Starred) else target
    return isinstance(target, ast.Name) and target.id == name


def _part(target: ast.expr, value: ast.expr, name: str) -> ast.expr:
    """Of `a, b = x, y` the part that the name is given, else the whole."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return next(part for one, part in zip(target.elts, value.elts, strict=True) if _names(one, name))
    return value


def _given(file: Path, function: ast.FunctionDef, name: str) -> Iterator[tuple[Path, ast.expr | None]]:
    """What a parameter is given at each call, with the file of it; None where that is not to be seen."""
    of = function.args
    placed = [one.arg for one in [*of.posonlyargs, *of.args] if one.arg != "self"]
    defaults: dict[str, ast.expr | None] = dict(zip(placed[::-1], of.defaults[::-1], strict=False))
    defaults |= {one.arg: value for one, value in zip(of.kwonlyargs, of.kw_defaults, strict=True)}
    for other in files():
        for call in _calls(module(other), file, function.name):
            given = dict(zip(placed, call.args, strict=False)) | {
                one.arg: one.value for one in call.keywords if one.arg
            }
            yield (other, given[name]) if name in given else (file, defaults.get(name))


def _calls(there: Module, file: Path, name: str) -> Iterator[ast.Call]:
    called = {alias for alias, found in there.imported.items() if found == (file, name)}
    called |= {name} if there.file == file else set()
    within = (file.parent / "__init__.py", file.stem)
    called |= {f"self.{name}"} if there.file == file else set()
    called |= {f"{alias}.{name}" for alias, found in there.imported.items() if found == within}
    for one in called:
        yield from there.calls.get(one, ())
