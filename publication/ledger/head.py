"""The head file: the last entry written, kept beside the database, so that a cut-off tail is seen."""

import fcntl
import json
import os
from pathlib import Path

from features.bilingual import Bilingual
from features.errors import LedgerError
from publication.ledger.chain import Head

FILE = "ledger.head"


def read_head(path: Path) -> Head | None:
    """Return the kept head, None where no file is.

    Raises
    ------
    LedgerError
        The file holds something else.
    """
    try:
        values = json.loads(path.read_text(encoding="ascii"))
        return Head(int(values["seq"]), str(values["hash"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError(DAMAGED, DAMAGED.indonesian) from error


DAMAGED = Bilingual(
    "The head file of the ledger is damaged. Compare the ledger with the head in the last backup.",
    "Berkas kepala buku (ledger.head) rusak. Bandingkan buku dengan kepala buku pada cadangan terakhir.",
)


def keep_head(path: Path, head: Head) -> None:
    """Write ``head`` unless a later one is kept already; several processes take turns, and a kill leaves the old one."""
    with path.with_name(f".{path.name}.lock").open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = read_head(path)
        if kept is not None and kept.seq >= head.seq:
            return
        aside = path.with_name(f".{path.name}.tmp")
        with aside.open("w", encoding="ascii") as handle:
            handle.write(json.dumps({"seq": head.seq, "hash": head.hash}) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        aside.replace(path)
