"""The pair model as a forecaster of the backtest: trained on what is known at a day, asked about moves after it."""

from dataclasses import dataclass, field

import pandas as pd

from evaluation.backtest import PREDICTED
from features.frames import feature_frames
from features.posts import current_posts
from features.ratings import HarmonisedRatings
from features.tables import Tables
from features.trials import Eligible, TrialParams, training_rows
from models.pair_uplift import PairUplift, UpliftParams, fit_pair_uplift
from models.pairs.situation import Situation


@dataclass(frozen=True, slots=True)
class PairForecaster:
    """Trains a pair model as of each day it is asked about; ``eligible`` comes from the rules, wired by the pipelines."""

    eligible: Eligible
    trials: TrialParams = field(default_factory=TrialParams)
    uplift: UpliftParams = field(default_factory=UpliftParams)

    def __call__(self, known: Tables, as_of: pd.Timestamp, pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
        """Return the forecasts of ``pairs``; NaN for people not in service and posts unknown at ``as_of``."""
        rows = training_rows(known, as_of, self.trials, self.eligible, seed)
        model = fit_pair_uplift(rows, self.uplift, seed)
        return forecast_pairs(model, known, rows.ratings, as_of, pairs)


def forecast_pairs(
    model: PairUplift, known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, pairs: pd.DataFrame
) -> pd.DataFrame:
    """Return, on the index of ``pairs``, what ``model`` publishes and ``recorded``, the score as it will be recorded.

    ``recorded`` puts back what the neutral forecast leaves out: the leniency known at ``as_of`` of the new unit and its rater,
    and the scale of the newest ratings.
    """
    frames = feature_frames(known, ratings, as_of)
    situation = model.situate(frames, ratings, current_posts(known, as_of))
    placed = pairs["employee_id"].isin(frames.employees.index) & pairs["position_id"].isin(frames.positions.index)
    asked = pairs.loc[placed, ["employee_id", "position_id"]]
    predicted = model.predict(situation, asked)[list(PREDICTED)]
    leniency = known_leniency(known, ratings, situation, asked["position_id"])
    newest = ratings.scores.loc[ratings.scores["period_end"].idxmax(), "scale"]
    return predicted.assign(recorded=(predicted["expected_in_post"] + leniency) * newest).reindex(pairs.index)


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
