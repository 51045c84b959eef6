"""Forecasts a model must beat: what anybody could say from past scores alone.

Every baseline is tuned on moves whose outcome was known before the test year, and sees only scores known by then.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NAMES: tuple[str, ...] = ("last", "mean", "shrunk", "marcel", "constant", "zero")
"""The baselines, in the order of ``forecast_*`` columns."""


@dataclass(frozen=True, slots=True)
class BaselineParams:
    """Grids on which shrinkage and recency are tuned, and what holds when nothing is known to tune on.

    ``recencies``: weight of a score relative to that of the season after it (Marcel's 5/4/3 is about 0.8; 1 is the plain mean).
    ``shrinkages``: prior weight, in multiples of the median exposure of a rated period. ``family_prior``: moves that the
    overall mean counts for in the mean of a job family. ``fewest_moves``: below this many past moves nothing is tuned.
    """

    recencies: tuple[float, ...] = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    shrinkages: tuple[float, ...] = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
    default_recency: float = 0.8
    default_shrinkage: float = 2.0
    family_prior: float = 20.0
    fewest_moves: int = 50


@dataclass(frozen=True, slots=True)
class Baselines:
    """Tuned baselines of one test year.

    ``constant``: mean realised score of past moves. ``families``: the same by job family of the new post, shrunken.
    ``population``: mean of all known scores. ``shrinkage``, ``marcel_shrinkage``: prior weights in units of exposure.
    """

    constant: float
    families: pd.Series
    population: float
    shrinkage: float
    marcel_shrinkage: float
    marcel_recency: float

    def forecast(self, moves: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
        """Return ``forecast_*`` columns for ``moves`` (with ``as_of``), on their index; NaN where a person has no known score."""
        past = _past(moves, periods)
        plain = _pool(moves, past, 1.0)
        recent = _pool(moves, past, self.marcel_recency)
        target = _target(moves, self.families, self.constant)
        forecasts = {
            "last": past.drop_duplicates("move", keep="last").set_index("move")["score"].reindex(moves.index),
            "mean": past.groupby("move")["score"].mean().reindex(moves.index),
            "shrunk": _shrink(plain, self.shrinkage, self.population),
            "marcel": _shrink(recent, self.marcel_shrinkage, target),
            "constant": plain["weight"].where(plain["weight"].isna(), self.constant),
            "zero": plain["weight"].where(plain["weight"].isna(), 0.0),
        }
        return pd.DataFrame({f"forecast_{name}": forecasts[name] for name in NAMES})


def fit_baselines(moves: pd.DataFrame, periods: pd.DataFrame, params: BaselineParams) -> Baselines:
    """Return the baselines tuned by least squares on past ``moves``.

    Parameters
    ----------
    moves : pandas.DataFrame
        Past moves whose ``realised`` score is known: ``employee_id``, ``job_family``, ``moved_on``, ``as_of`` (the day whose
        knowledge a forecast of that move may use), ``realised``.
    periods : pandas.DataFrame
        Known rated periods, as of ``evaluation.moves.rated_periods``.

    References
    ----------
    Tango, "Marcel the Monkey forecasting system" (2004): recency weights, regression to the mean by exposure. Here the mean
    is that of past movers into the same job family, and both parameters are tuned instead of assumed.
    """
    population = float(periods["score"].mean()) if len(periods) else 0.0
    exposure = float(periods["exposure"].median()) if len(periods) else 1.0
    usable = moves[np.isin(np.arange(len(moves)), _past(moves.reset_index(drop=True), periods)["move"].unique())]
    constant = float(usable["realised"].mean()) if len(usable) else population
    families = _family_means(usable, constant, params.family_prior)
    default = params.default_shrinkage * exposure
    if len(usable) < params.fewest_moves:
        return Baselines(constant, families, population, default, default, params.default_recency)
    weights = tuple(multiple * exposure for multiple in params.shrinkages)
    usable = usable.reset_index(drop=True)
    past = _past(usable, periods)
    _, shrinkage = _tune(usable, past, (1.0,), weights, pd.Series(population, usable.index))
    recency, marcel = _tune(usable, past, params.recencies, weights, _target(usable, families, constant))
    return Baselines(constant, families, population, shrinkage, marcel, recency)


def _past(moves: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Return the scores known for each move at its ``as_of``: ``move`` (its index), ``score``, ``exposure``, ``age`` (years)."""
    keyed = moves[["employee_id", "moved_on", "as_of"]].assign(move=moves.index)
    met = keyed.merge(periods, on="employee_id")
    known = met[(met["known_on"] <= met["as_of"]) & (met["period_start"] < met["moved_on"])]
    known = known.assign(age=known["as_of"].dt.year - known["year"])
    return known.sort_values(["move", "period_start"])[["move", "score", "exposure", "age"]]


def _pool(moves: pd.DataFrame, past: pd.DataFrame, recency: float) -> pd.DataFrame:
    """Return per move the ``weight`` of its past scores and their weighted ``mean``; NaN where there are none."""
    weight = past["exposure"] * recency ** past["age"]
    sums = pd.DataFrame({"move": past["move"], "weight": weight, "total": weight * past["score"]}).groupby("move").sum()
    sums = sums.reindex(moves.index)
    return pd.DataFrame({"weight": sums["weight"], "mean": sums["total"] / sums["weight"]})


def _shrink(pooled: pd.DataFrame, prior_weight: float, target: pd.Series | float) -> pd.Series:
    return (pooled["weight"] * pooled["mean"] + prior_weight * target) / (pooled["weight"] + prior_weight)


def _family_means(moves: pd.DataFrame, constant: float, prior: float) -> pd.Series:
    """Return the mean realised score by job family of the new post, shrunken towards the overall mean."""
    groups = moves.groupby("job_family")["realised"]
    return (groups.sum() + prior * constant) / (groups.size() + prior)


def _target(moves: pd.DataFrame, families: pd.Series, constant: float) -> pd.Series:
    return moves["job_family"].map(families).astype("float64").fillna(constant)


def _tune(
    moves: pd.DataFrame, past: pd.DataFrame, recencies: tuple[float, ...], weights: tuple[float, ...], target: pd.Series
) -> tuple[float, float]:
    """Return the (recency, prior weight) of the grid with the least squared error; the first one on ties."""
    realised: NDArray[np.float64] = moves["realised"].to_numpy(float)
    errors = {
        (recency, weight): float(np.nanmean((realised - _shrink(pooled, weight, target).to_numpy(float)) ** 2))
        for recency in recencies
        for pooled in (_pool(moves, past, recency),)
        for weight in weights
    }
    return min(errors, key=lambda key: errors[key])
