"""Conformal intervals of the realised change: a promise that holds whatever the noise looks like."""

from dataclasses import replace

import numpy as np
import pytest

from models.pairs.conformal import RealisedWidths, quantile, realised_widths
from models.pairs.uncertainty import Realised, Scatter

TRIALS = 2_000
PROMISE = 0.8


def moves(n: int, seed: int, when: int = 0) -> Realised:
    rng = np.random.default_rng(seed)
    days, same = np.full(n, when, dtype=np.int64), np.zeros(n, dtype=np.int64)
    stayers = Scatter(rng.standard_t(3, n), np.zeros(n), np.ones(n), np.arange(n), days)
    gain, raw = rng.exponential(1.0, n) - 1, np.zeros(n)
    return Realised(gain, raw, np.ones(n), np.ones(n), np.ones(n), np.arange(n), days, same, np.ones(n, dtype=bool), stayers)


@pytest.mark.parametrize("n", [9, 24, 60])
def test_the_next_case_is_held_as_often_as_promised(n: int) -> None:
    """Skewed noise; the coverage is exact up to 1 / (n + 1), its error over 2,000 trials 0.009: four of them are allowed."""
    sizes = np.abs(np.random.default_rng(3).exponential(1.0, (TRIALS, n + 1)) - 1)
    held = np.mean([row[-1] <= quantile(row[:-1], np.ones(n)) for row in sizes])
    assert PROMISE - 0.036 <= held <= PROMISE + 1 / (n + 1) + 0.036


def test_three_cases_promise_nothing() -> None:
    assert np.isinf(quantile(np.array([1.0, 2.0, 3.0]), np.ones(3)))
    assert quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)) == 4.0


def test_every_grade_has_its_own_width_and_a_small_one_borrows() -> None:
    found = moves(4_000, 1)
    grade = np.arange(4_000) % 2
    wild = replace(found, gain=found.gain * np.where(grade == 1, 3.0, 1.0))
    widths = realised_widths(wild, np.zeros(4_000), 0.0, grade)
    calm, scattered, *rest = widths.by_grade
    assert scattered == pytest.approx(3 * calm, rel=0.15)
    assert calm < rest[0] < scattered
    assert rest[0] == rest[1] == widths.constant


def test_old_moves_fade() -> None:
    old, new = moves(2_000, 1, when=0), moves(2_000, 2, when=7_300)
    both = {name: np.r_[getattr(old, name) * scale, getattr(new, name)] for name, scale in (("gain", 9.0), ("raw", 1.0))}
    joined = replace(
        old, **both, **{name: np.r_[getattr(old, name), getattr(new, name)] for name in
                        ("variance", "foreseen", "weight", "person", "when", "arrival", "assigned")},
    )  # fmt: skip
    grade = np.zeros(4_000, dtype=np.int64)
    faded = realised_widths(joined, np.zeros(4_000), 0.0, grade).constant
    assert faded == pytest.approx(realised_widths(new, np.zeros(2_000), 0.0, grade[:2_000]).constant, rel=0.05)


def test_without_movers_the_stayers_and_one_sd_of_ignorance_are_left() -> None:
    nobody = moves(0, 1)
    nobody = replace(nobody, stayers=moves(500, 2).stayers)
    widths = realised_widths(nobody, np.zeros(0), 0.0, np.zeros(0, dtype=np.int64))
    assert isinstance(widths, RealisedWidths)
    assert widths.constant == pytest.approx(np.hypot(widths.staying, 1.0))
    assert np.isfinite(widths.by_grade).all()
