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


def check_inputs(X: pd.DataFrame, treatment: object, y: object, groups: object, sample_weight: object) -> Inputs:
    """Return the inputs as arrays (n,), or raise with every fault found."""
    n = len(X)
    given = {"treatment": treatment, "y": y, "sample_weight": np.ones(n) if sample_weight is None else sample_weight}
    arrays = {name: np.asarray(values).ravel().astype(np.float64) for name, values in given.items()}
    codes = np.arange(n) if groups is None else pd.factorize(pd.Series(np.asarray(groups)), sort=True)[0].astype(np.intp)
    lengths = {name: len(values) for name, values in {**arrays, "groups": codes}.items() if len(values) != n}
    faults = [f"{name} has {length} rows, X has {n}" for name, length in lengths.items()]
    faults += [
        f"{name} has {bad} values that are not finite" for name, v in arrays.items() if (bad := int((~np.isfinite(v)).sum()))
    ]
    if not np.isin(arrays["treatment"], (0.0, 1.0)).all():
        faults.append("treatment has values other than 0 and 1")
    if (arrays["sample_weight"] < 0).any() or (codes < 0).any():
        faults.append("sample_weight must not be negative and groups complete")
    if not arrays["sample_weight"].any():
        faults.append("every sample_weight is zero")
    if faults:
        raise UsageError("UpliftModel.fit: " + "; ".join(faults) + ".")
    return Inputs(arrays["treatment"], arrays["y"], arrays["sample_weight"], codes)
