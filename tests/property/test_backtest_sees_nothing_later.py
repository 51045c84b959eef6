"""Whatever becomes known after the origin of a test year changes no forecast of that year."""

import numpy as np
import pandas as pd
import pytest

from evaluation.backtest import METHODS, PREDICTED, BacktestParams, backtest, origin
from evaluation.rivals import LEVELS
from features.contract import REQUIRED_TABLES
from features.tables import Tables, conform, employee_dtype

YEAR = 2008
PARAMS = BacktestParams(resamples=10)
FORECASTS = [f"forecast_{name}" for name in METHODS]


def invented(seed: int) -> Tables:
    """Return people who change units at random and are scored every year from 2001 to 2010."""
    rng = np.random.default_rng(seed)
    ids = [f"E{n:03d}" for n in range(80)]
    grid = pd.MultiIndex.from_product([ids, range(2001, 2011)], names=["employee_id", "year"]).to_frame(index=False)
    grid["unit_id"] = [f"U{n}" for n in rng.integers(0, 4, len(grid))]
    start = pd.to_datetime(grid["year"].astype(str) + "-01-01")
    appraisals = grid.assign(period_start=start, period_end=start + pd.Timedelta(days=300), score=rng.normal(size=len(grid)))
    units = pd.DataFrame({"unit_id": [f"U{n}" for n in range(4)]})
    raw = {
        "employees": pd.DataFrame({"employee_id": ids}),
        "units": units,
        "positions": units.assign(position_id="P" + units["unit_id"], job_family=list("aabb")),
        "assignments": grid.assign(position_id="P" + grid["unit_id"], start_on=start),
        "appraisals": appraisals,
    }
    frames = {name: conform(name, raw[name], employee_dtype(ids)) for name in REQUIRED_TABLES}
    return Tables(frames, extracted_on=frames["appraisals"]["known_on"].max())


def rescored(tables: Tables, rows: pd.Series) -> Tables:
    """Return the tables with the scores of ``rows`` negated and doubled."""
    appraisals = tables["appraisals"]
    changed = appraisals.assign(score=appraisals["score"].where(~rows, -2 * appraisals["score"]))
    return Tables({**tables.frames, "appraisals": changed}, tables.extracted_on)


def mean_of_all_it_sees(known: Tables, as_of: pd.Timestamp, pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Forecast from every score handed over, so that a single later row would show."""
    mean = known["appraisals"]["score"].mean() + len(known["assignments"])
    recorded = {"recorded": mean, **{f"recorded_{name}": mean for name in LEVELS}}
    return pd.DataFrame(0.0, index=pairs.index, columns=[*PREDICTED]).assign(**recorded)


@pytest.mark.parametrize("seed", range(5))
def test_scores_known_later_change_no_forecast(seed: int) -> None:
    tables = invented(seed)
    later = tables["appraisals"]["known_on"] > origin(YEAR)
    before = backtest(tables, range(YEAR, YEAR + 1), mean_of_all_it_sees, PARAMS, seed=0).forecasts
    after = backtest(rescored(tables, later), range(YEAR, YEAR + 1), mean_of_all_it_sees, PARAMS, seed=0).forecasts
    pd.testing.assert_frame_equal(before[FORECASTS], after[FORECASTS])
    assert not before["realised"].equals(after["realised"])


@pytest.mark.parametrize("seed", range(2))
def test_scores_known_earlier_do_change_forecasts(seed: int) -> None:
    """The counter-test: without it the one above could pass because nothing is read at all."""
    tables = invented(seed)
    earlier = tables["appraisals"]["known_on"] <= origin(YEAR)
    before = backtest(tables, range(YEAR, YEAR + 1), mean_of_all_it_sees, PARAMS, seed=0).forecasts
    after = backtest(rescored(tables, earlier), range(YEAR, YEAR + 1), mean_of_all_it_sees, PARAMS, seed=0).forecasts
    changed = [name for name in FORECASTS if not before[name].equals(after[name])]
    assert changed == [name for name in FORECASTS if name != "forecast_zero"]


def test_later_years_of_the_source_change_no_forecast_of_earlier_ones() -> None:
    """Cutting the source after the test year leaves that year's rows byte for byte."""
    tables = invented(11)
    kept = {
        name: frame[frame["known_on"] <= origin(YEAR + 2)] if "known_on" in frame else frame
        for name, frame in tables.frames.items()
    }
    short = Tables({name: frame.reset_index(drop=True) for name, frame in kept.items()}, origin(YEAR + 2))
    whole = backtest(tables, range(YEAR, YEAR + 1), None, PARAMS, seed=0).forecasts
    pd.testing.assert_frame_equal(whole, backtest(short, range(YEAR, YEAR + 1), None, PARAMS, seed=0).forecasts)
