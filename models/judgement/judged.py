"""What is judged: vacancy trials with a forecast and an outcome, beside the outlook each person had without the move."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import TooLittleDataError
from models.judgement.effect_scores import EffectSample
from models.stack.encoding import Array, Encoded, FrameEncoder
from models.stack.nuisances import fit_outcome, fit_propensity, odds
from models.stack.regressors import TreeParams, group_folds
from models.threads import one_blas_thread

SMALLEST = 30
"""Movers, and stayers, below which no figure is worth its interval."""


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
    spread_doubt : float
        Standard error (SD) of ``post_spread`` times the root of the movers: the variances behind the forecasts are estimated from
        about as many moves as are judged, and where no post suits anybody better they differ so much by chance.
    trees : TreeParams
        LightGBM's settings in the nuisances.
    """

    n_folds: int = 5
    draws: int = 200
    max_propensity: float = 0.9
    bins: int = 10
    design: str = "cross-fitted"
    max_stayers: int = 15_000
    spread_doubt: float = 1.0
    trees: TreeParams = field(default_factory=TreeParams)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Risk rows with an outcome that nuisances are fitted on or asked about (n).

    ``share`` (n,) is how many risk rows each stands for: 0 for stayers that are only forecast; ``before`` (n, p) features with the
    post held before.
    """

    frame: pd.DataFrame
    share: Array
    before: pd.DataFrame


@dataclass(frozen=True, slots=True)
class RiskFit:
    """Nuisances on risk rows with an outcome: frame, outlook m0 (n,), propensity e (n,), codes and folds of the person (n,).

    ``share`` (n,) is how many risk rows each stands for: 0 for stayers that are only forecast.
    """

    frame: pd.DataFrame
    share: Array
    outlook: Array
    propensity: Array
    group: NDArray[np.intp]
    folds: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Judged:
    """Trial rows (n) with a forecast and an outcome; ``treated`` tells movers from stayers.

    ``residual`` is outcome minus the outlook had the person stayed; ``weight`` the outcome's weight for movers and its
    odds share for stayers, so that weighted stayers look like movers. ``risk_row`` (n,) is the row's place in the risk fit.
    """

    frame: pd.DataFrame
    matrix: pd.DataFrame
    treated: NDArray[np.bool_]
    residual: Array
    weight: Array
    group: NDArray[np.intp]
    risk_row: NDArray[np.intp]

    @property
    def uplift(self) -> Array:
        """Forecast effect (n,)."""
        return np.asarray(self.frame["uplift"], dtype=np.float64)

    @property
    def mover_weight(self) -> Array:
        """Weight (n,) of movers, 0 for stayers."""
        return np.where(self.treated, self.weight, 0.0)

    @property
    def stayer_weight(self) -> Array:
        """Weight (n,) of stayers, 0 for movers."""
        return np.where(self.treated, 0.0, self.weight)

    @property
    def day(self) -> NDArray[np.intp]:
        """Code of the decision day (n,)."""
        return np.asarray(pd.factorize(self.frame["decision_on"], sort=True)[0], dtype=np.intp)

    def effects(self) -> EffectSample:
        """Return movers' gains, corrected by stayers who look like them: scores of the effect on the moved."""
        sign = np.where(self.treated, 1.0, -1.0)
        return EffectSample(self.uplift, sign * self.weight * self.residual, self.mover_weight, self.group)

    def placebo(self) -> EffectSample:
        """Return stayers as if they had made the move they were sampled for."""
        weight = self.stayer_weight
        return EffectSample(self.uplift, weight * self.residual, weight, self.group)


def at_risk(rows: Rows, asked: pd.Index, params: ValidationParams, seed: int) -> AtRisk:
    """Return every mover, a sample of stayers, and everybody ``asked`` about: the rows of ``rows.trials`` that are to be judged."""
    share = _shares(rows, params, seed)
    kept = np.flatnonzero(rows.risk["outcome"].notna().to_numpy() & ((share > 0) | _asked(rows, asked)))
    return AtRisk(rows.risk.iloc[kept].reset_index(drop=True), share[kept], as_before(rows, kept))


