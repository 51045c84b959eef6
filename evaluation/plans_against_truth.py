"""Plans made by forecasts and judged by the truth: one candidate to a vacant post, one post to a candidate."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]


def assigned(pairs: pd.DataFrame, worth: Floats, seed: int) -> NDArray[np.intp]:
    """Return the rows of the one-to-one plan with the greatest sum of ``worth``; ties are broken by lot.

    Parameters
    ----------
    pairs : DataFrame
        employee_id, position_id; no pair twice.
    worth : array (n,)
        Of each pair; pairs of no worth (zero or less) are never chosen, and a post may stay empty.
    seed : int
        Of the lots.
    """
    rng = np.random.default_rng(seed)
    post, person = (_by_lot(pairs[name], rng) for name in ("position_id", "employee_id"))
    shape = (int(post.max(initial=-1)) + 1, int(person.max(initial=-1)) + 1)
    value, row = np.zeros(shape), np.full(shape, -1, dtype=np.intp)
    value[post, person], row[post, person] = np.maximum(worth, 0.0), np.arange(len(pairs))
    chosen = row[linear_sum_assignment(value, maximize=True)]
    chosen = chosen[chosen >= 0]
    return np.sort(chosen[worth[chosen] > 0])


def filling(worth: Floats, posts: int) -> Floats:
    """Return ``worth`` raised so far that a plan of ``posts`` posts fills as many as it can, and then by the greatest sum."""
    above = worth - worth.min(initial=np.inf)
    return np.asarray(above + above.max(initial=0.0) * posts + 1.0)


def share_of_plan(pairs: pd.DataFrame, column: str, seed: int) -> float:
    """Return the mean truth of the plan that fills the vacant posts by ``column``, as a share of the plan by the truth.

    Both are counted from what drawing lots gives (the mean over posts of the mean over their candidates): 1 is the oracle, 0
    lots; NaN where nothing can be gained.
    """
    posts = pairs["position_id"].nunique()
    by, oracle = (
        float(pairs["true"].iloc[assigned(pairs, filling(pairs[name].to_numpy(dtype=np.float64), posts), seed)].mean())
        for name in (column, "true")
    )
    lots = float(pairs.groupby("position_id", observed=True)["true"].mean().mean())
    return (by - lots) / (oracle - lots) if oracle > lots else float("nan")


def _by_lot(ids: pd.Series, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return a code per row, the codes dealt by lot."""
    codes, found = pd.factorize(ids, sort=True)
    return np.asarray(rng.permutation(len(found))[codes], dtype=np.intp)
