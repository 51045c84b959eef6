"""Dates as months: one float per date in which legal periods are plain differences."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

TOLERANCE = 1e-6
"""Months. Far above float64 rounding at calendar size (1e-11), far below one day (1/31)."""

_DAYS = 31


def month_number(dates: ArrayLike) -> NDArray[np.float64]:
    """Return each date as ``12 year + month - 1 + (day - 1) / 31``; NaN where missing.

    Strictly increasing in the date, and the difference of two dates is the exact number of months where their days of the
    month agree. ``difference >= n`` (within ``TOLERANCE``) is therefore "n full months have passed", as tenure rules count:
    from 31 January two full months have passed on 31 March, one on 1 March.

    Parameters
    ----------
    dates
        Anything pandas reads as naive dates.
    """
    index = pd.DatetimeIndex(np.ravel(np.asarray(dates, dtype="datetime64[us]")))
    months = 12.0 * index.year + index.month - 1 + (index.day - 1) / _DAYS
    return np.asarray(months, dtype=np.float64)


def month_of(day: pd.Timestamp) -> float:
    """Return one date as `month_number` gives it."""
    return float(month_number([day])[0])


def date_at(months: ArrayLike) -> NDArray[np.datetime64]:
    """Return the date of each month number, NaT for NaN: the inverse of `month_number`.

    A day its month does not have (31 February) becomes the first day of the next month, the first on which the period is full.
    """
    number = np.asarray(months, dtype=np.float64)
    known = np.isfinite(number)
    whole = np.floor(np.where(known, number, 0.0) + TOLERANCE)
    days = np.round((np.where(known, number, 0.0) - whole) * _DAYS).astype(np.int64)
    first = (whole.astype(np.int64) - 12 * 1970).astype("datetime64[M]")
    day = first.astype("datetime64[D]") + days
    next_month = (first + 1).astype("datetime64[D]")
    return np.where(known, np.minimum(day, next_month), np.datetime64("NaT", "D"))
