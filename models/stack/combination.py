"""Combining candidates on the R-loss: non-negative weights shrunk to equal, a free constant, and a calibrated slope."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import expit

from models.judgement.effect_scores import LEVEL, Figure, interval_of
from models.stack.encoding import Array

WEIGHT_SD = 0.05
"""Prior standard deviation of a weight around equality: with few movers free weights jump from seed to seed."""
TEMPER = 0.1
"""Power of a candidate's own likelihood in what its weight is shrunk to: one that errs much is not worth a share of its own."""
_Z95 = 1.96
SLOPE_SD = 0.3
"""How far from one the slope of a stack that found something lies: forests and boosted learners alike read 0.4 to 2."""
CHANCE_OF_EFFECT = 0.5
"""Probability, before any row is looked at, that some gain more than others."""
PAIRED_FOLDS = float(np.sqrt(2))
"""Factor on the clustered error of a slope or an area under a curve. Out-of-fold forecasts pair every two rows twice, each once as
teacher and once as pupil: where there is nothing to find the slope is a degenerate U-statistic, of twice the variance that rows
taken singly show."""
JACKKNIFE_FACTOR = 2.0
"""Inflates the folds' variance, which does not see that all folds share their nuisances; set on invented surfaces of other seeds
than those whose coverage is reported."""
UNFOUND = 5.0
"""Directions of X in which a difference may hide that no forecast found; each is known about as badly as the constant. What a slope
near zero silences is no proof that there is nothing. Set on instances other than those whose coverage is reported."""
SMALLEST_SHARE = 0.03
"""A candidate whose weight is a smaller share of all weights gets none, the others its share: what it adds to a forecast is
less than what predicting it costs."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What weights are shrunk to: ``weights`` (candidates,), each with standard deviation ``spread``.

    ``temper``: the power of each candidate's own likelihood that ``weights`` are multiplied by first.

    ``line``: where the candidates are posterior means that have been shrunk already, standard deviation of the constant around
    the mean forecast, slope to be expected, and standard deviation of the slope around it; weights then add up to one. None where
    nothing is known of them.
    """

    weights: Array
    spread: float = WEIGHT_SD
    temper: float = 0.0
    line: tuple[float, float, float] | None = None


def equal_weights(candidates: int) -> Prior:
    """Return the prior that takes all candidates for equally good until it has seen their losses."""
    return Prior(np.full(candidates, 1 / candidates), temper=TEMPER)


