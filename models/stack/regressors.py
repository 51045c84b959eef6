"""The two regressors every stage uses, ridge and LightGBM, and their cross-fitted blend."""

from dataclasses import dataclass, replace
from typing import Protocol

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from models.stack.encoding import Array, Encoded

RIDGE_PENALTIES = np.logspace(-4, 2, 19)
"""Ridge penalties tried, as shares of the weighted number of rows (columns are standardised)."""
MOST_FREEDOM = 0.5
"""Most degrees of freedom of a ridge fit, as a share of its rows: near one, cross-validation is 0/0 and picks interpolation."""

SUM_TO_ONE = 100.0
"""How firmly shares of a blend are held to add up to one before they are scaled to do so."""
PRODUCT_COLUMNS = 16
"""Columns whose products a quadratic fit sees: 136 products at most."""
PRODUCT_SHARE = 0.5
"""What a product is scaled by, so that ridge penalises it four times as much as a plain column."""
PRODUCT_CLIP = 2.5
"""Columns (in SD) are clipped here before they are multiplied: one wild row must not steer a fit, nor get a wild effect."""
FEWER_TREES = (0.0625, 0.125, 0.25, 0.5)
"""Shares of the trees tried besides all of them: noisy effects want few."""


@dataclass(frozen=True, slots=True)
class TreeParams:
    """LightGBM's settings for one kind of fit."""

    trees: int = 80
    learning_rate: float = 0.07
    leaves: int = 12
    min_leaf_rows: int = 20
    column_share: float = 0.7
    row_share: float = 0.8
    leaf_penalty: float = 5.0
    threads: int = 1


class Predictor(Protocol):
    """Anything that turns encoded rows into one number each."""

    def predict(self, X: Encoded) -> Array:
        """Return one number per row."""
        ...

    def contributions(self, X: Encoded) -> Array:
        """Return what each feature adds (n, p + 1), the constant last; rows add up to ``predict``."""
        ...


class Fitter(Protocol):
    """Fits a predictor to a target (n,) with weights (n,)."""

    def __call__(self, X: Encoded, y: Array, weight: Array, seed: int) -> Predictor:
        """Return the fitted predictor."""
        ...


def by_owner(X: Encoded) -> Array:
    """Return 1 where a linear column (q) was made from a feature (p), else 0; a last column for the constant (q, p + 1)."""
    return np.asarray(np.eye(X.trees.shape[1] + 1)[list(X.owners)])


@dataclass(frozen=True, slots=True)
class Linear:
    """An affine function of the linear matrix; ``logistic`` passes it through the logistic function."""

    coefficients: Array
    intercept: float
    logistic: bool = False

    def predict(self, X: Encoded) -> Array:
        """Return one number per row."""
        index = X.linear @ self.coefficients + self.intercept
        return expit(index) if self.logistic else index

    def contributions(self, X: Encoded) -> Array:
        """Return what each feature adds (n, p + 1): coefficient times distance from the mean, over the feature's columns."""
        out = X.linear @ (self.coefficients[:, None] * by_owner(X))
        out[:, -1] = self.intercept
        return np.asarray(out)


@dataclass(frozen=True, slots=True)
class Quadratic:
    """``linear``, and products and squares of the clipped columns ``left`` x ``right``, less ``means``, times ``factors``."""

    linear: Linear
    left: tuple[int, ...]
    right: tuple[int, ...]
    means: Array
    factors: Array

    def predict(self, X: Encoded) -> Array:
        """Return one number per row."""
        return self.linear.predict(X) + self._products(X) @ self.factors

    def contributions(self, X: Encoded) -> Array:
        """Return what each feature adds (n, p + 1); two features share their product half and half."""
        out, products = self.linear.contributions(X), self._products(X) * self.factors
        owner = by_owner(X)
        return np.asarray(out + products @ (owner[list(self.left)] + owner[list(self.right)]) / 2)

    def _products(self, X: Encoded) -> Array:
        return _products(X.linear, np.array(self.left, dtype=int), np.array(self.right, dtype=int)) - self.means


