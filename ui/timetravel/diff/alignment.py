"""Which items of two sequences are the same ones, in order: a longest common subsequence within bounds."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import Indel

Pairs = list[tuple[int, int]]

_CELLS = 100_000_000
"""The most comparisons of one exact alignment: each takes a bit of memory, and all take 20 ms (rapidfuzz 3.14)."""


def match(old: Sequence[int], new: Sequence[int]) -> Pairs:
    """Positions (in old, in new) of equal tokens, both increasing.

    A longest common subsequence while the shared parts are up to 10,000 tokens each. Beyond that the tokens that occur
    once on both sides are aligned first, which is optimal if every token does; the gaps between them are aligned
    exactly where they are small enough, and left unmatched where not. Takes O(n log n) apart from that.
    """
    in_old, in_new = set(old), set(new)
    # rapidfuzz compares tokens by their hashes, and small integers from 0 are their own hashes.
    at_old = [i for i, token in enumerate(old) if token in in_new]
    at_new = [j for j, token in enumerate(new) if token in in_old]
    a, b = [old[i] for i in at_old], [new[j] for j in at_new]
    pairs = _exact(a, b) if len(a) * len(b) <= _CELLS else _by_anchors(a, b)
    return [(at_old[i], at_new[j]) for i, j in pairs]


def _exact(old: Sequence[int], new: Sequence[int]) -> Pairs:
    if not old or not new:
        return []
    return [
        (block.a + k, block.b + k) for block in Indel.opcodes(old, new).as_matching_blocks() for k in range(block.size)
    ]


def _by_anchors(old: Sequence[int], new: Sequence[int]) -> Pairs:
    pairs: Pairs = []
    i = j = 0
    for end_i, end_j in [*_anchors(old, new), (len(old), len(new))]:
        if (end_i - i) * (end_j - j) <= _CELLS:
            pairs += [(i + a, j + b) for a, b in _exact(old[i:end_i], new[j:end_j])]
        if end_i < len(old) and end_j < len(new):
            pairs.append((end_i, end_j))
        i, j = end_i + 1, end_j + 1
    return pairs


def _anchors(old: Sequence[int], new: Sequence[int]) -> Pairs:
    """The longest rising run of the tokens that occur exactly once on both sides."""
    count_old, count_new = Counter(old), Counter(new)
    at_new = {token: j for j, token in enumerate(new) if count_new[token] == 1}
    common = [(i, at_new[token]) for i, token in enumerate(old) if count_old[token] == 1 and token in at_new]
    return _rising(common)


def _rising(pairs: Pairs) -> Pairs:
    """The longest subsequence in which the second numbers increase too.

    The first numbers increase already, and all differ.
    """
    ends: list[int] = []  # ends[n]: the smallest second number that a rising run of n + 1 pairs can end with
    last: list[int] = []  # last[n]: the pair that it ends with
    before: list[int] = []  # before[k]: the pair that comes before pair k in the longest run that ends with k
    for k, (_, second) in enumerate(pairs):
        n = bisect_left(ends, second)
        ends[n : n + 1] = [second]
        last[n : n + 1] = [k]
        before.append(last[n - 1] if n else -1)
    run: Pairs = []
    k = last[-1] if last else -1
    while k >= 0:
        run.append(pairs[k])
        k = before[k]
    return run[::-1]
