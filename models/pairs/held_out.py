"""What movers realised, against forecasts by models that saw neither them nor their outcome."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.mixed.level_panel import days
from models.mixed.person_blocks import Codes, Floats
from models.pairs.lessons import Forecasts, person_folds
from models.pairs.tree_stage import Columns, Lessons, StageParams, blended, fit_stage
from models.pairs.uncertainty import Realised, Scatter


@dataclass(frozen=True, slots=True)
class Classroom:
    """Lessons with the level model's forecasts; one row per risk row.

    ``person`` are codes, ``when`` the day of the decision, ``arrival`` codes of how the person came (stayers: any), ``noise`` the
    variance of a usual rating's noise in the year of the outcome.
    """

    columns: Columns
    lessons: Lessons
    forecasts: Forecasts
    person: Codes
    when: Codes
    moved: NDArray[np.bool_]
    arrival: Codes
    assigned: NDArray[np.bool_]
    noise: Floats


def classroom(columns: Columns, lessons: Lessons, forecasts: Forecasts, risk: pd.DataFrame, noise: Floats) -> Classroom:
    """Return the lessons of the rows of ``risk`` with what the calibration must know of each."""
    moved, arrival = risk["moved"].to_numpy(dtype=bool), risk["arrival"].astype("str")
    person = risk["employee_id"].cat.codes.to_numpy(dtype=np.int64)
    kind = np.asarray(pd.factorize(arrival, sort=True)[0], dtype=np.int64)
    assigned = moved & (arrival == "assigned").to_numpy(dtype=bool)
    return Classroom(columns, lessons, forecasts, person, days(risk["decision_on"]), moved, kind, assigned, noise)


def mover_numbers(risk: pd.DataFrame, chosen: Codes) -> Codes:
    """Return the place of each chosen mover among all moved risk rows, which is its row of ``origin_matrix``."""
    moved = risk["moved"].to_numpy(dtype=bool)
    number = np.cumsum(moved) - 1
    return np.asarray(number[chosen[moved[chosen]]], dtype=np.int64)


def held_out_effects(room: Classroom, origins: Floats, params: StageParams, seed: int) -> Realised:
    """Return what every mover realised beyond the outlook of staying, by trees fitted on the half of the persons they are not in.

    The raw effect is the level model's honest difference: the trees speak of the outlook alone.

    ``origins`` are the movers' encoded columns with the post they left, in order.
    """
    movers, stayers = np.flatnonzero(room.moved), np.flatnonzero(~room.moved)
    forecasts, outcome, weight = room.forecasts, room.lessons.outcome, room.lessons.weight
    matrix = room.lessons.matrix.copy()
    matrix[movers] = origins
    stay = _held_out(replace(room.lessons, matrix=matrix, core=forecasts.stay), room, params, seed)
    others = Scatter(
        (outcome - stay)[stayers], forecasts.doubt[stayers], room.noise[stayers], _like_movers(room, stayers), room.person[stayers],
        room.when[stayers],
    )  # fmt: skip
    return Realised(
        gain=(outcome - stay)[movers], raw=(forecasts.post - forecasts.stay)[movers], variance=forecasts.spread[movers],
        foreseen=forecasts.doubt[movers], noise=room.noise[movers], weight=weight[movers], person=room.person[movers],
        when=room.when[movers], arrival=room.arrival[movers], assigned=room.assigned[movers], stayers=others,
    )  # fmt: skip


def _held_out(asked: Lessons, room: Classroom, params: StageParams, seed: int) -> Floats:
    """Return the blended forecast of each row of ``asked`` by trees fitted on the lessons of the other half of the persons."""
    half, out = person_folds(room.person, 2, seed), np.empty(len(room.person))
    for one in (0, 1):
        stage = fit_stage(room.columns, room.lessons.take(half != one), params, seed)
        rows = asked.take(half == one)
        out[half == one] = blended(rows.core, *stage.predict(rows.matrix, rows.core).T)
    return out


def _like_movers(room: Classroom, stayers: Codes) -> Floats:
    """Return stayers' weights such that each decision day weighs what it weighs among movers: ratings of some years are noisier."""
    days, day = np.unique(room.when, return_inverse=True)
    weight = room.lessons.weight[stayers]
    moved = np.bincount(day[room.moved], room.lessons.weight[room.moved], len(days))
    stayed = np.bincount(day[stayers], weight, len(days))
    return np.asarray(weight * (moved / np.maximum(stayed, 1e-12))[day[stayers]])
