"""What the city needs and yields: workloads, visitors, satisfaction, vacancies, programmes, courses on offer, lineage."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import COMPETENCIES
from simulation.catalogue import FAMILIES, LEADERSHIP_COURSES, technical_course
from simulation.knobs import Knobs
from simulation.organisation import Organisation
from simulation.ratings import Year
from simulation.service_record import position_ids, unit_ids
from simulation.staff import Staff

_SERVICE_KINDS = ("clinic", "hospital", "district", "ward")
_SERVICE_FAMILIES = ("kependudukan", "perizinan", "sosial")
_BASE_VISITORS = {"clinic": 1400.0, "hospital": 4200.0, "district": 600.0, "ward": 260.0}
_SEASON = 0.12


def service_units(organisation: Organisation) -> NDArray[np.int64]:
    """Return the units that serve citizens, renamed ones once (the last form)."""
    units = organisation.units
    family = np.array(FAMILIES)[units["family"]]
    serves = units["kind"].isin(_SERVICE_KINDS) | (units["kind"].isin(["office"]) & np.isin(family, _SERVICE_FAMILIES))
    return np.flatnonzero(serves & units["valid_to"].isna())


def service_demand(organisation: Organisation, knobs: Knobs, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return contract table ``service_demand`` by month, and the true surges (unit, from_on, factor)."""
    units = service_units(organisation)
    months = pd.period_range(f"{knobs.first_year}-01", f"{knobs.last_year}-12", freq="M")
    kinds = organisation.units["kind"].to_numpy()[units]
    base = np.array([_BASE_VISITORS.get(kind, 1900.0) for kind in kinds]) * rng.lognormal(0, 0.35, len(units))
    trend = 1 + np.outer(rng.normal(0.015, 0.02, len(units)), np.arange(len(months)) / 12)
    season = 1 + _SEASON * np.sin(2 * np.pi * (months.month.to_numpy()[None, :] + rng.uniform(0, 12, len(units))[:, None]) / 12)
    surging = rng.random(len(units)) < knobs.surge_rate
    begin = rng.integers(len(months) // 3, len(months) - 1, len(units))
    begin = np.where(rng.random(len(units)) < 0.4, len(months) - 1 - rng.integers(2, 9, len(units)), begin).clip(0, len(months) - 1)
    factor = np.where(surging, rng.uniform(1.3, 1.9, len(units)), 1.0)
    surge = np.where(np.arange(len(months))[None, :] >= begin[:, None], factor[:, None], 1.0)
    visitors = np.round(base[:, None] * trend.clip(0.3) * season * surge * rng.lognormal(0, 0.06, (len(units), len(months))))
    ids = unit_ids(len(organisation.units))
    table = pd.DataFrame({
        "unit_id": np.repeat(ids[units], len(months)), "position_id": None,
        "period_start": np.tile(months.start_time.to_numpy(), len(units)),
        "period_end": np.tile(months.end_time.normalize().to_numpy(), len(units)), "visitors": visitors.ravel(),
    })  # fmt: skip
    start = pd.Series(months.start_time.to_numpy()[begin])
    surges = pd.DataFrame({"unit_id": ids[units], "from_on": start, "factor": factor})[surging].reset_index(drop=True)
    return table.assign(known_on=table["period_end"] + pd.Timedelta(days=7)), surges


def service_index(
    organisation: Organisation, years: list[Year], surges: pd.DataFrame, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``service_index`` by half-year: the unit's habit, its people's true work, less in a surge."""
    units = service_units(organisation)
    ids = unit_ids(len(organisation.units))
    unit_of = organisation.posts["unit"].to_numpy()
    habit = rng.normal(0, 3, len(organisation.units))
    start_of = surges.set_index("unit_id")["from_on"].reindex(ids[units])
    rows = []
    for lived in years:
        year = int(lived.latent["year"].iloc[0])
        work = lived.latent.groupby(unit_of[lived.latent["post"]])["latent"].mean()
        mean = work.reindex(units).fillna(work.mean()).to_numpy() - work.mean()
        for start, end in ((f"{year}-01-01", f"{year}-06-30"), (f"{year}-07-01", f"{year}-12-31")):
            pressed = (start_of <= pd.Timestamp(end)).to_numpy()
            index = 81 + habit[units] + 5 * mean - 3 * pressed + rng.normal(0, 1.5, len(units))
            rows.append(pd.DataFrame({"unit_id": ids[units], "position_id": None, "period_start": pd.Timestamp(start),
                                      "period_end": pd.Timestamp(end), "index": np.round(index, 2).clip(40, 99)}))  # fmt: skip
    table = pd.concat(rows, ignore_index=True)
    return table.assign(known_on=table["period_end"] + pd.Timedelta(days=30))


def workloads(organisation: Organisation, knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``workloads``: the need of every post by year, around its headcount."""
    posts = organisation.posts
    rows = []
    drift = np.zeros(len(posts))
    for year in range(knobs.first_year, knobs.last_year + 1):
        drift = drift + rng.normal(0, 0.02, len(posts))
        live = (posts["open_from"] <= np.datetime64(f"{year}-01-31")) & (posts["open_to"] >= np.datetime64(f"{year}-12-31"))
        need = np.where(posts["single"], 1.0, np.round(posts["headcount"] * np.exp(drift) * rng.lognormal(0, 0.03, len(posts)), 1))
        first = pd.Timestamp(year, 1, 1)
        unit = unit_ids(len(organisation.units))[posts["unit"]]
        rows.append(pd.DataFrame({"unit_id": unit, "position_id": position_ids(len(posts)), "period_start": first,
                                  "period_end": pd.Timestamp(year, 12, 31), "needed": need,
                                  "known_on": first + pd.Timedelta(days=45)})[live.to_numpy()])  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def vacancies(
    empty: pd.DataFrame, staff: Staff, organisation: Organisation, knobs: Knobs, rng: np.random.Generator
) -> pd.DataFrame:
    """Return contract table ``vacancies``: single posts that stood empty, and the shortest-staffed groups of the last year."""
    posts = organisation.posts
    tier = posts["level"].to_numpy()[empty["post"]] // 10
    single = pd.DataFrame({"post": empty["post"], "open_from": empty["start"], "priority": tier.astype(float)})
    live = (posts["open_to"] > np.datetime64(f"{knobs.last_year}-12-31")).to_numpy() & ~posts["single"].to_numpy()
    free = np.where(live, posts["headcount"] - staff.occupancy(len(posts)), 0)
    short = np.flatnonzero((free > 0) & (rng.random(len(posts)) < 0.15))
    opened = pd.Timestamp(f"{knobs.last_year}-07-01") + pd.to_timedelta(rng.integers(0, 150, len(short)), unit="D")
    groups = pd.DataFrame({"post": short, "open_from": opened, "priority": 1.0})
    rows = pd.concat([single, groups], ignore_index=True).drop_duplicates(["post", "open_from"], ignore_index=True)
    stricter = rng.random(len(rows)) < 0.05
    fields, level = posts["education_fields"].to_numpy()[rows["post"]], posts["level"].to_numpy()[rows["post"]]
    return pd.DataFrame({
        "position_id": position_ids(len(posts))[rows["post"]], "open_from": rows["open_from"], "priority": rows["priority"],
        "min_rank": None, "min_education": pd.Series("S-2", index=rows.index).where(stricter & (level >= 20), None),
        "education_fields": np.where(stricter & (fields != ""), fields, None), "certificates": None,
        "known_on": rows["open_from"] + pd.to_timedelta(rng.integers(3, 45, len(rows)), unit="D"),
    })  # fmt: skip


def programmes(knobs: Knobs) -> pd.DataFrame:
    """Return contract table ``programmes``: goals of the transfer programme of each third year."""
    goals = (
        ("kinerja pegawai yang dimutasi naik", "rata-rata kenaikan kinerja (simpangan baku)", 0.1),
        ("jabatan lowong terisi", "persen jabatan struktural terisi", 95.0),
        ("kepuasan pegawai terjaga", "rata-rata jawaban kepuasan kerja", 3.5),
        ("mutu layanan naik", "rata-rata IKM", 82.0),
    )
    rows = [
        {"goal": goal, "indicator": indicator, "target": target, "from_on": pd.Timestamp(f"{year}-01-01"),
         "to_on": pd.Timestamp(f"{min(year + 2, knobs.last_year)}-12-31"), "known_on": pd.Timestamp(f"{year}-01-01")}
        for year in range(knobs.first_year, knobs.last_year + 1, 3) for goal, indicator, target in goals
    ]  # fmt: skip
    return pd.DataFrame(rows)


def trainings_catalogue(organisation: Organisation, knobs: Knobs, rng: np.random.Generator) -> pd.DataFrame:
    """Return contract table ``trainings_catalogue``: competency and technical courses and unit systems of the next months."""
    start = pd.Timestamp(knobs.extracted_on) - pd.Timedelta(days=20)
    rows: list[tuple[str, str | None, str | None, float, int]] = [
        (f"Pelatihan {name.title()}", name, None, 24.0, 40) for name in COMPETENCIES
    ]
    rows += [(course, "mengelola perubahan", None, 900.0, 30) for course in LEADERSHIP_COURSES.values()]
    offices = np.flatnonzero((organisation.units["office"] == organisation.units.index) & organisation.units["valid_to"].isna())
    names = unit_ids(len(organisation.units))
    rows += [(technical_course(FAMILIES[organisation.units["family"][u]]), None, names[u], 30.0, 25) for u in offices[1:]]
    table = pd.DataFrame(rows, columns=["course", "competency", "unit_id", "hours", "seats"])
    begin = start + pd.to_timedelta(rng.integers(0, 150, len(table)), unit="D")
    return table.assign(start_on=begin, known_on=start - pd.Timedelta(days=20))
