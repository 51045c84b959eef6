"""Entering forms and reading what was entered; nothing is ever changed, a wrong entry is withdrawn."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from features.bilingual import Bilingual
from features.errors import EntryError
from publication.database.records import RecordsDatabase
from publication.intake.checking import checked
from publication.intake.forms import FORMS
from publication.intake.tables import ENTRIES, WITHDRAWN
from publication.ledger.ledger import Entry, Ledger


class Intake:
    """The entries in the application database; those of chained forms are in the ledger too."""

    def __init__(self, database: RecordsDatabase, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    def enter(self, form: str, values: Mapping[str, object], by: str, now: datetime) -> int:
        """Enter one filled form and return its ``entry_id``; see `enter_all`."""
        return self.enter_all(form, [values], by, now)[0]

    def enter_all(self, form: str, rows: Sequence[Mapping[str, object]], by: str, now: datetime) -> list[int]:
        """Enter several rows of one form together, or none.

        Parameters
        ----------
        form
            A name in `forms.FORMS`.
        rows
            Values by field, as text or typed; empty text is nothing.
        by
            Account of whoever enters it; whether they may is for the caller to have asked.
        now
            Time with its zone; its day is the row's ``known_on``.

        Raises
        ------
        EntryError
            A field is missing, unknown or wrong; names every one.
        """
        declared, table = FORMS[form], ENTRIES[form]
        checked_rows = [checked(declared, row) for row in rows]
        stamp = {"entered_at": stamped(now), "entered_by": by}
        with self._ledger.writing() as pen:
            ids = []
            for row in checked_rows:
                _require_answered(pen.connection, form, row)
                made = pen.connection.execute(table.insert().values(**row, **stamp)).inserted_primary_key
                assert made is not None
                ids.append(int(made[0]))
                if declared.chained:
                    public = {"form": form, "entry_id": ids[-1]}
                    pen.append(Entry(stamp["entered_at"], by, "entered", f"{form}/{ids[-1]}", public, dict(row)))
        return ids

    def withdraw(self, form: str, entry_id: int, reason: str, by: str, now: datetime) -> None:
        """Withdraw an entry: it stays, but counts no more.

        Raises
        ------
        EntryError
            There is no such entry, it is withdrawn already, or no reason is given.
        """
        if not reason.strip() or len(reason) > 2000:
            raise EntryError("Say in a sentence why the entry is withdrawn.", "Sebutkan secara singkat mengapa isian ini ditarik.")
        with self._ledger.writing() as pen:
            wanted = _counting(form).where(ENTRIES[form].c.entry_id == entry_id)
            if pen.connection.execute(wanted).first() is None:
                raise EntryError("There is no such entry, or it is withdrawn already.", "Isian itu tidak ada, atau sudah ditarik.")
            row = {"form": form, "withdrawn_id": entry_id, "reason": reason.strip()}
            pen.connection.execute(WITHDRAWN.insert().values(**row, entered_at=stamped(now), entered_by=by))
            if FORMS[form].chained:
                public = {"form": form, "entry_id": entry_id}
                pen.append(Entry(stamped(now), by, "withdrawn", f"{form}/{entry_id}", public, {"reason": row["reason"]}))

    def rows(
        self, form: str, *, limit: int = 200, offset: int = 0, newest_first: bool = True, **equal: object
    ) -> list[dict[str, Any]]:
        """Return entries that count, newest first unless told otherwise; ``equal``: field to the value it must have."""
        table = ENTRIES[form]
        wanted = _counting(form).where(*(table.c[name] == value for name, value in equal.items()))
        order = table.c.entry_id.desc() if newest_first else table.c.entry_id
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(order).limit(limit).offset(offset))
            return [dict(row) for row in found.mappings()]

    def row(self, form: str, entry_id: int) -> dict[str, Any] | None:
        """Return one entry that counts, None where there is none."""
        found = self.rows(form, limit=1, entry_id=entry_id)
        return found[0] if found else None

    def different(self, form: str, *names: str) -> list[tuple[Any, ...]]:
        """Return the different values that entries which count have in the columns ``names``."""
        counting = _counting(form).subquery()
        with self._database.reading() as connection:
            return [tuple(row) for row in connection.execute(sa.select(*(counting.c[name] for name in names)).distinct())]

    def replies(self, form: str, entry_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
        """Return by entry of ``form`` the replies to it, oldest first."""
        wanted, table = sorted(set(entry_ids)), ENTRIES["replies"]
        select = _counting("replies").where(table.c.form == form, table.c.about_id.in_(wanted))
        with self._database.reading() as connection:
            found = [dict(row) for row in connection.execute(select.order_by(table.c.entry_id)).mappings()]
        return {entry: [row for row in found if row["about_id"] == entry] for entry in wanted}

    def cases(self, *, open_only: bool = True, limit: int = 200) -> list[dict[str, Any]]:
        """Return the newest cases with their present ``status``, ``owner``, ``option`` and ``due_on``; the one due first first."""
        steps: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for step in reversed(self.rows("case_steps", limit=50 * limit)):
            steps[step["case_id"]].append(step)
        shown = [_as_it_stands(case, steps[case["entry_id"]]) for case in self.rows("cases", limit=limit)]
        kept = [case for case in shown if not open_only or case["status"] in ("open", "in_progress")]
        return sorted(kept, key=lambda case: (case["due_on"], case["entry_id"]))


def _require_answered(connection: sa.Connection, form: str, row: Mapping[str, object]) -> None:
    """Refuse a reply or a step whose entry is not there, withdrawn, or another employee's."""
    about = {"replies": (row.get("form"), row.get("about_id")), "case_steps": ("cases", row.get("case_id"))}.get(form)
    if about is None:
        return
    named, entry_id = str(about[0]), about[1]
    wanted = _counting(named).where(ENTRIES[named].c.entry_id == entry_id, ENTRIES[named].c.employee_id == row["employee_id"])
    if connection.execute(wanted).first() is None:
        raise EntryError(
            "There is no such entry of this employee, or it is withdrawn.",
            "Isian itu tidak ada pada pegawai ini, atau sudah ditarik.",
        )


def stamped(now: datetime) -> str:
    """Return ``now`` as it is stored: local time with its offset, to the second."""
    assert now.tzinfo is not None
    return now.isoformat(timespec="seconds")


def _counting(form: str) -> sa.Select[Any]:
    """Return the select of entries that nobody withdrew."""
    table = ENTRIES[form]
    withdrawn = sa.select(WITHDRAWN.c.withdrawn_id).where(WITHDRAWN.c.form == form)
    return sa.select(table).where(table.c.entry_id.not_in(withdrawn))


def _as_it_stands(case: dict[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    stands = case | {"status": "open", "steps": steps}
    for step in steps:
        stands |= {name: step[name] for name in ("status", "owner", "option", "due_on") if step[name] is not None}
    return stands


def unknown_form(name: str) -> EntryError:
    """Return what to tell somebody who asks for a form that does not exist."""
    listed = ", ".join(FORMS)
    return EntryError(
        Bilingual(f"There is no form '{name[:40]}'. Forms: {listed}.", f"Tidak ada formulir '{name[:40]}'. Formulir: {listed}.")
    )
