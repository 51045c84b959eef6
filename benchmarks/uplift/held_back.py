"""Compare UpliftModel with a constant and a T-learner where the truth is known: `python -m benchmarks.uplift.run`."""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

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


def score(trial: Trial, effect: Array) -> dict[str, float]:
    """Return npehe = root mean squared error over sd(y), rank correlation, and share of the oracle's gain in the top fifth."""
    truth, fifth = trial.effect, len(trial.y) // 5
    best, mean = np.sort(truth)[-fifth:].mean(), truth.mean()
    chosen = truth[np.argsort(-effect, kind="stable")[:fifth]].mean()
    varies = np.std(effect) > 1e-12 and np.std(truth) > 1e-12
    return {
        "npehe": float(np.sqrt(np.mean((effect - truth) ** 2)) / np.std(trial.y)),
        "rho": float(spearmanr(effect, truth).statistic) if varies else float("nan"),
        "gain20": float((chosen - mean) / (best - mean)) if varies else float("nan"),
    }


def main() -> None:
    """Print one table: surface x method, means over instances."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--columns", type=int, default=12)
    parser.add_argument("--instances", type=int, default=3)
    given = parser.parse_args()
    rows = []
    for surface, draw in SURFACES.items():
        for seed in range(given.instances):
            trial = draw(given.rows, given.columns, 1000 + seed)
            start = time.process_time()
            model = UpliftModel(random_state=seed).fit(trial.X, trial.treatment, trial.y)
            fit_s = time.process_time() - start
            for name, method in METHODS.items():
                effect, coverage = method(trial, model)
                supported = float(model.ranking_supported_) if name == "tepat" else float("nan")
                row = {"surface": surface, "method": name, **score(trial, effect), "coverage": coverage, "supported": supported}
                rows.append({**row, "fit_cpu_s": fit_s if name == "tepat" else float("nan")})
    table = pd.DataFrame(rows).groupby(["surface", "method"], sort=False).mean().round(3)
    print(table.to_string())


if __name__ == "__main__":
    main()
