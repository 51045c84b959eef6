"""Several tests at once: p-values that keep the chance of any false alarm (Holm 1979)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def holm(p_values: Array) -> Array:
    """Return the adjusted p-values (k,): rejecting those below alpha errs at all with chance alpha at most."""
    order = np.argsort(p_values, kind="stable")
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    out = np.empty(len(p_values))
    out[order] = np.minimum(steps, 1.0)
    return out
