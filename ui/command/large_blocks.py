"""Memory that goes back to the system when it is not needed any more."""

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of glibc's malloc.h."""
_LARGE = 256 << 10


def give_back_large_blocks() -> None:
    """From now on take each block of 256 KiB and more from the system by itself, and give it back once it is free.

    glibc learns from the first large block that is freed to keep such blocks, up to 32 MiB each, in the heap of the
    thread that had them (mallopt(3), M_MMAP_THRESHOLD). Reads run in many threads, so what they have let go added up.
    Nothing is done where the C library has no `mallopt` (musl, macOS).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
