"""One program held by HiGHS: solved as a linear program first, as a mixed-integer one where that is fractional.

The only module that knows the solver. Bounds may be changed between solves, which then start from the last basis: what a limit
costs, what a lock changes, what clashes are all questions of this kind.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from features.errors import TepatError
from placement.wave.program import Array, Program

Status = Literal["optimal", "infeasible", "time limit"]

_IMPOSSIBLE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
_SETTLED = (highspy.HighsModelStatus.kOptimal, *_IMPOSSIBLE)
_DUAL, _PRIMAL = 1, 4
"""HiGHS's simplex strategies: each starts from where the last solution stands in what it needs."""
HALF = 0.5
"""A column of a whole plan above this is taken."""
INTEGRAL = 1e-6
"""A column farther than this from 0 and 1 is fractional."""
_EXACT = 1e-7
"""Value (SD, weighted) by which whole plans that differ count as alike."""


@dataclass(frozen=True)
class Answer:
    """What HiGHS found: the columns (empty if nothing is feasible), their value, a bound on any plan's value.

    Of a linear program also ``prices`` (rows: change of the value per unit by which a binding bound is moved) and ``reduced``
    (columns: what the value loses or gains per unit of the column); both empty otherwise. ``seconds``: of an integer program.
    """

    status: Status
    x: Array
    value: float
    bound: float
    prices: Array = field(default_factory=lambda: np.zeros(0))
    reduced: Array = field(default_factory=lambda: np.zeros(0))
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """Return (bound - value) relative to the bound: 0 is proven best."""
        return max(self.bound - self.value, 0.0) / max(abs(self.bound), 1e-9)

    def whole(self) -> bool:
        """Return whether every column is 0 or 1."""
        return bool((np.abs(self.x - np.round(self.x)) <= INTEGRAL).all())


NOTHING = Answer("infeasible", np.zeros(0), -np.inf, -np.inf)
"""No plan keeps to all limits."""


class Solver:
    """A program in HiGHS as a linear one, which keeps its basis between solves.

    Not thread-safe; one thread, so that the same program gives the same plan.
    """

    def __init__(self, program: Program, *, seed: int = 0) -> None:
        self.program, self.seed = program, seed
        self._linear = _loaded(program, seed)

    def relax(self) -> Answer:
        """Return the best fractional plan; starts from the last basis."""
        if not len(self.program.value):
            return Answer("optimal", np.zeros(0), 0.0, 0.0, np.zeros(len(self.program.lower)), np.zeros(0))
        status = self._run()
        if status not in _SETTLED:  # from an old basis the simplex may lose its way: from none it does not
            self._linear.clearSolver()
            status = self._run()
        if status in _IMPOSSIBLE:
            return NOTHING
        _require(status == highspy.HighsModelStatus.kOptimal, self._linear.modelStatusToString(status))
        solution, value = self._linear.getSolution(), self._linear.getObjectiveValue()
        x, prices, reduced = (np.array(part) for part in (solution.col_value, solution.row_dual, solution.col_dual))
        return Answer("optimal", x, value, value, prices, reduced)

    def _run(self) -> highspy.HighsModelStatus:
        self._linear.run()
        return self._linear.getModelStatus()

    def bound_linear(self, lower: Array, upper: Array) -> None:
        """Set the bounds of every column of the linear program: what was best stays dual feasible."""
        self._linear.setOptionValue("simplex_strategy", _DUAL)
        _bound(self._linear, lower, upper)

    def go_on_from(self, few: "Solver", columns: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Stand where a solver of a part of this program stands, of these ``columns`` and ``rows``: other moves are not made."""
        stood, basis = few._linear.getBasis(), highspy.HighsBasis()
        basis.col_status = _placed(stood.col_status, columns, len(self.program.value), highspy.HighsBasisStatus.kLower)
        basis.row_status = _placed(stood.row_status, rows, len(self.program.lower), highspy.HighsBasisStatus.kBasic)
        basis.valid = True
        self._linear.setBasis(basis)

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        """Set the bounds of one row of the linear program."""
        self._linear.changeRowBounds(int(row), float(lower), float(upper))

    def set_values(self, value: Array) -> None:
        """Set the value of every column of the linear program: what was possible stays primal feasible."""
        self._linear.setOptionValue("simplex_strategy", _PRIMAL)
        every = _every(self.program)
        self._linear.changeColsCost(len(every), every, np.asarray(value, dtype=np.float64))


def best_whole(
    program: Program, *, seconds: float, gap: float, target: float = np.inf, seed: int = 0, nodes: int | None = None
) -> Answer:  # fmt: skip
    """Return the best whole plan of ``program`` found in ``seconds``, proven to ``gap`` (absolute) where the status is optimal.

    A plan worth ``target`` is good enough: whoever asks has a bound of their own. ``nodes``: at most so many of the search tree;
    the first has the solver's heuristics.
    """
    highs = _loaded(program, seed)
    every, kinds = _every(program), np.full(len(program.value), highspy.HighsVarType.kInteger)
    highs.changeColsIntegrality(len(every), every, kinds)
    limits = {"time_limit": max(seconds, 0.0), "mip_rel_gap": 0.0, "mip_abs_gap": max(gap, _EXACT)}
    if np.isfinite(target):
        limits["objective_target"] = target
    if nodes is not None:
        limits["mip_max_nodes"] = nodes
    for name, value in limits.items():
        highs.setOptionValue(name, value)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return replace(NOTHING, seconds=highs.getRunTime())
    bound, took = info.mip_dual_bound, highs.getRunTime()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Answer("time limit", np.zeros(0), -np.inf, bound, seconds=took)
    x = np.round(np.array(highs.getSolution().col_value))
    proven = status == highspy.HighsModelStatus.kOptimal
    return Answer("optimal" if proven else "time limit", x, float(program.value @ x), bound, seconds=took)


def _loaded(program: Program, seed: int) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "threads": 1, "random_seed": seed}.items():
        highs.setOptionValue(name, value)
    _require(highs.passModel(_model(program)) != highspy.HighsStatus.kError, "the program could not be read")
    return highs


def _every(program: Program) -> NDArray[np.int32]:
    return np.arange(len(program.value), dtype=np.int32)


def _placed(
    statuses: list[highspy.HighsBasisStatus], at: NDArray[np.int64], length: int, other: highspy.HighsBasisStatus
) -> list[highspy.HighsBasisStatus]:  # fmt: skip
    out = np.full(length, other, dtype=object)
    out[at] = statuses
    return list(out)


def _bound(highs: highspy.Highs, lower: Array, upper: Array) -> None:
    every = np.arange(len(lower), dtype=np.int32)
    highs.changeColsBounds(len(every), every, np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64))


def _model(program: Program) -> highspy.HighsLp:
    model, columns = highspy.HighsLp(), program.matrix.tocsc()
    model.num_col_, model.num_row_ = len(program.value), len(program.lower)
    model.col_cost_, model.sense_ = program.value, highspy.ObjSense.kMaximize
    model.col_lower_, model.col_upper_ = np.zeros(model.num_col_), program.most
    model.row_lower_, model.row_upper_ = program.lower, program.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = columns.indptr, columns.indices, columns.data
    return model


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise TepatError(f"HiGHS: {what}. This is a fault of the program: report it with the run's log.")
