"""Boundaries between grades as single bodies draw them: found where ratings show them, shrunk where they are few."""

import numpy as np
import pandas as pd
import pytest

from features.harmoniser.cut_points import moved, no_deviations, own_left_out
from features.harmoniser.scales import Measured, bodies

COMMON = np.array([-np.inf, 0.3, 1.2, np.inf])
GENEROUS_TOP = 0.0
"""Where one body draws the upper boundary that lies at 1.2 elsewhere."""


def graded(people: int, seed: int) -> tuple[Measured, np.ndarray]:
    """Return ratings of ten bodies in one year by latent performance plus noise of variance 1/4; body 0 is generous at the top."""
    rng = np.random.default_rng(seed)
    body = np.repeat(np.arange(10), people)
    true = np.sqrt(0.75) * rng.normal(size=len(body))
    seen = true + 0.5 * rng.normal(size=len(body))
    top = np.where(body == 0, GENEROUS_TOP, COMMON[2])
    level = np.where(seen > top, 2, np.where(seen > np.minimum(COMMON[1], top), 1, 0))
    rows = pd.DataFrame({"body_id": [f"b{place}" for place in body]})
    none = np.zeros(len(body))
    bounds = (COMMON[level], COMMON[level + 1])
    return Measured(rows, none == 0, *bounds, none, none + 1, none.astype(np.int64), 0), true


def fitted(measured: Measured, true: np.ndarray):
    cuts, noise = no_deviations(measured), np.full(len(true), 0.25)
    for _ in range(40):
        cuts = moved(cuts, measured, true, noise)
    return cuts, noise


def test_a_body_that_gives_the_top_grade_to_half_is_found_and_the_others_left_alone() -> None:
    measured, true = graded(people=400, seed=1)
    lower, _ = fitted(measured, true)[0].bounds(measured)
    generous, top = (measured.rows["body_id"] == "b0").to_numpy(), measured.lower == COMMON[2]
    assert lower[generous & top][0] == pytest.approx(GENEROUS_TOP, abs=0.2)
    assert lower[~generous & top] == pytest.approx(COMMON[2], abs=0.3)


def test_bounds_of_the_lowest_and_highest_grade_stay_infinite() -> None:
    measured, true = graded(people=50, seed=2)
    cuts, noise = fitted(measured, true)
    for lower, upper in (cuts.bounds(measured), own_left_out(cuts, measured, true, noise)):
        assert (np.isinf(lower) == np.isinf(measured.lower)).all()
        assert (np.isinf(upper) == np.isinf(measured.upper)).all()


def test_few_ratings_move_a_boundary_less_than_many() -> None:
    shifts = []
    for people in (6, 400):
        measured, true = graded(people, seed=3)
        lower, _ = fitted(measured, true)[0].bounds(measured)
        chosen = (measured.rows["body_id"] == "b0").to_numpy() & (measured.lower == COMMON[2])
        shifts.append(abs(lower[chosen][0] - COMMON[2]))
    assert shifts[0] < shifts[1]


def test_a_ratings_own_pull_is_left_out_of_its_bounds() -> None:
    """Rating 0 drew its body's top boundary down; without it the boundary lies higher."""
    measured, true = graded(people=12, seed=4)
    cuts, noise = fitted(measured, true)
    with_own, without = cuts.bounds(measured)[0], own_left_out(cuts, measured, true, noise)[0]
    top = measured.lower == COMMON[2]
    assert (without[top] >= with_own[top]).all()
    assert (without[top] > with_own[top] + 1e-6).any()


def test_numeric_scores_have_no_boundaries() -> None:
    measured, true = graded(people=20, seed=5)
    numeric = Measured(
        measured.rows, np.zeros(len(true), dtype=bool), measured.lower, measured.upper, true, measured.spread, measured.cell, 0
    )
    cuts = no_deviations(numeric)
    assert len(cuts.values) == 1
    assert moved(cuts, numeric, true, np.ones(len(true))) == cuts


def test_the_body_of_a_unit_stands_right_below_the_top() -> None:
    units = pd.DataFrame({"unit_id": list("abcdez"), "parent_id": [None, "a", "b", "c", "a", "gone"]})
    assert bodies(units).to_dict() == {"a": "a", "b": "b", "c": "b", "d": "b", "e": "e", "z": "z"}
