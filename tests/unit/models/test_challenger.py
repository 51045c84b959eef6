"""The challenger learns the effect of moving from vacancy trials and forecasts rows of other columns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from models.judgement.challenger import challenge, fit_challenger, lessons_of


@dataclass(frozen=True)
class VacancyTrials:
    trials: pd.DataFrame
    trial_matrix: pd.DataFrame


def vacancy_trials(rows: int, seed: int) -> tuple[VacancyTrials, np.ndarray]:
    """Return trials in which fit decides the effect, with one mover in four, and the true effects."""
    rng = np.random.default_rng(seed)
    fit, history = rng.normal(size=(2, rows))
    moved = rng.random(rows) < 0.25
    tau = 0.8 * fit
    trials = pd.DataFrame({
        "employee_id": pd.Categorical([f"E{n // 2}" for n in range(rows)]), "moved": moved, "sampling_weight": 1.0,
        "outcome": history + moved * tau + rng.normal(0, 0.5, rows), "outcome_weight": 1.0,
    })  # fmt: skip
    family = pd.Categorical(rng.choice(["health", "finance"], rows))
    return VacancyTrials(trials, pd.DataFrame({"fit": fit, "history": history, "family": family})), tau


def test_challenger_finds_who_gains_from_moving() -> None:
    """A seed without the effect correlates beyond 0.1 in one case of a thousand (2,000 rows)."""
    learned, _ = vacancy_trials(2_000, seed=1)
    asked, tau = vacancy_trials(2_000, seed=2)
    effect = challenge(fit_challenger(lessons_of(learned, 1_000, seed=0), seed=0), asked.trial_matrix)
    assert np.corrcoef(effect, tau)[0, 1] > 0.9


def test_challenger_takes_rows_with_columns_missing_and_more() -> None:
    learned, _ = vacancy_trials(1_200, seed=1)
    model = fit_challenger(lessons_of(learned, 5_000, seed=0), seed=0)
    other = learned.trial_matrix.drop(columns="history").assign(new=1.0)
    assert np.isfinite(challenge(model, other)).all()


def test_the_share_of_stayers_drawn_does_not_move_the_mean_effect() -> None:
    learned, tau = vacancy_trials(4_000, seed=3)
    means = [fit_challenger(lessons_of(learned, stayers, seed=0), seed=0).ate_.value for stayers in (800, 4_000)]
    assert means == pytest.approx([tau.mean()] * 2, abs=0.1)
