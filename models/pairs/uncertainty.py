"""How far an estimate may be trusted: calibration on people left out, intervals, support."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from models.judgement.grades import Ranges, ranges_from, ranges_of, support_share
from models.mixed.person_blocks import Codes, Floats

INTERVAL = 0.8
"""Probability of every published interval."""
_Z = float(norm.ppf(0.5 + INTERVAL / 2))
_Z95 = float(norm.ppf(0.975))
_MIN_MOVERS = 30
_MULTIPLIER_RANGE = (1.0, 3.0)
"""Intervals are widened where realised errors ask for it, never narrowed: a few movers' luck must not look like knowledge."""
_SLOPE_PRIOR_SD = 0.25
"""How far the slope of a Bayesian posterior mean may plausibly lie from one before any mover is looked at."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What people left out of the fit said about the raw effects.

    ``centre`` is the mean raw effect and ``mean_effect`` the mean realised effect of movers, ``slope`` (with its 95 %
    interval) the slope of the realised on the raw effect, ``applied`` the factor on raw effects, ``multiplier`` the factor on
    their standard deviations, ``movers`` their number.
    """

    centre: float
    mean_effect: float
    slope: float
    slope_lower: float
    slope_upper: float
    applied: float
    multiplier: float
    movers: int


@dataclass(frozen=True, slots=True)
class Realised:
    """Movers left out: realised minus forecast outlook had they stayed, raw effect, its variance, weight; stayers' variance."""

    gain: Floats
    raw: Floats
    variance: Floats
    weight: Floats
    stayers_variance: float


def calibrate(realised: Realised) -> Calibration:
    """Return the calibration; a neutral one where there are too few movers to tell.

    The slope is the best linear predictor of Chernozhukov et al. It is applied only where its interval excludes 1, drawn towards
    1 by its own standard error (a normal prior) and clipped to [0, 1]: with some hundred assigned movers the bare slope jumps
    by its own size. The multiplier compares the movers' squared errors beyond the stayers' with the variance claimed.
    """
    n = len(realised.gain)
    if n < _MIN_MOVERS:
        return Calibration(0.0, 0.0, float("nan"), float("nan"), float("nan"), 1.0, 1.0, n)
    share = realised.weight / realised.weight.sum()
    centre, mean = float(share @ realised.raw), float(share @ realised.gain)
    away = realised.raw - centre
    length = float(share @ away**2)
    slope = float(share @ (away * (realised.gain - mean))) / max(length, 1e-12)
    error = realised.gain - mean - slope * away
    doubt = float(np.sqrt(share**2 @ (away * error) ** 2)) / max(length, 1e-12)
    half = _Z95 * doubt
    drawn = 1 + (slope - 1) / (1 + (doubt / _SLOPE_PRIOR_SD) ** 2)
    applied = 1.0 if abs(slope - 1) <= half else float(np.clip(drawn, 0.0, 1.0))
    multiplier = _multiplier(realised, realised.gain - mean - applied * away)
    return Calibration(centre, mean, slope, slope - half, slope + half, applied, multiplier, n)


def _multiplier(realised: Realised, error: Floats) -> float:
    """Return the factor on standard deviations, drawn towards one by its own standard error."""
    share = realised.weight / realised.weight.sum()
    claimed = max(float(share @ realised.variance), 1e-9)
    ratio = (float(share @ error**2) - realised.stayers_variance) / claimed
    noise = 2 * float(share @ share) * (float(share @ error**2) / claimed) ** 2
    drawn = 1 + (ratio - 1) / (1 + noise)
    return float(np.clip(np.sqrt(max(drawn, 0.0)), *_MULTIPLIER_RANGE))


def published(raw: Floats, calibration: Calibration) -> Floats:
    """Return effects after recalibration: drawn towards the movers' mean raw effect by the applied slope."""
    return np.asarray(calibration.centre + calibration.applied * (raw - calibration.centre))


def half_width(variance: Floats, calibration: Calibration) -> Floats:
    """Return half the width of the 80 % interval of effects with the given posterior variance."""
    return np.asarray(_Z * calibration.multiplier * np.sqrt(np.maximum(variance, 0.0)))


@dataclass(frozen=True, slots=True)
class Support:
    """What moves were seen: their number by family left x family entered, and the usual range of every number column."""

    families: tuple[str, ...]
    moves: tuple[tuple[float, ...], ...]
    ranges: Ranges

    def overlap(self, families: pd.Index, left: Codes, entered: Codes) -> Floats:
        """Return n / (n + 10) for the n moves seen between two families (codes of ``families``, -1 none)."""
        place = np.r_[pd.Index(self.families).get_indexer(families), -1]
        left, entered = place[left], place[entered]
        known = (left >= 0) & (entered >= 0)
        moves = np.array(self.moves).reshape(len(self.families), len(self.families))
        seen = np.zeros(len(left))
        seen[known] = moves[left[known], entered[known]]
        return support_share(seen)


def support_of(left: Codes, entered: Codes, families: pd.Index, matrix: pd.DataFrame) -> Support:
    """Return the support given by the movers' families and pair columns (one row per move)."""
    moves = np.zeros((len(families), len(families)))
    known = (left >= 0) & (entered >= 0)
    np.add.at(moves, (left[known], entered[known]), 1.0)
    rows = tuple(tuple(float(n) for n in row) for row in moves)
    return Support(tuple(families), rows, ranges_of(matrix))


def calibration_from(plain: Mapping[str, Any]) -> Calibration:
    """Return the calibration whose fields are ``plain``, None for what could not be told."""
    values: dict[str, Any] = {name: float("nan") if value is None else value for name, value in plain.items()}
    return Calibration(**values)


def support_from(plain: Mapping[str, Any]) -> Support:
    """Return the support whose fields, as lists, are ``plain``."""
    moves = tuple(tuple(row) for row in plain["moves"])
    return Support(tuple(plain["families"]), moves, ranges_from(plain["ranges"]))
