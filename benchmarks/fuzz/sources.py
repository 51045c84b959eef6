"""Sources of a few dozen rows, drawn from the contract: any table, every column filled."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from features.contract import SPANS, TABLES, Column, Kind, Table

PEOPLE, UNITS, POSTS = 20, 4, 12
ROWS = {"employees": PEOPLE, "units": UNITS, "positions": POSTS, "assignments": 30, "appraisals": 40}
OPTIONAL_ROWS = 12
OPTIONAL = tuple(name for name, table in TABLES.items() if not table.required)
WORDS = ("Dinas", "Badan", "Kecamatan", "Kantor", "Bidang", "Seksi")

Source = Mapping[str, pd.DataFrame]
"""Table name to its cells as text, under contract names."""


def drawn(seed: int, optional: int = 1) -> Source:
    """Return the required tables and ``optional`` others, all cells text."""
    rng = np.random.default_rng(seed)
    names = [*ROWS, *rng.choice(np.array(OPTIONAL), optional, replace=False)]
    return {str(name): _table(TABLES[str(name)], ROWS.get(str(name), OPTIONAL_ROWS), rng) for name in names}


def thinned(source: Source, whole: str) -> Source:
    """Return the source with every table but ``whole`` in its required columns: those cost time and are damaged in other cases."""
    return {name: cells if name == whole else cells[_needed(TABLES[name])] for name, cells in source.items()}


def _needed(table: Table) -> list[str]:
    alternatives = {name for names in table.one_of for name in names}
    return [column.name for column in table.columns if column.required or column.name in alternatives or column.name in table.key]


def _table(table: Table, rows: int, rng: np.random.Generator) -> pd.DataFrame:
    cells = pd.DataFrame({column.name: _cells(table, column, rows, rng) for column in table.columns}, dtype="str")
    for start, end in SPANS:
        if start in cells and end in cells:
            cells[end] = (pd.to_datetime(cells[start]) + pd.Timedelta(days=300)).dt.strftime("%Y-%m-%d")
    return cells.drop_duplicates([*table.key] or None).reset_index(drop=True)


def _cells(table: Table, column: Column, rows: int, rng: np.random.Generator) -> list[str]:
    letter = {"employees": "E", "units": "U", "positions": "P"}
    if table.key == (column.name,):
        return [f"{letter[table.name]}{row:03d}" for row in range(rows)]
    if column.name == "parent_id":
        return ["", *["U000"] * (rows - 1)]
    if column.kind is Kind.PERSON or column.kind is Kind.ID:
        target = column.refers_to or "employees"
        return [f"{letter[target]}{k:03d}" for k in rng.integers(0, ROWS[target], rows)]
    if column.kind is Kind.CODE:
        return [str(code) for code in rng.choice(np.array(column.codes), rows)]
    if column.kind is Kind.BOOLEAN:
        return [str(flag) for flag in rng.choice(np.array(["true", "false"]), rows)]
    if column.kind is Kind.DATE:
        early = {"birth_date": "1975-01-01", "hired_on": "2001-01-01"}.get(column.name, "2010-01-01")
        days = pd.to_datetime(early) + pd.to_timedelta(rng.integers(0, 3_000, rows), unit="D")
        return [f"{day:%Y-%m-%d}" for day in days]
    if column.kind is Kind.TEXT:
        return [f"{WORDS[k % len(WORDS)]} {k}" for k in rng.integers(0, 50, rows)]
    low = 1 if column.minimum is None else int(column.minimum)
    high = low + 4 if column.maximum is None else int(column.maximum)
    return [str(number) for number in rng.integers(low, high + 1, rows)]
