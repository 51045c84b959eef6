"""Planted drift: an invented city whose last year departs from the years before in one known way."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from simulation.city import City

HIGHEST, LOWEST = 5, 1
UNITS_TOUCHED = 2
OLD_DAYS = 48 * 365.2425


def planted(city: City, kind: str, seed: int = 0) -> City:
    """Return ``city`` with the drift of ``kind`` (a name in `KINDS`) in its last rated year; all else is the same."""
    return replace(city, tables={**city.tables, **KINDS[kind](city, np.random.default_rng(seed))})


def _last(city: City) -> pd.Series:
    return city.tables["appraisals"]["period_end"].dt.year == city.knobs.last_year


def _scale(city: City, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """A quarter of last year's ratings a grade higher: the grades changed their meaning."""
    return _raised(city, _last(city) & (rng.random(len(city.tables["appraisals"])) < 0.25), HIGHEST)


def _leniency(city: City, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Everybody in two units of middling size rated at the top last year."""
    rows = city.tables["appraisals"]
    sizes = rows.loc[_last(city), "unit_id"].value_counts()
    chosen = rng.choice(sizes[sizes >= 20].index.to_numpy(), UNITS_TOUCHED, replace=False)
    return _raised(city, _last(city) & rows["unit_id"].isin(chosen), HIGHEST)


def _raised(city: City, which: pd.Series, most: int) -> dict[str, pd.DataFrame]:
    rows = city.tables["appraisals"].copy()
    rating, score = rows["rating"], rows["score"]
    rows["rating"] = rating.where(~which | rating.isna(), (rating + 1).clip(LOWEST, most))
    rows["score"] = score.where(~which | score.isna(), score + 2 * score.std())
    return {"appraisals": rows}


def _spelling(city: City, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Last year's regime written another way."""
    rows = city.tables["appraisals"].copy()
    rows["regime"] = rows["regime"].where(~_last(city), rows["regime"].str.upper().str.replace(" ", "-"))
    return {"appraisals": rows}


def _persons(city: City, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Last year's ratings put to the wrong people: as they stand, but exchanged at random."""
    rows = city.tables["appraisals"].copy()
    last = np.flatnonzero(_last(city).to_numpy())
    order = rng.permutation(last)
    for name in ("rating", "score"):
        rows.loc[rows.index[last], name] = rows[name].array[order]
    return {"appraisals": rows}


def _population(city: City, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Six of ten people over 48 left half a year before the extraction: an early retirement offer."""
    people, spells = city.tables["employees"].copy(), city.tables["assignments"].copy()
    today = pd.Timestamp(city.knobs.extracted_on)
    left = today - pd.DateOffset(months=6)
    old = ((today - people["birth_date"]).dt.days > OLD_DAYS) & people["left_on"].isna() & (rng.random(len(people)) < 0.6)
    gone = people.loc[old, "employee_id"]
    people["left_on"] = people["left_on"].where(~old, left)
    held = spells["employee_id"].isin(gone)
    spells = spells[~(held & (spells["start_on"] > left))]
    open_end = spells["employee_id"].isin(gone) & (spells["end_on"].isna() | (spells["end_on"] > left))
    spells["end_on"] = spells["end_on"].where(~open_end, left)
    return {"employees": people, "assignments": spells.reset_index(drop=True)}


KINDS: Mapping[str, Callable[[City, np.random.Generator], dict[str, pd.DataFrame]]] = {
    "scale": _scale, "leniency": _leniency, "spelling": _spelling, "persons": _persons, "population": _population,
}  # fmt: skip
