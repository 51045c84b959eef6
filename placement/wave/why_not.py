"""Why a move is not in the plan: what the plan would be worth with it, and which moves would have to give way."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from placement.wave.plan import Planning
from placement.wave.solver import Answer


@dataclass(frozen=True)
class WhyNot:
    """What forcing one move would do, measured on fractional plans.

    ``possible``: some plan within the limits holds the move. ``cost``: what the best plan loses by it. ``given_up``, ``gained``:
    moves (employee_id, position_id) of the best plan that would fall out of it, and those that would come in.
    """

    possible: bool
    cost: float
    given_up: pd.DataFrame
    gained: pd.DataFrame


def why_not(
    planning: Planning, employee_id: str, position_id: str, locked: pd.DataFrame | None = None,
    forbidden: pd.DataFrame | None = None,
) -> WhyNot:  # fmt: skip
    """Return what forcing the move (employee_id, position_id) into the plan would cost, and at whose expense.

    ``locked`` and ``forbidden`` are settled already (see `Planning.plan`); a ban of the move itself is lifted.
    """
    wanted = pd.DataFrame({"employee_id": [employee_id], "position_id": [position_id]})
    free = _relaxed(planning, locked, forbidden)
    forced = _relaxed(planning, wanted if locked is None else pd.concat([locked, wanted], ignore_index=True), forbidden)
    pairs = planning.wave.moves[["employee_id", "position_id"]]
    if not len(forced.x):
        return WhyNot(False, float("nan"), pairs.iloc[:0], pairs.iloc[:0])
    change = forced.x - free.x
    out, into = (pairs.iloc[np.flatnonzero(sign * change > 0.5)].reset_index(drop=True) for sign in (-1, 1))
    return WhyNot(True, max(free.value - forced.value, 0.0), out, into)


def _relaxed(planning: Planning, locked: pd.DataFrame | None, forbidden: pd.DataFrame | None) -> Answer:
    lower, upper = planning.bounds(locked, forbidden)
    planning.solver.bound_linear(lower, np.maximum(lower, upper))
    return planning.solver.relax()
