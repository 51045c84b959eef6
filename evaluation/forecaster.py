"""The pair model as a forecaster of the backtest: trained on what is known at a day, asked about moves after it."""

from dataclasses import dataclass, field

import pandas as pd

from evaluation.backtest import PREDICTED
from evaluation.rivals import RivalParams, Rivals, fit_rivals
from features.frames import FeatureFrames, feature_frames, pair_matrix
from features.posts import current_posts
from features.ratings import HarmonisedRatings
from features.tables import Tables
from features.trials import Eligible, TrialParams, training_rows
from models.pair_uplift import UpliftParams, fit_pair_uplift
from models.pairs.situation import Situation


@dataclass(frozen=True, slots=True)
class PairForecaster:
    """Trains a pair model, and its rivals, as of each day it is asked about; ``eligible`` comes from the rules."""

    eligible: Eligible
    trials: TrialParams = field(default_factory=TrialParams)
    uplift: UpliftParams = field(default_factory=UpliftParams)
    rivals: RivalParams = field(default_factory=RivalParams)

    def __call__(self, known: Tables, as_of: pd.Timestamp, pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
        """Return the forecasts of ``pairs``; NaN for people not in service and posts unknown at ``as_of``.

        Each forecast of the score as it will be recorded (``recorded``, and ``recorded_NAME`` of ``evaluation.rivals.LEVELS``)
        puts back what a neutral one leaves out: the leniency known of the new unit and its rater, and the scale of recorded scores.
        """
        rows = training_rows(known, as_of, self.trials, self.eligible, seed)
        frames = feature_frames(known, rows.ratings, as_of)
        placed = pairs["employee_id"].isin(frames.employees.index) & pairs["position_id"].isin(frames.positions.index)
        asked = pairs.loc[placed, ["employee_id", "position_id"]]
        model = fit_pair_uplift(rows, self.uplift, seed)
        situation = model.situate(frames, rows.ratings, current_posts(known, as_of))
        predicted = model.predict(situation, asked)[list(PREDICTED)]
        rivals = _rival_levels(fit_rivals(rows, self.rivals, seed), frames, asked, list(rows.risk_matrix.columns))
        leniency = known_leniency(known, rows.ratings, situation, asked["position_id"])
        recorded = rivals.assign(recorded=predicted["expected_in_post"]).add(leniency, axis=0) * rows.ratings.scale
        return predicted.join(recorded).reindex(pairs.index)


def _rival_levels(rivals: Rivals, frames: FeatureFrames, asked: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return rivals.levels(pair_matrix(frames, asked).reindex(columns=columns)).add_prefix("recorded_")


def known_leniency(known: Tables, ratings: HarmonisedRatings, situation: Situation, position_ids: pd.Series) -> pd.Series:
    """Return, per position, what ratings in its unit lie above performance (SD), as far as known; 0 where nothing is.

    The leniency of the unit and of whoever rated there last, as the harmoniser took them out, and what the level model finds
    left over in the unit's ratings.
    """
    unit = position_ids.map(known["positions"].drop_duplicates("position_id").set_index("position_id")["unit_id"])
    rated = ratings.scores.dropna(subset="rater_id").sort_values(["period_end", "rater_id"])
    newest = rated.drop_duplicates("unit_id", keep="last")
    rater = unit.map(newest.set_index("unit_id")["rater_id"])
    parts = (
        unit.map(ratings.units.set_index("unit_id")["leniency"]),
        rater.map(ratings.raters.set_index("rater_id")["leniency"]),
        unit.map(situation.leniency),
    )
    return pd.concat([part.astype("float64") for part in parts], axis=1).fillna(0.0).sum(axis=1)
