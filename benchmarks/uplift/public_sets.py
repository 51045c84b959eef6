"""Write the public sets to Parquet, in the peers' environment: `python public_sets.py FOLDER reported`.

Columns: features ``x...``, ``treatment``, ``y``, ``train`` (bool), ``person``, ``fold`` (0..4, -1 where not learned from). The
truth lies in a file of its own, which no method opens.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from protocol import FOLDS, NIE_WAGER_COLUMNS, NIE_WAGER_NOISE, NIE_WAGER_ROWS, TRAIN_SHARE, instances

Drawn = tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]
"""Features, treatment, outcome, true effect."""


def acic_2016(instance: int) -> Drawn:
    """Return instance 1-10 as causallib ships it: 4,802 rows, 79 columns; the effect is the difference of mean outcomes."""
    from causallib.datasets import load_acic16

    found = load_acic16(instance)
    effect = (found.po.iloc[:, 1] - found.po.iloc[:, 0]).to_numpy()
    return found.X.astype(float), found.a.to_numpy(float), found.y.to_numpy(float), effect


def ihdp_b(seed: int) -> Drawn:
    """Return Hill's response surface B over the real covariates: 747 rows, 25 columns."""
    from econml.data.dgps import ihdp_surface_B

    y, treatment, X, effect = ihdp_surface_B(random_state=seed)
    return pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])]), treatment.astype(float), y, effect


def nie_wager(mode: int) -> Callable[[int], Drawn]:
    """Return the drawer of set-up A, B, C or D (mode 1 to 4)."""

    def draw(seed: int) -> Drawn:
        from causalml.dataset import synthetic_data

        np.random.seed(seed)
        y, X, treatment, effect, *_ = synthetic_data(mode, n=NIE_WAGER_ROWS, p=NIE_WAGER_COLUMNS, sigma=NIE_WAGER_NOISE)
        return pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])]), treatment.astype(float), y, effect

    return draw


DRAWS: dict[str, Callable[[int], Drawn]] = {
    "acic_2016": acic_2016, "ihdp_b": ihdp_b, **{f"nie_wager_{letter}": nie_wager(k + 1) for k, letter in enumerate("abcd")},
}  # fmt: skip


def folds_of(treatment: np.ndarray, seed: int) -> np.ndarray:
    """Return folds (n,), treated and untreated spread evenly in an order drawn from ``seed``."""
    order = np.lexsort((np.random.default_rng(seed).random(len(treatment)), treatment))
    fold = np.empty(len(treatment), dtype=int)
    fold[order] = np.arange(len(treatment)) % FOLDS
    return fold


def write(folder: Path, name: str, instance: int) -> None:
    """Draw one instance and write what methods may see, and apart from it the truth."""
    X, treatment, y, effect = DRAWS[name](instance)
    train = np.random.default_rng(instance).permutation(len(y)) < round(TRAIN_SHARE * len(y))
    fold = np.full(len(y), -1)
    fold[train] = folds_of(treatment[train], 0)
    seen = X.reset_index(drop=True).assign(treatment=treatment, y=y, train=train, person=np.arange(len(y)), fold=fold)
    seen.to_parquet(folder / f"{name}-{instance}.parquet", index=False)
    pd.DataFrame({"effect": effect}).to_parquet(folder / f"{name}-{instance}.truth.parquet", index=False)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for of_set, number in instances(sys.argv[2], "public"):
        write(target, of_set, number)
