"""UpliftModel's further powers: effects made elsewhere, grades, contributions, folders, refits, candidates left out."""

import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.errors import UsageError
from models.judgement.grades import GradeParams
from models.stack.combination import SMALLEST_SHARE
from models.stack.encoding import FrameEncoder
from models.stack.learners import held_out, recipes
from models.stack.nuisances import Sample, fit_nuisances
from models.stack.regressors import TreeParams
from models.uplift import CONSTANT, UpliftModel

ROWS = 400
ADDS_UP = 1e-6
"""Contributions must equal the published number so closely (the product's promise)."""


def invented(seed: int = 0, rows: int = ROWS) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return X with a category, gaps and a noisy forecast of the effect; treatment; y."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"a": rng.normal(size=rows), "b": rng.normal(size=rows), "c": rng.normal(size=rows)})
    X["family"] = pd.Categorical(rng.choice(["health", "finance", "ward"], rows))
    X.loc[rng.random(rows) < 0.2, "c"] = np.nan
    hidden = rng.normal(size=rows)
    X["elsewhere"] = hidden + rng.normal(0, 0.2, rows)
    treatment = (rng.random(rows) < 1 / (1 + np.exp(-X["a"]))).astype(int)
    effect = 1 + 0.5 * X["a"].to_numpy() + (X["family"] == "health").to_numpy() + hidden
    return X, treatment, X["b"].to_numpy() + treatment * effect + rng.normal(0, 0.5, rows)


SMALL = {"n_trees": 20, "n_draws": 20, "n_folds": 3, "smooth": False}


@pytest.fixture(scope="module")
def model() -> UpliftModel:
    return UpliftModel(**SMALL, effect_columns=("elsewhere",), effect_prior=0.5).fit(*invented())


@pytest.fixture(scope="module")
def refitted() -> UpliftModel:
    return UpliftModel(**SMALL, refit=True).fit(*invented())


def test_an_effect_made_elsewhere_is_a_candidate_with_the_weight_it_is_given(model: UpliftModel) -> None:
    assert model.weights_.index[-1] == "elsewhere"
    assert len(model.weights_) == 15
    bound = UpliftModel(**SMALL, effect_columns=("elsewhere",), effect_prior=1.0, weight_sd=1e-4).fit(*invented())
    assert bound.weights_["elsewhere"] == pytest.approx(1.0, abs=0.01)
    X = invented(1)[0]
    assert np.corrcoef(bound.effect(X), X["elsewhere"])[0, 1] > 1 - 1e-9
    unwanted = UpliftModel(**SMALL, effect_columns=("elsewhere",), effect_prior=0.0, weight_sd=1e-4).fit(*invented())
    assert unwanted.weights_["elsewhere"] == 0


@pytest.fixture(scope="module")
def smooth() -> UpliftModel:
    """A small one that rests on Gaussian processes, and on one model of all rows."""
    return UpliftModel(n_trees=5, n_draws=10, n_folds=2, refit=True).fit(*invented(rows=120))


def test_gaussian_processes_come_with_sparse_regressions_and_a_blend(smooth: UpliftModel, refitted: UpliftModel) -> None:
    ways = ("s", "t", "x", "r", "dr")
    sparse = [f"{way}_{kind}" for kind in ("selection", "hinges") for way in ways if (way, kind) != ("s", "hinges")]
    trees = [f"{way}_trees" for way in ways]
    assert smooth.weights_.index.tolist() == [*sparse, *trees, "t_process", "x_process", "t_blend"]
    assert [name.split("_")[1] for name in refitted.weights_.index] == ["ridge"] * 5 + ["quadratic"] * 4 + ["trees"] * 5
    assert smooth.weights_[["t_process", "x_process", "t_blend"]].sum() > 0 < smooth.weights_[sparse].sum()


def test_the_blended_learner_is_the_difference_of_the_blended_outcomes() -> None:
    X, treatment, y = invented(rows=120)
    rows = FrameEncoder().fit(X).transform(X)
    sample = Sample(rows, np.asarray(treatment, dtype=float), np.asarray(y), np.ones(120), np.arange(120) % 2)
    trees = TreeParams(trees=3)
    nuisances = fit_nuisances(sample, 0, trees, smooth=True)
    recipe = recipes(sample, nuisances, 0, trees)["t_blend"]
    (found,) = held_out([tuple(term.by_fold(sample.folds) for term in recipe)], sample, nuisances.e).T
    assert found == pytest.approx(nuisances.treated.held_out - nuisances.untreated.held_out)


@pytest.mark.parametrize("fixture", ["model", "refitted", "smooth"])
def test_contributions_add_up_to_the_effect(fixture: str, request: pytest.FixtureRequest) -> None:
    fitted = request.getfixturevalue(fixture)
    X = invented(2)[0].set_index(np.arange(ROWS) + 7)
    parts = fitted.contributions(X)
    assert parts.columns.tolist() == [*X.columns, CONSTANT]
    assert parts.index.equals(X.index)
    assert np.abs(parts.sum(axis=1) - fitted.effect(X)).max() < ADDS_UP
    assert parts["a"].corr(X["a"]) > 0.9
    assert parts.std()[["b", "c"]].max() < parts.std()[["a", "family", "elsewhere"]].min()


