"""How far an estimate may be trusted: calibration on people left out, intervals of both kinds, support."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from models.judgement.grades import Ranges, ranges_from, ranges_of, support_share
from models.mixed.person_blocks import Codes, Floats

INTERVAL = 0.8
"""Probability of every published interval."""
_Z = float(norm.ppf(0.5 + INTERVAL / 2))
_Z95 = float(norm.ppf(0.975))
_MIN_MOVERS = 30
_RATIO_PRIOR_SD = 0.3
"""How far, as a share, the variance the level model claims may plausibly lie off before any mover is looked at: its components
come from some 1,500 people."""
_RATIO_RANGE = (0.4, 2.5)
"""Factors on the claimed variance beyond which the model is wrong rather than its width: nothing is hidden behind a wider bar."""
_SLOPE_PRIOR_SD = 0.25
"""How far the slope of a posterior mean may plausibly lie from what is expected before any mover is looked at."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What people left out of the fit said about the raw effects.

    ``centre`` is the mean raw effect and ``mean_effect`` the mean realised effect of assigned movers, ``slope`` (with its 95 %
    interval) the slope of the realised on the raw effect, ``applied`` the factor on raw effects where no effect was learned,
    ``multiplier`` the factor on their standard deviations, ``movers`` the number of assigned movers and ``effective`` what all
    movers together are worth (Kish's effective sample).
    """

    centre: float = 0.0
    mean_effect: float = 0.0
    slope: float = float("nan")
    slope_lower: float = float("nan")
    slope_upper: float = float("nan")
    applied: float = 1.0
    multiplier: float = 1.0
    movers: int = 0
    effective: float = 0.0


@dataclass(frozen=True, slots=True)
class Scatter:
    """Errors of forecasts of people left out (n,), the variance foreseen for them, that of their ratings' noise, weights, days."""

    error: Floats
    foreseen: Floats
    noise: Floats
    weight: Floats
    person: Codes
    when: Codes

    def take(self, chosen: NDArray[np.bool_]) -> "Scatter":
        """Return the chosen ones."""
        return Scatter(*(getattr(self, field.name)[chosen] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Realised:
    """Movers left out (m,): realised minus forecast outlook had they stayed, raw effect, and what was claimed of both.

    ``variance`` is claimed of the effect (what units really add left out: harmonised scores do not show it), ``foreseen`` of the
    forecast of the post, ``noise`` is that of the ratings behind the gain, ``arrival`` codes how they came. ``stayers`` weigh as
    much on every decision day as movers.
    """

    gain: Floats
    raw: Floats
    variance: Floats
    foreseen: Floats
    noise: Floats
    weight: Floats
    person: Codes
    when: Codes
    arrival: Codes
    assigned: NDArray[np.bool_]
    stayers: Scatter

    def scatter(self) -> Scatter:
        """Return the movers' errors about the mean error of those who came the same way.

        Who asked for a post or was chosen for it has reasons the record does not show: their mean tells nothing of those who are
        sent, their scatter does.
        """
        total = np.bincount(self.arrival, self.weight)
        mean = np.bincount(self.arrival, self.weight * (self.gain - self.raw)) / np.maximum(total, 1e-12)
        error = self.gain - self.raw - mean[self.arrival]
        return Scatter(error, self.foreseen, self.noise, self.weight, self.person, self.when)


def calibrate(realised: Realised, expected: float = 1.0) -> Calibration:
    """Return the calibration; where there are too few movers to tell, one that only knows which slope is ``expected``."""
    sent = realised.assigned
    neutral = Calibration(
        applied=expected, multiplier=_multiplier(realised) if sent.sum() >= _MIN_MOVERS else 1.0, movers=int(sent.sum()),
        effective=_effective(realised.weight),
    )  # fmt: skip
    if neutral.movers < _MIN_MOVERS:
        return neutral
    return _with_line(neutral, realised.gain[sent], realised.raw[sent], realised.weight[sent])


def _with_line(neutral: Calibration, gain: Floats, raw: Floats, weight: Floats) -> Calibration:
    """Return the calibration with the line of realised on raw effects.

    The slope is the best linear predictor of Chernozhukov et al. It is applied only where its interval excludes the expected one,
    drawn towards that by its own standard error (a normal prior) and clipped to [0, 1]: with some hundred assigned movers the bare
    slope jumps by its own size.
    """
    share = weight / weight.sum()
    centre, mean = float(share @ raw), float(share @ gain)
    away = raw - centre
    length = max(float(share @ away**2), 1e-12)
    slope = float(share @ (away * (gain - mean))) / length
    error = gain - mean - slope * away
    doubt = float(np.sqrt(share**2 @ (away * error) ** 2)) / length
    half = _Z95 * doubt
    expected = neutral.applied
    drawn = expected + (slope - expected) / (1 + (doubt / _SLOPE_PRIOR_SD) ** 2)
    applied = expected if abs(slope - expected) <= half else float(np.clip(drawn, 0.0, 1.0))
    return replace(
        neutral, centre=centre, mean_effect=mean, slope=slope, slope_lower=slope - half, slope_upper=slope + half, applied=applied
    )


def _multiplier(realised: Realised) -> float:
    """Return the factor on standard deviations of effects.

    Assigned movers' squared errors exceed what was foreseen for their posts by rating noise and by what was claimed wrongly of the
    move; stayers' exceed it by rating noise alone. The difference, as a share of the variance claimed for the effect, is drawn to
    zero by its own standard error (persons drawn together). Comparing movers' with stayers' errors directly, without what was
    foreseen for each, would count the doubt about the present post, which movers leave behind, as precision. Who was promoted is
    rated where grades end, and a rating there is noisier: that scatter says nothing of the move.
    """
    sent, stayers = realised.assigned, realised.stayers
    movers = realised.scatter().take(sent)
    claimed = max(float(np.average(realised.variance[sent], weights=realised.weight[sent])), 1e-9)
    (own, own_noise), (others, others_noise) = _beyond(movers), _beyond(stayers)
    ratio, noise = (own - others) / claimed, (own_noise + others_noise) / claimed**2
    drawn = 1 + ratio / (1 + noise / _RATIO_PRIOR_SD**2)
    return float(np.sqrt(np.clip(drawn, *_RATIO_RANGE)))


def _beyond(scatter: Scatter) -> tuple[float, float]:
    """Return the mean squared error beyond what was foreseen, and its sampling variance."""
    if not len(scatter.error):
        return 0.0, 0.0
    share = scatter.weight / scatter.weight.sum()
    beyond = scatter.error**2 - scatter.foreseen
    mean = float(share @ beyond)
    _, person = np.unique(scatter.person, return_inverse=True)
    return mean, float((np.bincount(person, share * (beyond - mean)) ** 2).sum())


def _effective(weight: Floats) -> float:
    return float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0


def published(raw: Floats, calibration: Calibration) -> Floats:
    """Return effects after recalibration: drawn towards the movers' mean raw effect by the applied slope."""
    return np.asarray(calibration.centre + calibration.applied * (raw - calibration.centre))


def half_width(variance: Floats, units: Floats, calibration: Calibration) -> Floats:
    """Return half the width of the 80 % interval of effects.

    ``variance`` is claimed by the level model and corrected by the movers; ``units``, what two units may really add, no
    harmonised score can correct.
    """
    corrected = calibration.multiplier**2 * np.maximum(variance, 0.0)
    return np.asarray(_Z * np.sqrt(corrected + units))


@dataclass(frozen=True, slots=True)
class Support:
    """What moves were seen: their number by family left x family entered, and the usual range of every number column."""

    families: tuple[str, ...]
    moves: tuple[tuple[float, ...], ...]
    ranges: Ranges

    def overlap(self, families: pd.Index, left: Codes, entered: Codes) -> Floats:
        """Return n / (n + 10) for the n moves seen between two families (codes of ``families``, -1 none; equal shapes)."""
        place = np.r_[pd.Index(self.families).get_indexer(families), -1]
        left, entered = place[left], place[entered]
        known = (left >= 0) & (entered >= 0)
        moves = np.array(self.moves).reshape(len(self.families), len(self.families))
        seen = np.zeros(left.shape)
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
