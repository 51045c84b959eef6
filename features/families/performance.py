"""Performance so far, from harmonised ratings: level, trend, volatility, reliability; and by family and unit of the target."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.families.context import Columns, Context, Floats, Ints, remembered
from features.families.lookup import Lookup
from features.families.pair_parts import LookedUp, PairPart
from features.posts import DAYS_PER_MONTH

YEARLY_DECAY = 0.8
"""Weight of a rating against one a year younger (Marcel's 5-4-3 is 0.8, 0.75)."""
TREND_PRIOR = 4.0
"""Prior weight on a trend of zero, in reliable rating-years squared."""

NEEDS: tuple[str, ...] = ()


def employee_columns(context: Context) -> Columns:
    """Return the performance columns of everybody in service."""
    history = _history(context)
    person, score, weight = history["person"].to_numpy(), history["score"].to_numpy(), history["weight"].to_numpy()
    size = len(context.people)
    total = np.bincount(person, weight, size)
    mean = _divide(np.bincount(person, weight * score, size), total)
    years = -history["age_months"].to_numpy() / 12
    centre = _divide(np.bincount(person, weight * years, size), total)
    off, deviation = years - centre[person], score - mean[person]
    square = np.bincount(person, weight * off**2, size)
    last = history.drop_duplicates("person", keep="last").set_index("person").reindex(range(size))
    n = np.bincount(person, minlength=size).astype(float)
    spread = _divide(np.bincount(person, weight * deviation**2, size), total)
    return {
        "perf_level": np.where(n > 0, np.nan_to_num(mean) * total / (total + 1.0), np.nan),
        "perf_last": last["score"].to_numpy(),
        "perf_trend": np.where(n > 0, np.bincount(person, weight * off * deviation, size) / (square + TREND_PRIOR), np.nan),
        "perf_volatility": np.where(n > 1, np.sqrt(np.maximum(spread, 0.0)), np.nan),
        "perf_reliability": total / (total + 1.0),
        "perf_n": n,
        "perf_age_months": last["age_months"].to_numpy(),
        "perf_exposure": _recent_mean(history, "exposure", size),
        "perf_leniency": _divide(np.bincount(person, weight * history["leniency"].to_numpy(), size), total),
    }


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes shrunk performance in the target's family and unit."""
    history = _history(context)
    families, units = pd.factorize(context.positions["job_family"]), pd.factorize(context.positions["unit_id"])
    spot = context.spot(history["position_id"])
    family = np.where(spot >= 0, families[0][np.maximum(spot, 0)], -1)
    unit = units[1].get_indexer(history["unit_id"].astype(object))
    return (
        LookedUp("pair_perf_family", _shrunk_by(context, history, family, len(families[1])), families[0].astype(np.int64)),
        LookedUp("pair_perf_unit", _shrunk_by(context, history, unit, len(units[1])), units[0].astype(np.int64)),
    )


@remembered
def _history(context: Context) -> pd.DataFrame:
    """Return the known ratings of people in service, oldest first, with their weights."""
    scores = context.ratings.scores
    person = context.place(scores["employee_id"])
    history = scores.assign(person=person, weight=context.ratings.lasting_weight())[person >= 0]
    age = ((context.as_of - history["period_end"]).dt.days / DAYS_PER_MONTH).clip(lower=0)
    history = history.assign(age_months=age, weight=history["weight"] * YEARLY_DECAY ** (age / 12))
    return history.sort_values(["person", "period_end", "period_start", "position_id"])


def _shrunk_by(context: Context, history: pd.DataFrame, code: Ints, width: int) -> Lookup:
    known = code >= 0
    weight = history["weight"].to_numpy()[known]
    person, code = history["person"].to_numpy()[known], code[known]
    total = Lookup.of_sums(person, code, weight, width)
    sums = Lookup.of_sums(person, code, weight * history["score"].to_numpy()[known], width)
    return sums.with_values(sums.values / (total.values + 1.0), missing=0.0)


def _recent_mean(history: pd.DataFrame, column: str, size: int) -> Floats:
    known = history[history[column].notna()]
    recent = YEARLY_DECAY ** (known["age_months"].to_numpy() / 12)
    person = known["person"].to_numpy()
    return _divide(np.bincount(person, recent * known[column].to_numpy(dtype=float), size), np.bincount(person, recent, size))


def _divide(numerator: NDArray[Any], denominator: NDArray[Any]) -> Floats:
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1.0), np.nan)
