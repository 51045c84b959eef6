"""Keeping people's data no longer than a publication rests on them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from publication.publish import RUN_FILE
from publication.run_id import KEY_LENGTH
from publication.workspace import Workspace


def let_go(workspace: Workspace) -> int:
    """Remove snapshots, quarantined rows and extracts that no publication left rests on; return how many folders went.

    Models stay: they hold no row of anybody. The cache goes with them where anything did, since its outcomes rest on them too.
    The workspace must be held; where nothing is published, nothing goes.
    """
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in workspace.published.glob(f"[!.]*/{RUN_FILE}")]
    if not runs:
        return 0
    rested_on = _rested_on(runs)
    gone = [folder for folder in _made_of_sources(workspace) if folder.name not in rested_on]
    for folder in gone:
        shutil.rmtree(folder)
    if gone:
        shutil.rmtree(workspace.cache, ignore_errors=True)
    return len(gone)


def _made_of_sources(workspace: Workspace) -> Iterator[Path]:
    for place in (workspace.snapshots, workspace.quarantine, workspace.intake):
        yield from sorted(place.glob("[!.]*/"))


def _rested_on(runs: list[dict[str, dict[str, str]]]) -> set[str]:
    """Return the names of the folders that publications name: the snapshot, and source and intake by their first digits."""
    hashes = [run["hashes"] for run in runs]
    return {name for one in hashes for name in (one["snapshot"], one["source"][:KEY_LENGTH], one["intake"][:KEY_LENGTH])}
