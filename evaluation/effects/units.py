"""What moves did to units: to the one that received people and to the one they left.

Unit-years: the outcome two years apart on whether people came, whether people left, the outcome before, size, kind and year;
clustered by unit. A unit's ratings have its leniency and what it really adds taken out alike, so that the work of colleagues is
seen as far as people differ from one another, not as units do.
"""

import numpy as np
import pandas as pd

from evaluation.effects.matched import MANY_CLUSTERS, Effect, two_way_error
from evaluation.effects.panel import Array, Panel
from features.tables import Tables

SHARE = 0.05
"""Share of a unit's staff that must come, or leave, in a year for the unit to count as receiving, or left behind."""
FEWEST_UNITS = 20
EXPOSURES: tuple[str, ...] = ("received", "left_behind")


def unit_years(panel: Panel, known: Tables) -> pd.DataFrame:
    """Return one row per unit and year of moves.

    Returns
    -------
    DataFrame
        unit (code), year, staff, kind, received, left_behind (0/1), and for each outcome NAME: NAME (the year after) and
        NAME_before (the year before): colleagues (mean score of those in the unit all along, SD), service_index, visitors (log of a
        year's sum).
    """
    rows = pd.concat([_year(panel, int(year)) for year in panel.years[1:-1]] or [pd.DataFrame()], ignore_index=True)
    if rows.empty:
        return rows
    kinds = known["units"].drop_duplicates("unit_id").set_index("unit_id")["kind"].astype("str")
    rows["kind"] = kinds.reindex(panel.units[rows["unit"]]).to_numpy(dtype=object)
    rows = _yearly(rows, panel, known.get("service_index"), "index", "service_index", "mean")
    rows = _yearly(rows, panel, known.get("service_demand"), "visitors", "visitors", "sum")
    for name in ("visitors", "visitors_before"):
        rows[name] = np.log(rows[name].where(rows[name] > 0))
    return rows


def _year(panel: Panel, year: int) -> pd.DataFrame:
    """Return staff, arrivals, departures and colleagues' work of every unit in ``year``."""
    first, after = pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)
    holders = panel.holders(first - pd.Timedelta(days=1))
    unit = panel.units.get_indexer(panel.posts["unit_id"].astype(object))[holders["post"].to_numpy()]
    size = len(panel.units)
    staff = np.bincount(unit[unit >= 0], minlength=size)
    moves = panel.moves[(panel.moves["start_on"] >= first) & (panel.moves["start_on"] < after)]
    moves = moves[moves["unit_id"] != moves["origin_unit_id"]]
    came, went = (_count(panel, moves[name]) for name in ("unit_id", "origin_unit_id"))
    person = holders["person"].to_numpy()
    settled = (panel.changes(first, pd.Timestamp(year + 2, 1, 1))[person] == 0) & (unit >= 0)
    means = {}
    for name, column in (("colleagues", year + 1), ("colleagues_before", year - 1)):
        score = panel.at(panel.score, person, np.full(len(person), column))
        other = year - 1 if name == "colleagues" else year + 1
        both = settled & np.isfinite(score) & np.isfinite(panel.at(panel.score, person, np.full(len(person), other)))
        count = np.bincount(unit[both], minlength=size)
        means[name] = np.bincount(unit[both], score[both], size) / np.where(count > 0, count, np.nan)
    rows = pd.DataFrame({"unit": np.arange(size), "year": year, "staff": staff, **means})
    rows = rows.assign(
        received=(came >= SHARE * staff) & (came > 0), left_behind=(went >= SHARE * staff) & (went > 0)
    )  # fmt: skip
    return rows[rows["staff"] > 0].astype({"received": "float64", "left_behind": "float64"})


def _count(panel: Panel, unit_ids: pd.Series) -> np.ndarray:
    code = panel.units.get_indexer(unit_ids.astype(object))
    return np.bincount(code[code >= 0], minlength=len(panel.units))


def _yearly(rows: pd.DataFrame, panel: Panel, series: pd.DataFrame, value: str, name: str, how: str) -> pd.DataFrame:
    """Attach a unit series of the year after and the year before."""
    by_year = series[series["position_id"].isna()].assign(
        unit=lambda frame: panel.units.get_indexer(frame["unit_id"].astype(object)),
        year=lambda frame: frame["period_start"].dt.year,
    )
    found = by_year.groupby(["unit", "year"])[value].agg(how)
    for label, shift in ((name, 1), (f"{name}_before", -1)):
        asked = pd.MultiIndex.from_arrays([rows["unit"], rows["year"] + shift])
        rows[label] = found.reindex(asked).to_numpy(dtype=np.float64)
    return rows


def effects_on_units(rows: pd.DataFrame, outcome: str) -> dict[str, Effect]:
    """Return the effect of receiving people, and of being left, on ``outcome``; nothing where too few units have it."""
    seen = rows.dropna(subset=[outcome, f"{outcome}_before"]) if len(rows) else rows
    if seen.empty or seen["unit"].nunique() < FEWEST_UNITS:
        return {}
    exposed = seen[list(EXPOSURES)].to_numpy(dtype=np.float64)
    x = np.column_stack(
        [exposed, seen[f"{outcome}_before"], np.log(seen["staff"]), _indicators(seen["kind"]), _indicators(seen["year"])]
    )
    y = seen[outcome].to_numpy(dtype=np.float64)
    weights = np.linalg.pinv(x.T @ x) @ x.T
    slopes = weights @ y
    left = y - x @ slopes
    unit = seen["unit"].to_numpy(dtype=np.int64)
    clusters = seen["unit"].nunique()
    freedom = np.inf if clusters >= MANY_CLUSTERS else clusters - 1.0
    out = {}
    for place, name in enumerate(EXPOSURES):
        count = int(exposed[:, place].sum())
        if count:
            error = two_way_error(weights[place] * left, unit, unit)[0]
            out[name] = Effect(float(slopes[place]), error, count, len(seen) - count, freedom)
    return out


def _indicators(values: pd.Series) -> Array:
    codes, names = pd.factorize(values, sort=True)
    return np.asarray(codes[:, None] == np.arange(len(names))[None, :], dtype=np.float64)
