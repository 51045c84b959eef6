"""The application database's tables, made from the published schemas.

Everything here is a projection: it can be dropped and loaded again from ``published/``, so a database written by another version
of the program is rebuilt, not migrated.
"""

import hashlib
from functools import cache
from typing import Any

import sqlalchemy as sa

from publication.columns import PublishedTable
from publication.schemas import TABLES

METADATA = sa.MetaData()

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "string[pyarrow]": sa.Text(),
    "float64": sa.Double(),
    "int64": sa.BigInteger(),
    "bool": sa.Boolean(),
    "datetime64[ns]": sa.Date(),
}


def _projected(table: PublishedTable) -> sa.Table:
    columns = [
        sa.Column(name, _TYPES[str(column.dtype)], primary_key=name in table.key, nullable=column.nullable)
        for name, column in table.schema.columns.items()
    ]
    if not table.schema.strict:
        columns.append(sa.Column("facts", sa.JSON, nullable=False))
    lookups = [sa.Index(f"{table.name}_by_{'_'.join(names)}", "run_id", *names) for names in table.lookups]
    return sa.Table(table.name, METADATA, sa.Column("run_id", sa.Text, primary_key=True), *columns, *lookups)


RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("run", sa.JSON, nullable=False),
)
IN_FORCE = sa.Table(
    "in_force",
    METADATA,
    sa.Column("slot", sa.Integer, sa.CheckConstraint("slot = 1"), primary_key=True, autoincrement=False),
    sa.Column("run_id", sa.Text, nullable=False),
)
PEOPLE = sa.Table(
    "people",
    METADATA,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("employee_id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("nip", "name", "position_id", "position_title", "unit_id", "unit_name")),
)
SCHEMA_VERSION = sa.Table("schema_version", METADATA, sa.Column("version", sa.Text, primary_key=True))

PROJECTED: dict[str, sa.Table] = {name: _projected(table) for name, table in TABLES.items()}
"""The published tables as database tables, by name."""


@cache
def version() -> str:
    """Return the version of the projection: a hash of all tables, columns and types."""
    columns = (column for table in METADATA.sorted_tables for column in table.c)
    lines = [f"{column.table.name}.{column.name} {column.type!r} {column.primary_key}" for column in columns]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
