"""Intervals of what will be *recorded*: the individual's realised change, by conformal prediction within each evidence grade.

An interval of the effect says where the expected change lies; one person's rating scatters several times as wide. Conformal
intervals need no model of that scatter: the quantile of what earlier forecasts missed by holds for the next one like them
(Vovk, Gammerman & Shafer 2005), within every grade (Mondrian), with weights that fade with age because rating regimes change
(Barber, Candes, Ramdas & Tibshirani 2023). Why own code: docs/adr.
"""

from dataclasses import dataclass

import numpy as np

from models.judgement.grades import GRADES
from models.mixed.person_blocks import Codes, Floats
from models.pairs.uncertainty import INTERVAL, Realised

HALF_LIFE_DAYS = 730.0
"""Age at which a move counts half: the newest regime of ratings is the one the next rating is made under."""
SMALLEST = 40.0
"""Effective number of moves below which a grade borrows the quantile of all."""


@dataclass(frozen=True, slots=True)
class RealisedWidths:
    """Half widths (SD) of 80 % intervals of the realised change: by grade, about a constant effect, and of staying."""

    by_grade: tuple[float, ...]
    constant: float
    staying: float


def realised_widths(realised: Realised, uplift: Floats, constant: float, grade: Codes) -> RealisedWidths:
    """Return half widths from movers left out of the fit.

    ``uplift`` are the published effects of the movers, ``constant`` the one effect an abstaining model publishes, ``grade``
    codes of ``GRADES``.
    """
    stayers = realised.stayers
    staying = quantile(np.abs(stayers.error), _faded(stayers.weight, stayers.when))
    missed, weight = np.abs(realised.gain - uplift), _faded(realised.weight, realised.when)
    overall = quantile(missed, weight)
    if not np.isfinite(overall):  # too few movers: what staying scatters by, and the claimed doubt about the effect
        overall = float(np.hypot(staying, np.sqrt(realised.variance.mean()) if len(uplift) else 1.0))
    by_grade = tuple(_of_grade(missed[grade == one], weight[grade == one], overall) for one in range(len(GRADES)))
    about_constant = quantile(np.abs(realised.gain - constant), weight)
    return RealisedWidths(by_grade, about_constant if np.isfinite(about_constant) else overall, staying)


def quantile(missed: Floats, weight: Floats) -> float:
    """Return the conformal quantile of the sizes ``missed`` by: the next case, of the largest weight, may lie anywhere.

    Infinite where the cases are too few for ``INTERVAL``.
    """
    order = np.argsort(missed, kind="stable")
    passed = np.cumsum(weight[order])
    total = passed[-1] + weight.max() if len(missed) else 1.0
    at = np.searchsorted(passed, INTERVAL * total * (1 - 1e-12)) if len(missed) else 0
    return float(missed[order][at]) if at < len(missed) else float("inf")


def _of_grade(missed: Floats, weight: Floats, overall: float) -> float:
    enough = len(weight) > 0 and weight.sum() ** 2 / (weight**2).sum() >= SMALLEST
    return quantile(missed, weight) if enough else overall


def _faded(weight: Floats, when: Codes) -> Floats:
    """Return weights halved with every half-life of age against the newest decision."""
    newest = when.max() if len(when) else 0
    return np.asarray(weight * 0.5 ** ((newest - when) / HALF_LIFE_DAYS))
