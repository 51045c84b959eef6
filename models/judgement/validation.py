"""Validation without truth: how far the effect estimates may be believed. Arrays and frames in, one frozen result out."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.judgement import effect_scores
from models.judgement.baselines import Field, gain_over_constant, judge_baselines
from models.judgement.bracket import ESTIMATES, Histories, bracket, outside, robustness_value
from models.judgement.checks import (
    interval_figures,
    leniency_correlation,
    mean_over_movers,
    nuisance_figures,
    placebo_figures,
    unit_slope,
    weighted,
)
from models.judgement.effect_scores import EffectSample, Figure, areas, group_draws, wider_by_day, with_doubt, with_interval
from models.judgement.evidence import ValidationEvidence
from models.judgement.groups import contrasts, gates
from models.judgement.judged import Judged, RiskFit, Rows, ValidationParams, at_risk, encode, fit_risk, judge
from models.judgement.plan_value import Vacancies, plan_value
from models.stack.encoding import Array
from models.stack.regressors import cross_fit, fit_ridge
from models.threads import one_blas_thread

NET_VALUE = "net_value"
"""Column of ``forecasts`` by which the plan chooses where it is given; else it chooses by uplift."""
LIKENESS = ("pair", "dist")
"""Feature families on which movers are made to look like the chosen, beside their propensity, outlook and score."""


def validate(
    rows: Rows, forecasts: pd.DataFrame, params: ValidationParams, seed: int, risk: RiskFit | None = None
) -> ValidationEvidence:
    """Return what the data say about ``forecasts`` of the effect, each figure with an 80 % interval.

    Identification: given the history known at the decision, who moves is as good as random. Movers show the effect as outcome
    minus the outlook they would have had (Borusyak, Jaravel & Spiess 2024); odds-weighted stayers with pretended moves
    correct the outlook (augmented, doubly robust for effects on the moved). Ranking is blind to these scores if ``forecasts``
    come from other years or other people.

    Parameters
    ----------
    rows : TrainingRows
        Risk rows and vacancy trials.
    forecasts : DataFrame
        Indexed like ``rows.trials``: ``uplift``, and ``lower``, ``upper`` (80 %) where given, in SD, of models that did not
        see the row; rows left out or NaN are not judged. Where given: ``net_value`` (the plan chooses by it), ``leniency_here`` and
        ``leniency_there`` (SD, of the old and the new post as known at the decision), ``post_spread`` (SD of a mover's forecast
        effects between the posts of the day), ``recorded_lower`` and ``recorded_upper`` (80 %, of the outcome itself),
        ``beside_NAME`` (rivals' effects), ``order_NAME`` (rivals that only order, higher preferred).
    params : ValidationParams
        Folds, draws, bins.
    seed : int
        Fixes folds and draws.
    risk : RiskFit, optional
        ``fit_risk`` of the same rows, of the trials that have a forecast, and of the same params and seed, where it was fitted
        meanwhile.

    Raises
    ------
    TooLittleDataError
        Fewer than 30 movers, or 30 stayers, have both a forecast and an outcome.
    """
    with one_blas_thread():  # sums in another order would grow other trees
        fitted = risk or fit_risk(at_risk(rows, forecasts.index[forecasts["uplift"].notna()], params, seed), params, seed)
        judged = judge(rows, forecasts, fitted)
        people = group_draws(fitted.group, seed + 1, params.draws)
        return _evidence(rows, judged, fitted, people, params, seed)


def _evidence(
    rows: Rows, judged: Judged, risk: RiskFit, people: list[Array], params: ValidationParams, seed: int
) -> ValidationEvidence:
    draws = [factor[judged.risk_row] for factor in people]
    sample, movers, scores = judged.effects(), judged.treated, rows.ratings.scores
    autoc, qini = areas(sample, draws)
    fifths = gates(sample, draws)
    folds = risk.folds[judged.risk_row]
    field = Field(sample, _vacancies(judged, risk, seed), folds, draws)
    frame = judged.frame
    choice = frame[NET_VALUE if NET_VALUE in frame else "uplift"].to_numpy(dtype=np.float64)
    plan = plan_value(field.vacancies, choice, sample.effect, draws)
    return ValidationEvidence(
        design=params.design, movers=int(movers.sum()), stayers=int((~movers).sum()),
        employees=int(judged.frame["employee_id"].nunique()), decision_days=int(judged.frame["decision_on"].nunique()),
        **nuisance_figures(risk, params.max_propensity, people),
        **_mean_figures(rows, judged, risk, people, draws),
        spread=with_interval(effect_scores.spread, sample, draws), slope=with_interval(effect_scores.slope, sample, draws),
        post_spread=with_doubt(
            mean_over_movers(judged, _post_spread(judged), draws), params.spread_doubt / float(np.sqrt(movers.sum()))
        ),
        realised_coverage=mean_over_movers(judged, _recorded_inside(judged), draws),
        autoc=autoc, qini=qini, gates_ends=fifths.ends, robustness_of_slope=_robustness_of_slope(sample, draws),
        **interval_figures(judged, draws), **placebo_figures(judged, draws),
        leniency_correlation=leniency_correlation(judged, scores, draws), unit_slope=unit_slope(judged, scores, draws),
        gain_over_constant=gain_over_constant(field),
        plan_value=plan.gain, plan_promised=plan.promised, plan_likeness=plan.likeness,
        calibration=effect_scores.calibration(sample, draws, params.bins), gates=fifths.groups, gates_steps=fifths.steps,
        contrasts=contrasts(sample, judged.matrix, draws),
        toc=effect_scores.toc_curve(sample, draws, np.linspace(0.05, 1.0, 20)),
        baselines=judge_baselines(field, frame, plan.gain),
    )  # fmt: skip


def _mean_figures(
    rows: Rows, judged: Judged, risk: RiskFit, people: list[Array], draws: list[Array]
) -> dict[str, Figure]:  # fmt: skip
    """Return the mean effect, the bracket around it, and how far outside the bracket it lies."""
    sample = judged.effects()
    mean = with_interval(effect_scores.mean_effect, sample, draws)
    mean = wider_by_day(mean, lambda factor: effect_scores.mean_effect(sample.reweighted(factor)), judged.day)
    histories, kept = _histories(rows, judged, risk)
    if not 0 < histories.moved.sum() < len(histories.moved):
        return {"mean_effect": mean}
    found = bracket(histories, [factor[kept] for factor in people])
    half = max((found[name].upper - found[name].lower) / 2 for name in ESTIMATES)
    gap = outside(mean.value, [found[name].value for name in ESTIMATES])
    half = float(np.hypot(half, (mean.upper - mean.lower) / 2))
    return {"mean_effect": mean, **found, "bracket_gap": Figure(gap, gap - half, gap + half)}


def _histories(rows: Rows, judged: Judged, risk: RiskFit) -> tuple[Histories, NDArray[np.intp]]:
    """Return everybody at risk on the judged days with two past scores, and their places (k,) among the risk rows."""
    frame = risk.frame
    last, earlier = past_scores(frame, rows.ratings.scores)
    days = frame["decision_on"].isin(judged.frame["decision_on"].unique()).to_numpy()
    kept = np.flatnonzero(days & (risk.share > 0) & np.isfinite(last) & np.isfinite(earlier))
    moved, outcome, weight = (frame[name].to_numpy(dtype=np.float64)[kept] for name in ("moved", "outcome", "outcome_weight"))
    day = np.asarray(pd.factorize(frame["decision_on"].iloc[kept], sort=True)[0], dtype=np.intp)
    return Histories(moved, outcome, last[kept], earlier[kept], weight * risk.share[kept], day), kept


def past_scores(frame: pd.DataFrame, scores: pd.DataFrame) -> tuple[Array, Array]:
    """Return each row's newest harmonised score known at its ``decision_on`` and the one before it (n,), NaN where none is."""
    known = scores[["employee_id", "known_on", "period_end", "score"]].dropna().sort_values(["known_on", "period_end"])
    known = known.assign(earlier=known.groupby("employee_id", observed=True)["score"].shift()).drop(columns="period_end")
    asked = frame[["employee_id", "decision_on"]].assign(row=np.arange(len(frame))).sort_values("decision_on")
    joined = pd.merge_asof(asked, known, left_on="decision_on", right_on="known_on", by="employee_id").sort_values("row")
    return joined["score"].to_numpy(dtype=np.float64), joined["earlier"].to_numpy(dtype=np.float64)


def _post_spread(judged: Judged) -> Array:
    """Return how far each mover's forecast effects differ between posts (n,), NaN where that was not asked."""
    if "post_spread" not in judged.frame:
        return np.full(len(judged.frame), np.nan)
    return np.asarray(judged.frame["post_spread"], dtype=np.float64)


def _recorded_inside(judged: Judged) -> Array:
    """Return whether the outcome lies within the interval of what was to be recorded (n,), NaN where none was forecast."""
    if not {"recorded_lower", "recorded_upper"} <= set(judged.frame):
        return np.full(len(judged.frame), np.nan)
    inside = judged.frame["outcome"].between(judged.frame["recorded_lower"], judged.frame["recorded_upper"])
    return np.asarray(inside, dtype=np.float64)


def _robustness_of_slope(sample: EffectSample, draws: list[Array]) -> Figure:
    """Return what a hidden cause must explain of gains *and* of forecasts to bring the slope to zero (Cinelli & Hazlett 2020)."""
    treated = np.flatnonzero(sample.weight > 0)
    effect, gain, weight = sample.effect[treated], sample.gain[treated] / sample.weight[treated], sample.weight[treated]

    def share(factor: Array) -> float:
        w = weight * factor[treated]
        x, y = effect - np.average(effect, weights=w), gain - np.average(gain, weights=w)
        scale = float((w @ x**2) * (w @ y**2))
        return robustness_value(float((w @ (x * y)) ** 2 / scale)) if scale > 0 else float("nan")

    return weighted(share, draws)


def _vacancies(judged: Judged, risk: RiskFit, seed: int) -> Vacancies:
    """Return the judged vacancies; what a move is expected to bring is learned from other movers' gains, not from the model."""
    folds = risk.folds[judged.risk_row]
    columns = [name for name in judged.matrix.columns if name.split("_")[0] in LIKENESS]
    regression = cross_fit(fit_ridge, encode(judged.matrix), judged.residual, judged.mover_weight, folds, seed).held_out
    odds, outlook = judged.frame["odds"].to_numpy(dtype=np.float64), judged.frame["outlook"].to_numpy(dtype=np.float64)
    likeness = np.column_stack([encode(judged.matrix[columns]).linear, np.log(odds), outlook]) if columns else outlook[:, None]
    vacancy = np.asarray(pd.factorize(judged.frame["trial_id"], sort=True)[0], dtype=np.intp)
    weight = judged.frame["outcome_weight"].to_numpy(dtype=np.float64)
    return Vacancies(
        vacancy, judged.treated, judged.residual, regression, likeness, weight, judged.stayer_weight, folds, judged.day
    )
