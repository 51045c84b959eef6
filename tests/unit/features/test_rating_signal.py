"""The unit of scores: products of two ratings of one person give back the loadings they were made with."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from features.harmoniser.scales import Measured
from features.harmoniser.signal import LEAST_LOADING, PRIOR_LOADING, PRIOR_PASSING, Signal, fit_signal, reliability

PEOPLE, YEARS = 4000, 8
LOADING = {"new|grade": 0.6, "old|score": 0.8}
WITHIN = 0.04
"""Three standard errors of a loading: 4,000 people, eight years, two scales."""


def ratings(passing: float, memory: float, seed: int, people: int = PEOPLE, years: int = YEARS) -> tuple[Measured, np.ndarray]:
    """Return ratings of performance of variance 1, the first half of the years on the old scale; total variance 1 on each."""
    rng = np.random.default_rng(seed)
    lasting, shock = np.sqrt(1 - passing) * rng.normal(size=people), rng.normal(size=people)
    frames = []
    for year in range(years):
        shock = memory * shock + np.sqrt(1 - memory**2) * rng.normal(size=people)
        scale = "old|score" if year < years // 2 or years == 1 else "new|grade"
        true = lasting + np.sqrt(passing) * shock
        score = LOADING[scale] * true + np.sqrt(1 - LOADING[scale] ** 2) * rng.normal(size=people)
        frames.append(pd.DataFrame({"person": np.arange(people), "year": year, "scale": scale, "true": true, "score": score}))
    rows = pd.concat(frames, ignore_index=True).sort_values(["person", "year"], ignore_index=True)
    score = rows["score"].to_numpy()
    none = np.zeros(len(rows))
    return Measured(rows, none.astype(bool), none, none, score, none + 1, none.astype(np.int64), 0), score


def signal_of(measured: Measured, score: np.ndarray, doubt: Mapping[str, np.ndarray] | None = None, **codes: np.ndarray) -> Signal:
    return fit_signal(measured, {"person": measured.rows["person"].to_numpy(), **codes}, score, doubt or {})


@pytest.mark.parametrize(("passing", "memory"), [(0.0, 0.5), (0.2, 0.45), (0.3, 0.6)])
def test_loadings_come_back_whatever_passes(passing: float, memory: float) -> None:
    measured, score = ratings(passing, memory, seed=1)
    signal = signal_of(measured, score)
    for scale, loading in LOADING.items():
        assert signal.loading[scale] == pytest.approx(loading, abs=WITHIN)


def test_years_that_pass_without_memory_cannot_be_told_from_noise() -> None:
    """A known limit: only the prior on the memory carries the shared part back to the year itself."""
    measured, score = ratings(0.25, 0.0, seed=2)
    signal = signal_of(measured, score)
    assert signal.loading["old|score"] < 0.8 - WITHIN


def test_reliability_is_the_squared_correlation_with_performance() -> None:
    measured, score = ratings(0.2, 0.45, seed=3)
    signal = signal_of(measured, score)
    rows = measured.rows.assign(stated=reliability(measured, signal, score, np.ones(len(score)), {}), score=score)
    for _, of_scale in rows.groupby("scale"):
        assert of_scale["stated"].mean() == pytest.approx(of_scale["score"].corr(of_scale["true"]) ** 2, abs=0.05)


def test_a_single_year_leaves_the_prior() -> None:
    measured, score = ratings(0.2, 0.45, seed=4, years=1)
    signal = signal_of(measured, score)
    assert signal.loading == {"old|score": pytest.approx(PRIOR_LOADING)}
    assert signal.passing == pytest.approx(PRIOR_PASSING)


def test_ratings_that_hold_nobody_end_at_the_least_loading() -> None:
    measured, _ = ratings(0.2, 0.45, seed=5)
    noise = np.random.default_rng(6).normal(size=len(measured.rows))
    signal = signal_of(measured, noise)
    assert min(signal.loading.values()) == pytest.approx(LEAST_LOADING)


def test_the_order_of_rows_changes_nothing() -> None:
    measured, score = ratings(0.2, 0.45, seed=7, people=300)
    signal = signal_of(measured, score)
    back = measured.rows.iloc[::-1].reset_index(drop=True)
    again = signal_of(
        Measured(back, *(getattr(measured, name) for name in ("ordinal", "lower", "upper", "linear", "spread", "cell")), 0),
        score[::-1],
    )  # fmt: skip
    assert again.loading == pytest.approx(signal.loading, rel=1e-9)


def test_what_two_ratings_share_by_an_error_of_leniency_is_no_performance() -> None:
    measured, score = ratings(0.2, 0.45, seed=8)
    unit = measured.rows["person"].to_numpy() % 400
    wrong = np.sqrt(0.1) * np.random.default_rng(9).normal(size=400)[unit]
    known = {"unit": np.full(len(score), 0.1)}
    loading = signal_of(measured, score + wrong, known, unit=unit).loading
    believed = signal_of(measured, score + wrong).loading
    for scale, true in LOADING.items():
        assert loading[scale] == pytest.approx(true, abs=WITHIN)
        assert believed[scale] > true + WITHIN
