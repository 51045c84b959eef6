"""The post itself: level, family, kind, demands, and how its holders did."""

import numpy as np
import pandas as pd

from features.codes import EDUCATION_STEP, JOB_KINDS
from features.families.context import Columns, Context, Counts, Floats, Ints
from features.families.rank import RANK_STEP
from features.sorting import last_of

HOLDERS_MONTHS = 60
PRIOR_WEIGHT = 4.0
"""Prior ratings behind the mean of a post or unit: means of few ratings go to zero."""

NEEDS: tuple[str, ...] = ()


def position_columns(context: Context) -> Columns:
    """Return the columns of every position."""
    positions = context.positions
    return {
        "pos_level": _numbers(positions["level"]),
        "pos_job_family": pd.Categorical(positions["job_family"], sorted(context.chart.codes("job_family")[1])),
        "pos_job_kind": pd.Categorical(positions["job_kind"], list(JOB_KINDS)),
        "pos_job_class": _numbers(positions["job_class"]),
        "pos_headcount": positions["headcount"].fillna(1).to_numpy(dtype=float),
        "pos_strategic": _numbers(positions["strategic"]),
        "pos_supervisory": _numbers(positions["supervisory"]),
        "pos_education_step": positions["min_education"].map(EDUCATION_STEP).to_numpy(dtype=float),
        "pos_rank_step": positions["min_rank"].map(RANK_STEP).to_numpy(dtype=float),
        "pos_holders_5y": context.totals["post"]["holders"].to_numpy(),
        "pos_perf": shrunk_mean(context.totals["post"]),
    }


def counts(context: Context) -> Counts:
    """Return by position: holders of the last years, ratings and the sum of their scores."""
    rated = scores_by(context, context.chart.spot(context.ratings.scores["position_id"]), len(context.positions))
    return {"post": rated.assign(holders=_holders(context))}


def scores_by(context: Context, code: Ints, size: int) -> pd.DataFrame:
    """Return by code the number of ratings and the sum of their scores; codes of -1 are left out."""
    scores = context.ratings.scores["score"].to_numpy(dtype=float)
    known = code >= 0
    rated = np.bincount(code[known], minlength=size).astype(float)
    return pd.DataFrame({"rated": rated, "score": np.bincount(code[known], scores[known], size)})


def shrunk_mean(totals: pd.DataFrame) -> Floats:
    """Return the mean score of what `scores_by` added up, shrunk to zero."""
    return np.asarray(totals["score"] / (totals["rated"] + PRIOR_WEIGHT), dtype=float)


def _holders(context: Context) -> Floats:
    spot = context.spot
    recent = (context.months_since(context.spells["end_on"]) <= HOLDERS_MONTHS) & (spot >= 0)
    person = context.spells["employee_id"].cat.codes.to_numpy(dtype=np.int64)[recent]
    held = np.sort(spot[recent] * (person.max(initial=0) + 1) + person, kind="stable")
    return np.bincount(held[last_of(held)] // (person.max(initial=0) + 1), minlength=len(context.positions)).astype(float)


def _numbers(column: pd.Series) -> Floats:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
