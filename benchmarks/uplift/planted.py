"""Real panels with planted moves: real histories and real next scores of those who stayed, an effect added by a stated rule.

Rows: one per person and year with a score in that year and in the next, both in the same unit, so that nobody in the table
really moved and the next score is an outcome without treatment. Features: what was known at the end of the year.

Planting, with coefficients drawn from the instance's seed:

* treatment ~ Bernoulli(e), logit e = c - 0.6 last - 0.3 (last - mean of three) + 0.3 tenure + 0.4 a, all standardised, a one more
  column drawn at random, c such that a quarter is treated, e within [0.03, 0.9]: the low and the long-seated move, as in life;
* shape = four columns drawn at random with normal coefficients + the product of the first two + a step at the median of the
  third (half of its coefficient's size each) + a random level for each job family;
* effect = 0.1 + 0.3 SD(y) x (shape, standardised and clipped to two): true spread just under 0.3 SD, as in the design's trial;
* y = real next score + treatment x effect.

People, not rows, are split into train and test.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from benchmarks.uplift.protocol import FOLDS, TRAIN_SHARE
from models.stack.regressors import group_folds

SPREAD, MEAN_EFFECT, TREATED_SHARE = 0.3, 0.1, 0.25
PROPENSITY_RANGE = (0.03, 0.9)
NUMBERS = ("last", "before", "mean3", "trend", "career", "swing", "exposure", "years", "tenure", "age", "colleagues", "level")

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Planted:
    """``seen``: features, treatment, y, train, person, fold; ``effect`` (n,): the truth."""

    seen: pd.DataFrame
    effect: Array


def stayers(folder: Path) -> pd.DataFrame:
    """Return one row per person and year who has a score in it and, in the same unit, in the next: features, person, next score."""
    scores = pd.read_csv(folder / "appraisals.csv", parse_dates=["period_start"])
    scores = scores.assign(year=scores["period_start"].dt.year).sort_values(["employee_id", "year"])
    scores = scores.drop_duplicates(["employee_id", "year"], keep="last").reset_index(drop=True)
    person = scores.groupby("employee_id")
    positions = pd.read_csv(folder / "positions.csv").set_index("position_id")
    born = pd.read_csv(folder / "employees.csv", parse_dates=["birth_date"]).set_index("employee_id")["birth_date"]
    total, count = person["score"].cumsum(), person.cumcount() + 1
    in_unit = scores.groupby("employee_id")["unit_id"].transform(lambda units: (units != units.shift()).cumsum())
    peers = scores.groupby(["unit_id", "year"])["score"]
    recent = person["score"].rolling(3, min_periods=1)
    columns = {
        "last": scores["score"], "before": person["score"].shift(1), "mean3": recent.mean().to_numpy(),
        "trend": scores["score"] - person["score"].shift(2), "career": total / count,
        "swing": recent.std().to_numpy(), "exposure": scores["exposure"], "years": count,
        "tenure": scores.groupby(["employee_id", in_unit]).cumcount() + 1,
        "age": scores["year"] - scores["employee_id"].map(born).dt.year,
        "colleagues": (peers.transform("sum") - scores["score"]) / (peers.transform("count") - 1).where(lambda n: n > 0),
        "level": scores["position_id"].map(positions["level"]),
        "family": scores["position_id"].map(positions["job_family"]), "person": scores["employee_id"],
        "next": person["score"].shift(-1),
    }  # fmt: skip
    stays = (person["unit_id"].shift(-1) == scores["unit_id"]) & (person["year"].shift(-1) == scores["year"] + 1)
    return pd.DataFrame(columns)[stays].reset_index(drop=True)


def plant(rows: pd.DataFrame, seed: int) -> Planted:
    """Return ``rows`` with treatment and effect planted by the rule above."""
    rng = np.random.default_rng(seed)
    z = {name: _standard(rows[name]) for name in NUMBERS}
    family = pd.Categorical(rows["family"])
    effect = MEAN_EFFECT + SPREAD * rows["next"].std() * _shape(z, family, rng)
    pull = -0.6 * z["last"] - 0.3 * (z["last"] - z["mean3"]) + 0.3 * z["tenure"] + 0.4 * z[rng.choice(NUMBERS)]
    centre = brentq(lambda c: expit(c + pull).mean() - TREATED_SHARE, -10, 10)
    treatment = (rng.random(len(rows)) < np.clip(expit(centre + pull), *PROPENSITY_RANGE)).astype(np.float64)
    person = pd.factorize(rows["person"])[0]
    train = (rng.permutation(person.max() + 1) < round(TRAIN_SHARE * (person.max() + 1)))[person]
    fold = np.full(len(rows), -1)
    groups = np.unique(person[train], return_inverse=True)[1]
    fold[train] = group_folds(groups, treatment[train].astype(np.intp), FOLDS, 0)
    seen = rows[list(NUMBERS)].assign(
        family=family, treatment=treatment, y=rows["next"] + treatment * effect, train=train, person=person, fold=fold
    )
    return Planted(seen, effect.to_numpy(dtype=np.float64) if isinstance(effect, pd.Series) else effect)


def _shape(z: dict[str, Array], family: pd.Categorical, rng: np.random.Generator) -> Array:
    chosen = [z[str(name)] for name in rng.choice(NUMBERS, 4, replace=False)]
    weights = rng.normal(size=4)
    shape = sum(weight * column for weight, column in zip(weights, chosen, strict=True))
    shape = shape + 0.5 * weights[0] * chosen[0] * chosen[1] + 0.5 * weights[2] * np.sign(chosen[2])
    levels = rng.normal(0, 0.5, len(family.categories))
    shape = shape + levels[family.codes]
    return np.asarray(np.clip((shape - shape.mean()) / shape.std(), -2, 2))


def _standard(values: pd.Series) -> Array:
    filled = values.astype(float).fillna(values.median())
    spread = float(filled.std()) or 1.0
    return np.asarray(np.clip((filled - filled.mean()) / spread, -3, 3))


def write(panels: Path, folder: Path, name: str, seed: int) -> None:
    """Plant one instance on panel ``name`` and write what methods may see, and apart from it the truth."""
    planted = plant(stayers(panels / name), seed)
    planted.seen.to_parquet(folder / f"{name}-{seed}.parquet", index=False)
    pd.DataFrame({"effect": planted.effect}).to_parquet(folder / f"{name}-{seed}.truth.parquet", index=False)
