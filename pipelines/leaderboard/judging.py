"""The figures of one method in one city: its forecasts of the judged pairs against the truth, and the plan they would make."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.against_truth import LIST, POSTS, coverage, figures, spread_within
from evaluation.plans_against_truth import assigned, filling, share_of_plan
from pipelines.leaderboard.world import World

EFFECTS_ONLY = ("slope", "RMSE", "promised", "delivered", "coverage", "spread")
"""Figures that an order without a unit does not have."""
FIGURES: tuple[str, ...] = (
    "within employee", "within position", f"gain of best {POSTS.top} posts", f"gain of top {LIST.top}", "slope", "RMSE", "promised",
    "delivered", "contamination", "plan", "moved", "over staying", "spread", "coverage",
)  # fmt: skip


def judged(world: World, forecast: pd.DataFrame, seed: int, *, orders_only: bool) -> dict[str, float]:
    """Return every one of ``FIGURES`` for a forecast of ``world.pairs``; NaN where there is none.

    Beside those of `evaluation.against_truth`: ``plan`` is the share of the oracle's plan; ``moved`` the share of vacant posts to
    which somebody would be moved if only claimed gains are acted on (the lower end of the interval where there is one, above
    zero), and ``over staying`` what those moves truly gain per vacant post once adapting to a new post is paid for (SD x
    years over the first year and a half); ``spread`` the SD of what is said within a person; ``coverage`` of the intervals.
    """
    pairs = world.pairs.assign(**{name: forecast[name] for name in forecast})
    found = figures(pairs, "uplift")
    found["plan"] = share_of_plan(pairs, "uplift", seed)
    found |= _against_staying(pairs, world.dip, seed, orders_only=orders_only)
    found["spread"] = spread_within(pairs, "uplift")
    found["coverage"] = coverage(pairs) if "lower" in pairs else float("nan")
    return {name: float("nan") if orders_only and name in EFFECTS_ONLY else found[name] for name in FIGURES}


def _against_staying(pairs: pd.DataFrame, dip: float, seed: int, *, orders_only: bool) -> dict[str, float]:
    """Return how many vacant posts are filled where only claimed gains are acted on, and what that truly gains per post.

    An order claims no gain, and so fills every post it can.
    """
    posts = pairs["position_id"].nunique()
    worth = filling(_forecast(pairs), posts) if orders_only else _claimed(pairs)
    moved = pairs["true"].iloc[assigned(pairs, worth, seed)]
    return {"moved": len(moved) / posts, "over staying": float((moved - dip).sum()) / posts}


def _claimed(pairs: pd.DataFrame) -> NDArray[np.float64]:
    """Return the forecast of each pair where a gain is claimed, zero elsewhere."""
    claim = pairs["lower"] if "lower" in pairs else pairs["uplift"]
    return np.asarray(np.where(claim > 0, _forecast(pairs), 0.0))


def _forecast(pairs: pd.DataFrame) -> NDArray[np.float64]:
    return np.asarray(pairs["uplift"], dtype=np.float64)
