"""Calibration on people left out, grades and support."""

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from models.judgement.grades import GradeParams, grades, lowered
from models.pairs.uncertainty import (
    Calibration,
    Realised,
    calibrate,
    half_width,
    published,
    support_from,
    support_of,
)


def realised(slope: float, movers: int, noise: float = 0.7, seed: int = 0) -> Realised:
    rng = np.random.default_rng(seed)
    raw = rng.normal(0.1, 0.3, movers)
    gain = 0.05 + slope * (raw - raw.mean()) + rng.normal(0, noise, movers)
    return Realised(gain, raw, np.full(movers, 0.04), np.ones(movers), noise**2)


def test_too_few_movers_leave_effects_as_they_are() -> None:
    found = calibrate(realised(0.0, 29))
    assert (found.applied, found.multiplier, found.movers) == (1.0, 1.0, 29)
    assert published(np.array([0.3, -0.2]), found) == pytest.approx([0.3, -0.2])


def test_a_slope_that_may_be_one_is_not_applied() -> None:
    found = calibrate(realised(0.95, 200))
    assert found.slope_lower <= 1.0 <= found.slope_upper
    assert found.applied == 1.0


def test_overstated_effects_are_drawn_in() -> None:
    found = calibrate(realised(0.3, 5_000))
    assert found.applied == pytest.approx(0.3, abs=0.1)
    assert published(np.array([found.centre]), found) == pytest.approx([found.centre])


def test_a_doubtful_slope_is_drawn_towards_one() -> None:
    few, many = calibrate(realised(0.0, 150, seed=4)), calibrate(realised(0.0, 20_000, seed=4))
    assert few.slope_upper < 1.0
    assert few.slope < few.applied
    assert many.applied == pytest.approx(max(many.slope, 0.0), abs=0.02)


def test_understated_effects_are_never_stretched() -> None:
    assert calibrate(realised(2.5, 5_000)).applied == 1.0


def test_errors_beyond_the_claim_widen_the_interval_and_luck_never_narrows_it() -> None:
    honest = realised(1.0, 20_000)
    wild = Realised(honest.gain * 1.5, honest.raw * 1.5, honest.variance, honest.weight, honest.stayers_variance)
    assert calibrate(wild).multiplier > 1.5
    calm = Realised(honest.raw, honest.raw, honest.variance, honest.weight, honest.stayers_variance)
    assert calibrate(calm).multiplier == 1.0


def test_half_width_is_the_eighty_percent_normal_quantile() -> None:
    neutral = Calibration(0, 0, 1, 1, 1, 1.0, 2.0, 100)
    assert half_width(np.array([0.25]), neutral) == pytest.approx([2 * 1.2815515655 * 0.5])


def test_grades_fall_with_width_little_overlap_and_novelty() -> None:
    params = GradeParams(half_widths=(0.3, 0.5, 0.8), little_overlap=0.5, much_novelty=0.1)
    half = np.array([0.2, 0.4, 0.7, 0.9, 0.2, 0.2, 0.2])
    overlap = np.array([1.0, 1.0, 1.0, 1.0, 0.1, 1.0, 0.1])
    novelty = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.2])
    assert list(grades(half, overlap, novelty, params)) == ["A", "B", "C", "D", "B", "B", "C"]
    assert list(lowered(grades(half, overlap, novelty, params), half < 0.3)) == ["D", "B", "C", "D", "D", "D", "D"]


def test_support_counts_moves_between_families_and_survives_its_json() -> None:
    families = pd.Index(["a", "b"])
    matrix = pd.DataFrame({"x": np.linspace(0, 1, 30), "text": ["t"] * 30})
    support = support_of(np.zeros(30, dtype=int), np.ones(30, dtype=int), families, matrix)
    again = support_from(json.loads(json.dumps(asdict(support))))
    assert again == support
    overlap = again.overlap(pd.Index(["a", "b", "new"]), np.array([0, 1, 2, -1]), np.array([1, 0, 1, 1]))
    assert overlap == pytest.approx([30 / 40, 0.0, 0.0, 0.0])
    novelty = again.ranges.novelty(pd.DataFrame({"x": [0.5, 2.0, np.nan]}))
    assert novelty == pytest.approx([0.0, 1.0, 0.0])
