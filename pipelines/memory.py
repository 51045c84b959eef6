"""Memory of a program and of every process it started, at one time together."""

import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDS_BETWEEN = 0.1
_PROCESSES = Path("/proc")
_KIBIBYTES_PER_GIGABYTE = 1e9 / 1024


@dataclass(slots=True)
class Peak:
    """The most memory seen so far, in gigabytes."""

    gigabytes: float = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    """Yield the highest resident memory of this process and its descendants together, looked at ten times a second.

    That is the peak of the sum, not the sum of peaks of different times. What the kernel adds up for children that have ended
    (``RUSAGE_CHILDREN``) would not do: a child is as large as its parent at the moment it is forked, whatever it then becomes.
    """
    peak, over = Peak(resident_gb()), threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, over), name="memory", daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def resident_gb(process: int | None = None) -> float:
    """Return the resident memory of ``process`` (this one unless given) and its descendants now, in gigabytes.

    Pages that several of them share (libraries, mostly) count for each, so that it is never too little. Where the kernel does not
    list processes (other systems than Linux) it is the largest this one ever had.
    """
    if not _PROCESSES.is_dir():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES_PER_GIGABYTE
    return sum(_pages(one) for one in _family(process or os.getpid())) * resource.getpagesize() / 1e9


def _watch(peak: Peak, over: threading.Event) -> None:
    while not over.wait(SECONDS_BETWEEN):
        peak.gigabytes = max(peak.gigabytes, resident_gb())


def _family(process: int) -> list[int]:
    """Return a process and all that descend from it."""
    children = [int(child) for lines in _PROCESSES.glob(f"{process}/task/*/children") for child in _read(lines).split()]
    return [process, *(one for child in children for one in _family(child))]


def _pages(process: int) -> int:
    """Return the resident pages of a process; 0 where it has ended meanwhile."""
    told = _read(_PROCESSES / str(process) / "statm").split()
    return int(told[1]) if told else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
