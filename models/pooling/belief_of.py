"""From what other cities tell to what one expects of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.mixed.belief import LevelBelief
from models.pooling.between_cities import BetweenParams, expected_of_another
from models.pooling.contribution import COLUMNS, Contribution

_WHOLE = ("arrival_", "settling")
"""Columns from nothing to the whole: in steps of one SD of how few people arrived, cities might differ by ten times as much."""
_Z95 = 1.96


@dataclass(frozen=True, slots=True)
class PoolParams:
    """Study choices of the pool.

    ``columns``: what cities usually differ by, in steps of a column (SD of performance). ``slope`` and ``slope_doubt``: of true on
    forecast effects before any city is heard; ``slope_between``: SD between cities.
    """

    columns: BetweenParams = field(default_factory=lambda: BetweenParams(0.03))
    slope: float = 1.0
    slope_doubt: float = 0.25
    slope_between: float = 0.1


def belief_of(others: Sequence[Contribution], params: PoolParams) -> LevelBelief:
    """Return what the contributions of ``others`` (at least one) make one expect, in common units."""
    steps = _steps(others)
    by = np.array([steps.get(name, 1.0) for name in COLUMNS])
    told = [one.information().over(COLUMNS).rescaled(by) for one in others]
    columns = expected_of_another(told, params.columns).rescaled({name: 1.0 / step for name, step in steps.items()})
    return LevelBelief(columns, _slope(others, params), len(others))


def _steps(others: Sequence[Contribution]) -> dict[str, float]:
    """Return one step, in common units, of every column that somebody tells of: the median of its SD over the cities."""
    said = [dict(zip(one.names, one.spreads, strict=True)) for one in others]
    spreads = {name: [one[name] for one in said if name in one] for name in COLUMNS}
    return {name: 1.0 if name.startswith(_WHOLE) else float(np.median(found)) for name, found in spreads.items() if found}


def _slope(others: Sequence[Contribution], params: PoolParams) -> tuple[float, float]:
    """Return mean and SD of the slope to be expected of one's own effects.

    It stays that of posterior means unless the 95 % interval of what is heard excludes it: cities with few movers say little,
    and a slope applied to everybody is no place for their luck.
    """
    heard = [(one.line.slope, one.line.error) for one in others if one.line.slope is not None and one.line.error is not None]
    weights = np.array([1 / (error**2 + params.slope_between**2) for _, error in heard])
    precision = float(weights.sum()) + 1 / params.slope_doubt**2
    doubt = float(np.sqrt(1 / precision + params.slope_between**2))
    away = float(weights @ (np.array([slope for slope, _ in heard]) - params.slope))
    if not heard or abs(away) <= _Z95 * float(np.sqrt(weights.sum())):
        return params.slope, doubt
    return params.slope + away / precision, doubt
