"""Rating scales: which regime a score belongs to, scores off their scale, and scales mixed within one regime."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.checking.faults.catalogue import Severity, found, joined
from features.coded import plain
from features.codes import RATING_OF_QUADRANT

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """A family of scores by magnitude: the median that marks it, the values it admits, and the values that betray another."""

    name: str
    lowest: float
    highest: float
    foreign_below: float
    foreign_above: float


HUNDRED = Scale("score-100", 0.0, 120.0, foreign_below=10.0, foreign_above=np.inf)
"""DP3 and SKP until 2021: 0-100, SKP with extra duties up to 120. A value of at most 10 is from a short scale."""

SHORT = Scale("score-5", 0.0, 10.0, foreign_below=-np.inf, foreign_above=20.0)
"""1-5 or 1-10. A value of 20 or more is from the hundred scale."""

STANDARD = Scale("standard", -10.0, 10.0, foreign_below=-np.inf, foreign_above=20.0)
"""Standardised scores (mean 0, SD 1): negative values occur. Ten standard deviations are an error."""

WIDE = Scale("score", -np.inf, np.inf, foreign_below=-np.inf, foreign_above=np.inf)
"""Any other scale: nothing is assumed of it."""


def scale_of(scores: pd.Series) -> Scale:
    """Return the scale that ``scores`` of one regime are on, by their middle and their sign."""
    middle = scores.median()
    if middle > 25:
        return HUNDRED if scores.quantile(0.9) <= HUNDRED.highest else WIDE
    negative = (scores < 0).mean() > 0.01
    if negative:
        return STANDARD if scores.abs().quantile(0.9) <= STANDARD.highest else WIDE
    return SHORT if 0 <= middle <= SHORT.highest else WIDE


Scores = Mapping[str | int, Floats]
"""Scores by the regime stated, or by the year (of the period's end) where none is."""


@dataclass(frozen=True, slots=True)
class Regimes:
    """The regime of a year's scores where the source states none, and the scale of every regime."""

    of_year: Mapping[int, str]
    scales: Mapping[str, Scale]


def scores_by(appraisals: pd.DataFrame) -> Scores:
    """Return the scores of appraisals by regime or year."""
    scored = appraisals[appraisals["score"].notna()]
    blank = scored["regime"].isna()
    groups: dict[str | int, Floats] = {}
    for key, scores in scored.loc[~blank, "score"].groupby(scored.loc[~blank, "regime"]):
        groups[str(key)] = scores.to_numpy()
    for year, scores in scored.loc[blank, "score"].groupby(scored.loc[blank, "period_end"].dt.year):
        groups[int(year)] = scores.to_numpy()
    return groups


def regimes_of(parts: Sequence[Scores]) -> Regimes:
    """Return what everybody's scores, gathered part by part, say of the regimes.

    Where the source does not say, the regime is the scale of the year's scores (`scale_of`), or ``predikat`` for rows that have
    a rating only. This is detection, reported as such, and touches no score.
    """
    keys = dict.fromkeys(key for part in parts for key in part)
    scores = {key: np.concatenate([part[key] for part in parts if key in part]) for key in keys}
    of_year = {key: scale_of(pd.Series(given)).name for key, given in scores.items() if isinstance(key, int)}
    named: dict[str, list[Floats]] = {}
    for key, given in scores.items():
        named.setdefault(of_year[key] if isinstance(key, int) else key, []).append(given)
    return Regimes(of_year, {name: scale_of(pd.Series(np.concatenate(given))) for name, given in named.items()})


def with_regimes(appraisals: pd.DataFrame, regimes: Regimes) -> tuple[pd.DataFrame, frozenset[str]]:
    """Return appraisals with ``regime`` filled where it is empty, and the names of the regimes detected."""
    blank = appraisals["regime"].isna()
    if not blank.any():
        return appraisals, frozenset()
    rows = appraisals[blank]
    names = rows["period_end"].dt.year.map(dict(regimes.of_year))
    detected = names.where(rows["score"].notna(), "predikat").astype("str")
    return appraisals.assign(regime=plain(appraisals["regime"]).fillna(detected)), frozenset(detected.dropna().unique())


def off_scale(appraisals: pd.DataFrame, regimes: Regimes) -> pd.DataFrame:
    """Return the faults of scores off the scale of their regime, of scores on another scale, and of ratings off their quadrant."""
    faults = []
    scored = appraisals[appraisals["score"].notna()]
    for regime, scores in scored["score"].groupby(scored["regime"]):
        scale = regimes.scales[str(regime)]
        foreign = ((scores > 0) & (scores <= scale.foreign_below)) | (scores >= scale.foreign_above)
        off = ~foreign & ((scores < scale.lowest) | (scores > scale.highest))
        faults += [
            found("appraisals", scores.index[foreign], "score", "mixed_scale", Severity.SET_ASIDE),
            found("appraisals", scores.index[off], "score", "rating_off_scale", Severity.SET_ASIDE),
        ]
    return joined([*faults, _off_quadrant(appraisals)])


def _off_quadrant(appraisals: pd.DataFrame) -> pd.DataFrame:
    judged = appraisals.dropna(subset=["rating", "work_result", "behaviour"])
    quadrant = pd.Series(RATING_OF_QUADRANT)
    expected = quadrant.reindex(pd.MultiIndex.from_frame(judged[["work_result", "behaviour"]].astype("int64"))).to_numpy()
    differs = judged["rating"].to_numpy(dtype="float64") != expected
    return found("appraisals", judged.index[differs], "rating", "rating_off_quadrant", Severity.WARNING)
