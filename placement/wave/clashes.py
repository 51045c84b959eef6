"""Why no plan exists: a minimal set of limits that clash, each of which would have to give way."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from placement.wave.program import FIXED, Codes, Program
from placement.wave.solver import Solver, best_whole

_SHORT = 1e-7


def clashes(program: Program) -> pd.DataFrame:
    """Return limits (rows of ``program.limits``) that cannot hold together though any all-but-one of them can; none: no clash.

    An elastic program finds the limits that prove the clash (rows with a price where the sum of violations is least); a
    deletion filter makes the set minimal (Chinneck & Dravnieks 1991). Seats and one move a person always hold. Clashes that
    only whole moves have (and fractions would not) are found by the filter over integer programs.
    """
    optional = np.flatnonzero(~np.isin(program.limits["kind"].to_numpy(), FIXED))
    suspects = _proof(program, optional)
    whole = not len(suspects)
    if whole:
        if _holds(program, optional, whole=True):
            return program.limits.iloc[:0]
        suspects = optional
    return program.limits.iloc[_minimal(program, suspects, whole=whole)].reset_index(drop=True)


def _proof(program: Program, optional: Codes) -> Codes:
    """Return the optional rows that carry a price in the elastic program; none if the relaxation is feasible."""
    answer = Solver(_elastic(program, optional)).relax()
    if answer.value > -_SHORT:
        return np.zeros(0, dtype=np.int64)
    return optional[np.abs(answer.prices[optional]) > _SHORT]


def _elastic(program: Program, optional: Codes) -> Program:
    """Return the program that minimises the sum of violations of the optional rows."""
    n, m = len(optional), len(program.lower)
    slack = sparse.coo_array((np.ones(n), (optional, np.arange(n))), shape=(m, n))
    value = np.r_[np.zeros(len(program.value)), -np.ones(2 * n)]
    most = np.r_[program.most, np.full(2 * n, np.inf)]
    return replace(program, value=value, most=most, matrix=sparse.hstack([program.matrix, slack, -slack]).tocsr())


def _minimal(program: Program, suspects: Codes, *, whole: bool) -> Codes:
    kept = list(suspects)
    for row in suspects:
        rest = [other for other in kept if other != row]
        if not _holds(program, np.array(rest, dtype=np.int64), whole=whole):
            kept = rest
    return np.array(kept, dtype=np.int64)


def _holds(program: Program, rows: Codes, *, whole: bool) -> bool:
    """Return whether the fixed rows and ``rows`` can hold together."""
    kept: NDArray[np.bool_] = np.isin(program.limits["kind"].to_numpy(), FIXED)
    kept[rows] = True
    part = replace(
        program, value=np.zeros(len(program.value)), matrix=program.matrix[np.flatnonzero(kept)],
        lower=program.lower[kept], upper=program.upper[kept], limits=program.limits[kept],
    )  # fmt: skip
    answer = best_whole(part, seconds=60.0, gap=0.0) if whole else Solver(part).relax()
    return answer.status != "infeasible"
