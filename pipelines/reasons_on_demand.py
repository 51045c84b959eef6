"""Reasons of any pair of the run in force, worked out when a page asks: the city is opened once, in the background.

`tepat serve` names `from_environment` to the pages, which know nothing of this room.
"""

import json
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd

from features.errors import SourceError, StalePublicationError
from features.snapshot import load_identity, load_tables
from models.pair_uplift import PairUplift
from models.plain_outlook import PlainOutlook
from pipelines.city import City, open_city
from pipelines.ingesting import Days
from pipelines.job import Job, open_job
from pipelines.releasing import NO_MODEL, published_model, registry_of
from pipelines.request import Request
from pipelines.scoring import described, scored
from pipelines.settings import Environment
from publication.read import PublishedRun, current

WORKERS = 1
CLOSE_ENOUGH = 1e-6
"""SD; what is worked out now may differ from what was published by the order of additions only."""

PAIR = ["employee_id", "position_id"]


@dataclass(frozen=True, slots=True)
class OpenedCity:
    """A published run opened for single pairs; ``hashed`` maps the source's ids to the hashed ones."""

    city: City
    hashed: pd.Series


@dataclass
class ReasonsOnDemand:
    """Reasons of pairs of one job's workspace; the city of the run asked for is opened when it is first asked for, or before."""

    job: Job
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(WORKERS, thread_name_prefix="reasons"))
    _opening: tuple[str, Future[OpenedCity]] | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(self) -> None:
        """Start opening the run in force, if there is one, so that the first reader need not wait."""
        try:
            self._city(current(self.job.workspace).run_id)
        except StalePublicationError:
            return

    def __call__(self, run_id: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return ``reasons_for`` and ``reasons_against`` of a pair, of a bare pair its estimates too; None while still opening.

        Raises
        ------
        StalePublicationError
            The run cannot be opened as it was made: other study choices, its model or its snapshot gone, or other numbers.
        """
        opening = self._city(run_id)
        if not opening.done():
            return None
        with self._lock:
            return reasons_of(opening.result(), row, self.job)

    def _city(self, run_id: str) -> Future[OpenedCity]:
        with self._lock:
            if self._opening is None or self._opening[0] != run_id:
                self._opening = run_id, self._pool.submit(open_published, self.job, run_id)
            return self._opening[1]


def from_environment() -> ReasonsOnDemand:
    """Return the reasons of the workspace and study choices the environment names, already being opened."""
    environment = Environment()
    made = ReasonsOnDemand(open_job(Request("", str(environment.workspace), params=environment.params)))
    made.begin()
    return made


def open_published(job: Job, run_id: str) -> OpenedCity:
    """Return the city of run ``run_id`` with the model behind its numbers.

    Raises
    ------
    StalePublicationError
        The run was made by other study choices, or its model is not in the registry, or its snapshot is gone.
    """
    document = PublishedRun(run_id, job.workspace.published / run_id).run()
    if document["hashes"]["params"] != job.params.digest():
        raise StalePublicationError(
            f"Run {run_id} was made with other study choices. Give `tepat serve` the same --params.",
            f"Proses {run_id} dibuat dengan pilihan lain. Berikan --params yang sama kepada `tepat serve`.",
        )
    days = Days(pd.Timestamp(document["as_of"]), pd.Timestamp(document["effective_on"]))
    snapshot, supported = document["hashes"]["snapshot"], bool(document["ranking_supported"])
    try:
        tables = load_tables(job.workspace.snapshots, snapshot)
    except SourceError as error:
        raise StalePublicationError(
            "The snapshot that the run in force rests on is gone: somebody was erased by law. Publish again with `tepat run`.",
            "Snapshot yang mendasari hasil yang berlaku sudah tidak ada: ada pegawai yang dihapus menurut undang-undang. Terbitkan "
            "lagi dengan `tepat run`.",
        ) from error
    city = open_city(tables, _model(job, document), days, job.params, supported=supported)
    return OpenedCity(city, load_identity(job.workspace.snapshots, snapshot).set_index("source_id")["employee_id"])


def reasons_of(opened: OpenedCity, row: Mapping[str, Any], job: Job) -> dict[str, Any]:
    """Return the reasons for and against of a pair, as the run would have made them.

    ``row`` is a published row, or a bare pair (``position_id``, ``employee_id``), whose estimates are then returned too.

    Raises
    ------
    StalePublicationError
        The pair's uplift is not the published one: its reasons would explain another number.
    """
    people = opened.city.case.facts.employees.index
    pair = pd.DataFrame([{name: row[name] for name in PAIR}])
    inside = pair.assign(employee_id=pair["employee_id"].map(opened.hashed).astype(people.dtype))
    estimates = scored(opened.city, inside)
    bare = "uplift" not in row
    if not bare and not abs(estimates["uplift"].iloc[0] - row["uplift"]) <= CLOSE_ENOUGH:
        raise StalePublicationError(
            "What is worked out now is not what was published: the program has changed since. Publish again with `tepat run`.",
            "Hasil hitung sekarang tidak sama dengan yang diterbitkan: program telah berubah. Terbitkan lagi dengan `tepat run`.",
        )
    told = described(opened.city, estimates, job.params.reasons)
    reasons = {side: json.loads(told[side].iloc[0]) for side in ("reasons_for", "reasons_against")}
    return reasons | (_plain(estimates.iloc[0]) if bare else {})


def _plain(estimates: pd.Series) -> dict[str, Any]:
    """Return the estimates of one pair as plain values, without who and where."""
    values = estimates.drop(PAIR).to_dict()
    return {name: None if pd.isna(value) else value for name, value in values.items()}


def _model(job: Job, document: Mapping[str, Any]) -> PairUplift | PlainOutlook:
    model_hash = document["hashes"]["model"]
    if model_hash == NO_MODEL:
        return PlainOutlook()
    folder = registry_of(job).folder_of(model_hash)
    if folder is None:
        raise StalePublicationError(
            "The model of the run in force is not in the registry of this workspace. Publish again with `tepat run`.",
            "Model dari proses yang berlaku tidak ada di registri ruang kerja ini. Terbitkan lagi dengan `tepat run`.",
        )
    return published_model(PairUplift.load(Path(folder)), document)
