"""Order by whole numbers: one sort of packed keys where pandas would sort once per key, texts among them."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]

_DAY = np.timedelta64(1, "D")
_BITS = 62
"""Leading keys are packed into one number of at most so many bits."""


def ordered(*keys: ArrayLike) -> Ints:
    """Return the stable order of rows by whole-number ``keys``, the first one leading."""
    columns = [np.asarray(key, dtype=np.int64) for key in keys]
    if not len(columns[0]):
        return np.zeros(0, dtype=np.int64)
    lowest = [int(column.min()) for column in columns]
    widths = [(int(column.max()) - low).bit_length() for column, low in zip(columns, lowest, strict=True)]
    leading = int((np.cumsum(widths) <= _BITS).sum())
    packed = np.zeros(len(columns[0]), dtype=np.int64)
    for column, low, width in zip(columns[:leading], lowest, widths, strict=False):
        packed = (packed << width) + (column - low)
    rising = bool((packed[1:] >= packed[:-1]).all())
    order = np.arange(len(packed)) if rising else np.argsort(packed, kind="stable")
    if leading < len(columns) and not last_of(packed[order]).all():  # the keys that found no room decide between equals
        return np.lexsort(columns[::-1])
    return np.asarray(order, dtype=np.int64)


def day_numbers(days: pd.Series) -> Ints:
    """Return dates as whole numbers in their order, empty ones last: days, or microseconds where one has a time of day."""
    times = days.to_numpy().astype("datetime64[us]")
    whole = times.astype("datetime64[D]")
    numbers = (whole if bool((whole == times)[~np.isnat(times)].all()) else times).astype(np.int64)
    empty = np.isnat(times)
    return np.asarray(np.where(empty, numbers[~empty].max(initial=0) + 1, numbers), dtype=np.int64)


def ranks(column: pd.Series) -> Ints:
    """Return every cell's rank among the sorted distinct values of ``column``, empty ones last."""
    codes, values = pd.factorize(column, sort=True)
    return np.where(codes < 0, len(values), codes).astype(np.int64)


def last_of(*sorted_keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows, sorted by the keys, are the last with theirs."""
    if not len(sorted_keys[0]):
        return np.zeros(0, dtype=bool)
    ends = np.zeros(len(sorted_keys[0]) - 1, dtype=bool)
    for key in sorted_keys:
        ends |= key[1:] != key[:-1]
    return np.append(ends, True)


def distinct_numbers(numbers: NDArray[np.int64]) -> Ints:
    """Return the numbers that occur, in ascending order; `numpy.unique` (2.4) takes ten times as long where most of them differ."""
    in_order = np.sort(numbers)
    return in_order[last_of(in_order)]


def found_at(texts: pd.Series, among: pd.Index) -> Ints:
    """Return the place of each text in ``among`` (distinct texts), -1 where it is empty or not there."""
    places = pc.index_in(_arrow(texts), value_set=_arrow(among))
    return np.asarray(pc.fill_null(places, -1).to_numpy(), dtype=np.int64)


def _arrow(texts: pd.Series | pd.Index) -> pa.Array | pa.ChunkedArray:
    return pa.array(texts.astype("str").array, type=pa.large_string(), from_pandas=True)
