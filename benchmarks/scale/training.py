"""What fitting the pair model costs beside LightGBM's own part of it: ``python -m benchmarks.scale.training --write``.

The fit of a run, in CPU seconds of one thread, under the profiler, which slows what is written in Python and not LightGBM: so the
ratios err against us. The yardstick is the time inside ``lightgbm.train`` for the same trees, binning of their columns included.
"""

import argparse
import cProfile
import os
import platform
import time
from pathlib import Path

import pandas as pd

from benchmarks.proof.page import markdown, put
from benchmarks.proof.sizes import invented
from features.as_of import default_as_of
from features.trials import TrainingRows, training_rows
from models.pair_uplift import fit_pair_uplift
from pipelines.history import look_back
from pipelines.second_core import Here
from pipelines.settings import Params

PAGE = Path("docs/models.md")
OURS = (("tree_stage.py", "fit_stage"), ("regressors.py", "fit_trees"), ("regressors.py", "fit_tree_classifier"))
"""What fits trees: file and function, all their work on the columns included."""
THEIRS = (("engine.py", "train"),)
WHOLE = (("pair_uplift.py", "fit_pair_uplift"),)


def rows_of(people: int, years: int, seed: int) -> TrainingRows:
    """Return the training rows of an invented city."""
    _, tables = invented((people, years), seed, {})
    params, as_of = Params(), default_as_of(tables)
    past = look_back(tables, as_of, params.trials, params.rules.pack(), Here())
    return training_rows(tables, as_of, params.trials, past.may, seed, past.on)


def measure(people: int, years: int, seed: int) -> dict[str, object]:
    """Return CPU seconds of the fit, of everything of ours that fits trees, and of LightGBM within."""
    rows, profile = rows_of(people, years, seed), cProfile.Profile(time.process_time)
    profile.runcall(fit_pair_uplift, rows, Params().uplift, seed)
    profile.create_stats()
    spent = {(Path(file).name, name): took for (file, _, name), (_, _, _, took, _) in profile.stats.items()}
    whole, ours, theirs = (
        sum(spent.get(one, 0.0) for one in of) for of in ((("pair_uplift.py", "fit_pair_uplift"),), OURS, THEIRS)
    )
    return {
        "people": people, "risk rows": len(rows.risk), "whole fit, s": whole, "fitting trees, s": ours,
        "LightGBM within, s": theirs, "ratio": ours / theirs,
    }  # fmt: skip


def main() -> None:
    """Measure, print, and with ``--write`` put the table into its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[1_200, 4_000])
    parser.add_argument("--years", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--date", default="")
    given = parser.parse_args()
    table = markdown(pd.DataFrame([measure(people, given.years, given.seed) for people in given.people]).round(2))
    machine = f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[1]:.1f} {given.date}"
    print(table, machine, sep="\n\n")
    if given.write:
        put(PAGE, "training", f"{table}\n\n{machine}")


if __name__ == "__main__":
    main()
