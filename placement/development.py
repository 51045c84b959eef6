"""A move as development: competency gaps it closes, a family new to the person, a managerial step, a wider network."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.posts import definitive_spells
from features.tables import Tables
from rules.facts import Facts
from rules.identifiers import places_of

PARTS = ("gaps_closed", "new_family", "managerial_step", "wider_network")


@dataclass(frozen=True, slots=True)
class DevelopmentParams:
    """What each part is worth to the city (SD, weighted): one competency level short that a course on offer closes, the first post
    in a job family, the first leading post, the first post in an agency. Small on purpose: together they stay below what a move
    must bring (``wave.least_gain``), so that they choose between moves and never make one.
    """  # noqa: D205

    gap_level: float = 0.005
    most_gap_levels: float = 4.0
    new_family: float = 0.02
    managerial_step: float = 0.02
    wider_network: float = 0.01


def development(known: Tables, facts: Facts, pairs: pd.DataFrame, params: DevelopmentParams) -> pd.DataFrame:
    """Return what each move would add to the person, on the index of ``pairs`` (employee_id, position_id).

    Returns
    -------
    DataFrame
        ``gaps_closed`` (levels short of the post's standard in competencies that some course on offer builds), ``new_family``,
        ``managerial_step``, ``wider_network`` (bool: never before on record), ``development`` (their worth, SD, weighted).
    """
    person = places_of(pairs["employee_id"], facts.employees.index)
    post = facts.positions.index.get_indexer(pairs["position_id"].astype(object))
    closed = _closed(known, facts, person, post)
    past = definitive_spells(known, facts.as_of)
    past = past.assign(person=places_of(past["employee_id"], facts.employees.index))
    where = facts.positions.reindex(past["position_id"].astype(object))
    family, agency = (facts.positions[name].astype(object).to_numpy() for name in ("job_family", "agency_id"))
    new_family = _first(past["person"], where["job_family"], person, family[post])
    network = _first(past["person"], where["agency_id"], person, agency[post])
    leads = facts.positions["supervisory"].fillna(False).to_numpy(dtype=bool)
    led = past.loc[where["supervisory"].fillna(False).to_numpy(dtype=bool), "person"].unique()
    step = leads[post] & ~np.isin(person, led)
    worth = (
        params.gap_level * np.minimum(closed, params.most_gap_levels) + params.new_family * new_family
        + params.managerial_step * step + params.wider_network * network
    )  # fmt: skip
    return pd.DataFrame({
        "gaps_closed": closed, "new_family": new_family, "managerial_step": step, "wider_network": network, "development": worth,
    }, index=pairs.index)  # fmt: skip


def _closed(known: Tables, facts: Facts, person: NDArray[np.int64], post: NDArray[np.int64]) -> NDArray[np.float64]:
    taught = pd.Index(sorted(known.get("trainings_catalogue")["competency"].dropna().unique()))
    levels = _grid(
        facts.competencies, places_of(facts.competencies["employee_id"], facts.employees.index), len(facts.employees), taught
    )
    posts = facts.positions.index.get_indexer(facts.standards["position_id"].astype(object))
    required = _grid(facts.standards.rename(columns={"required": "level"}), posts, len(facts.positions), taught)
    total = np.zeros(len(person))
    for column in range(len(taught)):  # a handful of competencies
        total += np.nan_to_num(np.maximum(required[post, column] - levels[person, column], 0.0))
    return total


def _grid(rows: pd.DataFrame, place: NDArray[np.int64], count: int, taught: pd.Index) -> NDArray[np.float64]:
    grid = np.full((count, max(len(taught), 1)), np.nan)
    column = taught.get_indexer(rows["competency"])
    known = (place >= 0) & (column >= 0)
    grid[place[known], column[known]] = rows["level"].to_numpy(dtype=np.float64)[known]
    return grid


def _first(person: pd.Series, what: pd.Series, who: NDArray[np.int64], there: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return whether ``there`` is known and ``who`` never had it: pairs of ``person`` and ``what`` are on record."""
    record = pd.MultiIndex.from_arrays([person.to_numpy(), what.astype(object).to_numpy()]).unique()
    asked = pd.MultiIndex.from_arrays([who, there])
    return np.asarray(~asked.isin(record) & pd.notna(there), dtype=bool)
