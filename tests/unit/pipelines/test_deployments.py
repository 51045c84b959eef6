"""What a Prefect server runs of a city: which flows, when, and where from any folder a worker may start in."""

from pathlib import Path

import pytest

from pipelines.deployments import deployments
from pipelines.request import Request


def test_four_flows_are_deployed_with_their_times_and_paths_that_hold_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("source", "told"):
        (tmp_path / name).mkdir()
    (tmp_path / "own.yaml").write_text("{}\n", encoding="utf-8")
    made = deployments(Request("source", "city", mapping="siasn", params="own.yaml", pool=("told",)))
    assert {one.name: [str(when.schedule.cron) for when in one.schedules] for one in made} == {
        "nightly-ingest": ["15 1 * * *"], "weekly-monitor": ["15 2 * * 1"], "monthly-retrain": ["0 3 2 * *"], "shortlist": [],
    }  # fmt: skip
    assert {one.name: one.flow_name for one in made}["monthly-retrain"] == "tepat-run"
    for one in made:
        asked = one.parameters["request"]
        assert (asked["source"], asked["workspace"]) == (str(tmp_path / "source"), str(tmp_path / "city"))
        assert (asked["params"], asked["pool"]) == (str(tmp_path / "own.yaml"), (str(tmp_path / "told"),))
        assert asked["mapping"] == "siasn"  # a shipped one is a name, not a path
