"""Courses before a move: competency gaps and the systems of the unit entered, matched to the catalogue, seat by seat."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.tables import Tables
from placement.beside import competency_gaps
from rules.facts import Facts
from rules.identifiers import plain

JP_A_DAY = 8.0
"""Training hours (jam pelajaran) of a full course day."""
SYSTEM = ""
"""``competency`` of a course on the systems of a unit."""


@dataclass(frozen=True, slots=True)
class TrainingParams:
    """Which courses fit before a move.

    ``longest_hours``: longer courses are careers of their own (leadership training) and no preparation for one move.
    ``latest_days``: a course that ends later than so many days after ``effective_on`` does not hold a move up; it is taken after
    the start, in the months of adaptation.
    """

    longest_hours: float = 100.0
    latest_days: int = 92


def gaps_of(known: Tables, facts: Facts, moves: pd.DataFrame) -> pd.DataFrame:
    """Return the competency gaps of every move: ``move`` (label of ``moves``), competency, level, required, gap (above zero)."""
    pairs = moves.rename(columns={"to_position": "position_id"})[["employee_id", "position_id"]]
    gaps = competency_gaps(known, facts, pairs).rename(columns={"pair": "move"})
    return gaps[gaps["gap"] > 0].sort_values(["move", "gap", "competency"], ascending=[True, False, True], ignore_index=True)


def offerings(known: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return courses still ahead, the soonest over first: course, competency, unit_id, hours, seats, start_on, finish_on."""
    rows = known.get("trainings_catalogue")
    rows = rows[rows["start_on"] > as_of]
    days = np.maximum(np.ceil(rows["hours"].fillna(JP_A_DAY).to_numpy(dtype=np.float64) / JP_A_DAY), 1).astype(np.int64)
    finish = np.busday_offset(rows["start_on"].to_numpy().astype("datetime64[D]"), days - 1, roll="forward")
    finish_on = pd.Series(finish, index=rows.index).astype("datetime64[us]")
    listed = rows.assign(finish_on=finish_on, competency=rows["competency"].fillna(SYSTEM))
    listed = listed.sort_values(["finish_on", "hours", "course"], kind="stable", ignore_index=True)
    return listed[["course", "competency", "unit_id", "hours", "seats", "start_on", "finish_on"]]


def wanted_courses(
    known: Tables, facts: Facts, moves: pd.DataFrame, gaps: pd.DataFrame, params: TrainingParams
) -> pd.DataFrame:  # fmt: skip
    """Return which course would serve which move: move, offering (row of `offerings`), competency, gap.

    One row per move, competency short of its standard, and offering that builds it; and per move and offering on the systems of
    the unit entered, or of a unit above it, that the person has not taken part in yet.
    """
    on_offer = offerings(known, facts.as_of)
    short = on_offer[on_offer["hours"].fillna(0) <= params.longest_hours].rename_axis("offering").reset_index()
    building = short[short["unit_id"].isna() & short["competency"].ne(SYSTEM)]
    for_gaps = gaps[["move", "competency", "gap"]].merge(building[["competency", "offering"]], on="competency")
    return pd.concat([for_gaps, _systems(known, facts, moves, short)], ignore_index=True)


def _systems(known: Tables, facts: Facts, moves: pd.DataFrame, short: pd.DataFrame) -> pd.DataFrame:
    posts = facts.positions.reindex(moves["to_position"])
    held = facts.employees.set_axis(pd.Index(plain(facts.employees.index))).reindex(plain(moves["employee_id"]))
    levels = ("unit_id", "parent_unit_id", "agency_id")
    of_unit = pd.concat([pd.DataFrame({"move": moves.index, "unit_id": posts[name].to_numpy()}) for name in levels])
    of_systems = short.dropna(subset=["unit_id"])[["unit_id", "course", "offering"]]
    there = of_unit.dropna().drop_duplicates().merge(of_systems, on="unit_id")
    who = pd.Series(plain(moves["employee_id"]), index=moves.index)
    taken = known.get("trainings").assign(employee_id=lambda rows: plain(rows["employee_id"]))[["employee_id", "course"]]
    done = pd.MultiIndex.from_frame(taken).unique()
    new = ~pd.MultiIndex.from_arrays([who.reindex(there["move"]).to_numpy(), there["course"]]).isin(done)
    moved = pd.Series(held["agency_id"].to_numpy() != posts["agency_id"].to_numpy(), index=moves.index)
    kept = there[new & moved.reindex(there["move"]).to_numpy()]
    return kept[["move", "offering"]].assign(competency=SYSTEM, gap=np.nan)


