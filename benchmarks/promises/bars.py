"""What an evidence grade tells its reader: how far forecast effects usually lie from the true ones, how often intervals hold."""

import numpy as np
import pandas as pd

from models.judgement.grades import GRADES
from placement.ranking import grade_codes, order

FIRST = 20
"""Candidates of a post that a list shows first."""
BEST, FEWEST = 10, 30
"""Whose gain is looked at, of posts with at least so many candidates."""


def listed(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the first twenty of each city's posts by their forecast effect; ``pairs``: `cities.Known.pairs` with a city."""
    return pairs.sort_values("uplift", ascending=False, kind="stable").groupby(["city", "position_id"]).head(FIRST)


def by_grade(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return, by grade: share of all pairs, pairs, half width, usual error (root mean square), bias, coverage and its extremes.

    Extremes are those of cities with at least 200 such pairs.
    """
    missed = pairs["uplift"] - pairs["true"]
    half = (pairs["upper"] - pairs["lower"]) / 2
    told = pairs.assign(square=missed**2, missed=missed, half=half, held=missed.abs() <= half)
    groups = told.groupby("grade")
    out = groups.agg(pairs=("held", "size"), half=("half", "mean"), error=("square", "mean"), bias=("missed", "mean"),
                     coverage=("held", "mean"))  # fmt: skip
    cities = told.groupby(["grade", "city"])["held"].agg(["size", "mean"])
    ends = cities[cities["size"] >= 200].groupby("grade")["mean"].agg(["count", "min", "max"])
    out = out.assign(share=out["pairs"] / len(pairs), error=np.sqrt(out["error"]))
    return out.join(ends.rename(columns={"count": "cities", "min": "lowest", "max": "highest"})).reset_index()


def gains(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return, by city, what the first ten of a list truly gain as a share of the oracle's: in list order, and by forecast alone."""
    rows = []
    for city, there in pairs.groupby("city"):
        found = [_first(listed) for _, listed in there.groupby("position_id") if len(listed) >= FEWEST]
        usual, oracle, in_order, by_forecast = np.mean(found, axis=0)
        rows.append((city, *((value - usual) / (oracle - usual) for value in (in_order, by_forecast))))
    return pd.DataFrame(rows, columns=["city", "list order", "by forecast"])


def _first(listed: pd.DataFrame) -> list[float]:
    """Return the mean true effect of a list: of all, of the truly best, of the first in list order, and of those by forecast."""
    true, value, lower, upper = (listed[name].to_numpy(dtype=np.float64) for name in ("true", "uplift", "lower", "upper"))
    alike, grade = np.ones(len(listed), dtype=np.int64), grade_codes(listed["grade"])
    orders = [order(value, (lower, upper), alike, codes, BEST)[0] for codes in (grade, np.full_like(grade, len(GRADES) - 1))]
    return [float(some.mean()) for some in (true, np.sort(true)[-BEST:], *(true[places] for places in orders))]
