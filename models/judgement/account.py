"""Promise against outcome of one model, on moves it had not seen; and how far that draws back what it says next.

A model that promised more than came is drawn back, one that promised less is not raised: evidence may lower a promise only. What
could be chance draws nothing back: the error must be proven, and even then it counts as far as it is known (a posterior mean).
Nor does what the comparison itself may err by: who moves differs from who stays in what no record tells, and however many moves
there are, that error stays. Its size is known from cities whose truth is (empirical calibration: Schuemie et al. 2014), and stands
beside the error of chance. What all grades have in common is drawn back once; a grade falls only by what it misses beyond that,
all grades being tested together (Holm 1979).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from models.judgement.effect_scores import (
    LEVEL,
    EffectSample,
    Figure,
    group_draws,
    interval,
    interval_of,
    mean_effect,
    slope,
    wider_by_day,
    with_interval,
)
from models.judgement.evidence import UNKNOWN, as_plain, figure_from
from models.judgement.grades import GRADES
from models.stack.encoding import Array


@dataclass(frozen=True, slots=True)
class AccountParams:
    """How a model is held to its promises.

    ``fewest`` moves with a promise and an outcome, in all or of a grade, that say anything; ``alpha`` the chance that a promise
    which was kept counts as broken, each for the level, the slope and all grades together; ``design_doubt`` (SD): what the mean
    gap between movers and stayers like them errs by beyond chance; ``gap_doubt`` (SD) and ``slope_doubt`` how far level and slope
    may plausibly be off before a move is looked at; ``draws`` of the bootstrap over people.
    """

    fewest: int = 60
    alpha: float = 0.025
    design_doubt: float = 0.15
    gap_doubt: float = 0.1
    slope_doubt: float = 0.25
    draws: int = 200


@dataclass(frozen=True, slots=True)
class Account:
    """What came of what was promised, each figure with its 80 % interval.

    ``moves``: how many; ``promised``: their mean promise; ``gap``: realised less promised; ``slope``: of realised on promised
    effects; ``by_grade``: the gap of the moves that had each grade, where they are enough.
    """

    moves: int = 0
    promised: float = float("nan")
    gap: Figure = UNKNOWN
    slope: Figure = UNKNOWN
    by_grade: dict[str, Figure] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain nested dicts, fit for JSON."""
        return as_plain(self)

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> "Account":
        """Return the account that ``to_dict`` wrote."""
        promised = float("nan") if plain["promised"] is None else float(plain["promised"])
        by_grade = {name: figure_from(one) for name, one in plain["by_grade"].items()}
        return Account(int(plain["moves"]), promised, figure_from(plain["gap"]), figure_from(plain["slope"]), by_grade)


NOTHING = Account()
"""Nothing was promised, or nothing has come of it yet."""


@dataclass(frozen=True, slots=True)
class Correction:
    """How far a model is drawn back: ``usual + share (effect - usual) + shift``, all in SD.

    ``doubt``: standard error of the shift; ``worse``: evidence grades that missed by more than the shift takes off, each worth one
    less.
    """

    usual: float = 0.0
    share: float = 1.0
    shift: float = 0.0
    doubt: float = 0.0
    worse: tuple[str, ...] = ()

    def of(self, effect: Array) -> Array:
        """Return the effects (n,) drawn back."""
        return np.asarray(self.usual + self.share * (effect - self.usual) + self.shift)

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> "Correction":
        """Return the correction whose fields are ``plain``; none where it names none."""
        return Correction(**{**plain, "worse": tuple(plain.get("worse", ()))})


UNTOUCHED = Correction()


