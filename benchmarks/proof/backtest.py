"""Mark 2: the forward-chained backtest on the players' panel."""

import os
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.proof.page import Proof
from benchmarks.proof.sizes import Say, Size
from evaluation.backtest import Backtest, backtest
from evaluation.forecaster import PairForecaster
from pipelines import ingesting
from pipelines.job import open_job
from pipelines.request import Request
from rules.verdicts import eligibility

PANELS = "TEPAT_PANELS"
TITLE = "Real moves: the players' panel"
MARK = "excess of R2 over Marcel with its whole 95 % interval above zero, test years 1995-2004"


def prove(size: Size, seed: int, say: Say) -> Proof:
    """Return every method's figures on the held-out moves, and R2 year by year; without the panel, why there is nothing."""
    panels = os.environ.get(PANELS, "")
    if not panels:
        return Proof(TITLE, MARK, f"not measured: {PANELS} is unset, the real panels are not on this machine")
    first, last = size.backtest
    result = measured(Path(panels) / "players", range(first, last + 1), seed, say)
    table = result.table.assign(
        **{name: result.table[name].mask(result.table["method"] == "marcel") for name in ("excess", "excess_lower", "excess_upper")}
    )
    model = result.table.set_index("method").loc["model"]
    kept = "kept" if model["excess_lower"] > 0 else "missed"
    return Proof(
        title=TITLE, mark=MARK,
        verdict=f"{kept}: {model['excess']:+.3f} ({model['excess_lower']:+.3f} to {model['excess_upper']:+.3f})",
        tables={"": table.rename(columns={"excess": "excess R2", "excess_lower": "lower", "excess_upper": "upper"}),
                "R2 about the year's own mean": by_year(result), "What became of every change of unit": result.funnel},
    )  # fmt: skip


def measured(source: Path, years: range, seed: int, say: Say) -> Backtest:
    """Return the backtest of `tepat backtest SOURCE`, with the shipped parameters, in a workspace of its own."""
    with tempfile.TemporaryDirectory() as workspace:
        job = open_job(Request(str(source), workspace=workspace, seed=seed))
        tables = ingesting.load(job, ingesting.ingest(job).snapshot_id)
    params = job.params
    forecaster = PairForecaster(eligibility(params.rules.pack()), params.trials, params.uplift, params.trial_run.rivals)
    return backtest(tables, years, forecaster, params.backtest, seed, say)


def by_year(result: Backtest) -> pd.DataFrame:
    """Return n and R2 of Marcel and the model per test year."""
    rows = result.forecasts.assign(year=result.forecasts["moved_on"].dt.year)
    around = rows["realised"] - rows.groupby("year")["realised"].transform("mean")
    errors = {name: (rows["realised"] - rows[f"forecast_{name}"]) ** 2 for name in ("marcel", "model")}
    sums = pd.DataFrame({**errors, "total": around**2}).groupby(rows["year"]).sum()
    shares = {name: 1 - sums[name] / sums["total"] for name in errors}
    return pd.DataFrame({"n": rows.groupby("year").size(), **shares}).reset_index()
