"""Ratings to performance: one harmonised score per rated person-period, under a neutral rater.

What a head really adds and how leniently a head rates cannot be told apart from ratings alone: both are taken out here.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from features.harmoniser.label_health import HealthParams, LabelHealth, judge_labels
from features.harmoniser.leniency import Effects, Variances, factor_codes, fit_effects, fit_variances, row_noise
from features.harmoniser.scales import Floats, Measured, measure, normal_score
from features.tables import Tables


@dataclass(frozen=True, slots=True)
class RatingParams:
    """How ratings are harmonised.

    Attributes
    ----------
    sweeps : int
        Most sweeps over the factors; they stop earlier when nothing moves.
    neutral_rater : bool
        Take leniency out; False keeps the raw latent scale (only for comparison).
    """

    sweeps: int = 60
    neutral_rater: bool = True
    health: HealthParams = field(default_factory=HealthParams)


@dataclass(frozen=True, slots=True)
class HarmonisedRatings:
    """Harmonised ratings of everything known on a day.

    Attributes
    ----------
    scores : DataFrame
        One row per rated person-period: employee_id, period_start, period_end, known_on, position_id, unit_id, rater_id,
        regime, exposure, raw (own scale), standard (raw standardised within regime and year), score (latent, neutral
        rater), leniency (rater and unit part taken out, the row's own person left out of it), reliability (0..1: share of
        the score's variance that belongs to the person). ``score`` and ``leniency`` are in SD of ``score`` over all rows.
    raters, units : DataFrame
        One row per rater, unit: id, leniency, standard_error, n.
    variances : Variances
        Components on the latent scale of variance 1.
    scale : float
        Latent SDs per published SD: a numeric ``standard`` is (score + leniency) x scale.
    health : LabelHealth
    """

    scores: pd.DataFrame
    raters: pd.DataFrame
    units: pd.DataFrame
    variances: Variances
    scale: float
    health: LabelHealth


def harmonise(known: Tables, params: RatingParams) -> HarmonisedRatings:
    """Return one latent score with a reliability per rated person-period of ``known``.

    Parameters
    ----------
    known : Tables
        Tables cut back by ``as_of.known_at``: everything in them is used.
    params : RatingParams

    Returns
    -------
    HarmonisedRatings

    References
    ----------
    Albert & Chib (1993) for the latent normal behind grades; Henderson (1984) for shrunk effects; Kline, Saggio & Soelvsten
    (2020) for why variances must not use a row's own noise.
    """
    measured = measure(known)
    codes = factor_codes(measured.rows)
    variances = fit_variances(measured, codes)
    effects = fit_effects(measured, codes, variances, params.sweeps)
    leniency = effects.leniency if params.neutral_rater else np.zeros(len(measured.cell))
    latent, reliability = _neutral_score(measured, leniency, variances)
    scale = (float(latent.std()) if len(latent) else 0.0) or 1.0
    scores = _score_frame(measured).assign(score=latent / scale, leniency=leniency / scale, reliability=reliability)
    health = judge_labels(measured, codes, latent, params.health)
    raters = _levels(measured.rows["rater_id"], "rater", effects, scale)
    units = _levels(measured.rows["unit_id"], "unit", effects, scale)
    return HarmonisedRatings(scores, raters, units, variances, scale, health)


def _neutral_score(measured: Measured, leniency: Floats, variances: Variances) -> tuple[Floats, Floats]:
    """Return the latent score without leniency, and its reliability.

    A grade becomes its normal score under cut-points shifted by the leniency, stretched by the spread of such scores in its
    regime-year: E[score | performance] then has slope 1 whatever the regime, as a numeric score's has.
    """
    grade = measured.ordinal
    score = measured.linear - leniency
    noise = row_noise(measured, variances)
    if grade.any():
        sd = np.sqrt(max(1.0 - variances.leniency, 0.1))
        shifted = sd * normal_score((measured.lower - leniency)[grade] / sd, (measured.upper - leniency)[grade] / sd)
        cells = pd.Series(np.square(shifted / sd)).groupby(measured.cell[grade])
        spread = np.maximum(cells.transform("mean").to_numpy(), 1e-3)
        score[grade] = shifted / spread
        noise[grade] = np.maximum(sd**2 / spread - variances.signal, noise[grade])
    return score, variances.signal / np.maximum(variances.signal + noise, 1e-12)


def _score_frame(measured: Measured) -> pd.DataFrame:
    columns = ["employee_id", "period_start", "period_end", "known_on", "position_id", "unit_id", "rater_id", "regime", "exposure"]
    if measured.rows.empty:
        return measured.rows.reindex(columns=[*columns, "raw", "standard"])
    return measured.rows[[*columns, "raw", "standard"]]


def _levels(column: pd.Series, factor: str, effects: Effects, scale: float) -> pd.DataFrame:
    ids = pd.factorize(column, sort=True)[1]
    zeros = np.zeros(len(ids))
    return pd.DataFrame(
        {
            f"{factor}_id": pd.Series(ids, dtype="str"),
            "leniency": effects.values.get(factor, zeros) / scale,
            "standard_error": effects.errors.get(factor, zeros) / scale,
            "n": effects.counts.get(factor, zeros.astype(np.int64)),
        }
    )
