"""Fit the peers, in their own environment: `python peers.py DATA FORECASTS NAME...`; one Parquet of forecasts a name and method.

Every method gets the same nuisance learners (ridge and LightGBM, averaged) and, where it lets them be given, the same folds.
"""

import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from causalml.inference.meta import BaseRRegressor, BaseXRegressor
from econml.dml import CausalForestDML, NonParamDML
from econml.dr import DRLearner, ForestDRLearner
from econml.metalearners import SLearner, TLearner, XLearner
from econml.score import RScorer
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.preprocessing import StandardScaler

TREES, FOREST_TREES, FOLDS = 80, 500, 5
NOT_FEATURES = ["treatment", "y", "train", "person", "fold"]
CLIP = (0.02, 0.98)
VALIDATION_FOLD = FOLDS - 1
"""The fold that RScorer scores on; its candidates learn from the other four."""

Forecast = dict[str, np.ndarray]
"""``effect`` of the test rows, and ``lower``, ``upper`` where the method gives intervals."""


@dataclass(frozen=True)
class Task:
    """Rows to learn from, X as numbers without gaps, and the rows to forecast."""

    X: np.ndarray
    treatment: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    X_test: np.ndarray

    def splits(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the folds as (train, test) row numbers."""
        return [(np.flatnonzero(self.fold != k), np.flatnonzero(self.fold == k)) for k in range(FOLDS)]

    def take(self, rows: np.ndarray) -> "Task":
        """Return the task of fewer rows to learn from."""
        return Task(self.X[rows], self.treatment[rows], self.y[rows], self.fold[rows], self.X_test)


def trees(small: bool = False) -> dict[str, Any]:
    """Return LightGBM's settings, ours for outcomes or, ``small``, for effects."""
    return {
        "n_estimators": TREES, "learning_rate": 0.07, "num_leaves": 6 if small else 12, "min_child_samples": 40 if small else 20,
        "colsample_bytree": 0.7, "subsample": 0.8, "subsample_freq": 1, "reg_lambda": 5.0, "max_bin": 63, "n_jobs": 1,
        "random_state": 0, "verbosity": -1,
    }  # fmt: skip


class Standardised(BaseEstimator):
    """A linear model on standardised columns; a Pipeline would not pass sample weights on."""

    def __init__(self, model: Any) -> None:  # noqa: ANN401
        self.model = model

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> "Standardised":
        """Fit scaler and model."""
        self.scaler_ = StandardScaler().fit(X)
        self.fitted_ = clone(self.model).fit(self.scaler_.transform(X), y, sample_weight=sample_weight)
        self.classes_ = getattr(self.fitted_, "classes_", None)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the model's prediction."""
        return self.fitted_.predict(self.scaler_.transform(X))


class StandardisedRegressor(RegressorMixin, Standardised):
    """A regression."""


class StandardisedClassifier(ClassifierMixin, Standardised):
    """A classification."""

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return class probabilities."""
        return self.fitted_.predict_proba(self.scaler_.transform(X))


def regressor(small: bool = False) -> VotingRegressor:
    """Return the mean of ridge and LightGBM."""
    ridge = StandardisedRegressor(RidgeCV(np.logspace(-1, 5, 19)))
    return VotingRegressor([("ridge", ridge), ("trees", LGBMRegressor(**trees(small)))])


def classifier() -> VotingClassifier:
    """Return the mean of logit and LightGBM."""
    logit = StandardisedClassifier(LogisticRegression(C=0.1, max_iter=1000))
    return VotingClassifier([("logit", logit), ("trees", LGBMClassifier(**trees()))], voting="soft")


def econml(estimator: Any, task: Task, interval: bool = False) -> Forecast:  # noqa: ANN401
    """Fit an econml estimator and forecast."""
    estimator.fit(task.y, task.treatment.astype(int), X=task.X)
    out = {"effect": np.asarray(estimator.effect(task.X_test)).ravel()}
    if interval:
        lower, upper = estimator.effect_interval(task.X_test, alpha=0.2)
        out |= {"lower": np.asarray(lower).ravel(), "upper": np.asarray(upper).ravel()}
    return out


def non_param_dml(task: Task, cv: Any = None) -> NonParamDML:  # noqa: ANN401
    """Return econml's DML with ridge and LightGBM in every stage."""
    return NonParamDML(
        model_y=regressor(), model_t=classifier(), model_final=regressor(small=True), discrete_treatment=True,
        cv=task.splits() if cv is None else cv, random_state=0,
    )  # fmt: skip


def econml_nonparam_dml(task: Task) -> Forecast:
    """NonParamDML (R-learner), ridge and LightGBM in every stage."""
    return econml(non_param_dml(task), task)


def econml_causal_forest(task: Task) -> Forecast:
    """CausalForestDML, 500 trees, with its own intervals."""
    forest = CausalForestDML(
        model_y=regressor(), model_t=classifier(), discrete_treatment=True, cv=task.splits(), n_estimators=FOREST_TREES,
        n_jobs=1, random_state=0,
    )  # fmt: skip
    return econml(forest, task, interval=True)


def econml_forest_dr(task: Task) -> Forecast:
    """ForestDRLearner, 500 trees, with its own intervals."""
    forest = ForestDRLearner(
        model_regression=regressor(), model_propensity=classifier(), min_propensity=CLIP[0], cv=task.splits(),
        n_estimators=FOREST_TREES, n_jobs=1, random_state=0,
    )  # fmt: skip
    return econml(forest, task, interval=True)


def econml_rscorer(task: Task) -> Forecast:
    """Econml's own ensemble: S, T, X, DR and DML learned on four folds, weighted by RScorer on the fifth."""
    learned, judged = task.take(task.fold != VALIDATION_FOLD), task.take(task.fold == VALIDATION_FOLD)
    candidates = [
        SLearner(overall_model=regressor()), TLearner(models=regressor()),
        XLearner(models=regressor(), cate_models=regressor(small=True), propensity_model=classifier()),
        DRLearner(model_regression=regressor(), model_propensity=classifier(), model_final=regressor(small=True), cv=3,
                  min_propensity=CLIP[0], random_state=0),
        non_param_dml(learned, cv=3),
    ]  # fmt: skip
    for candidate in candidates:
        candidate.fit(learned.y, learned.treatment.astype(int), X=learned.X)
    scorer = RScorer(model_y=regressor(), model_t=classifier(), discrete_treatment=True, cv=3, random_state=0)
    scorer.fit(judged.y, judged.treatment.astype(int), X=judged.X)
    ensemble, _ = scorer.ensemble(candidates)
    return {"effect": np.asarray(ensemble.effect(task.X_test)).ravel()}


def causalml_x(task: Task) -> Forecast:
    """Causalml's X-learner; propensity out of fold for the rows learned from, of all rows for the others."""
    learner = BaseXRegressor(
        control_outcome_learner=regressor(), treatment_outcome_learner=regressor(),
        control_effect_learner=regressor(small=True), treatment_effect_learner=regressor(small=True),
    )  # fmt: skip
    learner.fit(task.X, task.treatment.astype(int), task.y, p=propensity(task))
    whole = classifier().fit(task.X, task.treatment.astype(int))
    return {"effect": learner.predict(task.X_test, p=np.clip(whole.predict_proba(task.X_test)[:, 1], *CLIP)).ravel()}


def causalml_r(task: Task) -> Forecast:
    """Causalml's R-learner; five folds of its own for the outcome, our propensity out of fold."""
    learner = BaseRRegressor(outcome_learner=regressor(), effect_learner=regressor(small=True), n_fold=FOLDS, random_state=0)
    learner.fit(task.X, task.treatment.astype(int), task.y, p=propensity(task), verbose=False)
    return {"effect": learner.predict(task.X_test).ravel()}


def constant(task: Task) -> Forecast:
    """The cross-fitted AIPW mean effect for everybody (what DoubleML's IRM estimates)."""
    treated = task.treatment > 0
    e, outcomes = propensity(task), np.empty((2, len(task.y)))
    for train, test in task.splits():
        for arm in (0, 1):
            rows = train[treated[train] == arm]
            outcomes[arm, test] = regressor().fit(task.X[rows], task.y[rows]).predict(task.X[test])
    m0, m1 = outcomes
    scores = m1 - m0 + treated * (task.y - m1) / e - (1 - treated) * (task.y - m0) / (1 - e)
    return {"effect": np.full(len(task.X_test), scores.mean())}


def propensity(task: Task) -> np.ndarray:
    """Return P(T=1 | x) out of fold, clipped."""
    out = np.empty(len(task.y))
    for train, test in task.splits():
        out[test] = classifier().fit(task.X[train], task.treatment[train].astype(int)).predict_proba(task.X[test])[:, 1]
    return np.clip(out, *CLIP)


METHODS: dict[str, Callable[[Task], Forecast]] = {
    method.__name__: method
    for method in (
        constant, econml_nonparam_dml, causalml_x, causalml_r, econml_rscorer, econml_causal_forest, econml_forest_dr,
    )
}  # fmt: skip


def read(path: Path) -> Task:
    """Return the task in ``path``: categories as 0/1 columns, gaps as the column's median among the rows learned from."""
    frame = pd.read_parquet(path)
    train = frame["train"].to_numpy()
    X = pd.get_dummies(frame.drop(columns=NOT_FEATURES), dtype=float)
    X = X.fillna(X[train].median()).to_numpy(float)
    columns = [frame[name].to_numpy()[train] for name in ("treatment", "y", "fold")]
    return Task(X[train], *columns, X[~train])


def main(data: Path, forecasts: Path, names: list[str]) -> None:
    """Forecast every file by every method, the forests last, which take four fifths of the time; what is there already stays."""
    warnings.filterwarnings("ignore")
    forecasts.mkdir(parents=True, exist_ok=True)
    for method, fit in METHODS.items():
        for name in names:
            target = forecasts / f"{name}.{method}.parquet"
            if target.exists():
                continue
            task = read(data / f"{name}.parquet")
            start = time.process_time()
            found = pd.DataFrame(fit(task))
            found.assign(cpu_s=time.process_time() - start).to_parquet(target, index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
