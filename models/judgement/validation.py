"""Validation without truth: how far the effect estimates may be believed. Arrays and frames in, one frozen result out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

from features.errors import TooLittleDataError
from models.judgement import effect_scores
from models.judgement.effect_scores import EffectSample, Figure, group_draws, interval, with_interval
from models.judgement.evidence import Baseline, ValidationEvidence
from models.stack.encoding import Array, Encoded, FrameEncoder
from models.stack.nuisances import fit_outcome, fit_propensity, odds
from models.stack.regressors import TreeParams, cross_fit, fit_ridge, group_folds

BESIDE = "beside_"
"""Prefix of columns of ``forecasts`` that hold a rival's effects, to be judged beside the model's on the same rows."""
SMALLEST = 30
"""Movers, and stayers, below which no figure is worth its interval."""
HALF_WIDTH = float(ndtri(0.9))
"""Half-width of a normal 80 % interval in standard deviations."""


class Ratings(Protocol):
    """Harmonised ratings: ``features.ratings.HarmonisedRatings``."""

    @property
    def scores(self) -> pd.DataFrame:
        """One row per rated person-period."""
        ...


class Rows(Protocol):
    """Training rows: ``features.trials.TrainingRows``."""

    @property
    def risk(self) -> pd.DataFrame:
        """One row per employee and decision date."""
        ...

    @property
    def risk_matrix(self) -> pd.DataFrame:
        """Features of ``risk`` with the post held over the window."""
        ...

    @property
    def origin_matrix(self) -> pd.DataFrame:
        """Features of the moved rows of ``risk``, in order, with the post they left."""
        ...

    @property
    def trials(self) -> pd.DataFrame:
        """One row per vacancy trial and candidate."""
        ...

    @property
    def trial_matrix(self) -> pd.DataFrame:
        """Features of ``trials``."""
        ...

    @property
    def ratings(self) -> Ratings:
        """Ratings harmonised at ``as_of``."""
        ...


@dataclass(frozen=True, slots=True)
class ValidationParams:
    """How to validate.

    Attributes
    ----------
    n_folds : int
        Folds of the nuisances, whole employees together.
    draws : int
        Bootstrap draws over employees behind each interval.
    max_propensity : float
        A mover above it has no stayer to be compared with.
    bins : int
        Bins of the calibration curve.
    design : str
        Where the forecasts come from: ``out of time`` or ``cross-fitted``; only reported.
    max_stayers : int
        Stayers the nuisances are fitted on, a random sample with weights; all rows to be judged are still forecast.
    trees : TreeParams
        LightGBM's settings in the nuisances.
    """

    n_folds: int = 5
    draws: int = 200
    max_propensity: float = 0.9
    bins: int = 10
    design: str = "cross-fitted"
    max_stayers: int = 15_000
    trees: TreeParams = field(default_factory=TreeParams)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Trial rows (n) with a forecast and an outcome, movers first by nothing: ``treated`` tells them apart.

    ``residual`` is outcome minus the outlook had the person stayed; ``weight`` the outcome's weight for movers and its
    odds share for stayers, so that weighted stayers look like movers.
    """

    frame: pd.DataFrame
    matrix: pd.DataFrame
    treated: NDArray[np.bool_]
    residual: Array
    weight: Array
    group: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _RiskFit:
    """Nuisances on risk rows with an outcome: frame, outlook m0 (n,), propensity e (n,), employee codes (n,).

    ``share`` (n,) is how many risk rows each stands for: 0 for stayers that are only forecast.
    """

    frame: pd.DataFrame
    share: Array
    outlook: Array
    propensity: Array
    group: NDArray[np.intp]


