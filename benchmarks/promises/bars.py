"""What an evidence grade tells its reader: how far forecast effects usually lie from the true ones, how often intervals hold."""

import numpy as np
import pandas as pd

FIRST = 20
"""Candidates of a post that a list shows first."""


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
