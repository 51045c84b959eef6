"""Trying a model out before its release: forecasts of the latest decisions by a model that ended before them."""

import pandas as pd

from features.errors import TooLittleDataError, UsageError
from features.tables import Tables
from features.trials import TrainingRows, training_rows
from models.judgement.challenger import challenge, fit_challenger
from models.judgement.evidence import ValidationEvidence
from models.judgement.validation import BESIDE, validate
from models.pair_uplift import PairUplift, fit_pair_uplift
from pipelines.settings import Params, TrialRunParams
from pipelines.standing import standing
from rules.verdicts import eligibility

FORECAST = ["uplift", "lower", "upper"]


def try_out(tables: Tables, rows: TrainingRows, params: Params, seed: int) -> ValidationEvidence:
    """Return the evidence on the latest decisions of ``rows``, forecast by a model that ended before the first of them.

    Raises
    ------
    TooLittleDataError
        Too few moves before the split, or after it.
    """
    held_out = _held_out_days(rows.trials, params.trial_run)
    before = training_rows(tables, held_out[0], params.trials, eligibility(params.rules.pack()), seed)
    model = fit_pair_uplift(before, params.uplift, seed)
    later = rows.trials[rows.trials["decision_on"].isin(held_out)]
    parts = [_forecast(model, tables, day, trials, params) for day, trials in later.groupby("decision_on", sort=True)]
    forecasts = pd.concat(parts).join(_challenge(before, rows.trial_matrix.loc[later.index], params, seed))
    return validate(rows, forecasts.reindex(rows.trials.index), params.validation, seed)


def _challenge(before: TrainingRows, later: pd.DataFrame, params: Params, seed: int) -> pd.DataFrame:
    """Return the challenger's forecasts of ``later``; no column where there are too few moves for one."""
    try:
        challenger = fit_challenger(before, params.trial_run.challenger_stayers, seed)
    except UsageError:
        return pd.DataFrame(index=later.index)
    return pd.DataFrame({f"{BESIDE}stack": challenge(challenger, later)}, index=later.index)


def _forecast(model: PairUplift, tables: Tables, day: pd.Timestamp, trials: pd.DataFrame, params: Params) -> pd.DataFrame:
    there = standing(tables, day, params.trials.ratings)
    situation = model.situate(there.frames, there.ratings, there.posts)
    return model.predict(situation, trials[["employee_id", "position_id"]])[FORECAST]


def _held_out_days(trials: pd.DataFrame, params: TrialRunParams) -> list[pd.Timestamp]:
    """Return the last decision days that together hold the wanted share of all movers, at most so many days."""
    movers = trials.loc[trials["moved"].astype(bool), "decision_on"].value_counts().sort_index(ascending=False)
    if movers.empty:
        raise TooLittleDataError("No vacancy trial has a mover: nothing can be tried out. Bring more years of assignments.")
    wanted = int((movers.cumsum() < params.share * movers.sum()).sum()) + 1
    return sorted(movers.index[: min(wanted, params.most_days)])
