"""Taking steps in the life of a move, each recorded in the ledger in the same transaction; reading moves and their history."""

from collections.abc import Mapping
from dataclasses import asdict, astuple, fields, replace
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from features.bilingual import Bilingual
from features.errors import EntryError
from publication.database.questions import Question
from publication.database.records import RecordsDatabase
from publication.decisions.life import (
    NONE,
    SEATED,
    STEPS,
    UNDER_WAY,
    Asked,
    Listed,
    Move,
    Seats,
    departs,
    require_seat,
    state_after,
)
from publication.decisions.tables import MOVES
from publication.intake.entries import stamped
from publication.ledger.ledger import Entry, Ledger, Pen

MATCHABLE = STEPS["match"].froms
_COLUMNS = [MOVES.c[field.name] for field in fields(Move)]
_NEWEST = (MOVES.c.changed_at.desc(), MOVES.c.move_id.desc())
_OF_POSITION = Question(
    sa.select(*_COLUMNS).where(MOVES.c.position_id == sa.bindparam("position")).order_by(*_NEWEST).limit(sa.bindparam("most"))
)
"""Asked by every list that is opened, so put together once."""


class Moves:
    """The moves in the application database, every step of which is in the ledger."""

    def __init__(self, database: RecordsDatabase, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    def take(
        self, position_id: str, employee_id: str, asked: Asked, listed: Listed, now: datetime, seats: Seats | None = None
    ) -> Move:  # fmt: skip
        """Take a step on a pair and return the move as it stands after.

        ``seats`` of the position, where they are known: no more people are approved than there are seats.

        Raises
        ------
        EntryError
            The step cannot be taken (`life.state_after`), the employee is on the way to another post, or no seat is left.
        """
        with self._ledger.writing() as pen:
            before = _of_pair(pen.connection, position_id, employee_id)
            state = state_after(before, employee_id, asked, listed)
            if asked.action == "choose":
                _require_free(pen.connection, employee_id)
            if asked.action == "approve" and seats is not None:
                _require_seat(pen.connection, position_id, seats)
            after = _after(before, position_id, employee_id, state, asked, listed, stamped(now))
            after = _stored(pen.connection, before, after)
            pen.append(_entry(before, after, asked, listed, stamped(now)))
            return after

    def move(self, move_id: int) -> Move | None:
        """Return one move, None where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(*_COLUMNS).where(MOVES.c.move_id == move_id)).first()
        return Move(*row) if row else None

    def of_pair(self, position_id: str, employee_id: str) -> Move | None:
        """Return the move of a pair, None where nobody has decided on it."""
        with self._database.reading() as connection:
            return _of_pair(connection, position_id, employee_id)

    def of_position(self, position_id: str, limit: int = 200) -> list[Move]:
        """Return the moves decided for a position, the last changed first."""
        return [Move(*row) for row in self._database.asked(_OF_POSITION, {"position": position_id, "most": limit})]

    def moves(
        self, *, states: tuple[str, ...] = (), limit: int = 200, offset: int = 0, **equal: str
    ) -> list[Move]:  # fmt: skip
        """Return moves, the last changed first; in ``states`` if given, ``equal``: column to the value it must have."""
        wanted = sa.select(*_COLUMNS).where(*(MOVES.c[name] == value for name, value in equal.items()))
        if states:
            wanted = wanted.where(MOVES.c.state.in_(states))
        wanted = wanted.order_by(*_NEWEST).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return [Move(*row) for row in connection.execute(wanted)]

    def history(self, move_id: int) -> list[dict[str, Any]]:
        """Return the steps of a move, oldest first: at, actor, kind, ``public`` and ``private`` (None where erased)."""
        return self._ledger.entries(subject=subject_of(move_id))

    def match(self, assignments: pd.DataFrame, run_id: str, now: datetime) -> int:
        """Match moves with a decree to the service record that followed; return how many.

        Parameters
        ----------
        assignments
            Columns employee_id, position_id (source ids) and start_on; a definitive assignment of the pair that starts on the
            day the decision was opened, or later, is its move.
        run_id
            The run whose source holds the record.
        now
            Time of the match, with its zone.
        """
        with self._ledger.writing() as pen:
            wanted = sa.select(*_COLUMNS).where(MOVES.c.state.in_(MATCHABLE)).order_by(MOVES.c.move_id)
            waiting = [Move(*row) for row in pen.connection.execute(wanted)]
            starts = _starts(waiting, assignments)
            for move in waiting:
                if move.move_id in starts:
                    _match(pen, move, starts[move.move_id], run_id, stamped(now))
        return len(starts)

    def faults(self) -> list[Bilingual]:
        """Return where the table of moves says something else than the ledger."""
        with self._database.reading() as connection:
            stored = {row[0]: astuple(Move(*row)) for row in connection.execute(sa.select(*_COLUMNS))}
            replayed = _replayed(self._ledger.entries(connection=connection))
        differing = sorted(move_id for move_id in {*stored, *replayed} if stored.get(move_id) != replayed.get(move_id))
        return [
            Bilingual(f"move {number} does not stand as the ledger says", f"keadaan mutasi {number} tidak sesuai buku catatan")
            for number in differing
        ]


def subject_of(move_id: int) -> str:
    """Return what the ledger calls a move."""
    return f"move/{move_id}"


def _of_pair(connection: sa.Connection, position_id: str, employee_id: str) -> Move | None:
    pair = (MOVES.c.position_id == position_id, MOVES.c.employee_id == employee_id)
    row = connection.execute(sa.select(*_COLUMNS).where(*pair).order_by(MOVES.c.move_id.desc()).limit(1)).first()
    return Move(*row) if row and row.state != "matched" else None  # a matched move is history: years later the pair is a new one


def _require_free(connection: sa.Connection, employee_id: str) -> None:
    under_way = sa.select(MOVES.c.move_id).where(MOVES.c.employee_id == employee_id, MOVES.c.state.in_(UNDER_WAY))
    if connection.execute(under_way.limit(1)).first() is not None:
        raise EntryError(
            "This employee is on the way to another post. Cancel that move first.",
            "Pegawai ini sedang dalam proses mutasi lain. Batalkan dahulu proses itu.",
        )


def _require_seat(connection: sa.Connection, position_id: str, seats: Seats) -> None:
    seated = sa.select(MOVES.c.position_id, MOVES.c.employee_id).where(MOVES.c.state.in_(SEATED))
    rows = connection.execute(seated).all()
    given = sum(row.position_id == position_id and row.employee_id not in seats.holders for row in rows)
    leaving = sum(row.position_id != position_id and row.employee_id in seats.holders for row in rows)
    require_seat(seats, given, leaving)


def _after(
    before: Move | None, position_id: str, employee_id: str, state: str, asked: Asked, listed: Listed, at: str
) -> Move:  # fmt: skip
    """Return the move after a step; a pair decided on anew sheds the signatures of the time before."""
    step = STEPS[asked.action]
    if before is None or (NONE in step.froms and step.to is not None):
        move_id, opened = (before.move_id, before.opened_at) if before else (0, at)
        fresh = Move(move_id, position_id, employee_id, state, listed.run_id, opened_at=opened, changed_at=at)
        return replace(fresh, prepared_by=asked.by, departs=departs(asked.action, listed))
    signature = {step.signs: asked.by} if step.signs else {}
    return replace(before, state=state, changed_at=at, **signature)  # type: ignore[arg-type]


def _stored(connection: sa.Connection, before: Move | None, after: Move) -> Move:
    values = {name: value for name, value in asdict(after).items() if name != "move_id"}
    if before is not None:
        connection.execute(MOVES.update().where(MOVES.c.move_id == after.move_id).values(**values))
        return after
    made = connection.execute(MOVES.insert().values(**values)).inserted_primary_key
    assert made is not None
    return replace(after, move_id=int(made[0]))


def _entry(before: Move | None, after: Move, asked: Asked, listed: Listed, at: str) -> Entry:
    """Return the ledger's entry of a step: the pair's figures in the open, the person and free text beside."""
    public = {
        "move_id": after.move_id, "position_id": after.position_id, "before": before.state if before else NONE,
        "state": after.state, "departs": after.departs, "reason_code": asked.reason_code,
        "document_number": asked.document_number.strip(),
        "document_on": asked.document_on, "move_run_id": after.run_id, "opened_at": after.opened_at,
        "signatures": [after.prepared_by, after.checked_by, after.approved_by], "listed": asdict(listed),
    }  # fmt: skip
    return Entry(
        at,
        asked.by,
        asked.action,
        subject_of(after.move_id),
        public,
        {"employee_id": after.employee_id, "text": asked.text.strip()},
    )


def _starts(waiting: list[Move], assignments: pd.DataFrame) -> dict[int, str]:
    """Return by move the first day of the assignment that followed it."""
    if not waiting or assignments.empty:
        return {}
    moves = pd.DataFrame([{"move_id": m.move_id, "employee_id": m.employee_id, "position_id": m.position_id,
                           "opened_on": pd.Timestamp(m.opened_at[:10])} for m in waiting])  # fmt: skip
    pairs = moves.merge(assignments.astype({"employee_id": "str", "position_id": "str"}), on=["employee_id", "position_id"])
    followed = pairs[pairs["start_on"] >= pairs["opened_on"]].groupby("move_id")["start_on"].min()
    return {int(move_id): f"{day:%Y-%m-%d}" for move_id, day in followed.items()}


def _match(pen: Pen, move: Move, start_on: str, run_id: str, at: str) -> None:
    after = replace(move, state="matched", changed_at=at)
    _stored(pen.connection, move, after)
    public: Mapping[str, Any] = {
        "move_id": move.move_id, "position_id": move.position_id, "before": move.state, "state": after.state,
        "departs": move.departs, "start_on": start_on, "matched_in": run_id, "move_run_id": move.run_id,
        "opened_at": move.opened_at,
        "signatures": [move.prepared_by, move.checked_by, move.approved_by],
    }  # fmt: skip
    pen.append(Entry(at, "run", "match", subject_of(move.move_id), public, {"employee_id": move.employee_id}))


def _replayed(entries: list[dict[str, Any]]) -> dict[int, tuple[Any, ...]]:
    """Return every move as the ledger's last entry on it says; a person who was erased has no id."""
    found: dict[int, tuple[Any, ...]] = {}
    for entry in entries:
        if entry["subject"].startswith("move/"):
            public, private = entry["public"], entry["private"] or {}
            prepared, checked, approved = public["signatures"]
            found[public["move_id"]] = astuple(Move(
                public["move_id"], public["position_id"], private.get("employee_id", ""), public["state"], public["move_run_id"],
                prepared, checked, approved, public["departs"], public["opened_at"], entry["at"],
            ))  # fmt: skip
    return found
