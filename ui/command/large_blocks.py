"""Makes freed memory go back to the system."""

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of glibc's malloc.h."""
_LARGE = 256 << 10


def give_back_large_blocks() -> None:
    """From now on allocate each block of 256 KiB and more by itself, so that it goes back to the system when it is
    freed.

    After the first large block is freed, glibc keeps such blocks, up to 32 MiB each, in the heap of their thread
    (mallopt(3), M_MMAP_THRESHOLD). Reads run in many threads, so the memory they had freed added up. Does nothing where
    the C library has no `mallopt` (musl, macOS).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