def validate(rows: Rows, forecasts: pd.DataFrame, params: ValidationParams, seed: int) -> ValidationEvidence:
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
        see the row; rows left out or NaN are not judged. Columns ``beside_NAME`` are rivals' effects.
    params : ValidationParams
        Folds, draws, bins.
    seed : int
        Fixes folds and draws.

    Raises
    ------
    TooLittleDataError
        Fewer than 30 movers, or 30 stayers, have both a forecast and an outcome.
    """
    with threadpool_limits(1, "blas"):  # sums in another order would grow other trees
        risk = _fit_risk(rows, forecasts, params, seed)
        return _evidence(rows, _judge(rows, forecasts, risk), risk, params, seed)


def _evidence(rows: Rows, judged: _Judged, risk: _RiskFit, params: ValidationParams, seed: int) -> ValidationEvidence:
    draws = group_draws(judged.group, seed + 1, params.draws)
    sample, movers = _effect_sample(judged), judged.treated
    return ValidationEvidence(
        design=params.design, movers=int(movers.sum()), stayers=int((~movers).sum()),
        employees=int(judged.frame["employee_id"].nunique()), **_nuisance_figures(risk, params, seed),
        mean_effect=with_interval(effect_scores.mean_effect, sample, draws),
        spread=with_interval(effect_scores.spread, sample, draws), slope=with_interval(effect_scores.slope, sample, draws),
        autoc=with_interval(effect_scores.autoc, sample, draws), qini=with_interval(effect_scores.qini, sample, draws),
        **_interval_figures(judged, draws), placebo_slope=with_interval(effect_scores.slope, _placebo_sample(judged), draws),
        leniency_correlation=_contamination(rows, judged, draws),
        calibration=effect_scores.calibration(sample, draws, params.bins),
        toc=effect_scores.toc_curve(sample, draws, np.linspace(0.05, 1.0, 20)),
        baselines=_baselines(rows, judged, draws, params, seed),
    )  # fmt: skip


def _fit_risk(rows: Rows, forecasts: pd.DataFrame, params: ValidationParams, seed: int) -> _RiskFit:
    share = _shares(rows, params, seed)
    kept = rows.risk["outcome"].notna().to_numpy() & ((share > 0) | _asked(rows, forecasts))
    frame, share = rows.risk[kept].reset_index(drop=True), share[kept]
    X = _encode(_as_before(rows)[kept])
    moved, group = frame["moved"].to_numpy(dtype=np.float64), _codes(frame["employee_id"])
    if min(moved.sum(), (1 - moved).sum()) < SMALLEST:
        raise _too_little(int(moved.sum()), int((1 - moved).sum()))
    folds = group_folds(group, moved.astype(np.intp), params.n_folds, seed)
    propensity = fit_propensity(X, moved, share, folds, seed, params.trees).held_out
    y, weight = frame["outcome"].to_numpy(dtype=np.float64), share * frame["outcome_weight"].to_numpy(dtype=np.float64)
    outlook = fit_outcome(X, y, weight * (1 - moved) * odds(propensity), folds, seed + 50, params.trees).held_out
    return _RiskFit(frame, share, outlook, propensity, group)


def _shares(rows: Rows, params: ValidationParams, seed: int) -> Array:
    """Return how many risk rows each stands for (n,): 1 for movers, 0 or one over the sampling rate for stayers."""
    stayers = np.flatnonzero(~rows.risk["moved"].to_numpy(dtype=bool))
    share = np.ones(len(rows.risk))
    if len(stayers) > params.max_stayers:
        share[stayers] = 0.0
        chosen = np.random.default_rng(seed).choice(stayers, params.max_stayers, replace=False)
        share[chosen] = len(stayers) / params.max_stayers
    return share


def _asked(rows: Rows, forecasts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which risk rows (n,) a forecast is about."""
    keys = ["employee_id", "decision_on"]
    asked = rows.trials.loc[forecasts.index[forecasts["uplift"].notna()], keys].drop_duplicates().assign(asked=True)
    return np.asarray(rows.risk[keys].merge(asked, on=keys, how="left")["asked"].notna())


def _as_before(rows: Rows) -> pd.DataFrame:
    """Return features of each risk row with the post held before: what was known, and nothing of where the move led."""
    moved = rows.risk["moved"].to_numpy(dtype=bool)
    stayed = rows.risk_matrix[~moved]
    left = rows.origin_matrix[rows.risk_matrix.columns].set_axis(rows.risk_matrix.index[moved], axis=0)
    return pd.concat([stayed, left]).sort_index()


