"""Bounds on how much one read may take: what is beyond them is left out, and marked as left out.

The limits are on sizes, so that the same store always shows the same. They are chosen so that no value, however it was
made, takes more than about two seconds and 300 MB from the store to the page (docs/security.md has the figures).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.timetravel.ground.text.formatting import format_bytes

BYTES = 16 << 20
"""The most bytes of one value that are decoded. A decoded text takes up to four times as much memory."""

ITEMS = 500_000
"""The most scalars, lists, dicts and typed values of one value that are decoded; each takes up to 100 bytes."""

PLUMBING_BYTES = 1 << 20
"""The most bytes of a checkpoint's metadata, and of the versions at its end, that are decoded."""

MOST_CHANNELS = 10_000
"""The most channels of one checkpoint that are read."""

FEW_BYTES, FEW_ITEMS = 16 << 10, 1_000
"""How much of a checkpoint's metadata, and of its versions, is decoded in any case, however many checkpoints are read
together.
"""

_BYTES_OF_A_ROW, _ITEMS_OF_A_ROW = 50_000, 1_000

LEFT_OUT = "left out: "
"""The beginning of the reason of an `Opaque` that stands for what was left out."""


@dataclass(slots=True)
class Budget:
    """What may still be used, for one value or, if it is `shared`, for all values of one read."""

    bytes: int = BYTES
    items: int = ITEMS
    shared: bool = False

    @property
    def spent(self) -> bool:
        """Whether the budget is used up."""
        return self.bytes <= 0 or self.items <= 0

    @property
    def room(self) -> int:
        """The number of items that the next row may use: always a few, so that no row uses up all from those after
        it.
        """
        return max(self.items, FEW_ITEMS)


def fair_share(needs: Sequence[int], most: int) -> int:
    """The most that each part may use, of those that need more than an equal share of `most`: parts that need less
    leave their rest.

    Never less than an equal share. A need beyond `most` may be given as any larger number.
    """
    equal = most // len(needs)
    small = [need for need in needs if need <= equal]
    return max(equal, (most - sum(small)) // max(len(needs) - len(small), 1))


def of_rows(number: int) -> Budget:
    """The budget for the metadata and versions of this number of checkpoints, read together.

    It has as many bytes and half as many items as that of one value, and grows with the number of rows.
    """
    return Budget(max(BYTES, number * _BYTES_OF_A_ROW), max(ITEMS // 2, number * _ITEMS_OF_A_ROW), shared=True)


def too_large(whole: int, read: int) -> str:
    """The reason of an `Opaque` for what is left out of a value of `whole` bytes, of which `read` were read."""
    return f"{LEFT_OUT}of its {format_bytes(whole)} the first {format_bytes(read)} are read"
