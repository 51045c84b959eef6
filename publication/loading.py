"""Bulk loading of frames into the application database, by each driver's fastest way."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows as a driver takes them: the columns' names, and one tuple a row."""

    names: list[str]
    values: list[tuple[Any, ...]]


def as_rows(table: sa.Table, run_id: str, frame: pd.DataFrame) -> Rows:
    """Return ``frame`` as rows of ``table`` under ``run_id``; columns it does not declare go as one JSON object to ``facts``."""
    declared = [column.name for column in table.c if column.name not in ("run_id", "facts")]
    values = [_plain(frame[name]) for name in declared]
    names = ["run_id", *declared]
    if "facts" in table.c:
        values.append(_documents(frame.drop(columns=declared)))
        names.append("facts")
    return Rows(names, [(run_id, *row) for row in zip(*values, strict=True)])


def load_rows(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    """Append rows to ``table``."""
    copy = _copy_postgresql if connection.dialect.name == "postgresql" else _insert_sqlite
    copy(connection, table, rows)


def _plain(series: pd.Series) -> list[Any]:
    """Return the cells as plain Python values, missing ones as None, days as ISO text (which both drivers take for a date)."""
    cells = series.dt.strftime("%Y-%m-%d") if pd.api.types.is_datetime64_any_dtype(series.dtype) else series
    return list(cells.astype(object).where(series.notna(), None))


def _documents(frame: pd.DataFrame) -> list[str]:
    columns = {name: _plain(frame[name]) for name in frame.columns}
    return [json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) for row in zip(*columns.values(), strict=True)]


def _insert_sqlite(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in rows.names)
    places = ", ".join("?" for _ in rows.names)
    text = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})"  # noqa: S608 - names are our own declarations
    connection.connection.cursor().executemany(text, rows.values)


def _copy_postgresql(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in rows.names)
    with connection.connection.cursor().copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
        for row in rows.values:
            copy.write_row(row)
