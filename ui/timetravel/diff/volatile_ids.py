"""Removes ids that each run generates, so that two branches can be compared by what really differs. Pure."""

from collections.abc import Iterator

from ui.timetravel.model.values import Plain, Typed


def drop_unmatched_ids(old: Plain, new: Plain) -> tuple[Plain, Plain]:
    """Both values, without the "id" of those list items whose id only one of the two has.

    A chat model gives each message a new id at each run, so equal messages of two branches would count as different.
    Ids that both have stay: they tell which item is which.
    """
    shared = set(_ids(old)) & set(_ids(new))
    return _strip(old, shared), _strip(new, shared)


def has_unmatched_ids(old: Plain, new: Plain) -> bool:
    """Whether `drop_unmatched_ids` would remove anything."""
    return set(_ids(old)) != set(_ids(new))


def _fields(item: Plain) -> Plain:
    return item.value if isinstance(item, Typed) else item


def _id(item: Plain) -> str | None:
    fields = _fields(item)
    found = fields.get("id") if isinstance(fields, dict) else None
    return found if isinstance(found, str) else None


def _ids(value: Plain) -> Iterator[str]:
    waiting = [value]
    while waiting:
        inside = _fields(waiting.pop())
        if isinstance(inside, dict):
            waiting.extend(inside.values())
        elif isinstance(inside, list):
            waiting.extend(inside)
            yield from (found for item in inside if (found := _id(item)) is not None)


def _strip(value: Plain, shared: set[str]) -> Plain:
    if isinstance(value, Typed):
        return Typed(value.module, value.name, _strip(value.value, shared), value.constructor, value.method)
    if isinstance(value, dict):
        return {key: _strip(part, shared) for key, part in value.items()}
    if isinstance(value, list):
        return [_strip(_item(item, shared), shared) for item in value]
    return value


def _item(item: Plain, shared: set[str]) -> Plain:
    found = _id(item)
    if found is None or found in shared:
        return item
    bare = {key: part for key, part in _fields(item).items() if key != "id"}
    return Typed(item.module, item.name, bare, item.constructor, item.method) if isinstance(item, Typed) else bare
