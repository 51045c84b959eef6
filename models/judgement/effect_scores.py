"""How good a ranking of effects is, judged by scores that do not come from the ranking: TOC, AUTOC, Qini, slope, calibration.

Every figure here is a smooth function of weighted sums, so that a bootstrap over groups is a loop over weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from models.stack.encoding import Array

DRAWS = 200
"""Bootstrap draws behind an interval."""
LEVEL = 0.8
"""Coverage of every interval, unless a name says otherwise."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its interval; NaN where it cannot be had from the data at hand."""

    value: float
    lower: float = float("nan")
    upper: float = float("nan")

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.lower > 0

    @property
    def below_zero(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.upper < 0


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
    _, tie = np.unique(-sample.effect, return_inverse=True)
    gain = np.cumsum(np.bincount(tie, sample.gain))
    weight = np.cumsum(np.bincount(tie, sample.weight))
    started = weight > 0
    gain, weight = gain[started], weight[started]
    if not len(weight):
        return np.empty(0), np.empty(0)
    return weight / weight[-1], gain / weight - gain[-1] / weight[-1]


def autoc(sample: EffectSample) -> float:
    """Return the area under the targeting curve: how much more the top-ranked gain, top shares counting most; 0 if blind."""
    return _area(sample, power=0)


def qini(sample: EffectSample) -> float:
    """Return the Qini coefficient: the area under q times the targeting curve; weighs all shares alike; 0 if blind."""
    return _area(sample, power=1)


def _area(sample: EffectSample, power: int) -> float:
    if not _forecast_variance(sample) > 1e-12:
        return float("nan")
    q, height = toc(sample)
    return float(np.sum(np.diff(q, prepend=0.0) * q**power * height))


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


def with_interval(metric: Metric, sample: EffectSample, draws: list[Array]) -> Figure:
    """Return ``metric`` of the sample with its interval over ``draws``."""
    return interval(metric(sample), [metric(sample.reweighted(factor)) for factor in draws])


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a calibration curve: weighted mean forecast, mean effect with interval, and weight in it."""

    forecast: float
    realised: Figure
    weight: float


def calibration(sample: EffectSample, draws: list[Array], bins: int = 10) -> tuple[Bin, ...]:
    """Return forecast against realised effect by weighted quantiles of the forecast (GATES); bins without weight are left out."""
    order = np.argsort(sample.effect, kind="stable")
    passed = np.cumsum(sample.weight[order])
    if not len(passed) or passed[-1] <= 0:
        return ()
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.minimum((passed / passed[-1] * bins - 1e-9).astype(np.intp), bins - 1)
    cells = [place == k for k in range(bins)]
    return tuple(_bin(sample, cell, draws) for cell in cells if sample.weight[cell].sum() > 0)


def _bin(sample: EffectSample, cell: NDArray[np.bool_], draws: list[Array]) -> Bin:
    part = EffectSample(sample.effect[cell], sample.gain[cell], sample.weight[cell], sample.group[cell])
    realised = with_interval(mean_effect, part, [factor[cell] for factor in draws])
    return Bin(float(np.average(part.effect, weights=part.weight)), realised, float(part.weight.sum()))


def toc_curve(sample: EffectSample, draws: list[Array], shares: Array) -> tuple[Bin, ...]:
    """Return the targeting curve at ``shares`` with intervals; ``forecast`` of a bin holds the share."""
    curves = [_curve_at(sample.reweighted(factor), shares) for factor in draws]
    values = _curve_at(sample, shares)
    return tuple(Bin(float(q), interval(float(values[k]), [float(c[k]) for c in curves]), 0.0) for k, q in enumerate(shares))


def _curve_at(sample: EffectSample, shares: Array) -> Array:
    q, height = toc(sample)
    return np.interp(shares, q, height) if len(q) else np.full(len(shares), np.nan)
