"""Candidate estimates of an effect tau(x): S, T, X, R and DR learners, each with ridge and with LightGBM, on shared nuisances.

Every candidate is cross-fitted on the same folds, so that their combination judges only predictions of rows unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.stack.encoding import Array, Encoded
from models.stack.nuisances import Nuisances, Sample, aipw_scores, clip_propensity
from models.stack.regressors import Blend, CrossFit, Fitter, TreeParams, cross_fit, fit_ridge, fit_trees

SMALLEST_STEP = 0.05
"""R-learner targets divide by T - e(x); smaller distances are taken as this, their weight hardly changes."""


class Candidate(Protocol):
    """A cross-fitted estimate of tau(x)."""

    def by_fold(self, X: Encoded) -> Array:
        """Return each fold's estimate (folds, n)."""
        ...


@dataclass(frozen=True, slots=True)
class Direct:
    """Regression of an effect score on x (R, DR)."""

    fit: CrossFit

    def by_fold(self, X: Encoded) -> Array:
        """Return each fold's estimate (folds, n)."""
        return self.fit.by_fold(X)


@dataclass(frozen=True, slots=True)
class Difference:
    """E[Y | x, T=1] - E[Y | x, T=0] by two regressions (T)."""

    treated: CrossFit
    untreated: CrossFit

    def by_fold(self, X: Encoded) -> Array:
        """Return each fold's estimate (folds, n)."""
        return self.treated.by_fold(X) - self.untreated.by_fold(X)


@dataclass(frozen=True, slots=True)
class Switch:
    """E[Y | x, 1] - E[Y | x, 0] by one regression that sees the treatment (S)."""

    fit: CrossFit

    def by_fold(self, X: Encoded) -> Array:
        """Return each fold's estimate (folds, n)."""
        ones = np.ones(len(X.trees))
        return self.fit.by_fold(with_treatment(X, ones)) - self.fit.by_fold(with_treatment(X, 0 * ones))


@dataclass(frozen=True, slots=True)
class Crossed:
    """Imputed effects of the treated and of the untreated, mixed by the propensity (X; Kuenzel et al. 2019)."""

    treated: CrossFit
    untreated: CrossFit
    propensity: Blend

    def by_fold(self, X: Encoded) -> Array:
        """Return each fold's estimate (folds, n)."""
        e = clip_propensity(self.propensity.by_fold(X))
        return (1 - e) * self.treated.by_fold(X) + e * self.untreated.by_fold(X)


def with_treatment(X: Encoded, treated: Array) -> Encoded:
    """Return ``X`` with the treatment as a column for trees, and with all its interactions for linear fits."""
    centred = (treated - 0.5)[:, None]
    linear = np.hstack([X.linear, centred, centred * X.linear])
    return Encoded(linear, np.column_stack([X.trees, treated]), X.categorical)


def fit_candidates(sample: Sample, nuisances: Nuisances, seed: int, trees: TreeParams) -> dict[str, Candidate]:
    """Return the ten candidates by name, ``LEARNER_ridge`` and ``LEARNER_trees``; nuisances serve all of them."""
    regressions: dict[str, Fitter] = {"ridge": fit_ridge, "trees": partial(fit_trees, params=trees)}
    out: dict[str, Candidate] = {}
    for kind, fit in regressions.items():
        regress = partial(_regress, sample, fit)
        out[f"s_{kind}"] = Switch(_regress_with_treatment(sample, fit, seed))
        out[f"t_{kind}"] = Difference(getattr(nuisances.treated, _PART[kind]), getattr(nuisances.untreated, _PART[kind]))
        out[f"x_{kind}"] = _crossed(sample, nuisances, regress, seed + 10)
        out[f"r_{kind}"] = Direct(regress(*_robinson(sample, nuisances), seed + 20))
        out[f"dr_{kind}"] = Direct(regress(_scores(sample, nuisances), sample.weight, seed + 30))
    return out


_PART = {"ridge": "linear", "trees": "trees"}


def held_out(candidate: Candidate, X: Encoded, folds: NDArray[np.intp]) -> Array:
    """Return each row's estimate by the model that did not see its fold (n,)."""
    return candidate.by_fold(X)[folds, np.arange(len(folds))]


def _regress(sample: Sample, fit: Fitter, target: Array, weight: Array, seed: int) -> CrossFit:
    return cross_fit(fit, sample.X, target, weight, sample.folds, seed)


def _regress_with_treatment(sample: Sample, fit: Fitter, seed: int) -> CrossFit:
    return cross_fit(fit, with_treatment(sample.X, sample.treated), sample.y, sample.weight, sample.folds, seed)


def _crossed(sample: Sample, nuisances: Nuisances, regress: Callable[[Array, Array, int], CrossFit], seed: int) -> Crossed:
    gained = sample.y - nuisances.untreated.held_out
    missed = nuisances.treated.held_out - sample.y
    return Crossed(
        regress(gained, sample.weight * sample.treated, seed),
        regress(missed, sample.weight * (1 - sample.treated), seed + 5),
        nuisances.propensity,
    )


def _robinson(sample: Sample, nuisances: Nuisances) -> tuple[Array, Array]:
    """Return target and weight whose regression minimises the R-loss (Nie & Wager 2021)."""
    step = sample.treated - nuisances.e
    step = np.where(np.abs(step) < SMALLEST_STEP, np.copysign(SMALLEST_STEP, step), step)
    return (sample.y - nuisances.outcome.held_out) / step, sample.weight * step**2


def _scores(sample: Sample, nuisances: Nuisances) -> Array:
    return aipw_scores(sample.treated, sample.y, nuisances.e, nuisances.untreated.held_out, nuisances.treated.held_out)
