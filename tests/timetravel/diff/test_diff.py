import random
import threading

import pytest

from scripts import bench_diff
from ui.timetravel.diff import Change, diff, similarity
from ui.timetravel.diff import alignment as matching
from ui.timetravel.model.values import Opaque, Typed

NAN = float("nan")


def message(id_, content, kind="HumanMessage"):
    fields = {"content": content, "type": "human", "name": None, "id": id_}
    return Typed("langchain_core.messages", kind, fields, "pydantic2", "model_validate_json")


def told(old, new):
    """The changes as (op, path), for where the values are plain to see."""
    return [(change.op, change.path) for change in diff(old, new)]


# --- equal, by types as well ---


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1, True),
        (1, 1.0),
        (0, False),
        (0.0, -0.0),
        (None, False),
        ("a", b"a"),
        ("", None),
        ([], {}),
        ([1], [True]),
        (2**70, float(2**70)),
        (Typed("m", "T", 1), Typed("m", "T", True)),
        (Typed("m", "T", 1), Typed("m", "U", 1)),
        (Typed("m", "T", 1), Typed("n", "T", 1)),
        (Typed("m", "T", [1], "value"), Typed("m", "T", [1], "args")),
        (Typed("m", "T", 1, "method", "a"), Typed("m", "T", 1, "method", "b")),
        (Typed("m", "T", {}), {}),
        (Opaque("pickle", 3, "it is a pickle"), Opaque("pickle", 4, "it is a pickle")),
        (Opaque("pickle", 3, "it is a pickle"), "pickle"),
    ],
)
def test_values_of_other_types_are_other_values(old, new):
    assert diff(old, new) != []
    assert diff(new, old) != []
    assert diff({"a": [old, 0]}, {"a": [new, 0]}) != []


def test_a_replaced_root_has_the_empty_path_and_both_values():
    assert diff(1, True) == [Change((), "replace", 1, True)]


def test_nan_is_nan_whatever_its_bits():
    other = -NAN
    assert diff([NAN, {"a": NAN}, [[NAN]]], [other, {"a": other}, [[other]]]) == []


def test_the_order_of_a_dicts_keys_is_no_difference():
    assert diff({"a": [{"x": 1, "y": 2}], "b": 1}, {"b": 1, "a": [{"y": 2, "x": 1}]}) == []


def test_the_order_in_which_a_set_was_written_is_no_difference():
    assert diff([Typed("builtins", "set", ["a", "b"])], [Typed("builtins", "set", ["b", "a"])]) == []


def test_a_set_with_another_item_is_replaced_as_a_whole():
    assert told({"s": Typed("builtins", "set", [1, 2])}, {"s": Typed("builtins", "set", [2, 3])}) == [
        ("replace", ("s",))
    ]


def test_values_that_can_not_be_packed_are_compared_all_the_same():
    odd = lambda: [2**70, "\ud800", {"\ud800": 1}, {(1, "a"): [1]}, 10**5000]  # noqa: E731
    assert diff([[1], *odd()], [*odd(), [1]]) == [
        Change((0,), "remove", [1], None),
        Change((5,), "add", None, [1]),
    ]


# --- dicts ---


def test_keys_come_in_the_order_of_the_old_dict_and_then_the_added_ones():
    old, new = {"z": 1, "gone": 2, "a": 3}, {"new2": 1, "a": 4, "new1": 2, "z": 0}
    assert told(old, new) == [
        ("replace", ("z",)),
        ("remove", ("gone",)),
        ("replace", ("a",)),
        ("add", ("new2",)),
        ("add", ("new1",)),
    ]


def test_keys_that_python_takes_for_one_are_two():
    assert diff({True: "x"}, {1: "x"}) == [Change((True,), "remove", "x", None), Change((1,), "add", None, "x")]
    assert told({"a": 1, 1: [1]}, {"a": 1, 1.0: [1]}) == [("remove", (1,)), ("add", (1.0,))]
    assert told({(1, "a"): 1}, {(True, "a"): 1}) == [("remove", ((1, "a"),)), ("add", ((True, "a"),))]


def test_keys_that_are_no_text_lead_into_their_values():
    assert diff({(1, "a"): {2: 3}}, {(1, "a"): {2: 4}}) == [Change(((1, "a"), 2), "replace", 3, 4)]


def test_one_nan_as_a_key_is_the_same_key():
    assert diff({NAN: 1}, {float("nan"): 2})[0].op == "replace"


