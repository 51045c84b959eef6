"""The registered analysis of a trial: effect of the draw within blocks, with a test that repeats the draw."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.trials.protocol import LotteryParams
from features.errors import TooLittleDataError

Floats = NDArray[np.float64]
WORKS, UNPROVEN, HARMS = "berhasil", "belum terbukti", "merugikan"
_FURTHEST = 20.0
"""Effects beyond so many SD are not looked at: an interval that reaches there says nothing."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The result of a trial.

    ``effect``, ``lower``, ``upper``: of being drawn, SD, at ``level``; ``p_value``: of the randomisation test of no effect at all;
    ``judged_treated``, ``judged_others``: people with an outcome; ``missing_treated``, ``missing_others``: shares without one;
    ``started_treated``, ``started_others``: shares of all entrants who came into the post; ``verdict``, and ``decides``: false
    where the arms lost outcomes too unequally to decide.
    """

    effect: float
    level: float
    lower: float
    upper: float
    p_value: float
    judged_treated: int
    judged_others: int
    missing_treated: float
    missing_others: float
    started_treated: float
    started_others: float
    decides: bool
    verdict: str


def analyse(frame: pd.DataFrame, params: LotteryParams, seed: int) -> TrialResult:
    """Return the effect of the draw.

    Parameters
    ----------
    frame
        One row per entrant: ``block``, ``treated`` (whether an arm that was to start), ``started`` (whether they did), ``outcome``
        (missing where there is none), ``baseline`` (known before the draw; missing is the block's mean).
    params
        The registered choices.
    seed
        Of the repeated draws.

    Raises
    ------
    TooLittleDataError
        No block has outcomes of both a treated person and another.
    """
    treated = frame["treated"].to_numpy(dtype=bool)
    lost = frame["outcome"].isna().to_numpy()
    missing = float(lost[treated].mean()), float(lost[~treated].mean())
    followed = frame["started"].to_numpy(dtype=bool)
    starts = float(followed[treated].mean()), float(followed[~treated].mean())
    judged = _both_sides(frame[~lost])
    if len(judged) < 4:
        raise TooLittleDataError(
            f"The trial has {len(judged)} outcomes in blocks with both sides; at least 4 are needed. Wait for the ratings of the"
            " window.",
            f"Uji coba ini baru memiliki {len(judged)} hasil pada kelompok undian yang lengkap kedua sisinya; diperlukan paling"
            " sedikit 4. Tunggu penilaian pada masa pengamatan.",
        )
    effect, lower, upper, p_value = _randomisation(judged, params, seed)
    decides = abs(missing[0] - missing[1]) <= params.most_attrition_gap
    verdict = WORKS if lower > 0 else HARMS if upper < 0 else UNPROVEN
    drawn = int(judged["treated"].sum())
    judged_of = drawn, len(judged) - drawn
    told = verdict if decides else UNPROVEN
    return TrialResult(effect, params.level, lower, upper, p_value, *judged_of, *missing, *starts, decides, told)


def _both_sides(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of blocks with both a treated person and another."""
    shares = frame.groupby("block")["treated"].transform("mean")
    return frame[(shares > 0) & (shares < 1)].sort_values("block", kind="stable", ignore_index=True)


def _randomisation(frame: pd.DataFrame, params: LotteryParams, seed: int) -> tuple[float, float, float, float]:
    """Return effect, interval and p value by repeating the draw within blocks.

    With ``M`` taking block means and the baseline out, the statistic of an effect ``e`` under a draw ``d`` is ``d M y - e d M t``:
    linear in ``e``, so that one set of repeated draws serves every effect, and the interval is where the test does not reject.
    """
    blocks = frame["block"].astype("category").cat.codes.to_numpy()
    treated, outcome = frame["treated"].to_numpy(dtype=float), frame["outcome"].to_numpy(dtype=float)
    without = _residuals(blocks, _baseline(frame))
    held, drawn = without(outcome), without(treated)
    information = float(treated @ drawn)
    if information <= 1e-9:
        raise TooLittleDataError(
            "The draw cannot be told from what was known before it. Wait for more outcomes.",
            "Hasil undian tidak dapat dibedakan dari keadaan sebelumnya. Tunggu hasil lebih banyak.",
        )
    again = _redrawn(blocks, treated, params.redraws, seed)
    values, slopes = again @ held, again @ drawn
    observed = float(treated @ held)

    def p_value(effect: float) -> float:
        reached = np.abs(values - effect * slopes) >= abs(observed - effect * information) - 1e-12
        return (1.0 + float(reached.sum())) / (1.0 + params.redraws)

    effect = observed / information
    ends = [_end(p_value, effect, side, 1.0 - params.level) for side in (-1.0, 1.0)]
    return effect, ends[0], ends[1], p_value(0.0)


def _baseline(frame: pd.DataFrame) -> Floats:
    means = frame.groupby("block")["baseline"].transform("mean")
    filled: Floats = frame["baseline"].fillna(means).fillna(0.0).to_numpy(dtype=float)
    return filled


def _residuals(blocks: NDArray[np.int8], baseline: Floats) -> Callable[[Floats], Floats]:
    """Return what takes block means, and what the baseline explains within blocks, out of a column."""
    counts = np.bincount(blocks)

    def within(column: Floats) -> Floats:
        centred: Floats = column - (np.bincount(blocks, column) / counts)[blocks]
        return centred

    spread = within(baseline)
    size = float(spread @ spread)

    def residual(column: Floats) -> Floats:
        centred = within(column)
        if size > 1e-12:
            centred -= spread * (float(spread @ centred) / size)
        return centred

    return residual


def _redrawn(blocks: NDArray[np.int8], treated: Floats, times: int, seed: int) -> Floats:
    """Return the draw repeated within blocks: times x people, 1 where treated. Rows of ``blocks`` are sorted."""
    keys = np.random.default_rng(seed).random((times, len(blocks))) + blocks
    order = np.argsort(keys, axis=1)
    return treated[order]


def _end(p_value: Callable[[float], float], effect: float, side: float, alpha: float) -> float:
    """Return the end of the interval on one side of the effect, by halving; far out where the test never rejects."""
    inside, outside = effect, effect + side * _FURTHEST
    if p_value(outside) > alpha:
        return outside
    for _ in range(40):
        middle = (inside + outside) / 2
        if p_value(middle) > alpha:
            inside = middle
        else:
            outside = middle
    return inside
