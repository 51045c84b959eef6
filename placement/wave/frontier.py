"""The frontier of a wave: what outcome can be had at most for how many moves and how much of what people wish."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from features.drawing import MARKS, canvas
from placement.wave.limits import Limits, Wave
from placement.wave.plan import Planning
from placement.wave.search import SearchParams

CLOSE = 1e-9


def frontier(wave: Wave, moves: Sequence[int], aspirations: Sequence[float | None], params: SearchParams) -> pd.DataFrame:
    """Return the best plan for every number of moves and least share of wished-for moves, every other limit as in ``wave``.

    Parameters
    ----------
    moves
        Most moves in the wave: its disruption.
    aspirations
        Least share of moves that their people asked for; None: not asked for.

    Returns
    -------
    DataFrame
        One row per pair of limits: most_moves, least_wished, value (outcome: SD, weighted, caution taken off), bound, status,
        moves, wished (share of the moves made), distance (km, mean over the moves), ``efficient``: no other row has at least its
        value and wishes with at most its moves, and one of them better. Infeasible rows have no value.
    """
    grid = [(most, least) for least in aspirations for most in moves]
    rows = [_row(wave, replace(wave.limits, moves=most, aspirations=least), params) for most, least in grid]
    found = pd.DataFrame(rows)
    found.insert(0, "most_moves", [most for most, _ in grid])
    found.insert(1, "least_wished", np.array([0.0 if least is None else least for _, least in grid]))
    return found.assign(efficient=_efficient(found))


def _row(wave: Wave, limits: Limits, params: SearchParams) -> dict[str, object]:
    planning = Planning(replace(wave, limits=limits), params)
    answer = planning.answer()
    if not len(answer.x):
        nothing = dict.fromkeys(("value", "bound", "wished", "distance"), float("nan"))
        return {**nothing, "moves": 0, "status": answer.status}
    taken = wave.moves[answer.x > 0.5]
    return {
        "value": answer.value, "bound": answer.bound, "wished": float(taken["aspired"].mean()) if len(taken) else float("nan"),
        "distance": float(taken["distance"].mean()) if len(taken) else float("nan"), "moves": len(taken), "status": answer.status,
    }  # fmt: skip


def _efficient(found: pd.DataFrame) -> np.ndarray:
    """Return which rows no other row beats (Pareto): outcome and wishes up, moves down."""
    goals = np.column_stack([found["value"], found["wished"].fillna(0.0), -found["moves"]]).astype(np.float64)
    known = np.isfinite(goals[:, 0])
    no_worse = (goals[None, :, :] >= goals[:, None, :] - CLOSE).all(axis=2)
    better = (goals[None, :, :] > goals[:, None, :] + CLOSE).any(axis=2)
    return np.asarray(known & ~(no_worse & better & known[None, :]).any(axis=1))


def frontier_plot(found: pd.DataFrame) -> Figure:
    """Return outcome over moves, a dashed line per share of wishes asked for; filled marks are efficient."""
    plot, axes = canvas("Outcome against disruption, by wishes granted", "moves made", "value of the plan (SD, weighted)")
    for place, (least, part) in enumerate(found.dropna(subset=["value"]).groupby("least_wished")):
        mark, dash = MARKS[place % len(MARKS)], ("-", "--", ":", "-.")[place % 4]
        axes.plot(part["moves"], part["value"], linestyle=dash, color="black", marker=mark, fillstyle="none",
                  label=f"{least:.0%} or more wished for" if least else "wishes not asked for")  # fmt: skip
        best = part[part["efficient"]]
        axes.plot(best["moves"], best["value"], mark, color="black")
    if found["value"].notna().any():
        axes.legend(frameon=False)
    return plot
