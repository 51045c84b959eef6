"""Performance so far, from harmonised ratings: level, trend, volatility, reliability; and by family and unit of the target."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.families.context import Columns, Context, Floats, Ints, remembered
from features.families.lookup import Lookup
from features.families.pair_parts import LookedUp, PairPart
from features.posts import DAYS_PER_MONTH
from features.sorting import day_numbers, last_of, ordered

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
    last = np.flatnonzero(last_of(person))
    newest = np.full((2, size), np.nan)
    newest[:, person[last]] = history[["score", "age_months"]].to_numpy(dtype=float)[last].T
    n = np.bincount(person, minlength=size).astype(float)
    spread = _divide(np.bincount(person, weight * deviation**2, size), total)
    return {
        "perf_level": np.where(n > 0, np.nan_to_num(mean) * total / (total + 1.0), np.nan),
        "perf_last": newest[0],
        "perf_trend": np.where(n > 0, np.bincount(person, weight * off * deviation, size) / (square + TREND_PRIOR), np.nan),
        "perf_volatility": np.where(n > 1, np.sqrt(np.maximum(spread, 0.0)), np.nan),
        "perf_reliability": total / (total + 1.0),
        "perf_n": n,
        "perf_age_months": newest[1],
        "perf_exposure": _recent_mean(history, "exposure", size),
        "perf_leniency": _divide(np.bincount(person, weight * history["leniency"].to_numpy(), size), total),
    }


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes shrunk performance in the target's family and unit."""
    history = _history(context)
    chart = context.chart
    (family_of, families), (unit_of, units) = chart.codes("job_family"), chart.codes("unit_id")
    family = chart.code_at(chart.spot(history["position_id"]), "job_family")
    return (
        LookedUp("pair_perf_family", _shrunk_by(history, family, len(families)), family_of),
        LookedUp("pair_perf_unit", _shrunk_by(history, chart.unit(history["unit_id"]), len(units)), unit_of),
    )


@remembered
def _history(context: Context) -> pd.DataFrame:
    """Return the known ratings of people in service, oldest first, with their weights."""
    scores = context.ratings.scores
    person = context.place(scores["employee_id"])
    days = (day_numbers(scores[name]) for name in ("period_end", "period_start"))
    order = ordered(person, *days)  # ratings lie in the order of their positions within a period already
    order = order[person[order] >= 0]
    history = scores[["period_end", "position_id", "unit_id", "score", "exposure", "leniency"]].iloc[order].reset_index(drop=True)
    age = ((context.as_of - history["period_end"]).dt.days / DAYS_PER_MONTH).clip(lower=0)
    weight = context.ratings.lasting_weight()[order] * YEARLY_DECAY ** (age / 12)
    return history.assign(person=person[order], age_months=age, weight=weight)


def _shrunk_by(history: pd.DataFrame, code: Ints, width: int) -> Lookup:
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
