"""Cells: every column in its declared type, and what cannot be read."""

import numpy as np
import pandas as pd

from features.checking.faults.catalogue import Severity, cost, found, joined
from features.contract import TABLES, Table
from features.source.parsing import parse_column
from features.tables import ATTRIBUTE_PREFIX

_RATINGS = ("score", "rating", "work_result", "behaviour")


def typed(name: str, cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return contract table ``name`` in typed columns (row ids kept as index) and its cell faults.

    A cell that cannot be read costs the row where the column is required, is part of the key, or is the only filled one of a set
    of which one is required; it costs only the cell elsewhere.
    """
    table = TABLES[name]
    faults: list[pd.DataFrame] = []
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        parsed = parse_column(cells[column.name], column)
        columns[column.name] = parsed.values
        for rule, mask in parsed.faults.items():
            named = "rating_off_scale" if rule == "out_of_range" and name == "appraisals" and column.name in _RATINGS else rule
            faults.append(found(name, cells.index[mask], column.name, named, cost(table, column)))
        if column.required:
            faults.append(found(name, cells.index[cells[column.name].isna()], column.name, "required_empty", Severity.SET_ASIDE))
    attributes = {extra: attribute(cells[extra]) for extra in sorted(cells.columns) if extra.startswith(ATTRIBUTE_PREFIX)}
    frame = pd.DataFrame({**columns, **attributes}, index=cells.index)
    return frame, _with_alternatives(table, cells, frame, joined(faults))


def attribute(cells: pd.Series) -> pd.Series:
    """Return an attribute column as numbers where every filled cell is one, else as text."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    return numbers if bool((numbers.notna() | cells.isna()).all()) and bool(numbers.notna().any()) else cells.astype("str")


def _with_alternatives(table: Table, cells: pd.DataFrame, frame: pd.DataFrame, faults: pd.DataFrame) -> pd.DataFrame:
    """Return ``faults`` with the rows in which no column of a ``one_of`` set is filled."""
    for names in table.one_of:
        none = frame.index[frame[list(names)].isna().all(axis=1)]
        decisive = faults["row"].isin(none) & faults["column"].isin(names)
        faults = faults.assign(severity=np.where(decisive, str(Severity.SET_ASIDE), faults["severity"]))
        empty = none.difference(faults.loc[decisive, "row"])
        faults = joined([faults, found(table.name, empty, " | ".join(names), "required_empty", Severity.SET_ASIDE)])
    return faults
