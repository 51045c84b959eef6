"""The city's calendar: election freezes, waves of structural moves, intakes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.knobs import Knobs

_ELECTIONS: tuple[tuple[str, str], ...] = (
    ("2010-01-20", "2010-08-02"), ("2015-07-01", "2016-02-17"), ("2020-01-08", "2021-02-26"), ("2024-03-22", "2025-02-20"),
    ("2029-03-22", "2030-02-20"),
)  # fmt: skip
"""First day of the freeze and inauguration of the mayor (published for 2020 and 2024; the others invented alike)."""

_AFTER_INAUGURATION_MONTHS = 6
_APPROVED_SHARE = 0.25
"""Chance of one approved wave in a year without any other."""

_APPROVED_DAYS = 30

SCOPE = "executive;administrator;supervisor"


@dataclass(frozen=True)
class Wave:
    """A day on which moves start: structural or ordinary, and which share of the year's moves it carries."""

    day: np.datetime64
    structural: bool
    share: float


def freezes(knobs: Knobs) -> pd.DataFrame:
    """Return the freeze windows touching the rated years: from_on, to_on, scope, approval_number, known_on."""
    rows = []
    for start, inauguration in _ELECTIONS:
        later = pd.Timestamp(inauguration)
        end = later + pd.DateOffset(months=_AFTER_INAUGURATION_MONTHS)
        rows.append((pd.Timestamp(start), later - pd.Timedelta(days=1), pd.Timestamp(start) - pd.Timedelta(days=60)))
        rows.append((later, end, later - pd.Timedelta(days=30)))
    table = pd.DataFrame(rows, columns=["from_on", "to_on", "known_on"]).assign(scope=SCOPE, approval_number=None)
    inside = (table["to_on"].dt.year >= knobs.first_year - 1) & (table["from_on"].dt.year <= knobs.last_year)
    return table.loc[inside, ["from_on", "to_on", "scope", "approval_number", "known_on"]].reset_index(drop=True)


def approvals(frozen: pd.DataFrame) -> pd.DataFrame:
    """Return contract table ``approvals``: for the last month of every freeze one number of the ministry, for every move."""
    start = frozen["to_on"] - pd.Timedelta(days=_APPROVED_DAYS)
    number = "100.2.1.3/" + frozen["to_on"].dt.strftime("%m%Y") + "/SJ"
    nobody = {"employee_id": None, "position_id": None}
    known = start - pd.Timedelta(days=10)
    return pd.DataFrame(
        {"rule_id": "R24", "number": number, "from_on": start, "to_on": frozen["to_on"], "known_on": known, **nobody}
    )


def is_frozen(table: pd.DataFrame, day: np.datetime64) -> bool:
    """Return whether structural posts may not be touched on ``day`` without approval."""
    on = pd.Timestamp(day)
    return bool(((table["from_on"] <= on) & (on <= table["to_on"])).any())


def waves_of(year: int, table: pd.DataFrame, rng: np.random.Generator) -> list[Wave]:
    """Return the year's waves in order: ordinary ones quarterly, structural ones where no freeze forbids them."""
    ordinary = [Wave(_day(year, month, rng), False, 0.25) for month in (2, 5, 8, 11)]
    free = [day for day in (_day(year, month, rng) for month in range(1, 13)) if not is_frozen(table, day)]
    count = min(len(free), int(rng.integers(1, 4)))
    days = [free[k] for k in sorted(rng.choice(len(free), count, replace=False))] if count else []
    structural = [Wave(day, True, 1 / count) for day in days]
    if not structural and rng.random() < _APPROVED_SHARE:
        structural = [Wave(_day(year, 9, rng), True, 0.15)]
    return sorted([*ordinary, *structural], key=lambda wave: (wave.day, wave.structural))


def _day(year: int, month: int, rng: np.random.Generator) -> np.datetime64:
    return np.datetime64(f"{year}-{month:02d}-{int(rng.integers(2, 28)):02d}", "D")
