"""Outputs of stages kept by the hash of their inputs: a second run does only what changed, an interrupted one resumes.

An entry is a folder that appears in one rename once it is on the disk, so it is either whole or not there
(``docs/adr/0008-caching-by-content.md``).
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from features.flushing import flush
from publication.publish import newest_first
from publication.run_id import KEY_LENGTH, content_hash

INPUTS_FILE = "inputs.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage left behind: its folder, the key of its inputs, and whether it was there already."""

    folder: Path
    key: str
    reused: bool


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of outcomes. Deleting any of them only costs the time to make it again."""

    folder: Path

    def outcome(self, stage: str, inputs: Mapping[str, str], make: Callable[[Path], None]) -> Outcome:
        """Return the outcome of ``stage`` for ``inputs``; where it is missing, ``make`` writes it into the folder it is given."""
        key = content_hash({"stage": stage, **inputs})[:KEY_LENGTH]
        folder = self.folder / f"{stage}-{key}"
        if folder.exists():
            os.utime(folder)  # the time of its last use, for ``trim``
            return Outcome(folder, key, reused=True)
        aside = self.folder / f".{stage}-{key}.{os.getpid()}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        make(aside)
        (aside / INPUTS_FILE).write_text(json.dumps(dict(inputs), indent=2, sort_keys=True) + "\n", encoding="utf-8")
        flush(aside)
        aside.replace(folder)
        return Outcome(folder, key, reused=False)

    def trim(self, stage: str, keep: int) -> None:
        """Remove all outcomes of ``stage`` but the ``keep`` used last."""
        for folder in newest_first(self.folder.glob(f"{stage}-*/"))[keep:]:
            shutil.rmtree(folder)
