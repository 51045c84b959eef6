"""How well a record fits a post: a column whose direction is known never speaks the other way."""

from dataclasses import replace

import numpy as np
import pytest

from models.mixed.crossed import Design
from models.mixed.fit_columns import FIT_COLUMNS, KNOWN_SIGNS, FitColumns, against_reason
from models.mixed.level import LevelParams, Panel
from models.mixed.level_panel import FIXED
from models.mixed.person_blocks import Rows
from models.pairs.core import CoreSettings, HarmonisedAway, fit_core

NAMES = ("pair_gap_sum", "pair_profile", "pair_rank_step")
PARAMS = LevelParams(rounds=2, variance_people=400, min_rows=50)


def panel(people: int = 400, years: int = 4) -> tuple[Panel, np.ndarray]:
    """Return rated years of people, and three standardised columns that tell nothing yet."""
    rng = np.random.default_rng(7)
    employee = np.repeat(np.arange(people), years)
    n, time = len(employee), np.tile(2018.0 + np.arange(years), people)
    place = rng.integers(0, 30, people)[employee]
    design = Design(
        np.column_stack([np.ones(n), rng.normal(size=(n, len(FIXED) - 1))]), np.column_stack([place, place % 6]), (30, 6)
    )
    rows = Rows(time, (time - 2018) / 10, place % 3, place % 6, np.zeros(n, dtype=np.int64))
    score = rng.normal(0, 0.6, people)[employee] + rng.normal(0, 0.6, n)
    return Panel(employee, rows, design, score, np.ones(n)), rng.normal(size=(n, len(NAMES)))


def settings(effects: tuple[float, float, float]) -> CoreSettings:
    """Return what is fitted where the three columns add ``effects`` to every score."""
    base, encoded = panel()
    fit = FitColumns(NAMES, (0.0,) * 3, (1.0,) * 3)
    return fit_core(
        replace(base, score=base.score + encoded @ np.array(effects)), fit, encoded, PARAMS, (365, 1), HarmonisedAway(0, 0)
    )


def test_a_gap_that_seems_to_help_is_silenced_and_the_rest_stands() -> None:
    found = settings((0.3, 0.3, 0.3))
    assert found.fit_effects[0] == 0.0
    assert found.fit_effects[1:] == pytest.approx((0.3, 0.3), abs=0.06)


def test_what_speaks_the_way_it_can_is_left_alone() -> None:
    assert settings((-0.3, 0.3, -0.3)).fit_effects == pytest.approx((-0.3, 0.3, -0.3), abs=0.06)


def test_signs_are_known_of_fit_columns_only() -> None:
    assert set(KNOWN_SIGNS) < set(FIT_COLUMNS)
    assert against_reason(NAMES, np.array([0.1, -0.1, -0.1])).tolist() == [True, True, False]
    assert not against_reason(NAMES, np.array([0.0, 0.0, 5.0])).any()
