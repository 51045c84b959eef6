"""One class for the effect of a binary treatment on plain arrays, in scikit-learn style."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from features.errors import UsageError
from models import model_folder
from models.judgement import effect_scores
from models.judgement.effect_scores import EffectSample, group_draws, with_interval
from models.judgement.grades import GradeParams, grades, lowered, named
from models.stack.combination import PAIRED_FOLDS, WEIGHT_SD, Combination, Prior, Residuals, combine, equal_weights
from models.stack.encoding import Array, Encoded, FrameEncoder, TreeScores, as_frame
from models.stack.inputs import check_folds, check_inputs, check_settings, unit_of
from models.stack.learners import Candidate, Recipe, Stack, given, held_out, recipes
from models.stack.levels import LevelDoubt, level_doubts, level_variance
from models.stack.nuisances import Nuisances, Sample, aipw_scores, fit_nuisances, whole_propensity
from models.stack.regressors import Column, TreeParams, group_folds
from models.stack.stored import (
    booster_names,
    combination_from,
    encoder_from,
    figure_from,
    plain_combination,
    plain_encoder,
    plain_stack,
    stack_from,
)
from models.stack.support import arm_support, arm_support_from
from models.threads import one_blas_thread

CONSTANT = "constant"
"""Column of ``contributions`` for what hangs on no feature."""
INTERVAL = effect_scores.LEVEL
FIGURES = ("ate_", "slope_", "autoc_", "qini_")
VALUES = ("shrinkage_", "ranking_supported_", "overlap_", "outcome_scale_")
"""Fitted attributes that are saved as they are."""
ROWS_A_FOLD = 2
"""Rows of each arm needed per fold."""


class UpliftModel(BaseEstimator):  # type: ignore[misc]
    """Effect of a binary treatment given x, with intervals: a stack of seventeen learners, calibrated, that knows when to abstain.

    S, T, X, R and DR learners, by few columns (forward selection), by few hinges (a sum of single effects; not S), and by
    LightGBM, T and X learners by a Gaussian process, and a T learner by the blend of all regressions, share cross-fitted nuisances
    (e, m, m0, m1; outcomes blend all four regressions). Non-negative least squares on the R-loss combines them, with a free
    constant and weights shrunk to equal, less for those that err much; the slope of the effect on the combined forecast is measured
    on rows unseen and applied as far as it can be believed, so that a forecast that finds nothing falls back to one constant.

    Identification: given ``X`` treatment is as good as random, and both arms occur at each x (overlap). A confounder that
    is not in ``X`` breaks it, and no figure below would show it.

    Parameters
    ----------
    n_folds : int, default 5
        Folds of the cross-fitting; whole groups together, arms spread evenly.
    n_trees : int, default 80
        Most trees of every LightGBM fit; as many are used as serve the rows left out best.
    n_draws : int, default 200
        Bootstrap draws over groups behind ``autoc_`` and ``qini_``.
    effect_columns : sequence of str, default ()
        Number columns of ``X`` that already hold an effect forecast made elsewhere, in units of y: out of fold in ``fit``, plain
        at prediction. Each is a candidate beside the learners, and stays a feature.
    effect_prior : float, optional
        Weight in [0, 1] that the effect columns have together before the data speak; the learners share the rest. Default:
        every candidate the same.
    weight_sd : float, default 0.05
        Prior standard deviation of each candidate's weight: 0.01 leaves the prior in force, 1 lets the data choose.
    line : (float, float, float), optional
        Where the effect columns are posterior means already: prior standard deviation of the mean effect around the mean forecast
        (units of y), slope to be expected, and its prior standard deviation. Mean and slope then stay as expected unless their 95 %
        intervals exclude it. Default: the mean is measured, and the slope shrunk towards 0.
    smooth : bool, default True
        Rest on few columns, few hinges and a Gaussian process. False: on ridge, and on ridge with products of the strongest
        columns, in three candidates less and two fifths of the time at 3,400 rows, with more error.
    refit : bool, default False
        Predict from one model per candidate, fitted on all rows, instead of the mean of the folds' models: a fifth of the time
        to predict, a fifth more to fit. Intervals still use the folds'.
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
        Weight of each candidate, by name. One of less than 3 % of their sum is put to zero and not asked at prediction.
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
        Calibrated effect of each row of ``fit`` by models that did not see its fold; NaN for rows of weight zero.
    outcome_scale_ : float
        Standard deviation of y, the unit of the thresholds of ``grade``.
    support_ : ArmSupport
        Effective rows of the scarcer arm by propensity, and the range of each number.
    levels_ : tuple of LevelDoubt
        Variance of the effect between the levels of each category: what the forecast misses of it, and all of it.
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
    >>> model = UpliftModel(n_trees=30, smooth=False).fit(X, treatment, y)
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
        effect_columns: Sequence[str] = (),
        effect_prior: float | None = None,
        weight_sd: float = WEIGHT_SD,
        line: tuple[float, float, float] | None = None,
        smooth: bool = True,
        refit: bool = False,
        abstain: bool = False,
        n_threads: int = 1,
        random_state: int = 0,
    ) -> None:
        self.n_folds = n_folds
        self.n_trees = n_trees
        self.n_draws = n_draws
        self.effect_columns = effect_columns
        self.effect_prior = effect_prior
        self.weight_sd = weight_sd
        self.line = line
        self.smooth = smooth
        self.refit = refit
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
            Weights, not negative; default 1. Rows of weight zero are left out.

        Raises
        ------
        UsageError
            Lengths differ, values are not finite, treatment is not 0/1, an arm is too small, or a parameter is out of range.
        """
        check_settings(self.n_folds, self.n_trees, self.n_draws, self.weight_sd)
        frame = as_frame(X)
        inputs = check_inputs(frame, treatment, y, groups, sample_weight)
        judged = inputs.weight > 0
        inputs = inputs.take(judged)
        smallest = ROWS_A_FOLD * self.n_folds
        if min(inputs.treated.sum(), (1 - inputs.treated).sum()) < smallest:
            raise UsageError(f"UpliftModel.fit: an arm has fewer than {smallest} rows, {ROWS_A_FOLD} for each of n_folds folds.")
        self.n_features_in_ = frame.shape[1]
        if isinstance(X, pd.DataFrame):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], dtype=object)
        with one_blas_thread():  # sums in another order would grow other trees
            learned = frame.iloc[np.flatnonzero(judged)]
            self.encoder_ = FrameEncoder().fit(learned)
            folds = group_folds(inputs.group, inputs.treated.astype(np.intp), self.n_folds, self.random_state)
            check_folds(folds, inputs.treated)
            unit = unit_of(inputs.y, inputs.weight)
            sample = Sample(self.encoder_.transform(learned), inputs.treated, inputs.y / unit, inputs.weight, folds)
            self._fit_stack(sample, inputs.group, unit)
        self.held_out_effect_ = np.full(len(judged), np.nan)
        self.held_out_effect_[judged] = self._applied().held_out
        return self

    def effect(self, X: Any, *, scored: TreeScores | None = None) -> Array:  # noqa: ANN401
        """Return the effect of treatment (n,) for rows ``X`` (n, p), in units of y.

        ``scored``, where given, may know what trees say of these rows: the same numbers as LightGBM's, sooner.
        """
        with one_blas_thread():
            return self._effect(replace(self._encode(X), scored=scored))

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the columns that ``effect`` rests on: those that a learner with a weight asks."""
        return tuple(self.encoder_.columns_[place] for place in self._predicting().reads(len(self.encoder_.columns_)))

    def effect_from(self, columns: Mapping[str, Array]) -> Array:
        """Return ``effect`` (n,) of rows of which only number columns are given, each (n,): all that ``reads`` names."""
        check_is_fitted(self)
        rows = self.encoder_.some({name: columns[name] for name in self.reads})
        asked = [name for name in self.effect_columns if name in self.reads]
        _require_complete(rows, {name: self.encoder_.columns_.index(name) for name in asked})
        with one_blas_thread():
            return self._effect(rows)

    def effect_interval(self, X: Any, alpha: float = 0.2) -> tuple[Array, Array]:  # noqa: ANN401
        """Return lower and upper bound (n,), (n,) of the effect at each row.

        A (1 - alpha) interval for tau(x), the *mean* effect at x, not for one individual's change. Its variance adds the error
        of constant and slope, room for differences that were not found, twice the jackknife over the folds' models, the
        candidates' disagreement at x (`Combination.variance`), and what levels of a category differ by that no forecast knows,
        all of it for a level never seen (`levels_`). Measured coverage is in docs/benchmarks-uplift.md.
        """
        if not 0 < alpha < 1:
            raise UsageError(f"alpha must lie between 0 and 1, found {alpha}.")
        with one_blas_thread():
            rows = self._encode(X)
            centre, half = self._effect(rows), self._half_width(rows, alpha)
        return centre - half, centre + half

    def contributions(self, X: Any) -> pd.DataFrame:  # noqa: ANN401
        """Return what each feature adds to ``effect``: rows of ``X`` x features and ``constant``; row sums are the effect.

        Linear parts exactly (coefficient times distance from the mean), trees by TreeSHAP, both times weight and slope. The
        propensity that mixes an X-learner's two halves is taken as given. What an S-learner's trees ascribe to the treatment
        itself is part of ``constant``, which therefore differs from row to row.
        """
        with one_blas_thread():
            rows, applied = self._encode(X), self._applied()
            parts = applied.slope.mean * self._predicting().contributions(rows, applied.weights)
        parts[:, -1] += applied.constant - applied.slope.mean * applied.centre
        index = X.index if isinstance(X, pd.DataFrame) else None
        return pd.DataFrame(parts, index=index, columns=[*self.encoder_.columns_, CONSTANT])

    def passed_on(self, name: str) -> tuple[float, float]:
        """Return by what factor the effect column ``name`` enters ``effect`` as it is, and its mean over the rows of ``fit``."""
        applied, stack = self._applied(), self._predicting()
        if name not in stack.candidates:
            return 0.0, 0.0
        place = list(stack.candidates).index(name)
        (term,) = stack.candidates[name]
        return float(applied.slope.mean * applied.weights[place] * term.sign), float(cast(Column, term.models[0]).mean)

    def grade(self, X: Any, params: GradeParams | None = None) -> pd.Categorical:  # noqa: ANN401
        """Return the evidence grade of each row's effect, A (best) to D.

        Half the 80 % interval in standard deviations of y decides first (``half_widths``). One grade is lost where fewer than
        ten effective rows of the scarcer arm have a propensity like the row's (``little_overlap`` of n / (n + 10)), one where
        more than a share ``much_novelty`` of its numbers lie outside what 98 % of the rows of ``fit`` span. All are D where the
        model abstains.

        Parameters
        ----------
        X : DataFrame or array of shape (n, p)
            Rows as in ``fit``.
        params : GradeParams, optional
            The thresholds; those of the pair model by default.
        """
        with one_blas_thread():
            rows = self._encode(X, linear=True)
            half = self._half_width(rows, 1 - INTERVAL) / self.outcome_scale_
            overlap = self.support_.overlap(self._predicting().propensity.predict(rows))
        found = grades(half, overlap, self.support_.ranges.novelty(self._numbers(rows)), params or GradeParams())
        return named(lowered(found, self._abstains()))

    def save(self, folder: Path) -> None:
        """Write the model to ``folder``: LightGBM texts and one JSON manifest, nothing pickled, no row of ``fit``."""
        check_is_fitted(self)
        stacks = {"folds": self.stack_, **({"whole": self.refitted_} if self.refitted_ else {})}
        plain = {name: plain_stack(stack, name) for name, stack in stacks.items()}
        manifest = {
            "parameters": self.get_params(), "features": [self.n_features_in_, list(getattr(self, "feature_names_in_", []))],
            "encoder": plain_encoder(self.encoder_), "stacks": {name: parts for name, (parts, _) in plain.items()},
            "combination": plain_combination(self.combination_), "support": asdict(self.support_),
            "levels": [asdict(doubt) for doubt in self.levels_],
            "weights": [list(self.weights_.index), self.weights_.tolist()],
            "figures": {name: asdict(getattr(self, name)) for name in FIGURES},
            "values": {name: getattr(self, name) for name in VALUES},
        }  # fmt: skip
        model_folder.write(folder, manifest, {name: tree for _, trees in plain.values() for name, tree in trees.items()})

    @classmethod
    def load(cls, folder: Path) -> "UpliftModel":
        """Return the model that ``save`` wrote; it predicts the same, but has no ``held_out_effect_``."""
        manifest = model_folder.read(folder)
        model = cls(**{**manifest["parameters"], "effect_columns": tuple(manifest["parameters"]["effect_columns"])})
        stacks = {
            name: stack_from(plain, model_folder.boosters(folder, booster_names(plain)))
            for name, plain in manifest["stacks"].items()
        }
        model.stack_, model.refitted_ = stacks["folds"], stacks.get("whole")
        model.encoder_, model.combination_ = encoder_from(manifest["encoder"]), combination_from(manifest["combination"])
        model.support_ = arm_support_from(manifest["support"])
        model.levels_ = tuple(LevelDoubt(**doubt) for doubt in manifest["levels"])
        model.weights_ = pd.Series(manifest["weights"][1], index=manifest["weights"][0], name="weight")
        model.n_features_in_, names = manifest["features"]
        if names:
            model.feature_names_in_ = np.array(names, dtype=object)
        for name in FIGURES:
            setattr(model, name, figure_from(manifest["figures"][name]))
        for name in VALUES:
            setattr(model, name, manifest["values"][name])
        return model

    def _fit_stack(self, sample: Sample, group: NDArray[np.intp], unit: float) -> None:
        """Fit everything on a sample whose outcome is counted in ``unit``; what is kept speaks of y as it was given."""
        seed, trees = self.random_state, TreeParams(trees=self.n_trees, threads=self.n_threads)
        nuisances = fit_nuisances(sample, seed, trees, smooth=self.smooth)
        learned = recipes(sample, nuisances, seed + 1000, trees)
        candidates: dict[str, Candidate] = {
            name: tuple(recipe.by_fold(sample.folds) for recipe in parts) for name, parts in learned.items()
        }
        candidates |= {name: given(sample, place, 1 / unit) for name, place in self._effect_places(sample.X).items()}
        estimates = held_out(tuple(candidates.values()), sample, nuisances.e)
        residuals = Residuals(sample.y - nuisances.outcome, sample.treated - nuisances.e, sample.weight, group)
        combination = combine(estimates, residuals, sample.folds, self._prior(len(learned), unit))
        self.weights_ = pd.Series(combination.weights, index=list(candidates), name="weight")
        kept = combination.weights > 0
        self.combination_ = combination.keep(kept).in_units(unit)
        doubts = level_doubts(sample.X, residuals, combination.held_out)
        self.levels_ = tuple(doubt.in_units(unit) for doubt in doubts)
        names = list(self.weights_.index[kept])
        self.stack_ = Stack(candidates, nuisances.propensity).keep(names)
        self.refitted_ = self._whole(sample, learned, seed, trees) if self.refit else None
        self.slope_, self.shrinkage_ = combination.slope_estimate, combination.slope.mean
        self.outcome_scale_ = unit * (float(np.sqrt(np.cov(sample.y, aweights=sample.weight))) or 1.0)
        self._validate(combination.forecast, sample, nuisances, group, unit)

    def _whole(self, sample: Sample, learned: dict[str, tuple[Recipe, ...]], seed: int, trees: TreeParams) -> Stack:
        """Return the kept candidates with one model each, of all rows; their targets stay out of fold."""
        candidates = {
            name: tuple(recipe.whole(term) for recipe, term in zip(learned[name], terms, strict=True))
            if name in learned
            else tuple(replace(term, models=term.models[:1]) for term in terms)
            for name, terms in self.stack_.candidates.items()
        }
        return Stack(candidates, whole_propensity(sample, self.stack_.propensity, seed, trees))

    def _effect_places(self, X: Encoded) -> dict[str, int]:
        columns, categories = self.encoder_.columns_, set(X.categorical)
        lost = [name for name in self.effect_columns if name not in columns or columns.index(name) in categories]
        if lost:
            raise UsageError(f"UpliftModel.fit: {len(lost)} of effect_columns are no number columns of X, first '{lost[0]}'.")
        places = {name: columns.index(name) for name in self.effect_columns}
        _require_complete(X, places)
        return places

    def _prior(self, own: int, unit: float) -> Prior:
        """Return equal weights, or ``effect_prior`` spread over the effect columns and the rest over the ``own`` learners."""
        handed = len(self.effect_columns)
        line = None if self.line is None else (self.line[0] / unit, *self.line[1:])
        if self.effect_prior is None or not handed:
            return replace(equal_weights(own + handed), spread=self.weight_sd, line=line)
        if not 0 <= self.effect_prior <= 1:
            raise UsageError(f"effect_prior must lie between 0 and 1, found {self.effect_prior}.")
        shares = np.r_[np.full(own, (1 - self.effect_prior) / own), np.full(handed, self.effect_prior / handed)]
        return Prior(shares, self.weight_sd, line=line)

    def _validate(self, forecast: Array, sample: Sample, nuisances: Nuisances, group: NDArray[np.intp], unit: float) -> None:
        m0, m1 = nuisances.untreated.held_out, nuisances.treated.held_out
        scores = aipw_scores(sample.treated, sample.y, nuisances.e, m0, m1)
        judged = EffectSample(forecast, sample.weight * scores, sample.weight, group)
        draws = group_draws(group, self.random_state, self.n_draws)
        self.ate_ = with_interval(effect_scores.mean_effect, judged, draws).times(unit)
        self.autoc_ = with_interval(effect_scores.autoc, judged, draws).widened(PAIRED_FOLDS).times(unit)
        self.qini_ = with_interval(effect_scores.qini, judged, draws).widened(PAIRED_FOLDS).times(unit)
        self.ranking_supported_ = bool(self.slope_.above_zero and self.autoc_.above_zero)
        self.overlap_ = float(np.average(nuisances.e == nuisances.propensity.held_out, weights=sample.weight))
        numbers = self._numbers(sample.X)
        self.support_ = arm_support(nuisances.propensity.held_out, sample.treated, sample.weight, numbers)

    def _abstains(self) -> bool:
        return self.abstain and not self.ranking_supported_

    def _applied(self) -> Combination:
        return self.combination_.flat() if self._abstains() else self.combination_

    def _predicting(self) -> Stack:
        return self.refitted_ or self.stack_

    def _effect(self, rows: Encoded) -> Array:
        return self._applied().apply(self._predicting().estimates(rows).mean(axis=0))

    def _half_width(self, rows: Encoded, alpha: float) -> Array:
        variance = self._applied().variance(self.stack_.estimates(rows)) + level_variance(self.levels_, rows)
        return np.asarray(float(ndtri(1 - alpha / 2)) * np.sqrt(variance))

    def _numbers(self, rows: Encoded) -> pd.DataFrame:
        frame = pd.DataFrame(rows.trees, columns=self.encoder_.columns_)
        return frame.drop(columns=[self.encoder_.columns_[place] for place in rows.categorical])

    def _encode(self, X: Any, *, linear: bool = False) -> Encoded:  # noqa: ANN401
        """Return the rows encoded; the linear matrix where a candidate reads it, or always."""
        check_is_fitted(self)
        frame = as_frame(X)
        if frame.shape[1] != self.n_features_in_:
            raise UsageError(
                f"X has {frame.shape[1]} features, but UpliftModel is expecting {self.n_features_in_} features as input."
            )
        rows = self.encoder_.transform(frame, linear=linear or self.stack_.reads_linear)
        _require_complete(rows, {name: self.encoder_.columns_.index(name) for name in self.effect_columns})
        return rows


def _require_complete(X: Encoded, places: dict[str, int]) -> None:
    gaps = {name: int(np.isnan(X.trees[:, place]).sum()) for name, place in places.items()}
    faults = [f"effect column '{name}' lacks {count} values" for name, count in gaps.items() if count]
    if faults:
        raise UsageError("UpliftModel: " + "; ".join(faults) + "; a forecast made elsewhere must be there for every row.")
