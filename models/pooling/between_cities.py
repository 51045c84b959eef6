"""What one city may expect of itself, given what others tell: random-effects meta-analysis of whole coefficient vectors.

    told by city c     b_c' potential_c - b_c' precision_c b_c / 2
    city               b_c ~ N(mu, diag(T))
    a city not seen    b ~ N(E mu, diag(T) + Var mu)

mu has a flat prior in effect, T is estimated by REML (EM), drawn to what cities of one country usually differ by. A city that tells
little, or nothing of some column, weighs little there; where cities differ, a new one is drawn to them less (DerSimonian & Laird
1986; of whole vectors: Jackson, Riley & White 2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.mixed.belief import Normal, normal
from models.mixed.person_blocks import Floats
from models.pooling.information import Information

_ROUNDS = 300
_FLAT = 1.0
"""Prior SD of mu (steps of a usual column): a coefficient of one SD has never been seen."""


@dataclass(frozen=True, slots=True)
class BetweenParams:
    """What cities usually differ by: ``usual`` SD, which counts as much as ``worth`` cities."""

    usual: float
    worth: float = 4.0


def expected_of_another(told: Sequence[Information], params: BetweenParams) -> Normal:
    """Return what the cities that ``told`` (all of the same names, in like units) make one expect of another.

    Quantities of which nobody tells are left out.
    """
    known = np.sum([np.diag(one.precision) for one in told], axis=0) > 0
    names = tuple(name for name, there in zip(told[0].names, known, strict=True) if there)
    cities = [one.over(names) for one in told]
    variance = np.full(len(names), params.usual**2)
    for _ in range(_ROUNDS):
        mean, covariance, away = _step(cities, variance)
        variance = (away + params.worth * params.usual**2) / (len(cities) + params.worth)
    return normal(names, mean, covariance + np.diag(variance))


def _step(cities: Sequence[Information], variance: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean and covariance of mu given ``variance`` (k,) between cities, and the expected squares of b_c - mu, summed."""
    within = np.diag(1.0 / variance)
    spreads = [np.linalg.inv(city.precision + within) for city in cities]
    precision = np.eye(len(variance)) / _FLAT**2 + np.sum([within - within @ spread @ within for spread in spreads], axis=0)
    covariance = np.linalg.inv(precision)
    pull = np.sum([within @ spread @ city.potential for spread, city in zip(spreads, cities, strict=True)], axis=0)
    mean = covariance @ pull
    away = np.zeros(len(variance))
    for spread, city in zip(spreads, cities, strict=True):
        apart = spread @ (city.potential - city.precision @ mean)
        follows = spread @ city.precision  # of b_c - mu on -mu
        away += apart**2 + np.diag(spread) + np.einsum("ij,jk,ik->i", follows, covariance, follows)
    return mean, covariance, away
