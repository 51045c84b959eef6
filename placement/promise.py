"""What a list may promise: its best were picked for looking good, so part of what sets them apart is luck (the winner's curse).

Estimates are posterior means, which in theory need no further discount (Dawid 1994). In practice a model spreads candidates
somewhat too far; how far is measured on moves it has not seen, as the slope of what came on what was foretold (the best linear
predictor of Chernozhukov et al. 2018). That slope is itself uncertain and is shrunk towards 1 by its own standard error
(empirical Bayes, Efron & Morris 1973), never above 1: evidence may lower a promise and never raises one.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from models.judgement.effect_scores import Figure

Array = NDArray[np.float64]
Z80 = 1.2815515655446004
"""Half an 80 % interval in standard errors."""


@dataclass(frozen=True, slots=True)
class PromiseParams:
    """``slope_doubt``: prior standard deviation of the held-out slope around 1, as the model itself assumes."""

    slope_doubt: float = 0.25


def borne_out(slope: Figure, params: PromiseParams) -> float:
    """Return which share of the differences between candidates a promise may count on: 0 to 1.

    Parameters
    ----------
    slope
        Slope of realised on forecast effects on held-out moves, with its 80 % interval; NaN: not measured, nothing is taken off.
    """
    error = (slope.upper - slope.lower) / (2 * Z80)
    if not np.isfinite(slope.value) or not error > 0:
        return 1.0
    prior, seen = 1 / params.slope_doubt**2, 1 / error**2
    return float(np.clip((prior + seen * slope.value) / (prior + seen), 0.0, 1.0))


def promised(listed: pd.DataFrame, usual: ArrayLike, weight_post: ArrayLike, share: float) -> pd.DataFrame:
    """Return what a list may promise of its candidates, on the index of ``listed``.

    Parameters
    ----------
    listed
        uplift, expected_in_post, net_value of pairs.
    usual
        Mean uplift, per row, of everybody who may be considered for the row's position: what no choice is needed for.
    weight_post
        Weight of the row's position in the net value.
    share
        See `borne_out`.

    Returns
    -------
    DataFrame
        promised_uplift, promised_in_post, promised_net_value: the uplift drawn towards the usual one by what is not borne out, and
        what follows from it. Order within a position and between people is not changed by it: lists are ordered by the estimates.
    """
    uplift, mean = listed["uplift"].to_numpy(dtype=np.float64), np.asarray(usual, dtype=np.float64)
    less = (1.0 - share) * (uplift - mean)
    return pd.DataFrame({
        "promised_uplift": uplift - less, "promised_in_post": listed["expected_in_post"].to_numpy(dtype=np.float64) - less,
        "promised_net_value": listed["net_value"].to_numpy(dtype=np.float64) - np.asarray(weight_post, dtype=np.float64) * less,
    }, index=listed.index)  # fmt: skip
