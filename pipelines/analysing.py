"""A workspace opened for an analyst: the run in force, what was known on its day, and the model behind its numbers."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import StalePublicationError
from features.frames import pair_matrix
from features.snapshot import load_identity, load_tables
from features.standing import Standing, standing
from features.tables import Tables
from features.trials import TrainingRows, training_rows
from models.judgement.evidence import ValidationEvidence
from models.judgement.judged import RiskFit, at_risk, fit_risk
from models.pair_uplift import PairUplift
from models.pairs.situation import Situation
from models.tracking.registered import RegisteredModel
from models.tracking.registry import Registry
from pipelines.releasing import published_model
from pipelines.settings import Environment, Params, load_params
from placement.wave.limits import Wave
from placement.wave.scenario import TABLES, limits_of, published_wave
from publication.read import PublishedRun, current
from publication.run_id import KEY_LENGTH
from publication.workspace import Workspace
from rules.verdicts import eligibility

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Analysis:
    """The run in force; everything below it is read, fitted or made when it is first asked for, and kept.

    ``document`` is ``run.json``; ``params`` the study choices it is to be read by.
    """

    workspace: Workspace
    params: Params
    tracking_uri: str
    run: PublishedRun
    document: dict[str, Any]

    @property
    def as_of(self) -> pd.Timestamp:
        """The day of the run."""
        return pd.Timestamp(self.document["as_of"])

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return int(self.document["seed"])

    @property
    def quarantine(self) -> Path:
        """The folder of what the checks set aside of the source."""
        return self.workspace.quarantine / str(self.document["hashes"]["source"])[:KEY_LENGTH]

    @cached_property
    def tables(self) -> Tables:
        """The snapshot behind the run; people by hashed id."""
        return load_tables(self.workspace.snapshots, self.document["hashes"]["snapshot"])

    @cached_property
    def there(self) -> Standing:
        """The city as it was known on the day of the run: tables, ratings, features."""
        return standing(self.tables, self.as_of, self.params.trials.ratings)

    @cached_property
    def rows(self) -> TrainingRows:
        """What the model of the run learned from, drawn again by the run's seed."""
        may = eligibility(self.params.rules.pack())
        return training_rows(self.tables, self.as_of, self.params.trials, may, self.seed)

    @cached_property
    def risk(self) -> RiskFit:
        """Outlook and propensity of everybody at risk, fitted on other people."""
        chosen = at_risk(self.rows, self.rows.trials.index, self.params.validation, self.seed)
        return fit_risk(chosen, self.params.validation, self.seed)

    @cached_property
    def evidence(self) -> ValidationEvidence | None:
        """What the trial run showed of the model; None where there was too little to try it on."""
        validation = self.document["validation"]
        return ValidationEvidence.from_dict(validation) if validation else None

    @cached_property
    def model(self) -> PairUplift:
        """The registered model."""
        return PairUplift.load(_registered(self).folder)

    @property
    def published(self) -> PairUplift:
        """The model behind the published numbers: the registered one, drawn back or abstaining where the run's was."""
        return published_model(self.model, self.document)

    @cached_property
    def situation(self) -> Situation:
        """People as they stood on the day of the run."""
        return self.model.situate(self.there.frames, self.there.ratings, self.there.posts)

    @cached_property
    def wave(self) -> Wave:
        """The wave that the run planned."""
        return published_wave({name: self.run.table(name) for name in TABLES}, limits_of(self.document["plan"]["limits"]))

    @cached_property
    def _hashed(self) -> pd.Series:
        identity = load_identity(self.workspace.snapshots, self.document["hashes"]["snapshot"])
        return identity.set_index("source_id")["employee_id"]

    def pairs(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the pairs (hashed employee_id, position_id) of published rows, on their index."""
        people = rows["employee_id"].map(self._hashed).astype(self.situation.frames.employees.index.dtype)
        return pd.DataFrame({"employee_id": people, "position_id": rows["position_id"]}, index=rows.index)

    def features(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the pair columns of published rows, on their index: what the model reads of each."""
        return pair_matrix(self.situation.frames, self.pairs(rows))

    def contributions(self, rows: pd.DataFrame, model: PairUplift | None = None) -> pd.DataFrame:
        """Return what each concept adds to the uplift of each published row (SD), on the index of ``rows``.

        Row sums equal the published ``uplift`` within 1e-6 under the ``published`` model, which is the default.
        """
        return (model or self.published).contributions(self.situation, self.pairs(rows))

    def uplift_if(self, row: pd.DataFrame, matrix: pd.DataFrame) -> NDArray[np.float64]:
        """Return the uplift (n,) that the published pair ``row`` would have with each row of ``matrix`` as its columns."""
        pair = self.pairs(row).iloc[np.zeros(len(matrix), dtype=int)].set_axis(matrix.index)
        found = self.published.predict_inputs(self.published.inputs(self.situation, pair, matrix))
        return np.asarray(found["uplift"], dtype=np.float64)


def open_analysis(workspace: Path | None = None) -> Analysis:
    """Return the run in force of a workspace, by the study choices it was made with.

    Parameters
    ----------
    workspace
        Default: the folder that TEPAT_WORKSPACE names (below the project's folder where it is no absolute path), or
        ``workspace``. TEPAT_PARAMS names a city's own study choices.

    Raises
    ------
    StalePublicationError
        Nothing is published, or it was made with other study choices: then what is computed here would not be what was published.
    """
    environment = Environment()
    place = Workspace(workspace or ROOT / environment.workspace)
    run = current(place)
    document, params = run.run(), load_params(Path(environment.params) if environment.params else None)
    if document["hashes"]["params"] != params.digest():
        raise StalePublicationError(
            f"Run {run.run_id} was made with other study choices than these. Name the file it was made with by TEPAT_PARAMS, "
            "or publish again with `tepat run`.",
            f"Proses {run.run_id} dibuat dengan pilihan lain. Sebutkan berkas pilihannya lewat TEPAT_PARAMS, atau terbitkan "
            "lagi dengan `tepat run`.",
        )
    uri = environment.mlflow_uri.get_secret_value() if environment.mlflow_uri else place.tracking_uri
    return Analysis(place, params, uri, run, document)


def _registered(analysis: Analysis) -> RegisteredModel:
    registry = Registry(analysis.tracking_uri, analysis.workspace.artifacts.resolve().as_uri())
    registered = registry.champion(analysis.as_of) or registry.candidate()
    if registered is None:
        raise StalePublicationError(
            "The run in force was made without a model: its ratings were too few. Nothing can be explained.",
            "Proses yang berlaku dibuat tanpa model: penilaiannya terlalu sedikit. Tidak ada yang dapat dijelaskan.",
        )
    return registered
