"""The truth beside the tables, and the true effect of any move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import COMPETENCIES
from simulation.careers import History
from simulation.catalogue import FAMILIES
from simulation.knobs import Knobs
from simulation.organisation import HIDDEN, Organisation
from simulation.people import DAYS_A_YEAR
from simulation.performance import TRAINING_LASTS_DAYS, Pairs, education_fit, match, staleness
from simulation.register import employee_ids
from simulation.service_record import position_ids, unit_ids

MIDDLE_DAYS = 380
"""Middle of months 7-18 after a move, in days: the day at which the expectation is taken."""

BAD_YEAR = 0.5
"""Setback against the own record (SD of perceived performance) from which a year counts as bad in ``moves.why``."""

_WHY = {"rotation": "by lot", "selected": "believed fit", "promotion": "record and believed fit",
        "functional": "preference", "disciplinary": "punishment"}  # fmt: skip
_TALENTS = [f"talent_{k}" for k in range(len(COMPETENCIES))]
_DEMANDS = [f"demand_{k}" for k in range(len(COMPETENCIES))]
_HIDDEN = [f"hidden_{k}" for k in range(HIDDEN)]
_FAMILIES = [f"family_{k}" for k in range(len(FAMILIES))]


def truth_tables(
    knobs: Knobs, organisation: Organisation, history: History, spells: pd.DataFrame, surges: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the truth frames: knobs, persons, raters, units, unit_years, positions, latent, spells, trainings, surges, moves."""
    people, units, posts = history.staff.people, organisation.units, organisation.posts
    emp, pos, uni = employee_ids(len(people)), position_ids(len(posts)), unit_ids(len(units))
    persons = pd.DataFrame({
        "employee_id": emp, "ability": people.ability, "growth": people.growth, "leadership": people.leadership,
        "education_field": people.education_field,
        **dict(zip(_TALENTS, people.talents.T, strict=True)), **dict(zip(_HIDDEN, people.hidden.T, strict=True)),
        **dict(zip(_FAMILIES, people.families.T, strict=True)),
    })  # fmt: skip
    positions = pd.DataFrame({
        "position_id": pos, "unit_id": uni[posts["unit"]], "family": posts["family"], "effect": posts["effect"],
        "leads": posts["leads"],
        **dict(zip(_DEMANDS, organisation.demand.T, strict=True)), **dict(zip(_HIDDEN, organisation.hidden.T, strict=True)),
    })  # fmt: skip
    unit_years = pd.concat([year.units for year in history.years], ignore_index=True)
    leader = unit_years["leader"].to_numpy()
    unit_years = unit_years.assign(unit_id=uni[unit_years["unit"]], leader=np.where(leader >= 0, emp[leader], None))
    latent = pd.concat([year.latent for year in history.years], ignore_index=True)
    latent = latent.assign(employee_id=emp[latent["person"]], position_id=pos[latent["post"]])
    courses = pd.concat(history.staff.courses, ignore_index=True)
    truth = {
        "knobs": pd.DataFrame([{name: getattr(knobs, name) for name in Knobs.__dataclass_fields__}]),
        "persons": persons,
        "raters": pd.DataFrame({"rater_id": emp, "leniency": people.leniency}),
        "units": pd.DataFrame({"unit_id": uni, "effect": units["effect"], "graded_by": uni[units["graded"]]}),
        "unit_years": unit_years[["unit_id", "year", "leader", "grade"]],
        "positions": positions,
        "latent": latent.drop(columns=["person", "post"])[["employee_id", "year", "position_id", *latent.columns[3:-2]]],
        "spells": pd.DataFrame({"employee_id": emp[spells["person"]], "position_id": pos[spells["post"]],
                                **{name: spells[name] for name in ("start", "end", "since")}}),
        "trainings": pd.DataFrame({"employee_id": emp[courses["person"]], "family": courses["family"], "on": courses["on"]}),
        "surges": surges,
    }  # fmt: skip
    return {**truth, "moves": _true_moves(truth, history, emp, pos)}


