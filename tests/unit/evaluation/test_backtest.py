"""The harness: columns, figures, counts."""

import numpy as np
import pandas as pd
import pytest

from evaluation.backtest import COLUMNS, PREDICTED, BacktestParams, as_text, backtest, origin, score_methods
from features.errors import TooLittleDataError
from features.tables import Tables

YEARS = range(2007, 2011)
PARAMS = BacktestParams(resamples=200)


def oracle(known: Tables, as_of: pd.Timestamp, pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Forecast one for everybody, recorded as one and a half."""
    frame = pd.DataFrame(0.0, index=pairs.index, columns=[*PREDICTED])
    return frame.assign(expected_in_post=1.0, uplift=1.0, recorded=1.5, grade="B")


def test_one_row_per_held_out_move_with_the_promised_columns(panel: Tables) -> None:
    result = backtest(panel, YEARS, oracle, PARAMS, seed=1)
    assert tuple(result.forecasts.columns) == COLUMNS
    assert not result.forecasts.duplicated(["employee_id", "position_id", "moved_on"]).any()
    assert result.forecasts["moved_on"].dt.year.between(2007, 2010).all()


def test_the_model_is_judged_by_the_score_as_recorded(panel: Tables) -> None:
    assert (backtest(panel, YEARS, oracle, PARAMS, seed=1).forecasts["forecast_model"] == 1.5).all()


def test_without_a_forecaster_only_the_baselines_are_judged(panel: Tables) -> None:
    result = backtest(panel, YEARS, None, PARAMS, seed=1)
    assert result.table["method"].tolist() == ["last", "mean", "shrunk", "marcel", "constant", "zero"]
    assert result.forecasts["forecast_model"].isna().all()


def test_a_pair_the_model_cannot_place_is_left_out_for_every_method_and_counted(panel: Tables) -> None:
    def half(known: Tables, as_of: pd.Timestamp, pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
        return oracle(known, as_of, pairs, seed).where(pairs["position_id"] != "PU0")

    full, cut = backtest(panel, YEARS, oracle, PARAMS, seed=1), backtest(panel, YEARS, half, PARAMS, seed=1)
    missing = (full.forecasts["position_id"] == "PU0").sum()
    assert missing > 0
    assert cut.table["n"].unique().tolist() == [len(full.forecasts) - missing]
    assert cut.funnel.set_index("step").loc["not placed by the model", "rows"] == missing


def test_the_funnel_accounts_for_every_change_of_unit(panel: Tables) -> None:
    funnel = backtest(panel, YEARS, None, PARAMS, seed=1).funnel.set_index("step")["rows"]
    assert funnel["changes of unit"] == funnel.drop("changes of unit").sum()


def test_years_without_moves_are_refused_with_the_reason(panel: Tables) -> None:
    with pytest.raises(TooLittleDataError, match="no held-out move in 1950-1951"):
        backtest(panel, range(1950, 1952), None, PARAMS, seed=1)


def test_the_origin_is_the_last_day_before_the_test_year() -> None:
    assert origin(1995) == pd.Timestamp(1994, 12, 31)


def scored() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    realised = rng.normal(size=400)
    signal = realised + rng.normal(size=400)
    return pd.DataFrame(
        {
            "employee_id": np.repeat(np.arange(100), 4), "realised": realised, "forecast_marcel": 0.1 * realised,
            "forecast_model": signal / 2, "forecast_zero": 0.0,
        }
    )  # fmt: skip


def test_figures_agree_with_their_definitions() -> None:
    rows = scored()
    table = score_methods(rows, ["marcel", "model", "zero"], PARAMS, seed=1).set_index("method")
    error = rows["realised"] - rows["forecast_model"]
    assert table.loc["model", "r2"] == pytest.approx(
        1 - (error**2).sum() / ((rows["realised"] - rows["realised"].mean()) ** 2).sum()
    )
    assert table.loc["model", "rmse"] == pytest.approx(np.sqrt((error**2).mean()))
    assert table.loc["marcel", "slope"] == pytest.approx(10)
    assert table.loc["marcel", "excess"] == 0
    assert np.isnan(table.loc["zero", "spearman"])
    assert table.loc["model", "excess_lower"] < table.loc["model", "excess"] < table.loc["model", "excess_upper"]


def test_the_bootstrap_draws_persons_not_rows() -> None:
    """Fourfold copies of each row within a person must leave the interval as wide as single rows do (seeded; no false alarm)."""
    rows = scored().drop_duplicates("employee_id")
    copies = pd.concat([rows] * 4, ignore_index=True)
    single = score_methods(rows, ["marcel", "model"], PARAMS, seed=1)
    fourfold = score_methods(copies, ["marcel", "model"], PARAMS, seed=1)
    pd.testing.assert_frame_equal(single.drop(columns="n"), fourfold.drop(columns="n"))


def test_the_text_names_every_method_and_the_level(panel: Tables) -> None:
    result = backtest(panel, YEARS, oracle, PARAMS, seed=1)
    text = as_text(result, PARAMS)
    assert "95%" in text
    assert all(f"| {method}" in text for method in result.table["method"])
    assert all(f"- {step}: {rows} (" in text for step, rows in result.funnel[["step", "rows"]].to_numpy())


def test_the_same_seed_gives_the_same_table(panel: Tables) -> None:
    first, second = (backtest(panel, YEARS, oracle, PARAMS, seed=4).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
