"""Frames as numbers: a standardised dense matrix for linear models, codes for trees. Fitted on X alone, never on outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import issparse

from features.errors import UsageError

MAX_LEVELS = 40
"""Levels of one category that get a column of their own in the linear matrix, the most frequent first."""
MIN_LEVEL_ROWS = 10
"""Rows a level needs for a column of its own; rarer ones share the reference."""
CLIP_SD = 5.0
"""Standardised numbers are clipped here, so that one wild value cannot steer a linear fit."""
FAR_OUT = 1000.0
"""Values farther from the median than so many times the range that 98 % span have no say in mean and scale: one of them would
flatten all others. So many, because honest columns that are nearly always nought reach a hundred."""
MIDDLE = (0.01, 0.99)
"""Quantiles between which those 98 % lie."""
SECONDS_A_DAY = 86_400.0

Array = NDArray[np.float64]
TreeScores = Callable[[lgb.Booster, int, float | None], Array | None]
"""What may know raw scores of rows, without their matrix, by the first trees of a booster, in an arm of the treatment."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """X of n rows twice: ``linear`` (n, q) without gaps, ``trees`` (n, p) with NaN where missing; codes in ``categorical``.

    ``owners`` (q,) names the feature 0..p-1 that each linear column was made from. ``scored``, where there is one, may know what
    trees say of the rows.
    """

    linear: Array
    trees: Array
    categorical: tuple[int, ...]
    owners: tuple[int, ...] = ()
    scored: TreeScores | None = None

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Encoded":
        """Return the given rows."""
        return replace(self, linear=self.linear[rows], trees=self.trees[rows], scored=None)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A number: what fills its gaps, and what it is standardised by."""

    median: float
    mean: float
    scale: float
    has_gaps: bool

    def expand(self, values: Array) -> list[Array]:
        """Return the linear columns of ``values`` (n,)."""
        missing = np.isnan(values)
        filled = np.where(missing, self.median, values)
        standard = np.clip((filled - self.mean) / self.scale, -CLIP_SD, CLIP_SD)
        return [standard, missing.astype(np.float64)] if self.has_gaps else [standard]


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """A category: its levels in code order, and the codes that get a linear column of their own."""

    levels: tuple[str, ...]
    own_column: tuple[int, ...]

    def expand(self, codes: Array) -> list[Array]:
        """Return the linear columns of ``codes`` (n,)."""
        return [(codes == code).astype(np.float64) for code in self.own_column]


class FrameEncoder:
    """Encode frames or arrays with the columns seen at ``fit``; unseen and missing levels count as missing.

    Columns of dtype category, str, object or bool are categories, all others numbers; dates and durations count in days.
    """

    def fit(self, X: object) -> "FrameEncoder":
        """Learn levels, medians and scales of ``X`` (n, p)."""
        frame = as_frame(X)
        self.columns_ = [str(name) for name in frame.columns]
        self.parts_ = [_fit_column(frame.iloc[:, j]) for j in range(frame.shape[1])]
        return self

    def transform(self, X: object, *, linear: bool = True) -> Encoded:
        """Return ``X`` encoded; without ``linear`` its linear matrix stays empty (nothing will read it).

        Raises
        ------
        UsageError
            Columns are missing, or an array has another width than at ``fit``.
        """
        frame = self._aligned(as_frame(X))
        raw = [_values(frame.iloc[:, j], part) for j, part in enumerate(self.parts_)]
        expanded = [part.expand(values) if linear else [] for values, part in zip(raw, self.parts_, strict=True)]
        columns = [column for part in expanded for column in part]
        empty = np.empty((len(frame), 0))
        return Encoded(
            np.column_stack(columns) if columns else empty,
            np.column_stack(raw) if raw else empty,
            tuple(j for j, part in enumerate(self.parts_) if isinstance(part, CategoryColumn)),
            tuple(j for j, part in enumerate(expanded) for _ in part),
        )

    def column(self, name: str, values: pd.Series) -> Array:
        """Return the values of column ``name`` (n,) as trees read them."""
        return _values(values, self.parts_[self.columns_.index(name)])

    def some(self, columns: Mapping[str, Array]) -> Encoded:
        """Return number columns, each (n,), encoded for who reads no other: the rest of the matrix stays as it happens to be."""
        trees = np.empty((len(next(iter(columns.values()))), len(self.columns_)), order="F")
        for name, values in columns.items():
            trees[:, self.columns_.index(name)] = values
        return Encoded(np.empty((len(trees), 0)), trees, ())

    def _aligned(self, frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
        missing = [name for name in self.columns_ if name not in frame.columns]
        if missing:
            raise UsageError(f"X lacks {len(missing)} of the {len(self.columns_)} columns seen in fit, first: {missing[:3]}.")
        return frame[self.columns_]


def as_frame(X: object) -> pd.DataFrame:
    """Return ``X`` (n, p) as a frame; arrays get columns ``x0 .. x(p-1)``.

    Raises
    ------
    UsageError
        ``X`` is sparse, complex, empty or not two-dimensional, or two of its columns have one name.
    """
    if issparse(X):
        raise UsageError("X is sparse; sparse input is not supported. Convert it with X.toarray().")
    if isinstance(X, pd.DataFrame):
        frame = X
    else:
        values = np.asarray(X)
        if np.iscomplexobj(values):
            raise UsageError("Complex data not supported: X holds complex numbers.")
        if values.ndim != 2:
            raise UsageError(f"X must be two-dimensional (n rows, p columns), found shape {values.shape}. Reshape your data.")
        frame = pd.DataFrame(values, columns=[f"x{j}" for j in range(values.shape[1])]).infer_objects()
    for axis, unit in enumerate(("sample", "feature")):
        if not frame.shape[axis]:
            raise UsageError(f"0 {unit}(s) (shape={frame.shape}) while a minimum of 1 is required.")
    names = pd.Index([str(name) for name in frame.columns])
    if not names.is_unique:
        twice = names[names.duplicated()].unique()
        raise UsageError(f"X has {len(twice)} column names more than once, first '{twice[0]}'; names (as text) must differ.")
    return frame


def _is_time(column: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_timedelta64_dtype(column.dtype))


def _is_category(column: pd.Series) -> bool:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype) or pd.api.types.is_bool_dtype(dtype):
        return True
    return not pd.api.types.is_numeric_dtype(dtype) and not _is_time(column)


