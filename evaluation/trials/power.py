"""What a trial can find, told before it is drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nct, t

from evaluation.trials.protocol import LotteryParams, Protocol


@dataclass(frozen=True, slots=True)
class Power:
    """What a trial of this size can find.

    ``entrants``, ``treated``, ``compared``, ``blocks``: its size; ``error``: standard error of the effect (SD); ``power``: of
    finding ``effect``; ``detectable``: effect found with the wanted power; ``enough``: whether the wanted power is reached.
    """

    entrants: int
    treated: int
    compared: int
    blocks: int
    error: float
    effect: float
    power: float
    detectable: float
    enough: bool


def power(protocol: Protocol, params: LotteryParams) -> Power:
    """Return the power of the registered analysis by the t distribution.

    A block of n judged people of whom k are treated tells as much as n p (1 - p) people with p = k / n: the information of a
    regression on block indicators; a block with one side only tells nothing. Missing outcomes thin it out, the outlook known before
    takes its share of the variance away.
    """
    first, late = _seats(protocol, protocol.treated), _seats(protocol, protocol.compared)
    told = (first > 0) & (late > 0)
    kept = 1.0 - params.attrition
    information = float((first * late)[told] @ (1.0 / (first + late)[told])) * kept
    freedom = (first + late)[told].sum() * kept - told.sum() - 2
    entrants = sum(len(block.entrants) for block in protocol.blocks)
    size = (entrants, int(first.sum()), int(late.sum()), len(protocol.blocks))
    if information <= 0 or freedom < 1:
        return Power(*size, float("inf"), params.effect, 1 - params.level, float("inf"), False)
    error = float(np.sqrt((1.0 - params.explained) / information))
    reached = _power(params.effect / error, freedom, params.level)
    return Power(*size, error, params.effect, reached, _detectable(error, freedom, params), reached >= params.power)


def _seats(protocol: Protocol, arms: tuple[str, ...]) -> NDArray[np.float64]:
    """Return the number of people of each block in one of the ``arms``."""
    return np.array([sum(places for arm, places in block.arms if arm in arms) for block in protocol.blocks], dtype=float)


def _power(shift: float, freedom: float, level: float) -> float:
    """Return the power of a two-sided t test whose statistic is shifted by ``shift``."""
    limit = t.ppf(0.5 + level / 2, freedom)
    return float(nct.sf(limit, freedom, shift) + nct.cdf(-limit, freedom, shift))


def _detectable(error: float, freedom: float, params: LotteryParams) -> float:
    """Return the effect found with the wanted power (the usual sum of two quantiles)."""
    return float(error * (t.ppf(0.5 + params.level / 2, freedom) + t.ppf(params.power, freedom)))
