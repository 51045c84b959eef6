"""What would have come of the run's own choices: the value of a plan on past vacancies, never by the model that made it.

Augmented inverse-probability weighting: an outcome regression learned from the judged moves alone says what the chosen would have
gained; actual movers, weighted until they look like the chosen, correct it by what they really gained.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.judgement.effect_scores import Figure, interval, wider_by_day
from models.stack.encoding import Array, Encoded
from models.stack.regressors import fit_logit

LARGEST_WEIGHT = 10.0
"""A mover counts for at most so many of the chosen: beyond, one person would be the plan."""
FEWEST_VACANCIES = 20


@dataclass(frozen=True, slots=True)
class Vacancies:
    """Candidates (n rows) of past vacancies.

    ``vacancy`` (n,) codes; ``moved`` (n,): got the post; several movers of one vacancy are so many choices. ``gain`` (n,): outcome
    less the outlook without the move, of those who stayed as of those who moved; ``regression`` (n,): the gain expected of a
    move, by a fit that saw neither the person nor the judged model; ``likeness`` (n, k): columns on which movers are made to
    look like the chosen; ``weight`` (n,) of the outcomes, ``alike`` (n,) of the stayers who look like the movers, 0 for movers:
    their gains are what the outlook got wrong; ``fold`` and ``day`` (n,) codes of the person and the decision.
    """

    vacancy: NDArray[np.intp]
    moved: NDArray[np.bool_]
    gain: Array
    regression: Array
    likeness: Array
    weight: Array
    alike: Array
    fold: NDArray[np.intp]
    day: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PlanValue:
    """``gain``: mean effect of the choices less that of the actual ones, SD a vacancy; ``promised``: the same by the forecast;
    ``likeness``: effective share of the movers that speak for the chosen (1: all alike, 0: none)."""  # noqa: D205, D209

    gain: Figure
    promised: Figure
    likeness: float


def plan_value(vacancies: Vacancies, order: Array, forecast: Array, draws: list[Array]) -> PlanValue:
    """Return what choosing by ``order`` would have gained over what was done.

    Of each vacancy the candidates highest by ``order`` are chosen, as many as were moved; ties go to the first row.
    NaN where ``order`` tells nobody apart, or where there are too few vacancies.

    Parameters
    ----------
    vacancies : Vacancies
    order, forecast : Array
        Score by which the plan chooses, and the effect it promises (n,).
    draws : list of Array
        Resampling factors (n,), one number per person.

    References
    ----------
    Dudik, Langford & Li (2011) for the doubly robust value of a rule; Bastani et al. (2026) for why the model's own forecast is no
    judge of its plan.
    """
    nothing = Figure(float("nan"))
    if vacancies.moved.sum() < FEWEST_VACANCIES or not np.ptp(order) > 0:
        return PlanValue(nothing, nothing, float("nan"))
    chosen = top_choices(vacancies.vacancy, vacancies.moved, order)
    ratio = _ratio(vacancies, chosen, order)
    ones = np.ones(len(order))

    def gain(factor: Array) -> float:
        return _gain(vacancies, chosen, ratio, factor)

    def promised(factor: Array) -> float:
        weights = vacancies.weight * factor
        return _mean(forecast, weights * chosen) - _mean(forecast, weights * vacancies.moved)

    value = wider_by_day(interval(gain(ones), [gain(factor) for factor in draws]), gain, vacancies.day)
    likeness = float(ratio.sum() ** 2 / (ratio @ ratio) / vacancies.moved.sum()) if ratio.any() else 0.0
    return PlanValue(value, interval(promised(ones), [promised(factor) for factor in draws]), likeness)


def top_choices(vacancy: NDArray[np.intp], moved: NDArray[np.bool_], order: Array) -> NDArray[np.bool_]:
    """Return who is chosen (n,): the highest of each vacancy by ``order``, as many as moved there."""
    ranked = np.lexsort((np.arange(len(order)), -order, vacancy))
    starts = np.searchsorted(vacancy[ranked], vacancy[ranked])
    posts = np.bincount(vacancy, moved)[vacancy[ranked]]
    chosen = np.zeros(len(order), dtype=bool)
    chosen[ranked] = np.arange(len(order)) - starts < posts
    return chosen


def _gain(v: Vacancies, chosen: NDArray[np.bool_], ratio: Array, factor: Array) -> float:
    weight = v.weight * factor
    expected = _mean(v.regression, weight * chosen)
    corrected = _mean(v.gain - v.regression, weight * ratio)
    stayed = float((weight * chosen * ~v.moved) @ v.gain) / max(float((weight * chosen).sum()), 1e-12)
    actual = _mean(v.gain, weight * v.moved) - _mean(v.gain, v.alike * factor)
    return expected + corrected - stayed - actual


def _ratio(v: Vacancies, chosen: NDArray[np.bool_], order: Array) -> Array:
    """Return how many of the chosen each mover stands for (n,): odds of being chosen rather than moved, by other people's rows."""
    standing = np.argsort(np.argsort(order, kind="stable"), kind="stable") / len(order)
    columns = np.column_stack([v.likeness, standing, standing**2])
    X = Encoded((columns - columns.mean(0)) / np.maximum(columns.std(0), 1e-9), np.empty((len(columns), 0)), ())
    ratio = np.zeros(len(order))
    for fold in np.unique(v.fold):
        seen, asked = v.fold != fold, (v.fold == fold) & v.moved
        rows = np.r_[np.flatnonzero(seen & chosen), np.flatnonzero(seen & v.moved)]
        label = np.r_[np.ones(int((seen & chosen).sum())), np.zeros(int((seen & v.moved).sum()))]
        if not asked.any() or len(set(label)) < 2:
            continue
        share = fit_logit(X.take(rows), label, np.ones(len(rows))).predict(X.take(asked))
        ratio[asked] = np.minimum(share / np.maximum(1 - share, 1e-6), LARGEST_WEIGHT)
    return ratio


def _mean(values: Array, weight: Array) -> float:
    total = float(weight.sum())
    return float(values @ weight) / total if total > 0 else 0.0
