"""Which rows of a long list are shown: a window that stays where it is while a person moves about in it. Pure."""

SLIDE = 12
"""Rows that the window moves by when its first or last row gets selected: as many as are in sight at once, so that the
selected one stays in sight where it was, and the arrow keys go on."""
GROWTH = 100
"""Rows that come into a window from above while it stays, before newcomers stay outside of it."""


def window_start(selected: int, total: int, length: int, before: int | None = None) -> int:
    """The first of `length` rows of `total`, with the row `selected` among them.

    `before` is where the window started up to now, None when there was none. It moves only if it has to: in the middle
    of a new window when the selected row is outside, and by `SLIDE` when it is the last on either side.
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
    """Where the window is whose first and last row are now `first` and `last`, since other rows came in.

    One that was on top lets them in above, up to `most` rows. None when its rows are no longer near each other.
    """
    if not 0 <= last - first < most:
        return None
    return slice(max(0 if on_top else first, last + 1 - most), last + 1)


def clamp_start(start: int, total: int, length: int) -> int:
    """The nearest start of a window that is full, as far as there are rows."""
    return max(0, min(start, total - length))