def seated(wanted: pd.DataFrame, on_offer: pd.DataFrame) -> pd.DataFrame:
    """Return who gets which seat: the rows of ``wanted`` kept, one per move and need, with ``seat`` (False: waiting).

    Offerings are filled in their order; within one, the largest gaps go first, then the order of moves. Who finds no seat in one
    goes on to the next that serves the same need; who finds none waits for the first.
    """
    named = wanted.assign(need=np.where(wanted["competency"] == SYSTEM, on_offer["course"].reindex(wanted["offering"]), "")
                          + wanted["competency"])  # fmt: skip
    order = named.sort_values(["offering", "gap", "move"], ascending=[True, False, True], kind="stable")
    got: list[pd.DataFrame] = []
    served = pd.MultiIndex.from_frame(order[["move", "need"]].iloc[:0])
    for offering, rows in order.groupby("offering", sort=True):
        open_rows = rows[~pd.MultiIndex.from_frame(rows[["move", "need"]]).isin(served)]
        seats = on_offer["seats"].iloc[int(str(offering))]
        room = len(open_rows) if pd.isna(seats) else int(seats)
        got.append(open_rows.iloc[:room].assign(seat=True))
        served = served.append(pd.MultiIndex.from_frame(got[-1][["move", "need"]]))
    left = order[~pd.MultiIndex.from_frame(order[["move", "need"]]).isin(served)].drop_duplicates(["move", "need"])
    every = pd.concat([*got, left.assign(seat=False)], ignore_index=True)
    return every.sort_values(["move", "offering", "competency"], kind="stable", ignore_index=True).drop(columns="need")


def trained_on(places: pd.DataFrame, on_offer: pd.DataFrame, moves: pd.DataFrame, until: pd.Timestamp) -> pd.Series:
    """Return, per move, the day after the last of its courses with a seat that is over by ``until``; missing: none."""
    finish = on_offer["finish_on"].reindex(places["offering"]).set_axis(places.index)
    before = places[places["seat"] & (finish <= until)]
    last = finish[before.index].groupby(before["move"]).max() + pd.Timedelta(days=1)
    return last.reindex(moves.index)


def calendar(places: pd.DataFrame, on_offer: pd.DataFrame, facts: Facts, moves: pd.DataFrame) -> pd.DataFrame:
    """Return the training calendar of all agencies: one row per offering that serves a move.

    Columns: course, competency (empty: systems of a unit), unit_id, start_on, finish_on, hours, seats (missing: not limited),
    ``taken``, ``waiting``, ``agencies`` that send people (their ids, joined by "; ").
    """
    agency = facts.positions["agency_id"].reindex(moves["to_position"]).set_axis(moves.index).astype(object)
    rows = places.assign(agency=agency.reindex(places["move"]).to_numpy())
    rows = rows.drop_duplicates(["offering", "move"])
    by = rows.groupby("offering")
    counted = pd.DataFrame({
        "taken": by["seat"].sum(), "waiting": by["seat"].size() - by["seat"].sum(),
        "agencies": by["agency"].agg(lambda ids: "; ".join(sorted(set(ids.dropna())))),
    })  # fmt: skip
    listed = on_offer.join(counted.astype({"taken": "int64", "waiting": "int64", "agencies": object}), how="inner")
    return listed.sort_values(["start_on", "course", "unit_id"], kind="stable", ignore_index=True)
