"""What is kept under the hash of a source's files was read of these files and no others."""

from pathlib import Path

import pytest

from features.errors import SourceError
from features.source.raw import RawTables
from pipelines import ingesting
from pipelines.job import Job, open_job
from pipelines.request import Request
from simulation.city import invent_city, write_city
from simulation.knobs import Knobs


@pytest.fixture
def job(tmp_path: Path) -> Job:
    write_city(invent_city(Knobs(employees=120, years=3), seed=1), tmp_path / "source")
    return open_job(Request(str(tmp_path / "source"), str(tmp_path / "workspace")))


def test_files_that_are_written_while_they_are_read_are_read_again(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    units = Path(job.source) / "units.csv"
    whole, read = units.read_bytes(), ingesting.read_source

    def while_it_is_copied(*asked: object) -> RawTables:
        units.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
        found = read(*asked)  # type: ignore[arg-type]
        units.write_bytes(whole)
        return found

    monkeypatch.setattr(ingesting, "read_source", while_it_is_copied)
    with pytest.raises(SourceError, match="still under way"):
        ingesting.ingest(job)
    monkeypatch.undo()
    assert ingesting.load(job, ingesting.ingest(job).snapshot_id)["units"].shape[0] == whole.count(b"\n") - 1
