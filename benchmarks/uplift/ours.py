"""Fit UpliftModel on the files of the comparison and write its forecasts beside the peers'."""

import time
from pathlib import Path

import pandas as pd

from models.uplift import UpliftModel

NOT_FEATURES = ["treatment", "y", "train", "person", "fold"]
NAME = "tepat"


def forecast(path: Path) -> pd.DataFrame:
    """Return effect, lower and upper (80 %) of the test rows in ``path``; supported or not, mean effect (AIPW), processor seconds.

    The seed is the one that ``fold`` was drawn with: the model's folds are the file's.
    """
    frame = pd.read_parquet(path)
    train, X = frame["train"].to_numpy(), frame.drop(columns=NOT_FEATURES)
    learned = frame[train]
    start = time.process_time()
    model = UpliftModel(random_state=0).fit(X[train], learned["treatment"], learned["y"], groups=learned["person"])
    effect = model.effect(X[~train])
    spent = time.process_time() - start
    lower, upper = model.effect_interval(X[~train])
    found = {"effect": effect, "lower": lower, "upper": upper}
    return pd.DataFrame(found).assign(supported=float(model.ranking_supported_), mean_effect=model.ate_.value, cpu_s=spent)


def write(data: Path, forecasts: Path, names: list[str]) -> None:
    """Forecast every file that has no forecast yet."""
    forecasts.mkdir(parents=True, exist_ok=True)
    for name in names:
        target = forecasts / f"{name}.{NAME}.parquet"
        if not target.exists():
            forecast(data / f"{name}.parquet").to_parquet(target, index=False)
