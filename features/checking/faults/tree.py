"""The tree of units: no unit is above itself."""

import numpy as np
import pandas as pd

from features.checking.faults.catalogue import Severity, found


def cycles(units: pd.DataFrame) -> pd.DataFrame:
    """Return the faults of units that are, over any number of steps, their own superior; their ``parent_id`` is struck."""
    place = pd.Series(np.arange(len(units)), index=units["unit_id"].to_numpy())
    place = place[~place.index.duplicated()]
    parent = units["parent_id"].map(place).fillna(len(units)).to_numpy(dtype=np.int64)
    above = np.append(parent, len(units))
    on_cycle = np.zeros(len(units), dtype=bool)
    reached = np.arange(len(units))
    for _ in range(min(len(units), _MOST_LEVELS)):
        reached = above[reached]
        on_cycle |= reached == np.arange(len(units))
        if bool((reached == len(units)).all()):
            break
    return found("units", units.index[on_cycle], "parent_id", "unit_cycle", Severity.CELL)


_MOST_LEVELS = 1_000
"""A longer cycle is not looked for: no city's tree is this deep."""
