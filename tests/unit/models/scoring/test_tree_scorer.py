"""Scores of the grid equal LightGBM's own to the last bit, whatever a model holds."""

from dataclasses import dataclass, replace
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from features.errors import UsageError
from models.scoring import tree_scorer as module
from models.scoring.tree_scorer import ByKind, Grid, PairColumns, TreeScorer, tree_scorer

Floats = NDArray[np.float64]
ODD = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-36, -1e-36, 1e-30, -1e-30, 1e300])
N_COLUMNS = 6
CATEGORICAL = (2, 5)
QUIET: dict[str, Any] = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 2, "min_data_per_group": 2, "cat_smooth": 1.0}


@dataclass(frozen=True)
class Case:
    """A booster, and one value per (column, person, position), of which only the column's own side varies."""

    booster: lgb.Booster
    cube: Floats
    grid: Grid

    def expected(self, used: int | None = None) -> Floats:
        """Return LightGBM's raw scores (positions, people) of the matrix of all pairs."""
        n, m = self.cube.shape[1:]
        flat = self.cube.reshape(N_COLUMNS, n * m).T
        return np.asarray(self.booster.predict(flat, raw_score=True, num_iteration=used, num_threads=1)).reshape(n, m).T


def learned(seed: int, params: dict[str, Any], trees: int, gaps: float = 0.1) -> lgb.Booster:
    """Return trees grown on invented rows: four number columns, one of them of few values, and two categories."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(400, N_COLUMNS))
    X[:, 1] = np.round(X[:, 1])
    for column, levels in zip(CATEGORICAL, (4, 40), strict=True):
        X[:, column] = rng.integers(0, levels, 400)
    X[rng.random(X.shape) < gaps] = np.nan
    y = np.nansum(X[:, [0, 3, 4]], axis=1) + np.isin(X[:, 5], [1, 3, 7, 35]) * 2 + rng.normal(size=400)
    return lgb.train({**QUIET, **params}, lgb.Dataset(X, y, categorical_feature=list(CATEGORICAL)), trees)


def values_for(rng: np.random.Generator, nodes: pd.DataFrame, column: int, size: tuple[int, ...]) -> Floats:
    """Return values that lie on, just above and just below thresholds, odd ones, and categories seen, unseen, negative, broken."""
    if column in CATEGORICAL:
        return rng.choice(np.r_[np.arange(45), -1, -3, 0.4, -0.4, 2.9, 1e12, np.nan, np.inf, 100], size)
    found = nodes.loc[nodes["split_feature"] == f"Column_{column}", "threshold"].astype(float).to_numpy()
    pool = np.r_[found, np.nextafter(found, np.inf), np.nextafter(found, -np.inf), ODD, rng.normal(size=20)]
    return rng.choice(pool, size)


def case(booster: lgb.Booster, seed: int, n: int = 70, m: int = 5, sides: tuple[int, ...] = (0, 1, 2, 2, 1, 2)) -> Case:
    """Return the booster with its columns given to people (0), positions (1) and pairs (2)."""
    rng = np.random.default_rng(seed)
    cube, nodes = np.empty((N_COLUMNS, n, m)), booster.trees_to_dataframe()
    people, posts, parts = {}, {}, []
    for column, side in enumerate(sides):
        if side == 0:
            people[column] = values_for(rng, nodes, column, (n,))
            cube[column] = people[column][:, None]
        elif side == 1:
            posts[column] = values_for(rng, nodes, column, (m,))
            cube[column] = posts[column][None, :]
        else:
            target = rng.integers(0, 3, m)
            table = values_for(rng, nodes, column, (3, n))
            cube[column] = table[target].T
            parts.append(PairColumns((column,), target, _among(table, target, by_kind=column % 2 > 0)))
    return Case(booster, cube, Grid(n, m, people, posts, tuple(parts)))


def _among(table: Floats, target: NDArray[np.int64], *, by_kind: bool) -> Any:
    """Return the rows of ``table`` (targets, people) for the grid, person by person or one value per kind of person."""

    def against(post: int, people: slice) -> ByKind:
        row = table[target[post], people]
        if not by_kind:
            return ByKind([row])
        _, first, of = np.unique(row.view(np.int64), return_index=True, return_inverse=True)
        return ByKind([row[first]], of.astype(np.int32))

    return lambda people: lambda post: against(post, people)


def scorer(of: Case, used: int | None = None) -> TreeScorer:
    return tree_scorer(of.booster, of.grid, used)


EVERY_POST = np.arange(5)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    leaves=st.sampled_from([2, 7, 16, 17, 31, 40]),
    sides=st.tuples(*[st.integers(0, 2)] * N_COLUMNS),
    gaps=st.sampled_from([0.0, 0.2]),
    use_missing=st.booleans(),
    trees=st.integers(1, 6),
)
def test_raw_scores_are_equal_to_the_last_bit(
    seed: int, leaves: int, sides: tuple[int, ...], gaps: float, use_missing: bool, trees: int
) -> None:
    booster = learned(seed, {"num_leaves": leaves, "use_missing": use_missing}, trees, gaps)
    found = case(booster, seed + 1, sides=sides)
    np.testing.assert_array_equal(scorer(found).scores(EVERY_POST), found.expected())


@pytest.mark.parametrize("leaves", [66, 200])
def test_trees_of_more_leaves_than_a_mask_holds(leaves: int) -> None:
    booster = learned(3, {"num_leaves": leaves, "min_data_in_leaf": 1}, 3)
    assert int(booster.trees_to_dataframe().groupby("tree_index")["left_child"].apply(lambda s: s.isna().sum()).max()) > 64
    found = case(booster, 4)
    np.testing.assert_array_equal(scorer(found).scores(EVERY_POST), found.expected())


def test_more_thresholds_than_a_byte_counts() -> None:
    booster = learned(5, {"num_leaves": 60, "learning_rate": 0.3, "max_bin": 1000, "min_data_in_bin": 1}, 40)
    asked = case(booster, 6)
    found = scorer(asked)
    assert max(len(coding.thresholds) for coding in found.trees.codings.values()) > 252
    assert found.trees.code_type is np.uint16
    np.testing.assert_array_equal(found.scores(EVERY_POST), asked.expected())


def test_trees_of_a_single_leaf() -> None:
    booster = learned(7, {"num_leaves": 8, "min_data_in_leaf": 1000}, 3)
    found = case(booster, 8)
    np.testing.assert_array_equal(scorer(found).scores(EVERY_POST), found.expected())


def test_the_first_trees_alone() -> None:
    found = case(learned(9, {"num_leaves": 8}, 6), 10)
    np.testing.assert_array_equal(scorer(found, 2).scores(EVERY_POST), found.expected(2))


def test_other_chunks_evicted_rows_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = case(learned(11, {"num_leaves": 12}, 20), 12, n=2_600)
    whole = scorer(found)
    expected, best = whole.scores(EVERY_POST), whole.best(EVERY_POST, 9)
    np.testing.assert_array_equal(expected, found.expected())
    for name, value in (("CHUNK", module.BLOCK), ("POSTS_AT_ONCE", 2), ("KEPT", 1)):
        monkeypatch.setattr(module, name, value)
    for threads in (1, 2):
        small = scorer(found)
        np.testing.assert_array_equal(small.scores(EVERY_POST, threads), expected)
        np.testing.assert_array_equal(small.scores(EVERY_POST[::-1], threads), expected[::-1])
        for one, other in zip(small.best(EVERY_POST, 9, threads), best, strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_best_come_in_order_and_ties_by_place() -> None:
    found = case(learned(13, {"num_leaves": 3}, 2), 14, n=1_300)
    who, score = scorer(found).best(EVERY_POST, 50)
    for post, expected in enumerate(found.expected()):
        order = np.lexsort((np.arange(1_300), -expected))[:50]
        np.testing.assert_array_equal(who[post], order)
        np.testing.assert_array_equal(score[post], expected[order])


def test_fewer_people_than_asked_for() -> None:
    found = case(learned(15, {"num_leaves": 5}, 2), 16, n=3)
    who, _ = scorer(found).best(EVERY_POST, 50)
    assert sorted(who[0].tolist()) == [0, 1, 2]


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"linear_tree": True}, "linear_tree"),
        ({"zero_as_missing": True}, "zero_as_missing"),
        ({"objective": "multiclass", "num_class": 3}, "multiclass"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "random forest"),
    ],
)
def test_what_cannot_be_scored_split_by_split_is_refused(params: dict[str, Any], word: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, N_COLUMNS))
    X[:, 0] = np.where(rng.random(300) < 0.3, 0.0, X[:, 0])
    booster = lgb.train({**QUIET, **params}, lgb.Dataset(X, rng.integers(0, 3, 300) + X[:, 0].clip(0, 0)), 2)
    with pytest.raises(UsageError, match=word):
        tree_scorer(booster, case(learned(1, {}, 1), 2).grid)


def test_a_column_that_belongs_to_nobody_is_named() -> None:
    found = case(learned(17, {"num_leaves": 8}, 4), 18)
    with pytest.raises(UsageError, match="column"):
        tree_scorer(found.booster, replace(found.grid, people={}))
