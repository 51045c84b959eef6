"""Who led a unit when, and what that says of the people in it."""

import numpy as np
import pandas as pd
import pytest

from models.mixed.crossed import Design
from models.mixed.heads import Heads, heads_of, leading
from models.mixed.level import LevelParams, Panel, fit_level
from models.mixed.person_blocks import Rows

MOST_ERROR = 0.25
"""Most that the mean squared error of a head's effect may be of its variance: 40 heads with 60 ratings each, noise three times the
effect, leave 0.02 to 0.13 on seeds 0-9: about one false alarm in a thousand."""


def spells() -> pd.DataFrame:
    return pd.DataFrame({
        "employee_id": pd.Categorical(["a", "b", "c", "d"], categories=["a", "b", "c", "d"], ordered=True),
        "unit_id": ["U1", "U1", "U1", "U2"], "level": [30.0, 30.0, 20.0, 20.0], "supervisory": [True, True, True, False],
    })  # fmt: skip


def heads() -> Heads:
    unit = np.array([0, 0, 0, 1])
    return heads_of(spells(), unit, (np.array([100, 300, 100, 100]), np.array([199, 999, 999, 999])))


def test_only_the_highest_supervisory_post_leads_its_unit() -> None:
    assert list(leading(spells())) == [True, True, False, False]


def test_people_are_led_by_who_headed_their_unit_on_the_day_and_never_by_themselves() -> None:
    employee, unit, day = np.array([2, 2, 2, 2, 1, 3]), np.array([0, 0, 0, 0, 0, 1]), np.array([150, 250, 350, 50, 350, 150])
    assert list(heads().factor(employee, unit, day)) == [0, -1, 1, -1, -1, -1]
    assert list(heads().number(np.array([0, 1, 2]))) == [0, 1, -1]


def test_without_any_leading_post_nobody_is_led() -> None:
    none = heads_of(spells().assign(supervisory=False), np.zeros(4, dtype=np.int64), (np.zeros(4, int), np.ones(4, int)))
    assert list(none.factor(np.array([0]), np.array([0]), np.array([0]))) == [-1]


def test_what_heads_add_is_found_where_others_rate() -> None:
    rng = np.random.default_rng(0)
    people, years, units = 800, 6, 20
    employee, year = np.repeat(np.arange(people), years), np.tile(np.arange(years), people)
    unit = employee % units
    head = unit * 2 + (year >= years // 2)
    effect = 0.3 * rng.normal(size=2 * units)
    score = effect[head] + np.repeat(0.5 * rng.normal(size=people), years) + 0.8 * rng.normal(size=len(head))
    rows = Rows(2010.0 + year, year / 10, np.zeros_like(unit), unit, np.zeros_like(unit))
    nobody = np.full(len(head), -1)
    crossed = np.column_stack([nobody, nobody, nobody, head])
    panel = Panel(employee, rows, Design(np.ones((len(head), 1)), crossed, (0, 0, 0, 2 * units)), score, np.ones(len(head)))
    model = fit_level(panel, LevelParams(rounds=3, variance_people=800), 0)
    found = model.solution.crossed[-2 * units :].reshape(units, 2)
    true = effect.reshape(units, 2)
    change = (found - true)[:, 1] - (found - true)[:, 0]
    assert model.variances[3] == pytest.approx(0.09, rel=0.6)
    assert list(model.variances[:3]) == [0.0, 0.0, 0.0], "factors without effects have no variance"
    assert np.mean(change**2) / np.mean((true[:, 1] - true[:, 0]) ** 2) < MOST_ERROR
