"""The forecast where there is too little to learn from: everybody's shrunken mean, the same in every post."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from features.frames import FeatureFrames
from features.ratings import HarmonisedRatings

_Z = float(norm.ppf(0.9))
"""Half an 80 % interval in standard deviations."""


@dataclass(frozen=True, slots=True)
class PlainSituation:
    """Each person's shrunken mean of harmonised scores (SD), by employee_id."""

    outlook: pd.Series


@dataclass(frozen=True, slots=True)
class PlainOutlook:
    """A forecast with nothing learned: the constant effect is zero, its grade D, its interval that of unexplained performance.

    ``prior_ratings``: reliable ratings that the mean of all counts for; ``spread``: standard deviation (SD) of what a move could
    do, for all that is known; ``noise``: that of one person's rating about what was to be expected. Used where no model can be
    fitted, so that lists still follow need and eligibility.
    """

    prior_ratings: float = 2.0
    spread: float = 1.0
    noise: float = 1.0

    def situate(self, frames: FeatureFrames, ratings: HarmonisedRatings, posts: pd.DataFrame) -> PlainSituation:
        """Return everybody's outlook; without any rating it is the mean of all, zero."""
        weight = ratings.scores["reliability"].fillna(0.0)
        parts = pd.DataFrame({"score": ratings.scores["score"] * weight, "weight": weight})
        people = ratings.scores["employee_id"].astype(frames.employees.index.dtype)
        sums = parts.groupby(people, observed=False).sum()  # everybody: an index of nobody has categories of another width
        return PlainSituation((sums["score"] / (sums["weight"] + self.prior_ratings)).reindex(frames.employees.index).fillna(0.0))

    def predict(self, situation: PlainSituation, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return the columns of ``PairUplift.predict`` on the index of ``pairs``."""
        stay: NDArray[np.float64] = situation.outlook.reindex(pairs["employee_id"]).to_numpy(dtype=np.float64)
        half, realised = _Z * self.spread, _Z * float(np.hypot(self.spread, self.noise))
        return pd.DataFrame(
            {"stay_outlook": stay, "expected_in_post": stay, "uplift": 0.0, "lower": -half, "upper": half,
             "realised_lower": -realised, "realised_upper": realised,
             "grade": "D", "overlap": np.nan, "novelty": np.nan}, index=pairs.index,
        )  # fmt: skip
