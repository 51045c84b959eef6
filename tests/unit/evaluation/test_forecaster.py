"""The pair model behind the backtest's protocol."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from evaluation.backtest import PREDICTED
from evaluation.forecaster import PairForecaster
from evaluation.rivals import LEVELS
from features.as_of import known_at
from features.tables import Tables
from features.trials import TrialParams

AS_OF = pd.Timestamp(2009, 12, 31)


def everybody(known: Tables, decision_on: pd.Timestamp, pairs: pd.DataFrame) -> NDArray[np.bool_]:
    return np.ones(len(pairs), dtype=bool)


@pytest.fixture(scope="module")
def asked(panel: Tables) -> pd.DataFrame:
    """Return three people, a post each, and one post nobody knows."""
    people = panel["employees"]["employee_id"].iloc[[0, 1, 2, 3]]
    return pd.DataFrame(
        {"employee_id": people.to_numpy(), "position_id": ["PU0", "PU1", "PU2", "P-unknown"]}, index=[7, 5, 3, 1]
    ).astype({"employee_id": panel.employee_ids, "position_id": "str"})


@pytest.fixture(scope="module")
def forecast(panel: Tables, asked: pd.DataFrame) -> pd.DataFrame:
    """Return forecasts for a panel whose first unit rates everybody two points higher."""
    appraisals = panel["appraisals"]
    lenient = appraisals.assign(score=appraisals["score"] + 2.0 * (appraisals["unit_id"] == "U0"))
    known = known_at(Tables({**panel.frames, "appraisals": lenient}, panel.extracted_on), AS_OF)
    return PairForecaster(everybody, TrialParams(dates_per_year=1))(known, AS_OF, asked, 1)


def test_forecasts_come_on_the_index_of_the_pairs(forecast: pd.DataFrame, asked: pd.DataFrame) -> None:
    assert forecast.index.tolist() == asked.index.tolist()
    assert set(forecast.columns) == {*PREDICTED, "recorded", *(f"recorded_{name}" for name in LEVELS)}


def test_a_pair_the_model_cannot_place_is_blank_and_no_other(forecast: pd.DataFrame) -> None:
    assert forecast.loc[1].isna().all()
    assert forecast.drop(index=1).notna().all(axis=None)


def test_the_recorded_score_puts_back_the_leniency_of_the_new_unit(forecast: pd.DataFrame) -> None:
    known = forecast.drop(index=1)
    assert known["uplift"].to_numpy() == pytest.approx((known["expected_in_post"] - known["stay_outlook"]).to_numpy(), abs=1e-12)
    put_back = known["recorded"] - known["expected_in_post"]
    assert put_back[7] > put_back[[5, 3]].max() + 0.3
