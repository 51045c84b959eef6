"""LightGBM around the level model: on its residual, and beside it with its forecast as one more feature."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import UsageError
from models.mixed.person_blocks import Floats

CORE_COLUMN = "core_forecast"
"""The level model's forecast as a feature of the learner beside it."""


@dataclass(frozen=True, slots=True)
class StageParams:
    """LightGBM settings of both stages: few small trees, because what the level model leaves is small and pairs are many."""

    trees: int = 60
    leaves: int = 8
    learning_rate: float = 0.06
    min_leaf_rows: int = 60
    column_share: float = 0.5
    row_share: float = 0.7
    leaf_penalty: float = 20.0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns the trees read, in order; ``levels`` lists the texts of each category column, in code order."""

    names: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]

    def encode(self, frame: pd.DataFrame) -> Floats:
        """Return ``frame`` as numbers (n, columns): category texts as codes, unknown and missing as NaN.

        Raises
        ------
        UsageError
            A column is missing.
        """
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise UsageError(f"inputs lack {len(missing)} of {len(self.names)} columns, first '{missing[0]}'. Use `inputs(...)`.")
        out = np.empty((len(frame), len(self.names)), order="F")  # filled column by column
        for place, name in enumerate(self.names):
            out[:, place] = self.one(frame[name])
        return out

    def one(self, column: pd.Series) -> NDArray[np.float64]:
        """Return one column, named as in ``names``, as numbers (n,)."""
        levels = self.levels.get(str(column.name))
        if levels is None:
            return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
        if not isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype("category")
        place = np.r_[pd.Index(levels).get_indexer(column.cat.categories.astype("str")), -1].astype(np.float64)
        codes = place[column.cat.codes.to_numpy()]
        return np.where(codes < 0, np.nan, codes)

    def categorical(self) -> list[int]:
        """Return the places of the category columns."""
        return [place for place, name in enumerate(self.names) if name in self.levels]


def columns_of(frame: pd.DataFrame) -> Columns:
    """Return the columns of ``frame`` (numbers and categories) with the category levels that occur in it."""
    levels = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype) or not pd.api.types.is_numeric_dtype(column):
            levels[str(name)] = tuple(sorted(column.dropna().astype("str").unique()))
    return Columns(tuple(str(name) for name in frame.columns), levels)


@dataclass(frozen=True, slots=True)
class Stage:
    """Two boosters on the same columns: ``rest`` forecasts the level model's residual, ``beside`` the outcome itself.

    ``beside`` reads the level model's forecast as its last column; ``mean`` is added back to it.
    """

    columns: Columns
    rest: lgb.Booster
    beside: lgb.Booster
    mean: float
    threads: int = 1

    def predict(self, matrix: Floats, core: Floats) -> Floats:
        """Return (n, 2): the residual forecast, and the outcome forecast beside the level model, both in SD."""
        if not len(matrix):  # LightGBM divides by the number of rows
            return np.empty((0, 2))
        rest = self.rest.predict(matrix, num_threads=self.threads)
        beside = np.asarray(self.beside.predict(_with_core(matrix, core), num_threads=self.threads))
        return np.column_stack([rest, beside + self.mean])

    def base_values(self) -> Floats:
        """Return the two forecasts (2,) that TreeSHAP values add to."""
        nothing = np.full((1, len(self.columns.names)), np.nan)
        bases = [
            np.asarray(booster.predict(row, pred_contrib=True, num_threads=1))[0, -1]
            for booster, row in ((self.rest, nothing), (self.beside, np.column_stack([nothing, [[np.nan]]])))
        ]
        return np.asarray(np.array(bases) + np.array([0.0, self.mean]))

    def contributions(self, matrix: Floats, core: Floats) -> tuple[Floats, Floats]:
        """Return TreeSHAP values of ``rest`` (n, columns) and ``beside`` (n, columns + 1); base values are left out."""
        if not len(matrix):
            return np.empty((0, len(self.columns.names))), np.empty((0, len(self.columns.names) + 1))
        rest = np.asarray(self.rest.predict(matrix, pred_contrib=True, num_threads=self.threads))
        both = _with_core(matrix, core)
        beside = np.asarray(self.beside.predict(both, pred_contrib=True, num_threads=self.threads))
        return rest[:, :-1], beside[:, :-1]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the trees learn from: encoded columns, the level model's honest forecast, outcome and weight, one row each."""

    matrix: Floats
    core: Floats
    outcome: Floats
    weight: Floats

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> "Lessons":
        """Return the rows at ``index``."""
        return Lessons(self.matrix[index], self.core[index], self.outcome[index], self.weight[index])


def fit_stage(columns: Columns, lessons: Lessons, params: StageParams, seed: int) -> Stage:
    """Return both boosters; the result depends on ``seed`` and not on the thread count."""
    mean = float(np.average(lessons.outcome, weights=lessons.weight))
    both = _with_core(lessons.matrix, lessons.core)
    names = [f"c{place}" for place in range(both.shape[1])]
    rest = _train(lessons.matrix, lessons.outcome - lessons.core, lessons.weight, (columns, names[:-1]), params, seed)
    beside = _train(both, lessons.outcome - mean, lessons.weight, (columns, names), params, seed + 1)
    return Stage(columns, rest, beside, mean, params.threads)


def _with_core(matrix: Floats, core: Floats) -> Floats:
    """Return ``matrix`` with the level model's forecast as its last column, columns contiguous as LightGBM reads them."""
    both = np.empty((len(matrix), matrix.shape[1] + 1), order="F")
    both[:, :-1], both[:, -1] = matrix, core
    return both


def _train(
    matrix: Floats, target: Floats, weight: Floats, naming: tuple[Columns, list[str]], params: StageParams, seed: int
) -> lgb.Booster:
    columns, names = naming
    data = lgb.Dataset(
        matrix, target, weight=weight, feature_name=names, categorical_feature=columns.categorical(),
        params={"max_bin": 63, "feature_pre_filter": False, "verbosity": -1}, free_raw_data=True,
    )  # fmt: skip
    return lgb.train(_settings(params, seed), data, params.trees)


def _settings(params: StageParams, seed: int) -> dict[str, object]:
    return {
        "objective": "regression", "boost_from_average": False, "learning_rate": params.learning_rate,
        "num_leaves": params.leaves, "min_data_in_leaf": params.min_leaf_rows, "feature_fraction": params.column_share,
        "bagging_fraction": params.row_share, "bagging_freq": 1, "lambda_l2": params.leaf_penalty, "seed": seed,
        "cat_smooth": 50.0, "max_bin": 63, "num_threads": params.threads, "deterministic": True, "force_row_wise": True,
        "verbosity": -1,
    }  # fmt: skip


def blended(core: Floats, rest: Floats, beside: Floats) -> Floats:
    """Return the plain mean of the three forecasts: fitted weights did not beat it with a few hundred movers."""
    return np.asarray((2 * core + rest + beside) / 3)