def account_of(
    sample: EffectSample, grade: NDArray[np.str_], day: NDArray[np.intp], params: AccountParams, seed: int
) -> Account:  # fmt: skip
    """Return the account of the promises ``sample.effect``.

    Parameters
    ----------
    sample : EffectSample
        Movers and stayers who look like them (n), as `judged.Judged.effects` makes it: it rests on no forecast.
    grade : ndarray of str (n,)
        Evidence grade each promise had.
    day : ndarray of int (n,)
        Code of the decision day.
    params : AccountParams
    seed : int
        Of the draws.
    """
    moves = int((sample.weight > 0).sum())
    if moves < params.fewest:
        return NOTHING
    draws = group_draws(sample.group, seed, params.draws)
    of_grades = {name: _part(sample, grade == name) for name in GRADES}
    by_grade = {
        name: _gap(part, draws, day) for name, part in of_grades.items() if int((part.weight > 0).sum()) >= params.fewest
    }  # fmt: skip
    promised = float(sample.weight @ sample.effect / sample.weight.sum())
    return Account(moves, promised, _gap(sample, draws, day), with_interval(slope, sample, draws), by_grade)


def correction_of(account: Account, params: AccountParams) -> Correction:
    """Return how far ``account`` draws a model back; `UNTOUCHED` where nothing is proven against it."""
    design = params.design_doubt
    shift, doubt = 0.0, 0.0
    if _chance(_doubted(account.gap, design), 0.0) <= params.alpha:
        shift, doubt = _drawn(account.gap, 0.0, params.gap_doubt)
        doubt = float(np.hypot(doubt, design))
    share = _drawn(account.slope, 1.0, params.slope_doubt)[0] if _chance(account.slope, 1.0) <= params.alpha else 1.0
    grades = {name: _doubted(figure, design) for name, figure in account.by_grade.items()}
    usual = account.promised if share < 1 else 0.0
    return Correction(usual, float(np.clip(share, 0.0, 1.0)), shift, doubt, _below(grades, shift, params.alpha))


def _below(figures: Mapping[str, Figure], kept: float, alpha: float) -> tuple[str, ...]:
    """Return the names of the figures proven below ``kept``, wrongly any of them with a chance of ``alpha`` (Holm 1979)."""
    chances = {name: _chance(figure, kept) for name, figure in figures.items()}
    found: list[str] = []
    for left, name in zip(range(len(chances), 0, -1), sorted(chances, key=lambda one: chances[one]), strict=True):
        if chances[name] > alpha / left:
            break
        found.append(name)
    return tuple(name for name in figures if name in found)


def _part(sample: EffectSample, chosen: NDArray[np.bool_]) -> EffectSample:
    """Return the sample with everybody else weighing nothing, so that the draws fit."""
    return sample.reweighted(chosen.astype(np.float64))


def _gap(sample: EffectSample, draws: list[Array], day: NDArray[np.intp]) -> Figure:
    """Return realised less promised, widened where whole decision days differ by more than people do."""

    def gap(factor: Array) -> float:
        drawn = sample.reweighted(factor)
        total = float(drawn.weight.sum())
        return mean_effect(drawn) - float(drawn.weight @ drawn.effect) / total if total > 0 else float("nan")

    return wider_by_day(interval(gap(np.ones(len(day))), [gap(factor) for factor in draws]), gap, day)


def _error(figure: Figure) -> float:
    return (figure.upper - figure.lower) / (2 * float(ndtri(0.5 + LEVEL / 2)))


def _doubted(figure: Figure, doubt: float) -> Figure:
    """Return ``figure`` with an error of size ``doubt`` beside that of chance."""
    return interval_of(figure.value, float(np.hypot(_error(figure), doubt)))


def _chance(figure: Figure, kept: float) -> float:
    """Return the chance of a figure as low as this one where promises were ``kept``; 1 where it has no error to be judged by."""
    error = _error(figure)
    return float(ndtr((figure.value - kept) / error)) if error > 0 else 1.0


def _drawn(figure: Figure, kept: float, prior: float) -> tuple[float, float]:
    """Return the posterior mean and SD of what ``figure`` measures, where ``kept`` was expected with an SD of ``prior``."""
    seen = _error(figure) ** 2
    return kept + (figure.value - kept) / (1 + seen / prior**2), float(np.sqrt(1 / (1 / seen + 1 / prior**2)))
