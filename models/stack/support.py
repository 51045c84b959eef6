"""What stands behind an effect at x: comparable rows of the scarcer arm, and the range of what was seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.judgement.grades import Ranges, ranges_from, ranges_of, support_share
from models.stack.encoding import Array

SLICES = 10
"""Slices of equal size that the propensity is cut into."""


@dataclass(frozen=True, slots=True)
class ArmSupport:
    """Effective rows of the scarcer arm by slice of the propensity (inner ``edges``), and the usual range of each feature."""

    edges: tuple[float, ...]
    scarcer: tuple[float, ...]
    ranges: Ranges

    def overlap(self, e: Array) -> Array:
        """Return n / (n + 10) for the n effective rows of the scarcer arm that have a propensity like ``e`` (n,)."""
        return support_share(np.array(self.scarcer)[np.searchsorted(self.edges, e, side="right")])


def arm_support(e: Array, treated: Array, weight: Array, frame: pd.DataFrame) -> ArmSupport:
    """Return the support that the rows of a fit give; ``e`` (n,) are out-of-fold propensities, not clipped."""
    edges = np.unique(np.quantile(e, np.arange(1, SLICES) / SLICES))
    place = np.searchsorted(edges, e, side="right")
    arms = [_effective(place, weight * (treated == arm), len(edges) + 1) for arm in (0.0, 1.0)]
    return ArmSupport(tuple(map(float, edges)), tuple(map(float, np.minimum(*arms))), ranges_of(frame))


def _effective(place: np.ndarray, weight: Array, slices: int) -> Array:
    """Return Kish's effective number of rows (sum of weights squared over sum of squares) by slice."""
    total, squares = (np.bincount(place, w, slices) for w in (weight, weight**2))
    return np.divide(total**2, squares, out=np.zeros(slices), where=squares > 0)


def arm_support_from(plain: Mapping[str, Any]) -> ArmSupport:
    """Return the support whose fields, as lists, are ``plain``."""
    return ArmSupport(tuple(plain["edges"]), tuple(plain["scarcer"]), ranges_from(plain["ranges"]))
