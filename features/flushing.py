"""What is written is on the disk, and not only on its way there, before anything names it: a power cut leaves no half."""

import os
from pathlib import Path


def flush(place: Path) -> None:
    """Wait until a folder, and everything below it, is on the disk."""
    for path in [*place.rglob("*"), place]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
