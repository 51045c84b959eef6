"""The check of one upload, in a process of its own: ``python -P -m publication.uploads.checking`` in the upload's folder.

An export is foreign bytes: its check has a process that may be slow, large or die without taking the pages along.
"""

import json
import os
import sys
from collections.abc import Mapping as MappingOf
from contextlib import suppress
from pathlib import Path
from typing import Any

from features.bilingual import Bilingual
from features.checking.checks import check_source
from features.checking.quarantine import write_quarantine
from features.checking.report import CheckReport
from features.contract import TABLES
from features.errors import TepatError
from features.source.drafting import draft_mapping
from features.source.mapping import Mapping, load_mapping, shipped_mappings
from features.source.readers import catalogue, read_source
from publication.uploads.places import MAPPING_FILE, PICKED_FILE, QUARANTINE_FOLDER, REPORT_FILE, SOURCE_FOLDER, write

CONTRACT, DRAFTED = "contract", "drafted"
NICE = 10


def main() -> None:
    """Check the upload in the present folder and write its report."""
    stand_back()
    report = checked(Path(), sys.argv[1] if len(sys.argv) > 1 else "id")
    write(Path(REPORT_FILE), json.dumps(report, ensure_ascii=False))


def stand_back() -> None:
    """Let the pages go first: on the processor, and where memory ends this is the process the system ends."""
    os.nice(NICE)
    with suppress(OSError):  # where there is no such file, or it may not be written
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def checked(folder: Path, language: str) -> dict[str, Any]:
    """Return the report of the upload in ``folder`` and write the rows set aside beside it.

    Returns
    -------
    dict
        ``usable``; ``fatal`` (en, id; None where the export could be read at all); ``reasons``, ``notes`` (each en, id);
        ``tables``, ``faults`` (rows of `CheckReport`); ``absent``; ``extracted_on``. No cell of the export is in it.
    """
    source = folder / SOURCE_FOLDER
    try:
        mapping = _mapping(folder, source, language)
        found = check_source(read_source(str(source), mapping))
    except TepatError as error:
        return {"usable": False, "fatal": _both(error.message)}
    write_quarantine(found.quarantine, found.set_aside, folder / QUARANTINE_FOLDER)
    return _told(found.report)


def picked(source: Path, language: str) -> tuple[str, str | None]:
    """Return which mapping fits the tables of ``source`` (its name), and its text (None: the contract's own names).

    The contract's names come first, then the shipped mappings; where a required table is found by neither, one is drafted.
    """
    names = list(catalogue(str(source))[0])
    if _covers(Mapping(), names):
        return CONTRACT, None
    for path in shipped_mappings():
        if _covers(load_mapping(path), names):
            return path.stem, path.read_text(encoding="utf-8")
    return DRAFTED, draft_mapping(str(source), language)


def _mapping(folder: Path, source: Path, language: str) -> Mapping | None:
    """Return the upload's mapping: the one handed in, else the one picked, which is written beside the source."""
    path = folder / MAPPING_FILE
    if not path.exists():
        name, text = picked(source, language)
        write(folder / PICKED_FILE, name)
        if text is None:
            return None
        write(path, text)
    return load_mapping(path)


def _covers(mapping: Mapping, names: list[str]) -> bool:
    required = [table for table, contract in TABLES.items() if contract.required]
    return all(any(block.matches(name) for block in mapping.blocks_of(table) for name in names) for table in required)


def _told(report: CheckReport) -> dict[str, Any]:
    return {
        "usable": report.usable, "fatal": None, "reasons": [_both(reason) for reason in report.reasons],
        "notes": [_both(note) for note in report.notes], "absent": list(report.absent),
        "extracted_on": f"{report.extracted_on:%Y-%m-%d}", "tables": json.loads(report.tables.to_json(orient="records")),
        "faults": json.loads(report.faults.to_json(orient="records")),
    }  # fmt: skip


def _both(said: Bilingual) -> MappingOf[str, str]:
    return {"en": str(said), "id": said.indonesian}


if __name__ == "__main__":
    main()