def test_a_dict_with_several_nan_keys_is_replaced_as_a_whole():
    old, new = {NAN: 1, float("nan"): 2}, {NAN: 1, float("nan"): 3}
    assert diff(old, new) == [Change((), "replace", old, new)]
    assert diff(old, {float("nan"): 2, NAN: 1}) == []


# --- types ---


def test_a_path_goes_through_a_type_into_its_fields():
    old = {"messages": [message("1", "Hi"), message("2", "Hello")]}
    new = {"messages": [message("1", "Hi"), message("2", "Hello!")]}
    assert diff(old, new) == [Change(("messages", 1, "content"), "replace", "Hello", "Hello!")]


def test_a_type_without_fields_is_replaced_as_a_whole():
    old, new = Typed("datetime", "date", [2024, 2, 29], "args"), Typed("datetime", "date", [2024, 3, 1], "args")
    assert diff({"day": old}, {"day": new}) == [Change(("day",), "replace", old, new)]


def test_a_path_goes_through_a_delta_snapshot_into_its_list():
    old, new = Typed("", "_DeltaSnapshot", [1, 2], "delta"), Typed("", "_DeltaSnapshot", [1, 2, 3], "delta")
    assert diff({"log": old}, {"log": new}) == [Change(("log", 2), "add", None, 3)]


def test_fields_that_became_no_fields_are_replaced_with_their_type():
    old, new = Typed("m", "T", {"a": 1}), Typed("m", "T", [1])
    assert diff([old], [new]) == [Change((0,), "replace", old, new)]


def test_a_message_of_the_same_id_and_another_class_is_replaced():
    assert told([message("1", "a"), message("2", "b")], [message("1", "a", "AIMessage"), message("2", "b")]) == [
        ("replace", (0,))
    ]


# --- lists ---


def test_an_inserted_item_is_one_addition():
    assert diff([1, 2, 3], [1, 9, 2, 3]) == [Change((1,), "add", None, 9)]


def test_an_item_between_two_equal_ones_is_replaced():
    assert diff([1, 2, 3], [1, "two", 3]) == [Change((1,), "replace", 2, "two")]


def test_items_align_by_their_id_through_any_change():
    old = [{"id": k, "text": f"text {k}"} for k in range(6)]
    new = [{"id": 9, "text": "new"}, *({"id": k, "other": [k]} for k in range(6))]
    assert told(old, new)[:3] == [("add", (0,)), ("remove", (0, "text")), ("add", (1, "other"))]


def test_another_id_is_another_item_even_with_all_else_equal():
    assert told([message("1", "a")], [message("2", "a")]) == [("remove", (0,)), ("add", (0,))]


def test_ids_that_are_not_unique_align_nothing():
    old = [{"id": 1, "x": "a"}, {"id": 1, "x": "b"}, {"id": 1, "x": "c"}]
    assert diff(old, old[1:]) == [Change((0,), "remove", old[0], None)]


def test_an_id_that_came_to_be_used_twice_aligns_nothing():
    a, b, c = ({"id": 1, "x": x} for x in "abc")
    assert told([a, "end"], [b, a, c, "end of it all"]) == [
        ("add", (0,)),
        ("remove", (1,)),
        ("add", (2,)),
        ("add", (3,)),
    ]


def test_ids_of_other_types_are_other_ids():
    assert told([{"id": 1}, {"id": 5}], [{"id": 5}, {"id": True}]) == [("remove", (0,)), ("add", (1,))]


def test_an_item_that_moved_is_removed_and_added():
    assert told(["a", "b", "c", "d"], ["b", "c", "d", "a"]) == [("remove", (0,)), ("add", (3,))]


def test_a_removal_and_what_is_inside_an_item_count_in_the_old_list_and_an_addition_in_the_new_one():
    old = {"rows": [{"id": 1}, {"id": 2, "tags": ["a", "b"]}]}
    new = {"rows": [{"id": 8}, {"id": 9}, {"id": 2, "tags": ["A", "b", "c"], "done": True}]}
    assert diff(old, new) == [
        Change(("rows", 0), "remove", {"id": 1}, None),
        Change(("rows", 0), "add", None, {"id": 8}),
        Change(("rows", 1), "add", None, {"id": 9}),
        Change(("rows", 1, "tags", 0), "replace", "a", "A"),
        Change(("rows", 2, "tags", 2), "add", None, "c"),
        Change(("rows", 2, "done"), "add", None, True),
    ]


