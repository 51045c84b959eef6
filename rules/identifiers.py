"""Identifiers of people as plain objects, for look-ups."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def plain(ids: pd.Series | pd.Index) -> NDArray[Any]:
    """Return identifiers as plain objects.

    Categoricals of one dtype may still hold codes of different widths (an empty or grouped one holds int8 codes, whatever its
    categories), which pandas 3.1 refuses to align: "Buffer dtype mismatch".
    """
    return np.asarray(ids.astype(object), dtype=object)


def by_person(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with its index of people as plain objects."""
    return frame.set_axis(pd.Index(plain(frame.index), dtype=object, name="employee_id"))


def index_of(*columns: pd.Series) -> pd.Index:
    """Return the distinct texts of the columns, sorted: what their codes count."""
    return pd.Index(sorted({str(value) for column in columns for value in column.dropna().unique()}), dtype="str")


def codes_of(column: pd.Series, index: pd.Index) -> NDArray[np.int64]:
    """Return the place of each value in ``index``; -1 for a missing or strange one."""
    return np.asarray(index.get_indexer(column.astype("str").fillna("\0")), dtype=np.int64)


def places_of(ids: pd.Series, people: pd.Index) -> NDArray[np.int64]:
    """Return the place of each person of ``ids`` in ``people``; -1 for nobody in it."""
    return np.asarray(pd.Index(plain(people), dtype=object).get_indexer(plain(ids)), dtype=np.int64)
