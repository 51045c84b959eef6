"""Ratings to performance: one harmonised score per rated person-period, under a neutral rater.

What a head really adds and how leniently a head rates cannot be told apart from ratings alone: both are taken out here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from features.harmoniser.announced import WAYS, Announced
from features.harmoniser.label_health import HealthParams, LabelHealth, judge_labels
from features.harmoniser.leniency import Effects, Variances, factor_codes, fit_effects, fit_variances, plug_in_variances, row_noise
from features.harmoniser.scales import Floats, Measured, measure, normal_score
from features.harmoniser.signal import PRIOR_LOADING, Signal, fit_signal, reliability
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
    announced : dict of str to Announced
        Ways of rating by name of the regulation: when they began, and when that was public.
    """

    sweeps: int = 60
    neutral_rater: bool = True
    health: HealthParams = field(default_factory=HealthParams)
    announced: dict[str, Announced] = field(default_factory=lambda: dict(WAYS))


@dataclass(frozen=True, slots=True)
class HarmonisedRatings:
    """Harmonised ratings of everything known on a day, in SD of performance.

    One SD is the standard deviation of *neutral performance* between people and years: what a person brings to the year, the
    lasting and the passing part; noise, rater and unit taken out. A score is a noisy measurement of it, not a shrunken one:
    ``score`` = performance + noise, so that a true difference of 1 shows as 1 on average, the variance of scores is
    1 / reliability, and reliability x score is the best guess from this rating alone.

    Attributes
    ----------
    scores : DataFrame
        One row per rated person-period: employee_id, period_start, period_end, known_on, position_id, unit_id, rater_id,
        regime, exposure, raw (own scale), standard (raw standardised within regime and year), score, leniency (rater and unit
        part taken out, the row's own person left out of it), reliability (0..1: share of the score's variance that is
        performance in that period), scale (SD of ``standard`` per SD of performance: a numeric ``standard`` is
        (score + leniency) x scale).
    raters, units : DataFrame
        One row per rater, unit: id, leniency, standard_error, n.
    variances : Variances
        Components on the latent scale of variance 1.
    scale : float
        Root mean square of the scales of ``scores``: a component divided by its square is in squared SD of performance.
    signal : Signal
        How performance shows in ratings: loading by scale, the passing share, its memory from year to year.
    health : LabelHealth
    announced : Mapping of str to Announced
        As in the params.
    """

    scores: pd.DataFrame
    raters: pd.DataFrame
    units: pd.DataFrame
    variances: Variances
    scale: float
    signal: Signal
    health: LabelHealth
    announced: Mapping[str, Announced]

    def lasting_weight(self) -> Floats:
        """Return per score the variance that lasts beyond its year over all the rest: its weight as evidence of other years."""
        lasting = (1.0 - self.signal.passing) * self.scores["reliability"].to_numpy(dtype=float)
        return np.asarray(lasting / np.maximum(1.0 - lasting, 1e-6))


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
    del known  # a caller who keeps no tables of their own frees them here: they are as large as all that follows
    codes = factor_codes(measured.rows)
    variances = fit_variances(measured, codes)
    effects = fit_effects(measured, codes, variances, params.sweeps)
    leniency = effects.leniency if params.neutral_rater else np.zeros(len(measured.cell))
    latent = _neutral_score(measured, effects.bounds, leniency, variances)
    signal = fit_signal(measured, codes, latent, effects.doubt)
    loading = signal.of(measured.rows)
    scores = _score_frame(measured).assign(
        score=latent / loading,
        leniency=leniency / loading,
        reliability=reliability(measured, signal, latent, row_noise(measured, variances), effects.doubt),
        scale=loading,
    )
    scale = float(np.sqrt(np.square(loading).mean())) if len(loading) else PRIOR_LOADING
    health = judge_labels(measured, codes, latent, params.health)
    raters = _levels(measured.rows["rater_id"], "rater", effects, scale)
    units = _levels(measured.rows["unit_id"], "unit", effects, scale)
    plug_in = plug_in_variances(measured, codes)
    return HarmonisedRatings(scores, raters, units, replace(variances, plug_in=plug_in), scale, signal, health, params.announced)


def _neutral_score(measured: Measured, bounds: tuple[Floats, Floats], leniency: Floats, variances: Variances) -> Floats:
    """Return the latent score without leniency.

    A grade becomes its normal score under cut-points shifted by the leniency, stretched by the spread of such scores in its
    regime-year: E[score | performance] then has slope 1 on the latent scale whatever the cut-points, as a numeric score's has.
    """
    grade = measured.ordinal
    score = measured.linear - leniency
    if grade.any():
        sd = np.sqrt(max(1.0 - variances.leniency, 0.1))
        shifted = sd * normal_score(*((bound - leniency)[grade] / sd for bound in bounds))
        spread = pd.Series(np.square(shifted / sd)).groupby(measured.cell[grade]).transform("mean").to_numpy()
        score[grade] = shifted / np.maximum(spread, 1e-3)
    return score


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
