"""Reading the run in force from its files; the way in for notebooks, and for serving where frames are wanted."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.errors import StalePublicationError
from publication.publish import CURRENT, RUN_FILE
from publication.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """One published run: every table is read from one folder that never changes again."""

    run_id: str
    folder: Path

    def table(self, name: str) -> pd.DataFrame:
        """Return published table ``name`` (``publication.schemas``), rows in their published order.

        Raises
        ------
        StalePublicationError
            The run has no such table.
        """
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            raise StalePublicationError(
                f"Run {self.run_id} has no table '{name}'. Publish again with `tepat run`.",
                f"Proses {self.run_id} tidak memiliki tabel '{name}'. Terbitkan lagi dengan `tepat run`.",
            )
        return pd.read_parquet(path)

    def run(self) -> dict[str, Any]:
        """Return ``run.json``: dates, hashes, label health, release decision and funnel."""
        return dict(json.loads((self.folder / RUN_FILE).read_text(encoding="utf-8")))


def current(workspace: Workspace) -> PublishedRun:
    """Return the run in force.

    Raises
    ------
    StalePublicationError
        Nothing is published yet, or the folder in force is gone.
    """
    pointer = workspace.published / CURRENT
    if not pointer.exists():
        raise StalePublicationError(
            f"Workspace '{workspace.root}' has no publication yet. Make one with `tepat run SOURCE`.",
            f"Ruang kerja '{workspace.root}' belum memiliki terbitan. Buat dengan `tepat run SUMBER`.",
        )
    run_id = pointer.read_text(encoding="ascii").strip()
    if not (workspace.published / run_id).is_dir():
        raise StalePublicationError(
            f"Run {run_id} is in force but its folder is gone. Publish again with `tepat run SOURCE`.",
            f"Proses {run_id} berlaku tetapi foldernya hilang. Terbitkan lagi dengan `tepat run SUMBER`.",
        )
    return PublishedRun(run_id, workspace.published / run_id)
