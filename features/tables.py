"""Typed tables in memory: the contract's columns in their canonical dtypes, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from features.coded import is_coded
from features.contract import TABLES, Column, Kind, Table
from features.errors import ContractError

ATTRIBUTE_PREFIX = "attr_"
"""Prefix of extra source columns that a mapping declares as attributes."""

DTYPES: dict[Kind, str] = {
    Kind.ID: "str",
    Kind.PERSON: "str",
    Kind.TEXT: "str",
    Kind.CODE: "str",
    Kind.DATE: "datetime64[us]",
    Kind.NUMBER: "float64",
    Kind.INTEGER: "Int64",
    Kind.BOOLEAN: "boolean",
}
"""Canonical dtype of a column by its kind (persons become categoricals, see `conform`)."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The source tables of one city as typed frames.

    ``frames`` holds the tables the source has, each with *all* columns of its contract (missing ones all-NA) in canonical
    dtypes; the five required tables are always there, an optional table the source lacks is absent. ``employee_id`` is in
    every table an ordered categorical over one shared list, in the order of the source's own identifiers: sort and group by
    it freely, the order does not depend on the hashing key. ``rater_id`` is an ordered categorical too, over the raters of its
    table; a rater who is an employee has the employee's own identifier. Every table whose rows are dated has ``known_on`` filled.
    ``extracted_on`` is the day the source was extracted: nothing in it is known later. ``set_aside`` tells whose rows the checks
    set aside (employee_id, table, known_on; missing: always): what such a row said of the person is not known.
    """

    frames: Mapping[str, pd.DataFrame]
    extracted_on: pd.Timestamp
    set_aside: pd.DataFrame = field(default_factory=lambda: no_row_set_aside())

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    def __contains__(self, name: object) -> bool:
        return name in self.frames

    def get(self, name: str) -> pd.DataFrame:
        """Return table ``name``, or an empty frame with its contract's columns where the source lacks it."""
        if name in self.frames:
            return self.frames[name]
        return conform(name, pd.DataFrame(), self.employee_ids)

    @property
    def employee_ids(self) -> pd.CategoricalDtype:
        """The shared ordered dtype of ``employee_id``."""
        dtype = self.frames["employees"]["employee_id"].dtype
        assert isinstance(dtype, pd.CategoricalDtype)
        return dtype


def no_row_set_aside() -> pd.DataFrame:
    """Return the empty account of rows set aside: employee_id, table, known_on."""
    dtypes = {"employee_id": "str", "table": "str", "known_on": "datetime64[us]"}
    return pd.DataFrame(columns=list(dtypes)).astype(dtypes)


def employee_dtype(employee_ids: Iterable[str]) -> pd.CategoricalDtype:
    """Return the ordered categorical dtype over ``employee_ids``, which must be unique and in the wanted order."""
    return pd.CategoricalDtype(list(employee_ids), ordered=True)


def conform(name: str, frame: pd.DataFrame, employees: pd.CategoricalDtype | None = None, *, coded: bool = False) -> pd.DataFrame:
    """Return ``frame`` as contract table ``name``: every column present, in order, in its canonical dtype.

    ``frame`` must already be well formed (dates parse, numbers are numbers): this casts, it does not judge. Attribute columns
    (``attr_*``) are kept behind the contract's own; other columns are dropped; ``known_on`` is filled where the table is
    dated. With ``employees`` given, columns that refer to employees become that categorical (unlisted ids become NA), and
    other persons (raters) an ordered categorical over the column's own values in sorted order. With ``coded`` texts that come as
    categories stay categories (`features.coded`).

    Raises
    ------
    ContractError
        A cell does not fit its kind.
    """
    table = TABLES[name]
    out: dict[str, pd.Series] = {}
    for column in table.columns:
        given = frame[column.name] if column.name in frame else pd.Series(index=frame.index, dtype=DTYPES[column.kind])
        if (
            employees is not None
            and column.kind is Kind.PERSON
            and isinstance(given.dtype, pd.CategoricalDtype)
            and (given.dtype is employees or not _names_employees(name, column))
        ):  # as it should be
            out[column.name] = given
            continue
        if coded and is_coded(given):
            out[column.name] = given
            continue
        try:
            out[column.name] = _cast(given, column.kind)
        except (ValueError, TypeError) as error:
            raise ContractError(
                f"{name}.{column.name}: a cell is not of kind '{column.kind}'. Run `tepat check` on the source to see which.",
                f"{name}.{column.name}: ada sel yang bukan jenis '{column.kind}'. Jalankan `tepat check` pada sumber untuk "
                "melihatnya.",
            ) from error
        if employees is not None and column.kind is Kind.PERSON:
            out[column.name] = _person(name, column, out[column.name], employees)
    for extra in frame.columns:
        if str(extra).startswith(ATTRIBUTE_PREFIX):
            out[str(extra)] = frame[extra]
    result = pd.DataFrame(out, index=frame.index).reset_index(drop=True)
    return fill_known_on(table, result)


def _person(table: str, column: Column, text: pd.Series, employees: pd.CategoricalDtype) -> pd.Series:
    if _names_employees(table, column):
        return text.astype(employees)
    return text.astype(employee_dtype(sorted(text.dropna().unique())))


def _names_employees(table: str, column: Column) -> bool:
    return column.refers_to == "employees" or (table, column.name) == ("employees", "employee_id")


def fill_known_on(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with ``known_on`` filled from the row's own date plus the table's lag; undated tables are unchanged."""
    if not table.dated_by or "known_on" not in table.names():
        return frame
    if frame["known_on"].notna().all():
        return frame
    default = frame[table.dated_by] + pd.Timedelta(days=table.lag_days)
    return frame.assign(known_on=frame["known_on"].fillna(default))


def _cast(series: pd.Series, kind: Kind) -> pd.Series:
    if kind is Kind.DATE:
        return pd.to_datetime(series).astype("datetime64[us]")
    if kind in (Kind.NUMBER, Kind.INTEGER):
        return pd.to_numeric(series).astype(DTYPES[kind])
    if kind is Kind.BOOLEAN and series.dtype == object:
        return series.map({True: True, False: False, "true": True, "false": False, "True": True, "False": False}).astype("boolean")
    return series.astype(DTYPES[kind])
