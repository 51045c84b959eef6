"""What the limits of a wave cost: the value that one unit more would bring, limit by limit, and what a share takes away."""

from dataclasses import replace

import numpy as np
import pandas as pd

from placement.wave.columns import begun
from placement.wave.limits import Wave
from placement.wave.program import FIXED, Program, program_of
from placement.wave.solver import Solver

_BINDING = 1e-7


def prices(program: Program, solver: Solver, *, most: int = 8) -> pd.DataFrame:
    """Return what each binding limit costs; of more than ``most`` those with the highest marginal price, each solved anew.

    One row per limit that is a choice of the office and binds: kind, scope, and ``gain``, the change of the best (fractional)
    plan's value when the limit is loosened by one: one move, one unit of money, one kilometre in all, one person below a floor,
    one move that a share is short of, the lock or the ban lifted. Dearest first.
    """
    base = solver.relax()
    if base.status != "optimal":
        return pd.DataFrame({"kind": [], "scope": [], "gain": []})
    kind = program.limits["kind"].to_numpy()
    binding = np.flatnonzero((np.abs(base.prices) > _BINDING) & ~np.isin(kind, FIXED))
    binding = binding[np.argsort(-np.abs(base.prices[binding]), kind="stable")][:most]
    gains = [_loosened(solver, program, int(row), base.prices[row]) - base.value for row in binding]
    found = program.limits.iloc[binding].assign(gain=np.maximum(np.array(gains, dtype=np.float64), 0.0))
    return found.sort_values("gain", ascending=False, kind="stable", ignore_index=True)


def _loosened(solver: Solver, program: Program, row: int, price: float) -> float:
    lower, upper = program.lower[row], program.upper[row]
    solver.bound_row(row, lower - 1 if price < 0 or lower == upper else lower, upper + 1 if price > 0 or lower == upper else upper)
    value = solver.relax().value
    solver.bound_row(row, lower, upper)
    return value


def price_of_shares(wave: Wave) -> pd.DataFrame:
    """Return what each required share of a group costs before it is imposed: group, share, and the value given up for it.

    The value (of the best fractional plan) with all other limits, without any share, less the value with this one alone.
    """
    free = _value(replace(wave, limits=replace(wave.limits, shares={}))) if wave.limits.shares else 0.0
    return pd.DataFrame([
        {"group": group, "share": share, "cost": free - _value(replace(wave, limits=replace(wave.limits, shares={group: share})))}
        for group, share in wave.limits.shares.items()
    ], columns=["group", "share", "cost"])  # fmt: skip


def _value(wave: Wave) -> float:
    return begun(program_of(wave)).relax().value