def _true_moves(
    truth: dict[str, pd.DataFrame], history: History, emp: NDArray[np.object_], pos: NDArray[np.object_]
) -> pd.DataFrame:
    columns = ["person", "from_post", "to_post", "start", "decided", "move_type", "last_setback", "same_desk"]
    moves = pd.concat(history.staff.moves, ignore_index=True) if history.staff.moves else pd.DataFrame(columns=columns)
    who, to = moves["person"].to_numpy(dtype=np.int64), moves["to_post"].to_numpy(dtype=np.int64)
    out = pd.DataFrame({
        "employee_id": emp[who], "from_position_id": pos[moves["from_post"].astype(int)], "position_id": pos[to],
        "start_on": pd.to_datetime(moves["start"]), "decided_on": pd.to_datetime(moves["decided"]),
        "move_type": moves["move_type"].astype(object), "last_setback": moves["last_setback"].astype(float),
        "same_desk": moves["same_desk"].astype(bool),
    })  # fmt: skip
    out["why"] = np.select(
        [out["same_desk"], out["move_type"] == "own_request"],
        ["higher grade", np.where(out["last_setback"] > BAD_YEAR, "preference after a bad year", "preference")],
        out["move_type"].map(_WHY),
    )
    ledger = _ledger(truth)
    effects = np.full((len(out), 2), np.nan)
    for start, rows in out.groupby("start_on").indices.items():
        effects[rows] = np.stack(_outlooks(ledger, who[rows], to[rows], pd.Timestamp(start) - pd.Timedelta(days=1)), axis=1)
    out = out.assign(stay=effects[:, 0], in_post=effects[:, 1], tau=effects[:, 1] - effects[:, 0])
    return out.sort_values(["start_on", "employee_id"], kind="stable", ignore_index=True)


def true_uplift(
    truth: dict[str, pd.DataFrame],
    employee_ids: Sequence[str] | NDArray[Any],
    position_ids: Sequence[str] | NDArray[Any],
    on: pd.Timestamp | str,
) -> pd.DataFrame:
    """Return true expected performance over months 7-18 after ``on`` if staying and if moved there, for any pairs.

    The expectation is over what is still open on ``on`` (future good and bad years); everything else is known: it is the
    truth an estimator is scored against. The person is taken as *assigned*; the transition dip is over by then. The head of
    each unit is taken as the one of ``on``.

    Parameters
    ----------
    truth
        ``City.truth``.
    employee_ids, position_ids
        Equal lengths, pairs row by row.
    on
        Day on which the move would start.

    Returns
    -------
    DataFrame
        stay, in_post, tau = in_post - stay (SD of latent performance), RangeIndex in the order of the pairs; NaN for people
        who hold no definitive post on ``on``.

    Raises
    ------
    KeyError
        An employee or position is not of this city.
    """
    who = pd.Index(truth["persons"]["employee_id"]).get_indexer(np.asarray(employee_ids, dtype=object))
    post = pd.Index(truth["positions"]["position_id"]).get_indexer(np.asarray(position_ids, dtype=object))
    if (who < 0).any() or (post < 0).any():
        raise KeyError(f"{int((who < 0).sum())} employees and {int((post < 0).sum())} positions are not of this city")
    stay, there = _outlooks(_ledger(truth), who, post, pd.Timestamp(on))
    return pd.DataFrame({"stay": stay, "in_post": there, "tau": there - stay})


@dataclass(frozen=True)
class _Ledger:
    """The truth frames as arrays over person, post and unit numbers, made once for many days."""

    knobs: Knobs
    persons: dict[str, NDArray[Any]]
    positions: dict[str, NDArray[Any]]
    unit_effect: NDArray[np.float64]
    spells: dict[str, NDArray[Any]]
    courses: dict[str, NDArray[Any]]
    shocks: NDArray[np.float64]


def _ledger(truth: dict[str, pd.DataFrame]) -> _Ledger:
    persons, positions, spells, courses = (truth[name] for name in ("persons", "positions", "spells", "trainings"))
    knobs = Knobs(**{str(name): column.item() for name, column in truth["knobs"].items()})
    employee, position = pd.Index(persons["employee_id"]), pd.Index(positions["position_id"])
    latent = truth["latent"]
    shocks = np.zeros((len(persons), knobs.years + 1))  # the last column stays zero: no year known
    shocks[employee.get_indexer(latent["employee_id"]), latent["year"] - knobs.first_year] = latent["shock"]
    return _Ledger(
        knobs,
        {"ability": persons["ability"].to_numpy(), "growth": persons["growth"].to_numpy(),
         "leadership": persons["leadership"].to_numpy(), "education_field": persons["education_field"].to_numpy(),
         "talents": persons[_TALENTS].to_numpy(), "hidden": persons[_HIDDEN].to_numpy(), "families": persons[_FAMILIES].to_numpy()},
        {"family": positions["family"].to_numpy(), "effect": positions["effect"].to_numpy(),
         "leads": positions["leads"].to_numpy(dtype=bool), "demand": positions[_DEMANDS].to_numpy(),
         "hidden": positions[_HIDDEN].to_numpy(), "unit": pd.Index(truth["units"]["unit_id"]).get_indexer(positions["unit_id"])},
        truth["units"]["effect"].to_numpy(),
        {"who": employee.get_indexer(spells["employee_id"]), "post": position.get_indexer(spells["position_id"]),
         **{name: spells[name].to_numpy().astype("datetime64[D]") for name in ("start", "end", "since")}},
        {"who": employee.get_indexer(courses["employee_id"]), "family": courses["family"].to_numpy(dtype=np.int64),
         "on": courses["on"].to_numpy().astype("datetime64[D]")},
        shocks,
    )  # fmt: skip


