"""Conformal intervals of the realised change: a promise that holds whatever the noise looks like."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from features.harmoniser.announced import WAYS, Announced
from features.ratings import HarmonisedRatings
from models.pairs.conformal import RealisedWidths, noise_ahead, noise_of, quantile, realised_widths
from models.pairs.uncertainty import Realised, Scatter

TRIALS = 2_000
PROMISE = 0.8
NORMAL = pytest.approx(1.2815515655)


def moves(n: int, seed: int, when: int = 0) -> Realised:
    rng = np.random.default_rng(seed)
    days, same = np.full(n, when, dtype=np.int64), np.zeros(n, dtype=np.int64)
    stayers = Scatter(rng.standard_t(3, n), np.zeros(n), np.ones(n), np.ones(n), np.arange(n), days)
    gain, raw, one, sent = rng.exponential(1.0, n) - 1, np.zeros(n), np.ones(n), np.ones(n, dtype=bool)
    return Realised(gain, raw, one, np.zeros(n), one, one, np.arange(n), days, same, sent, stayers)


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
                        ("variance", "foreseen", "noise", "weight", "person", "when", "arrival", "assigned")},
    )  # fmt: skip
    grade = np.zeros(4_000, dtype=np.int64)
    faded = realised_widths(joined, np.zeros(4_000), 0.0, grade).constant
    assert faded == pytest.approx(realised_widths(new, np.zeros(2_000), 0.0, grade[:2_000]).constant, rel=0.05)


def test_noisier_years_are_counted_in_their_own_noise() -> None:
    """Misses three times as wide in years of nine times the noise: one width serves both, times what the next rating has."""
    calm, wild = moves(2_000, 1), moves(2_000, 1)
    wild = replace(wild, gain=3 * wild.gain, noise=9 * wild.noise)
    grade = np.zeros(2_000, dtype=np.int64)
    one, other = (realised_widths(found, np.zeros(2_000), 0.0, grade) for found in (calm, wild))
    assert one.constant == pytest.approx(other.constant)
    assert other.scale(9.0) == pytest.approx(3 * one.scale(1.0))


YEARS = ("2019-12-31", "2020-12-31", "2021-12-31")
RELIABILITY = (0.4, 0.5, 0.6)


def harmonised(*years: int, ways: Mapping[str, Announced] = WAYS) -> HarmonisedRatings:
    """Return so many ratings of each of `YEARS`, all that is needed of them, beside the ``ways`` announced."""
    ends = pd.to_datetime(np.repeat(YEARS[: len(years)], years))
    scores = pd.DataFrame({"reliability": np.repeat(RELIABILITY[: len(years)], years), "period_end": ends})
    return cast("HarmonisedRatings", SimpleNamespace(scores=scores, announced=ways))


def test_noise_follows_reliability_by_year() -> None:
    dates = pd.Series(pd.to_datetime(["2020-06-30", "2022-06-30"]))
    assert noise_of(harmonised(2, 2).scores, dates) == pytest.approx([1.0, 1.25])


def test_the_newest_year_of_more_than_a_few_ratings_counts_for_the_next() -> None:
    today = pd.Timestamp(2022, 2, 1)
    assert noise_ahead(harmonised(40, 40, 40, ways={}), today, 380) == pytest.approx(1 / 0.6 - 1)
    assert noise_ahead(harmonised(40, 40, 3, ways={}), today, 380) == pytest.approx(1.0)
    assert noise_ahead(harmonised(3, 2, ways={}), today, 380) == pytest.approx(1.0)


def test_a_way_of_rating_announced_and_not_seen_counts_as_noisy() -> None:
    """Grades are public from April 2022 on: before, nobody can know that scores end; scores noisier than that stay as they are."""
    seen = harmonised(40, 40, 40)
    assert noise_ahead(seen, pd.Timestamp(2022, 1, 1), 380) == pytest.approx(1 / 0.6 - 1)
    assert noise_ahead(seen, pd.Timestamp(2022, 7, 1), 380) == pytest.approx(2.0)
    noisy = harmonised(40)
    noisy.scores["reliability"] = 0.2
    assert noise_ahead(noisy, pd.Timestamp(2022, 7, 1), 380) == pytest.approx(4.0)


def test_without_movers_the_normal_quantile_is_left() -> None:
    nobody = moves(0, 1)
    widths = realised_widths(nobody, np.zeros(0), 0.0, np.zeros(0, dtype=np.int64))
    assert widths == RealisedWidths((NORMAL,) * 4, NORMAL, NORMAL, 1.0)


def test_cases_of_no_weight_tell_nothing() -> None:
    assert np.isinf(quantile(np.array([0.1, 0.2]), np.zeros(2)))
    assert quantile(np.array([9.0, 1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 1.0, 1.0, 1.0])) == 4.0
