"""The stack on plain arrays as a rival of the pair model: learned on vacancy trials alone, judged on the same held-out rows."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.uplift import UpliftModel


class Trials(Protocol):
    """Vacancy trials: ``features.trials.TrainingRows``."""

    @property
    def trials(self) -> pd.DataFrame:
        """One row per vacancy trial x mover or sampled eligible stayer."""
        ...

    @property
    def trial_matrix(self) -> pd.DataFrame:
        """Features of ``trials``."""
        ...


@dataclass(frozen=True, slots=True)
class Lessons:
    """The vacancy trials the challenger learns from (n): features ``matrix`` (n, p), and per row whether it moved, and so on."""

    matrix: pd.DataFrame
    moved: NDArray[np.bool_]
    outcome: NDArray[np.float64]
    group: NDArray[np.intp]
    weight: NDArray[np.float64]


def lessons_of(rows: Trials, max_stayers: int, seed: int) -> Lessons:
    """Return every mover of the vacancy trials and a random sample of stayers, whose weights make up for it.

    ``rows`` hold nothing known after their ``as_of``.
    """
    moved = rows.trials["moved"].to_numpy(dtype=bool)
    stayers = np.flatnonzero(~moved)
    kept = min(max_stayers, len(stayers))
    drawn = np.random.default_rng(seed).choice(stayers, kept, replace=False)
    chosen = np.sort(np.r_[np.flatnonzero(moved), drawn])
    weight = rows.trials["sampling_weight"] * rows.trials["outcome_weight"] * np.where(moved, 1.0, len(stayers) / max(kept, 1))
    some = rows.trials.iloc[chosen]
    return Lessons(
        rows.trial_matrix.iloc[chosen].reset_index(drop=True),
        moved[chosen],
        some["outcome"].to_numpy(dtype=np.float64),
        some["employee_id"].cat.codes.to_numpy(),
        weight.to_numpy(dtype=np.float64)[chosen],
    )


def fit_challenger(lessons: Lessons, seed: int) -> UpliftModel:
    """Return ``UpliftModel`` fitted on vacancy trials: treated moved into the post, untreated could have and stayed.

    Raises
    ------
    UsageError
        Too few movers or stayers for cross-fitting.
    """
    return UpliftModel(smooth=False, random_state=seed).fit(
        lessons.matrix, lessons.moved, lessons.outcome, groups=lessons.group, sample_weight=lessons.weight
    )


def challenge(model: UpliftModel, matrix: pd.DataFrame) -> NDArray[np.float64]:
    """Return the challenger's effect for rows of features (n,); columns it never saw are left out, lacking ones are empty."""
    return np.asarray(model.effect(matrix.reindex(columns=list(model.feature_names_in_))), dtype=np.float64)