@dataclass(frozen=True, slots=True)
class Residuals:
    """What is left after the nuisances (n,): outcome, treatment, weights, and group codes for clustered errors."""

    y: Array
    treated: Array
    weight: Array
    group: NDArray[np.intp]

    def take(self, rows: NDArray[np.bool_]) -> "Residuals":
        """Return the given rows."""
        return Residuals(self.y[rows], self.treated[rows], self.weight[rows], self.group[rows])


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of the slope after the data: its mean, within [0, 1], and its variance."""

    mean: float
    variance: float

    @property
    def square(self) -> float:
        """Expected square of the slope."""
        return self.mean**2 + self.variance


@dataclass(frozen=True, slots=True)
class Combination:
    """tau(x) = constant + slope.mean * (sum of weights * candidates - centre).

    ``slope_estimate`` is the BLP slope as measured, ``slope`` what is believed of it and applied. ``constant_variance`` is
    clustered by group. ``forecast`` (n,) is the weighted sum whose weights did not see the row either: what slope and ranking
    are judged on.
    """

    weights: Array
    centre: float
    constant: float
    slope: Belief
    slope_estimate: Figure
    constant_variance: float
    forecast: Array

    def keep(self, kept: NDArray[np.bool_]) -> "Combination":
        """Return the same combination of the kept candidates, where the others have no weight."""
        return replace(self, weights=self.weights[kept])

    def in_units(self, unit: float) -> "Combination":
        """Return the combination of the same candidates for an outcome that was counted in ``unit``."""
        return replace(
            self, weights=self.weights * unit, centre=self.centre * unit, constant=self.constant * unit,
            constant_variance=self.constant_variance * unit**2, forecast=self.forecast * unit,
        )  # fmt: skip

    def flat(self) -> "Combination":
        """Return the combination that claims no difference and is no surer of it: slope zero, its variance as it was."""
        return replace(self, slope=replace(self.slope, mean=0.0))

    @property
    def held_out(self) -> Array:
        """Calibrated effect (n,) of each row by models and weights that did not see it."""
        return self.constant + self.slope.mean * (self.forecast - self.centre)

    def apply(self, estimates: Array) -> Array:
        """Return the combined effect (..., n) of candidates' estimates (..., n, candidates)."""
        return self.constant + self.slope.mean * (estimates @ self.weights - self.centre)

    def variance(self, by_fold: Array) -> Array:
        """Return the variance (n,) of the combined effect of the folds' ``by_fold`` (folds, n, candidates).

        The clustered error of the constant, `UNFOUND` times as much again as far as the slope is not believed, and what is not
        known of the slope; then, times the expected square of the slope: the jackknife over folds (deleted groups; Efron &
        Tibshirani 1993), inflated because folds share their nuisances, and the candidates' disagreement about who is above
        average: what regularisation hides from a jackknife they betray by erring in different ways.
        """
        estimates, combined = by_fold.mean(axis=0), by_fold @ self.weights - self.centre
        unfound = UNFOUND * (1 - self.slope.mean)
        line = (1 + unfound) * self.constant_variance + combined.mean(axis=0) ** 2 * self.slope.variance
        folds, total = len(by_fold), self.weights.sum()
        if not total > 0:
            return np.asarray(line)
        jackknife = (folds - 1) * combined.var(axis=0)
        apart = estimates - estimates.mean(axis=0)
        disagreement = (apart - (apart @ self.weights / total)[:, None]) ** 2 @ self.weights * total
        return np.asarray(line + self.slope.square * (JACKKNIFE_FACTOR * jackknife + disagreement))


def combine(estimates: Array, residuals: Residuals, folds: NDArray[np.intp], prior: Prior) -> Combination:
    """Return the combination of out-of-fold ``estimates`` (n, candidates) that fits the R-loss (Nie & Wager 2021).

    A constant effect is the limit of slope 0; a zero effect that of constant 0 besides. The slope is measured with weights
    fitted on the other folds: with weights that saw the rows, it read 0.5 to 0.8 where there was nothing to find.
    """
    weights = _weights(estimates, residuals, prior)
    forecast = np.empty(len(folds))
    for fold in range(int(folds.max()) + 1):
        others, mine = folds != fold, folds == fold
        forecast[mine] = estimates[mine] @ _weights(estimates[others], residuals.take(others), prior)
    centre = float(np.average(forecast, weights=residuals.weight * residuals.treated**2))
    (constant, slope), covariance = _line(forecast - centre, residuals)
    errors = np.array([1.0, PAIRED_FOLDS]) * np.sqrt(np.diag(covariance))
    measured = interval_of(float(slope), float(errors[1]), LEVEL)
    if prior.line is None:
        belief = believed_slope(float(slope), float(errors[1]))
    else:
        level_doubt, expected, slope_doubt = prior.line
        constant = _drawn(float(constant), float(errors[0]), centre, level_doubt)
        drawn = _drawn(float(slope), float(errors[1]), expected, slope_doubt)
        belief = Belief(float(np.clip(drawn, 0.0, 1.0)), float(errors[1] ** 2))
    return Combination(weights, centre, float(constant), belief, measured, float(covariance[0, 0]), forecast)


