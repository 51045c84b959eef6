"""The post itself: level, family, kind, demands, and how its holders did."""

import numpy as np
import pandas as pd

from features.codes import EDUCATION_STEP, JOB_KINDS
from features.families.context import Columns, Context, Floats, Ints
from features.families.rank import RANK_STEP

HOLDERS_MONTHS = 60
PRIOR_WEIGHT = 4.0
"""Prior ratings behind the mean of a post or unit: means of few ratings go to zero."""

NEEDS: tuple[str, ...] = ()


def position_columns(context: Context) -> Columns:
    """Return the columns of every position."""
    positions = context.positions
    return {
        "pos_level": _numbers(positions["level"]),
        "pos_job_family": pd.Categorical(positions["job_family"], sorted(positions["job_family"].dropna().unique())),
        "pos_job_kind": pd.Categorical(positions["job_kind"], list(JOB_KINDS)),
        "pos_job_class": _numbers(positions["job_class"]),
        "pos_headcount": positions["headcount"].fillna(1).to_numpy(dtype=float),
        "pos_strategic": _numbers(positions["strategic"]),
        "pos_supervisory": _numbers(positions["supervisory"]),
        "pos_education_step": positions["min_education"].map(EDUCATION_STEP).to_numpy(dtype=float),
        "pos_rank_step": positions["min_rank"].map(RANK_STEP).to_numpy(dtype=float),
        "pos_holders_5y": _holders(context),
        "pos_perf": shrunk_mean(context, context.spot(context.ratings.scores["position_id"]), len(positions)),
    }


def shrunk_mean(context: Context, code: Ints, size: int) -> Floats:
    """Return the mean score by code, shrunk to zero; codes of -1 are left out."""
    scores = context.ratings.scores["score"].to_numpy(dtype=float)
    known = code >= 0
    return np.bincount(code[known], scores[known], size) / (np.bincount(code[known], minlength=size) + PRIOR_WEIGHT)


def _holders(context: Context) -> Floats:
    spells = context.spells
    recent = spells[context.months_since(spells["end_on"]) <= HOLDERS_MONTHS]
    people = recent.drop_duplicates(["position_id", "employee_id"])
    spot = context.spot(people["position_id"])
    return np.bincount(spot[spot >= 0], minlength=len(context.positions)).astype(float)


def _numbers(column: pd.Series) -> Floats:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
