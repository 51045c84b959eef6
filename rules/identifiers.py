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
