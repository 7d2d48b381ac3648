"""Adds an item to, or removes one from, what was typed into the fields of a list or a map. Pure."""

from typing import Any

from ui.timetravel.presentation.forms.form_values import FieldPath, TypedFields


def resized(typed: TypedFields, path: FieldPath, count: int | None) -> dict[FieldPath, Any]:
    """The typed values with this number of items; None removes the whole list."""
    if count is None:
        return {at: held for at, held in typed.items() if at[: len(path)] != path}
    return {**typed, path: count}


def without_item(typed: TypedFields, path: FieldPath, gone: int) -> dict[FieldPath, Any]:
    """The typed values without one item; the items after it move up."""
    found: dict[FieldPath, Any] = {}
    deep = len(path)
    for at, held in typed.items():
        place = at[deep] if len(at) > deep and at[:deep] == path else None
        if not isinstance(place, int) or place < gone:
            found[at] = held
        elif place > gone:
            found[(*path, place - 1, *at[deep + 1 :])] = held
    return {**found, path: max(0, (typed.get(path) or 0) - 1)}
