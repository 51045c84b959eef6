"""Who gains most and who least: effects by fifth of the forecast, whether they rise, and in what the ends differ."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.definitions import FEATURES
from models.judgement.effect_scores import (
    Bin,
    EffectSample,
    Figure,
    Metric,
    calibration,
    interval,
    mean_effect,
    quantile_cells,
    with_interval,
)
from models.stack.encoding import Array

FIFTHS = 5
MOST_CONTRASTS = 10
"""Features told in a comparison of the ends, the largest differences first."""
FEWEST_ROWS = 10
"""Movers in either end below which a feature is not compared: a mean of fewer would speak of persons."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One feature in the top and the bottom fifth of the forecast: means in its own unit, and their difference in its SD."""

    feature: str
    top: float
    bottom: float
    difference: Figure


@dataclass(frozen=True, slots=True)
class Gates:
    """Effects by fifth of the forecast (``groups``, lowest first), ``steps`` from each to the next, ``ends`` top less bottom."""

    groups: tuple[Bin, ...]
    steps: tuple[Figure, ...]
    ends: Figure


def gates(sample: EffectSample, draws: list[Array]) -> Gates:
    """Return the mean effect by fifth of the forecast, each with its interval (GATES, Chernozhukov et al. 2018).

    A sound ranking rises: no step's interval lies below zero, and the difference of the ends lies above.
    """
    cells = quantile_cells(sample, FIFTHS)
    differences = [with_interval(_apart(low, high), sample, draws) for low, high in pairwise(cells)]
    ends = with_interval(_apart(cells[0], cells[-1]), sample, draws) if len(cells) > 1 else Figure(float("nan"))
    return Gates(calibration(sample, draws, FIFTHS), tuple(differences), ends)


def contrasts(sample: EffectSample, matrix: pd.DataFrame, draws: list[Array]) -> tuple[Contrast, ...]:
    """Return the features that differ most between the top and the bottom fifth of the forecast (CLAN).

    Declared numeric features only: columns a source brings along are not shown, nor is anything about fewer than ten movers.

    Parameters
    ----------
    sample : EffectSample
    matrix : DataFrame
        Features of the sample's rows, in order.
    draws : list of Array
        Resampling factors (n,).
    """
    cells = quantile_cells(sample, FIFTHS)
    if len(cells) < FIFTHS:
        return ()
    names = [f.name for f in FEATURES if not f.category and f.name in matrix.columns]
    values = matrix[names].to_numpy(dtype=np.float64)
    bottom, top = (cell & (sample.weight > 0) for cell in (cells[0], cells[-1]))
    told = [k for k in range(len(names)) if min(_seen(values[top, k]), _seen(values[bottom, k])) >= FEWEST_ROWS]
    found = [_contrast(names[k], values[:, k], top, bottom, sample.weight, draws) for k in told]
    told_apart = [one for one in found if np.isfinite(one.difference.value)]
    return tuple(sorted(told_apart, key=lambda one: -abs(one.difference.value))[:MOST_CONTRASTS])


def _apart(low: NDArray[np.bool_], high: NDArray[np.bool_]) -> Metric:
    """Return the mean effect of the ``high`` rows less that of the ``low`` rows, as a function of the sample."""
    masks = high.astype(np.float64), low.astype(np.float64)

    def apart(sample: EffectSample) -> float:
        above, below = (mean_effect(sample.reweighted(mask)) for mask in masks)
        return above - below

    return apart


def _contrast(
    name: str, values: Array, top: NDArray[np.bool_], bottom: NDArray[np.bool_], weight: Array, draws: list[Array]
) -> Contrast:  # fmt: skip
    known = ~np.isnan(values)
    filled, share = np.where(known, values, 0.0), weight * known
    spread = _spread(filled, share)
    ends = np.stack([np.where(cell, share, 0.0) for cell in (top, bottom)])

    def means(factor: Array) -> Array:
        drawn = ends * factor
        return np.asarray(drawn @ filled / drawn.sum(axis=1))

    high, low = means(np.ones(len(values)))
    apart = [float(step) / spread if spread > 0 else np.nan for step in -np.diff([means(factor) for factor in draws], axis=1)[:, 0]]
    return Contrast(name, float(high), float(low), interval(float(high - low) / spread if spread > 0 else np.nan, apart))


def _spread(values: Array, weight: Array) -> float:
    mean = np.average(values, weights=weight)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=weight)))


def _seen(values: Array) -> int:
    return int((~np.isnan(values)).sum())
