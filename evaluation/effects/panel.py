"""The panel behind every effect: who scored what in which year, in which post, and who moved when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.families.experience import MATTERS_MONTHS
from features.posts import definitive_spells
from features.ratings import HarmonisedRatings
from features.tables import Tables

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

DAYS_A_YEAR = 365.25
PUNISHED = "disciplinary"


@dataclass(frozen=True, slots=True)
class Panel:
    """People (n rows, coded as ``employee_id`` is) by calendar years (T columns).

    Attributes
    ----------
    years : ndarray (T,)
        Consecutive; a rating belongs to the year in which its period begins.
    score : ndarray (n, T)
        Harmonised score, SD; NaN where not rated. Several ratings of a year count by their reliability.
    recorded : ndarray (n, T)
        The same with the leniency left in, to show what it would feign.
    unit : ndarray (n, T)
        Code in ``units`` of the unit that rated; -1: none.
    spells : DataFrame
        One row per definitive spell: person, start_on, end_on, since, post (row of ``posts``; -1: unknown), change (a real move
        or a punishment), by person and start.
    moves : DataFrame
        One row per real move: person, start_on, position_id, unit_id, job_family, level, arrival, origin_position_id,
        origin_unit_id, origin_family, origin_level, new_family (under ``MATTERS_MONTHS`` months in the family before).
    posts : DataFrame
        unit_id, job_family, level, kind (of the unit), by position_id.
    units : Index
    """

    years: Codes
    score: Array
    recorded: Array
    unit: Codes
    spells: pd.DataFrame
    moves: pd.DataFrame
    posts: pd.DataFrame
    units: pd.Index

    def at(self, matrix: NDArray[np.generic], person: Codes, year: Codes) -> Array:
        """Return ``matrix`` (n, T) at the persons and years; NaN outside the panel."""
        place = np.asarray(year) - self.years[0]
        inside = (place >= 0) & (place < len(self.years))
        return np.where(inside, matrix[person, np.where(inside, place, 0)].astype(np.float64), np.nan)

    def holders(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return who holds which post on ``day``: person, post, years_held; one row per person."""
        there = self.spells[(self.spells["start_on"] <= day) & (self.spells["end_on"] >= day) & (self.spells["post"] >= 0)]
        held = (day - there["since"]).dt.days / DAYS_A_YEAR
        return there[["person", "post"]].assign(years_held=held).drop_duplicates("person", keep="last").reset_index(drop=True)

    def changes(self, first: pd.Timestamp, after: pd.Timestamp) -> Codes:
        """Return how often everybody (n,) changed posts in [first, after)."""
        inside = self.spells["change"] & (self.spells["start_on"] >= first) & (self.spells["start_on"] < after)
        return np.bincount(self.spells["person"].to_numpy()[inside.to_numpy()], minlength=len(self.score)).astype(np.int64)


def move_panel(known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp) -> Panel:
    """Return the panel of everything known at ``as_of``.

    Parameters
    ----------
    known : Tables
        Cut back by ``as_of.known_at``.
    ratings : HarmonisedRatings
        Of ``known``.
    as_of : Timestamp
    """
    n = len(known.employee_ids.categories)
    posts = _posts(known)
    spells = definitive_spells(known, as_of)
    spells = spells.assign(
        person=spells["employee_id"].cat.codes.astype(np.int64),
        post=posts.index.get_indexer(spells["position_id"].astype(object)),
        change=spells["moved"] | (spells["move_type"] == PUNISHED),
    )
    scores = ratings.scores.assign(person=ratings.scores["employee_id"].cat.codes.astype(np.int64))
    scores = scores.assign(year=scores["period_start"].dt.year)
    first, last = (int(scores["year"].min()), int(scores["year"].max())) if len(scores) else (as_of.year, as_of.year)
    years = np.arange(first, last + 1)
    units = pd.Index(np.sort(known["units"]["unit_id"].dropna().unique()))
    cell = scores["person"].to_numpy() * len(years) + (scores["year"].to_numpy() - first)
    weight = scores["reliability"].to_numpy(dtype=np.float64).clip(min=1e-6)
    score = scores["score"].to_numpy(dtype=np.float64)
    recorded = score + scores["leniency"].to_numpy(dtype=np.float64)
    rated_in = np.full(n * len(years), -1, dtype=np.int64)
    rated_in[cell] = units.get_indexer(scores["unit_id"].astype(object))
    return Panel(
        years, _mean(cell, score, weight, n, len(years)), _mean(cell, recorded, weight, n, len(years)),
        rated_in.reshape(n, len(years)), spells[["person", "start_on", "end_on", "since", "post", "change"]], _moves(spells),
        posts, units,
    )  # fmt: skip


def _mean(cell: Codes, value: Array, weight: Array, people: int, years: int) -> Array:
    total = np.bincount(cell, weight, people * years)
    mean = np.bincount(cell, weight * value, people * years) / np.where(total > 0, total, np.nan)
    return mean.reshape(people, years)


def _posts(known: Tables) -> pd.DataFrame:
    positions = known["positions"].drop_duplicates("position_id").sort_values("position_id").set_index("position_id")
    kinds = known["units"].drop_duplicates("unit_id").set_index("unit_id")["kind"]
    return positions[["unit_id", "job_family", "level"]].assign(kind=positions["unit_id"].map(kinds).astype("str"))


def _moves(spells: pd.DataFrame) -> pd.DataFrame:
    named = {"position_id": "position_id", "unit_id": "unit_id", "job_family": "family", "level": "level"}
    before = spells.groupby("person")[list(named)].shift().rename(columns=lambda name: f"origin_{named[name]}")
    moves = spells.join(before)[spells["moved"]].reset_index(drop=True)
    columns = ["person", "start_on", "position_id", "unit_id", "job_family", "level", "arrival", *before.columns]
    return moves[columns].assign(new_family=_months_before(moves, spells) < MATTERS_MONTHS)


def _months_before(moves: pd.DataFrame, spells: pd.DataFrame) -> Array:
    """Return the months each mover had spent in the new post's job family before the move."""
    asked = moves[["person", "start_on", "job_family"]].reset_index(names="move")
    past = spells[["person", "job_family", "start_on", "months"]].rename(columns={"start_on": "began_on"})
    met = asked.merge(past, on=["person", "job_family"])
    met = met[met["began_on"] < met["start_on"]]
    return np.asarray(np.bincount(met["move"].to_numpy(), met["months"], len(moves)), dtype=np.float64)
