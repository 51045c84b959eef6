"""Cross-fitted nuisances: what would have happened without the treatment, with it, and how likely it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.stack.encoding import Array, Encoded
from models.stack.process import SAMPLED_ROWS, fit_process
from models.stack.regressors import (
    Blend,
    CrossFit,
    Fitter,
    Predictor,
    TreeParams,
    blend,
    cross_fit,
    cut_like,
    fit_logit,
    fit_quadratic,
    fit_ridge,
    fit_tree_classifier,
    fit_trees,
)
from models.stack.sparse import fit_hinges, fit_selection

QUICK, SMOOTH = ("ridge", "quadratic", "trees"), ("selection", "hinges", "trees", "process")
"""Regressions that an outcome is blended of: products know what columns do together, where no process is asked for."""
PROPENSITY_BOUNDS = (0.02, 0.98)
"""Propensities are clipped here: beyond, one row would weigh as much as fifty."""

SMALLEST_PROPENSITY = 1e-4
"""Below, a row has no weight to speak of among those who look like the treated."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What every stage is fitted on: encoded rows (n), treatment 0/1 (n,), outcome (n,), weights (n,) and folds 0..K-1 (n,)."""

    X: Encoded
    treated: Array
    y: Array
    weight: Array
    folds: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Nuisances:
    """Cross-fitted nuisances of a binary treatment, each a blend of regressions.

    ``propensity`` e(x) = P(T=1 | x); ``outcome`` m(x) = E[Y | x], out of fold (n,); ``untreated`` m0(x) = E[Y | x, T=0];
    ``treated`` m1(x). ``regressions`` names the parts of the last two.
    """

    propensity: Blend
    outcome: Array
    untreated: Blend
    treated: Blend
    regressions: tuple[str, ...]

    @property
    def e(self) -> Array:
        """Out-of-fold propensity (n,), clipped."""
        return clip_propensity(self.propensity.held_out)


def clip_propensity(e: Array) -> Array:
    """Return ``e`` within the bounds."""
    return np.clip(e, *PROPENSITY_BOUNDS)


def odds(e: Array) -> Array:
    """Return e/(1-e): weights that make the untreated look like the treated.

    Only the upper bound matters for them; moves are so rare that the lower one would make all weights equal.
    """
    clipped = np.clip(e, SMALLEST_PROPENSITY, PROPENSITY_BOUNDS[1])
    return clipped / (1 - clipped)


def fitters(trees: TreeParams, process_rows: int = SAMPLED_ROWS) -> dict[str, Fitter]:
    """Return every regression by name; a process learns its scales on ``process_rows``."""
    return {
        "ridge": fit_ridge, "quadratic": fit_quadratic, "selection": fit_selection, "hinges": fit_hinges,
        "trees": partial(fit_trees, params=trees), "process": partial(fit_process, sampled_rows=process_rows),
    }  # fmt: skip


def fit_outcome(
    X: Encoded, y: Array, weight: Array, folds: NDArray[np.intp], seed: int, trees: TreeParams, parts: Sequence[str] = QUICK
) -> Blend:
    """Return E[Y | x] over the rows of positive weight, predicted out of fold for every row: a blend of ``parts``."""
    fits = fitters(trees)
    return blend(tuple(cross_fit(fits[part], X, y, weight, folds, seed) for part in parts), y, weight)


def fit_propensity(X: Encoded, treated: Array, weight: Array, folds: NDArray[np.intp], seed: int, trees: TreeParams) -> Blend:
    """Return P(T=1 | x), predicted out of fold; shares of logit and LightGBM by squared error (Brier)."""
    linear = cross_fit(fit_logit, X, treated, weight, folds, seed)
    boosted = cross_fit(partial(fit_tree_classifier, params=trees), X, treated, weight, folds, seed)
    return blend((linear, boosted), treated, weight)


def whole_propensity(sample: Sample, crossed: Blend, seed: int, trees: TreeParams) -> Blend:
    """Return P(T=1 | x) by one model of all rows, blended as ``crossed`` is; it has no out-of-fold predictions."""
    X, treated, weight = sample.X, sample.treated, sample.weight
    fits: tuple[Predictor, ...] = fit_logit(X, treated, weight), fit_tree_classifier(X, treated, weight, seed, trees)
    whole = tuple(CrossFit(np.empty(0), (cut_like(fit, part.models),)) for fit, part in zip(fits, crossed.parts, strict=True))
    return Blend(whole, crossed.shares)


def fit_nuisances(sample: Sample, seed: int, trees: TreeParams, *, smooth: bool = False) -> Nuisances:
    """Fit all four nuisances of a binary treatment on the same folds.

    With ``smooth``, what both arms' outcomes say of the mean outcome, e m1 + (1 - e) m0, is one more part of it: the Gaussian
    process, a quarter of a second a fold, has a say in it and needs no fit of its own.
    """
    parts = SMOOTH if smooth else QUICK
    X, treated, y, weight, folds = sample.X, sample.treated, sample.y, sample.weight, sample.folds
    fit = partial(fit_outcome, X, y, folds=folds, trees=trees)
    propensity = fit_propensity(X, treated, weight, folds, seed, trees)
    outcome = fit(weight, seed=seed + 100, parts=[part for part in parts if part != "process"])
    m0 = fit(weight * (1 - treated), seed=seed + 200, parts=parts)
    m1 = fit(weight * treated, seed=seed + 300, parts=parts)
    if smooth:
        e = propensity.held_out
        arms = CrossFit(e * m1.held_out + (1 - e) * m0.held_out, ())
        outcome = blend((*outcome.parts, arms), y, weight)
    return Nuisances(propensity, outcome.held_out, m0, m1, parts)


def aipw_scores(treated: Array, y: Array, e: Array, m0: Array, m1: Array) -> Array:
    """Return doubly robust scores (n,) whose mean over any set of rows estimates its mean effect (Robins & Rotnitzky 1995)."""
    return m1 - m0 + treated * (y - m1) / e - (1 - treated) * (y - m0) / (1 - e)
