"""A run that cannot be opened any more as it was made has no reasons on demand, and says why."""

import json
from pathlib import Path

import pytest

from features.errors import StalePublicationError
from pipelines.job import open_job
from pipelines.reasons_on_demand import open_published
from pipelines.request import Request


def test_a_run_whose_snapshot_was_erased_says_so(tmp_path: Path) -> None:
    job = open_job(Request("", str(tmp_path)))
    told = {
        "hashes": {"params": job.params.digest(), "snapshot": "s1"}, "as_of": "2025-12-31", "effective_on": "2026-02-01",
        "ranking_supported": False,
    }  # fmt: skip
    folder = job.workspace.published / "run1"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(StalePublicationError, match="snapshot that the run in force rests on is gone"):
        open_published(job, "run1")
