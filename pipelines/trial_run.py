"""Trying a model out before its release: forecasts of the latest decisions by a model that ended before them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.forecaster import known_leniency
from evaluation.promises import PROMISED
from evaluation.rivals import RivalParams, fit_rivals, origins, posts_left
from features.errors import TooLittleDataError, UsageError
from features.standing import Standing
from features.tables import Tables
from features.trials import TrainingRows, training_rows
from models.judgement.baselines import BESIDE, ORDER
from models.judgement.challenger import Lessons, challenge, fit_challenger, lessons_of
from models.judgement.evidence import ValidationEvidence
from models.judgement.judged import RiskFit, at_risk, fit_risk, judge
from models.judgement.validation import validate
from models.pair_uplift import PairUplift, fit_pair_uplift
from models.pairs.situation import Situation
from pipelines.history import History, look_back
from pipelines.second_core import Here
from pipelines.settings import Params, TrialRunParams
from pipelines.workers import Workers
from placement.local_methods import LOCAL_METHODS
from placement.net_value import net_value, post_weights

FORECAST = ["uplift", "lower", "upper"]
UNSEEN: tuple[str, ...] = ("employee_id", "position_id", "decision_on", "uplift", "grade", "gain", "weight")
"""Rows of movers and stayers who look like them, as `judged.Judged.effects` scores them: employee_id as text, what a model forecast
that ended before the decisions, its grade, and gain and weight of `effect_scores.EffectSample`, which rest on no forecast."""
MOST_POSTS = 40
"""Posts of a day between which a mover's effects are compared: a sample tells their spread."""


@dataclass(frozen=True, slots=True)
class Apart:
    """What a trial run sets apart.

    ``before``: the rows that ended before the first of the held-out decisions; ``later``: the trials of these, indexed as those of
    all rows; ``days``: the city on the days of these decisions.
    """

    before: TrainingRows
    later: pd.DataFrame
    days: History


@dataclass(frozen=True, slots=True)
class HeldOut:
    """``forecasts`` of the held-out trials by ``model``, on their index; ``risk``: nuisances of those at risk on their days."""

    forecasts: pd.DataFrame
    risk: RiskFit
    model: PairUplift


def try_out(
    tables: Tables, rows: TrainingRows, params: Params, seed: int, history: History | None = None, beside: Workers | None = None
) -> ValidationEvidence:
    """Return the evidence on the latest decisions of ``rows``, forecast by a model that ended before the first of them."""
    past = history or look_back(tables, tables.extracted_on, params.trials, params.rules.pack(), beside or Here())
    apart = set_apart(tables, rows, past, params, seed)
    return judged(rows, hold_out(rows, apart, params, seed, beside or Here()), params, seed)


def judged(rows: TrainingRows, held_out: HeldOut, params: Params, seed: int) -> ValidationEvidence:
    """Return the evidence that held-out forecasts give."""
    return validate(rows, held_out.forecasts, params.validation, seed, held_out.risk)


def set_apart(tables: Tables, rows: TrainingRows, history: History, params: Params, seed: int) -> Apart:
    """Return the latest decisions of ``rows`` and what is learned from before the first of them; ``history`` is that of ``tables``.

    Raises
    ------
    TooLittleDataError
        Too few moves before the split, or after it.
    """
    held_out = _held_out_days(rows.trials, params.trial_run)
    before = training_rows(tables, held_out[0], params.trials, history.may, seed, history.on)
    later = rows.trials[rows.trials["decision_on"].isin(held_out)]
    return Apart(before, later.assign(origin_position_id=origins(rows, later)), history.of(held_out))


def hold_out(rows: TrainingRows, apart: Apart, params: Params, seed: int, beside: Workers) -> HeldOut:
    """Return the forecasts of what is held out by a model of what is not, and by every rival of it.

    What the model does not wait for is done ``beside``, with as few rows handed over as it needs.

    Raises
    ------
    TooLittleDataError
        Too few moves before the split, or after it.
    """
    before, later = apart.before, apart.later
    lessons = lessons_of(before, params.trial_run.challenger_stayers, seed)
    challenged = beside.submit(_challenge, lessons, rows.trial_matrix.loc[later.index], seed)
    risk = beside.submit(fit_risk, at_risk(rows, later.index, params.validation, seed), params.validation, seed)
    model = fit_pair_uplift(before, params.uplift, seed)
    parts = [_forecast(model, apart.days.on(day), trials, params) for day, trials in later.groupby("decision_on", sort=True)]
    found = _rivals(before, rows, later, params.trial_run.rivals, seed)
    forecasts = pd.concat(parts).join(challenged.result()).join(found)
    return HeldOut(forecasts.reindex(rows.trials.index), risk.result(), model)


