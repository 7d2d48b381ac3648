"""What `diff` promises, on values that Hypothesis makes up, with two oracles: making the changes, and jsonpatch."""

import copy
import json
import math
import struct
from collections import Counter

import jsonpatch
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.timetravel.diff import Change, diff, same
from ui.timetravel.model.values import Opaque, Typed

# --- the oracle: what the changes say, taken by the word ---


def strict(value):
    """A hashable stand-in, equal for what `diff` calls the same value. Written apart from the code it judges."""
    match value:
        case list() | tuple():
            return (type(value), *map(strict, value))
        case dict():
            return (dict, frozenset(Counter((strict(key), strict(item)) for key, item in value.items()).items()))
        case Typed(module="builtins", name="set" | "frozenset", value=list() as items, constructor="value"):
            return ("set", value.name, value.method, frozenset(Counter(map(strict, items)).items()))
        case Typed():
            return (Typed, value.module, value.name, value.constructor, value.method, strict(value.value))
        case float():
            return (float, "nan" if math.isnan(value) else struct.pack(">d", value))
    return (type(value), value)


def apply(old, changes):
    """What `old` becomes: every path taken by the word, one level at a time."""
    for change in changes:
        if not change.path:
            assert change.op == "replace"
            assert strict(change.old) == strict(old)
            return change.new
    if not changes:
        return old
    match old:
        case Typed():
            return Typed(old.module, old.name, apply(old.value, changes), old.constructor, old.method)
        case dict():
            return apply_in_dict(old, changes)
        case list():
            return apply_in_list(old, changes)
    raise AssertionError(f"a path goes into {old!r}")


def apply_in_dict(old, changes):
    here = {strict(c.path[0]): c for c in changes if len(c.path) == 1}
    new = {}
    for key, value in old.items():
        own = here.get(strict(key))
        if own is None:
            new[key] = apply(value, [below(c) for c in changes if len(c.path) > 1 and strict(c.path[0]) == strict(key)])
        else:
            assert own.op in ("remove", "replace")
            assert strict(own.old) == strict(value)
            if own.op == "replace":
                new[key] = own.new
    for change in here.values():
        if change.op == "add":
            assert change.path[0] not in new, "an added key must not be there"
            new[change.path[0]] = change.new
    return new


def apply_in_list(old, changes):
    removed = {c.path[0]: c for c in changes if len(c.path) == 1 and c.op == "remove"}
    added = {c.path[0]: c.new for c in changes if len(c.path) == 1 and c.op == "add"}
    kept = [i for i in range(len(old)) if i not in removed]
    new = []
    for position in range(len(kept) + len(added)):
        if position in added:
            new.append(added[position])
            continue
        i = kept[position - sum(k < position for k in added)]
        inside = [c for c in changes if c.path[0] == (position if c.op == "add" else i) and c.path[0:1] != c.path]
        replaced = [c for c in changes if c.op == "replace" and c.path == (i,)]
        new.append(apply(old[i], [*(below(c) for c in inside), *(below(c) for c in replaced)]))
    assert all(strict(c.old) == strict(old[i]) for i, c in removed.items())
    return new


def below(change):
    return Change(change.path[1:], change.op, change.old, change.new)


# --- values: few different ones, so that much is equal, nearly equal, or equal to Python alone ---

numbers = [True, False, 0, 1, 1.0, -1, 2, 0.0, -0.0, math.nan, -math.nan, math.inf, 2**64]
scalars = st.sampled_from([None, *numbers, "", "a", "b", "ab" * 30, "é", "\ud800", b"", b"a"])
ids = st.sampled_from([None, 1, 2, 3, 4, "1", True, "x"])
names = st.sampled_from(["a", "b", "id", "content", ""])
keys = names | st.sampled_from([None, True, 1, 1.0, 0, -0.0, math.nan, b"a", (), (1, "a"), (True, "a"), ("a",)])
opaques = st.builds(Opaque, st.sampled_from(["pickle", "x"]), st.integers(0, 1), st.just("why"))


def containers(inner):
    hows = st.sampled_from(["value", "args", "pydantic2", "delta"])
    tags = st.sampled_from(["T", "U", "set"])
    return (
        st.lists(inner, max_size=6)
        | st.lists(st.fixed_dictionaries({"id": ids}, optional={"a": inner, "b": inner}), max_size=6)
        | st.dictionaries(names, inner, max_size=4)
        | st.dictionaries(keys, inner, max_size=4)
        | st.builds(Typed, st.sampled_from(["m", "builtins"]), tags, inner, hows)
        | st.builds(
            Typed, st.just("m"), tags, st.fixed_dictionaries({"id": ids, "content": inner}), st.just("pydantic2")
        )
    )


values = st.recursive(scalars | opaques, containers, max_leaves=25)


@st.composite
def edited(draw, value):
    """The value with something changed somewhere, or nothing."""
    if draw(st.integers(0, 4)) == 0:
        return draw(values)
    match value:
        case Typed():
            return Typed(value.module, value.name, draw(edited(value.value)), value.constructor, value.method)
        case dict():
            entries = list(value.items())
            if entries:
                k = draw(st.integers(0, len(entries) - 1))
                entries[k] = (entries[k][0], draw(edited(entries[k][1])))
                entries = draw(st.permutations(entries))[: draw(st.integers(len(entries) - 1, len(entries)))]
            return dict(entries)
        case list():
            return draw(edited_list(value))
    return value


