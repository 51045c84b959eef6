"""How near forecasts of pairs come to the truth, where the truth is known: ranks, shares of the oracle's gain, error, calibration.

Every function takes a frame of pairs (employee_id, position_id, ``true``: the effect in published SD, ``leniency``: of the new
unit less that of the old) and the name of a column of forecasts. NaN means that a figure cannot be had: a forecast that says
the same of everybody ranks nobody.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Best:
    """Whose best are looked at: the ``top`` of each ``group`` that has at least ``fewest`` pairs."""

    group: str
    top: int
    fewest: int


POSTS = Best("employee_id", top=3, fewest=10)
"""Which posts suit a person: the three best of at least ten."""
LIST = Best("position_id", top=10, fewest=30)
"""Whom a list puts first: the ten best of at least thirty candidates."""
PROMISED = Best("position_id", top=20, fewest=30)
"""Whose promises are held against what they deliver."""

SAME = 1e-9
"""Standard deviation below which forecasts say the same of everybody: what is left is rounding."""


def figures(frame: pd.DataFrame, column: str) -> dict[str, float]:
    """Return how ``column`` agrees with ``true`` over pairs: ranks, gains of the best, slope, error, promises, contamination."""
    promised, delivered = best_of(frame, column, PROMISED, column), best_of(frame, column, PROMISED, "true")
    return {
        "within employee": rank_correlation(frame, column, POSTS),
        "within position": rank_correlation(frame, column, LIST),
        "gain of best 3 posts": share_of_gain(frame, column, POSTS),
        "gain of top 10": share_of_gain(frame, column, LIST),
        "slope": slope(frame, column),
        "RMSE": float(np.sqrt(np.mean((frame[column] - frame["true"]) ** 2))),
        "promised": promised,
        "delivered": delivered,
        "contamination": correlation(frame, column, "leniency"),
    }


def rank_correlation(frame: pd.DataFrame, column: str, best: Best) -> float:
    """Return the mean over large enough groups of Spearman's correlation of ``column`` with ``true``."""
    large = _large(frame, best)
    groups = large[best.group]
    ranks = pd.DataFrame({"x": large["true"], "y": large[column]}).groupby(groups, observed=True).rank()
    centred = ranks - ranks.groupby(groups, observed=True).transform("mean")
    products = pd.DataFrame({"xy": centred["x"] * centred["y"], "xx": centred["x"] ** 2, "yy": centred["y"] ** 2})
    sums = products.groupby(groups, observed=True).sum()
    sums = sums[(sums["xx"] > 0) & (sums["yy"] > 0)]
    return float((sums["xy"] / np.sqrt(sums["xx"] * sums["yy"])).mean())


def share_of_gain(frame: pd.DataFrame, column: str, best: Best) -> float:
    """Return what the best by ``column`` gain over the whole of their group, as a share of what the truly best gain.

    1 is the oracle, 0 drawing lots; NaN where nothing can be gained.
    """
    mean = best_of(frame, "true", Best(best.group, len(frame), best.fewest), "true")
    oracle = best_of(frame, "true", best, "true") - mean
    return (best_of(frame, column, best, "true") - mean) / oracle if oracle > 0 else float("nan")


def best_of(frame: pd.DataFrame, column: str, best: Best, value: str) -> float:
    """Return the mean over groups of the mean ``value`` of the best by ``column``; ties at the edge count by equal parts."""
    large = _large(frame, best)
    groups = large.groupby(best.group, observed=True)
    above = groups[column].rank(method="min", ascending=False) - 1
    tied = large.groupby([best.group, column], observed=True)[column].transform("size")
    weight = ((best.top - above) / tied).clip(0.0, 1.0)
    sums = pd.DataFrame({"weight": weight, "value": weight * large[value]}).groupby(large[best.group], observed=True).sum()
    return float((sums["value"] / sums["weight"]).mean())


def slope(frame: pd.DataFrame, column: str) -> float:
    """Return the slope of ``true`` on ``column``: 1 is calibrated, below it claims too much; NaN for a constant."""
    if not frame[column].std() > SAME:
        return float("nan")
    return float(np.polyfit(frame[column], frame["true"], 1)[0])


def correlation(frame: pd.DataFrame, column: str, other: str) -> float:
    """Return Pearson's correlation of two columns; NaN where one is constant."""
    if not (frame[column].std() > SAME and frame[other].std() > SAME):
        return float("nan")
    return float(frame[column].corr(frame[other]))


def coverage(frame: pd.DataFrame) -> float:
    """Return the share of pairs whose ``true`` lies between ``lower`` and ``upper``."""
    return float(frame["true"].between(frame["lower"], frame["upper"]).mean())


def spread_within(frame: pd.DataFrame, column: str, group: str = "employee_id") -> float:
    """Return the mean over groups of at least two pairs of the standard deviation of ``column``."""
    return float(frame.groupby(group, observed=True)[column].std().mean())


def _large(frame: pd.DataFrame, best: Best) -> pd.DataFrame:
    """Return the pairs of groups that are large enough."""
    return frame[frame.groupby(best.group, observed=True)["true"].transform("size") >= best.fewest]