@pytest.mark.parametrize("fixture", ["model", "refitted", "smooth"])
def test_a_model_in_a_folder_is_plain_text_and_predicts_the_same(
    fixture: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    fitted = request.getfixturevalue(fixture)
    fitted.save(tmp_path / "one")
    again = UpliftModel.load(tmp_path / "one")
    X = invented(3)[0]
    assert np.array_equal(again.effect(X), fitted.effect(X))
    assert np.array_equal(again.effect_interval(X), fitted.effect_interval(X))
    assert list(again.grade(X)) == list(fitted.grade(X))
    assert again.contributions(X).equals(fitted.contributions(X))
    assert again.weights_.equals(fitted.weights_)
    assert again.get_params() == fitted.get_params()
    assert (again.ate_, again.ranking_supported_, again.n_features_in_) == (fitted.ate_, fitted.ranking_supported_, 5)
    assert {path.suffix for path in (tmp_path / "one").iterdir()} == {".txt", ".json"}
    again.save(tmp_path / "two")
    texts = [{path.name: path.read_text() for path in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert texts[0] == texts[1]
    assert np.array_equal(pickle.loads(pickle.dumps(again)).effect(X), fitted.effect(X))


def test_no_row_of_the_fit_is_kept_in_the_folder(model: UpliftModel, tmp_path: Path) -> None:
    """Numbers in the manifest grow with columns and folds, never with rows."""
    bigger = UpliftModel(**SMALL, effect_columns=("elsewhere",), effect_prior=0.5).fit(*invented(rows=2 * ROWS))
    longest = []
    for name, fitted in (("small", model), ("big", bigger)):
        fitted.save(tmp_path / name)
        longest.append(max(_lengths(json.loads((tmp_path / name / "manifest.json").read_text()))))
    assert longest[0] == longest[1] < 200


def _lengths(value: object) -> list[int]:
    if isinstance(value, dict):
        return [0, *(n for part in value.values() for n in _lengths(part))]
    return [len(value), *(n for part in value for n in _lengths(part))] if isinstance(value, list) else [0]


def test_refits_agree_with_the_mean_over_folds(refitted: UpliftModel) -> None:
    X = invented(4)[0]
    folds = UpliftModel(**SMALL).fit(*invented())
    assert folds.weights_.equals(refitted.weights_)
    assert np.corrcoef(folds.effect(X), refitted.effect(X))[0, 1] > 0.97
    lower, upper = refitted.effect_interval(X)
    assert ((lower < refitted.effect(X)) & (refitted.effect(X) < upper)).all()


def test_candidates_of_negligible_weight_are_not_asked(model: UpliftModel) -> None:
    used = model.weights_[model.weights_ > 0]
    assert len(used) < len(model.weights_)
    assert used.min() >= SMALLEST_SHARE * used.sum()
    assert list(model.stack_.candidates) == list(used.index)


def test_grades_fall_where_nobody_comparable_was_seen(model: UpliftModel) -> None:
    X = invented(5)[0]
    usual = model.grade(X)
    strange = model.grade(X.assign(a=50.0, b=-50.0, c=50.0))
    assert list(usual.categories) == ["A", "B", "C", "D"]
    assert strange.codes.mean() > usual.codes.mean() + 0.9
    generous = model.grade(X, GradeParams(half_widths=(9.0, 9.1, 9.2), little_overlap=0.0, much_novelty=1.0))
    assert set(generous) == {"A"}


def test_a_model_that_abstains_gives_nobody_a_grade_above_d() -> None:
    rng = np.random.default_rng(5)
    X, treatment = rng.normal(size=(ROWS, 4)), rng.integers(0, 2, ROWS)
    fitted = UpliftModel(**SMALL, abstain=True).fit(X, treatment, X[:, 0] + rng.normal(size=ROWS))
    assert not fitted.ranking_supported_
    assert set(fitted.grade(X)) == {"D"}
    assert np.abs(fitted.contributions(X).drop(columns=CONSTANT)).to_numpy().max() == 0


def test_rows_of_no_weight_count_for_nothing() -> None:
    X, treatment, y = invented()
    half = (np.arange(ROWS) % 2).astype(float)
    kept = half > 0
    spoiled = np.where(kept, y, 1e6)
    weighted = UpliftModel(**SMALL).fit(X, treatment, spoiled, sample_weight=half)
    dropped = UpliftModel(**SMALL).fit(X[kept], treatment[kept], y[kept])
    assert np.array_equal(weighted.effect(X), dropped.effect(X))
    assert np.array_equal(np.isnan(weighted.held_out_effect_), ~kept)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"effect_columns": ("nowhere",)}, "1 of effect_columns are no number columns of X, first 'nowhere'"),
        ({"effect_columns": ("family",)}, "no number columns of X"),
        ({"effect_columns": ("c",)}, "effect column 'c' lacks"),
        ({"effect_columns": ("a",), "effect_prior": 1.5}, "effect_prior must lie between 0 and 1"),
    ],
)
def test_effect_columns_that_cannot_serve_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        UpliftModel(**SMALL, **settings).fit(*invented())


def test_an_effect_forecast_that_is_missing_at_prediction_is_named(model: UpliftModel) -> None:
    X = invented(6)[0]
    X.loc[:4, "elsewhere"] = np.nan
    with pytest.raises(UsageError, match="'elsewhere' lacks 5 values"):
        model.effect(X)
