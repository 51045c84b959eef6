"""The best fractional plan of a large wave, over a few moves first: a plan holds hundreds of moves of a hundred thousand."""

import numpy as np
from scipy import sparse

from placement.wave.program import Array, Codes, Program
from placement.wave.solver import Answer, Solver

LARGE = 15_000
"""Possible moves above which a few are looked at first; below, the simplex method over all of them is as fast."""
_FEW, _SHARE = 2_000, 30
"""Moves looked at to begin with: so many, or one in so many where that is more; at most as many again join in a round."""
_LEFT, _LEFT_SHARE = 50, 50
"""Moves left out that are worth more than their price when all are looked at: so many, or one to so many looked at."""
_WORTH = 1e-7
"""Value (SD, weighted) by which a move left out must be worth more than its price to be looked at."""


def begun(program: Program) -> Solver:
    """Return a solver of ``program``; of a large one it stands where the best fractional plan does.

    A quarter of a million moves take the simplex method minutes, most of which it spends on moves no plan would hold.
    """
    solver = Solver(program)
    if len(program.value) > LARGE:
        OverFew(solver).best(program.value, np.zeros(len(program.lower)))
    return solver


class OverFew:
    """A program solved over some of its moves, and those that turn out worth their price; and at last over all from there.

    Column generation (Ford & Fulkerson 1958), ended by the simplex method over every move where few are left: it starts where the
    few stand, so that the answer is exact and the last moves cost no round each.
    """

    def __init__(self, solver: Solver, few: int = _FEW) -> None:
        self._solver, self._program = solver, solver.program
        self._few = max(few, len(self._program.value) // _SHARE)
        self._by_move = self._program.matrix.T.tocsr()

    def best(self, value: Array, prices: Array, plan: Array | None = None) -> Answer:
        """Return the best fractional plan where moves are worth ``value``.

        ``prices`` (per row) and ``plan`` (per move), those of a plan under other values, say which moves to begin with; the
        former zero: those of the greatest value.
        """
        columns = self._dearest(value - self._by_move @ prices, self._few)
        if plan is not None:
            columns = np.union1d(columns, np.flatnonzero(plan))
        self._solver.set_values(value)
        while True:
            rows, part = self._part(value, columns)
            few = Solver(part)
            found = few.relax()
            if found.status == "infeasible":  # no plan with these moves: where one is forced, say
                break
            missed, worth = self._missed(value, columns, rows, found)
            if len(missed) <= max(_LEFT, len(columns) // _LEFT_SHARE):
                self._solver.go_on_from(few, columns, rows)
                break
            columns = np.union1d(columns, missed[self._dearest(worth[missed], len(columns))])
        return self._solver.relax()

    def _missed(self, value: Array, columns: Codes, rows: Codes, found: Answer) -> tuple[Codes, Array]:
        """Return the moves left out that are worth more than their price, and what every move is worth beyond it."""
        prices = np.zeros(len(self._program.lower))
        prices[rows] = found.prices
        worth = value - self._by_move @ prices
        worth[columns] = 0.0
        return np.flatnonzero(worth > _WORTH), worth

    @staticmethod
    def _dearest(worth: Array, few: int) -> Codes:
        """Return the places of greatest worth, so many at most."""
        return np.sort(np.argpartition(-worth, few)[:few]) if len(worth) > few else np.arange(len(worth))

    def _part(self, value: Array, columns: Codes) -> tuple[Codes, Program]:
        """Return the rows that ``columns`` have a part in, and the program over both; the others hold with no move at all."""
        whole, matrix = self._program, sparse.csr_array(self._by_move[columns].T)
        rows = np.flatnonzero(np.diff(matrix.indptr) > 0)
        part = Program(
            value[columns], matrix[rows], whole.lower[rows], whole.upper[rows], whole.most[columns], whole.limits.iloc[rows]
        )
        return rows, part
