"""One class for the effect of a binary treatment on plain arrays, in scikit-learn style."""

from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from features.errors import UsageError
from models.judgement import effect_scores
from models.judgement.effect_scores import EffectSample, group_draws, with_interval
from models.stack.combination import Combination, Residuals, combine
from models.stack.encoding import Array, Encoded, FrameEncoder, as_frame
from models.stack.learners import fit_candidates, held_out
from models.stack.nuisances import Nuisances, Sample, aipw_scores, fit_nuisances
from models.stack.regressors import TreeParams, group_folds, shallower

JACKKNIFE_FACTOR = 2.0
"""Inflates the folds' variance, which does not see that all folds share their nuisances; set on invented surfaces of other seeds
than those whose coverage is reported."""
ROWS_A_FOLD = 2
"""Rows of each arm needed per fold."""


class UpliftModel(BaseEstimator):  # type: ignore[misc]
    """Effect of a binary treatment given x, with intervals: a stack of ten learners, calibrated, that knows when to abstain.

    S, T, X, R and DR learners, each with ridge and with LightGBM, share cross-fitted nuisances (e, m, m0, m1; each a
    blend of both regressions). Non-negative least squares on the R-loss combines them, with a free constant and weights
    shrunk to equal; the slope of the effect on the combined forecast is measured on rows unseen and applied, shrunk by its
    own noise, so that a forecast that finds nothing falls back to one constant.

    Identification: given ``X`` treatment is as good as random, and both arms occur at each x (overlap). A confounder that
    is not in ``X`` breaks it, and no figure below would show it.

    Parameters
    ----------
    n_folds : int, default 5
        Folds of the cross-fitting; whole groups together, arms spread evenly.
    n_trees : int, default 80
        Trees of every LightGBM fit.
    n_draws : int, default 200
        Bootstrap draws over groups behind ``autoc_`` and ``qini_``.
    abstain : bool, default False
        Return the constant effect for everybody when ``ranking_supported_`` is False, instead of a shrunk forecast.
    n_threads : int, default 1
        Threads of LightGBM; results do not depend on it.
    random_state : int, default 0
        Fixes folds, trees and draws.

    Attributes
    ----------
    ate_ : Figure
        Mean effect over the rows of ``fit`` (AIPW), with an 80 % interval clustered by group.
    weights_ : Series
        Weight of each candidate, by name.
    slope_ : Figure
        BLP slope of the effect on the combined out-of-fold forecast before calibration: 1 is calibrated, 0 nothing found.
    shrinkage_ : float
        Slope that is applied, between 0 (one constant for everybody) and 1.
    autoc_, qini_ : Figure
        Areas under the targeting curve of the out-of-fold forecast, 0 if blind.
    ranking_supported_ : bool
        Whether the intervals of slope and AUTOC both lie above zero. If not, do not order anybody by ``effect``.
    overlap_ : float
        Share of rows whose out-of-fold propensity lies within [0.02, 0.98].
    held_out_effect_ : ndarray of shape (n,)
        Calibrated effect of each row of ``fit`` by models that did not see its fold.
    n_features_in_ : int
        Columns of ``X``.
    feature_names_in_ : ndarray of str
        Their names, where ``X`` is a DataFrame.

    References
    ----------
    Kuenzel et al. (2019) X-learner; Nie & Wager (2021) R-learner; Kennedy (2023) DR-learner; Chernozhukov et al. (2018)
    best linear predictor; Yadlowsky et al. (2024) AUTOC.

    Examples
    --------
    >>> import numpy as np
    >>> from models.uplift import UpliftModel
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(600, 3))
    >>> treatment = rng.integers(0, 2, 600)
    >>> y = X[:, 1] + treatment * (1 + X[:, 0]) + rng.normal(size=600)
    >>> model = UpliftModel(n_trees=30).fit(X, treatment, y)
    >>> model.ranking_supported_
    True
    >>> low, high = model.effect([[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    >>> bool(low < 1 < high)
    True
    """

    def __init__(
        self,
        *,
        n_folds: int = 5,
        n_trees: int = 80,
        n_draws: int = 200,
        abstain: bool = False,
        n_threads: int = 1,
        random_state: int = 0,
    ) -> None:
        self.n_folds = n_folds
        self.n_trees = n_trees
        self.n_draws = n_draws
        self.abstain = abstain
        self.n_threads = n_threads
        self.random_state = random_state

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn may expect: missing values and categories are welcome."""
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags

    def fit(self, X: Any, treatment: Any, y: Any, *, groups: Any = None, sample_weight: Any = None) -> Self:  # noqa: ANN401
        """Fit nuisances, candidates and their combination.

        Parameters
        ----------
        X : DataFrame or array of shape (n, p)
            History and effect modifiers; categories and missing values as they are.
        treatment : array of shape (n,)
            0 or 1 (or bool).
        y : array of shape (n,)
            Outcome; finite.
        groups : array of shape (n,), optional
            Rows of one group (a person) stay in one fold and are resampled together; default: each row its own.
        sample_weight : array of shape (n,), optional
            Positive weights; default 1.

        Raises
        ------
        UsageError
            Lengths differ, values are not finite, treatment is not 0/1, or an arm is too small.
        """
        frame = as_frame(X)
        treated, outcome, weight, group = _checked(frame, treatment, y, groups, sample_weight)
        smallest = ROWS_A_FOLD * self.n_folds
        if min(treated.sum(), (1 - treated).sum()) < smallest:
            raise UsageError(f"UpliftModel.fit: an arm has fewer than {smallest} rows, {ROWS_A_FOLD} for each of n_folds folds.")
        self.n_features_in_ = frame.shape[1]
        if isinstance(X, pd.DataFrame):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        with threadpool_limits(1, "blas"):  # sums in another order would grow other trees
            self.encoder_ = FrameEncoder().fit(frame)
            folds = group_folds(group, treated.astype(np.intp), self.n_folds, self.random_state)
            sample = Sample(self.encoder_.transform(frame), treated, outcome, weight, folds)
            self._fit_stack(sample, group)
        return self

    def effect(self, X: Any) -> Array:  # noqa: ANN401
        """Return the effect of treatment (n,) for rows ``X`` (n, p), in units of y."""
        check_is_fitted(self)
        with threadpool_limits(1, "blas"):
            return self._combined(self._estimates(self._encode(X)).mean(axis=0))

    def effect_interval(self, X: Any, alpha: float = 0.2) -> tuple[Array, Array]:  # noqa: ANN401
        """Return lower and upper bound (n,), (n,) of the effect at each row.

        A (1 - alpha) interval for tau(x), the *mean* effect at x, not for one individual's change. Its variance is twice the
        jackknife over the folds' models (deleted groups; Efron & Tibshirani 1993), the clustered error of constant and slope,
        and the candidates' disagreement at x. Measured coverage is in docs/experiments.md.
        """
        check_is_fitted(self)
        if not 0 < alpha < 1:
            raise UsageError(f"alpha must lie between 0 and 1, found {alpha}.")
        with threadpool_limits(1, "blas"):
            by_fold = self._estimates(self._encode(X))
            centre = self._combined(by_fold.mean(axis=0))
            half = float(ndtri(1 - alpha / 2)) * np.sqrt(self._variance(by_fold))
        return centre - half, centre + half

    def _fit_stack(self, sample: Sample, group: NDArray[np.intp]) -> None:
        seed, trees = self.random_state, TreeParams(trees=self.n_trees, threads=self.n_threads)
        nuisances = fit_nuisances(sample, seed, trees)
        self.candidates_ = fit_candidates(sample, nuisances, seed + 1000, shallower(trees))
        estimates = np.column_stack([held_out(c, sample.X, sample.folds) for c in self.candidates_.values()])
        self.combination_ = combine(estimates, _residuals(sample, nuisances, group), sample.folds)
        self.weights_ = pd.Series(self.combination_.weights, index=list(self.candidates_), name="weight")
        self.slope_, self.shrinkage_ = self.combination_.slope_estimate, self.combination_.slope
        self._validate(self.combination_.forecast, sample, nuisances, group)
        self.held_out_effect_ = self._applied().held_out

    def _validate(self, forecast: Array, sample: Sample, nuisances: Nuisances, group: NDArray[np.intp]) -> None:
        m0, m1 = nuisances.untreated.held_out, nuisances.treated.held_out
        scores = aipw_scores(sample.treated, sample.y, nuisances.e, m0, m1)
        judged = EffectSample(forecast, sample.weight * scores, sample.weight, group)
        draws = group_draws(group, self.random_state, self.n_draws)
        self.ate_ = with_interval(effect_scores.mean_effect, judged, draws)
        self.autoc_ = with_interval(effect_scores.autoc, judged, draws)
        self.qini_ = with_interval(effect_scores.qini, judged, draws)
        self.ranking_supported_ = bool(self.slope_.above_zero and self.autoc_.above_zero)
        self.overlap_ = float(np.average(nuisances.e == nuisances.propensity.held_out, weights=sample.weight))

    def _applied(self) -> Combination:
        flat = self.abstain and not self.ranking_supported_
        return replace(self.combination_, slope=0.0) if flat else self.combination_

    def _combined(self, estimates: Array) -> Array:
        return self._applied().apply(estimates)

    def _variance(self, by_fold: Array) -> Array:
        applied = self._applied()
        folds = applied.apply(by_fold)
        jackknife = (self.n_folds - 1) / self.n_folds * ((folds - folds.mean(axis=0)) ** 2).sum(axis=0)
        return np.asarray(JACKKNIFE_FACTOR * jackknife + applied.variance(by_fold.mean(axis=0)))

    def _estimates(self, X: Encoded) -> Array:
        return np.stack([candidate.by_fold(X) for candidate in self.candidates_.values()], axis=-1)

    def _encode(self, X: Any) -> Encoded:  # noqa: ANN401
        frame = as_frame(X)
        if frame.shape[1] != self.n_features_in_:
            raise UsageError(
                f"X has {frame.shape[1]} features, but UpliftModel is expecting {self.n_features_in_} features as input."
            )
        return self.encoder_.transform(frame)


def _residuals(sample: Sample, nuisances: Nuisances, group: NDArray[np.intp]) -> Residuals:
    return Residuals(sample.y - nuisances.outcome.held_out, sample.treated - nuisances.e, sample.weight, group)


def _checked(
    X: pd.DataFrame, treatment: object, y: object, groups: object, sample_weight: object
) -> tuple[Array, Array, Array, NDArray[np.intp]]:
    """Return treatment, outcome, weight and group codes as arrays (n,), or raise with every fault found."""
    n = len(X)
    given = {"treatment": treatment, "y": y, "sample_weight": np.ones(n) if sample_weight is None else sample_weight}
    arrays = {name: np.asarray(values).ravel().astype(np.float64) for name, values in given.items()}
    codes = np.arange(n) if groups is None else pd.factorize(pd.Series(np.asarray(groups)), sort=True)[0].astype(np.intp)
    lengths = {name: len(values) for name, values in {**arrays, "groups": codes}.items() if len(values) != n}
    faults = [f"{name} has {length} rows, X has {n}" for name, length in lengths.items()]
    faults += [
        f"{name} has {bad} values that are not finite" for name, v in arrays.items() if (bad := int((~np.isfinite(v)).sum()))
    ]
    if not np.isin(arrays["treatment"], (0.0, 1.0)).all():
        faults.append("treatment has values other than 0 and 1")
    if (arrays["sample_weight"] <= 0).any() or (codes < 0).any():
        faults.append("sample_weight must be positive and groups complete")
    if faults:
        raise UsageError("UpliftModel.fit: " + "; ".join(faults) + ".")
    return arrays["treatment"], arrays["y"], arrays["sample_weight"], codes
