"""What the user's code has made, wherever it keeps it."""

import gc
from collections.abc import Callable
from typing import Any


def live_objects(wanted: Callable[[type], bool]) -> list[Any]:
    """The objects of this process whose type is `wanted`.

    By their types: to ask an object of any kind what it is may run code of its own. A process that was forked from a
    template has set aside what came with it (`gc.freeze`), which counts as well.
    """
    gc.unfreeze()
    return [each for each in gc.get_objects() if wanted(type(each))]