@dataclass(frozen=True, slots=True)
class Trees:
    """The first ``used`` trees of a LightGBM booster; ``offset`` is added, because targets are centred before the fit."""

    booster: lgb.Booster
    used: int
    offset: float = 0.0

    def predict(self, X: Encoded) -> Array:
        """Return one number per row."""
        known = None if X.scored is None else X.scored(self.booster, self.used, None)
        if known is None:
            known = np.asarray(self.booster.predict(X.trees, num_iteration=self.used, num_threads=1))
        return known + self.offset

    def contributions(self, X: Encoded) -> Array:
        """Return what each feature adds (n, p + 1) by TreeSHAP (Lundberg et al. 2020)."""
        out = np.asarray(self.booster.predict(X.trees, num_iteration=self.used, pred_contrib=True, num_threads=1))
        out[:, -1] += self.offset
        return out


@dataclass(frozen=True, slots=True)
class Column:
    """Feature ``place`` as it is: a forecast made elsewhere; ``mean`` is its mean where the model was fitted."""

    place: int
    mean: float

    def predict(self, X: Encoded) -> Array:
        """Return one number per row."""
        return X.trees[:, self.place]

    def contributions(self, X: Encoded) -> Array:
        """Return the distance from the mean in the column's place, the mean as the constant (n, p + 1)."""
        out = np.zeros((len(X.trees), X.trees.shape[1] + 1))
        out[:, self.place] = X.trees[:, self.place] - self.mean
        out[:, -1] = self.mean
        return out


def fit_ridge(X: Encoded, y: Array, weight: Array, seed: int = 0) -> Linear:
    """Return weighted ridge with its penalty chosen by generalised cross-validation (Golub, Heath & Wahba 1979)."""
    share = weight / weight.sum()
    means, mean = share @ X.linear, float(share @ y)
    root = np.sqrt(share)
    A, b = (X.linear - means) * root[:, None], (y - mean) * root
    squared, basis = np.linalg.eigh(A.T @ A)
    squared = np.clip(squared, 0, None)
    projected = basis.T @ (A.T @ b)
    kept = 1 / (squared[:, None] + RIDGE_PENALTIES)
    explained = (2 * kept - squared[:, None] * kept**2) * projected[:, None] ** 2
    freedom = (squared[:, None] * kept).sum(0) + 1
    criterion = (float(b @ b) - explained.sum(0)) / np.maximum(1 - freedom / len(y), 1e-9) ** 2
    honest = np.where(freedom <= MOST_FREEDOM * len(y), criterion, np.inf)
    chosen = int(np.argmin(honest)) if np.isfinite(honest).any() else len(RIDGE_PENALTIES) - 1
    coefficients = basis @ (kept[:, chosen] * projected)
    return Linear(coefficients, mean - float(means @ coefficients))


def fit_quadratic(X: Encoded, y: Array, weight: Array, seed: int = 0) -> Quadratic:
    """Return ridge on all columns and on products and squares of those that a ridge fit leans on most."""
    first = fit_ridge(X, y, weight, seed)
    strength = np.abs(first.coefficients) * X.linear.std(axis=0)
    strongest = np.sort(np.argsort(-strength, kind="stable")[:PRODUCT_COLUMNS])
    left, right = (strongest[side] for side in np.triu_indices(len(strongest)))
    products = _products(X.linear, left, right)
    means = products.mean(axis=0)
    fit = fit_ridge(replace(X, linear=np.hstack([X.linear, PRODUCT_SHARE * (products - means)])), y, weight, seed)
    n_columns = X.linear.shape[1]
    linear = Linear(fit.coefficients[:n_columns], fit.intercept)
    factors = PRODUCT_SHARE * fit.coefficients[n_columns:]
    return Quadratic(linear, tuple(map(int, left)), tuple(map(int, right)), means, factors)


