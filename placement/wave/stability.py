"""How firmly a move stands in the plan: the share of plans that hold it when the effects are drawn anew."""

import numpy as np
import pandas as pd

from placement.wave.plan import Plan, Planning


def stability(planning: Planning, plan: Plan, *, draws: int, seed: int) -> pd.Series:
    """Return, per row of ``plan.moves``, the share of best (fractional) plans that hold the move under resampled values.

    Values are drawn normal about the estimates with their ``spread``, independently; errors that the pairs of one person or
    one post share are not modelled.
    """
    wave, solver, rng = planning.wave, planning.solver, np.random.default_rng(seed)
    spread = wave.moves["spread"].to_numpy(dtype=np.float64)
    pairs = plan.moves[["employee_id", "to_position"]].set_axis(["employee_id", "position_id"], axis=1)
    columns = planning.columns(pairs)
    held = np.zeros(len(columns))
    solver.bound_linear(*planning.bounds())
    for _ in range(draws):
        solver.set_values(planning.program.value + spread * rng.standard_normal(len(spread)))
        held += solver.relax().x[columns]
    solver.set_values(planning.program.value)
    return pd.Series(held / draws, index=plan.moves.index, name="stability")
