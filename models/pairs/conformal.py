"""Intervals of what will be *recorded*: the individual's realised change, by conformal prediction within each evidence grade.

An interval of the effect says where the expected change lies; one person's rating scatters several times as wide. Conformal
intervals need no model of that scatter: the quantile of what earlier forecasts missed by holds for the next one like them
(Vovk, Gammerman & Shafer 2005), within every grade (Mondrian). Misses are counted in units of what was foreseen for them, the
noise of that year's ratings included (normalised: Papadopoulos et al. 2008), and fade with age (Barber, Candes, Ramdas &
Tibshirani 2023), because rating regimes change. What has not been rated by yet, but is announced, counts as noisy: no calibration
on the past can know it (exchangeability ends there). Why own code: docs/adr.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from features.harmoniser.announced import FEWEST, unseen_way
from features.ratings import HarmonisedRatings
from models.judgement.grades import GRADES
from models.mixed.person_blocks import Codes, Floats
from models.pairs.uncertainty import INTERVAL, Realised, Scatter

HALF_LIFE_DAYS = 730.0
"""Age at which a move counts half: the newest regime of ratings is the one the next rating is made under."""
SMALLEST = 40.0
"""Effective number of moves below which a grade borrows the quantile of all."""
UNSEEN_RELIABILITY = 1 / 3
"""Expected of a way of rating by which nobody was rated yet, midway between what is known of two: a score of many points holds half
of the person (``harmoniser.signal.PRIOR_LOADING`` squared), five grades given as all over the country (11 % Sangat Baik, 88 % Baik)
keep 0.37 of that."""

_NORMAL = float(norm.ppf(0.5 + INTERVAL / 2))
_RELIABLE = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class RealisedWidths:
    """Half widths of 80 % intervals of the realised change, in SD of what is foreseen: ``doubt`` (SD^2) plus noise of a rating.

    By grade, about a constant effect, and of staying.
    """

    by_grade: tuple[float, ...]
    constant: float
    staying: float
    doubt: float

    def scale(self, noise: Floats | float) -> Floats:
        """Return one foreseen SD where the next rating has so much ``noise`` (SD^2)."""
        return np.asarray(np.sqrt(self.doubt + noise))


def realised_widths(realised: Realised, uplift: Floats, constant: float, grade: Codes) -> RealisedWidths:
    """Return half widths from movers left out of the fit.

    ``uplift`` are the published effects of the movers, ``constant`` the one effect an abstaining model publishes, ``grade``
    codes of ``GRADES``.
    """
    movers, stayers = realised.scatter(), realised.stayers
    doubt = _mean_doubt(movers, stayers)
    foreseen, weight = np.sqrt(doubt + movers.noise), _faded(movers.weight, movers.when)
    missed = np.abs(realised.gain - uplift) / foreseen
    overall = _finite(quantile(missed, weight), _NORMAL)
    by_grade = tuple(_of_grade(missed[grade == one], weight[grade == one], overall) for one in range(len(GRADES)))
    about_constant = quantile(np.abs(realised.gain - constant) / foreseen, weight)
    staying = quantile(np.abs(stayers.error) / np.sqrt(doubt + stayers.noise), _faded(stayers.weight, stayers.when))
    return RealisedWidths(by_grade, _finite(about_constant, overall), _finite(staying, _NORMAL), doubt)


def noise_by_year(scores: pd.DataFrame) -> pd.Series:
    """Return the noise of a usual rating (SD^2) by year: scores have the variance 1 / reliability, performance 1."""
    reliability = scores["reliability"].astype("float64").clip(*_RELIABLE)
    return ((1 - reliability) / reliability).groupby(scores["period_end"].dt.year).median().sort_index()


def noise_of(scores: pd.DataFrame, dates: pd.Series) -> Floats:
    """Return the noise (SD^2) of a usual rating of the year of each date; of all years where that one has none."""
    by_year = noise_by_year(scores)
    return np.asarray(dates.dt.year.map(by_year).fillna(by_year.mean()), dtype=np.float64)


def noise_ahead(ratings: HarmonisedRatings, today: pd.Timestamp, horizon_days: int) -> float:
    """Return the noise (SD^2) of the rating that a decision of ``today`` will be known by, ``horizon_days`` later.

    That of a usual rating of the newest year with more than a few. Where people will by then be rated in a way announced but not
    yet seen here, at least that of ``UNSEEN_RELIABILITY``: too wide is the better error.
    """
    scores = ratings.scores
    rated = scores["period_end"].dt.year.value_counts()
    usual = scores["period_end"].dt.year.isin(rated.index[rated >= FEWEST])
    newest = float(noise_by_year(scores[usual] if usual.any() else scores).iloc[-1])
    ahead = unseen_way(ratings.announced, scores, today, today + pd.Timedelta(days=horizon_days))
    return newest if ahead is None else max(newest, 1 / UNSEEN_RELIABILITY - 1)


def _mean_doubt(movers: Scatter, stayers: Scatter) -> float:
    known = movers if movers.weight.sum() > 0 else stayers
    return float(np.average(known.foreseen, weights=known.weight)) if known.weight.sum() > 0 else 1.0


def _finite(value: float, otherwise: float) -> float:
    return value if np.isfinite(value) else otherwise


def quantile(missed: Floats, weight: Floats) -> float:
    """Return the conformal quantile of the sizes ``missed`` by: the next case, of the largest weight, may lie anywhere.

    Infinite where the cases are too few for ``INTERVAL``.
    """
    counted = weight > 0
    if not counted.any():
        return float("inf")
    missed, weight = missed[counted], weight[counted]
    order = np.argsort(missed, kind="stable")
    passed = np.cumsum(weight[order])
    at = np.searchsorted(passed, INTERVAL * (passed[-1] + weight.max()) * (1 - 1e-12))
    return float(missed[order][at]) if at < len(missed) else float("inf")


def _of_grade(missed: Floats, weight: Floats, overall: float) -> float:
    enough = weight.sum() > 0 and weight.sum() ** 2 / (weight**2).sum() >= SMALLEST
    return quantile(missed, weight) if enough else overall


def _faded(weight: Floats, when: Codes) -> Floats:
    """Return weights halved with every half-life of age against the newest decision."""
    newest = when.max() if len(when) else 0
    return np.asarray(weight * 0.5 ** ((newest - when) / HALF_LIFE_DAYS))
