"""The heap: keeping what is used over and over, giving back to the system what was let go."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Parameters of glibc's ``mallopt`` (its manual page, section 3)."""
_KEEPING = {_TRIM_THRESHOLD: 2**28, _TOP_PAD: 2**24, _MMAP_THRESHOLD: 2**25}
_USUAL = {_TRIM_THRESHOLD: 2**26, _TOP_PAD: 2**17, _MMAP_THRESHOLD: 2**25}
"""What glibc comes to by itself in a process that uses large arrays."""


@contextmanager
def kept_heap() -> Iterator[None]:
    """Keep up to 256 MiB of freed memory at hand, for numpy and Arrow in common, until the block ends.

    For work that goes over piece after piece of one size: pages that are given back are cleared before they come again. Where the
    C library is not glibc nothing changes.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        yield
        return
    before = pa.default_memory_pool()
    _set(library, _KEEPING)
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
        _set(library, _USUAL)
        give_back()


def large_blocks() -> pa.MemoryPool:
    """Return the pool for blocks of more than 32 MiB: Arrow's own keeps them, glibc gives each back to the system."""
    return pa.mimalloc_memory_pool() if "mimalloc" in pa.supported_memory_backends() else pa.default_memory_pool()


def give_back() -> None:
    """Return to the system what was let go: glibc keeps the free pages below its highest block, and most of them lie below it.

    For the few moments where something large has just been let go and will not soon be wanted again. Elsewhere free pages are
    best kept: they are used again. Nothing happens with other C libraries.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _set(library: ctypes.CDLL, options: dict[int, int]) -> None:
    for option, value in options.items():
        library.mallopt(option, value)
