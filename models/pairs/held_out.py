"""What movers realised, against forecasts by models that saw neither them nor their outcome."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.mixed.person_blocks import Codes, Floats
from models.pairs.core import CoreSettings
from models.pairs.lessons import Forecasts
from models.pairs.tree_stage import Columns, Lessons, Stage, StageParams, blended, fit_stage
from models.pairs.uncertainty import Realised


@dataclass(frozen=True, slots=True)
class Classroom:
    """Lessons with the level model's forecasts, the person fold, whether the person moved and was assigned; one row each."""

    columns: Columns
    lessons: Lessons
    forecasts: Forecasts
    fold: Codes
    moved: NDArray[np.bool_]
    assigned: NDArray[np.bool_]


def mover_numbers(risk: pd.DataFrame, chosen: Codes) -> Codes:
    """Return the place of each chosen mover among all moved risk rows, which is its row of ``origin_matrix``."""
    moved = risk["moved"].to_numpy(dtype=bool)
    number = np.cumsum(moved) - 1
    return np.asarray(number[chosen[moved[chosen]]], dtype=np.int64)


def held_out_effects(room: Classroom, origins: Floats, settings: CoreSettings, params: StageParams, seed: int) -> Realised:
    """Return what every mover who was *assigned* realised, from trees fitted on the other folds of persons.

    Who asked for a post or was chosen for it has reasons the record does not show: on invented cities their realised effects
    rise only half as fast as forecast ones while the true effects do not. Assigned movers are the anchor.

    ``origins`` are the movers' encoded columns with the post they left, in order.
    """
    gain, raw, variance = (np.zeros(int(room.moved.sum())) for _ in range(3))
    squares = np.zeros(len(room.moved))
    number = np.cumsum(room.moved) - 1
    for one in np.unique(room.fold):
        stage = fit_stage(room.columns, room.lessons.take(room.fold != one), params, seed)
        mine = np.flatnonzero((room.fold == one) & room.moved)
        stay, post, spread = _both_sides(stage, room, mine, origins[number[mine]])
        outcome = room.lessons.outcome[mine]
        gain[number[mine]], raw[number[mine]], variance[number[mine]] = outcome - stay, post - stay, spread
        others = np.flatnonzero((room.fold == one) & ~room.moved)
        squares[others] = (room.lessons.outcome[others] - _forecast(stage, room, others)) ** 2
    unknown = 2 * settings.unit_variance * room.forecasts.unit_changed[room.moved]
    weight = room.lessons.weight
    stayers = float(np.average(squares[~room.moved], weights=weight[~room.moved])) if (~room.moved).any() else 0.0
    anchor = room.assigned[room.moved]
    return Realised(gain[anchor], raw[anchor], (variance + unknown)[anchor], weight[room.moved][anchor], stayers)


def _forecast(stage: Stage, room: Classroom, rows: Codes) -> Floats:
    core = room.forecasts.post[rows]
    return blended(core, *stage.predict(room.lessons.matrix[rows], core).T)


def _both_sides(stage: Stage, room: Classroom, movers: Codes, origins: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the movers' forecasts of staying and of the post taken, and the variance of their difference."""
    here, there = room.forecasts.stay[movers], room.forecasts.post[movers]
    at_home, away = stage.predict(origins, here), stage.predict(room.lessons.matrix[movers], there)
    members = np.column_stack([there - here, there - here + away[:, 0] - at_home[:, 0], away[:, 1] - at_home[:, 1]])
    spread = room.forecasts.spread[movers] + members.var(axis=1)
    return blended(here, *at_home.T), blended(there, *away.T), spread
