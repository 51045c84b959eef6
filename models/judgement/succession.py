"""A new model beside the champion, forward in time: both forecast the same moves, none of which either had seen.

Both are judged by the same scores under the same draws, so that what all moves of a year have in common cancels out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.judgement.effect_scores import EffectSample, Figure, autoc, group_draws, interval, loss_gain
from models.stack.encoding import Array

SAME = 1e-9
"""Differences below this are of the sums of a machine, not of the models: a model trained again forecasts to the last digits."""


@dataclass(frozen=True, slots=True)
class Beside:
    """New model less champion on the same ``moves``: ``order`` (AUTOC) and ``loss`` (squared error of the effect saved)."""

    moves: int
    order: Figure
    loss: Figure


def beside(ours: EffectSample, theirs: Array, draws: int, seed: int) -> Beside:
    """Return how the forecasts of ``ours`` did beside the champion's ``theirs`` (n,), with 80 % intervals of the difference."""
    champion, factors = ours.forecasting(theirs), group_draws(ours.group, seed, draws)

    def difference(metric: Callable[[EffectSample], float]) -> Figure:
        def less(factor: Array) -> float:
            value, other = metric(ours.reweighted(factor)), metric(champion.reweighted(factor))
            apart = float(np.nan_to_num(value) - np.nan_to_num(other))  # who tells nobody apart orders nobody: 0
            return apart if abs(apart) > SAME else 0.0

        return interval(less(np.ones(len(theirs))), [less(factor) for factor in factors])

    return Beside(int((ours.weight > 0).sum()), difference(autoc), difference(loss_gain))
