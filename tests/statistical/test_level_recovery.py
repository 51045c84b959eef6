"""The level model finds the variances and the ranking that a synthetic panel was made with."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from models.mixed.crossed import Design
from models.mixed.level import History, LevelParams, Panel, fit_level, outlook, residuals
from models.mixed.person_blocks import NEVER, PARTS, Components, Rows

pytestmark = pytest.mark.slow

TRUE = Components(level=0.30, trend=0.0, family=0.15, unit=0.05, spell=0.06, drift=0.15, noise=0.40, persistence=0.6)
POSITION, UNIT = 0.06, 0.10
STANDARD_ERRORS = 4.0
"""A correct estimator leaves this band in 6 of 100,000 draws per figure; eight figures: false alarm rate about 0.0005."""
SPREAD = {"level": 0.022, "family": 0.019, "spell": 0.028, "drift": 0.014, "noise": 0.022, "position": 0.014, "unit": 0.030}
"""Standard deviations of one estimate over ten panels of this size (seeds 100-109); means there lie within two standard errors of
the truth, spell's (0.042) the furthest below."""
PERSISTENCE_SPREAD = 0.088


def draw(seed: int, people: int = 1_500, years: int = 9) -> tuple[Panel, np.ndarray, dict[str, np.ndarray]]:
    """Return a panel, its expected scores and the effects behind it. People change post about every third year."""
    rng = np.random.default_rng(seed)
    employee, year = np.repeat(np.arange(people), years), np.tile(np.arange(years), people)
    position = rng.integers(0, 120, len(employee))
    for t in range(1, years):
        stays = (year == t) & (rng.random(len(employee)) < 0.7)
        position[stays] = position[np.flatnonzero(stays) - 1]
    unit, family = position % 25, position % 6
    changed = np.r_[True, (position[1:] != position[:-1]) | (employee[1:] != employee[:-1])]
    spell = np.cumsum(changed)
    effects = {
        "position": rng.normal(0, POSITION**0.5, 120), "unit": rng.normal(0, UNIT**0.5, 25),
        "level": rng.normal(0, TRUE.level**0.5, people), "family": rng.normal(0, TRUE.family**0.5, (people, 6)),
        "own_unit": rng.normal(0, TRUE.unit**0.5, (people, 25)), "spell": rng.normal(0, TRUE.spell**0.5, spell.max() + 1),
    }  # fmt: skip
    drift = np.empty((people, years))
    drift[:, 0] = rng.normal(0, TRUE.drift**0.5, people)
    for t in range(1, years):
        fresh = rng.normal(0, (TRUE.drift * (1 - TRUE.persistence**2)) ** 0.5, people)
        drift[:, t] = TRUE.persistence * drift[:, t - 1] + fresh
    weight = rng.uniform(0.5, 2.0, len(employee))
    expected = (
        effects["position"][position] + effects["unit"][unit] + effects["level"][employee] + effects["family"][employee, family]
        + effects["own_unit"][employee, unit] + effects["spell"][spell] + drift.ravel()
    )  # fmt: skip
    score = expected + rng.normal(0, (TRUE.noise / weight) ** 0.5)
    rows = Rows(2000.0 + year, year / 10, family, unit, spell)
    crossed = np.column_stack([position, unit, np.full(len(position), -1)])
    return Panel(employee, rows, Design(np.ones((len(score), 1)), crossed, (120, 25, 0)), score, weight), expected, effects


def test_known_variances_are_found() -> None:
    panel, _, _ = draw(seed=11)
    model = fit_level(panel, LevelParams(rounds=8, variance_people=1_500), seed=0)
    found = {name: getattr(model.components, name) for name in ("level", "family", "spell", "drift", "noise")}
    found |= {"position": model.variances[0], "unit": model.variances[1]}
    truth = {name: getattr(TRUE, name) for name in found if name not in ("position", "unit")} | {"position": POSITION, "unit": UNIT}
    for name, spread in SPREAD.items():
        assert abs(found[name] - truth[name]) < STANDARD_ERRORS * spread, name
    assert abs(model.components.persistence - TRUE.persistence) < STANDARD_ERRORS * PERSISTENCE_SPREAD


def test_intervals_cover_the_effect_of_a_move_and_the_ranking_is_right() -> None:
    """80 % intervals over 1,500 people: the share covered has a standard error of 0.01; the band of 0.04 is four of them."""
    panel, _, effects = draw(seed=12)
    model = fit_level(panel, LevelParams(), seed=0)
    last = np.flatnonzero(np.r_[panel.employee[1:] != panel.employee[:-1], True])
    employee, rows = panel.employee[last], panel.rows.take(last)
    goal = np.random.default_rng(1).integers(0, 120, len(last))
    stack = [
        Rows(rows.time + 1, rows.career + 0.1, goal % 6, goal % 25, np.full(len(last), NEVER)),
        Rows(rows.time + 1, rows.career + 0.1, rows.family, rows.unit, rows.spell),
    ]
    targets = Rows(*(np.stack([getattr(row, name) for row in stack], axis=1) for name in Rows.__dataclass_fields__))
    sizes = np.bincount(panel.employee)
    history = History(panel.rows, residuals(panel, model), panel.weight, np.cumsum(sizes) - sizes, sizes)
    found = outlook(history, targets, model.components)
    own = found.parts[:, :, [PARTS.index(name) for name in ("family", "unit", "spell")]].sum(axis=2)
    posts = model.solution.crossed[:120]
    held = panel.design.crossed[last, 0]
    forecast = own[:, 0] - own[:, 1] + posts[goal] - posts[held]
    fresh = np.random.default_rng(2).normal(0, TRUE.spell**0.5, len(last))
    truth = (
        effects["family"][employee, goal % 6] + effects["own_unit"][employee, goal % 25] + fresh + effects["position"][goal]
        - effects["family"][employee, rows.family] - effects["own_unit"][employee, rows.unit] - effects["spell"][rows.spell]
        - effects["position"][held]
    )  # fmt: skip
    joint = found.covariance
    variance = joint[:, 0, 0] + joint[:, 1, 1] - 2 * joint[:, 0, 1]
    doubt = model.solution.spread[:120]
    half = 1.2815515655 * np.sqrt(variance + doubt[goal] + doubt[held])
    assert abs(float(np.mean(np.abs(truth - forecast) <= half)) - 0.8) < 0.04
    assert spearmanr(forecast, truth).statistic > 0.4
    assert np.polyfit(forecast, truth, 1)[0] == pytest.approx(1.0, abs=0.2)
