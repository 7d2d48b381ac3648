"""Random numbers in forks: each fork has its own, except where the user's code chose the seed, as in a new process.

Python itself gives a fork's `random` a new seed, even where a module had seeded it. A module's own generators, and
NumPy's, give the same numbers in every fork.
"""

import gc
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

_BLOCK = 624
"""The number of 32-bit numbers that the Mersenne Twister makes at a time."""
_MOST_BLOCKS = 500
_CHOSEN_BITS = 96
"""A seed that NumPy took from the system has 128 bits; a shorter one was chosen in code."""


class Randomness:
    """Records which generators an import leaves, and whether it has chosen their seeds."""

    def __init__(self) -> None:
        self._start: Any = None
        self._chosen: Any = None
        self._unseeded: WeakSet[random.Random] = WeakSet()
        self._numpy: list[Any] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Record the seeds that are set inside this block."""
        self._start = random.getstate()
        real = random.Random.seed
        unseeded = self._unseeded

        def seed(generator: random.Random, a: Any = None, version: int = 2) -> None:
            (unseeded.add if a is None else unseeded.discard)(generator)
            real(generator, a, version)

        random.Random.seed = seed  # type: ignore[method-assign,assignment]
        try:
            yield
        finally:
            random.Random.seed = real  # type: ignore[method-assign]
            now = random.getstate()
            self._chosen = None if _follows(self._start, now) else now
            self._numpy = [each for each in gc.get_objects() if _is_numpys_from_the_system(each)]

    def renew(self) -> None:
        """In a fork: give every generator without a chosen seed a new one."""
        if self._chosen is not None:
            random.setstate(self._chosen)
        for each in self._unseeded:
            each.seed()
        for generator in self._numpy:
            bits = generator.bit_generator
            bits.state = type(bits)().state
        numpy = sys.modules.get("numpy.random.mtrand")
        legacy = getattr(getattr(numpy, "_rand", None), "_bit_generator", None)
        if getattr(legacy, "_seed_seq", None) is not None:
            numpy.seed()  # type: ignore[union-attr]


def _follows(start: Any, now: Any) -> bool:
    """Whether a state of `random` follows from another one by drawing numbers, rather than by seeding."""
    following = random.Random()
    following.setstate(start)
    for _ in range(_MOST_BLOCKS):
        if following.getstate()[1][:_BLOCK] == now[1][:_BLOCK]:
            return True
        following.getrandbits(32 * _BLOCK)
    return False


def _is_numpys_from_the_system(each: Any) -> bool:
    """Whether it is a module's own generator (`default_rng()`) with a seed from the system."""
    kind = type(each)
    if kind.__name__ != "Generator" or not str(kind.__module__).startswith("numpy.random"):
        return False
    entropy = getattr(getattr(each.bit_generator, "seed_seq", None), "entropy", None)
    return isinstance(entropy, int) and entropy.bit_length() > _CHOSEN_BITS
