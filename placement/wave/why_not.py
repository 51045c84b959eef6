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


def why_not(planning: Planning, employee_id: str, position_id: str) -> WhyNot:
    """Return what forcing the move (employee_id, position_id) into the plan would cost, and at whose expense."""
    wanted = pd.DataFrame({"employee_id": [employee_id], "position_id": [position_id]})
    free, forced = _relaxed(planning, None), _relaxed(planning, wanted)
    pairs = planning.wave.moves[["employee_id", "position_id"]]
    if not len(forced.x):
        return WhyNot(False, float("nan"), pairs.iloc[:0], pairs.iloc[:0])
    change = forced.x - free.x
    out, into = (pairs.iloc[np.flatnonzero(sign * change > 0.5)].reset_index(drop=True) for sign in (-1, 1))
    return WhyNot(True, max(free.value - forced.value, 0.0), out, into)


def _relaxed(planning: Planning, locked: pd.DataFrame | None) -> Answer:
    planning.solver.bound_linear(*planning.bounds(locked))
    return planning.solver.relax()
