"""A draw over wishes: the order a lot gives, each person's wishes ranked, how long turns go on, and what came of each turn."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from placement.wave.scenario import PAIR
from placement.wave.wishes import Granted

MOST_SERVED = 100
"""People of a draw whose turn comes unless said otherwise: each wish is a plan of its own."""
OUTCOMES = ("granted", "below", "impossible", "no_move", "not_reached")
"""Granted; every wish leaves the plan below the floor; none fits the limits; none is a possible move; time was over before."""


def drawn_order(lot: str, people: Iterable[str]) -> list[str]:
    """Return ``people`` in the order that ``lot`` draws: by a hash of both, which knows nothing of what anybody wishes."""
    return sorted(people, key=lambda who: hashlib.sha256(f"{lot.strip()}\n{who}".encode()).hexdigest())


def ranked_wishes(stated: pd.DataFrame, moves: pd.DataFrame) -> dict[str, list[str]]:
    """Return per person the posts wished for, the strongest wish first.

    Posts that one wish (for a unit, a job family) names alike come as the city values them: to the person they are one.

    Parameters
    ----------
    stated
        Published table ``wave_wishes``.
    moves
        Published table ``wave_moves``; a post that is no possible move comes last.
    """
    valued = stated.merge(moves[[*PAIR, "value"]], on=list(PAIR), how="left")
    ranked = valued.sort_values(["employee_id", "aspiration", "value", "position_id"], ascending=[True, False, False, True])
    return {str(who): list(posts) for who, posts in ranked.groupby("employee_id", sort=False)["position_id"]}


def in_time(order: Iterable[str], seconds: float, clock: Callable[[], float]) -> Iterator[str]:
    """Yield ``order`` until ``seconds`` of ``clock`` are over.

    A turn once begun is finished, so that nobody's own wishes decide whether their turn comes: truth stays best.
    """
    end = clock() + seconds
    for who in order:
        if clock() >= end:
            return
        yield who


def outcomes(order: Sequence[str], result: Granted) -> pd.DataFrame:
    """Return what came of each turn, in the order drawn.

    Returns
    -------
    DataFrame
        One row per person of ``order``: employee_id, outcome (of `OUTCOMES`), position_id (what was granted), ``share`` of the
        plan's value (granted: what is left with it; below: what the best wish would leave), ``tried`` (wishes looked at).
    """
    tried, reached = dict(iter(result.tried.groupby("employee_id", sort=False))), set(result.turns)

    def told(who: str) -> tuple[str, object, float, int]:
        if who not in reached:
            return "not_reached", None, np.nan, 0
        if who not in tried:
            return "no_move", None, np.nan, 0
        values = tried[who]["value"]
        if who in result.wishes:
            return "granted", result.wishes[who], float(values.iloc[-1]) / result.free, len(values)
        best = float(values.max())
        return ("below", None, best / result.free, len(values)) if np.isfinite(best) else ("impossible", None, np.nan, len(values))

    rows = pd.DataFrame([told(who) for who in order], columns=["outcome", "position_id", "share", "tried"], dtype=object)
    rows.insert(0, "employee_id", list(order))
    return rows.astype({"share": np.float64, "tried": np.int64})
