"""Plans over a few moves at a time are those over all."""

import numpy as np
import pytest

from benchmarks.wave.instances import instance
from placement.wave.columns import ByColumns
from placement.wave.program import program_of
from placement.wave.solver import Solver


@pytest.mark.parametrize("seed", [1, 2])
def test_the_best_plan_over_a_few_moves_at_a_time_is_the_best_of_all(seed: int) -> None:
    program = program_of(instance(150, 20, 900, seed))
    solver, rng = Solver(program), np.random.default_rng(seed)
    few = ByColumns(program, solver.relax())
    few._few = 40
    for scale in (0.01, 0.3, 3.0):
        value = program.value + rng.normal(0, scale, len(program.value))
        solver.set_values(value)
        every, found = solver.relax(), few.best(value)
        assert found.value == pytest.approx(every.value, abs=1e-6)
        assert found.value == pytest.approx(float(value @ found.x), abs=1e-6)
        held = program.matrix @ found.x
        assert (held >= program.lower - 1e-6).all()
        assert (held <= program.upper + 1e-6).all()
