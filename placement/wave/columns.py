"""The best fractional plan under other values, over a few moves at a time: a plan holds hundreds of moves of a hundred thousand."""

from dataclasses import replace

import numpy as np

from placement.wave.program import Array, Codes, Program
from placement.wave.solver import Answer, Solver

_FEW = 2_000
"""Moves looked at to begin with, and added at most in one round; never fewer than the program has rows."""
_WORTH = 1e-7
"""Value (SD, weighted) by which a move left out must be worth more than its price to be looked at."""


class ByColumns:
    """One program under ever other values, solved over some of its moves and then those that turn out worth their price.

    Column generation (Ford & Fulkerson 1958): where no move left out is worth more than its price, the plan is the best of all, the
    same as over every move. It starts from the moves that are nearest to being worth the prices of ``base``, the best fractional
    plan under the program's own values, and from that plan's own moves, so that there is always a plan.
    """

    def __init__(self, program: Program, base: Answer, few: int = _FEW) -> None:
        self._program, self._base, self._few = program, base, max(few, len(program.lower))
        self._by_move = program.matrix.T.tocsr()

    def best(self, value: Array) -> Answer:
        """Return the best fractional plan where moves are worth ``value``: ``x`` over every move, ``value``."""
        columns = np.union1d(self._dearest(value - self._by_move @ self._base.prices), np.flatnonzero(self._base.x))
        while True:
            rows, part = self._part(value, columns)
            found = Solver(part).relax()
            prices = np.zeros(len(self._program.lower))
            prices[rows] = found.prices
            worth = value - self._by_move @ prices
            worth[columns] = 0.0
            missed = np.flatnonzero(worth > _WORTH)
            if not len(missed):
                x = np.zeros(len(value))
                x[columns] = found.x
                return replace(found, x=x, prices=prices, reduced=np.zeros(0))
            columns = np.union1d(columns, missed[self._dearest(worth[missed])])

    def _dearest(self, worth: Array) -> Codes:
        """Return the moves of greatest worth, as many as are looked at in a round."""
        return np.argpartition(-worth, self._few)[: self._few] if len(worth) > self._few else np.arange(len(worth))

    def _part(self, value: Array, columns: Codes) -> tuple[Codes, Program]:
        """Return the rows that ``columns`` have a part in, and the program over both; the others hold with no move at all."""
        whole, matrix = self._program, self._program.matrix[:, columns].tocsr()
        rows = np.flatnonzero(np.diff(matrix.indptr) > 0)
        part = Program(
            value[columns], matrix[rows], whole.lower[rows], whole.upper[rows], whole.most[columns], whole.limits.iloc[rows]
        )
        return rows, part