def _fit_column(column: pd.Series) -> NumberColumn | CategoryColumn:
    if _is_category(column):
        column = _as_category(column)
        counts = pd.Series(_level_names(column.cat.categories)).iloc[column.cat.codes[column.cat.codes >= 0]].value_counts()
        levels = tuple(sorted(counts.index))
        frequent = sorted(counts[counts >= MIN_LEVEL_ROWS].index, key=lambda level: (-counts[level], level))[:MAX_LEVELS]
        return CategoryColumn(levels, tuple(levels.index(level) for level in frequent))
    values = _numbers(column)
    seen = values[~np.isnan(values)]
    if not len(seen):
        return NumberColumn(0.0, 0.0, 1.0, has_gaps=True)
    usual = _without_far_out(seen)
    return NumberColumn(float(np.median(seen)), float(usual.mean()), float(usual.std()) or 1.0, has_gaps=len(seen) < len(values))


def _without_far_out(values: Array) -> Array:
    low = np.quantile(values, MIDDLE[0], method="higher")
    high = np.quantile(values, MIDDLE[1], method="lower")
    return values[np.abs(values - np.median(values)) <= FAR_OUT * (high - low)] if high > low else values


def _numbers(column: pd.Series) -> Array:
    if _is_time(column):
        return _days(column)
    try:
        values = np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise UsageError(f"column '{column.name}' of X was a number in fit and holds other values here.") from None
    if np.isinf(values).any():
        raise UsageError(f"column '{column.name}' of X has {int(np.isinf(values).sum())} infinite values; use NaN for missing.")
    return values


def _days(column: pd.Series) -> Array:
    """Return dates as days since 1970, durations as days (n,), NaN where missing."""
    kind = "datetime64[ns]" if pd.api.types.is_datetime64_any_dtype(column.dtype) else "timedelta64[ns]"
    if kind == "datetime64[ns]" and getattr(column.dt, "tz", None) is not None:
        column = column.dt.tz_convert(None)
    moments = column.astype(kind).to_numpy()
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / 1e9 / SECONDS_A_DAY)


def _values(column: pd.Series, part: NumberColumn | CategoryColumn) -> Array:
    if isinstance(part, NumberColumn):
        return _numbers(column)
    levels = pd.Index(part.levels, dtype=object)
    column = _as_category(column)
    place = np.r_[levels.get_indexer(pd.Index(_level_names(column.cat.categories, part.levels), dtype=object)), -1]
    codes = place[column.cat.codes.to_numpy()]
    return np.where(codes < 0, np.nan, codes.astype(np.float64))


def _as_category(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column
    try:
        return column.astype("category")
    except TypeError:
        raise UsageError(f"column '{column.name}' of X holds cells that are neither numbers nor text.") from None


def _level_names(categories: pd.Index, known: tuple[str, ...] = ()) -> list[str]:
    """Return the text of each level: whole numbers alike whether stored as 1, 1.0 or True, as a gap turns integers to floats.

    ``known`` levels, where all of them are true or false, are what 1 and 0 mean.
    """
    names = [str(int(one)) if isinstance(one, float | np.floating) and one.is_integer() else str(one) for one in categories]
    truths = {"0": "False", "1": "True"} if known and set(known) <= {"False", "True"} else {}
    return [truths.get(name, name) for name in names]
