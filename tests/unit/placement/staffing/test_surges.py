"""A surge is told from season, trend and noise; how often it is cried for nothing, and how often missed, is measured."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from features.tables import Tables, conform
from pipelines.settings import load_params
from placement.staffing.surges import SurgeParams, surges
from simulation.services import service_demand

PARAMS = SurgeParams()
LAST = pd.Timestamp("2025-12-31")


def read(table: pd.DataFrame, params: SurgeParams = PARAMS) -> pd.DataFrame:
    return surges(Tables({"service_demand": conform("service_demand", table)}, extracted_on=LAST), LAST, params)


def one_unit(visitors: np.ndarray, freq: str = "M") -> pd.DataFrame:
    periods = pd.period_range(end="2025-12", periods=len(visitors), freq=freq)
    return pd.DataFrame({
        "unit_id": "U-1", "period_start": periods.start_time, "period_end": periods.end_time.normalize(), "visitors": visitors,
    })  # fmt: skip


def invented(units: int, rate: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return demand of clinics as the invented city makes it, and its true surges."""
    clinics = pd.DataFrame({"family": 0, "kind": "clinic", "valid_to": pd.NaT}, index=range(units))
    knobs = SimpleNamespace(first_year=2016, last_year=2025, surge_rate=rate)
    return service_demand(SimpleNamespace(units=clinics), knobs, np.random.default_rng(seed))


def noisy(n: int, seed: int) -> np.ndarray:
    return 1000 * np.random.default_rng(seed).lognormal(0, 0.05, n)


def test_the_shipped_choices_are_the_ones_measured() -> None:
    assert load_params().needs.surges == PARAMS


def test_where_nothing_surges_few_alarms_are_false() -> None:
    """Seeds not used to choose the thresholds: 2 % is the bound, some 0.6 % were seen."""
    table, _ = invented(400, 0.0, seed=4001)
    assert read(table)["surge"].mean() <= 0.02


def test_a_recent_surge_is_found_with_its_size_and_beginning() -> None:
    table, truth = invented(200, 1.0, seed=4002)
    found = read(table).merge(truth, on="unit_id")
    recent = found[(LAST - found["from_on"]).dt.days <= 360]
    assert len(recent) > 70
    assert recent["surge"].mean() >= 0.95
    seen = recent[recent["surge"]]
    assert (seen["surge_rise"] - (seen["factor"] - 1)).abs().median() < 0.08
    assert (seen["surge_since"] == seen["from_on"]).mean() > 0.6


def test_what_rose_years_ago_is_the_new_level() -> None:
    visitors = noisy(60, 3)
    visitors[20:] *= 1.5
    assert not read(one_unit(visitors))["surge"].any()


def test_a_season_that_comes_every_year_is_no_surge() -> None:
    visitors = noisy(60, 4) * np.tile(np.r_[np.ones(9), 1.6, 1.7, 1.6], 5)
    assert not read(one_unit(visitors))["surge"].any()


def test_a_rise_that_is_over_is_no_surge() -> None:
    visitors = noisy(60, 5)
    visitors[50:54] *= 1.6
    assert not read(one_unit(visitors))["surge"].any()


def test_quarters_are_read_too() -> None:
    visitors = noisy(20, 6)
    visitors[-2:] *= 1.6
    found = read(one_unit(visitors, freq="Q"))
    assert found["surge"].all()
    assert found["surge_since"].iloc[0] == pd.Timestamp("2025-07-01")


def test_a_surge_says_what_was_to_be_expected() -> None:
    visitors = noisy(60, 7)
    visitors[-4:] *= 1.5
    row = read(one_unit(visitors)).iloc[0]
    assert row["expected"] == pytest.approx(1000, rel=0.06)
    assert row["visitors"] / row["expected"] - 1 == pytest.approx(row["surge_rise"])
    assert row["p_value"] < 1e-4


def test_units_without_visitors_are_none_at_all() -> None:
    assert read(one_unit(np.zeros(40)))["surge"].sum() == 0
    assert read(one_unit(np.zeros(3))).empty
