"""Our own methods on the board: the pair model, its parts, what the release rules leave of it, and the learner on plain arrays."""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import TooLittleDataError
from models.judgement.challenger import challenge, fit_challenger, lessons_of
from models.judgement.evidence import ValidationEvidence
from models.judgement.release import decide
from models.pair_uplift import PairUplift, fit_pair_uplift
from models.pairs.situation import Situation
from pipelines.leaderboard.entrants import Entrant, entrant
from pipelines.leaderboard.method import LearningView
from pipelines.settings import Params
from pipelines.trial_run import try_out


class PairModel:
    """The pair model as fitted, whatever the release rules would say of it."""

    name = "pair model"
    model: PairUplift
    situation: Situation

    def fit(self, world: LearningView, seed: int) -> Self:
        """Fit on the training rows and take everybody as they stand."""
        self.model = self.released(fit_pair_uplift(world.rows, Params().uplift, seed), world, seed)
        self.situation = self.model.situate(world.frames, world.ratings, world.posts)
        return self

    def effect(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return uplift, lower and upper."""
        return self.model.predict(self.situation, pairs)

    def released(self, model: PairUplift, world: LearningView, seed: int) -> PairUplift:
        """Return the model to be used."""
        return model


class LevelModel(PairModel):
    """The mixed level model alone: the core of the pair model, before trees and calibration. Its cost is the pair model's."""

    name = "level model"

    def effect(self, pairs: pd.DataFrame) -> pd.Series:
        """Return the difference of two levels."""
        return self.model.inputs(self.situation, pairs)["core_gain"]


class Published(PairModel):
    """What a run would publish: the pair model tried out on the latest moves, abstaining where the rules do not let it rank."""

    name = "pair model, released"

    def released(self, model: PairUplift, world: LearningView, seed: int) -> PairUplift:
        """Return the model, or the abstaining one where ranking is not supported."""
        params = Params()
        decision = decide(_evidence(world, params, seed), None, world.rows.ratings.health, params.release)
        return model if decision.release == "champion" and decision.ranking_supported else model.abstain()


class PlainStack:
    """The learner on plain arrays (`models.uplift`), fitted on vacancy trials."""

    name = "stack on trials"

    def fit(self, world: LearningView, seed: int) -> Self:
        """Fit on movers and a sample of those who could have and stayed."""
        self.world = world
        self.model = fit_challenger(lessons_of(world.rows, Params().trial_run.challenger_stayers, seed), seed)
        return self

    def effect(self, pairs: pd.DataFrame) -> NDArray[np.float64]:
        """Return the effect of each pair."""
        return challenge(self.model, self.world.features(pairs))


def ours() -> list[Entrant]:
    """Return our own methods."""
    return [entrant(kind, "ours") for kind in (PlainStack, LevelModel, PairModel, Published)]


def _evidence(world: LearningView, params: Params, seed: int) -> ValidationEvidence | None:
    try:
        return try_out(world.tables, world.rows, params, seed)
    except TooLittleDataError:
        return None