def test_of_several_new_items_the_one_that_is_alike_is_the_old_one_changed():
    old = [{"name": "outline", "state": "open", "by": "Ann"}]
    new = [{"name": "research", "state": "done", "by": "Bob"}, {"name": "outline", "state": "done", "by": "Ann"}]
    assert told(old, new) == [("add", (0,)), ("replace", (0, "state"))]


def test_items_that_have_nothing_in_common_are_removed_and_added():
    assert told([{"a": 1}], [{"b": 2}]) == [("remove", (0,)), ("add", (0,))]
    assert told([[1]], [{"a": 1}]) == [("remove", (0,)), ("add", (0,))]


def test_unlike_log_lines_are_not_one_line_changed():
    assert told(["research started"], ["outline: 3 parts", "draft: 120 words"]) == [
        ("remove", (0,)),
        ("add", (0,)),
        ("add", (1,)),
    ]


def test_a_corrected_log_line_is_one_line_changed():
    assert told(["draft: 120 words"], ["outline: 3 parts", "draft: 121 words"]) == [("add", (0,)), ("replace", (0,))]


def test_the_same_values_always_give_the_same_changes():
    random_ = random.Random(1)
    old = [random_.randrange(5) for _ in range(200)]
    new = [random_.randrange(5) for _ in range(220)]
    assert diff(old, new) == diff(list(old), list(new))


# --- bounds ---


def patched(old, changes):
    """A flat list with its changes made: what the docstring of `diff` says of removals, additions and the rest."""
    replaced = {change.path[0]: change.new for change in changes if change.op == "replace"}
    removed = {change.path[0] for change in changes if change.op == "remove"}
    kept = [replaced.get(i, item) for i, item in enumerate(old) if i not in removed]
    for change in changes:
        if change.op == "add":
            kept.insert(change.path[0], change.new)
    return kept


@pytest.mark.parametrize("kinds", [2, 20, 10_000])
def test_lists_too_long_to_align_exactly_still_have_complete_changes(monkeypatch, kinds):
    monkeypatch.setattr(matching, "_CELLS", 50)
    random_ = random.Random(kinds)
    old = [random_.randrange(kinds) for _ in range(300)]
    new = [random_.randrange(kinds) for _ in range(310)]
    assert patched(old, diff(old, new)) == new


def test_what_occurs_once_anchors_lists_too_long_to_align_exactly(monkeypatch):
    monkeypatch.setattr(matching, "_CELLS", 50)
    old = [f"line {k}" for k in range(300)]
    new = [*old[:100], "new", *old[100:200], *old[201:], "end"]
    new[0] = "changed"
    assert told(old, new) == [("replace", (0,)), ("add", (100,)), ("remove", (200,)), ("add", (300,))]


def test_beyond_the_budget_items_pair_by_position(monkeypatch):
    monkeypatch.setattr(similarity.Similarity.__init__, "__defaults__", (10,))
    old, new = [{"n": k, "m": 1} for k in range(20)], [{"n": -k - 1, "m": 1} for k in range(20)]
    assert told(old, new) == [("replace", (k, "n")) for k in range(20)]


@pytest.mark.parametrize("case", bench_diff.CASES, ids=lambda case: case.make.__name__)
def test_comparing_is_fast_enough_to_do_at_every_click(case):
    # Ten times what `python -m scripts.bench_diff` wants: the machine may be busy.
    assert bench_diff.median(case, tries=3) < 10 * case.wanted


LEVELS = 100_000


def nested(inmost):
    """Every kind of nesting in turn."""
    value = inmost
    for level in range(LEVELS):
        match level % 4:
            case 0:
                value = [value]
            case 1:
                value = [value, 1]
            case 2:
                value = {"a": value}
            case 3:
                value = Typed("m", "T", {"a": value})
    return value


def test_a_value_nested_ever_so_deep_is_compared_even_on_a_small_stack():
    found = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.extend(diff(nested(1), nested(2))))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    (change,) = found
    assert (len(change.path), change.op, change.old, change.new) == (LEVELS, "replace", 1, 2)


def test_types_without_fields_nested_ever_so_deep_are_compared_as_wholes():
    old, same, other = 1, 1, 2
    for _ in range(LEVELS // 2):
        old, same, other = (Typed("m", "T", [value]) for value in (old, same, other))
    assert diff([old], [same]) == []
    assert told([old], [other]) == [("replace", (0,))]
