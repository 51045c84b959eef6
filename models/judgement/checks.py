"""What must hold for the forecasts to be believed at all: nuisances, intervals, pretended moves, leniency, unit effects."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtri

from models.judgement import effect_scores
from models.judgement.effect_scores import EffectSample, Figure, areas, interval, with_interval
from models.judgement.evidence import UNKNOWN
from models.judgement.judged import Judged, RiskFit
from models.stack.encoding import Array

HALF_WIDTH = float(ndtri(0.9))
"""Half-width of a normal 80 % interval in standard deviations."""
RATED_WITHIN_DAYS = 730
"""Ratings in the new post begun within so many days of the decision tell its leniency."""


def nuisance_figures(risk: RiskFit, max_propensity: float, draws: list[Array]) -> dict[str, Figure]:
    """Return how well the outlook of stayers and the propensity of moves are foreseen; ``draws`` are factors on risk rows (n,)."""
    moved, y = risk.frame["moved"].to_numpy(dtype=np.float64), risk.frame["outcome"].to_numpy(dtype=np.float64)
    stayed = risk.share * (1 - moved) * risk.frame["outcome_weight"].to_numpy(dtype=np.float64)
    inside = (risk.propensity <= max_propensity).astype(np.float64)
    calibration = EffectSample(risk.propensity, risk.share * moved, risk.share, risk.group)
    return {
        "outcome_r2": weighted(lambda f: _r2(y, risk.outlook, stayed * f), draws),
        "propensity_auc": weighted(_auc(risk.propensity, moved, risk.share), draws),
        "propensity_slope": with_interval(effect_scores.slope, calibration, draws),
        "overlap": weighted(lambda f: float(np.average(inside, weights=moved * f)), draws),
    }


def interval_figures(judged: Judged, draws: list[Array]) -> dict[str, Figure]:
    """Return whether the forecast's own intervals hold what came; NaN where it gave none."""
    if not {"lower", "upper"} <= set(judged.frame.columns):
        return {"coverage": UNKNOWN, "excess_variance": UNKNOWN}
    half = (judged.frame["upper"] - judged.frame["lower"]).to_numpy(dtype=np.float64) / 2
    claimed, squared = (half / HALF_WIDTH) ** 2, judged.residual**2
    error = (judged.residual - judged.uplift) ** 2
    movers, stayers = judged.mover_weight, judged.stayer_weight

    def coverage(factor: Array) -> float:
        noise = np.average(squared, weights=stayers * factor)
        return float(np.average(error <= HALF_WIDTH**2 * (claimed + noise), weights=movers * factor))

    def excess(factor: Array) -> float:
        noise = np.average(squared, weights=stayers * factor)
        beyond = np.average(error, weights=movers * factor) - noise
        claim = float(np.average(claimed, weights=movers * factor))
        return float(beyond / claim) if claim > 0 else float("nan")

    return {"coverage": weighted(coverage, draws), "excess_variance": weighted(excess, draws)}


def placebo_figures(judged: Judged, draws: list[Array]) -> dict[str, Figure]:
    """Return what pretended moves of eligible stayers show: mean, slope on the forecast, area under the targeting curve."""
    pretended = judged.placebo()
    return {
        "placebo_mean": with_interval(effect_scores.mean_effect, pretended, draws),
        "placebo_slope": with_interval(effect_scores.slope, pretended, draws),
        "placebo_autoc": areas(pretended, draws)[0],
    }


def leniency_correlation(judged: Judged, scores: pd.DataFrame, draws: list[Array]) -> Figure:
    """Return how far forecasts follow the difference in leniency between the new post and the old."""
    leniency = scores.groupby("position_id", observed=True)["leniency"].mean()
    frame = judged.frame
    change = (frame["position_id"].map(leniency) - frame["origin_position_id"].map(leniency)).to_numpy(dtype=np.float64)
    seen = ~np.isnan(change)
    weight = np.where(seen, frame["sampling_weight"].fillna(1.0).to_numpy(dtype=np.float64), 0.0)
    return weighted(partial(_correlation, judged.uplift, np.where(seen, change, 0.0), weight), draws)


