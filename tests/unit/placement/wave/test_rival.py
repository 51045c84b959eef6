"""A solver of one's own is judged by the same program as ours."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.errors import UsageError
from placement.wave.limits import Limits
from placement.wave.program import program_of
from placement.wave.rival import beside_ours, broken
from placement.wave.search import SearchParams

EXACT = SearchParams(gap=0.0, seconds=30.0)
NOTEBOOKS = Path(__file__).resolve().parents[4] / "notebooks"


def greedy():
    spec = importlib.util.spec_from_file_location("own_solver", NOTEBOOKS / "own_solver.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.greedy


def wave_of(waves, seed: int):
    nothing = waves(seed).locked.iloc[:0]
    return replace(waves(seed), limits=Limits(moves=3), locked=nothing, forced_people=(), forced_posts=())


@pytest.mark.parametrize("seed", range(8))
def test_the_greedy_solver_keeps_to_every_limit_and_never_beats_ours(waves, seed: int) -> None:
    found = beside_ours(wave_of(waves, seed), {"greedy": greedy()}, EXACT)
    assert found["broken"].tolist() == [0, 0]
    assert found.loc["greedy", "value"] <= found.loc["ours", "value"] + 1e-6
    assert found.loc["greedy", "gap"] >= 0
    assert found.loc["ours", "gap"] == pytest.approx(0.0, abs=1e-6)


def test_a_plan_that_breaks_limits_is_told_which(waves) -> None:
    wave = wave_of(waves, 0)
    program, everything = program_of(wave), np.ones(len(wave.moves))
    told = broken(program, everything)
    assert told.loc[told["kind"] == "moves", "by"].tolist() == [len(wave.moves) - 3]
    found = beside_ours(wave, {"all": lambda _: everything}, EXACT)
    assert found.loc["all", "broken"] == len(told)
    assert broken(program, np.zeros(len(wave.moves))).empty


@pytest.mark.parametrize("answer", [np.zeros(2), np.full(10, 0.5), np.full(10, np.nan)])
def test_an_answer_of_another_shape_or_in_halves_is_refused(waves, answer) -> None:
    with pytest.raises(UsageError, match="expected"):
        beside_ours(wave_of(waves, 0), {"odd": lambda _: answer}, EXACT)
