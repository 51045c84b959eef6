"""What people say before and after: survey answers of movers against matched stayers, feedback, reliability, non-response.

Whoever is discontent answers less. Answers count by the inverse of the chance that a person with that record answers, so that those
who did stand for those who did not and look like them. Answers are on a scale of 1 to 5.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.effects.circumstances import told
from evaluation.effects.matched import Effect, odds_of, two_way_error
from evaluation.effects.panel import Array, Panel
from evaluation.effects.study import Study
from evaluation.effects.vocabulary import COMMUNICATION, FIT, MOTIVATION, NETWORK, SATISFACTION, SUPERIOR, SUPPORT, WORKLOAD, named
from features.tables import Tables

SURVEYED: dict[str, tuple[str, ...]] = {
    "satisfaction": SATISFACTION, "motivation": MOTIVATION, "superior": SUPERIOR, "workload": WORKLOAD,
}  # fmt: skip
"""Outcomes of a survey of everybody, by year."""
FED_BACK: dict[str, tuple[str, ...]] = {"communication": COMMUNICATION, "network": NETWORK, "fit": FIT, "support": SUPPORT}
"""What moved people are asked some months later."""
LEAST_CHANCE = 0.05
"""A person less likely to answer counts as this likely: nobody stands for more than twenty."""
NEUTRAL = 3.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Weighted mean answers of movers before and after the move, and of the stayers compared with them."""

    before: Effect
    after: Effect
    stayers_after: Effect


def answers(panel: Panel, known: Tables, vocabulary: tuple[str, ...]) -> Array:
    """Return everybody's mean answer (1-5) to the survey items of ``vocabulary`` by year (n, T), NaN where none."""
    rows = known.get("surveys")
    rows = rows[named(rows["item"], vocabulary)].dropna(subset=["answer"])
    year = rows["date"].dt.year - panel.years[0]
    inside = ((year >= 0) & (year < len(panel.years))).to_numpy()
    cell = rows["employee_id"].cat.codes.to_numpy(dtype=np.int64)[inside] * len(panel.years) + year.to_numpy()[inside]
    size = panel.score.size
    count = np.bincount(cell, minlength=size)
    total = np.bincount(cell, rows["answer"].to_numpy(dtype=np.float64)[inside], size)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).reshape(panel.score.shape)


def surveyed(study: Study, said: Array) -> tuple[Effect, Levels]:
    """Return the effect of a move on an answer a year later, and the levels behind it.

    Matched as ratings are, on the answer before as well (one's own where given); non-response weighed out.
    """
    sets, panel = study.sets, study.panel
    after, before = (panel.at(said, sets.person, year) for year in (sets.outcome, sets.last))
    held = np.isin(sets.outcome, panel.years[np.isfinite(said).any(axis=0)])
    moved = sets.moved
    weight = np.ones(len(after))
    if held.any():
        columns = np.column_stack([sets.columns(), np.nan_to_num(before - NEUTRAL), np.isnan(before), moved])
        weight[held] = response_weight(np.isfinite(after[held]), sets.code[held], columns[held])
    beside = np.column_stack([np.nan_to_num(before - NEUTRAL), np.isnan(before)])
    found = study.matched(after, beside, weight)
    movers = (moved > 0) & found.usable
    stayers = np.where(moved > 0, 0.0, found.odds)
    levels = Levels(
        _mean(before, (movers & np.isfinite(before)).astype(np.float64), sets.person), _mean(after, movers * weight, sets.person),
        _mean(after, stayers, sets.person),
    )  # fmt: skip
    return found.effect(), levels


def response_weight(answered: np.ndarray, group: np.ndarray, columns: Array) -> Array:
    """Return for every row the inverse of its chance to answer, from a logit on its record."""
    if answered.all() or not answered.any():
        return np.ones(len(answered))
    spread = columns.std(axis=0)
    scaled = (columns - columns.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    odds = odds_of(answered.astype(np.float64), group.astype(np.int64), scaled)
    return np.asarray(1.0 / np.clip(odds / (1.0 + odds), LEAST_CHANCE, 1.0))


def fed_back(study: Study, vocabulary: tuple[str, ...]) -> Effect:
    """Return movers' mean answer to feedback items, non-response weighed out by the record before the move."""
    sets = study.sets
    movers = sets.move >= 0
    answer = told(study.panel.moves, study.known, vocabulary)[sets.move[movers]]
    if not np.isfinite(answer).any():
        return Effect(float("nan"), float("nan"), 0, 0)
    record = np.column_stack([sets.history[movers], sets.place[movers][:, :2]])
    weight = response_weight(np.isfinite(answer), np.zeros(len(answer), dtype=np.int64), record)
    return _mean(answer, weight, sets.person[movers])


def _mean(value: Array, weight: Array, person: np.ndarray) -> Effect:
    rows = np.isfinite(value) & (weight > 0)
    count = int(rows.sum())
    if count < 2:
        return Effect(float("nan"), float("nan"), count, 0)
    share = weight[rows] / weight[rows].sum()
    mean = float(share @ value[rows])
    code = person[rows].astype(np.int64)
    return Effect(mean, two_way_error(share * (value[rows] - mean), code, code)[0], count, 0)


def reliability(rows: pd.DataFrame) -> tuple[float, int, int]:
    """Return Cronbach's alpha over all items of a survey, the number of complete answers, and of items.

    ``rows``: employee_id, date, item, answer. Cronbach (1951); NaN with fewer than two items or varying answers.
    """
    wide = rows.pivot_table(index=["employee_id", "date"], columns="item", values="answer", aggfunc="mean", observed=True).dropna()
    items = wide.shape[1]
    total = float(wide.sum(axis=1).var()) if len(wide) > 1 else 0.0
    if items < 2 or not total > 0:
        return float("nan"), len(wide), items
    return float(items / (items - 1) * (1 - wide.var().sum() / total)), len(wide), items
