"""Hash, size, time of change and inode of every file in a store's folder, before and after everything is read."""

import random
from collections.abc import Iterator

from tests.soak.promise import Case, Promise, Scale
from tests.soak.promises.stores.damaged_rows import try_one
from tests.support.hostile.stores import left_behind

DAMAGES, IN_SHORT = 1_000, 4


def try_all(scale: Scale) -> Iterator[Case]:
    """Each way to leave a store as it was left, then damaged ones."""
    bases = left_behind.all_bases(scale.folder / "bases")
    names = sorted(bases)
    for name in names[:: 6 if scale.short else 1]:
        yield Case(name, try_one(left_behind.copy(bases[name], scale.folder / "now")))
    for _ in range(IN_SHORT if scale.short else DAMAGES):
        seed = scale.rng.getrandbits(32)
        path, what = left_behind.damage(bases, scale.folder / "now", random.Random(seed))
        yield Case(f"seed {seed}: {what}", try_one(path))


PROMISE = Promise(
    "untouched_files",
    "A look at a store changes, adds and deletes no file in its folder, however it was left.",
    try_all,
)
