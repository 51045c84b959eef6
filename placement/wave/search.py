"""The best whole plan of a program: its linear relaxation, then only the moves, and the numbers of moves, it still hangs on.

The relaxation gives a bound on every plan and a reduced cost per move. No better plan than one of value v holds a move whose
reduced cost exceeds what v is short of the bound (reduced-cost fixing; Dantzig, Fulkerson & Johnson 1954): integer programs over a
few thousand moves tell all. Where a share of the moves is asked for (aspirations, groups), the first branching is on how many moves
there are: of n moves a whole number must be of the group, which the relaxation does not know and cuts hardly find.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from placement.wave.program import Array, Codes, Program
from placement.wave.solver import NOTHING, Answer, Solver, Status, best_whole

_NEAR, _FIRST = 12_000, 500
"""Columns left free at first, and of these the columns of the first integer program."""
_ROUGH = 5e-4
"""Relative gap of the first integer program: a plan soon, from which the others take their margin."""
_WINDOW = 8
"""Numbers of moves, up and down from the relaxation's, looked at one by one; those beyond are looked at together."""
_SHARES = ("aspirations", "share")
"""Kinds of limits that ask for a share of the moves."""
_ALIKE = 1e-7
"""Value (SD, weighted) by which plans differ that count as alike; a settled limit may be overstepped by as much."""
_ROOT, _ROUNDS = 1, 3
"""Nodes a branch is given while another number of moves may be the lucky one, and how many such looks it gets."""
_SMALL = 1_000
"""Columns up to which a branch is searched to the end at once."""
_SLICE = 0.5
"""Share of the seconds left that one integer program may take."""


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
    hunt = _Hunt(params, relaxed.bound, solver.seed)
    for columns in (_NEAR, len(relaxed.reduced)):
        margin = min(_margin(relaxed.reduced, columns), relaxed.bound - hunt.value + _ALIKE)
        near = _settled(solver.program, relaxed, margin, column_lower, column_upper)
        hunt.through(near, relaxed)
        if hunt.proven() or near.outside <= hunt.value or hunt.over():
            break
    return hunt.answer(relaxed)


@dataclass(frozen=True)
class _Part:
    """A program with some columns settled: ``x`` has them (0 where free), ``columns`` are the free ones.

    ``value`` of the settled ones; no plan that has them otherwise is worth more than ``outside``.
    """

    program: Program
    columns: Codes
    x: Array
    value: float
    outside: float

    def plan(self, free: Array) -> Array:
        """Return all columns, the free ones as given."""
        out = self.x.copy()
        out[self.columns] = free
        return out


def _settled(program: Program, relaxed: Answer, margin: float, lower: Array, upper: Array) -> _Part:
    """Return ``program`` with every column settled, as the relaxation has it, whose reduced cost exceeds ``margin``."""
    undecided = lower < upper
    free = undecided & (np.abs(relaxed.reduced) <= margin)
    x = np.where(free, 0.0, np.where(relaxed.reduced > margin, upper, lower))
    columns, at = np.flatnonzero(free), program.matrix @ x
    matrix = program.matrix[:, columns].tocsr()
    broken = (at < program.lower - _ALIKE) | (at > program.upper + _ALIKE)
    rows = np.flatnonzero((np.diff(matrix.indptr) > 0) | broken)
    part = Program(program.value[columns], matrix[rows], (program.lower - at)[rows], (program.upper - at)[rows],
                   program.most[columns], program.limits.iloc[rows].reset_index(drop=True))  # fmt: skip
    outside = relaxed.bound - margin if (undecided & ~free).any() else -np.inf
    return _Part(part, columns, x, float(program.value @ x), outside)


@dataclass
class _Branch:
    """Some of the plans of a part: a program over its columns, the relaxation of that, and what bounds them by now."""

    program: Program
    relaxed: Answer
    bound: float
    passes: int = 0
    done: bool = False


