"""UpliftModel as a library class: inputs, groups, weights, determinism, scikit-learn manners."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from features.errors import UsageError
from models.uplift import UpliftModel

ROWS = 400


def invented(seed: int = 0, rows: int = ROWS) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]:
    """Return X with a category and gaps, treatment, outcome and the true effect."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"a": rng.normal(size=rows), "b": rng.normal(size=rows), "c": rng.normal(size=rows)})
    X["family"] = pd.Categorical(rng.choice(["health", "finance", "ward"], rows))
    X.loc[rng.random(rows) < 0.2, "c"] = np.nan
    treatment = (rng.random(rows) < 0.5).astype(int)
    effect = 1 + X["a"].to_numpy() + (X["family"] == "health").to_numpy()
    return X, treatment, X["b"].to_numpy() + treatment * effect + rng.normal(0, 0.5, rows), effect


@pytest.fixture(scope="module")
def model() -> UpliftModel:
    X, treatment, y, _ = invented()
    return UpliftModel(n_trees=30, n_draws=50, smooth=False).fit(X, treatment, y)


def test_effects_are_found_with_categories_and_gaps(model: UpliftModel) -> None:
    X, _, _, effect = invented(1)
    assert np.corrcoef(model.effect(X), effect)[0, 1] > 0.9
    assert model.ranking_supported_
    assert model.slope_.lower < 1 < model.slope_.upper
    assert model.ate_.value == pytest.approx(effect.mean(), abs=0.2)
    kinds = ("ridge", "quadratic", "trees")
    assert model.weights_.index.tolist() == [f"{way}_{kind}" for kind in kinds for way in ("s", "t", "x", "r", "dr")
                                             if (way, kind) != ("s", "quadratic")]  # fmt: skip


def test_intervals_hold_the_effect_and_grow_with_confidence(model: UpliftModel) -> None:
    X, _, _, _ = invented(2)
    effect, (lower, upper) = model.effect(X), model.effect_interval(X)
    wider = model.effect_interval(X, alpha=0.05)
    assert (lower < effect).all()
    assert (effect < upper).all()
    assert (wider[0] < lower).all()
    assert (wider[1] > upper).all()


def test_the_thread_count_changes_nothing() -> None:
    X, treatment, y, _ = invented(rows=100)
    small = UpliftModel(n_folds=2, n_trees=3, n_draws=5)
    one, two = (clone(small).set_params(n_threads=n).fit(X, treatment, y).effect(X) for n in (1, 2))
    assert np.array_equal(one, two)


def test_a_seed_fixes_the_result_and_another_changes_it(model: UpliftModel) -> None:
    X, treatment, y, _ = invented()
    again = clone(model).fit(X, treatment, y)
    assert np.array_equal(model.effect(X), again.effect(X))
    other = clone(model).set_params(random_state=1).fit(X, treatment, y)
    assert not np.array_equal(model.effect(X), other.effect(X))


def test_a_pickled_model_predicts_the_same(model: UpliftModel) -> None:
    X, *_ = invented(3)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).effect(X), model.effect(X))


def test_prediction_does_not_depend_on_row_or_column_order(model: UpliftModel) -> None:
    X, *_ = invented(3)
    shuffled = X.sample(frac=1, random_state=0)[["family", "c", "a", "b"]]
    assert np.array_equal(model.effect(shuffled), model.effect(X)[shuffled.index])


def test_unseen_categories_are_taken_as_missing(model: UpliftModel) -> None:
    X, *_ = invented(3)
    unseen, missing = X.assign(family="police"), X.assign(family=pd.Categorical([None] * len(X)))
    assert np.array_equal(model.effect(unseen), model.effect(missing))


def test_groups_stay_in_one_fold() -> None:
    """Copies of a row under one group must not leak: the held-out forecast may not know the row's own noise."""
    X, treatment, y, _ = invented(4, rows=150)
    X, treatment, y = pd.concat([X] * 4, ignore_index=True), np.tile(treatment, 4), np.tile(y, 4)
    honest = UpliftModel(n_trees=20, n_draws=20, smooth=False).fit(X, treatment, y, groups=np.tile(np.arange(150), 4))
    leaking = UpliftModel(n_trees=20, n_draws=20, smooth=False).fit(X, treatment, y)
    assert honest.ate_.upper - honest.ate_.lower > 1.5 * (leaking.ate_.upper - leaking.ate_.lower)
    assert np.ptp(honest.held_out_effect_.reshape(4, 150), axis=0).max() < 1e-9
    assert np.ptp(leaking.held_out_effect_.reshape(4, 150), axis=0).max() > 1e-3


def test_weights_choose_whose_effect_is_averaged() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=ROWS)})
    treatment = rng.integers(0, 2, ROWS)
    y = treatment * np.where(X["a"] > 0, 2.0, 0.0) + rng.normal(0, 0.3, ROWS)
    model = UpliftModel(n_trees=20, n_draws=20, smooth=False).fit(X, treatment, y, sample_weight=np.where(X["a"] > 0, 1.0, 0.01))
    assert model.ate_.value == pytest.approx(2.0, abs=0.15)


def test_abstaining_returns_one_constant() -> None:
    rng = np.random.default_rng(5)
    X, treatment = rng.normal(size=(ROWS, 4)), rng.integers(0, 2, ROWS)
    model = UpliftModel(n_trees=20, n_draws=50, smooth=False, abstain=True).fit(X, treatment, X[:, 0] + rng.normal(size=ROWS))
    assert not model.ranking_supported_
    assert np.ptp(model.effect(X)) == 0


def test_every_fault_of_the_inputs_is_named_at_once() -> None:
    X, treatment, y, _ = invented()
    bad = y.copy()
    bad[:3] = np.nan
    with pytest.raises(
        UsageError, match=r"groups has 399 rows, X has 400; y has 3 values that are not finite; treatment has values"
    ):
        UpliftModel().fit(X, treatment + 1, bad, groups=np.arange(399))


def test_settings_that_cannot_work_are_all_named() -> None:
    X, treatment, y, _ = invented()
    wanted = "n_folds must be at least 2, found 1; n_trees must be at least 1, found 0; .*; weight_sd must be above 0, found 0"
    with pytest.raises(UsageError, match=wanted):
        UpliftModel(n_folds=1, n_trees=0, n_draws=1, weight_sd=0).fit(X, treatment, y)


def test_no_fault_repeats_a_value(model: UpliftModel) -> None:
    X, treatment, y, _ = invented()
    secret = pd.Series(y, dtype=object)
    secret[3] = "Siti"
    calls = [lambda: UpliftModel().fit(X, treatment, secret), lambda: model.effect(X.assign(a="Siti"))]
    for call, said in zip(calls, ["y has 1 values that are not finite", "column 'a' of X was a number"], strict=True):
        with pytest.raises(UsageError, match=said) as found:
            call()
        assert "Siti" not in str(found.value)
        assert found.value.__suppress_context__ or found.value.__context__ is None


@pytest.mark.parametrize("change", ["arm", "columns", "infinite", "alpha", "dimensions"])
def test_what_cannot_work_is_refused(model: UpliftModel, change: str) -> None:
    X, treatment, y, _ = invented()
    calls = {
        "arm": lambda: UpliftModel().fit(X, np.zeros(ROWS), y),
        "columns": lambda: model.effect(X.drop(columns="a")),
        "infinite": lambda: model.effect(X.assign(a=np.inf)),
        "alpha": lambda: model.effect_interval(X, alpha=1.5),
        "dimensions": lambda: UpliftModel().fit(np.zeros(ROWS), treatment, y),
    }
    with pytest.raises(UsageError):
        calls[change]()
