"""Methods on every board that a model must beat: nothing, one number, plain learners, and how cities order candidates today."""

from functools import partial
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.rivals import EFFECTS, fit_rivals
from models.stack.encoding import FrameEncoder
from models.stack.regressors import fit_ridge
from pipelines.leaderboard.entrants import Entrant, entrant
from pipelines.leaderboard.method import LearningView
from pipelines.settings import Params
from placement.local_methods import LOCAL_METHODS, local_scores, yardstick


class Zero:
    """No move changes anything: stay put."""

    name = "zero"

    def fit(self, world: LearningView, seed: int) -> Self:
        """Learn nothing."""
        return self

    def effect(self, pairs: pd.DataFrame) -> NDArray[np.float64]:
        """Return zeros."""
        return np.zeros(len(pairs))


class Constant:
    """Every move changes the same: movers' mean outcome beyond what a ridge on those who stayed expects of them."""

    name = "constant"
    mean: float

    def fit(self, world: LearningView, seed: int) -> Self:
        """Fit the ridge on stayers, and ask it about movers had they stayed."""
        rows, moved = world.rows, world.rows.risk["moved"].to_numpy(dtype=bool)
        y, weight = (rows.risk[name].to_numpy(dtype=np.float64) for name in ("outcome", "outcome_weight"))
        encoder = FrameEncoder().fit(rows.risk_matrix[~moved])
        ridge = fit_ridge(encoder.transform(rows.risk_matrix[~moved]), y[~moved], weight[~moved])
        gained = y[moved] - ridge.predict(encoder.transform(rows.origin_matrix))
        self.mean = float(np.average(gained, weights=weight[moved]))
        return self

    def effect(self, pairs: pd.DataFrame) -> NDArray[np.float64]:
        """Return the mean for every pair."""
        return np.full(len(pairs), self.mean)


class Learned:
    """A rival that is learned from past moves; all of `evaluation.rivals` are fitted in one go, so they share one cost."""

    def __init__(self, rival: str) -> None:
        self.rival = rival
        self.name = rival.replace("_", " ").replace("s learner", "S-learner")

    def fit(self, world: LearningView, seed: int) -> Self:
        """Fit the rivals on the training rows."""
        self.world, self.rivals = world, fit_rivals(world.rows, Params().trial_run.rivals, seed)
        return self

    def effect(self, pairs: pd.DataFrame) -> pd.Series:
        """Return what the rival says of each pair."""
        return self.rivals.effects(self.world.features(pairs), self.world.staying(pairs))[self.rival]


class HandWeighted:
    """A hand-weighted order of candidates as cities use it today; an order and no effect."""

    orders_only = True

    def __init__(self, score: str) -> None:
        self.score = score
        self.name = {"saw": "SAW", "topsis": "TOPSIS"}.get(score, score.replace("_", " "))

    def fit(self, world: LearningView, seed: int) -> Self:
        """Take the yardstick of everybody in their own post."""
        self.world, self.measure = world, yardstick(world.rows.risk_matrix)
        return self

    def effect(self, pairs: pd.DataFrame) -> pd.Series:
        """Return the score of each pair."""
        return local_scores(self.world.features(pairs), self.measure)[self.score]


def baselines() -> list[Entrant]:
    """Return every baseline."""
    learned = [entrant(partial(Learned, name), "baseline") for name in EFFECTS]
    by_hand = [entrant(partial(HandWeighted, name), "baseline") for name in LOCAL_METHODS]
    return [entrant(Zero, "baseline"), entrant(Constant, "baseline"), *learned, *by_hand]
