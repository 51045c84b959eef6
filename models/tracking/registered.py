"""What the registry tells of runs and models: plain values, whichever store holds them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd

from models.judgement.evidence import ValidationEvidence


class PairModel(Protocol):
    """What the registry needs of a model: ``models.pair_uplift.PairUplift``, whose ``load(folder)`` the pyfunc calls."""

    def save(self, folder: Path) -> None:
        """Write the model as text into ``folder``."""
        ...

    def predict_inputs(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return stay_outlook, expected_in_post, uplift, lower, upper, ... for rows of model inputs."""
        ...


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """A run in MLflow: its id, the address of its model (None without one) and the hash of the model's text."""

    run_id: str
    model_uri: str | None
    model_hash: str | None


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A registered version: its folder on this machine, what it knows, how it was judged."""

    version: int
    folder: Path
    data_cutoff: pd.Timestamp
    model_hash: str
    run_id: str
    ranking_supported: bool
    evidence: ValidationEvidence | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one version stands: `in_force`, `former` (was in force), `refused` or `waiting`; ``reason``: why, as recorded.

    ``by``: who decided; empty: the rules.
    """

    version: int
    data_cutoff: str
    state: str
    ranking_supported: bool
    reason: str
    model_hash: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """The model of a trial run; ``until``: newest day it knew of."""

    model: PairModel
    until: pd.Timestamp
