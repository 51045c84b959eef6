"""A solver of one's own beside ours: the same program, the same judge."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from features.errors import UsageError
from placement.wave.limits import Wave
from placement.wave.plan import Planning
from placement.wave.program import Array, Program
from placement.wave.search import SearchParams

Solve = Callable[[Program], Array]
"""A program to its columns (n,): 1 for every move that is made, else 0."""
FEASIBLE = 1e-6
DIGITS = 9


def broken(program: Program, x: Array) -> pd.DataFrame:
    """Return the limits that ``x`` breaks: kind, scope, by (how far beyond its bound); none if it is a plan."""
    at = program.matrix @ x
    by = np.maximum(np.maximum(program.lower - at, at - program.upper), 0.0)
    rows = np.flatnonzero(by > FEASIBLE)
    return program.limits.iloc[rows].assign(by=by[rows]).reset_index(drop=True)


def beside_ours(wave: Wave, solvers: dict[str, Solve], params: SearchParams) -> pd.DataFrame:
    """Return our plan and those of other solvers, judged alike.

    Returns
    -------
    DataFrame
        Index solver (``ours`` first): moves, value (SD, weighted), gap (to our proven bound, relative), broken (limits), shared
        (share of its moves that ours makes too).

    Raises
    ------
    UsageError
        A solver returned no column of zeros and ones of the right length.
    """
    planning = Planning(wave, params)
    answer = planning.answer()
    ours = answer.x if len(answer.x) else np.zeros(len(planning.program.value))
    rows = {"ours": _judged(planning.program, ours, ours, answer.bound)}
    for name, solve in solvers.items():
        rows[name] = _judged(planning.program, _checked(name, solve(planning.program), len(ours)), ours, answer.bound)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("solver")


def _judged(program: Program, x: Array, ours: Array, bound: float) -> dict[str, float]:
    value, moves = float(program.value @ x), int(x.sum())
    gap = round((bound - value) / max(abs(bound), 1e-9), DIGITS) + 0.0
    shared = float(ours @ x) / moves if moves else float("nan")
    return {"moves": moves, "value": value, "gap": gap, "broken": len(broken(program, x)), "shared": shared}


def _checked(name: str, x: object, n: int) -> Array:
    found = np.asarray(x, dtype=np.float64)
    whole = found.shape == (n,) and bool((np.isclose(found, 0) | np.isclose(found, 1)).all())
    if not whole:
        raise UsageError(
            f"Solver '{name}' returned {found.shape} values; expected ({n},), one 0 or 1 per possible move.",
            f"Pemecah '{name}' mengembalikan {found.shape} nilai; seharusnya ({n},), satu 0 atau 1 per mutasi yang mungkin.",
        )
    return np.round(found)