def _judge(rows: Rows, forecasts: pd.DataFrame, risk: _RiskFit) -> _Judged:
    keys = ["employee_id", "decision_on"]
    fitted = risk.frame[[*keys, "origin_position_id"]].assign(outlook=risk.outlook, odds=odds(risk.propensity))
    joined = rows.trials.join(forecasts.drop(columns=list(set(forecasts.columns) & set(rows.trials.columns))))
    joined = joined.assign(row=np.arange(len(joined))).merge(fitted.drop_duplicates(keys), on=keys, how="inner")
    joined = joined[joined["uplift"].notna() & joined["outcome"].notna()].sort_values("row").reset_index(drop=True)
    moved = joined["moved"].to_numpy(dtype=bool)
    if min(int(moved.sum()), int((~moved).sum())) < SMALLEST:
        raise _too_little(int(moved.sum()), int((~moved).sum()))
    pretended = joined.loc[~moved].groupby(keys, observed=True)["sampling_weight"].transform("sum")
    share = (joined["sampling_weight"] / pretended).fillna(0.0) * joined["odds"]
    weight = joined["outcome_weight"].to_numpy(dtype=np.float64) * np.where(moved, 1.0, share.to_numpy(dtype=np.float64))
    residual = (joined["outcome"] - joined["outlook"]).to_numpy(dtype=np.float64)
    matrix = rows.trial_matrix.iloc[joined["row"]].reset_index(drop=True)
    return _Judged(joined, matrix, moved, residual, weight, _codes(joined["employee_id"]))


def _effect_sample(judged: _Judged) -> EffectSample:
    sign = np.where(judged.treated, 1.0, -1.0)
    movers_only = np.where(judged.treated, judged.weight, 0.0)
    return EffectSample(_uplift(judged), sign * judged.weight * judged.residual, movers_only, judged.group)


def _placebo_sample(judged: _Judged) -> EffectSample:
    weight = np.where(judged.treated, 0.0, judged.weight)
    return EffectSample(_uplift(judged), weight * judged.residual, weight, judged.group)


def _uplift(judged: _Judged) -> Array:
    return np.asarray(judged.frame["uplift"], dtype=np.float64)


def _nuisance_figures(risk: _RiskFit, params: ValidationParams, seed: int) -> dict[str, Figure]:
    draws = group_draws(risk.group, seed + 2, params.draws)
    moved, y = risk.frame["moved"].to_numpy(dtype=np.float64), risk.frame["outcome"].to_numpy(dtype=np.float64)
    stayed = risk.share * (1 - moved) * risk.frame["outcome_weight"].to_numpy(dtype=np.float64)
    inside = (risk.propensity <= params.max_propensity).astype(np.float64)
    calibration = EffectSample(risk.propensity, risk.share * moved, risk.share, risk.group)
    return {
        "outcome_r2": _weighted(lambda f: _r2(y, risk.outlook, stayed * f), draws),
        "propensity_auc": _weighted(_auc(risk.propensity, moved, risk.share), draws),
        "propensity_slope": with_interval(effect_scores.slope, calibration, draws),
        "overlap": _weighted(lambda f: float(np.average(inside, weights=moved * f)), draws),
    }


def _interval_figures(judged: _Judged, draws: list[Array]) -> dict[str, Figure]:
    if not {"lower", "upper"} <= set(judged.frame.columns):
        return {"coverage": Figure(float("nan")), "excess_variance": Figure(float("nan"))}
    half = (judged.frame["upper"] - judged.frame["lower"]).to_numpy(dtype=np.float64) / 2
    claimed, squared = (half / HALF_WIDTH) ** 2, judged.residual**2
    error = (judged.residual - _uplift(judged)) ** 2
    movers, stayers = np.where(judged.treated, judged.weight, 0.0), np.where(judged.treated, 0.0, judged.weight)

    def coverage(factor: Array) -> float:
        noise = np.average(squared, weights=stayers * factor)
        return float(np.average(error <= HALF_WIDTH**2 * (claimed + noise), weights=movers * factor))

    def excess(factor: Array) -> float:
        noise = np.average(squared, weights=stayers * factor)
        beyond = np.average(error, weights=movers * factor) - noise
        claim = float(np.average(claimed, weights=movers * factor))
        return float(beyond / claim) if claim > 0 else float("nan")

    return {"coverage": _weighted(coverage, draws), "excess_variance": _weighted(excess, draws)}


