"""The run in force opened for questions: whose contributions stand behind the published numbers."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from features.errors import StalePublicationError
from features.snapshot import load_identity, load_tables
from features.standing import standing
from models.pair_uplift import PairUplift
from models.pairs.situation import Situation
from models.tracking.registry import Registry
from pipelines.settings import Params
from publication.read import PublishedRun, current
from publication.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """The run in force with its model and its people as they stood on its day.

    ``document`` is ``run.json``; ``model`` the registered model; ``published`` the model whose numbers were published: the same,
    or the one that abstains where ranking is not supported. ``hashed`` maps the source's ids to the hashed ones.
    """

    run: PublishedRun
    document: dict[str, Any]
    model: PairUplift
    situation: Situation
    hashed: pd.Series

    @property
    def published(self) -> PairUplift:
        """Return the model behind the published numbers."""
        return self.model if self.document["ranking_supported"] else self.model.abstain()

    def contributions(self, rows: pd.DataFrame, model: PairUplift | None = None) -> pd.DataFrame:
        """Return what each concept adds to the uplift of each published row (SD), on the index of ``rows``.

        Row sums equal the published ``uplift`` within 1e-6 under the ``published`` model, which is the default.
        """
        people = rows["employee_id"].map(self.hashed).astype(self.situation.frames.employees.index.dtype)
        pairs = pd.DataFrame({"employee_id": people, "position_id": rows["position_id"]}, index=rows.index)
        return (model or self.published).contributions(self.situation, pairs)


def open_run(workspace: Workspace, params: Params, tracking_uri: str | None = None) -> OpenedRun:
    """Return the run in force of ``workspace``, situated as of its day.

    Raises
    ------
    StalePublicationError
        Nothing is published, or the run has no model: then there is nothing to explain.
    """
    run = current(workspace)
    document = run.run()
    as_of = pd.Timestamp(document["as_of"])
    registry = Registry(tracking_uri or workspace.tracking_uri, None if tracking_uri else workspace.artifacts)
    registered = registry.champion(as_of) or registry.candidate()
    if registered is None:
        raise StalePublicationError(
            "The run in force was made without a model: its ratings were too few. Nothing can be explained.",
            "Proses yang berlaku dibuat tanpa model: penilaiannya terlalu sedikit. Tidak ada yang dapat dijelaskan.",
        )
    snapshot = document["hashes"]["snapshot"]
    there = standing(load_tables(workspace.snapshots, snapshot), as_of, params.trials.ratings)
    model = PairUplift.load(registered.folder)
    hashed = load_identity(workspace.snapshots, snapshot).set_index("source_id")["employee_id"]
    return OpenedRun(run, document, model, model.situate(there.frames, there.ratings, there.posts), hashed)
