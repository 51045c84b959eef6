"""Planted patterns: an invented city in which one thing was done that a sentinel should find, and whom or what it should name."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from simulation.city import City

STEP = 10
"""Levels of one step of the hierarchy lie in one ten."""
SOON = pd.DateOffset(months=12)
RELATIVES = 15
NO_MOVES = ("entry", "renaming", "reinauguration")
SHARE_OF_RISERS = 0.5


def planted(city: City, kind: str, seed: int = 0) -> tuple[City, str]:
    """Return ``city`` with the pattern of ``kind`` (a name in `KINDS`), all else the same, and the subject it is about."""
    tables, subject = KINDS[kind](city, np.random.default_rng(seed))
    return replace(city, tables={**city.tables, **tables}), subject


def _spells(city: City) -> pd.DataFrame:
    """Return definitive assignments in order of time, with the unit and step held, the ones before, and whether it was the last."""
    rows = city.tables["assignments"]
    posts = city.tables["positions"].set_index("position_id")
    rows = rows[rows["kind"] == "definitive"].sort_values(["employee_id", "start_on"])
    rows = rows.assign(unit=rows["position_id"].map(posts["unit_id"]), step=rows["position_id"].map(posts["level"]) // STEP)
    before = rows.groupby("employee_id")[["unit", "step"]].shift()
    last = ~rows["employee_id"].duplicated(keep="last")
    return rows.assign(from_unit=before["unit"], from_step=before["step"], last=last)


def _arrivals(city: City) -> pd.DataFrame:
    """Return the moves into another unit; units that were only renamed are none."""
    rows = _spells(city)
    moved = rows["from_unit"].notna() & (rows["unit"] != rows["from_unit"]) & ~rows["move_type"].isin(NO_MOVES)
    return rows[moved]


def _followed(appraisals: pd.DataFrame, moves: pd.DataFrame) -> pd.Series:
    """Return whether a move of the same person began within a year after each rated period."""
    pairs = appraisals[["employee_id", "period_end"]].reset_index().merge(moves[["employee_id", "start_on"]], on="employee_id")
    soon = (pairs["start_on"] > pairs["period_end"]) & (pairs["start_on"] <= pairs["period_end"] + SOON)
    return pd.Series(appraisals.index.isin(pairs.loc[soon, "index"]), index=appraisals.index)


def _rating_jumps(city: City, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], str]:
    """The rater with most movers gives whoever moves within the year the top grade before."""
    rows = city.tables["appraisals"].copy()
    again = rows.sort_values("period_end")["employee_id"].duplicated()
    soon = _followed(rows, _arrivals(city)) & again.reindex(rows.index)
    rater = str(rows.loc[soon, "rater_id"].value_counts().index[0])
    raised = soon & (rows["rater_id"] == rater)
    rows["rating"] = rows["rating"].where(~raised | rows["rating"].isna(), rows["rating"].max())
    rows["score"] = rows["score"].where(~raised | rows["score"].isna(), rows["score"].max())
    return {"appraisals": rows}, rater


def _favourites(city: City, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], str]:
    """Half of those who rise a step were rated by one and the same rater before."""
    rows, spells = city.tables["appraisals"].copy(), _spells(city)
    soon = _followed(rows, spells[spells["step"] > spells["from_step"]])
    rater = str(rows["rater_id"].value_counts().index[0])
    rows["rater_id"] = rows["rater_id"].where(~(soon & (rng.random(len(rows)) < SHARE_OF_RISERS)), rater)
    return {"appraisals": rows}, rater


def _never_releasing(city: City, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], str]:
    """Nobody of the unit that was left most often in the rated years ever left it."""
    spells, moved = city.tables["assignments"].copy(), _arrivals(city)
    recent = moved[moved["start_on"].dt.year > city.knobs.last_year - city.knobs.years]
    unit = str(recent["from_unit"].value_counts().index[0])
    left = recent[recent["from_unit"] == unit].groupby("employee_id")["start_on"].min()
    began = spells["employee_id"].map(left)
    spells = spells[~(spells["start_on"] >= began)]
    began = spells["employee_id"].map(left)
    spells["end_on"] = spells["end_on"].where(began.isna() | (spells["end_on"] < began - pd.Timedelta(days=1)))
    return {"assignments": spells.reset_index(drop=True)}, unit


def _bunched(city: City, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], str]:
    """All last moves of the two years before the last freeze but one were made in the sixty days before it."""
    spells, freeze = city.tables["assignments"].copy(), city.tables["freezes"]["from_on"].sort_values().iloc[-2]
    moved = _spells(city)
    near = moved["start_on"].between(freeze - pd.DateOffset(years=2), freeze - pd.Timedelta(days=1))
    chosen = moved[near & moved["last"] & moved["from_unit"].notna()]
    days = pd.Series(freeze - pd.to_timedelta(rng.integers(8, 60, len(chosen)), "D"), index=chosen.index)
    before = moved.groupby("employee_id")["start_on"].shift(-1)
    previous = moved.index[
        before.notna() & moved["employee_id"].isin(chosen["employee_id"]) & moved["last"].shift(-1, fill_value=False)
    ]
    ends = spells.loc[previous, "employee_id"].map(pd.Series(days.to_numpy(), index=chosen["employee_id"])) - pd.Timedelta(days=1)
    shift = days - spells.loc[chosen.index, "start_on"]
    for name in ("start_on", "decided_on", "known_on"):
        spells.loc[chosen.index, name] = spells.loc[chosen.index, name] + shift
    spells.loc[previous, "end_on"] = ends
    return {"assignments": spells}, f"{freeze:%Y-%m-%d}"


def _connected(city: City, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], str]:
    """Fifteen of those who came to the unit with most arrivals have a brother or sister who sat there."""
    moved, spells, ties = _arrivals(city), _spells(city), city.tables["relations"]
    unit = str(moved["unit"].value_counts().index[0])
    came = moved[moved["unit"] == unit].tail(RELATIVES)[["employee_id", "start_on"]]
    sat = spells.loc[spells["unit"] == unit, ["employee_id", "start_on", "end_on"]].rename(columns={"employee_id": "other"})
    pairs = came.merge(sat, how="cross", suffixes=("", "_there"))
    there = (pairs["start_on_there"] < pairs["start_on"]) & ~(pairs["end_on"] < pairs["start_on"])
    pairs = pairs[there & (pairs["other"] != pairs["employee_id"])].drop_duplicates("employee_id")
    made = pd.DataFrame({
        "employee_id": pairs["employee_id"].to_numpy(), "other_employee_id": pairs["other"].to_numpy(), "kind": "sibling",
    })  # fmt: skip
    return {"relations": pd.concat([ties, made], ignore_index=True)}, unit


def _demotions(city: City, rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], str]:
    """One supervisor without a punishment on record is given a post of the staff of another unit."""
    spells, posts = city.tables["assignments"], city.tables["positions"]
    held = _spells(city)
    punished = city.tables["disciplines"]["employee_id"]
    now = held[held["last"] & held["end_on"].isna() & (held["step"] == 2) & ~held["employee_id"].isin(punished)]
    row = now.iloc[int(rng.integers(len(now)))]
    lower = posts[(posts["level"] // STEP == 1) & (posts["unit_id"] != row["unit"])].iloc[0]
    day = pd.Timestamp(city.knobs.extracted_on) - pd.DateOffset(months=6)
    made = spells.loc[[row.name]].assign(position_id=lower["position_id"], start_on=day, decided_on=day, known_on=day)
    made = made.assign(move_type="rotation", end_on=pd.NaT)
    closed = spells.copy()
    closed.loc[row.name, "end_on"] = day - pd.Timedelta(days=1)
    return {"assignments": pd.concat([closed, made], ignore_index=True)}, str(row["employee_id"])


KINDS: Mapping[str, Callable[[City, np.random.Generator], tuple[dict[str, pd.DataFrame], str]]] = {
    "rating_jumps": _rating_jumps, "favourites": _favourites, "never_releasing": _never_releasing, "bunched": _bunched,
    "connected": _connected, "demotions": _demotions,
}  # fmt: skip
"""By the signal that should find it."""
