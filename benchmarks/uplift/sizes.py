"""What a fit of UpliftModel costs by the number of rows: `python -m benchmarks.uplift.sizes`, one thread."""

import argparse
import multiprocessing
import resource
import time

import numpy as np
import pandas as pd

from benchmarks.proof.page import captioned, put
from benchmarks.uplift.compare import PAGE
from benchmarks.uplift.score import score
from benchmarks.uplift.surfaces import nie_wager_b
from models.uplift import UpliftModel

COLUMNS, JUDGED, SEED = 15, 1_000, 8001
SIZES = (2_500, 5_000, 10_000, 20_000)


def measured(rows: int) -> dict[str, float]:
    """Return processor seconds of one fit on ``rows`` rows and of 1,000 forecasts, memory at its highest, and the error."""
    trial = nie_wager_b(rows + JUDGED, COLUMNS, SEED)
    start = time.process_time()
    model = UpliftModel().fit(trial.X.iloc[:rows], trial.treatment[:rows], trial.y[:rows])
    fitted = time.process_time()
    effect = model.effect(trial.X.iloc[rows:])
    asked = time.process_time()
    return {
        "rows": rows, "fit_cpu_s": fitted - start, "ms_a_row": (fitted - start) / rows * 1e3, "effect_cpu_s": asked - fitted,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "npehe": score(trial.effect[rows:], effect, trial.y)["npehe"],
    }  # fmt: skip


def main() -> None:
    """Measure every size in a process of its own; print the table, and where a date was given put it on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--date", default="", help="of the measurement; without it the page is left alone")
    parser.add_argument("--revision", default="", help="what git describe says of the code measured")
    given = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        found = pd.DataFrame(pool.map(measured, given.rows, chunksize=1))
    found["order"] = np.log(found["fit_cpu_s"]).diff() / np.log(found["rows"]).diff()
    text = captioned({"One fit by rows": found})
    print(text)
    if given.date:
        put(PAGE, "sizes", f"*Made on {given.date} by `python -m benchmarks.uplift.sizes`, revision {given.revision}.*\n\n{text}")


if __name__ == "__main__":
    main()