def _products(linear: Array, left: NDArray[np.intp], right: NDArray[np.intp]) -> Array:
    clipped = np.clip(linear, -PRODUCT_CLIP, PRODUCT_CLIP)
    return np.asarray(clipped[:, left] * clipped[:, right])


def fit_logit(X: Encoded, y: Array, weight: Array, seed: int = 0) -> Linear:
    """Return a penalised logistic regression of a 0/1 target."""
    if not X.linear.shape[1]:
        return Linear(np.empty(0), float(logit(np.average(y, weights=weight))), logistic=True)
    model = LogisticRegression(C=0.1, max_iter=100, solver="newton-cholesky").fit(X.linear, y, sample_weight=weight / weight.mean())
    return Linear(model.coef_[0], float(model.intercept_[0]), logistic=True)


def fit_trees(X: Encoded, y: Array, weight: Array, seed: int, params: TreeParams) -> Trees:
    """Return LightGBM on squared error; deterministic for a seed whatever the thread count."""
    offset = float(np.average(y, weights=weight))
    data = lgb.Dataset(
        X.trees, y - offset, weight=weight / weight.mean(), categorical_feature=list(X.categorical), params={"verbosity": -1}
    )
    return Trees(lgb.train(_settings("regression", params, seed), data, params.trees), params.trees, offset)


def fit_tree_classifier(X: Encoded, y: Array, weight: Array, seed: int, params: TreeParams) -> Trees:
    """Return LightGBM on log loss of a 0/1 target; predicts probabilities."""
    data = lgb.Dataset(X.trees, y, weight=weight / weight.mean(), categorical_feature=list(X.categorical), params={"verbosity": -1})
    return Trees(lgb.train(_settings("binary", params, seed), data, params.trees), params.trees)


