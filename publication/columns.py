"""Words in which published tables are declared: a table, and its kinds of columns."""

from dataclasses import dataclass

import pandera.pandas as pa


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One published table: its pandera schema, its key (rows are unique and sorted by it), and the columns readers look up by."""

    name: str
    schema: pa.DataFrameSchema
    key: tuple[str, ...]
    lookups: tuple[tuple[str, ...], ...] = ()


def text(*, null: bool = False, values: tuple[str, ...] = ()) -> pa.Column:
    """Return a column of text, of certain ``values`` only if any are given."""
    return pa.Column("str", nullable=null, checks=pa.Check.isin(values) if values else None)


def number(*, null: bool = False, minimum: float | None = None) -> pa.Column:
    """Return a column of numbers."""
    return pa.Column("float64", nullable=null, checks=pa.Check.ge(minimum) if minimum is not None else None)


def count(minimum: int = 0) -> pa.Column:
    """Return a column of whole numbers from ``minimum``."""
    return pa.Column("int64", checks=pa.Check.ge(minimum))


def flag() -> pa.Column:
    """Return a column of yes and no."""
    return pa.Column("bool")


def day(*, null: bool = False) -> pa.Column:
    """Return a column of days."""
    return pa.Column("datetime64[us]", nullable=null)


def table(
    name: str, columns: dict[str, pa.Column], key: tuple[str, ...], lookups: tuple[tuple[str, ...], ...] = ()
) -> PublishedTable:
    """Return a table of exactly these ``columns``."""
    return PublishedTable(name, pa.DataFrameSchema(columns, strict=True, coerce=False), key, lookups)
