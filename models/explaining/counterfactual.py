"""What a pair's uplift would be if one thing about it were as it is in another pair: contrastive counterfactuals.

One column at a time takes the other pair's value and the forecast is made again by the model itself, level model included. It
says what the model would say, not what a change in the world would bring.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Forecast = Callable[[pd.DataFrame], NDArray[np.float64]]
"""Pair columns (n rows) to the uplift (n,) one and the same pair would have with them."""


def counterfactual(own: pd.DataFrame, other: pd.DataFrame, forecast: Forecast) -> pd.DataFrame:
    """Return what each differing column would do if it were as in the other pair, the largest gain first.

    Parameters
    ----------
    own, other
        One row each with the same columns: the pair in question, and the pair it is compared with.
    forecast
        See `Forecast`; of the pair in question.

    Returns
    -------
    DataFrame
        Index column: own, other (as text), uplift (SD), change (against the uplift as it is). Columns that change nothing are
        left out.
    """
    differing = [name for name in own.columns if _differ(own[name].iloc[0], other[name].iloc[0])]
    as_it_is = own.reset_index(drop=True)
    rows = [as_it_is, *(as_it_is.assign(**{name: _like(other[name], own[name])}) for name in differing)]
    matrix = pd.concat(rows, ignore_index=True).astype(own.dtypes.to_dict())
    uplift = forecast(matrix)
    found = pd.DataFrame({
        "own": [_told(own[name].iloc[0]) for name in differing], "other": [_told(other[name].iloc[0]) for name in differing],
        "uplift": uplift[1:], "change": uplift[1:] - uplift[0],
    }, index=pd.Index(differing, name="column", dtype="str"))  # fmt: skip
    return found[found["change"].abs() > 1e-9].sort_values("change", ascending=False, kind="stable")


def together(own: pd.DataFrame, other: pd.DataFrame, columns: list[str], forecast: Forecast) -> NDArray[np.float64]:
    """Return the uplift (k + 1,) as it is, and with the first one, two, ... k of ``columns`` as in the other pair."""
    step = own.reset_index(drop=True)
    rows = [step]
    for name in columns:
        step = step.assign(**{name: _like(other[name], own[name])})
        rows.append(step)
    return forecast(pd.concat(rows, ignore_index=True).astype(own.dtypes.to_dict()))


def _like(values: pd.Series, own: pd.Series) -> pd.Series:
    return values.reset_index(drop=True).astype(own.dtype)


def _differ(one: object, other: object) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) != pd.isna(other))
    return bool(one != other)


def _told(value: object) -> str:
    if pd.isna(value):
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
