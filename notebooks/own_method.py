"""An estimator of one's own for the leaderboard: one regression for all, asked twice (an S-learner)."""

from typing import Self

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from pipelines.leaderboard.method import LearningView


class OwnMethod:
    """Outcomes regressed on what was known of a person and a post; the effect is there less here."""

    name = "own S-learner"

    def fit(self, world: LearningView, seed: int) -> Self:
        self.world, rows = world, world.rows
        self.columns = rows.risk_matrix.select_dtypes("number").columns
        self.model = HistGradientBoostingRegressor(max_iter=60, random_state=seed)
        self.model.fit(rows.risk_matrix[self.columns], rows.risk["outcome"], rows.risk["outcome_weight"])
        return self

    def effect(self, pairs: pd.DataFrame) -> np.ndarray:
        there, staying = self.world.features(pairs), self.world.staying(pairs)
        return self.model.predict(there[self.columns]) - self.model.predict(staying[self.columns])
