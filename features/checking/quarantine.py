"""The quarantine: every fault with its file, line, column, rule and reason, and the rows that were set aside."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from features.checking.faults.catalogue import RULES
from features.contract import TABLES, Privacy
from features.source.chunks import Chunks
from features.source.raw import FILE, LINE

FAULTS_FILE = "faults.csv"
"""One row per fault; beside it one ``TABLE.csv`` per table with the original cells of the rows set aside."""

_SUBJECTS = ("employee_id", "position_id", "unit_id")


def described(faults: Mapping[str, pd.DataFrame], cells: Chunks, broken: pd.DataFrame) -> pd.DataFrame:
    """Return one row per fault for the data team.

    ``faults``: by table; ``cells`` and ``broken``: the source's (`raw.RawTables`).

    Columns: table, file, line, column, rule, severity (set_aside, cell, warning), cause (first, cascade), value (the cell as
    written; empty for personal columns), reason_id, reason_en, employee_id, position_id, unit_id (as written, where the row has
    them). This is the data team's own list: it names rows of their source and never goes into a log.
    """
    parts = [_described(name, found, cells, broken) for name, found in faults.items() if len(found)]
    columns = ["table", "file", "line", "column", "rule", "severity", "cause", "value", "reason_id", "reason_en", *_SUBJECTS]
    if not parts:
        return pd.DataFrame(columns=columns).astype({name: "int64" if name == "line" else "str" for name in columns})
    out = pd.concat(parts, ignore_index=True)
    order = {name: place for place, name in enumerate(TABLES)}
    out["_order"] = out["table"].map(order)
    ranked = out.sort_values(["_order", "file", "line", "column", "rule", "row"], kind="stable")
    return ranked[columns].reset_index(drop=True)


def _described(name: str, faults: pd.DataFrame, cells: Chunks, broken: pd.DataFrame) -> pd.DataFrame:
    rows = faults["row"].to_numpy()
    whole = rows >= 0
    frame = cells.rows(name, rows[whole]).reindex(np.where(whole, rows, -1))
    out = faults.reset_index(drop=True)
    torn = broken.reindex(np.where(whole, -1, -1 - rows))
    out["file"] = np.where(whole, frame[FILE].astype("str"), torn[FILE])
    out["line"] = np.where(whole, frame[LINE], torn[LINE]).astype(np.int64)
    out["value"] = _values(name, out["column"], frame)
    out["reason_id"] = out["rule"].map({rule: text.indonesian for rule, text in RULES.items()})
    out["reason_en"] = out["rule"].map({rule: text.english for rule, text in RULES.items()})
    for subject in _SUBJECTS:
        out[subject] = frame[subject].to_numpy() if subject in frame else pd.NA
    return out


def _values(name: str, columns: pd.Series, frame: pd.DataFrame) -> pd.Series:
    open_columns = {column.name for column in TABLES[name].columns if column.privacy is Privacy.OPEN}
    out = pd.Series(pd.NA, index=columns.index, dtype="str")
    for column in columns[columns.isin(open_columns)].unique():
        hit = (columns == column).to_numpy()
        out[hit] = frame[column].to_numpy()[hit]
    return out


def write_quarantine(quarantine: pd.DataFrame, set_aside: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write the faults and the rows set aside to ``folder`` (files readable by their owner only).

    A cell that a spreadsheet would take for a formula has an apostrophe put before it; numbers stay as they are.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.glob("*.csv"):
        old.unlink()
    _write(quarantine, folder / FAULTS_FILE)
    for name, rows in set_aside.items():
        _write(rows[[FILE, LINE, *(column for column in rows.columns if column not in (FILE, LINE))]], folder / f"{name}.csv")


def counted_faults(folder: Path) -> pd.DataFrame:
    """Return what a quarantine holds, no row of anybody in it: table, column, rule, severity, rows; the most frequent first."""
    by = ["table", "column", "rule", "severity"]
    faults = pd.read_csv(folder / FAULTS_FILE, usecols=by, dtype="str")
    return faults.groupby(by, dropna=False).size().rename("rows").sort_values(ascending=False, kind="stable").reset_index()


def _write(frame: pd.DataFrame, path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="") as file:
        frame.apply(_inert).to_csv(file, index=False)


def _inert(cells: pd.Series) -> pd.Series:
    """Return cells none of which a spreadsheet runs as a formula (OWASP, CSV injection)."""
    text = cells.astype("str")
    formula = text.str.contains(r"^[=+\-@\t\r\n]", na=False) & ~text.str.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)*", na=False)
    return text.mask(formula, "'" + text) if formula.any() else cells