def _settings(objective: str, params: TreeParams, seed: int) -> dict[str, object]:
    return {
        "objective": objective, "learning_rate": params.learning_rate, "num_leaves": params.leaves,
        "min_data_in_leaf": params.min_leaf_rows, "feature_fraction": params.column_share, "bagging_fraction": params.row_share,
        "bagging_freq": 1, "lambda_l2": params.leaf_penalty, "num_threads": params.threads, "seed": seed, "deterministic": True,
        "force_row_wise": True, "feature_pre_filter": False, "verbosity": -1, "max_bin": 63, "cat_smooth": 20.0,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrossFit:
    """One regression cross-fitted over folds.

    ``held_out`` (n,): each row's prediction by the model that did not see its fold. ``models``: one per fold; new rows get
    their mean, which costs no further fit and averages as bagging does.
    """

    held_out: Array
    models: tuple[Predictor, ...]

    def predict(self, X: Encoded) -> Array:
        """Return the mean prediction (n,) of the folds' models."""
        return np.asarray(self.by_fold(X).mean(axis=0))

    def by_fold(self, X: Encoded) -> Array:
        """Return the folds' predictions (folds, n)."""
        return np.stack([model.predict(X) for model in self.models])


def fit_by_fold(fit: Fitter, X: Encoded, y: Array, weight: Array, folds: NDArray[np.intp], seed: int) -> tuple[Predictor, ...]:
    """Fit once per fold on the other folds' rows of positive weight; boosters use as many trees as serve rows unseen best."""
    kept = [(folds != fold) & (weight > 0) for fold in range(int(folds.max()) + 1)]
    models = tuple(fit(X.take(train), y[train], weight[train], seed + fold) for fold, train in enumerate(kept))
    boosters = tuple(model for model in models if isinstance(model, Trees))
    return _stopped(boosters, X, y, weight, folds) if boosters else models


def _stopped(boosters: tuple[Trees, ...], X: Encoded, y: Array, weight: Array, folds: NDArray[np.intp]) -> tuple[Trees, ...]:
    """Return the boosters cut to the number of trees with the least squared error on the rows each did not see.

    A fold has no say in its own booster's number: with it, a forecast that found nothing was supported six times in twelve.
    """
    tried = [boosters[0].used, *(max(1, round(share * boosters[0].used)) for share in FEWER_TREES)]
    loss = np.zeros((len(boosters), len(tried)))
    for fold, booster in enumerate(boosters):
        test = (folds == fold) & (weight > 0)
        unseen = X.take(test)
        for place, used in enumerate(tried):
            loss[fold, place] = weight[test] @ (y[test] - replace(booster, used=used).predict(unseen)) ** 2
    best = np.argmin(loss.sum(axis=0) - loss, axis=1)
    return tuple(replace(booster, used=tried[place]) for booster, place in zip(boosters, best, strict=True))


def cut_like(model: Predictor, by_fold: tuple[Predictor, ...]) -> Predictor:
    """Return a model of all rows with as many trees as the median of its models by fold."""
    used = [one.used for one in by_fold if isinstance(one, Trees)]
    return replace(model, used=int(np.median(used))) if isinstance(model, Trees) and used else model


def cross_fit(fit: Fitter, X: Encoded, y: Array, weight: Array, folds: NDArray[np.intp], seed: int) -> CrossFit:
    """Fit by fold and predict every row of the fold left out, rows of weight zero included."""
    models = fit_by_fold(fit, X, y, weight, folds, seed)
    held_out = np.empty(len(y))
    for fold, model in enumerate(models):
        test = folds == fold
        held_out[test] = model.predict(X.take(test))
    return CrossFit(held_out, models)


@dataclass(frozen=True, slots=True)
class Blend:
    """Cross-fits mixed by ``shares``, which are not negative and add up to one."""

    parts: tuple[CrossFit, ...]
    shares: tuple[float, ...]

    @property
    def held_out(self) -> Array:
        """Blended out-of-fold predictions (n,)."""
        return self._mix([part.held_out for part in self.parts])

    def predict(self, X: Encoded) -> Array:
        """Return the blended mean prediction (n,)."""
        return np.asarray(self.by_fold(X).mean(axis=0))

    def by_fold(self, X: Encoded) -> Array:
        """Return the folds' blended predictions (folds, n)."""
        return self._mix([part.by_fold(X) for part in self.parts])

    def _mix(self, predictions: list[Array]) -> Array:
        return np.asarray(sum(share * found for share, found in zip(self.shares, predictions, strict=True)))


def blend(parts: tuple[CrossFit, ...], y: Array, weight: Array) -> Blend:
    """Blend cross-fits by least squares on their out-of-fold predictions, shares non-negative and adding up to one."""
    root = np.sqrt(weight)
    misses = np.column_stack([root * (y - part.held_out) for part in parts])
    together = SUM_TO_ONE * float(np.sqrt((misses**2).sum())) or 1.0
    design = np.vstack([misses, np.full(len(parts), together)])
    shares = nnls(design, np.r_[np.zeros(len(misses)), together])[0]
    return Blend(parts, tuple(map(float, shares / shares.sum())))


def group_folds(groups: NDArray[np.intp], strata: NDArray[np.intp], n_folds: int, seed: int) -> NDArray[np.intp]:
    """Return one fold per row: whole groups together, groups of each stratum spread evenly, in an order drawn from ``seed``.

    ``groups`` (n,) are codes 0..G-1; a group's stratum is the largest of its rows'.
    """
    n_groups = int(groups.max()) + 1
    stratum = np.zeros(n_groups, dtype=np.intp)
    np.maximum.at(stratum, groups, strata)
    order = np.lexsort((np.random.default_rng(seed).random(n_groups), stratum))
    fold = np.empty(n_groups, dtype=np.intp)
    fold[order] = np.arange(n_groups) % n_folds
    return fold[groups]


def shallower(params: TreeParams) -> TreeParams:
    """Return the settings for effects, which are smaller and smoother than outcomes."""
    return replace(params, leaves=max(3, params.leaves // 2), min_leaf_rows=2 * params.min_leaf_rows)
