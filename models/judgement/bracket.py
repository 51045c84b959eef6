"""Other estimates of the mean effect, which err in other ways, and how much hidden selection would explain it away.

Regression on past scores is right if these decide who moves; differences in differences if what decides never changes. Where one is
right, the truth lies between them; where the main estimate lies outside both, something else is going on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.judgement.effect_scores import Figure, interval, wider_by_day
from models.stack.encoding import Array


@dataclass(frozen=True, slots=True)
class Histories:
    """People at risk at the judged decisions (n rows): who moved, outcome after, the last score known and the one before it, SD.

    ``weight`` (n,) is how much each row stands for, ``day`` (n,) the code of its decision day. Rows lack no score.
    """

    moved: Array
    outcome: Array
    last: Array
    earlier: Array
    weight: Array
    day: NDArray[np.intp]


ESTIMATES: tuple[str, ...] = ("lagged_outcome", "did_last", "did_earlier")


def bracket(histories: Histories, draws: list[Array]) -> dict[str, Figure]:
    """Return the mean effect by other designs, and how it stands against hidden selection, each with its 80 % interval.

    Parameters
    ----------
    histories : Histories
    draws : list of Array
        Resampling factors (n,), one number per person.

    Returns
    -------
    dict
        ``lagged_outcome``: regression of the outcome on moving, both past scores and the day. ``did_last``, ``did_earlier``:
        change from the last score, from the one before it, of movers less stayers. ``robustness_value``: share of what is left
        of moving *and* of the outcome that a hidden cause must explain to bring the regression to zero. ``bias_like_last``: by how
        much one as strong as the last score would shift it (SD).

    References
    ----------
    Angrist & Pischke (2009), section 5.4, and Ding & Li (2019) for the bracket; Daw & Hatfield (2018) for why matching on a
    score before a move must not be mixed with differences; Cinelli & Hazlett (2020) for partial R2, robustness value and bounds.
    """
    found = estimates(histories)
    drawn = [estimates(histories, factor) for factor in draws]
    return {name: _figure(name, found, drawn, histories) for name in found}


def outside(mean: float, ends: list[float]) -> float:
    """Return how far ``mean`` lies above (positive) or below (negative) all ``ends``; 0 between them."""
    return max(mean - max(ends), 0.0) - max(min(ends) - mean, 0.0)


def robustness_value(partial_r2: float) -> float:
    """Return the share of both residual variances a hidden cause must explain to bring a coefficient of ``partial_r2`` to zero."""
    if not 0 <= partial_r2 < 1:
        return float("nan")
    squared = partial_r2 / (1 - partial_r2)
    return float((np.sqrt(squared**2 + 4 * squared) - squared) / 2)


def _figure(name: str, found: dict[str, float], drawn: list[dict[str, float]], histories: Histories) -> Figure:
    figure = interval(found[name], [one[name] for one in drawn])
    if name not in ESTIMATES:
        return figure
    return wider_by_day(figure, lambda factor: estimates(histories, factor)[name], histories.day)


def estimates(histories: Histories, factor: Array | None = None) -> dict[str, float]:
    """Return the figures of `bracket` without intervals; ``factor`` (n,): how often each row counts."""
    h = histories
    factor = np.ones(len(h.moved)) if factor is None else factor
    days = (h.day[:, None] == np.unique(h.day)).astype(np.float64)
    columns = np.column_stack([h.outcome, h.outcome - h.last, h.outcome - h.earlier, h.moved, h.last, h.earlier, days])
    moments = columns.T @ (columns * (h.weight * factor)[:, None])
    outcome, since_last, since_earlier, moved, last, earlier = range(6)
    daily = list(range(6, columns.shape[1]))
    effect, left = _regress(moments, outcome, [moved, last, earlier, *daily])
    without_move = _regress(moments, outcome, [last, earlier, *daily])[1]
    without_last = _regress(moments, outcome, [moved, earlier, *daily])[1]
    moving, moving_without = (_regress(moments, moved, given)[1] for given in ([last, earlier, *daily], [earlier, *daily]))
    return {
        "lagged_outcome": effect,
        "did_last": _regress(moments, since_last, [moved, *daily])[0],
        "did_earlier": _regress(moments, since_earlier, [moved, *daily])[0],
        "robustness_value": robustness_value(_share(left, without_move)),
        "bias_like_last": _bias(_share(left, without_last), _share(moving, moving_without), left, moving),
    }


def _regress(moments: Array, target: int, given: list[int]) -> tuple[float, float]:
    """Return the coefficient of the first column ``given``, and the squares left, from weighted second moments."""
    cross = moments[given, target]
    coefficients = np.linalg.lstsq(moments[np.ix_(given, given)], cross, rcond=1e-12)[0]
    return float(coefficients[0]), float(moments[target, target] - cross @ coefficients)


def _share(left: float, without: float) -> float:
    """Return the partial R2: the share of the squares left without a column that the column explains."""
    return float(np.clip(1 - left / without, 0.0, 1.0)) if without > 0 else float("nan")


def _bias(of_outcome: float, of_moving: float, left: float, moving: float) -> float:
    """Return the bias of a hidden cause as strong as the one of these partial R2 (Cinelli & Hazlett, section 4.4, k = 1)."""
    if not (of_moving < 0.5 and of_outcome < 1 and moving > 0):
        return float("nan")
    with_moving = of_moving / (1 - of_moving)
    shared = of_moving**2 / (1 - of_moving) ** 2
    with_outcome = min((1 + np.sqrt(shared)) ** 2 / (1 - shared) * of_outcome / (1 - of_outcome), 1.0)
    return float(np.sqrt(with_outcome * with_moving / (1 - with_moving) * max(left, 0.0) / moving))
