"""The backtest with the model among its methods: refitted for every test year on what was known before it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from evaluation.backtest import Backtest, as_text, backtest
from evaluation.forecaster import PairForecaster
from features.snapshot import load_identity
from pipelines import ingesting
from pipelines.files import require_ending, write_frame
from pipelines.job import Job
from rules.verdicts import eligibility


def run_backtest(job: Job, years: range, out: Path | None, progress: Callable[[str], None]) -> str:
    """Return the table of the backtest as text; write the forecasts, one row per held-out move, to ``out`` where given."""
    if out is not None:
        require_ending(out)
    ingested = ingesting.ingest(job)
    params = job.params
    forecaster = PairForecaster(eligibility(params.rules.pack()), params.trials, params.uplift, params.trial_run.rivals)
    result = backtest(ingesting.load(job, ingested.snapshot_id), years, forecaster, params.backtest, job.seed, progress)
    if out is not None:
        write_frame(_named(job, ingested.snapshot_id, result), out)
    return as_text(result, params.backtest)


def _named(job: Job, snapshot_id: str, result: Backtest) -> pd.DataFrame:
    """Return the forecasts with the source's own employee ids."""
    who = load_identity(job.workspace.snapshots, snapshot_id).set_index("employee_id")["source_id"]
    return result.forecasts.assign(employee_id=result.forecasts["employee_id"].astype("str").map(who))
