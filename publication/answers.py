"""What serving asks of the run in force: plain dicts, each with its ``run_id``, all from one transaction."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json

from features.person_codes import as_code
from publication import tables
from publication.accounts.roles import Field
from publication.database.questions import Question
from publication.decisions.life import Seats

_HIDES: dict[Field, tuple[str, ...]] = {Field.NAME: ("name",), Field.NIP: ("nip",), Field.ASPIRATION: ("aspiration",)}
"""Columns of published rows about people that a hidden field blanks."""
_REASONS = ("reasons_for", "reasons_against")
_SIZES = (1, 10, 50, 500)
"""How many ids one question has room for; SQLite takes at most 999 parameters in its older builds."""


class Answers:
    """Answers of run ``run_id`` over an open transaction; made by ``Store.reading``.

    ``hidden``: fields of people that whoever asks may not see; they are None in every answer.
    """

    def __init__(self, connection: sa.Connection, run_id: str, hidden: frozenset[Field] = frozenset()) -> None:
        self._connection = connection
        self._blank = [column for field in sorted(hidden) for column in _HIDES.get(field, ())]
        self.run_id = run_id

    def run(self) -> dict[str, Any]:
        """Return the run's ``run.json``."""
        (row,) = _question(tables.RUNS).mappings(self._connection, {"run": self.run_id})
        return {**row["run"], "run_id": self.run_id}

    def positions(
        self, query: str = "", limit: int = 50, offset: int = 0, *, vacant: bool = False, job_kind: str = "", unit_id: str = ""
    ) -> list[dict[str, Any]]:
        """Return positions whose id, title, unit or family contains ``query``: vacant ones first, then the higher level.

        ``vacant``, ``job_kind`` and ``unit_id`` keep those with an empty seat, of one kind, of one unit.
        """
        table = tables.PROJECTED["positions"]
        wanted = self._of(table)
        if query:
            columns = (table.c.position_id, table.c.title, table.c.unit_name, table.c.job_family)
            wanted = wanted.where(sa.or_(*(column.icontains(query, autoescape=True) for column in columns)))
        if vacant:
            wanted = wanted.where(table.c.vacant > 0)
        for column, value in ((table.c.job_kind, job_kind), (table.c.unit_id, unit_id)):
            wanted = wanted.where(column == value) if value else wanted
        order = ((table.c.vacant > 0).desc(), sa.func.coalesce(table.c.level, -1.0).desc(), table.c.position_id)
        return self._rows(wanted.order_by(*order).limit(limit).offset(offset))

    def position_totals(self) -> dict[str, int]:
        """Return how many positions and seats there are, how many are empty, and how many of those lead or are strategic."""
        table = tables.PROJECTED["positions"]
        empty = table.c.vacant > 0
        counted = {
            "positions": sa.func.count(),
            "seats": sa.func.sum(table.c.headcount),
            "vacant_seats": sa.func.sum(table.c.vacant),
            "vacant": sa.func.sum(sa.case((empty, 1), else_=0)),
            "vacant_leading": sa.func.sum(sa.case((empty & table.c.supervisory, 1), else_=0)),
            "vacant_strategic": sa.func.sum(sa.case((empty & table.c.strategic, 1), else_=0)),
            "without_candidates": sa.func.sum(sa.case((empty & (table.c.candidates + table.c.unknown == 0), 1), else_=0)),
        }
        wanted = sa.select(*(value.label(name) for name, value in counted.items())).where(table.c.run_id == self.run_id)
        return {name: int(value or 0) for name, value in self._connection.execute(wanted).mappings().one().items()}

    def position(self, position_id: str) -> dict[str, Any] | None:
        """Return one position, None where it is unknown."""
        return self._one(tables.PROJECTED["positions"], {"position_id": position_id})

    def shortlist(self, position_id: str, limit: int = 50) -> list[dict[str, Any]]:
        """Return the position's candidates by rank."""
        return self._asked(tables.PROJECTED["shortlists"], {"position_id": position_id}, "rank", most=limit)

    def listed(self, position_id: str, limit: int = 50) -> list[str]:
        """Return the employees on the position's list, by rank."""
        return self._values(tables.PROJECTED["shortlists"], "employee_id", {"position_id": position_id}, "rank", most=limit)

    def list_length(self, position_id: str) -> int:
        """Return how many employees are on the position's list."""
        (row,) = _LIST_LENGTH.rows(self._connection, {"run": self.run_id, "position": position_id})
        return int(row[0])

    def first_candidates(self, position_ids: Iterable[str], most: int) -> list[dict[str, Any]]:
        """Return position_id, employee_id, rank and eligible of the ``most`` first candidates of each position."""
        table = tables.PROJECTED["shortlists"]
        columns = (table.c.position_id, table.c.employee_id, table.c.rank, table.c.eligible)
        wanted = sa.select(*columns).where(table.c.run_id == self.run_id, table.c.rank <= most)
        return [
            dict(row)
            for batch in _batches(position_ids)
            for row in self._connection.execute(wanted.where(table.c.position_id.in_(batch))).mappings()
        ]

    def candidate(self, position_id: str, employee_id: str) -> dict[str, Any] | None:
        """Return one candidate as listed, else as kept for plans, else None."""
        for name in ("shortlists", "best_positions", "candidates"):
            found = self._one(tables.PROJECTED[name], {"position_id": position_id, "employee_id": employee_id})
            if found is not None:
                return found
        return None

    def best_positions(self, employee_id: str) -> list[dict[str, Any]]:
        """Return the employee's best positions by rank."""
        return self._asked(tables.PROJECTED["best_positions"], {"employee_id": employee_id}, "rank")

    def unit_names(self, unit_ids: Iterable[str]) -> dict[str, str]:
        """Return the names of units that hold positions, by id; unknown ids and units without a name are left out."""
        table = tables.PROJECTED["positions"]
        wanted = sa.select(table.c.unit_id, table.c.unit_name).where(table.c.run_id == self.run_id).distinct()
        rows = self._connection.execute(wanted.where(table.c.unit_id.in_(sorted(set(unit_ids)))))
        return {unit_id: name for unit_id, name in rows if name}

    def plan(self) -> list[dict[str, Any]]:
        """Return the moves of the planned wave, chain by chain in the order of their steps."""
        return self._asked(tables.PROJECTED["plan"], {}, "chain", "step")

    def exclusions(self, position_id: str, employee_ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Return which rules stand in whose way to a position, of these employees (at most 500) if given."""
        who: dict[str, object] = {} if employee_ids is None else {"employee_id": list(employee_ids)}
        rows = self._asked(tables.PROJECTED["exclusions"], {"position_id": position_id} | who, "employee_id", "rule_id")
        return [{**row, "values": json.loads(row["values"])} for row in rows]

    def exclusion_counts(self, position_id: str) -> list[dict[str, Any]]:
        """Return how many people each rule keeps from a position (``people``), and how many it alone (``alone``)."""
        table = tables.PROJECTED["exclusion_counts"]
        wanted = self._of(table).where(table.c.position_id == position_id)
        return self._rows(wanted.order_by(table.c.people.desc(), table.c.rule_id))

    def facts(self, table: str, key: str) -> dict[str, Any] | None:
        """Return the as-of facts of one employee (``facts_employees``) or position (``facts_positions``)."""
        wanted = tables.PROJECTED[table]
        return self._one(wanted, {_keys(wanted)[0]: key})

    def need(self, unit_id: str, job_family: str | None) -> dict[str, Any] | None:
        """Return what a unit needs, and has, of one job family."""
        return self._one(tables.PROJECTED["needs"], {"unit_id": unit_id, "job_family": job_family or ""})

    def rows(self, name: str, *, limit: int | None = None, offset: int = 0, **where: str) -> list[dict[str, Any]]:
        """Return the rows of published table ``name`` (all of them, or those with the values given), in the order of its key.

        ``offset`` counts where there is a ``limit``.
        """
        table = tables.PROJECTED[name]
        return self._asked(table, where, *_keys(table), most=limit, start=offset)

    def many(self, name: str, column: str, values: Iterable[str]) -> list[dict[str, Any]]:
        """Return the rows of published table ``name`` whose ``column`` is one of ``values``, in the order of its key."""
        table = tables.PROJECTED[name]
        return [row for batch in _batches(values) for row in self._asked(table, {column: batch}, *_keys(table))]

    def find_people(self, query: str, limit: int = 50, units: Collection[str] | None = None) -> list[dict[str, Any]]:
        """Return people whose NIP, name or id contains ``query``, with their present posts, by name; within ``units`` if given."""
        if "name" in self._blank:
            return []  # to be found by name is to be named
        people = tables.PEOPLE
        digits = "".join(query.split())
        like = [column.icontains(query, autoescape=True) for column in (people.c.name, people.c.employee_id)]
        like += [people.c.employee_id == spelled] if (spelled := as_code(query)) else []
        like += [people.c.nip.startswith(digits, autoescape=True)] if digits.isdecimal() else []
        wanted = self._of(people).where(sa.or_(*like)).order_by(people.c.name, people.c.employee_id)
        wanted = wanted if units is None else wanted.where(people.c.unit_id.in_(sorted(units)))
        return self._rows(wanted.limit(limit))

    def seats(self, position_id: str) -> Seats:
        """Return how many seats of a position are empty, and who holds the others."""
        people, place = tables.PEOPLE, self.position(position_id)
        held = sa.select(people.c.employee_id).where(people.c.run_id == self.run_id, people.c.position_id == position_id)
        return Seats(int(place["vacant"]) if place else 0, frozenset(self._connection.scalars(held)))

    def employee_ids(self) -> list[str]:
        """Return the ids of everybody the run knows."""
        people = tables.PEOPLE
        return list(self._connection.scalars(sa.select(people.c.employee_id).where(people.c.run_id == self.run_id)))

    def people(self, employee_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return name, NIP and present post by employee id; unknown ids are left out."""
        batches = _batches(employee_ids)
        return {row["employee_id"]: row for batch in batches for row in self._asked(tables.PEOPLE, {"employee_id": batch})}

    def units_below(self, unit_ids: Iterable[str]) -> frozenset[str]:
        """Return the units named and every unit below them, as far as they exist."""
        table = tables.PROJECTED["units"]
        rows = self._connection.execute(sa.select(table.c.unit_id, table.c.parent_id).where(table.c.run_id == self.run_id)).all()
        children: dict[str | None, list[str]] = {}
        for row in rows:
            children.setdefault(row.parent_id, []).append(row.unit_id)
        found: set[str] = set()
        waiting = [unit for unit in unit_ids if any(unit == row.unit_id for row in rows)]
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found.add(unit)
                waiting += children.get(unit, [])
        return frozenset(found)

    def somebody(self) -> tuple[str | None, str | None]:
        """Return the first employee with a post, and the unit of the post; None, None where nobody has one."""
        people = tables.PEOPLE
        row = self._first(self._of(people).where(people.c.unit_id.is_not(None)).order_by(people.c.employee_id))
        return (row["employee_id"], row["unit_id"]) if row else (None, None)

    def _of(self, table: sa.Table) -> sa.Select[Any]:
        return sa.select(table).where(table.c.run_id == self.run_id)

    def _one(self, table: sa.Table, where: Mapping[str, object]) -> dict[str, Any] | None:
        rows = self._asked(table, where, most=1)
        return rows[0] if rows else None

    def _asked(
        self, table: sa.Table, where: Mapping[str, object], *order: str, most: int | None = None, start: int = 0
    ) -> list[dict[str, Any]]:
        """Return rows with the values given (one of them, where that is a list), at most ``most`` from ``start``, by columns."""
        given, several = _spread(where)
        question = _question(table, tuple(where), several, order, limited=most is not None)
        part = {} if most is None else {"most": most, "start": start}
        return self._veiled(question.mappings(self._connection, {"run": self.run_id, **part, **given}))

    def _values(self, table: sa.Table, column: str, where: Mapping[str, object], order: str, *, most: int) -> list[str]:
        question = _question(table, tuple(where), (), (order,), limited=True, column=column)
        return [value for (value,) in question.rows(self._connection, {"run": self.run_id, "most": most, "start": 0, **where})]

    def _rows(self, wanted: sa.Select[Any]) -> list[dict[str, Any]]:
        found = self._connection.execute(wanted)
        names = [str(name) for name in found.keys()]  # noqa: SIM118 - a result is no mapping
        return self._veiled([dict(zip(names, row, strict=True)) for row in found])

    def _veiled(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows with their reasons as lists, and without what is hidden of people."""
        for row in rows:
            for name in _REASONS:
                if row.get(name) is not None:
                    row[name] = from_json(row[name])
            if self._blank and "employee_id" in row:
                row.update({name: None for name in self._blank if name in row})
        return rows

    def _first(self, wanted: sa.Select[Any]) -> dict[str, Any] | None:
        rows = self._rows(wanted.limit(1))
        return rows[0] if rows else None


@cache
def _question(
    table: sa.Table, equal: tuple[str, ...] = (), several: tuple[tuple[str, int], ...] = (), order: tuple[str, ...] = (), *,
    limited: bool = False, column: str | None = None,
) -> Question:  # fmt: skip
    """Return a question put together once. ``several``: columns whose cell may be any one of so many values."""
    wanted = (sa.select(table) if column is None else sa.select(table.c[column])).where(table.c.run_id == sa.bindparam("run"))
    many = dict(several)
    for name in equal:
        if name in many:
            wanted = wanted.where(
                table.c[name].in_([sa.bindparam(f"{name}_{place}", type_=sa.Text()) for place in range(many[name])])
            )
        else:
            wanted = wanted.where(table.c[name] == sa.bindparam(name))
    wanted = wanted.order_by(*(table.c[name] for name in order))
    return Question(wanted.limit(sa.bindparam("most")).offset(sa.bindparam("start")) if limited else wanted)


_LISTS = tables.PROJECTED["shortlists"]
_LIST_LENGTH = Question(
    sa.select(sa.func.count())
    .select_from(_LISTS)
    .where(_LISTS.c.run_id == sa.bindparam("run"), _LISTS.c.position_id == sa.bindparam("position"))
)


def _spread(where: Mapping[str, object]) -> tuple[dict[str, object], tuple[tuple[str, int], ...]]:
    """Return the values of ``where`` by parameter, and which columns have several, and room for how many.

    A list takes one of few sizes, its last value over and over, so that few questions are ever put together.
    """
    given: dict[str, object] = {}
    several = []
    for name, value in where.items():
        if not isinstance(value, list):
            given[name] = value
            continue
        size = next(size for size in _SIZES if size >= len(value))
        given |= {f"{name}_{place}": value[min(place, len(value) - 1)] for place in range(size)}
        several.append((name, size))
    return given, tuple(several)


def _keys(table: sa.Table) -> tuple[str, ...]:
    """Return the columns of a table's key beside the run."""
    return tuple(column.name for column in table.primary_key if column.name != "run_id")


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    wanted = sorted(set(ids))
    return (wanted[start : start + _SIZES[-1]] for start in range(0, len(wanted), _SIZES[-1]))
