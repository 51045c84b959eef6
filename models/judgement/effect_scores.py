"""How good a ranking of effects is, judged by scores that do not come from the ranking: TOC, AUTOC, Qini, slope, calibration.

Every figure here is a smooth function of weighted sums, so that a bootstrap over groups is a loop over weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from models.stack.encoding import Array

DRAWS = 200
"""Bootstrap draws behind an interval."""
LEVEL = 0.8
"""Coverage of every interval, unless a name says otherwise."""


FEWEST_DAYS = 3
"""Decision days below which nothing can be said of the spread between days."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its interval; NaN where it cannot be had from the data at hand."""

    value: float
    lower: float = float("nan")
    upper: float = float("nan")

    def widened(self, factor: float) -> "Figure":
        """Return the same value with an interval ``factor`` times as wide."""
        return Figure(self.value, self.value - factor * (self.value - self.lower), self.value + factor * (self.upper - self.value))

    def times(self, factor: float) -> "Figure":
        """Return the figure in other units, ``factor`` (above zero) of which make one."""
        return Figure(self.value * factor, self.lower * factor, self.upper * factor)

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.lower > 0

    @property
    def below_zero(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.upper < 0

    @property
    def p_value(self) -> float:
        """Two-sided p-value of zero, from the normal interval of level ``LEVEL``; NaN without an interval."""
        half = (self.upper - self.lower) / 2
        return float(2 * ndtr(-abs(self.value) * ndtri(0.5 + LEVEL / 2) / half)) if half > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class EffectSample:
    """Rows (n) with a forecast effect and an independent score of the effect.

    The mean effect of any set of rows is estimated by the sum of ``gain`` over the sum of ``weight``. For a binary
    treatment ``gain`` is weight times AIPW score. For effects on the treated, untreated rows have weight zero and a negative
    ``gain`` (their odds-weighted residual): they correct what the treated rows' imputed counterfactual got wrong.
    ``group`` (codes) is resampled as a whole.
    """

    effect: Array
    gain: Array
    weight: Array
    group: NDArray[np.intp]

    def reweighted(self, factor: Array) -> "EffectSample":
        """Return the sample with gains and weights multiplied by ``factor`` (n,)."""
        return EffectSample(self.effect, self.gain * factor, self.weight * factor, self.group)

    def forecasting(self, effect: Array) -> "EffectSample":
        """Return the same scores under another forecast."""
        return EffectSample(effect, self.gain, self.weight, self.group)


Metric = Callable[[EffectSample], float]


def mean_effect(sample: EffectSample) -> float:
    """Return the mean effect of the sample."""
    total = float(sample.weight.sum())
    return float(sample.gain.sum()) / total if total > 0 else float("nan")


def spread(sample: EffectSample) -> float:
    """Return the standard deviation of the forecast effects."""
    return float(np.sqrt(max(_forecast_variance(sample), 0.0)))


def slope(sample: EffectSample) -> float:
    """Return the BLP slope of the effect on its forecast: 1 is calibrated, 0 nothing found (Chernozhukov et al. 2018)."""
    variance = _forecast_variance(sample)
    if not variance > 1e-12:
        return float("nan")
    total = sample.weight.sum()
    centred = sample.effect - sample.weight @ sample.effect / total
    return float((sample.gain - mean_effect(sample) * sample.weight) @ centred / total / variance)


def loss_gain(sample: EffectSample) -> float:
    """Return by how much the forecast lowers the mean squared error of the effect against forecasting zero."""
    total = float(sample.weight.sum())
    return float(2 * sample.gain @ sample.effect - sample.weight @ sample.effect**2) / total if total > 0 else float("nan")


def toc(sample: EffectSample) -> tuple[Array, Array]:
    """Return the targeting curve: shares treated q (k,) and the mean effect of the top share minus that of all (k,).

    Ties are one step. Yadlowsky et al. (2024), integrated plainly over q.
    """
    return _climb(sample, _steps(sample.effect))


def autoc(sample: EffectSample) -> float:
    """Return the area under the targeting curve: how much more the top-ranked gain, top shares counting most; 0 if blind."""
    return _areas(sample, _steps(sample.effect))[0]


def qini(sample: EffectSample) -> float:
    """Return the Qini coefficient: the area under q times the targeting curve; weighs all shares alike; 0 if blind."""
    return _areas(sample, _steps(sample.effect))[1]


def areas(sample: EffectSample, draws: list[Array]) -> tuple[Figure, Figure]:
    """Return AUTOC and Qini with their intervals over ``draws``; the rows are sorted once for all."""
    steps = _steps(sample.effect)
    value = _areas(sample, steps)
    drawn = [_areas(sample.reweighted(factor), steps) for factor in draws]
    return interval(value[0], [pair[0] for pair in drawn]), interval(value[1], [pair[1] for pair in drawn])


_Steps = tuple[NDArray[np.intp], NDArray[np.intp]]


def _steps(effect: Array) -> _Steps:
    """Return the rows by falling effect, and where in that order each new value begins."""
    order = np.argsort(-effect, kind="stable")
    falling = effect[order]
    return order, np.flatnonzero(np.r_[True, falling[1:] != falling[:-1]][: len(order)])


def _climb(sample: EffectSample, steps: _Steps) -> tuple[Array, Array]:
    order, starts = steps
    if not sample.weight.sum() > 0:
        return np.empty(0), np.empty(0)
    gain = np.add.reduceat(sample.gain[order], starts).cumsum()
    weight = np.add.reduceat(sample.weight[order], starts).cumsum()
    started = weight > 0
    gain, weight = gain[started], weight[started]
    return weight / weight[-1], gain / weight - gain[-1] / weight[-1]


def _areas(sample: EffectSample, steps: _Steps) -> tuple[float, float]:
    if not _forecast_variance(sample) > 1e-12:
        return float("nan"), float("nan")
    q, height = _climb(sample, steps)
    strip = np.diff(q, prepend=0.0) * height
    return float(strip.sum()), float(strip @ q)


def _forecast_variance(sample: EffectSample) -> float:
    total = float(sample.weight.sum())
    if total <= 0:
        return float("nan")
    mean = sample.weight @ sample.effect / total
    return float(sample.weight @ (sample.effect - mean) ** 2 / total)


def group_draws(group: NDArray[np.intp], seed: int, draws: int = DRAWS) -> list[Array]:
    """Return ``draws`` vectors (n,) of resampling factors, one exponential number per group (Bayesian bootstrap, Rubin 1981)."""
    rng = np.random.default_rng(seed)
    n_groups = int(group.max()) + 1 if len(group) else 0
    return [rng.standard_exponential(n_groups)[group] for _ in range(draws)]


def interval(value: float, resampled: list[float], level: float = LEVEL) -> Figure:
    """Return ``value`` with a normal interval whose width is the resampled values' spread.

    The spread, not the quantiles: areas under ranked curves are biased upwards in a resample, so quantiles would be off centre.
    """
    drawn = np.asarray(resampled)
    if not np.isfinite(value) or np.isfinite(drawn).mean() < 0.9:
        return Figure(value)
    return interval_of(value, float(np.nanstd(drawn, ddof=1)), level)


def interval_of(value: float, error: float, level: float = LEVEL) -> Figure:
    """Return ``value`` with the normal interval of standard error ``error``."""
    half = float(ndtri(0.5 + level / 2)) * error
    return Figure(value, value - half, value + half)


def with_doubt(found: Figure, error: float, level: float = LEVEL) -> Figure:
    """Return ``found`` with the normal interval that an independent standard ``error`` makes wider."""
    half = float(np.hypot((found.upper - found.lower) / 2, ndtri(0.5 + level / 2) * error))
    return Figure(found.value, found.value - half, found.value + half)


def with_interval(metric: Metric, sample: EffectSample, draws: list[Array]) -> Figure:
    """Return ``metric`` of the sample with its interval over ``draws``."""
    return interval(metric(sample), [metric(sample.reweighted(factor)) for factor in draws])


def wider_by_day(found: Figure, metric: Callable[[Array], float], days: NDArray[np.intp]) -> Figure:
    """Return ``found`` with the wider of its interval and that of a jackknife over decision days.

    Whatever shifts all outcomes of one day alike makes people of that day alike; with few days a draw of days is no help, so
    each is left out in turn and Student's t with days less one takes the place of the normal. Two days or fewer tell nothing.

    Parameters
    ----------
    found : Figure
        Value with its interval over people.
    metric : Callable
        The same figure as a function of factors (n,) on the rows.
    days : NDArray
        Code of the decision day of each row (n,).
    """
    codes = np.unique(days)
    if len(codes) < FEWEST_DAYS or not np.isfinite(found.value):
        return found
    without = np.array([metric((days != day).astype(np.float64)) for day in codes])
    error = float(np.sqrt((len(codes) - 1) / len(codes) * np.sum((without - without.mean()) ** 2)))
    half = float(stdtrit(len(codes) - 1, 0.5 + LEVEL / 2)) * error
    return found if not half > found.upper - found.value else Figure(found.value, found.value - half, found.value + half)


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a calibration curve: weighted mean forecast, mean effect with interval, and weight in it."""

    forecast: float
    realised: Figure
    weight: float


def quantile_cells(sample: EffectSample, bins: int) -> list[NDArray[np.bool_]]:
    """Return which rows (n,) lie in each weighted quantile of the forecast, lowest first; those without weight are left out."""
    order = np.argsort(sample.effect, kind="stable")
    passed = np.cumsum(sample.weight[order])
    if not len(passed) or passed[-1] <= 0:
        return []
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.minimum((passed / passed[-1] * bins - 1e-9).astype(np.intp), bins - 1)
    return [cell for cell in (place == k for k in range(bins)) if sample.weight[cell].sum() > 0]


def calibration(sample: EffectSample, draws: list[Array], bins: int = 10) -> tuple[Bin, ...]:
    """Return forecast against realised effect by weighted quantiles of the forecast; bins without weight are left out."""
    return tuple(_bin(sample, cell, draws) for cell in quantile_cells(sample, bins))


def _bin(sample: EffectSample, cell: NDArray[np.bool_], draws: list[Array]) -> Bin:
    part = EffectSample(sample.effect[cell], sample.gain[cell], sample.weight[cell], sample.group[cell])
    realised = with_interval(mean_effect, part, [factor[cell] for factor in draws])
    return Bin(float(np.average(part.effect, weights=part.weight)), realised, float(part.weight.sum()))


def rescaled(sample: EffectSample, folds: NDArray[np.intp]) -> EffectSample:
    """Return the sample with its scores turned into effects by a straight line fitted on the other folds (n,).

    For methods that give an order in units of their own: the fairest one-dimensional reading of it, its sign included.
    """
    effect = np.empty(len(sample.effect))
    for fold in np.unique(folds):
        other = sample.reweighted((folds != fold).astype(np.float64))
        rise, total = slope(other), other.weight.sum()
        centre = other.weight @ sample.effect / total if total > 0 else 0.0
        effect[folds == fold] = mean_effect(other) + (rise if np.isfinite(rise) else 0.0) * (sample.effect[folds == fold] - centre)
    return sample.forecasting(effect)


def toc_curve(sample: EffectSample, draws: list[Array], shares: Array) -> tuple[Bin, ...]:
    """Return the targeting curve at ``shares`` with intervals; ``forecast`` of a bin holds the share."""
    steps = _steps(sample.effect)
    curves = np.stack([_curve_at(_climb(sample.reweighted(factor), steps), shares) for factor in draws])
    values = _curve_at(_climb(sample, steps), shares)
    return tuple(Bin(float(q), interval(float(values[k]), list(curves[:, k])), 0.0) for k, q in enumerate(shares))


def _curve_at(curve: tuple[Array, Array], shares: Array) -> Array:
    return np.interp(shares, *curve) if len(curve[0]) else np.full(len(shares), np.nan)
