"""What changed between two values: exact, by types as well, and aligned so that a person can read it."""

from ui.timetravel.diff.change import Change, Op, Path
from ui.timetravel.diff.value_keys import Keys
from ui.timetravel.diff.walk import Walk
from ui.timetravel.model.values import Plain

__all__ = ["Change", "Op", "Path", "diff", "same"]


def same(old: Plain, new: Plain) -> bool:
    """Whether the two are the same value, so that `diff` would find nothing. Much quicker than `diff`."""
    keys = Keys()
    return old is new or (type(old) is type(new) and keys.key(old) == keys.key(new))


def diff(old: Plain, new: Plain) -> list[Change]:
    """The changes that turn `old` into `new`: complete, and empty exactly when they are the same value.

    The same: of the same types all the way down. True is not 1, 1 is not 1.0, 0.0 is not -0.0, "a" is not b"a"; NaN is
    NaN whatever its bits. A `Typed` is compared by all of its fields, an `Opaque` by its type, size and reason.
    Neither the order of a dict's keys nor the order in which a set was written (`Typed` of builtins set and frozenset)
    is a difference.

    Where: `path` has the keys and indices from the root inwards, () for the root. The fields of a `Typed` whose value
    is a dict are its own, as in ("messages", 2, "content"), and so are the items of a delta snapshot's list; every
    other `Typed` is replaced as a whole. A path counts its indices, the last and those in the middle, in the
    old value for "remove" and "replace" and in the new one for "add". In a list, the items that were not removed are,
    in their order, those of the new list that were not added; so the changes are enough to make `new` from `old`.

    List items are one item on both sides when they have the same "id" (of a dict or of a `Typed`'s fields) and
    each list has it once, else when they are equal, else when they are alike and what is around them matches. Items
    never cross: one that moved is removed in one place and added in another.

    The order is that of the old value, and what was added to a dict comes after what it had. The same two values
    always give the same changes. A key of the root with more than 20,000 changes in it is one change, that replaces its
    value as a whole; so is the root with more than 200,000. Time is about linear in what differs: where lists are too
    long to align exactly (see `match`), the changes stay complete and become more. Any depth of nesting will do.
    """
    return Walk().changes(old, new)
