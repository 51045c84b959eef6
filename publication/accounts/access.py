"""The access log: which account looked at what of whom, and when. It is in the database, never in a log file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from publication.accounts.tables import ACCESS
from publication.database.records import RecordsDatabase


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: ``at`` local time with offset, ``action`` a route or a deed (reveal, export), ``subject`` what it was about."""

    at: str
    username: str
    role: str
    action: str
    subject: str = ""
    address: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which looks: of one account, of a kind (``KINDS``), about a person or post, from one day to another; empty: all."""

    username: str = ""
    kind: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return what a row must meet. A subject is one of the ids a look names, whole."""
        found = [KINDS[self.kind]] if self.kind else []
        found += [ACCESS.c.username == self.username] if self.username else []
        found += [(" " + ACCESS.c.subject + " ").contains(f" {self.subject} ", autoescape=True)] if self.subject else []
        found += [ACCESS.c.at >= self.since.isoformat()] if self.since else []
        found += [ACCESS.c.at < (self.until + timedelta(days=1)).isoformat()] if self.until else []
        return found


_LOOKED = ACCESS.c.action.startswith("GET ") | ACCESS.c.action.startswith("HEAD ")
_SENT = sa.or_(*(ACCESS.c.action.startswith(f"{method} ") for method in ("POST", "PUT", "PATCH", "DELETE")))
KINDS: dict[str, sa.ColumnElement[bool]] = {
    "look": _LOOKED, "sent": _SENT, "deed": ~(_LOOKED | _SENT), "refused": ACCESS.c.status >= 400,
}  # fmt: skip
"""Kinds of looks: pages read, forms sent, deeds on record before they were answered, and what was refused."""


class AccessLog:
    """The access log in the application database; rows are added and never changed or deleted."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def write(self, looks: Sequence[Seen]) -> None:
        """Add looks in one transaction."""
        if looks:
            with self._database.writing() as connection:
                connection.execute(ACCESS.insert(), [asdict(look) for look in looks])

    def newest(self, wanted: Wanted = Wanted(), *, limit: int = 200, offset: int = 0) -> list[dict[str, Any]]:
        """Return the looks wanted, the newest first."""
        asked = sa.select(ACCESS).where(*wanted.conditions()).order_by(ACCESS.c.entry_id.desc())
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(asked.limit(limit).offset(offset)).mappings()]
