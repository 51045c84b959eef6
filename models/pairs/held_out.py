"""What movers realised, against forecasts by models that saw neither them nor their outcome."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.mixed.level_panel import days
from models.mixed.person_blocks import Codes, Floats
from models.pairs.lessons import Forecasts, person_folds
from models.pairs.tree_stage import Columns, Lessons, Stage, StageParams, blended, fit_stage
from models.pairs.uncertainty import Realised, Scatter

SPLITS = 3
"""Random halvings of the persons; each gives two sets of trees, and everybody is out of one of them."""


@dataclass(frozen=True, slots=True)
class Classroom:
    """Lessons with the level model's forecasts; one row per risk row.

    ``person`` are codes, ``when`` the day of the decision, ``arrival`` codes of how the person came (stayers: any).
    """

    columns: Columns
    lessons: Lessons
    forecasts: Forecasts
    person: Codes
    when: Codes
    moved: NDArray[np.bool_]
    arrival: Codes
    assigned: NDArray[np.bool_]


def classroom(columns: Columns, lessons: Lessons, forecasts: Forecasts, risk: pd.DataFrame) -> Classroom:
    """Return the lessons of the rows of ``risk`` with what the calibration must know of each."""
    moved, arrival = risk["moved"].to_numpy(dtype=bool), risk["arrival"].astype("str")
    person = risk["employee_id"].cat.codes.to_numpy(dtype=np.int64)
    kind = np.asarray(pd.factorize(arrival, sort=True)[0], dtype=np.int64)
    assigned = moved & (arrival == "assigned").to_numpy(dtype=bool)
    return Classroom(columns, lessons, forecasts, person, days(risk["decision_on"]), moved, kind, assigned)


@dataclass(frozen=True, slots=True)
class _Movers:
    """Forecasts of all movers (m) by one set of trees fitted on half of the persons; ``unseen`` says whose half it was not."""

    stay: Floats
    post: Floats
    disagreement: Floats
    unseen: NDArray[np.bool_]


def mover_numbers(risk: pd.DataFrame, chosen: Codes) -> Codes:
    """Return the place of each chosen mover among all moved risk rows, which is its row of ``origin_matrix``."""
    moved = risk["moved"].to_numpy(dtype=bool)
    number = np.cumsum(moved) - 1
    return np.asarray(number[chosen[moved[chosen]]], dtype=np.int64)


def held_out_effects(room: Classroom, origins: Floats, params: StageParams, seed: int) -> Realised:
    """Return what every mover realised, from trees fitted on halves of the persons they were not in.

    Halves do two things at once. Each person is forecast by the trees of the other half (honest), and the effects' spread over
    halves estimates the sampling variance of trees fitted on all: the bootstrap by persons in its half-sampling form (McCarthy
    1969; Politis & Romano 1994), at half the cost of a refit per draw.

    ``origins`` are the movers' encoded columns with the post they left, in order.
    """
    movers = np.flatnonzero(room.moved)
    draws, seen_by, forecast = [], np.zeros(len(room.moved)), np.zeros(len(room.moved))
    for stage, rest in _halves(room, params, seed):
        draws.append(_both_sides(stage, room, movers, origins, rest[movers]))
        stayers = np.flatnonzero(rest & ~room.moved)
        forecast[stayers] += _forecast(stage, room, stayers)
        seen_by[stayers] += 1
    unseen = np.array([draw.unseen for draw in draws], dtype=np.float64)
    share = unseen / unseen.sum(axis=0)
    stay, post, between = (
        (share * np.array([getattr(draw, name) for draw in draws])).sum(axis=0) for name in ("stay", "post", "disagreement")
    )
    effects = np.array([draw.post - draw.stay for draw in draws])
    outcome, weight = room.lessons.outcome, room.lessons.weight[movers]
    stayed = np.flatnonzero(~room.moved & (seen_by > 0))
    error = outcome[stayed] - forecast[stayed] / seen_by[stayed]
    return Realised(
        gain=outcome[movers] - stay, raw=post - stay, variance=room.forecasts.spread[movers] + between, weight=weight,
        foreseen=room.forecasts.doubt[movers] + between, person=room.person[movers], when=room.when[movers],
        arrival=room.arrival[movers], assigned=room.assigned[movers],
        trees_variance=float(effects.var(axis=0, ddof=1).mean()) if len(movers) else 0.0,
        stayers=Scatter(error, room.forecasts.doubt[stayed], _like_movers(room, stayed), room.person[stayed], room.when[stayed]),
    )  # fmt: skip


def _halves(room: Classroom, params: StageParams, seed: int) -> Iterator[tuple[Stage, NDArray[np.bool_]]]:
    """Yield trees fitted on one half of the persons and which rows belong to the other."""
    for split in range(SPLITS):
        half = person_folds(room.person, 2, seed + split)
        for one in (0, 1):
            yield fit_stage(room.columns, room.lessons.take(half == one), params, seed), half != one


def _like_movers(room: Classroom, stayers: Codes) -> Floats:
    """Return stayers' weights such that each decision day weighs what it weighs among movers: ratings of some years are noisier."""
    days, day = np.unique(room.when, return_inverse=True)
    weight = room.lessons.weight[stayers]
    moved = np.bincount(day[room.moved], room.lessons.weight[room.moved], len(days))
    stayed = np.bincount(day[stayers], weight, len(days))
    return np.asarray(weight * (moved / np.maximum(stayed, 1e-12))[day[stayers]])


def _forecast(stage: Stage, room: Classroom, rows: Codes) -> Floats:
    core = room.forecasts.post[rows]
    return blended(core, *stage.predict(room.lessons.matrix[rows], core).T)


def _both_sides(stage: Stage, room: Classroom, movers: Codes, origins: Floats, unseen: NDArray[np.bool_]) -> _Movers:
    """Return the movers' forecasts of staying and of the post taken, and the variance between the three forecasts' effects."""
    here, there = room.forecasts.stay[movers], room.forecasts.post[movers]
    at_home, away = stage.predict(origins, here), stage.predict(room.lessons.matrix[movers], there)
    members = np.column_stack([there - here, there - here + away[:, 0] - at_home[:, 0], away[:, 1] - at_home[:, 1]])
    return _Movers(blended(here, *at_home.T), blended(there, *away.T), members.var(axis=1), unseen)
