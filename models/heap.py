"""The heap: giving back to the system what was let go."""

import ctypes


def give_back() -> None:
    """Return to the system what was let go: glibc keeps the free pages below its highest block, and most of them lie below it.

    For the few moments where something large has just been let go and will not soon be wanted again. Elsewhere free pages are
    best kept: they are used again. Nothing happens with other C libraries.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
