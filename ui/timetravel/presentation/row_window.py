"""Which rows of a long list are shown: a window that keeps its place while a person moves about in it. Pure."""

SLIDE = 12
"""The rows by which the window moves when its first or last row is selected: as many as are visible at once, so that
the selected row stays visible at the same place, and the arrow keys work on.
"""
GROWTH = 100
"""The most rows that are added at the top of a window that keeps its place; further new rows stay outside of it."""


def window_start(selected: int, total: int, length: int, before: int | None = None) -> int:
    """The first of `length` rows out of `total`, such that the row `selected` is among them.

    `before` is the window's present start, None when there is none. It moves only if necessary: so that the selected
    row is in the middle if it was outside, and by `SLIDE` when it is the first or last row.
    """
    if before is None or not before <= selected < before + length:
        start = selected - length // 2
    elif selected == before:
        start = before - SLIDE
    elif selected == before + length - 1:
        start = before + SLIDE
    else:
        start = before
    return clamp_start(start, total, length)


def keep_window(first: int, last: int, on_top: bool, most: int) -> slice | None:
    """The window after rows were added: its first and last row are now at `first` and `last`.

    A window that was at the top also shows new rows above it, up to `most` rows. None when its rows are no longer near
    each other.
    """
    if not 0 <= last - first < most:
        return None
    return slice(max(0 if on_top else first, last + 1 - most), last + 1)


def clamp_start(start: int, total: int, length: int) -> int:
    """The nearest start at which the window is full, as far as there are rows."""
    return max(0, min(start, total - length))
