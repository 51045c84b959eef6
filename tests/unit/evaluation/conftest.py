"""A small invented panel: people, units, yearly scores, moves."""

import numpy as np
import pandas as pd
import pytest

from features.contract import REQUIRED_TABLES
from features.tables import Tables, conform, employee_dtype


def invented_panel(people: int = 120, years: range = range(2001, 2011), seed: int = 5) -> Tables:
    """Return a panel in which ability lasts, a fifth move every year, and every year is rated."""
    rng = np.random.default_rng(seed)
    ids = [f"E{n:03d}" for n in range(people)]
    ability = rng.normal(size=people)
    units = np.empty((people, len(years)), dtype=int)
    units[:, 0] = rng.integers(0, 6, people)
    for column in range(1, len(years)):
        moves = rng.random(people) < 0.2
        units[:, column] = np.where(moves, (units[:, column - 1] + rng.integers(1, 6, people)) % 6, units[:, column - 1])
    grid = pd.DataFrame(
        [
            {"employee_id": ids[person], "year": year, "unit": f"U{units[person, column]}", "score": ability[person] + rng.normal()}
            for person in range(people)
            for column, year in enumerate(years)
        ]
    )
    starts = pd.to_datetime(grid["year"].astype(str) + "-01-01")
    appraisals = grid.assign(
        period_start=starts, period_end=starts + pd.Timedelta(days=364), unit_id=grid["unit"],
        exposure=rng.integers(6, 13, len(grid)).astype(float),
    )  # fmt: skip
    changed = grid["unit"] != grid.groupby("employee_id")["unit"].shift()
    spells = grid[changed].assign(position_id="P" + grid["unit"], start_on=starts)
    raw = {
        "employees": pd.DataFrame({"employee_id": ids, "hired_on": pd.Timestamp(2000, 1, 1)}),
        "units": pd.DataFrame({"unit_id": [f"U{n}" for n in range(6)]}),
        "positions": pd.DataFrame(
            {"position_id": [f"PU{n}" for n in range(6)], "unit_id": [f"U{n}" for n in range(6)], "job_family": list("aabbcc")}
        ),
        "assignments": spells,
        "appraisals": appraisals,
    }
    dtype = employee_dtype(ids)
    frames = {name: conform(name, raw[name], dtype) for name in REQUIRED_TABLES}
    return Tables(frames, extracted_on=frames["appraisals"]["known_on"].max())


@pytest.fixture(scope="session")
def panel() -> Tables:
    """Return the invented panel."""
    return invented_panel()
