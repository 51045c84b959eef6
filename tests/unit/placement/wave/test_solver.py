"""A relaxation that loses its way from an old basis is solved from none."""

from typing import Any

import highspy
import pytest

from features.errors import TepatError
from placement.wave.program import program_of
from placement.wave.solver import Solver


class Lost:
    """HiGHS that does not know, as many times as told, how its last run ended."""

    def __init__(self, highs: highspy.Highs, times: int) -> None:
        self._highs, self.times, self.cleared = highs, times, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._highs, name)

    def getModelStatus(self) -> highspy.HighsModelStatus:  # noqa: N802 - HiGHS's own name
        self.times -= 1
        return highspy.HighsModelStatus.kUnknown if self.times >= 0 else self._highs.getModelStatus()

    def clearSolver(self) -> None:  # noqa: N802
        self.cleared += 1
        self._highs.clearSolver()


def lost(waves, times: int) -> tuple[Solver, Lost]:
    solver = Solver(program_of(waves(2)))
    solver._linear = Lost(solver._linear, times)
    return solver, solver._linear


def test_an_unknown_end_is_solved_again_from_nothing(waves) -> None:
    solver, highs = lost(waves, 1)
    assert solver.relax().value == pytest.approx(Solver(program_of(waves(2))).relax().value)
    assert highs.cleared == 1


def test_a_known_end_keeps_its_basis(waves) -> None:
    solver, highs = lost(waves, 0)
    solver.relax()
    assert highs.cleared == 0


def test_what_stays_unknown_is_a_fault(waves) -> None:
    solver, _ = lost(waves, 2)
    with pytest.raises(TepatError, match="HiGHS"):
        solver.relax()