def _outlooks(
    ledger: _Ledger, who: NDArray[np.int64], post: NDArray[np.int64], on: pd.Timestamp
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return expected performance in the middle of the window if staying, and in ``post``; NaN for people out of service."""
    day = np.datetime64(on.date(), "D")
    current, since = _posts_on(ledger, day)
    own = current[who]
    level = _person_level(ledger, who, on)
    fresh = np.full(len(who), MIDDLE_DAYS / DAYS_A_YEAR)
    held = (day - since[who]) / np.timedelta64(1, "D") / DAYS_A_YEAR + fresh
    around = (_experience(ledger, day), _leaders(ledger, current), _trained(ledger, day))
    stay = level + _in_post(ledger, who, own, around) + staleness(ledger.knobs, held)
    there = level + _in_post(ledger, who, post, around) + staleness(ledger.knobs, np.where(post == own, held, fresh))
    return np.where(own >= 0, stay, np.nan), np.where(own >= 0, there, np.nan)


def _posts_on(ledger: _Ledger, day: np.datetime64) -> tuple[NDArray[np.int64], NDArray[np.datetime64]]:
    """Return for every person the post held on ``day`` (-1: none) and since when."""
    spells = ledger.spells
    on = (spells["start"] <= day) & ~(spells["end"] < day)
    post = np.full(len(ledger.shocks), -1)
    since = np.full(len(ledger.shocks), np.datetime64("NaT", "D"))
    post[spells["who"][on]], since[spells["who"][on]] = spells["post"][on], spells["since"][on]
    return post, since


def _person_level(ledger: _Ledger, who: NDArray[np.int64], on: pd.Timestamp) -> NDArray[np.float64]:
    """Return ability, growth to the middle of the window, and what remains of the last finished year's disturbance."""
    knobs, middle = ledger.knobs, on + pd.Timedelta(days=MIDDLE_DAYS)
    years = middle.year + middle.day_of_year / DAYS_A_YEAR - 0.5 - knobs.first_year
    past = on.year - 1 - knobs.first_year
    gap = (middle - pd.Timestamp(on.year - 1, 7, 1)).days / DAYS_A_YEAR
    shock = ledger.shocks[who, past if 0 <= past < knobs.years else -1]
    return np.asarray(ledger.persons["ability"][who] + ledger.persons["growth"][who] * years + shock * knobs.shock_memory**gap)


def _in_post(
    ledger: _Ledger, who: NDArray[np.int64], post: NDArray[np.int64], around: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
) -> NDArray[np.float64]:
    """Return match, unit, position, leader and training parts of (person, post) in the middle of the window."""
    persons, positions, knobs = ledger.persons, ledger.positions, ledger.knobs
    experience, leaders, trained = around
    family, unit = positions["family"][post], positions["unit"][post]
    sides = Pairs(
        fit=education_fit(persons["education_field"][who], family),
        experience=experience[who, family] + MIDDLE_DAYS / DAYS_A_YEAR,
        talents=persons["talents"][who], demand=positions["demand"][post],
        own_hidden=persons["hidden"][who], hidden=positions["hidden"][post], family=persons["families"][who, family],
    )  # fmt: skip
    led = knobs.leader_sd * leaders[unit] * ~positions["leads"][post]
    lasting = ledger.unit_effect[unit] + positions["effect"][post]
    return np.asarray(match(knobs, sides) + lasting + led + knobs.training_effect * trained[who, family])


def _leaders(ledger: _Ledger, current: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the leadership of every unit's head (0: vacant or none)."""
    heads = np.flatnonzero((current >= 0) & ledger.positions["leads"][current])
    out = np.zeros(len(ledger.unit_effect))
    out[ledger.positions["unit"][current[heads]]] = ledger.persons["leadership"][heads]
    return out


def _experience(ledger: _Ledger, day: np.datetime64) -> NDArray[np.float64]:
    """Return years of experience on ``day``, people x families."""
    spells = ledger.spells
    past = spells["start"] < day
    until = np.fmin(spells["end"][past], day)  # fmin: an open end (NaT) counts as the day
    years = (until - spells["start"][past]) / np.timedelta64(1, "D") / DAYS_A_YEAR
    out = np.zeros((len(ledger.shocks), len(FAMILIES)))
    np.add.at(out, (spells["who"][past], ledger.positions["family"][spells["post"][past]]), years)
    return out


def _trained(ledger: _Ledger, day: np.datetime64) -> NDArray[np.bool_]:
    """Return whose technical courses still work in the middle of the window, people x families."""
    courses = ledger.courses
    live = (courses["on"] <= day) & (courses["on"] >= day + MIDDLE_DAYS - TRAINING_LASTS_DAYS)
    out = np.zeros((len(ledger.shocks), len(FAMILIES)), dtype=bool)
    out[courses["who"][live], courses["family"][live]] = True
    return out
