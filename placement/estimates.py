"""What lists ask of a forecast: any pairs, or some people against one position after the other."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placement.ranking import grade_codes

ESTIMATES = (
    "uplift", "lower", "upper", "realised_lower", "realised_upper", "grade", "stay_outlook", "expected_in_post", "overlap",
    "novelty",
)  # fmt: skip
"""Columns of a forecast (SD, but for grade and shares)."""
Against = Callable[[pd.Index], Mapping[str, NDArray[Any]]]
"""Positions of one job family (position_id) to ``ESTIMATES``, each (positions, people); grades as places in ``GRADES``."""


class Score(Protocol):
    """A forecast."""

    def __call__(self, pairs: pd.DataFrame, /) -> pd.DataFrame:
        """Return ``ESTIMATES`` of pairs (employee_id, position_id) on their index, grades by name."""

    def among(self, people: pd.Index, /) -> Against:
        """Return what forecasts all of ``people`` (employee_id, in their order) in positions, the same numbers to the last bit."""


class PairByPair:
    """A forecast that has nothing to gain by being asked about many together."""

    def __init__(self, of: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        self.of = of

    def __call__(self, pairs: pd.DataFrame, /) -> pd.DataFrame:
        """Return the forecasts of pairs."""
        return self.of(pairs)

    def among(self, people: pd.Index, /) -> Against:
        """Return what lists the pairs and has them forecast."""

        def against(positions: pd.Index) -> Mapping[str, NDArray[Any]]:
            shape = (len(positions), len(people))
            row, column = (at.ravel() for at in np.indices(shape))
            found = self.of(pd.DataFrame({"employee_id": people.take(column), "position_id": positions.take(row)}))
            numbers = {name: found[name].to_numpy() for name in ESTIMATES if name != "grade"}
            return {name: of.reshape(shape) for name, of in {**numbers, "grade": grade_codes(found["grade"])}.items()}

        return against
