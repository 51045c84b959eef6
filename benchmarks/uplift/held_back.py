"""The check against over-tuning: UpliftModel, a constant and a T-learner on invented surfaces whose seeds nobody tuned on.

`python -m benchmarks.uplift.held_back`
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.uplift.protocol import HELD_BACK_SURFACES
from benchmarks.uplift.score import score
from benchmarks.uplift.surfaces import SURFACES, Array, Trial
from models.stack.encoding import FrameEncoder
from models.stack.regressors import TreeParams, fit_trees
from models.uplift import UpliftModel

Method = Callable[[Trial, UpliftModel], tuple[Array, float]]


def constant(trial: Trial, model: UpliftModel) -> tuple[Array, float]:
    """Return the AIPW mean effect for everybody."""
    return np.full(len(trial.y), model.ate_.value), float("nan")


def t_learner(trial: Trial, model: UpliftModel) -> tuple[Array, float]:
    """Return the difference of two LightGBM regressions."""
    X = FrameEncoder().fit(trial.X).transform(trial.X)
    arms = [trial.treatment == arm for arm in (0.0, 1.0)]
    fits = [fit_trees(X.take(arm), trial.y[arm], np.ones(int(arm.sum())), model.random_state, TreeParams()) for arm in arms]
    return fits[1].predict(X) - fits[0].predict(X), float("nan")


def tepat(trial: Trial, model: UpliftModel) -> tuple[Array, float]:
    """Return UpliftModel's effect, and the share of true effects in its 80 % intervals."""
    lower, upper = model.effect_interval(trial.X)
    return model.effect(trial.X), float(np.mean((lower <= trial.effect) & (trial.effect <= upper)))


METHODS: dict[str, Method] = {"constant": constant, "t_learner": t_learner, "tepat": tepat}


def main() -> None:
    """Print one table: surface x method, means over instances."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--columns", type=int, default=15)
    given = parser.parse_args()
    rows = []
    for surface, draw in SURFACES.items():
        for seed in HELD_BACK_SURFACES:
            trial = draw(given.rows, given.columns, seed)
            start = time.process_time()
            model = UpliftModel(random_state=seed).fit(trial.X, trial.treatment, trial.y)
            fit_s = time.process_time() - start
            for name, method in METHODS.items():
                effect, coverage = method(trial, model)
                row = {"surface": surface, "method": name, **score(trial.effect, effect, trial.y), "coverage": coverage}
                own = {"supported": float(model.ranking_supported_), "fit_cpu_s": fit_s} if name == "tepat" else {}
                rows.append({**row, **own})
    table = pd.DataFrame(rows).groupby(["surface", "method"], sort=False).mean().round(3)
    print(table.to_string())


if __name__ == "__main__":
    main()
