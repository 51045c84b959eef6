"""False alarms of the monitor on invented cities in which nothing drifts, and what it finds of planted drift.

python -m benchmarks.monitoring.alarms --cities 40 --people 1200 --years 8
"""

import argparse

import pandas as pd

from evaluation.monitoring.monitor import MonitorParams, days_watched, monitor
from evaluation.monitoring.readings import REVIEW, TESTED
from features.as_of import default_as_of
from features.standing import standing
from features.tables import Tables, conform, employee_dtype
from features.trials import TrialParams, learnable_dates
from rules.pack import load_pack
from rules.pack_rows import as_rows
from simulation.city import City, invent_city
from simulation.drift import KINDS, planted
from simulation.knobs import Knobs

NONE = "none"
FOUND_BY = {"scale": "shares", "leniency": "unit_years", "spelling": "spellings", "persons": "persons", "population": "people"}


def tables_of(city: City) -> Tables:
    """Return the tables of an invented city, typed."""
    employees = employee_dtype(city.tables["employees"]["employee_id"])
    frames = {name: conform(name, frame, employees) for name, frame in city.tables.items()}
    return Tables(frames, extracted_on=pd.Timestamp(city.knobs.extracted_on))


def look(city: City, params: MonitorParams) -> pd.DataFrame:
    """Return the monitor's readings of a city with nothing published yet."""
    tables, trials = tables_of(city), TrialParams()
    today = default_as_of(tables)
    days = days_watched(today, learnable_dates(tables, today, trials), params.earlier)
    return monitor([standing(tables, day, trials.ratings) for day in days], None, as_rows(load_pack(None, {})), params)


def main() -> None:
    """Print, by planted drift, in how many cities each signal raises an alarm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=30)
    parser.add_argument("--drifting", type=int, default=10, help="of these cities, how many are looked at with drift as well")
    parser.add_argument("--people", type=int, default=1200)
    parser.add_argument("--years", type=int, default=8)
    parser.add_argument("--seed", type=int, default=9000)
    asked = parser.parse_args()
    params, rows = MonitorParams(), []
    for number in range(asked.cities):
        city = invent_city(Knobs(employees=asked.people, years=asked.years), asked.seed + number)
        for kind in (NONE, *(KINDS if number < asked.drifting else ())):
            found = look(city if kind == NONE else planted(city, kind, number), params)
            rows.append(found.assign(city=number, planted=kind))
            if kind == NONE:
                for row in found[(found["status"] == REVIEW)].to_dict("records"):
                    print("   alarm without drift:", number, row["signal"], row["subject"], row["text_en"], row["p_value"])
        print(f"city {number + 1} of {asked.cities}", flush=True)
    table = pd.concat(rows, ignore_index=True)
    table["alarm"] = table["status"] == REVIEW
    by = table.groupby(["planted", "signal", "city"])["alarm"].any().groupby(level=[0, 1]).mean().unstack()
    any_test = table[table["signal"].isin(TESTED)].groupby(["planted", "city"])["alarm"].any().groupby(level=0).mean()
    print(by.assign(any_test=any_test).round(2).to_string())
    print(table[table["planted"] == NONE].groupby(["signal", "status"]).size().unstack(fill_value=0).to_string())
    counts = table[(table["planted"] == NONE) & table["signal"].isin(TESTED)].groupby("city")["alarm"].sum()
    print(f"false alarms per look {counts.mean():.3f}, budget {params.budget}")
    print({kind: float(by.loc[kind, name]) for kind, name in FOUND_BY.items()})


if __name__ == "__main__":
    main()