@st.composite
def edited_list(draw, value):
    items = list(value)
    for _ in range(draw(st.integers(0, 3))):
        where = draw(st.integers(0, len(items)))
        match draw(st.sampled_from(["insert", "remove", "edit", "repeat"])):
            case "insert":
                items.insert(where, draw(values))
            case "remove":
                del items[where : where + 1]
            case "edit" if where < len(items):
                items[where] = draw(edited(items[where]))
            case "repeat" if items:
                items.insert(where, draw(st.sampled_from(items)))
    return items


pairs = st.tuples(values, values) | values.flatmap(lambda value: st.tuples(st.just(value), edited(value)))


# --- exactness ---


@settings(max_examples=600, deadline=None)
@given(pairs)
def test_making_the_changes_gives_the_new_value(pair):
    old, new = pair
    assert strict(apply(old, diff(old, new))) == strict(new)


@settings(max_examples=300, deadline=None)
@given(pairs)
def test_there_are_no_changes_exactly_when_the_values_are_the_same(pair):
    old, new = pair
    assert (diff(old, new) == []) == (strict(old) == strict(new)) == same(old, new)


@given(values)
def test_a_copy_has_no_changes(value):
    assert diff(value, value) == []
    assert diff(value, copy.deepcopy(value)) == []


@settings(deadline=None)
@given(pairs)
def test_the_compared_values_stay_as_they_were(pair):
    before = copy.deepcopy(pair)
    diff(*pair)
    assert strict(list(before)) == strict(list(pair))


@settings(deadline=None)
@given(pairs, st.integers(20, 40))
def test_far_below_the_root_the_changes_are_the_same(pair, levels):
    old, new = pair
    for _ in range(levels):
        old, new = {"a": old}, {"a": new}
    assert [(c.op, c.path[levels:]) for c in diff(old, new)] == [(c.op, c.path) for c in diff(*pair)]


@settings(deadline=None)
@given(pairs)
def test_there_and_back_is_the_old_value(pair):
    old, new = pair
    there = apply(old, diff(old, new))
    assert strict(apply(there, diff(there, old))) == strict(old)


# --- jsonpatch as the oracle ---

# jsonpatch takes 1, 1.0 and True for equal, so the values for it have no numbers that clash.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(2, 9) | st.sampled_from([0.5, 1.5]) | st.sampled_from(["", "a", "b", "/~"]),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from(["a", "b", "id", "/~"]), inner),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(json_values, json_values)
def test_jsonpatch_agrees_on_whether_anything_changed(old, new):
    patch = jsonpatch.make_patch(old, new)
    assert bool(list(patch)) == bool(diff(old, new))
    assert json.dumps(patch.apply(old), sort_keys=True) == json.dumps(apply(old, diff(old, new)), sort_keys=True)


def as_json_patch(changes):
    """The changes as operations one after another: from the back what goes, then from the front what comes."""
    pointer = lambda path: "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)  # noqa: E731
    replaced = [c for c in changes if c.op == "replace"]
    removed = [c for c in reversed(changes) if c.op == "remove"]
    added = [c for c in changes if c.op == "add"]
    return [
        *({"op": "replace", "path": pointer(c.path), "value": c.new} for c in replaced),
        *({"op": "remove", "path": pointer(c.path)} for c in removed),
        *({"op": "add", "path": pointer(c.path), "value": c.new} for c in added),
    ]


@settings(max_examples=300, deadline=None)
@given(json_values, json_values)
def test_jsonpatch_makes_the_new_value_from_the_changes(old, new):
    made = jsonpatch.apply_patch(old, as_json_patch(diff(old, new)))
    assert json.dumps(made, sort_keys=True) == json.dumps(new, sort_keys=True)


# --- one edit is one change ---

row_lists = st.lists(
    st.fixed_dictionaries({"text": scalars, "tags": st.lists(scalars, max_size=3)}), min_size=1, max_size=12
).map(lambda rows: [{"id": k, **row} for k, row in enumerate(rows)])
as_messages = st.sampled_from([lambda row: row, lambda row: Typed("m", "Message", row, "pydantic2")])


@given(row_lists, as_messages, st.data())
def test_one_inserted_item_is_one_addition(rows, wrap, data):
    old = [wrap(row) for row in rows]
    where = data.draw(st.integers(0, len(old)))
    row = wrap({"id": "new", "text": data.draw(scalars)})
    assert diff(old, [*old[:where], row, *old[where:]]) == [Change((where,), "add", None, row)]


@given(row_lists, as_messages, st.data())
def test_one_removed_item_is_one_removal(rows, wrap, data):
    old = [wrap(row) for row in rows]
    where = data.draw(st.integers(0, len(old) - 1))
    (change,) = diff(old, [*old[:where], *old[where + 1 :]])
    assert (change.path, change.op) == ((where,), "remove")


@given(row_lists, as_messages, st.data())
def test_one_changed_field_is_one_replacement(rows, wrap, data):
    where = data.draw(st.integers(0, len(rows) - 1))
    changed = [row | {"text": "another text"} if k == where else row for k, row in enumerate(rows)]
    (change,) = diff([wrap(row) for row in rows], [wrap(row) for row in changed])
    assert (change.path, change.op, change.new) == ((where, "text"), "replace", "another text")


@given(st.permutations(range(12)))
def test_what_moved_is_the_least_that_can_have_moved(order):
    longest = 0
    runs = []
    for k, number in enumerate(order):
        runs.append(1 + max((runs[j] for j in range(k) if order[j] < number), default=0))
        longest = max(longest, runs[-1])
    changes = diff([{"id": k} for k in range(12)], [{"id": k} for k in order])
    assert len(changes) == 2 * (12 - longest)
