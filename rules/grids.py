"""Facts with two sides as arrays: months by family and step, education by field, certificates, relatives, competencies.

A grid is an array of rows x people. Its last row stands for "unknown row" (code -1).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.facts import Facts
from rules.identifiers import codes_of, places_of
from rules.months import month_number

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

STEPS = (1, 2, 3, 4)
"""Level steps (``level // 10``): staff, supervisor, administrator, executive, and the functional levels equal to them."""
TENTHS = 10
"""Competency levels are kept as whole tenths."""


def months_worked(facts: Facts, families: pd.Index) -> dict[str, Array]:
    """Return months by family, and by step or above, in posts already left."""
    past, people = facts.experience, facts.employees
    who = places_of(past["employee_id"], people.index)
    months = past["months"].to_numpy(dtype=np.float64)
    family = _sum_grid(codes_of(past["job_family"], families), who, months, (len(families) + 1, len(people)))
    step = np.nan_to_num(past["step"].to_numpy(dtype=np.float64), nan=-1).astype(np.int64)
    reached = [_sum_grid(np.where(step >= s, 0, -1), who, months, (2, len(people)))[0] for s in STEPS]
    unknown = _sum_grid(np.where(step < 0, 0, -1), who, months, (2, len(people)))[0]
    nothing = np.full(len(people), np.nan)
    return {
        "family_months": family,
        "step_months": np.stack([nothing, *reached, nothing]),
        "step_unknown": np.stack([unknown]),
    }


def field_steps(facts: Facts, fields: pd.Index) -> dict[str, Array]:
    """Return the highest education step each person has in each set of fields that posts demand."""
    rows = [_highest_in(facts, parts(demand)) for demand in fields]
    return {"field_step": np.stack([*rows, np.full(len(facts.employees), np.nan)])}


def certificates_until(facts: Facts, demands: pd.Index) -> dict[str, Array]:
    """Return until when each person holds all certificates of each set demanded: inf without an end, -inf where one is missing."""
    held = _held(facts)
    count = len(facts.employees)
    rows = [_joint(held, demand, count) for demand in demands]
    return {"certificate_until": np.stack([*rows, np.full(count, np.nan)])}


def certificates_covered(facts: Facts, demands: pd.Index) -> NDArray[np.bool_]:
    """Return which sets of certificates the records cover: each of them is on record for somebody; last: the empty set."""
    known = set() if facts.certificates is None else set(facts.certificates["certificate"].map(_folded))
    return np.array([*({_folded(part) for part in parts(demand)} <= known for demand in demands), True])


def relatives_in(facts: Facts, units: pd.Index) -> dict[str, Codes]:
    """Return where each person has relatives: in a unit, leading it, or in a unit directly below it.

    By name, sorted numbers ``unit * people + person``: ties are few, units times people are not.
    """
    people, posts = facts.employees, facts.positions
    who, relative = kin_pairs(facts)
    post = people["position_id"].iloc[relative]
    leads = post.map(posts["supervisory"]).fillna(False).to_numpy(dtype=bool)
    unit = codes_of(post.map(posts["unit_id"]), units)
    above = codes_of(post.map(posts["parent_unit_id"]), units)
    counted = {"kin": (unit, unit >= 0), "kin_leading": (unit, (unit >= 0) & leads), "kin_below": (above, above >= 0)}
    return {name: np.unique(rows[counts] * len(people) + who[counts]) for name, (rows, counts) in counted.items()}


def kin_pairs(facts: Facts) -> tuple[Codes, Codes]:
    """Return person and relative of every tie, as places among the employees; those not in service left out."""
    if facts.kin is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    who, relative = (places_of(facts.kin[name], facts.employees.index) for name in ("employee_id", "relative"))
    both = (who >= 0) & (relative >= 0)
    return who[both], relative[both]


def standards(facts: Facts, competencies: pd.Index) -> tuple[Codes, tuple[NDArray[np.int8], ...]]:
    """Return the standard of each post, and per competency the level each standard demands, in tenths; 0 where none."""
    rows = facts.standards
    grid = np.zeros((len(facts.positions), len(competencies)), dtype=np.int8)
    place = facts.positions.index.get_indexer(rows["position_id"])
    kept = place >= 0
    grid[place[kept], codes_of(rows["competency"], competencies)[kept]] = _tenths(rows["required"])[kept]
    distinct, of = np.unique(grid, axis=0, return_inverse=True)
    return of.reshape(-1).astype(np.int64), tuple(np.ascontiguousarray(distinct.T))


def levels(facts: Facts, competencies: pd.Index) -> tuple[NDArray[np.int8], ...]:
    """Return per competency the level each person has reached, in tenths; -1 where not assessed."""
    rows = facts.competencies
    grid = np.full((len(competencies), len(facts.employees)), -1, dtype=np.int8)
    who = places_of(rows["employee_id"], facts.employees.index)
    kept = who >= 0
    grid[codes_of(rows["competency"], competencies)[kept], who[kept]] = _tenths(rows["level"])[kept]
    return tuple(grid)


def parts(text: object) -> list[str]:
    """Return the parts of a list separated by ";"."""
    return [part.strip() for part in str(text).split(";") if part.strip()]


def _tenths(levels_given: pd.Series) -> NDArray[np.int8]:
    return np.asarray(np.round(TENTHS * levels_given.to_numpy(dtype=np.float64)), dtype=np.int8)


def _sum_grid(rows: Codes, columns: Codes, values: Array, shape: tuple[int, int]) -> Array:
    """Return sums of ``values`` by (row, person); rows of code -1 gather in the last row."""
    kept = columns >= 0
    flat = (rows[kept] % shape[0]) * shape[1] + columns[kept]
    sums = np.bincount(flat, weights=values[kept], minlength=shape[0] * shape[1])
    return sums.astype(np.float64).reshape(shape)


def _highest_in(facts: Facts, fields: list[str]) -> Array:
    """Return the highest education step each person has in ``fields``; 0 for none."""
    rows = facts.educations[facts.educations["field"].isin(fields)]
    who = places_of(rows["employee_id"], facts.employees.index)
    highest = np.zeros(len(facts.employees))
    np.maximum.at(highest, who[who >= 0], rows["step"].to_numpy(dtype=np.float64)[who >= 0])
    return highest


def _folded(name: object) -> str:
    return str(name).strip().casefold()


def _held(facts: Facts) -> dict[str, tuple[Codes, Array]]:
    """Return per certificate who holds it, and until when (inf: no end)."""
    if facts.certificates is None:
        return {}
    rows = facts.certificates
    who = places_of(rows["employee_id"], facts.employees.index)
    until = np.nan_to_num(month_number(rows["until"]), nan=np.inf)
    name = rows["certificate"].map(_folded).to_numpy(dtype=object)
    return {one: (who[mine], until[mine]) for one in set(name) for mine in [(name == one) & (who >= 0)]}


def _joint(held: dict[str, tuple[Codes, Array]], demand: str, count: int) -> Array:
    jointly = np.full(count, np.inf)
    for part in parts(demand):
        last = np.full(count, -np.inf)
        who, until = held.get(_folded(part), (np.zeros(0, dtype=np.int64), np.zeros(0)))
        np.maximum.at(last, who, until)
        jointly = np.minimum(jointly, last)
    return jointly