def unit_slope(judged: Judged, scores: pd.DataFrame, draws: list[Array]) -> Figure:
    """Return the slope of movers' realised excess on the leniency difference foretold for their move; 1 if unit effects are right.

    The excess is what the new office recorded (leniency put back) less what the old one would have, had the person stayed. Below
    1 the foretold leniencies are too far apart, at 0 they are none. Kane & Staiger (2008), Chetty, Friedman & Rockoff (2014).
    NaN where ``forecasts`` bring no ``leniency_here`` and ``leniency_there``.
    """
    if not {"leniency_here", "leniency_there"} <= set(judged.frame.columns):
        return UNKNOWN
    here, there = (judged.frame[f"leniency_{side}"].to_numpy(dtype=np.float64) for side in ("here", "there"))
    excess = judged.residual + _leniency_met(judged.frame, scores) - here
    foretold = there - here
    seen = judged.treated & np.isfinite(excess) & np.isfinite(foretold)
    weight = np.where(seen, judged.weight, 0.0)
    sample = EffectSample(np.where(seen, foretold, 0.0), weight * np.where(seen, excess, 0.0), weight, judged.group)
    return with_interval(effect_scores.slope, sample, draws)


def _leniency_met(frame: pd.DataFrame, scores: pd.DataFrame) -> Array:
    """Return the mean leniency of each row's ratings in the new post after the decision (n,), NaN where there are none."""
    asked = frame[["employee_id", "position_id", "decision_on"]].assign(row=np.arange(len(frame)))
    rated = scores[["employee_id", "position_id", "period_start", "leniency"]].dropna()
    met = asked.merge(rated, on=["employee_id", "position_id"])
    waited = (met["period_start"] - met["decision_on"]).dt.days
    inside = met[(waited >= 0) & (waited <= RATED_WITHIN_DAYS)]
    return np.asarray(inside.groupby("row")["leniency"].mean().reindex(asked["row"]), dtype=np.float64)


def mean_over_movers(judged: Judged, values: Array, draws: Sequence[Array]) -> Figure:
    """Return the movers' mean of ``values`` (n,); NaN values are left out, and nothing can be said where all are."""
    weight = np.where(np.isnan(values), 0.0, judged.mover_weight)
    if not weight.sum() > 0:
        return Figure(float("nan"))
    filled = np.nan_to_num(values)
    return weighted(lambda factor: float(np.average(filled, weights=weight * factor)), draws)


def weighted(metric: Callable[[Array], float], draws: Sequence[Array]) -> Figure:
    """Return a figure of factors (n,) with its interval over ``draws``."""
    return interval(metric(np.ones(len(draws[0]))), [metric(factor) for factor in draws])


def _r2(y: Array, forecast: Array, weight: Array) -> float:
    mean = np.average(y, weights=weight)
    return float(1 - np.sum(weight * (y - forecast) ** 2) / np.sum(weight * (y - mean) ** 2))


def _auc(score: Array, label: Array, weight: Array) -> Callable[[Array], float]:
    """Return the probability, as a function of factors (n,), that a positive outranks a negative; ties count half."""
    _, tie = np.unique(score, return_inverse=True)

    def auc(factor: Array) -> float:
        positive, negative = np.bincount(tie, factor * weight * label), np.bincount(tie, factor * weight * (1 - label))
        below = np.cumsum(negative) - negative / 2
        return float(positive @ below / (positive.sum() * negative.sum()))

    return auc


def _correlation(a: Array, b: Array, weight: Array, factor: Array) -> float:
    w = weight * factor
    if not w.sum() > 0:
        return float("nan")
    a, b = a - np.average(a, weights=w), b - np.average(b, weights=w)
    scale = float(np.sqrt((w @ a**2) * (w @ b**2)))
    return float(w @ (a * b)) / scale if scale > 0 else float("nan")