def believed_slope(measured: float, error: float) -> Belief:
    """Return mean and variance of the slope given its measurement, the mean within [0, 1].

    Before any row is looked at there is something to find with probability one half, and then the forecast is about calibrated:
    slope 1 give or take ``SLOPE_SD``. A point mass at zero and a normal (spike and slab; Mitchell & Beauchamp 1988): what the
    data say against either moves the mean smoothly, and a forecast that finds nothing falls back to one constant.
    """
    if not error > 0:
        return Belief(float(np.clip(measured, 0, 1)), 0.0)
    spread = error**2 + SLOPE_SD**2
    evidence = np.log(error**2 / spread) / 2 + measured**2 / error**2 / 2 - (measured - 1) ** 2 / spread / 2
    found = float(expit(evidence + np.log(CHANCE_OF_EFFECT / (1 - CHANCE_OF_EFFECT))))
    given_found = (error**2 + SLOPE_SD**2 * measured) / spread
    variance = found * error**2 * SLOPE_SD**2 / spread + found * (1 - found) * given_found**2
    return Belief(float(np.clip(found * given_found, 0, 1)), variance)


def _drawn(value: float, error: float, expected: float, spread: float) -> float:
    """Return ``expected`` unless the 95 % interval of ``value`` excludes it; then the mean of both by their precisions."""
    if abs(value - expected) <= _Z95 * error:
        return expected
    return expected + (value - expected) / (1 + (error / spread) ** 2)


def _weights(estimates: Array, residuals: Residuals, prior: Prior) -> Array:
    """Return non-negative weights by penalised least squares, written as NNLS with the penalty as further rows."""
    n_candidates = estimates.shape[1]
    importance = residuals.weight * residuals.treated**2
    centred = estimates - np.average(estimates, axis=0, weights=importance)
    root = np.sqrt(residuals.weight / residuals.weight.mean())
    step, y = root * residuals.treated, root * residuals.y
    noise = float(np.std(y - step * (step @ y) / (step @ step)))
    penalty = noise / prior.spread
    design = np.column_stack([step[:, None] * centred, step, -step])
    design = np.vstack([design, penalty * np.eye(n_candidates, n_candidates + 2)])
    favoured = _tempered(prior, y[:, None] - step[:, None] * centred, step)
    target = np.concatenate([y, penalty * favoured])
    weights = np.asarray(nnls(design, target)[0][:n_candidates])
    kept = np.where(weights >= SMALLEST_SHARE * weights.sum(), weights, 0.0)
    total = weights.sum() if prior.line is None else 1.0
    return np.asarray(kept * total / kept.sum()) if kept.sum() > 0 else kept


def _tempered(prior: Prior, missed: Array, step: Array) -> Array:
    """Return the prior's weights times each candidate's likelihood to a power (exponential weights; Lan & Syrgkanis 2023).

    ``missed`` (n, candidates) is what each leaves of the outcome; a constant on ``step`` (n,) is free.
    """
    if not prior.temper:
        return prior.weights
    loss = (missed**2).sum(axis=0) - (step @ missed) ** 2 / (step @ step)
    best = loss.min()
    worse = (loss - best) / (2 * best / len(step)) if best > 0 else np.zeros(len(loss))
    favoured = prior.weights * np.exp(-prior.temper * worse)
    return np.asarray(favoured / favoured.sum() * prior.weights.sum())


def _line(distance: Array, residuals: Residuals) -> tuple[Array, Array]:
    """Return constant and slope of the effect on ``distance`` (n,) with their covariance clustered by group."""
    if not np.ptp(distance) > 1e-12:
        distance = np.zeros(len(distance))
    design = residuals.treated[:, None] * np.column_stack([np.ones(len(distance)), distance])
    bread = np.linalg.pinv(design.T @ (residuals.weight[:, None] * design))
    line = bread @ (design.T @ (residuals.weight * residuals.y))
    pushes = design * (residuals.weight * (residuals.y - design @ line))[:, None]
    by_group = np.column_stack([np.bincount(residuals.group, push) for push in pushes.T])
    return line, bread @ (by_group.T @ by_group) @ bread
