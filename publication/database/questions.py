"""Questions asked all day: put together and compiled once, then put to the driver itself.

SQLAlchemy's execution of a compiled statement costs several times what SQLite takes to answer it, and every request asks a handful.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A question as one driver takes it: its text, the order of its parameters (None: by name), and how cells are read."""

    text: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, object]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]


class Question:
    """A ``SELECT`` that is asked over and over. Parameters are bound by name; none may expand to several."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.names = tuple(str(name) for name in statement.selected_columns.keys())  # noqa: SIM118 - no mapping
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: sa.Connection, values: Mapping[str, object] = _NOTHING) -> list[tuple[Any, ...]]:
        """Return the rows, their cells in the order of ``names`` and of the types declared.

        Raises
        ------
        DBAPIError
            As SQLAlchemy would raise it, the parameters left out.
        """
        return self._put(connection.dialect, connection.connection, values)

    def alone(self, engine: sa.Engine, values: Mapping[str, object] = _NOTHING) -> list[tuple[Any, ...]]:
        """Return the rows of a question that needs no transaction with others: it is one of its own, and costs less."""
        fault = engine.dialect.loaded_dbapi.Error
        try:
            connection = engine.raw_connection()
        except fault as error:
            raise DBAPIError.instance(None, None, error, fault) from error
        try:
            return self._put(engine.dialect, connection, values)
        finally:
            connection.close()

    def _put(
        self, dialect: sa.Dialect, connection: sa.PoolProxiedConnection, values: Mapping[str, object]
    ) -> list[tuple[Any, ...]]:
        asked = self._compiled.get(dialect.name) or self._compile(dialect)
        given = {**asked.fixed, **values}
        cursor = connection.cursor()
        try:
            cursor.execute(asked.text, given if asked.order is None else tuple(given[name] for name in asked.order))
            found = list(cursor.fetchall())
        except dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(asked.text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True) from error
        finally:
            cursor.close()
        return [_read(row, asked.readers) for row in found] if asked.readers else found

    def mappings(self, connection: sa.Connection, values: Mapping[str, object] = _NOTHING) -> list[dict[str, Any]]:
        """Return the rows as dicts."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows(connection, values)]

    def _compile(self, dialect: sa.Dialect) -> _Compiled:
        made = self._statement.compile(dialect=dialect)
        readers = tuple(_readers(self._statement, dialect)) if dialect.name == "sqlite" else ()  # psycopg reads types itself
        order = tuple(made.positiontup or ()) if made.positional else None
        fixed = {name: value for name, value in made.params.items() if value is not None}
        self._compiled[dialect.name] = _Compiled(str(made), order, fixed, readers)
        return self._compiled[dialect.name]


def _readers(statement: sa.Select[Any], dialect: sa.Dialect) -> list[tuple[int, Callable[[Any], Any]]]:
    found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns]
    return [(place, reader) for place, reader in enumerate(found) if reader is not None]


def _read(row: tuple[Any, ...], readers: tuple[tuple[int, Callable[[Any], Any]], ...]) -> tuple[Any, ...]:
    cells = list(row)
    for place, reader in readers:
        cells[place] = reader(cells[place])
    return tuple(cells)
