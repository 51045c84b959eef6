"""Moves so far, and what the last one brought."""

import numpy as np
import pandas as pd

from features.families.context import Columns, Context, Floats
from features.sorting import last_of

RECENT_MONTHS = 60

NEEDS: tuple[str, ...] = ()


def employee_columns(context: Context) -> Columns:
    """Return the move columns of everybody in service."""
    moves = context.spells.loc[context.spells["moved"], ["employee_id", "start_on"]]
    person = context.place(moves["employee_id"])
    recent = context.months_since(moves["start_on"]) <= RECENT_MONTHS
    size = len(context.people)
    return {
        "move_n": np.bincount(person[person >= 0], minlength=size).astype(float),
        "move_n_5y": np.bincount(person[(person >= 0) & recent], minlength=size).astype(float),
        "move_last_gain": _last_gain(context, moves),
    }


def _last_gain(context: Context, moves: pd.DataFrame) -> Floats:
    """Return reliable mean after minus before the last move, shrunk to zero; NaN without ratings on both sides."""
    size = len(context.people)
    last = moves[last_of(moves["employee_id"].cat.codes.to_numpy())]
    place = context.place(last["employee_id"])
    moved_on = np.full(size, np.datetime64("NaT"), dtype="datetime64[us]")
    moved_on[place[place >= 0]] = last["start_on"].to_numpy()[place >= 0]
    scores = context.ratings.scores
    person = context.place(scores["employee_id"])
    known = person >= 0
    person, score = person[known], scores["score"].to_numpy()[known]
    weight = context.ratings.lasting_weight()[known]
    after = scores["period_start"].to_numpy()[known] >= moved_on[person]
    before = scores["period_end"].to_numpy()[known] < moved_on[person]
    means, masses = [], []
    for side in (after, before):
        mass = np.bincount(person[side], weight[side], size)
        means.append(np.bincount(person[side], (weight * score)[side], size) / np.maximum(mass, 1e-12))
        masses.append(mass)
    harmonic = masses[0] * masses[1] / np.maximum(masses[0] + masses[1], 1e-12)
    return np.where(harmonic > 0, (means[0] - means[1]) * harmonic / (harmonic + 1.0), np.nan)
