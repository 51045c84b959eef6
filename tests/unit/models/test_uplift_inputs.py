"""UpliftModel on inputs as people have them: units, types, names, dates, wild cells, columns without anything, few groups."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from features.errors import UsageError
from models.uplift import CONSTANT, UpliftModel

ROWS = 120
SMALL = {"n_trees": 6, "n_draws": 10, "n_folds": 2, "smooth": False}
UNITS = [2.0**-40, 2.0**-20, 2.0**20]
"""Powers of 1,024, which change no digit of an outcome: results must be the same to the last bit."""


def invented() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=ROWS), "b": rng.normal(size=ROWS), "c": rng.normal(size=ROWS)})
    X["family"], X["floor"], X["own"] = rng.choice(["u", "v", "w"], ROWS), rng.integers(0, 3, ROWS), rng.random(ROWS) < 0.5
    X.loc[rng.random(ROWS) < 0.2, "c"] = np.nan
    treatment = rng.integers(0, 2, ROWS)
    return X, treatment, X["b"].to_numpy() + treatment * (1 + X["a"].to_numpy() + X["own"]) + rng.normal(0, 0.5, ROWS)


def fitted(X: object, **settings: object) -> UpliftModel:
    _, treatment, y = invented()
    return UpliftModel(**{**SMALL, **settings}).fit(X, treatment, y)


@pytest.fixture(scope="module")
def model() -> UpliftModel:
    return fitted(invented()[0])


@pytest.mark.parametrize("unit", UNITS)
def test_an_outcome_in_other_units_changes_nothing_but_the_unit(model: UpliftModel, unit: float) -> None:
    X, treatment, y = invented()
    other = UpliftModel(**SMALL).fit(X, treatment, y * unit)
    assert np.array_equal(other.effect(X), unit * model.effect(X))
    assert np.array_equal(other.effect_interval(X), unit * np.array(model.effect_interval(X)))
    assert np.array_equal(other.held_out_effect_, unit * model.held_out_effect_)
    assert other.contributions(X).equals(unit * model.contributions(X))
    assert list(other.grade(X)) == list(model.grade(X))
    assert (other.slope_, other.ranking_supported_) == (model.slope_, model.ranking_supported_)
    for name in ("ate_", "autoc_", "qini_"):
        assert getattr(other, name) == getattr(model, name).times(unit)
    assert other.outcome_scale_ == unit * model.outcome_scale_


def test_a_forecast_made_elsewhere_is_in_the_outcome_s_unit_whatever_it_is() -> None:
    X, treatment, y = invented()
    unit, settings = 2.0**20, {"effect_columns": ("a",), "effect_prior": 0.9, "line": (0.1, 1.0, 0.25)}
    plain = fitted(X, **settings)
    in_units = UpliftModel(**{**SMALL, **settings, "line": (0.1 * unit, 1.0, 0.25)}).fit(
        X.assign(a=X["a"] * unit), treatment, y * unit
    )
    assert in_units.effect(X.assign(a=X["a"] * unit)) == pytest.approx(unit * plain.effect(X), rel=1e-9)
    assert in_units.passed_on("a")[0] == pytest.approx(plain.passed_on("a")[0])
    parts = in_units.contributions(X.assign(a=X["a"] * unit))
    assert parts.sum(axis=1).to_numpy() == pytest.approx(in_units.effect(X.assign(a=X["a"] * unit)), rel=1e-9)


def test_weights_count_by_their_proportions(model: UpliftModel) -> None:
    X, treatment, y = invented()
    other = UpliftModel(**SMALL).fit(X, treatment, y, sample_weight=np.full(ROWS, 1024.0))
    assert other.effect(X) == pytest.approx(model.effect(X), rel=1e-6)


@pytest.mark.parametrize("backend", ["pyarrow", "numpy_nullable"])
def test_arrow_and_nullable_columns_are_as_good_as_numpy_s(model: UpliftModel, backend: str) -> None:
    X, treatment, y = invented()
    converted = X.convert_dtypes(dtype_backend=backend)
    assert np.array_equal(model.effect(converted), model.effect(X))
    again = UpliftModel(**SMALL).fit(converted, pd.Series(treatment).convert_dtypes(dtype_backend=backend), pd.Series(y))
    assert np.array_equal(again.effect(X), model.effect(X))


SAME: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "truth as 0 and 1": lambda X: X.assign(own=X["own"].astype(int)),
    "truth as 0.0 and 1.0": lambda X: X.assign(own=X["own"].astype(float)),
    "truth as text": lambda X: X.assign(own=X["own"].astype(str)),
    "text as category of more levels": lambda X: X.assign(family=pd.Categorical(X["family"], ["w", "q", "u", "v"])),
    "columns in another order": lambda X: X[X.columns[::-1]],
}


@pytest.mark.parametrize("way", SAME)
def test_the_same_cells_otherwise_stored_mean_the_same(model: UpliftModel, way: str) -> None:
    X, *_ = invented()
    assert np.array_equal(model.effect(SAME[way](X)), model.effect(X))


def test_whole_numbers_as_levels_survive_a_gap_that_makes_them_floats() -> None:
    X, *_ = invented()
    levels = X.assign(floor=X["floor"].astype("category"))
    model = fitted(levels)
    as_floats = X.assign(floor=X["floor"].astype(float).astype("category"))
    assert np.array_equal(model.effect(as_floats), model.effect(levels))


def test_one_row_is_forecast_as_among_many(model: UpliftModel) -> None:
    X, *_ = invented()
    assert model.effect(X.iloc[[7]])[0] == pytest.approx(model.effect(X)[7], rel=1e-12)


def test_dates_and_durations_count_in_days() -> None:
    X, *_ = invented()
    days = np.arange(ROWS)
    dated = fitted(X.assign(d=pd.Timestamp("1970-01-01") + pd.to_timedelta(days, unit="D"), since=pd.to_timedelta(days, unit="D")))
    counted = X.assign(d=days, since=days)
    assert np.array_equal(dated.effect(counted), fitted(counted).effect(counted))
    assert np.isfinite(dated.effect(counted.assign(d=pd.Series([pd.NaT] * ROWS, dtype="datetime64[ns, Asia/Jakarta]")))).all()


def test_one_wild_cell_does_not_flatten_its_column() -> None:
    X, *_ = invented()
    for wild in (1e9, 1e300):
        found = fitted(X.assign(a=np.r_[wild, X["a"].iloc[1:]]))
        assert np.corrcoef(found.effect(X)[1:], X["a"].iloc[1:])[0, 1] > 0.8


BARE = {
    "no number": pd.DataFrame({"family": ["u", "v", None] * (ROWS // 3)}),
    "nothing at all": pd.DataFrame({"a": np.full(ROWS, np.nan), "b": pd.Series([None] * ROWS, dtype=object)}),
    "one value": pd.DataFrame({"a": np.ones(ROWS)}),
}


@pytest.mark.parametrize("what", BARE)
def test_columns_without_numbers_or_without_anything_are_no_obstacle(what: str) -> None:
    X = BARE[what]
    model = fitted(X)
    assert np.isfinite(model.effect(X)).all()
    assert set(model.grade(X)) <= set("ABCD")
    assert model.contributions(X)[CONSTANT].notna().all()


def test_an_outcome_that_never_changes_has_no_effect_and_a_grade() -> None:
    X, treatment, _ = invented()
    model = UpliftModel(**SMALL).fit(X, treatment, np.full(ROWS, 3.0))
    assert not model.ranking_supported_
    assert np.abs(model.effect(X)).max() == 0
    assert len(model.grade(X)) == ROWS


def test_names_that_are_not_apart_are_refused() -> None:
    X, *_ = invented()
    for twice in (pd.concat([X, X[["a"]]], axis=1), X.rename(columns={"a": 1, "b": "1"})):
        with pytest.raises(UsageError, match=r"X has 1 column names more than once, first '[a1]'"):
            fitted(twice)


def test_cells_that_are_no_values_are_refused() -> None:
    X, *_ = invented()
    with pytest.raises(UsageError, match="column 'q' of X holds cells that are neither numbers nor text"):
        fitted(X.assign(q=[[1]] * ROWS))


def test_too_few_groups_are_refused_and_just_enough_are_not() -> None:
    X, treatment, y = invented()
    for groups in (np.zeros(ROWS), np.where(treatment == 1, -1, np.arange(ROWS))):
        with pytest.raises(UsageError, match="Each arm must occur in at least two groups"):
            UpliftModel(**SMALL).fit(X, treatment, y, groups=groups)
    three = UpliftModel(**{**SMALL, "n_folds": 5}).fit(X, treatment, y, groups=np.arange(ROWS) % 3)
    assert np.isfinite(three.effect(X)).all()


def test_outcomes_too_large_to_be_squared_are_refused() -> None:
    X, treatment, y = invented()
    with pytest.raises(UsageError, match="y has values beyond 1e\\+100"):
        UpliftModel(**SMALL).fit(X, treatment, np.r_[1e300, y[1:]])
