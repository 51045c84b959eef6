"""What the trees and the calibration learn from: risk rows with the level model's honest forecast of each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.trials import TrainingRows
from models.mixed.fit_columns import FIT_COLUMNS, FitColumns, nearest
from models.mixed.level_panel import ARRIVALS, Record, days
from models.mixed.person_blocks import Codes, Floats
from models.pairs.core import Core, Decision, arriving, staying, without


@dataclass(frozen=True, slots=True)
class Forecasts:
    """The level model's forecasts of risk rows, each made without the person's fold and from ratings known at the decision.

    ``stay`` and ``post`` are neutral forecasts of staying and of the post held over the window (equal for stayers), ``spread``
    the posterior variance of their difference and ``doubt`` that of ``post`` itself, position effects included.
    """

    stay: Floats
    post: Floats
    spread: Floats
    doubt: Floats
    unit_changed: NDArray[np.bool_]


def chosen_rows(risk: pd.DataFrame, most: int, seed: int) -> Codes:
    """Return the places of risk rows to learn from: every mover, and stayers drawn at random up to ``most`` rows in all."""
    usable = (risk["outcome"].notna() & (risk["outcome_weight"] > 0)).to_numpy(dtype=bool)
    moved = risk["moved"].to_numpy(dtype=bool)
    movers, stayers = np.flatnonzero(usable & moved), np.flatnonzero(usable & ~moved)
    room = max(most - len(movers), 0)
    if len(stayers) > room:
        stayers = np.random.default_rng(seed).choice(stayers, room, replace=False)
    return np.sort(np.r_[movers, stayers]).astype(np.int64)


def person_folds(employee: Codes, folds: int, seed: int) -> Codes:
    """Return a fold per row, the same for all rows of a person, by a random order of the persons."""
    people, place = np.unique(employee, return_inverse=True)
    return np.asarray(np.random.default_rng(seed).permutation(len(people))[place] % folds, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fit explains of staying and of the post held, one entry per risk row (SD)."""

    stay: Floats
    post: Floats


def forecast(core: Core, risk: pd.DataFrame, fitting: Fitting, folds: int, seed: int) -> Forecasts:
    """Return forecasts of ``risk``.

    A row's effects of posts, units and careers come from the other folds, so that no forecast has seen its own outcome.
    """
    employee = risk["employee_id"].cat.codes.to_numpy(dtype=np.int64)
    everybody = np.r_[core.panel.employee, employee]
    fold = person_folds(everybody, folds, seed)
    of_panel, of_risk = fold[: len(core.panel.employee)], fold[len(core.panel.employee) :]
    stay, post, spread, doubt, changed = (np.zeros(len(risk)) for _ in range(5))
    for one in range(folds):
        mine = np.flatnonzero(of_risk == one)
        found = _forecast(without(core, of_panel == one), risk.iloc[mine], employee[mine])
        stay[mine], post[mine], spread[mine], doubt[mine], changed[mine] = found
    return Forecasts(stay + fitting.stay, post + fitting.post, spread, doubt, changed > 0)


def own_posts(rows: TrainingRows) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return each risk row with the post held at the decision: employee_id, position_id, decision_on; and its fit columns."""
    names = [name for name in FIT_COLUMNS if name in rows.risk_matrix.columns]
    moved = rows.risk["moved"].to_numpy(dtype=bool)
    columns = ["employee_id", "origin_position_id", "decision_on"]
    seats = pd.concat([rows.risk.loc[~moved, columns], rows.risk.loc[moved, columns]])
    matrix = pd.concat([rows.risk_matrix.loc[~moved, names], rows.origin_matrix[names].set_axis(rows.risk.index[moved])])
    return seats.rename(columns={"origin_position_id": "position_id"}).sort_index(), matrix.sort_index()


def panel_fit_columns(record: Record, rows: TrainingRows, fit: FitColumns) -> Floats:
    """Return the fit columns (n, k) of every rated row, from the risk row of the same person and post nearest in time.

    Rows without one count as average (zero).
    """
    seats, own = own_posts(rows)
    arrived = rows.risk["moved"].to_numpy(dtype=bool)
    held = pd.concat([seats, rows.risk.loc[arrived, ["employee_id", "position_id", "decision_on"]]])
    size = len(record.posts.positions) + 1
    group = held["employee_id"].cat.codes.to_numpy(dtype=np.int64) * size + record.posts.code(held["position_id"])
    matrix = pd.concat([own, rows.risk_matrix.loc[arrived, own.columns]])
    encoded = fit.encode_filled(matrix, group, days(held["decision_on"]))
    wanted = record.panel.employee * size + record.panel.design.crossed[:, 0]
    middle = np.round((record.panel.rows.time - 1970.0) * 365.25).astype(np.int64)
    at, known = nearest((group, days(held["decision_on"])), (wanted, middle))
    return np.where(known[:, None], encoded[at], 0.0)


def _forecast(core: Core, risk: pd.DataFrame, employee: Codes) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    moved = risk["moved"].to_numpy(dtype=bool)
    decision = Decision(employee, days(risk["decision_on"]), days(risk["outcome_on"]))
    origin, held = core.posts.code(risk["origin_position_id"]), core.posts.code(risk["position_id"])
    here = staying(core, decision, origin)
    arrival = np.maximum(pd.Index(ARRIVALS).get_indexer(pd.Index(risk["arrival"].astype("str"))), 0).astype(np.int64)
    there = arriving(core, decision, held, arrival)
    found = core.outlook(employee, decision.day, [here, there])
    own = found.parts.sum(axis=2)
    (effect, doubt_here), (effect_there, doubt_there) = core.position_effect(origin), core.position_effect(held)
    stay = own[:, 0] + effect + core.fixed_terms(here).sum(axis=1)
    post = own[:, 1] + effect_there + core.fixed_terms(there).sum(axis=1)
    joint = found.covariance
    spread = joint[:, 0, 0] + joint[:, 1, 1] - 2 * joint[:, 0, 1] + np.where(origin == held, 0.0, doubt_here + doubt_there)
    spread += core.settings.shared_doubt
    doubt = np.where(moved, joint[:, 1, 1] + doubt_there + core.settings.shared_doubt, joint[:, 0, 0] + doubt_here)
    return stay, np.where(moved, post, stay), np.where(moved, spread, 0.0), doubt, (here.unit != there.unit) & moved


def usual_horizon(risk: pd.DataFrame, default: int) -> int:
    """Return the median days from decision to outcome among movers, ``default`` where nobody moved."""
    ahead = (risk["outcome_on"] - risk["decision_on"])[risk["moved"].to_numpy(dtype=bool)].dt.days
    return int(ahead.median()) if ahead.notna().any() else default