def unseen(rows: TrainingRows, held_out: HeldOut) -> pd.DataFrame:
    """Return `UNSEEN`: what the held-out decisions gained, whatever anybody forecast, beside what was forecast of them."""
    found = judge(rows, held_out.forecasts, held_out.risk)
    sample = found.effects()
    told = found.frame[["employee_id", "position_id", "decision_on", "uplift", "grade"]]
    told = told.assign(employee_id=told["employee_id"].astype("str"), grade=told["grade"].astype("str"))
    return told.assign(gain=sample.gain, weight=sample.weight)[list(UNSEEN)]


def promised(rows: TrainingRows, forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return what the held-out forecasts promised of the moves that were made: ``evaluation.promises.PROMISED``."""
    movers = rows.trials[rows.trials["moved"].astype(bool)]
    told = movers[["employee_id", "position_id", "decision_on"]].join(forecasts[["uplift", "lower", "upper", "grade"]], how="inner")
    told = told.dropna(subset=["uplift"])
    return told.assign(employee_id=told["employee_id"].astype("str"), grade=told["grade"].astype("str"))[list(PROMISED)]


def _rivals(before: TrainingRows, rows: TrainingRows, later: pd.DataFrame, params: RivalParams, seed: int) -> pd.DataFrame:
    """Return the effects and orders of the rivals fitted on ``before``, as columns beside the model's."""
    matrix = rows.trial_matrix.reindex(columns=before.risk_matrix.columns).loc[later.index]
    found = fit_rivals(before, params, seed).effects(matrix, posts_left(rows, later).reindex(columns=matrix.columns))
    return found.rename(columns=lambda name: f"{ORDER if name in LOCAL_METHODS else BESIDE}{name}")


def _challenge(lessons: Lessons, later: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the challenger's forecasts of ``later``; no column where there are too few moves for one."""
    try:
        challenger = fit_challenger(lessons, seed)
    except UsageError:
        return pd.DataFrame(index=later.index)
    return pd.DataFrame({f"{BESIDE}stack": challenge(challenger, later)}, index=later.index)


def _forecast(model: PairUplift, there: Standing, trials: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the forecasts of one day, the net value by which a run would choose, and the leniency known of both posts."""
    situation = model.situate(there.frames, there.ratings, there.posts)
    found = model.predict(situation, trials[["employee_id", "position_id"]])
    positions = there.known["positions"].drop_duplicates("position_id").set_index("position_id")
    weights = post_weights(positions, params.values)
    goal, origin = (trials[name].map(weights).fillna(0.0) for name in ("position_id", "origin_position_id"))
    leniency = {
        f"leniency_{side}": known_leniency(there.known, there.ratings, situation, trials[name])
        for side, name in (("here", "origin_position_id"), ("there", "position_id"))
    }
    recorded = {f"recorded_{end}": found["stay_outlook"] + found[f"realised_{end}"] for end in ("lower", "upper")}
    spread = _post_spread(model, situation, trials)
    return found[[*FORECAST, "grade"]].assign(
        net_value=net_value(found, goal, origin, params.values).net_value, post_spread=spread, **recorded, **leniency
    )


def _post_spread(model: PairUplift, situation: Situation, trials: pd.DataFrame) -> pd.Series:
    """Return, for movers, how far their forecast effects differ (SD) between the posts filled that day: what order can rest on."""
    moved = trials["moved"].to_numpy(dtype=bool)
    posts = np.sort(trials["position_id"].unique())
    posts = posts[:: len(posts) // MOST_POSTS + 1]
    people = trials.loc[moved, ["employee_id"]].drop_duplicates()
    pairs = people.merge(pd.DataFrame({"position_id": posts}), how="cross")
    spread = model.predict(situation, pairs)["uplift"].groupby(pairs["employee_id"].astype(str)).std()
    return trials["employee_id"].astype(str).map(spread).where(moved)


def _held_out_days(trials: pd.DataFrame, params: TrialRunParams) -> list[pd.Timestamp]:
    """Return the last decision days that together hold the wanted share of all movers, at most so many days."""
    movers = trials.loc[trials["moved"].astype(bool), "decision_on"].value_counts().sort_index(ascending=False)
    if movers.empty:
        raise TooLittleDataError(
            "No vacancy trial has a mover: nothing can be tried out. Bring more years of assignments.",
            "Tidak ada perpindahan untuk menguji model. Sertakan riwayat jabatan lebih banyak tahun.",
        )
    wanted = int((movers.cumsum() < params.share * movers.sum()).sum()) + 1
    return sorted(movers.index[: min(wanted, params.most_days)])
