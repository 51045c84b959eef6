"""The application database: the rows of the published tables, switched as one, and the answers serving reads from them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError

from features.errors import StalePublicationError
from publication import tables
from publication.accounts.roles import Account, Field
from publication.answers import Answers
from publication.database.engine import WRITES, engine
from publication.database.questions import Question
from publication.loading import as_rows, load_rows

PART = 10_000
"""Rows loaded in one transaction."""
Choice = Callable[[str, Callable[[str], bool]], str]
"""The run in force, and whether a run's rows are here, to the run that is read: another than that in force while it gets ready."""


class Store:
    """The application database at a SQLAlchemy URL (SQLite or PostgreSQL).

    Writing: ``load`` puts a run's rows beside those in force, where nobody reads them yet, ``switch`` puts a loaded run in force.
    Reading: each method below answers from the run in force inside one transaction, and each row carries ``run_id``; use
    ``reading`` to ask several questions of one and the same run.
    """

    def __init__(self, url: str, hidden: frozenset[Field] = frozenset(), choose: Choice | None = None) -> None:
        self._choose = choose
        self._engine = engine(url)
        self._writer = self._engine.execution_options(**{WRITES: True})
        self._hidden = hidden

    def seen_by(self, account: Account) -> "Store":
        """Return this store as ``account`` may see it: fields of people that its role hides are None in every answer."""
        if not account.grant.hidden:
            return self
        seen = copy(self)
        seen._hidden = account.grant.hidden
        return seen

    def load(self, run: Mapping[str, Any], frames: Mapping[str, pd.DataFrame], people: pd.DataFrame) -> None:
        """Load one run's rows, not yet in force, and drop the rows of every other run that is not in force.

        A run already in force is left as it is: the same run id means the same rows. In parts, because SQLite has one writer at a
        time: whoever decides or signs meanwhile waits for a part, not for the run. The run itself is written last, so that
        `holds` knows no half of one.
        """
        run_id = str(run["run_id"])
        with self._writing() as connection:
            in_force = _in_force(connection)
        if in_force == run_id:
            return
        for table in (tables.RUNS, tables.PEOPLE, *tables.PROJECTED.values()):
            with self._writing() as connection:
                connection.execute(table.delete().where(table.c.run_id != (in_force or "")))
        projected = {tables.PEOPLE: people} | {tables.PROJECTED[name]: frame for name, frame in frames.items()}
        for table, frame in projected.items():
            for start in range(0, len(frame), PART):
                rows = as_rows(table, run_id, frame.iloc[start : start + PART])
                with self._writing() as connection:
                    load_rows(connection, table, rows)
        with self._writing() as connection:
            connection.execute(tables.RUNS.insert().values(run_id=run_id, run=dict(run)))

    def holds(self, run_id: str) -> bool:
        """Return whether the rows of run ``run_id`` are in this database."""
        with self._writing() as connection:
            return _holds(connection, run_id)

    def switch(self, run_id: str) -> None:
        """Put loaded run ``run_id`` in force.

        Raises
        ------
        StalePublicationError
            The run's rows are not in this database.
        """
        with self._writing() as connection:
            if not _holds(connection, run_id):
                raise StalePublicationError(
                    f"The application database does not hold run {run_id}. Publish again with `tepat run`.",
                    f"Basis data aplikasi tidak memuat proses {run_id}. Terbitkan lagi dengan `tepat run`.",
                )
            connection.execute(tables.IN_FORCE.delete())
            connection.execute(tables.IN_FORCE.insert().values(slot=1, run_id=run_id))

    def in_force(self) -> str | None:
        """Return the id of the run in force, None where there is none that this version of the program can read."""
        with self._engine.connect() as connection, connection.begin():
            return _run_to_read(connection)

    @contextmanager
    def reading(self, run_id: str | None = None) -> Iterator[Answers]:
        """Yield the answers of the run in force, all from one transaction: a publication meanwhile changes none of them.

        ``choose``, where the store has one, may name the run before instead. ``run_id``: this run, which must be in force.

        Raises
        ------
        StalePublicationError
            Nothing is in force, or another run than asked for, or the database was written by another version of the program.
        """
        with self._engine.connect() as connection, connection.begin():
            in_force = _run_to_read(connection)
            if in_force is None or run_id not in (None, in_force):
                raise StalePublicationError(
                    "The application database holds no publication. Make one with `tepat run SOURCE`.",
                    "Basis data aplikasi belum memuat terbitan. Buat dengan `tepat run SUMBER`.",
                )
            if run_id is None and self._choose is not None:
                in_force = self._choose(in_force, partial(_holds, connection))
            yield Answers(connection, in_force, self._hidden)

    def run(self) -> dict[str, Any] | None:
        """Return the ``run.json`` of the run in force, None where nothing is published."""
        try:
            with self.reading() as answers:
                return answers.run()
        except StalePublicationError:
            return None

    def positions(self, query: str = "", limit: int = 50, offset: int = 0) -> list[dict[str, Any]]:
        """Return positions whose id, title, unit or family contains ``query``, vacant ones first."""
        with self.reading() as answers:
            return answers.positions(query, limit, offset)

    def position(self, position_id: str) -> dict[str, Any] | None:
        """Return one position, None where it is unknown."""
        with self.reading() as answers:
            return answers.position(position_id)

    def shortlist(self, position_id: str, limit: int = 50) -> list[dict[str, Any]]:
        """Return the position's candidates by rank; reasons are lists of dicts."""
        with self.reading() as answers:
            return answers.shortlist(position_id, limit)

    def candidate(self, position_id: str, employee_id: str) -> dict[str, Any] | None:
        """Return one candidate of a position's shortlist, else of its longer candidate list, else None."""
        with self.reading() as answers:
            return answers.candidate(position_id, employee_id)

    def best_positions(self, employee_id: str) -> list[dict[str, Any]]:
        """Return the employee's best positions by rank."""
        with self.reading() as answers:
            return answers.best_positions(employee_id)

    def exclusions(self, position_id: str) -> list[dict[str, Any]]:
        """Return who was ruled out of the position's list, by which rule, and the cure."""
        with self.reading() as answers:
            return answers.exclusions(position_id)

    def people(self, employee_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return name, NIP and present post by employee id; unknown ids are left out."""
        with self.reading() as answers:
            return answers.people(employee_ids)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._writer.begin() as connection:
            if not _is_ours(connection):
                tables.METADATA.drop_all(connection)
                tables.METADATA.create_all(connection)
                connection.execute(tables.SCHEMA_VERSION.insert().values(version=tables.version()))
            yield connection


def _holds(connection: sa.Connection, run_id: str) -> bool:
    return connection.scalar(sa.select(tables.RUNS.c.run_id).where(tables.RUNS.c.run_id == run_id)) is not None


def _in_force(connection: sa.Connection) -> str | None:
    return connection.scalar(sa.select(tables.IN_FORCE.c.run_id))


_IN_FORCE_OF_THIS_VERSION = Question(
    sa.select(tables.IN_FORCE.c.run_id).join(
        tables.SCHEMA_VERSION, tables.SCHEMA_VERSION.c.version == sa.bindparam("ours", type_=sa.Text())
    )
)


def _run_to_read(connection: sa.Connection) -> str | None:
    """Return the run in force, None where there is none or another version of the program wrote it; one question, asked often."""
    try:
        found = _IN_FORCE_OF_THIS_VERSION.rows(connection, {"ours": tables.version()})
    except (OperationalError, ProgrammingError):  # no such table
        return None
    return found[0][0] if found else None


def _is_ours(connection: sa.Connection) -> bool:
    if not sa.inspect(connection).has_table(tables.SCHEMA_VERSION.name):
        return False
    return connection.scalar(sa.select(tables.SCHEMA_VERSION.c.version)) == tables.version()