class _Hunt:
    """The best plan so far, and what bounds all others; values are those of the whole program."""

    def __init__(self, params: SearchParams, bound: float, seed: int) -> None:
        self.params, self.bound, self.seed = params, bound, seed
        self.x, self.value, self.used = np.zeros(0), -np.inf, 0.0

    def proven(self) -> bool:
        """Return whether no plan can be better by more than the gap asked for."""
        return self.value >= self._enough()

    def over(self) -> bool:
        """Return whether the time for integer programming is over."""
        return self.used >= 0.98 * self.params.seconds

    def answer(self, relaxed: Answer) -> Answer:
        """Return what was found."""
        if not len(self.x):
            return NOTHING if self.bound == -np.inf else replace(NOTHING, status="time limit", bound=self.bound)
        status: Status = "optimal" if self.proven() else "time limit"
        return Answer(status, self.x, self.value, max(self.bound, self.value), relaxed.prices, relaxed.reduced)

    def through(self, near: _Part, relaxed: Answer) -> None:
        """Look for the best plan of ``near``: roughly at first, then by numbers of moves where shares are asked for."""
        whole = _Branch(near.program, replace(relaxed, reduced=relaxed.reduced[near.columns]), relaxed.bound)
        self._pass(near, whole, rough=True)
        self._bounded(near, [whole])
        if self.proven() or self.over():
            return
        branches = _by_count(near, relaxed.x[near.columns]) or [whole]
        self._bounded(near, branches)
        while not self.proven() and not self.over():
            best = max(
                (branch for branch in branches if branch.bound > self._enough() and not branch.done), key=_turn, default=None
            )
            if best is None or best.bound <= self.value:
                return
            short = len(branches) > 1 and best.passes < _ROUNDS and len(near.columns) > _SMALL
            self._pass(near, best, rough=False, nodes=_ROOT if short else None)
            self._bounded(near, branches)

    def _enough(self) -> float:
        return self.bound - self.params.gap * abs(self.bound) - _ALIKE

    def _bounded(self, near: _Part, branches: list[_Branch]) -> None:
        self.bound = min(self.bound, max(near.outside, self.value, *(branch.bound for branch in branches)))

    def _pass(self, near: _Part, branch: _Branch, *, rough: bool, nodes: int | None = None) -> None:
        """Solve one integer program over the columns of ``branch`` a better plan can hang on; without one, over more each time.

        A short look (``nodes``) is over the columns alone on which a plan can hang that is good enough.
        """
        few = _margin(branch.relaxed.reduced, _FIRST * 4**branch.passes) if rough or not len(self.x) else np.inf
        margin = min(few, branch.relaxed.bound - (self.value if nodes is None else max(self.value, self._enough())) + _ALIKE)
        part = _settled(branch.program, branch.relaxed, margin, np.zeros(len(branch.program.value)), branch.program.most)
        offset = near.value + part.value
        gap = max(_ROUGH, self.params.gap / 2) if rough else self.params.gap / 2
        seconds = _SLICE * (self.params.seconds - self.used)
        found = best_whole(part.program, seconds=seconds, gap=gap * abs(self.bound), target=self._enough() - offset,
                           seed=self.seed + branch.passes, nodes=nodes)  # fmt: skip
        self.used += found.seconds
        branch.passes += 1
        if len(found.x) and found.value + offset > self.value:
            self.x, self.value = near.plan(part.plan(found.x)), found.value + offset
        branch.bound = min(branch.bound, max(found.bound + offset, part.outside))
        branch.done = found.status != "time limit" and part.outside <= self.value and not rough


def _by_count(near: _Part, x: Array) -> list[_Branch]:
    """Return the plans of ``near`` by their number of moves, each with its own relaxation; none where no share is asked for.

    Of n moves a share s holds at least ceil(s n); below and above the window it stays s n.
    """
    shares = np.flatnonzero(near.program.limits["kind"].isin(_SHARES))
    if not len(shares):
        return []
    settled, middle = int(near.x.sum()), round(float(x.sum() + near.x.sum()))
    ones = sparse.csr_array(np.ones((1, len(near.columns))))
    limits = pd.concat([near.program.limits, pd.DataFrame({"kind": ["moves"], "scope": [""]})], ignore_index=True)
    counted = replace(near.program, matrix=sparse.vstack([near.program.matrix, ones]).tocsr(), limits=limits,
                      lower=np.r_[near.program.lower, -np.inf], upper=np.r_[near.program.upper, np.inf])  # fmt: skip
    asked = np.array([_share(near.program, int(row)) for row in shares])
    solver = Solver(counted)
    every = [(n, n) for n in range(middle - _WINDOW, middle + _WINDOW + 1)]
    beyond = [(-np.inf, middle - _WINDOW - 1), (middle + _WINDOW + 1, np.inf)]
    branches = []
    for low, high in (*every, *beyond):
        lower, upper = counted.lower.copy(), counted.upper.copy()
        lower[-1], upper[-1] = low - settled, high - settled
        lower[shares] += np.ceil(asked * low - _ALIKE) - asked * low if low == high else 0.0
        for row in (*shares, len(lower) - 1):
            solver.bound_row(int(row), lower[row], upper[row])
        relaxed = solver.relax()
        if len(relaxed.x):
            program = replace(counted, lower=lower, upper=upper)
            bound = relaxed.bound + near.value
            branches.append(_Branch(program, replace(relaxed, bound=bound), bound))
    return branches


def _turn(branch: _Branch) -> tuple[int, float]:
    """Return what the branch to be looked at next has most of: fewest looks so far, then the highest bound."""
    return -branch.passes, branch.bound


def _margin(reduced: Array, columns: int) -> float:
    """Return the reduced cost that about so many columns do not exceed; infinite where there are no more."""
    size = np.abs(reduced)
    return float(np.partition(size, columns)[columns]) if len(size) > columns else np.inf


def _share(program: Program, row: int) -> float:
    """Return the share that a row asks for: its coefficients are 1 less the share for members of the group, else minus it."""
    coefficients = program.matrix[[row]].data
    return float(-coefficients.min() if coefficients.min() < 0 else 1 - coefficients.max())
