"""Baselines on rows small enough to reckon by hand."""

import pandas as pd
import pytest

from evaluation.baselines import BaselineParams, Baselines, fit_baselines

PERIODS = pd.DataFrame(
    [
        ("a", "2008-04-01", "2008-12-01", 2008, 100.0, 1.0),
        ("a", "2009-04-01", "2009-12-01", 2009, 300.0, -1.0),
        ("a", "2010-04-01", "2010-12-01", 2010, 100.0, 9.0),
        ("b", "2009-04-01", "2009-12-01", 2009, 200.0, 0.5),
    ],
    columns=["employee_id", "period_start", "known_on", "year", "exposure", "score"],
).astype({"period_start": "datetime64[us]", "known_on": "datetime64[us]"})
MOVES = pd.DataFrame(
    {
        "employee_id": ["a", "c"],
        "job_family": ["x", "y"],
        "moved_on": pd.Timestamp(2010, 4, 1),
        "as_of": pd.Timestamp(2009, 12, 31),
    },
    index=[7, 3],
)
TUNED = Baselines(
    constant=0.2, families=pd.Series({"x": 0.4}), population=0.1, shrinkage=100.0, marcel_shrinkage=50.0, marcel_recency=0.5
)


def test_forecasts_follow_their_formulas_and_ignore_what_was_not_known() -> None:
    forecast = TUNED.forecast(MOVES, PERIODS).loc[7]
    assert forecast["forecast_last"] == -1.0
    assert forecast["forecast_mean"] == 0.0
    assert forecast["forecast_shrunk"] == pytest.approx((100 * 1 - 300 + 100 * 0.1) / 500)
    assert forecast["forecast_marcel"] == pytest.approx((0.5 * 100 * 1 - 300 + 50 * 0.4) / (50 + 300 + 50))
    assert forecast["forecast_constant"] == 0.2
    assert forecast["forecast_zero"] == 0.0


def test_nobody_is_forecast_without_a_known_score() -> None:
    assert TUNED.forecast(MOVES, PERIODS).loc[3].isna().all()


def test_too_few_past_moves_tune_nothing() -> None:
    past = MOVES.assign(realised=1.0)
    fitted = fit_baselines(past, PERIODS, BaselineParams(default_recency=0.7, default_shrinkage=2.0))
    assert fitted.marcel_recency == 0.7
    assert fitted.shrinkage == 2.0 * PERIODS["exposure"].median()
    assert fitted.constant == 1.0


def test_family_means_are_shrunken_towards_the_overall_mean() -> None:
    periods = pd.concat([PERIODS.assign(employee_id=f"p{n}") for n in range(4)], ignore_index=True)
    moves = pd.DataFrame(
        {
            "employee_id": ["p0", "p1", "p2", "p3"], "job_family": ["x", "x", "y", "y"], "moved_on": pd.Timestamp(2010, 4, 1),
            "as_of": pd.Timestamp(2009, 12, 31), "realised": [1.0, 1.0, 0.0, 0.0],
        }
    )  # fmt: skip
    fitted = fit_baselines(moves, periods, BaselineParams(family_prior=2.0))
    assert fitted.families.to_dict() == pytest.approx({"x": 0.75, "y": 0.25})


def test_tuning_finds_the_shrinkage_that_forecasts_best() -> None:
    """With realised = half of the single known score, the prior must weigh as much as the score itself."""
    n = 60
    scores = [(-1.0) ** k * (1 + k / n) for k in range(n)]
    people = [f"p{k:02d}" for k in range(n)]
    periods = pd.DataFrame({"employee_id": people, "year": 2009, "exposure": 100.0, "score": scores})
    periods["period_start"], periods["known_on"] = pd.Timestamp(2009, 4, 1), pd.Timestamp(2009, 12, 1)
    moves = pd.DataFrame({"employee_id": people, "job_family": "x", "realised": [score / 2 for score in scores]})
    moves["moved_on"], moves["as_of"] = pd.Timestamp(2010, 4, 1), pd.Timestamp(2009, 12, 31)
    assert fit_baselines(moves, periods, BaselineParams()).shrinkage == 100.0
