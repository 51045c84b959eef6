"""Plans over a few moves at a time are those over all."""

import numpy as np
import pytest

from benchmarks.wave.instances import instance
from placement.wave import columns
from placement.wave.columns import OverFew, begun
from placement.wave.program import Program, program_of
from placement.wave.solver import Solver


@pytest.fixture
def soon_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small programs count as large ones, and nearly all that is worth its price joins before all moves are looked at."""
    for name, value in {"LARGE": 100, "_FEW": 40, "_LEFT": 3}.items():
        monkeypatch.setattr(columns, name, value)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_best_plan_over_a_few_moves_first_is_the_best_of_all(seed: int, soon_enough: None) -> None:
    program = program_of(instance(150, 20, 900, seed))
    solver, all_moves, rng = Solver(program), Solver(program), np.random.default_rng(seed)
    base, few = all_moves.relax(), OverFew(solver, few=40)
    for scale in (0.01, 0.3, 3.0):
        value = program.value + rng.normal(0, scale, len(program.value))
        all_moves.set_values(value)
        every, found = all_moves.relax(), few.best(value, base.prices, base.x)
        assert found.value == pytest.approx(every.value, abs=1e-6)
        assert found.value == pytest.approx(float(value @ found.x), abs=1e-6)
        held = program.matrix @ found.x
        assert (held >= program.lower - 1e-6).all()
        assert (held <= program.upper + 1e-6).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_large_program_begins_at_its_best_plan(seed: int, soon_enough: None) -> None:
    program = program_of(instance(150, 20, 900, seed))
    standing = begun(program)
    steps = standing.relax().value, standing._linear.getInfo().simplex_iteration_count
    assert steps == (pytest.approx(Solver(program).relax().value, abs=1e-6), 0)


def test_where_no_plan_is_possible_without_a_move_left_out_all_are_looked_at(soon_enough: None) -> None:
    program = program_of(instance(150, 20, 900, 1))
    worst = int(np.argmin(program.value))
    forced = np.where(np.arange(len(program.lower)) == int(program.matrix.tocsc()[:, [worst]].indices[0]), 1.0, program.lower)
    asked = Program(program.value, program.matrix, forced, program.upper, program.most, program.limits)
    assert begun(asked).relax().value == pytest.approx(Solver(asked).relax().value, abs=1e-6)
