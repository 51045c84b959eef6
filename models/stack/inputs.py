"""What a caller hands to ``fit``, checked: every fault is named at once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import UsageError
from models.stack.encoding import Array


@dataclass(frozen=True, slots=True)
class Inputs:
    """What ``fit`` was given, each (n,): treatment, outcome, weight and group codes."""

    treated: Array
    y: Array
    weight: Array
    group: NDArray[np.intp]

    def take(self, rows: NDArray[np.bool_]) -> "Inputs":
        """Return the given rows, groups coded anew without gaps."""
        group = np.unique(self.group[rows], return_inverse=True)[1].astype(np.intp)
        return Inputs(self.treated[rows], self.y[rows], self.weight[rows], group)


LARGEST = 1e100
UNIT_STEP = 1024.0
"""Outcomes are counted in powers of this: exact in binary, and one for every outcome whose SD lies between 1/32 and 32."""


def unit_of(y: Array, weight: Array) -> float:
    """Return the power of ``UNIT_STEP`` nearest to the SD of ``y`` (n,).

    LightGBM and a few guards against nought know numbers about one only; in a unit of its own size an outcome may be anything.
    """
    spread = float(np.sqrt(np.average((y - np.average(y, weights=weight)) ** 2, weights=weight)))
    return float(UNIT_STEP ** round(np.log(spread) / np.log(UNIT_STEP))) if spread > 0 else 1.0


def check_folds(folds: NDArray[np.intp], treated: Array) -> None:
    """Raise where some fold's models would be fitted without treated or without untreated rows: too few groups."""
    table = np.zeros((int(folds.max()) + 1, 2))
    np.add.at(table, (folds, treated.astype(np.intp)), 1)
    if not (table.sum(axis=0) > table).all():
        raise UsageError(
            "UpliftModel.fit: groups stay whole in folds, and all rows of one arm lie in one fold. "
            "Each arm must occur in at least two groups; without groups every row is its own."
        )


def check_settings(n_folds: int, n_trees: int, n_draws: int, weight_sd: float) -> None:
    """Raise with every setting that no model can be fitted with."""
    least = {"n_folds": (n_folds, 2), "n_trees": (n_trees, 1), "n_draws": (n_draws, 2)}
    faults = [f"{name} must be at least {low}, found {value}" for name, (value, low) in least.items() if value < low]
    if not weight_sd > 0:
        faults.append(f"weight_sd must be above 0, found {weight_sd}")
    if faults:
        raise UsageError("UpliftModel: " + "; ".join(faults) + ".")


def check_inputs(X: pd.DataFrame, treatment: object, y: object, groups: object, sample_weight: object) -> Inputs:
    """Return the inputs as arrays (n,), or raise with every fault found."""
    n = len(X)
    given = {"treatment": treatment, "y": y, "sample_weight": np.ones(n) if sample_weight is None else sample_weight}
    arrays = {name: _numbers(values) for name, values in given.items()}
    codes = np.arange(n) if groups is None else pd.factorize(pd.Series(np.asarray(groups)), sort=True)[0].astype(np.intp)
    lengths = {name: len(values) for name, values in {**arrays, "groups": codes}.items() if len(values) != n}
    faults = [f"{name} has {length} rows, X has {n}" for name, length in lengths.items()]
    faults += [  # missing values, infinite ones and what is no number
        f"{name} has {bad} values that are not finite" for name, v in arrays.items() if (bad := int((~np.isfinite(v)).sum()))
    ]
    if not np.isin(arrays["treatment"], (0.0, 1.0)).all():
        faults.append("treatment has values other than 0 and 1")
    if (np.abs(arrays["y"]) > LARGEST).any():
        faults.append(f"y has values beyond {LARGEST:g}, too large to be squared")
    if (arrays["sample_weight"] < 0).any() or (codes < 0).any():
        faults.append("sample_weight must not be negative and groups complete")
    if not arrays["sample_weight"].any():
        faults.append("every sample_weight is zero")
    if faults:
        raise UsageError("UpliftModel.fit: " + "; ".join(faults) + ".")
    return Inputs(arrays["treatment"], arrays["y"], arrays["sample_weight"], codes)


def _numbers(values: object) -> Array:
    """Return ``values`` as numbers (n,), NaN where they are none: no fault may repeat a value."""
    flat = np.asarray(values).ravel()
    if np.iscomplexobj(flat):
        raise UsageError("Complex data not supported: treatment, y or sample_weight holds complex numbers.")
    try:
        return flat.astype(np.float64)
    except (TypeError, ValueError):
        return np.asarray(pd.to_numeric(pd.Series(flat, dtype=object), errors="coerce").to_numpy(np.float64, na_value=np.nan))
