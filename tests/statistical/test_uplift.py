"""UpliftModel on surfaces with a known effect: better than a constant where effects vary, no worse where they do not."""

import numpy as np
import pytest

from benchmarks.uplift.surfaces import CONSTANT_EFFECT, SURFACES, Trial
from models.uplift import UpliftModel

ROWS, COLUMNS = 1500, 12
TOLERATED_LOSS = 0.02
"""How much npehe may exceed that of the true constant where nobody gains more than another (estimation mark)."""
CLEARLY_BETTER = 0.8
"""Share of the constant's npehe that must not be reached where effects vary enough to be seen in 1,500 rows."""
VISIBLE = ("nie_wager_b", "nie_wager_d", "like_ihdp", "categories")


def npehe(trial: Trial, effect: np.ndarray) -> float:
    return float(np.sqrt(np.mean((effect - trial.effect) ** 2)) / trial.y.std())


def fitted(surface: str, seed: int, rows: int = ROWS, *, smooth: bool = True) -> tuple[Trial, UpliftModel]:
    trial = SURFACES[surface](rows, COLUMNS, seed)
    return trial, UpliftModel(random_state=seed, n_draws=60, smooth=smooth).fit(trial.X, trial.treatment, trial.y)


@pytest.mark.slow
@pytest.mark.parametrize("surface", VISIBLE)
def test_varying_effects_are_found(surface: str) -> None:
    """The seed is fixed, so nothing here fails by chance; docs/experiments.md has the mean over other seeds."""
    trial, model = fitted(surface, 11)
    assert npehe(trial, model.effect(trial.X)) < CLEARLY_BETTER * trial.effect.std() / trial.y.std()
    assert model.ranking_supported_


@pytest.mark.slow
@pytest.mark.parametrize("surface", CONSTANT_EFFECT)
def test_a_constant_effect_costs_next_to_nothing(surface: str) -> None:
    lost = []
    for seed in (21, 22, 23):
        trial, model = fitted(surface, seed)
        lost.append(npehe(trial, model.effect(trial.X)) - npehe(trial, np.full(ROWS, model.ate_.value)))
    assert np.mean(lost) < TOLERATED_LOSS


@pytest.mark.slow
def test_ranking_is_rarely_called_supported_where_nothing_happens() -> None:
    """Both one-sided 10 % intervals must be fooled: P(more than 3 of 12 | p = 0.1) < 0.03."""
    supported = [fitted("nothing", seed, rows=600)[1].ranking_supported_ for seed in range(40, 52)]
    assert sum(supported) <= 3


@pytest.mark.slow
def test_the_mean_effect_is_covered() -> None:
    """80 % intervals of ``ate_``: P(fewer than 5 of 12 | p = 0.8) < 0.001."""
    covered = 0
    for seed in range(60, 72):
        trial, model = fitted("nie_wager_b", seed, rows=600, smooth=False)
        covered += model.ate_.lower <= trial.effect.mean() <= model.ate_.upper
    assert covered >= 5