def fit_risk(risk: AtRisk, params: ValidationParams, seed: int) -> RiskFit:
    """Return outlook and propensity of everybody in ``risk``, fitted on other people.

    Raises
    ------
    TooLittleDataError
        Fewer than 30 movers, or 30 stayers, have an outcome.
    """
    frame, share, X = risk.frame, risk.share, encode(risk.before)
    moved, group = frame["moved"].to_numpy(dtype=np.float64), _codes(frame["employee_id"])
    if min(moved.sum(), (1 - moved).sum()) < SMALLEST:
        raise _too_little(int(moved.sum()), int((1 - moved).sum()))
    folds = group_folds(group, moved.astype(np.intp), params.n_folds, seed)
    y, weight = frame["outcome"].to_numpy(dtype=np.float64), share * frame["outcome_weight"].to_numpy(dtype=np.float64)
    with one_blas_thread():  # sums in another order would grow other trees
        propensity = fit_propensity(X, moved, share, folds, seed, params.trees).held_out
        outlook = fit_outcome(X, y, weight * (1 - moved) * odds(propensity), folds, seed + 50, params.trees).held_out
    return RiskFit(frame, share, outlook, propensity, group, folds)


def _shares(rows: Rows, params: ValidationParams, seed: int) -> Array:
    """Return how many risk rows each stands for (n,): 1 for movers, 0 or one over the sampling rate for stayers."""
    stayers = np.flatnonzero(~rows.risk["moved"].to_numpy(dtype=bool))
    share = np.ones(len(rows.risk))
    if len(stayers) > params.max_stayers:
        share[stayers] = 0.0
        chosen = np.random.default_rng(seed).choice(stayers, params.max_stayers, replace=False)
        share[chosen] = len(stayers) / params.max_stayers
    return share


def _asked(rows: Rows, asked: pd.Index) -> NDArray[np.bool_]:
    """Return which risk rows (n,) the trials ``asked`` are about."""
    keys = ["employee_id", "decision_on"]
    found = rows.trials.loc[asked, keys].drop_duplicates().assign(asked=True)
    return np.asarray(rows.risk[keys].merge(found, on=keys, how="left")["asked"].notna())


def as_before(rows: Rows, places: NDArray[np.intp]) -> pd.DataFrame:
    """Return features of the risk rows at ``places`` (n,), in that order, with the post held before.

    That is what was known, and nothing of where the move led.
    """
    moved = rows.risk["moved"].to_numpy(dtype=bool)
    left = (np.cumsum(moved) - 1)[places[moved[places]]]
    stayed = rows.risk_matrix.iloc[places[~moved[places]]]
    both = pd.concat([stayed, rows.origin_matrix[rows.risk_matrix.columns].iloc[left]], ignore_index=True)
    order = np.argsort(moved[places], kind="stable")
    return both.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def judge(rows: Rows, forecasts: pd.DataFrame, risk: RiskFit) -> Judged:
    """Return the trial rows that have a forecast and an outcome.

    Raises
    ------
    TooLittleDataError
        They hold fewer than 30 movers, or 30 stayers.
    """
    keys = ["employee_id", "decision_on"]
    fitted = risk.frame[[*keys, "origin_position_id"]].assign(outlook=risk.outlook, odds=odds(risk.propensity))
    fitted = fitted.assign(risk_row=np.arange(len(fitted)))
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
    risk_row = joined["risk_row"].to_numpy(dtype=np.intp)
    return Judged(joined, matrix, moved, residual, weight, risk.group[risk_row], risk_row)


def encode(matrix: pd.DataFrame) -> Encoded:
    """Return ``matrix`` as numbers, by its own columns and levels."""
    return FrameEncoder().fit(matrix).transform(matrix)


def _codes(employees: pd.Series) -> NDArray[np.intp]:
    return np.asarray(pd.factorize(employees, sort=True)[0], dtype=np.intp)


def _too_little(movers: int, stayers: int) -> TooLittleDataError:
    return TooLittleDataError(
        f"validation: {movers} movers and {stayers} stayers have a forecast and an outcome; {SMALLEST} of each are needed. "
        "Load more years of assignments and appraisals, or publish without a model (grade D)."
    )
