"""What a move is worth to the city: what the post gains above standing empty, less what the post left behind loses."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ValueParams:
    """How posts are weighed.

    ``without_post``: weight of the present work of who is in service and holds no post on record. A gap in the record is no idle
    person: at 0 such people, whose eligibility is mostly unknown as well, would stand some 2 SD above everybody else.
    ``empty``: performance an empty or acting post yields (v0, SD of harmonised performance). ``backfill``: what the post left
    behind yields afterwards; None: it stays empty, so ``empty``. A post weighs 1, more by the shares ``strategic`` and
    ``supervisory``, and in a unit whose demand surges by ``surge``.
    """

    empty: float = -2.0
    backfill: float | None = None
    strategic: float = 0.5
    supervisory: float = 0.25
    surge: float = 0.25
    without_post: float = 1.0


@dataclass(frozen=True)
class NetValue:
    """The parts of the net value of pairs, each an array over them (SD of performance, weighted)."""

    value_in_post: Array
    value_given_up: Array
    net_value: Array
    net_lower: Array
    net_upper: Array


def post_weights(positions: pd.DataFrame, params: ValueParams, surging: ArrayLike = False) -> pd.Series:
    """Return the weight of each position (index: position_id) from ``strategic``, ``supervisory`` and ``surging``."""
    strategic, supervisory = (positions[name].fillna(False).to_numpy(dtype=bool) for name in ("strategic", "supervisory"))
    weight = 1 + params.strategic * strategic + params.supervisory * supervisory + params.surge * np.asarray(surging, dtype=bool)
    return pd.Series(weight, index=positions.index, dtype="float64")


def net_value(
    estimates: Mapping[str, ArrayLike], weight_post: ArrayLike, weight_present: ArrayLike, params: ValueParams
) -> NetValue:
    """Return the net value of pairs.

    ``w(post) (expected_in_post - v0) - w(present) (stay_outlook - backfill)``. Adding a constant to every score and to v0 changes
    nothing. The interval is that of the uplift, weighted by the post: how well people would do if they stayed is common to all
    their posts.

    Parameters
    ----------
    estimates
        stay_outlook, expected_in_post, uplift, lower, upper per pair (SD).
    weight_post, weight_present
        Weight of the target; weight of the post held now, ``without_post`` for who holds none.
    """
    stay, there, uplift, lower, upper = (np.asarray(estimates[name], dtype=np.float64) for name in _ESTIMATES)
    gained, given = np.asarray(weight_post, dtype=np.float64), np.asarray(weight_present, dtype=np.float64)
    backfill = params.empty if params.backfill is None else params.backfill
    in_post, given_up = gained * (there - params.empty), given * (stay - backfill)
    net = in_post - given_up
    return NetValue(in_post, given_up, net, net - gained * (uplift - lower), net + gained * (upper - uplift))


_ESTIMATES = ("stay_outlook", "expected_in_post", "uplift", "lower", "upper")
