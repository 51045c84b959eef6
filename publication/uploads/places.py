"""What lies where in the folder of an upload; the pages read it without the room that checks exports."""

import os
from pathlib import Path

SOURCE_FOLDER = "source"
MAPPING_FILE = "mapping.yaml"
REPORT_FILE = "report.json"
QUARANTINE_FOLDER = "quarantine"
PICKED_FILE = "picked"
"""Names the mapping that was picked: the contract's own names, a shipped one's, or one drafted of what the files look like."""


def write(path: Path, text: str) -> None:
    """Write ``text`` whole or not at all, readable by its owner only."""
    aside = path.with_name(f".{path.name}.tmp")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    aside.replace(path)
