from hypothesis import given
from hypothesis import strategies as st

from ui.timetravel.ground.weighed_cache import Cache


def test_what_was_not_used_for_longest_goes_first():
    cache: Cache[str, int] = Cache(3)
    for key in "abc":
        cache.put(key, ord(key), 1)
    assert cache.get("a") == ord("a")
    cache.put("d", 4, 1)
    assert [cache.get(key) for key in "abcd"] == [ord("a"), None, ord("c"), 4]


def test_a_value_heavier_than_all_is_not_kept_and_leaves_the_others():
    cache: Cache[str, int] = Cache(3)
    cache.put("a", 1, 2)
    cache.put("b", 2, 4)
    assert (cache.get("a"), cache.get("b")) == (1, None)


def test_dropped_keys_make_room():
    cache: Cache[str, int] = Cache(2)
    cache.put("a", 1, 2)
    cache.drop(lambda key: key == "a")
    cache.put("b", 2, 2)
    assert (cache.get("a"), cache.get("b")) == (None, 2)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 12))))
def test_the_weights_never_add_up_to_more_than_allowed(puts):
    cache: Cache[str, int] = Cache(10)
    weights = {}
    for key, weight in puts:
        cache.put(key, weight, weight)
        weights[key] = weight
    kept = {key: cache.get(key) for key in "abcdef"}
    assert sum(weight for weight in kept.values() if weight is not None) <= 10
    assert all(kept[key] in (None, weights.get(key)) for key in kept)
