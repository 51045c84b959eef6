"""What the levels of a category differ by and no forecast knows: rows of one level that err alike betray it.

Of 300 levels with five rows each none can be learned, and neither jackknife nor disagreeing candidates see what all miss. Products
of two groups' residuals within a level do: noise is not shared, what is missed of a level is (Haseman & Elston 1972).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.stack.combination import Residuals
from models.stack.encoding import Array, Encoded


@dataclass(frozen=True, slots=True)
class LevelDoubt:
    """Variance of the effect between levels of the feature at ``place``: what the forecast misses, and all for a level not seen."""

    place: int
    missed: float
    unseen: float

    def variance(self, codes: Array) -> Array:
        """Return the variance (n,) to be added for rows of these levels (NaN: none that was seen)."""
        return np.where(np.isnan(codes), self.unseen, self.missed)

    def in_units(self, unit: float) -> "LevelDoubt":
        """Return the doubt about an outcome that was counted in ``unit``."""
        return LevelDoubt(self.place, self.missed * unit**2, self.unseen * unit**2)


def level_doubts(X: Encoded, residuals: Residuals, forecast: Array) -> tuple[LevelDoubt, ...]:
    """Return the doubt about every category of ``X``; ``forecast`` (n,) is each row's effect by models that did not see it.

    A gap is a level like any other where rows of the fit have gaps; then there is nothing more to say of levels not seen, which
    count as gaps.
    """
    alike = np.average(forecast, weights=residuals.weight * residuals.treated**2)
    doubts = []
    for place in X.categorical:
        codes = X.trees[:, place]
        level = np.where(np.isnan(codes), -1, codes).astype(np.intp) + 1
        missed = shared_variance(level, residuals, forecast)
        all_of_it = shared_variance(level, residuals, np.full(len(forecast), alike))
        doubts.append(LevelDoubt(place, missed, missed if np.isnan(codes).any() else max(missed, all_of_it)))
    return tuple(doubt for doubt in doubts if doubt.unseen > 0)


def level_variance(doubts: Sequence[LevelDoubt], X: Encoded) -> Array:
    """Return the variance (n,) that levels add: the largest of the categories', as one often tells of another."""
    found = [doubt.variance(X.trees[:, doubt.place]) for doubt in doubts]
    return np.max(np.stack(found), axis=0) if found else np.zeros(len(X.trees))


def shared_variance(level: NDArray[np.intp], residuals: Residuals, forecast: Array) -> float:
    """Return the variance between levels (codes from 0) of what ``forecast`` (n,) misses of the effect, shrunk by its own error.

    Products of different groups' pushes T~ (Y~ - T~ forecast) within a level, over products of T~^2. Shrunk, because the noise of
    a few products may look like a difference: half of it is believed at one standard error from nothing.
    """
    push = residuals.weight * residuals.treated * (residuals.y - residuals.treated * forecast)
    weight = residuals.weight * residuals.treated**2
    cells, cell = np.unique(level * (residuals.group.max() + 1) + residuals.group, return_inverse=True)
    own = cells // (residuals.group.max() + 1)
    pushes: Array = np.bincount(cell, push, len(cells)).astype(np.float64)
    weights: Array = np.bincount(cell, weight, len(cells)).astype(np.float64)
    among = _among(weights, own)
    if not among > 0:
        return 0.0
    found, error = _among(pushes, own) / among, np.sqrt(2 * max(_among(pushes**2, own), 0.0)) / among
    return float(found * found**2 / (found**2 + error**2)) if found > 0 else 0.0


def _among(values: Array, own: NDArray[np.intp]) -> float:
    """Return the sum of products of all ordered pairs of different ``values`` (cells,) of the same level ``own`` (cells,)."""
    return float((np.bincount(own, values) ** 2).sum() - (values**2).sum())