def _contamination(rows: Rows, judged: _Judged, draws: list[Array]) -> Figure:
    scores = rows.ratings.scores
    leniency = scores.groupby("position_id", observed=True)["leniency"].mean()
    frame = judged.frame
    change = (frame["position_id"].map(leniency) - frame["origin_position_id"].map(leniency)).to_numpy(dtype=np.float64)
    seen = ~np.isnan(change)
    weight = np.where(seen, frame["sampling_weight"].fillna(1.0).to_numpy(dtype=np.float64), 0.0)
    return _weighted(partial(_correlation, _uplift(judged), np.where(seen, change, 0.0), weight), draws)


def _baselines(rows: Rows, judged: _Judged, draws: list[Array], params: ValidationParams, seed: int) -> tuple[Baseline, ...]:
    sample = _effect_sample(judged)
    folds = group_folds(judged.group, judged.treated.astype(np.intp), params.n_folds, seed + 3)
    movers = np.where(judged.treated, judged.weight, 0.0)
    last = _last_scores(judged.frame, rows.ratings.scores)
    change = judged.frame["outcome"].to_numpy(dtype=np.float64) - last
    after_minus_before = cross_fit(fit_ridge, _encode(judged.matrix), change, movers, folds, seed).held_out
    constant = _held_out_means(sample, folds)
    rivals: dict[str, Array] = {
        "model": sample.effect, "zero": np.zeros(len(last)), "constant": constant,
        "after_minus_before": after_minus_before, "last_score": float(np.average(last, weights=movers)) - last,
    }  # fmt: skip
    beside = [column for column in judged.frame if column.startswith(BESIDE)]
    rivals |= {name.removeprefix(BESIDE): judged.frame[name].to_numpy(dtype=np.float64) for name in beside}
    return tuple(_baseline(name, sample.forecasting(effect), draws) for name, effect in rivals.items())


def _baseline(name: str, sample: EffectSample, draws: list[Array]) -> Baseline:
    ranks = name not in ("zero", "constant") and np.ptp(sample.effect) > 0
    autoc = with_interval(effect_scores.autoc, sample, draws) if ranks else Figure(0.0, 0.0, 0.0)
    return Baseline(name, with_interval(effect_scores.loss_gain, sample, draws), autoc)


def _held_out_means(sample: EffectSample, folds: NDArray[np.intp]) -> Array:
    gain, weight = np.bincount(folds, sample.gain), np.bincount(folds, sample.weight)
    return np.asarray(((gain.sum() - gain) / (weight.sum() - weight))[folds])


def _last_scores(frame: pd.DataFrame, scores: pd.DataFrame) -> Array:
    """Return each row's newest harmonised score known at its decision (n,), the mean 0 where there is none."""
    known = scores[["employee_id", "known_on", "period_end", "score"]].dropna().sort_values(["known_on", "period_end"])
    known = known.rename(columns={"score": "last"}).drop(columns="period_end")
    asked = frame[["employee_id", "decision_on"]].assign(row=np.arange(len(frame))).sort_values("decision_on")
    joined = pd.merge_asof(asked, known, left_on="decision_on", right_on="known_on", by="employee_id")
    return np.asarray(joined.sort_values("row")["last"].fillna(0.0), dtype=np.float64)


def _weighted(metric: Callable[[Array], float], draws: Sequence[Array]) -> Figure:
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


def _encode(matrix: pd.DataFrame) -> Encoded:
    return FrameEncoder().fit(matrix).transform(matrix)


def _codes(employees: pd.Series) -> NDArray[np.intp]:
    return np.asarray(pd.factorize(employees, sort=True)[0], dtype=np.intp)


def _too_little(movers: int, stayers: int) -> TooLittleDataError:
    return TooLittleDataError(
        f"validation: {movers} movers and {stayers} stayers have a forecast and an outcome; {SMALLEST} of each are needed. "
        "Load more years of assignments and appraisals, or publish without a model (grade D)."
    )
