"""The best whole plan of a program: its linear relaxation, then only the columns on which the optimum still hangs.

The relaxation gives a bound on every plan and a reduced cost per move. A small integer program over the moves that are nearly
worth their price finds a plan close to it. Given that plan, a move whose reduced cost exceeds what is missing to the bound
cannot change its value in any better plan (reduced-cost fixing; Dantzig, Fulkerson & Johnson 1954), so that the last program,
which proves the plan, is small too.
"""

from dataclasses import dataclass, replace

import numpy as np

from placement.wave.program import Array
from placement.wave.solver import NOTHING, Answer, Solver

_NEAR = 4_000
"""Columns of the first integer program."""


@dataclass(frozen=True, slots=True)
class SearchParams:
    """When to stop: relative ``gap`` proven, or ``seconds`` of integer programming over."""

    gap: float = 1e-4
    seconds: float = 60.0


def best_plan(solver: Solver, column_lower: Array, column_upper: Array, params: SearchParams) -> Answer:
    """Return the best whole plan of the solver's program within the given column bounds, with its bound and the LP's prices.

    Status ``time limit`` with a plan: the gap stands as it is; without one (empty ``x``): none was found in time.
    """
    solver.bound_linear(column_lower, column_upper)
    relaxed = solver.relax()
    if relaxed.status == "infeasible":
        return NOTHING
    if relaxed.whole():
        return replace(relaxed, x=np.round(relaxed.x))
    margin = _margin(relaxed.reduced)
    found = _within(solver, relaxed, margin, (column_lower, column_upper), params)
    if len(found.x) and found.gap <= params.gap:
        return found
    missing = relaxed.bound - found.value if len(found.x) else np.inf
    proven = _within(solver, relaxed, missing + 1e-9, (column_lower, column_upper), params)
    return _better(found, proven)


def fixed_bounds(relaxed: Answer, margin: float, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return column bounds with every column fixed, at its value in the relaxation, whose reduced cost exceeds ``margin``."""
    out, kept = relaxed.reduced < -margin, relaxed.reduced > margin
    return np.where(kept, upper, lower), np.where(out, lower, upper)


def _within(solver: Solver, relaxed: Answer, margin: float, bounds: tuple[Array, Array], params: SearchParams) -> Answer:
    """Return the best plan among those that agree with the relaxation wherever the reduced cost exceeds ``margin``.

    Its bound holds for all plans: what is fixed can only hold a better one if ``margin`` is below what is missing to the bound.
    """
    solver.bound_whole(*fixed_bounds(relaxed, margin, *bounds))
    found = solver.whole(seconds=params.seconds, gap=params.gap / 2)
    if not len(found.x):
        return replace(found, bound=relaxed.bound)
    bound = relaxed.bound
    if found.status == "optimal" and found.value >= relaxed.bound - margin:
        bound = min(bound, max(found.bound, relaxed.bound - margin))
    return replace(found, bound=bound, prices=relaxed.prices, reduced=relaxed.reduced)


def _margin(reduced: Array) -> float:
    """Return the reduced cost that about ``_NEAR`` columns do not exceed."""
    size = np.abs(reduced)
    return float(np.partition(size, min(_NEAR, len(size) - 1))[min(_NEAR, len(size) - 1)])


def _better(one: Answer, other: Answer) -> Answer:
    best = one if one.value >= other.value else other
    return replace(best, bound=min(one.bound, other.bound))
