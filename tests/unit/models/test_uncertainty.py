"""Calibration on people left out, grades and support."""

import json
from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from models.judgement.grades import GradeParams, grades, lowered, named, worsened
from models.pairs.core import harmonised_away
from models.pairs.uncertainty import (
    Calibration,
    Realised,
    Scatter,
    calibrate,
    half_width,
    published,
    support_from,
    support_of,
)


def realised(slope: float, movers: int, noise: float = 0.7, seed: int = 0, claimed: float = 0.04) -> Realised:
    """Return movers whose effects scatter by what is claimed, and as many stayers, both under the same rating noise."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(0.1, 0.3, movers)
    gain = 0.05 + slope * (raw - raw.mean()) + rng.normal(0, np.sqrt(noise**2 + 0.04), movers)
    everyone, same = np.arange(movers), np.zeros(movers, dtype=np.int64)
    stayers = Scatter(rng.normal(0, noise, movers), np.zeros(movers), np.ones(movers), np.ones(movers), everyone + movers, same)
    doubt = np.full(movers, claimed)
    sent = np.ones(movers, dtype=bool)
    return Realised(gain, raw, doubt, doubt, np.ones(movers), np.ones(movers), everyone, same, same, sent, stayers)


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


def test_intervals_follow_the_movers_scatter_both_ways() -> None:
    """With 200,000 movers the factor is known to 4 %; claims four times too low and too high are found out."""
    many = 200_000
    assert calibrate(realised(1.0, many)).multiplier == pytest.approx(1.0, abs=0.1)
    assert calibrate(realised(1.0, many, claimed=0.02)).multiplier == pytest.approx(np.sqrt(2.0), abs=0.2)
    assert calibrate(realised(1.0, many, claimed=0.08)).multiplier == pytest.approx(np.sqrt(0.5), abs=0.1)


def test_a_few_movers_luck_hardly_moves_an_interval() -> None:
    """Sixty movers know the ratio to 2.3 only, so that a prior of 0.3 leaves at most a fiftieth of it."""
    found = [calibrate(realised(1.0, 60, seed=seed)).multiplier for seed in range(20)]
    assert np.ptp(found) < 0.2


def test_the_reasons_of_those_who_chose_do_not_widen_the_interval() -> None:
    plain = realised(1.0, 50_000)
    chose = np.arange(50_000) % 2
    moved = replace(plain, gain=plain.gain + 0.5 * chose, arrival=chose, assigned=chose == 0)
    assert calibrate(moved).multiplier == pytest.approx(calibrate(plain).multiplier, abs=0.02)


def test_the_error_of_leniency_is_that_of_a_usual_ratings_rater_and_unit() -> None:
    units = pd.DataFrame({"standard_error": [0.1, 0.3], "n": [300, 100]})
    raters = pd.DataFrame({"standard_error": [0.2, np.nan], "n": [10, 0]})
    variances = SimpleNamespace(components={"unit": 0.18})
    away = harmonised_away(SimpleNamespace(units=units, raters=raters, variances=variances, scale=0.6))
    assert (away.doubt, away.units) == (pytest.approx(0.03 + 0.04), pytest.approx(0.5))


def test_the_slope_expected_stays_where_movers_do_not_speak_against_it() -> None:
    assert calibrate(realised(0.95, 29), 0.9).applied == calibrate(realised(0.95, 200), 0.9).applied == 0.9


def test_half_width_is_the_eighty_percent_normal_quantile_and_units_are_not_multiplied() -> None:
    twice = Calibration(multiplier=2.0)
    assert half_width(np.array([0.25]), np.array([0.0]), twice) == pytest.approx([2 * 1.2815515655 * 0.5])
    assert half_width(np.array([0.25]), np.array([0.44]), twice) == pytest.approx([1.2815515655 * 1.2])


def test_grades_fall_with_width_little_overlap_and_novelty() -> None:
    params = GradeParams(half_widths=(0.3, 0.5, 0.8), little_overlap=0.5, much_novelty=0.1)
    half = np.array([0.2, 0.4, 0.7, 0.9, 0.2, 0.2, 0.2])
    overlap = np.array([1.0, 1.0, 1.0, 1.0, 0.1, 1.0, 0.1])
    novelty = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.2])
    assert list(named(grades(half, overlap, novelty, params))) == ["A", "B", "C", "D", "B", "B", "C"]
    assert list(named(lowered(grades(half, overlap, novelty, params), half < 0.3))) == ["D", "B", "C", "D", "D", "D", "D"]


def test_what_a_whole_model_lacks_costs_every_estimate() -> None:
    given = grades(np.array([0.2, 0.4, 0.9]), np.ones(3), np.zeros(3), GradeParams())
    assert list(named(worsened(given, 1))) == ["B", "C", "D"]
    assert list(worsened(given, 0)) == list(given)


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
