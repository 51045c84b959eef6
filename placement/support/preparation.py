"""Support of a whole wave before its start: who trains what and when, who mentors whom, what is handed over, when each begins."""

import json
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from features.tables import Tables
from placement.support.hand_over import checklists
from placement.support.mentors import MentorParams, mentors
from placement.support.readiness import readiness
from placement.support.training import (
    SYSTEM,
    TrainingParams,
    calendar,
    gaps_of,
    offerings,
    seated,
    trained_on,
    wanted_courses,
)
from placement.wave.phases import PhaseParams, phased
from rules.facts import Facts


@dataclass(frozen=True, slots=True)
class AdaptationParams:
    """Months in which a newcomer is met with patience: ``base``, more for a new family, a managerial step, gaps; at most ``most``.

    Ratings of the first six months after a move are no outcome anywhere in this program.
    """

    base: int = 3
    new_family: int = 1
    step_up: int = 1
    gap: int = 1
    most: int = 6


@dataclass(frozen=True, slots=True)
class SupportParams:
    """How a wave is prepared."""

    training: TrainingParams = field(default_factory=TrainingParams)
    mentors: MentorParams = field(default_factory=MentorParams)
    phases: PhaseParams = field(default_factory=PhaseParams)
    adaptation: AdaptationParams = field(default_factory=AdaptationParams)


@dataclass(frozen=True)
class Preparation:
    """``support``, ``readiness`` (one row per move, keyed by employee_id and to_position), ``calendar`` (one per course offering).

    ``phases`` (index of the moves): ready_on, start_on, phase. ``readiness`` is for those who support people, and for nobody else.
    """

    support: pd.DataFrame
    readiness: pd.DataFrame
    calendar: pd.DataFrame
    phases: pd.DataFrame


def prepare(
    known: Tables, facts: Facts, held: pd.DataFrame, moves: pd.DataFrame, params: SupportParams
) -> Preparation:  # fmt: skip
    """Return how the moves of a plan are prepared.

    Parameters
    ----------
    held
        `placement.staffing.departures.departures`.
    moves
        The plan: employee_id (of ``facts.employees``), from_position, to_position, chain, step, swap; a RangeIndex.
    """
    gaps = gaps_of(known, facts, moves)
    on_offer = offerings(known, facts.as_of)
    places = seated(wanted_courses(known, facts, moves, gaps, params.training), on_offer)
    until = facts.effective_on + pd.Timedelta(days=params.training.latest_days)
    phases = phased(moves, trained_on(places, on_offer, moves, until), facts, params.phases)
    serving = pd.Index(known.get("service_demand")["unit_id"].dropna().unique())
    key = moves[["employee_id", "to_position"]]
    support = key.join(phases).join(_training(places, on_offer, gaps, phases)).join(
        mentors(facts, held, moves, gaps, params.mentors)
    )  # fmt: skip
    support = support.join(_adaptation(facts, moves, gaps, params.adaptation)).join(checklists(facts, moves, serving))
    return Preparation(support, key.join(readiness(known, facts, moves)), calendar(places, on_offer, facts, moves), phases)


def _training(places: pd.DataFrame, on_offer: pd.DataFrame, gaps: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    """Return per move its gaps and courses as JSON, the hours in all, the deadline, and what waits for a seat or is not taught."""
    courses = places.join(on_offer[["course", "unit_id", "hours", "start_on", "finish_on"]], on="offering")
    start = phases["start_on"]
    courses["before_start"] = courses["seat"] & (courses["finish_on"] < start.reindex(courses["move"]).to_numpy())
    told = pd.DataFrame({
        "course": courses["course"], "competency": courses["competency"].replace(SYSTEM, None), "unit_id": courses["unit_id"],
        "hours": courses["hours"], "start_on": courses["start_on"].dt.strftime("%Y-%m-%d"),
        "finish_on": courses["finish_on"].dt.strftime("%Y-%m-%d"), "seat": courses["seat"], "before_start": courses["before_start"],
    })  # fmt: skip
    open_gaps = gaps.merge(places[["move", "competency"]].drop_duplicates(), on=["move", "competency"], how="left", indicator=True)
    index = phases.index
    number = {
        "gap_levels": gaps.groupby("move")["gap"].sum(), "training_hours": courses["hours"].groupby(courses["move"]).sum(),
    }  # fmt: skip
    count = {
        "waiting": (~courses["seat"]).groupby(courses["move"]).sum(),
        "after_start": (courses["seat"] & ~courses["before_start"]).groupby(courses["move"]).sum(),
        "not_taught": open_gaps["_merge"].eq("left_only").groupby(open_gaps["move"]).sum(),
    }
    return pd.DataFrame({
        "gaps": _json(gaps[["competency", "level", "required", "gap"]], gaps["move"], index),
        "trainings": _json(told, courses["move"], index),
        **{name: values.reindex(index).fillna(0.0).astype("float64") for name, values in number.items()},
        **{name: values.reindex(index).fillna(0).astype("int64") for name, values in count.items()},
        "deadline": start - pd.Timedelta(days=1),
    }, index=index)  # fmt: skip


def _json(rows: pd.DataFrame, move: pd.Series, index: pd.Index) -> pd.Series:
    plain = rows.astype(object).where(rows.notna(), None).to_dict("records")
    lists: dict[object, list[object]] = {label: [] for label in index}
    for label, row in zip(move, plain, strict=True):
        lists[label].append(row)
    return pd.Series([json.dumps(lists[label], ensure_ascii=False) for label in index], index=index, dtype="str")


def _adaptation(facts: Facts, moves: pd.DataFrame, gaps: pd.DataFrame, params: AdaptationParams) -> pd.DataFrame:
    """Return ``adaptation_months`` of every move."""
    left, entered = (facts.positions.reindex(moves[name])[["job_family", "level"]] for name in ("from_position", "to_position"))
    new = left["job_family"].astype(object).to_numpy() != entered["job_family"].astype(object).to_numpy()
    up = entered["level"].to_numpy(dtype=np.float64) // 10 > left["level"].to_numpy(dtype=np.float64) // 10
    short = moves.index.isin(gaps["move"])
    months = params.base + params.new_family * new + params.step_up * up + params.gap * short
    return pd.DataFrame({"adaptation_months": np.minimum(months, params.most).astype(np.int64)}, index=moves.index)
